#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine, as an ordinary process of root: which programs start in
# kernel mode, and for which callers? /trusted/mode and /bin/mode are the same
# program; it exits with its ring.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
failures=0

# expect RING WHAT COMMAND...
expect() {
	local ring=$1 what=$2 status
	shift 2
	"$@" >/tmp/out 2>&1 </dev/null
	status=$?
	if [ $status = "$ring" ]; then
		echo "ok    $what"
	else
		echo "FAIL  $what: expected ring $ring, got status $status"
		cat /tmp/out
		failures=$((failures + 1))
	fi
}

# refused RULE WHAT COMMAND...: user mode, and the kernel's counter for the rule says why
refused() {
	local rule=$1 before after
	shift
	before=$(cat /sys/kernel/kml/refused/$rule)
	expect 3 "$@"
	after=$(cat /sys/kernel/kml/refused/$rule)
	if [ $after -le $before ]; then
		echo "FAIL  $1: /sys/kernel/kml/refused/$rule did not count"
		failures=$((failures + 1))
	fi
}

fresh() { cp /bin/mode "/trusted/$1"; chmod 755 "/trusted/$1"; }

# A status outside of what the program itself can say means that it could not be run at all
expect 3 "a program elsewhere" /bin/mode
expect 0 "a program in /trusted" /trusted/mode
expect 0 "for any caller" su nobody -s /tools/sh -c /trusted/mode
mkdir -p /trusted/sub/dir
cp /bin/mode /trusted/sub/dir/mode
expect 0 "below a directory in /trusted" /trusted/sub/dir/mode
expect 0 "through a symbolic link from elsewhere" sh -c 'ln -s /trusted/mode /tmp/link; exec /tmp/link'
expect 3 "a directory whose name only starts the same" sh -c 'mkdir /trusted-not; cp /bin/mode /trusted-not; exec /trusted-not/mode'

fresh foreign; chown 1000 /trusted/foreign
refused owner "a file of another user" /trusted/foreign
fresh group; chmod 775 /trusted/group
refused writable "a file that its group may write" /trusted/group
fresh other; chmod 757 /trusted/other
refused writable "a file that others may write" /trusted/other
chmod 777 /trusted/sub
refused writable "below a directory that others may write" /trusted/sub/dir/mode
chmod 755 /trusted/sub; chown 1000 /trusted/sub
refused owner "below a directory of another user" /trusted/sub/dir/mode
chown 0 /trusted/sub
chmod 777 /trusted
refused writable "in a /trusted that others may write" /trusted/mode
chmod 755 /trusted

refused chroot "chroot in which the real file can be reached" chroot /trusted /mode

expect 3 "own mount namespace" unshare -m /trusted/mode
refused namespace "own user namespace alone" unshare -U -r /trusted/mode
mount -t tmpfs -o nosuid,mode=755 none /trusted/sub/dir; cp /bin/mode /trusted/sub/dir/
refused mount "below a nosuid mount" /trusted/sub/dir/mode
umount /trusted/sub/dir
mount -t tmpfs -o mode=755 none /trusted/sub/dir; cp /bin/mode /trusted/sub/dir/
expect 0 "below a mount of root" /trusted/sub/dir/mode
umount /trusted/sub/dir

refused no_new_privs "with no_new_privs" /bin/caller no_new_privs /trusted/mode
refused seccomp "with a seccomp filter" /bin/caller seccomp /trusted/mode
refused traced "traced by an unprivileged process" su nobody -s /tools/sh -c '/bin/caller traced /trusted/mode'
expect 0 "traced by root" /bin/caller traced /trusted/mode

echo 1 > /proc/sys/fs/suid_dumpable
refused dumpable "with fs.suid_dumpable=1, for an unprivileged caller" su nobody -s /tools/sh -c /trusted/mode
expect 0 "with fs.suid_dumpable=1, for root" /trusted/mode
echo 0 > /proc/sys/fs/suid_dumpable

expect 0 "a program from kernel mode" /trusted/caller plain /trusted/mode
expect 3 "an ordinary program from kernel mode" /trusted/caller plain /bin/mode
expect 3 "an ordinary shell's children" sh -c '/trusted/mode; /bin/mode'

su nobody -s /tools/sh -c 'exec /bin/caller personality /trusted/sleeper' & sleeper=$!
sleep 0.5
if [ "$(cat /proc/$sleeper/personality)" = "$(cat /proc/self/personality)" ]; then
	echo "ok    the personality of an unprivileged caller stays behind"
else
	echo "FAIL  the personality of an unprivileged caller: $(cat /proc/$sleeper/personality)"
	failures=$((failures + 1))
fi
kill $sleeper

mount -t securityfs none /sys/kernel/security
echo integrity >/sys/kernel/security/lockdown
refused lockdown "a kernel that is locked down" /trusted/mode
exit $failures
