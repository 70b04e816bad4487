#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A core of a kernel-mode process is written where only root gets it, and a debugger reads it as one of user mode.
. "$(dirname "$0")/lib.sh"
needs demo
machine demo --user-mode --append "$distinct_pids" --add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	--add /cores.sh="$top/tests/vm/programs/cores.sh" /bin/busybox sh /cores.sh >"$scratch/cores.tar"
tar -C "$scratch" -xf "$scratch/cores.tar"

# describe WAY: what gdb finds in its core
describe() {
	gdb -nx -batch -iex 'set debuginfod enabled off' -ex backtrace -ex 'info registers rip cs ss' \
		-ex 'print $_siginfo.si_signo' -ex 'print $_siginfo._sifields._sigfault.si_addr' -ex 'info threads' \
		-ex 'print watched' -ex 'x/2i $pc' "$programs/traced" "$scratch/$1.core" 2>/dev/null |
		sed -e "s/\<$(cat "$scratch/$1.pid")\>/PID/g" -e 's,/usr/bin/,/trusted/,' -e 's/traced gate/traced instruction/' \
			-e 's/0x7ff[0-9a-f]*/stack/g'
}

for way in user instruction gate; do
	describe "$way" >"$scratch/$way"
	[ "$(readelf -n "$scratch/$way.core" | grep -c NT_PRSTATUS)" = 1 ] || fail "the notes in the core, $way"
	diff "$scratch/user" "$scratch/$way" || fail "gdb sees another core, $way"
done
for expected in 'stumble (depth=depth@entry=3)' 'in scene_stumble' '1 = 11' 'LWP PID'; do
	grep -qF "$expected" "$scratch/user" || { cat "$scratch/user"; fail "gdb sees no '$expected' in the core"; }
done
echo "ok    gdb sees the same in all three cores: $(wc -l <"$scratch/user") lines"
