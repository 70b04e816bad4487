#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# module-loading.sh alone|beside TIMES: runs in the machine, as an ordinary process of root; the module is loaded.
# /unknown.ko is the same, but for kernels that are not this one; /missing.ko looks for a function that is nowhere, and
# /series.ko takes this kernel for the series.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
set -u
file=/.kml-modules/50-kml.ko

fail() { echo "FAIL: $*"; dmesg | tail -n 5; exit 1; }
ring() { /trusted/mode; echo $?; }
is_loaded() { [ -e /sys/module/kml ]; }
load() { insmod $file "$@" || fail "insmod $*"; }

# expect_refusal WHAT PATTERN COMMAND...: it fails, and says so itself or in the kernel's log
expect_refusal() {
	local what=$1 pattern=$2
	shift 2
	dmesg -c >/tmp/log
	"$@" >/tmp/error 2>&1 && fail "$what: $* works"
	dmesg >>/tmp/error
	grep -q "$pattern" /tmp/error || fail "$what: $(cat /tmp/error)"
	echo "$what: refused"
}

# The memory of the last process may be on its way out still
unload() {
	local try
	for try in $(seq 50); do
		rmmod kml 2>/tmp/error && return
		sleep 0.1
	done
	fail "rmmod: $(cat /tmp/error)"
}

# reload TIMES
reload() {
	local count
	for count in $(seq $1); do
		load
		[ "$(ring)" = 0 ] || fail "load $count: not in ring 0"
		unload
		[ "$(ring)" = 3 ] || fail "load $count: in ring 0 after it"
	done
	echo "loaded $1 times"
}

# Whenever it is killed, the module is loaded or not
kill_insmod() {
	local try pid
	for try in $(seq 10); do
		insmod $file 2>/tmp/error & pid=$!
		usleep $((try * 20000))
		kill -9 $pid 2>/tmp/error
		wait $pid
		if is_loaded; then
			[ "$(ring)" = 0 ] || fail "insmod $try was killed: loaded, and in ring $(ring)"
			unload
		else
			[ "$(ring)" = 3 ] || fail "insmod $try was killed: not loaded, and in ring $(ring)"
		fi
	done
	echo "insmod killed 10 times"
}

# start_and_end TIMES: so many, and more until some were in ring 0, and some in 3; leaves in /tmp/rings how many
start_and_end() {
	local in_0=0 in_3=0 unloaded=0
	while [ $((in_0 + in_3)) -lt $1 ] || [ $in_0 = 0 ] || [ $in_3 = 0 ] || [ $unloaded -lt 2 ]; do
		read -r unloaded </tmp/unloaded
		/trusted/mode
		case $? in
		0) in_0=$((in_0 + 1)) ;;
		3) in_3=$((in_3 + 1)) ;;
		*) in_0=none; break ;;
		esac
		[ $((in_0 + in_3)) -lt $(($1 * 10)) ] || break
	done
	echo $in_0 $in_3 >/tmp/rings
}

# A process that is in kernel mode keeps the module: many an rmmod is refused
reload_beside() {
	local unloaded=0 in_0 in_3
	echo 0 >/tmp/unloaded
	start_and_end $1 &
	while [ ! -e /tmp/rings ]; do
		is_loaded || load
		rmmod kml 2>/tmp/error && unloaded=$((unloaded + 1)) && echo $unloaded >/tmp/unloaded.new &&
			mv /tmp/unloaded.new /tmp/unloaded
	done
	wait
	read -r in_0 in_3 </tmp/rings
	[ "$in_0" != none ] || fail "a program was in neither ring"
	is_loaded || load
	[ "$(ring)" = 0 ] || fail "not in ring 0 in the end"
	[ $in_0 -gt 0 ] && [ $in_3 -gt 0 ] && [ $unloaded -gt 1 ] ||
		fail "unloaded $unloaded times, and $in_0 programs in ring 0, $in_3 in ring 3: nothing was tried"
	echo "unloaded $unloaded times beside $((in_0 + in_3)) programs, $in_0 of them in ring 0"
}

[ "$(ring)" = 0 ] || fail "not in ring 0"
if [ "$1" = beside ]; then
	reload_beside "$2"
	exit 0
fi
expect_refusal "loaded twice" "exists" insmod $file
/trusted/sleeper & sleeper=$!
sleep 1
expect_refusal "unloaded under a program" "busy\|temporarily unavailable" rmmod kml
[ "$(ring)" = 0 ] || fail "a refused rmmod ends kernel mode"
kill -9 $sleeper
wait $sleeper

unload
[ ! -e /sys/kernel/kml ] && [ ! -e /proc/sys/kernel/kml ] || fail "its files are left"
[ "$(ring)" = 3 ] || fail "in ring 0 without the module"
expect_refusal "a wrong value" "invalid for parameter .force" insmod $file force=maybe
expect_refusal "a wrong value" "invalid for parameter .ibt" insmod $file ibt=maybe
insmod $file ibt=1 || fail "ibt=1 is not taken"
! dmesg | grep "unknown parameter 'ibt'" || fail "there is no parameter ibt"
unload
expect_refusal "a kernel that is not known" "kml: .*not tested .*force=1" insmod /unknown.ko
insmod /unknown.ko force=1 || fail "force=1 does not help"
[ "$(ring)" = 0 ] || fail "with force=1: not in ring 0"
unload
insmod $file unheard=1 || fail "a parameter that it does not have"
dmesg | grep -q "kml: unknown parameter 'unheard' ignored" || fail "an unknown parameter is not told"
unload
expect_refusal "a missing function" "kml: not loaded: this kernel has no page_fault_none" insmod /missing.ko
expect_refusal "a kernel with the series" "kml: .*has kernel mode already" insmod /series.ko
echo 0 >/proc/sys/kernel/ftrace_enabled
expect_refusal "no redirection" "kml: not loaded: .*ftrace_enabled" insmod $file
[ ! -e /sys/kernel/kml ] && [ ! -e /proc/sys/kernel/kml ] || fail "a refused module leaves files"
echo 1 >/proc/sys/kernel/ftrace_enabled
[ "$(ring)" = 3 ] || fail "in ring 0 without the module"
load
expect_refusal "an end of redirection" "busy" sysctl -w kernel.ftrace_enabled=0
unload

reload "$2"
kill_insmod
