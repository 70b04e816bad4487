#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs in the machine: the same session of gdb with the same program in user
# mode, and in kernel mode by the instruction and by the gate; then gdb is
# attached to what sleeps in the kernel.
PATH=/tools:/usr/bin
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
cd /tmp
failures=0

ok() { echo "ok    $*"; }

bad() {
	echo "FAIL  $*"
	failures=$((failures + 1))
}

debugger() {
	gdb -nx -q -batch -iex 'set startup-with-shell off' -iex 'set debuginfod enabled off' \
		-iex 'set print entry-values no' "$@" 2>/dev/null
}

# session DIRECTORY WAY: without what differs from run to run, and the frame that only the gate has
session() {
	sed "s/WAY/$2/" commands >session
	debugger -x session "$1/traced" | sed -e 's/process [0-9]*/process N/' -e 's,/usr/bin/,/trusted/,' \
		-e '/__kml_syscall/d' -e 's/^#[0-9]* *\(0x[0-9a-f]* in \)\?/# /' -e 's/passage.c:[0-9]*/passage.c/' \
		-e 's/0x7ff[0-9a-f]*/stack/g'
}

cat >commands <<'END'
set args WAY points
break marked
run
backtrace
info registers rip cs ss ds es fs gs
print value
stepi
next
finish
delete
watch watched[0]
continue
backtrace
delete
hbreak marked
continue
print $_siginfo.si_signo
call marked(41)
print watched[2] = 7
x/2i marked
delete
catch syscall getuid
set print frame-arguments none
commands
silent
backtrace
end
continue
continue
delete
catch fork
commands
silent
backtrace
end
set args WAY children
run
delete
kill
END
session /usr/bin instruction >user
session /trusted instruction >instruction
session /trusted gate >gate
if [ "$(wc -l <user)" -lt 50 ]; then
	bad "too little was seen:"
	cat user
elif cmp user instruction && cmp user gate; then
	ok "a session: $(wc -l <user) lines, the same each way"
else
	bad "a session"
	diff user instruction
	diff user gate
fi

# attached WHAT NUMBER FUNCTIONS COMMAND...: asleep in that system call, or in none, these functions are on the stack
attached() {
	local what=$1 number=$2 functions=$3 pid seen
	shift 3
	"$@" & pid=$!
	until grep -q '^State:.S' /proc/$pid/status && grep -q "^$number " /proc/$pid/syscall; do usleep 10000; done
	debugger -p $pid -ex backtrace -ex 'print $_siginfo.si_signo' -ex detach >attached
	seen=$(sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\?\([^ ]*\) .*/\2/p' attached | tr '\n' ' ')
	if [ "$seen" = "$functions " ] && grep -q '^\[Inferior 1 .* detached\]' attached && kill -0 $pid; then
		ok "$what: $seen"
	else
		bad "$what: $seen"
		cat attached
	fi
	kill $pid
	wait $pid 2>/dev/null
}

attached "asleep by the instruction" 35 "passage scene_sleep main" /trusted/traced instruction sleep
attached "asleep by the gate" 35 "__kml_syscall passage scene_sleep main" /trusted/traced gate sleep
attached "asleep by an import, a system call" 35 "__kml_syscall nap_by_system_call main" /trusted/debugged system-call
attached "asleep by an import, a function" -1 "nap_by_call main" /trusted/debugged call
exit $failures
