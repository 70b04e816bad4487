#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine: who gets which core dumps of whom. What is said of it
# goes to standard error, an archive with the cores for a debugger to standard
# output.
PATH=/tools:/usr/bin
/bin/busybox mkdir -p /tools /tmp/cores
/bin/busybox --install -s /tools
cd /tmp/cores
ulimit -c unlimited
failures=0

ok() { echo "ok    $*" >&2; }

bad() {
	echo "FAIL  $*" >&2
	failures=$((failures + 1))
}

# dies COMMAND...: of its fault
dies() {
	local status=0
	"$@" >/dev/null 2>&1 || status=$?
	[ $status = 139 ] || bad "status $status instead of 139: $*"
}

# core WHAT OWNER COMMAND...: leaves a core of this owner, which nobody else can read
core() {
	local what=$1 owner=$2
	shift 2
	rm -f /tmp/cores/core*
	dies "$@"
	set -- /tmp/cores/core*
	if [ $# != 1 ] || [ ! -s "$1" ]; then
		bad "$what: no core"
	elif [ "$(stat -c '%u %a' "$1")" != "$owner 600" ]; then
		bad "$what: the core's owner and mode are $(stat -c '%u %a' "$1")"
	else
		ok "$what: a core for user $owner alone"
	fi
}

# no_core WHAT COMMAND...
no_core() {
	local what=$1
	shift
	rm -f /tmp/cores/core*
	dies "$@"
	if ls /tmp/cores/core* >/dev/null 2>&1; then
		bad "$what: a core"
	else
		ok "$what: no core"
	fi
}

as_nobody() { su nobody -s /tools/sh -c "ulimit -c unlimited; cd /tmp/cores; exec $*"; }

chmod 777 /tmp/cores
echo 0 >/proc/sys/fs/suid_dumpable
echo /tmp/cores/core.%p >/proc/sys/kernel/core_pattern
core "user mode, of root" 0 /usr/bin/traced instruction stumble
core "user mode, of another user" 65534 as_nobody /usr/bin/traced instruction stumble
no_core "kernel mode, of root" /trusted/traced gate stumble
no_core "kernel mode, of another user" as_nobody /trusted/traced gate stumble

echo 2 >/proc/sys/fs/suid_dumpable
core "kernel mode, of root, suid_dumpable 2" 0 /trusted/traced gate stumble
core "kernel mode, of another user, suid_dumpable 2" 0 as_nobody /trusted/traced gate stumble
no_core "kernel mode, of root, suid_dumpable 2, no size allowed" sh -c 'ulimit -c 0; exec /trusted/traced gate stumble'
echo core.%p >/proc/sys/kernel/core_pattern
no_core "kernel mode, of another user, suid_dumpable 2, into its directory" as_nobody /trusted/traced gate stumble
no_core "kernel mode, of root, suid_dumpable 2, into its directory" /trusted/traced gate stumble
echo '|/tools/tee /tmp/piped' >/proc/sys/kernel/core_pattern
rm -f /tmp/piped
dies as_nobody /trusted/traced gate stumble
for i in 1 2 3 4 5 6 7 8 9 10; do
	[ -s /tmp/piped ] && break
	sleep 0.5
done
if [ "$(head -c 4 /tmp/piped | od -An -c | tr -d ' ')" = '177ELF' ]; then ok "into a pipe of root"; else bad "into a pipe of root"; fi

# Three for the debugger, and their process ids
echo /tmp/cores/core.%p >/proc/sys/kernel/core_pattern
rm -f /tmp/cores/*
# left NAME COMMAND...
left() {
	local name=$1
	shift
	"$@" & echo $! >"$name.pid"
	wait $!
	mv "core.$(cat "$name.pid")" "$name.core" || bad "$name: no core to be read"
}
left user /usr/bin/traced instruction stumble 2>/dev/null
left instruction /trusted/traced instruction stumble 2>/dev/null
left gate /trusted/traced gate stumble 2>/dev/null
tar -c .
exit $failures
