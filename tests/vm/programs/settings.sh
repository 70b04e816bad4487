#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine, as an ordinary process of root: what root can allow to programs in kernel mode, who may do so, and
# how it ends. The program "mode" exits with its ring; "stack" is the same with an executable stack, "stack-asks"
# asks for that, and "room" has code in memory that its file does not have.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
settings=/proc/sys/kernel/kml
failures=0

wrong() {
	echo "FAIL  $*"
	failures=$((failures + 1))
}

# rings WHAT RING COMMAND...
rings() {
	local what=$1 ring=$2 status
	shift 2
	"$@" >/tmp/out 2>&1 </dev/null
	status=$?
	[ $status = "$ring" ] || wrong "$what: expected ring $ring, got status $status: $(cat /tmp/out)"
}

# refuses RULE COMMAND...: and its counter says so
refuses() {
	local rule=$1 before
	shift
	before=$(cat /sys/kernel/kml/refused/$rule)
	rings "$rule refuses $*" 3 "$@"
	[ "$(cat /sys/kernel/kml/refused/$rule)" = $((before + 1)) ] || wrong "$rule did not count $*"
}

set_to() { echo "$2" 2>/dev/null >$settings/"$1"; }
takes() { set_to "$1" "$2" || wrong "$1 does not take '$2'"; }
takes_not() {
	local before
	before=$(cat $settings/"$1")
	set_to "$1" "$2" && wrong "$1 takes '$2'"
	[ "$(cat $settings/"$1")" = "$before" ] || wrong "$1 has become '$(cat $settings/"$1")' by '$2'"
}

# What boot has set, on the kernel's command line
if [ "${1:-}" = boot ]; then
	[ "$(cat $settings/directory) $(cat $settings/executable_memory)" = "/opt/real-time 1" ] ||
		wrong "the command line set '$(cat $settings/directory)' and $(cat $settings/executable_memory)"
	mkdir -p /opt/real-time
	cp /bin/mode /opt/real-time/
	rings "below the directory of the command line" 0 /opt/real-time/mode
	exit $failures
fi

# As it is at first
[ "$(cd $settings && grep . *)" = "directory:
disabled:0
executable_memory:0
network_file_systems:0" ] || [ "$(cd $settings && cat directory disabled executable_memory network_file_systems)" = "
0
0
0" ] || wrong "other settings: $(cd $settings && grep . *)"

# Executable memory
rings "a plain program" 0 /trusted/mode
refuses executable_memory /trusted/stack
refuses executable_memory /trusted/room
refuses executable_memory /trusted/stack-asks
takes executable_memory 1
refuses executable_memory /trusted/stack
rings "a program that asks, and may" 0 /trusted/stack-asks
takes executable_memory 2
rings "a program that does not ask, where all may" 0 /trusted/stack
takes_not executable_memory 3
takes_not executable_memory -1
takes_not executable_memory much
takes executable_memory 0

# A further directory
mkdir -p /opt/real-time/sub
cp /bin/mode /opt/real-time/
cp /bin/mode /opt/real-time/sub/
cp /bin/mode /opt/
rings "in a directory that is not trusted yet" 3 /opt/real-time/mode
takes directory /opt/real-time
rings "in the further directory" 0 /opt/real-time/mode
rings "below the further directory" 0 /opt/real-time/sub/mode
rings "beside the further directory" 3 /opt/mode
rings "in the first one still" 0 /trusted/mode
chmod 777 /opt/real-time/sub
refuses writable /opt/real-time/sub/mode
chmod 755 /opt/real-time/sub
chown 1000 /opt/real-time
refuses owner /opt/real-time/mode
chown 0 /opt/real-time
rings "in a chroot" 3 chroot /opt/real-time /mode
ln -s /opt/real-time /opt/link
takes directory /opt/link
rings "a directory that is a link" 3 /opt/link/mode
takes directory /opt/none
rings "a directory that is not there" 3 /opt/real-time/mode
mkdir /opt/mount
mount -t tmpfs -o mode=755 none /opt/mount
cp /bin/mode /opt/mount/
takes directory /opt/mount
rings "a directory with a mount over it" 0 /opt/mount/mode
for name in relative /opt/../etc /opt/. /opt//real-time /opt/ / ./opt "$(head -c 200 /dev/zero | tr '\0' a | sed 's,^,/,')"; do
	takes_not directory "$name"
done
takes directory ''
rings "in what was the further directory" 3 /opt/mount/mode

# Who may
su nobody -s /tools/sh -c "echo 1 >$settings/executable_memory" 2>/dev/null && wrong "nobody may change settings"
/bin/powerless sh -c "echo 1 >$settings/executable_memory" 2>/dev/null && wrong "root without capabilities may change settings"
/bin/powerless sh -c "echo /tmp >$settings/directory" 2>/dev/null && wrong "root without capabilities may change the directory"
unshare -U -r sh -c "echo 1 >$settings/executable_memory" 2>/dev/null && wrong "root of a user namespace may change settings"
[ "$(cat $settings/executable_memory)$(cat $settings/directory)" = 0 ] || wrong "somebody has changed settings"

# The end, until the next boot; what runs goes on
/trusted/sleeper & sleeper=$!
sleep 0.3
takes_not disabled 0
takes disabled 1
rings "when it is disabled" 3 /trusted/mode
[ "$(cat /sys/kernel/kml/status)" = "switched off by kernel.kml.disabled, until the next boot" ] ||
	wrong "status: $(cat /sys/kernel/kml/status)"
takes_not disabled 0
[ -d /proc/$sleeper ] || wrong "a program that was running has ended"
kill $sleeper || wrong "it cannot be ended"
exit $failures
