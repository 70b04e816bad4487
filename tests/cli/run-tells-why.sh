#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each rule of the kernel, broken: kml-run --why names the one that the kernel then counts, and kml-run refuses by it.
. "$(dirname "$0")/run.sh"
needs_machine

# Here, or in a machine: no rule about places and callers is left.
ends_with 0 kml-run --machine --why /bin/true
grep -qx '/bin/true: in kernel mode, as all other rules pass there' out || { cat out; fail "other verdict"; }
ends_with 126 kml-run --machine --user-mode --why /bin/true
grep -qx '/bin/true: not in kernel mode, as --user-mode puts it elsewhere' out || { cat out; fail "other verdict"; }
printf '#!/bin/true\n' >script
chmod +x script
ends_with 126 kml-run --machine --why ./script
grep -qx './script: not in kernel mode, by rule format' out || { cat out; fail "other verdict"; }
ends_with 127 kml-run --why ./none
if [ -c /dev/full ]; then
	status=0
	kml-run --machine --why /bin/true 2>said >/dev/full || status=$?
	[ "$status" = 125 ] || fail "status $status when the output is full"
fi

cat >script <<'END'
#!/bin/busybox sh
PATH=/tools:/bin
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
[ -e /sys/kernel/kml ] || exit 77
failures=0

wrong() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

counts() { (cd /sys/kernel/kml/refused && grep . *); }

# agree RULE PROGRAM COMMAND...: put before the program, the command breaks the rule; or none, for ""
agree() {
	rule=$1 program=$2
	shift 2
	"$@" /bin/kml-run --why "$program" >/tmp/why 2>&1
	status=$?
	before=$(counts)
	"$@" "$program" >/dev/null 2>&1
	ring=$?
	after=$(counts)
	"$@" /bin/kml-run "$program" >/tmp/said 2>&1
	run=$?
	kernel=$(echo "$before
$after" | sort | uniq -u | sed 's/:.*//' | sort -u)
	[ "$kernel" = "$rule" ] || wrong "$rule: the kernel counts '$kernel': $*"
	if [ "$rule" ]; then
		expected="126 3 126 not in kernel mode, by rule $rule"
		grep -q "^kml-run: $program: not in kernel mode by rule $rule: " /tmp/said || wrong "$rule: kml-run: $(cat /tmp/said)"
	else
		expected="0 0 0 in kernel mode, as all rules pass"
	fi
	[ "$status $ring $run $(tail -n 1 /tmp/why | sed 's/[^:]*: //')" = "$expected" ] ||
		wrong "$rule: status $status, ring $ring, kml-run $run: $* $(cat /tmp/why)"
}

fresh() { cp /bin/mode "/trusted/$1"; chmod 755 "/trusted/$1"; }
nobody() {
	command=$1
	shift
	su nobody -s /tools/sh -c 'exec "$@"' -- "$command" "$command" "$@"
}

[ "$(ls /sys/kernel/kml/refused)" = "$(kml-run --why /trusted/mode | sed -n '4,$s/ .*passes$//p' | sort)" ] ||
	wrong "other names: $(kml-run --why /trusted/mode)"
agree '' /trusted/mode env
agree '' /trusted/mode nobody
fresh foreign; chown 1000 /trusted/foreign
agree owner /trusted/foreign env
fresh group; chmod 775 /trusted/group
agree writable /trusted/group env
fresh both; chmod 775 /trusted/both; chown 1000 /trusted/both
agree owner /trusted/both env
mkdir /trusted/sub; cp /bin/mode /trusted/sub/; chown 1000 /trusted/sub
agree owner /trusted/sub/mode env
# The kernel looks from the file upwards.
chmod 757 /trusted/sub/mode
agree writable /trusted/sub/mode env
chown 0 /trusted/sub
chmod 755 /trusted/sub/mode
chmod 1777 /trusted
agree writable /trusted/mode env
chmod 755 /trusted
mount -t tmpfs -o nosuid,mode=755 none /trusted/sub; cp /bin/mode /trusted/sub/
agree mount /trusted/sub/mode env
umount /trusted/sub
agree namespace /trusted/mode unshare -U -r
agree no_new_privs /trusted/mode /bin/caller no_new_privs
agree seccomp /trusted/mode /bin/caller seccomp
agree traced /trusted/mode nobody /bin/caller traced
agree '' /trusted/mode /bin/caller traced
echo 1 >/proc/sys/fs/suid_dumpable
agree dumpable /trusted/mode nobody
agree '' /trusted/mode env
echo 0 >/proc/sys/fs/suid_dumpable

# A script is executed by somebody else, so the kernel says "format", too; but kml-run does not execute it.
printf '#!/trusted/mode\n' >/trusted/script; chmod 755 /trusted/script
kml-run --why /trusted/script | tail -n 1 | grep -q 'by rule format$' || wrong "format"
kml-run /trusted/script 2>&1 | grep -q 'not in kernel mode by rule format: /trusted/script: is a script' || wrong "format"

# In this chroot, the same path leads to another file below the real /trusted.
mkdir -p /trusted/jail/proc /trusted/jail/sys /trusted/jail/bin /trusted/jail/trusted
mount -t proc none /trusted/jail/proc
mount -t sysfs none /trusted/jail/sys
cp /bin/kml-run /trusted/jail/bin/
cp /bin/mode /trusted/jail/trusted/
cp -r /lib /lib64 /trusted/jail/ 2>/dev/null
agree chroot /trusted/mode chroot /trusted/jail
kml-run --why /bin/mode | tail -n 1 | grep -q 'not in kernel mode, as it is elsewhere' || wrong "elsewhere"

# Not to be taken back
mount -t securityfs none /sys/kernel/security
agree '' /trusted/mode env
echo integrity >/sys/kernel/security/lockdown
agree lockdown /trusted/mode env
exit $failures
END
programs=$KML_BUILD/tests/vm/programs
status=0
kml-run --user-mode --add /bin/busybox --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /bin/caller="$programs/caller" --add /bin/kml-run="$KML_BUILD/src/kml-run" --add /src/script=script \
	/bin/busybox sh /src/script >out 2>said || status=$?
[ "$status" != 77 ] || skip "the newest kernel built here has no kernel mode"
[ "$status" = 0 ] || { cat out said; fail "status $status"; }
