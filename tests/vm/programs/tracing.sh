#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine.
set -eu
tracing=/sys/kernel/debug/tracing

# trace TRACER: for a moment; the result is in /tmp/trace
trace() {
	echo "$1" >$tracing/current_tracer
	sleep 0.3
	echo 0 >$tracing/tracing_on
	head -n 2000 $tracing/trace >/tmp/trace
	echo nop >$tracing/current_tracer
	echo 1 >$tracing/tracing_on
}

fail() { head -n 30 /tmp/trace >&2; echo "FAIL: $*" >&2; exit 1; }

echo 512 >$tracing/buffer_size_kb
/trusted/calling 3600 >/tmp/values &
calling=$!
sleep 0.5
for round in 1 2 3; do
	for tracer in function function_graph; do
		echo jiffies_to_msecs >$tracing/set_ftrace_filter
		trace $tracer
		grep -q 'jiffies_to_msecs' /tmp/trace || fail "$tracer did not see the call"
	done
done
grep -q jiffies_to_msecs $tracing/enabled_functions && fail "a tracer is still on"

# All functions, among them those that the gates are made of, under all that processes do
echo >$tracing/set_ftrace_filter
/trusted/load 10 >/tmp/load &
load=$!
for tracer in function function_graph; do
	trace $tracer
	[ "$(wc -l </tmp/trace)" -gt 1000 ] || fail "$tracer traced next to nothing"
done
wait $load || { cat /tmp/load >&2; exit 1; }
kill $calling
[ "$(cat /tmp/values)" = 12 ] || fail "the traced function returned $(cat /tmp/values)"
