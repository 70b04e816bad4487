#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Steps over the calls of gates, whatever they are given, and on from wherever in a gate a process may be stopped: at
# its instructions up to the CLI. A tracer steps, and the program itself.
. "$(dirname "$0")/lib.sh"
needs demo

# places GATE: its instructions up to the CLI, each as GATE+OFFSET
places() {
	local first address mnemonic
	first=$(sed -n "s/^\(.*\) [Tt] $1\$/0x\1/p" "${kernels[demo]}/System.map")
	objdump -d --no-show-raw-insn --start-address="$first" --stop-address=$((first + 64)) "${kernels[demo]}/vmlinux" |
		sed -n 's/^\([0-9a-f]*\):\t\([a-z]*\).*/0x\1 \2/p' | while read -r address mnemonic; do
			printf '%s+%x\n' "$1" $((address - first))
			[ "$mnemonic" != cli ] || break
		done
}

gates=(kml_syscall_gate kml_syscall_gate_stepped kml_call_gate kml_call_gate_stepped)
mapfile -t all < <(for gate in "${gates[@]}"; do places "$gate"; done)
[ ${#all[@]} = 14 ] || fail "the gates do not begin as they did: ${all[*]}"
observe demo trace-steps traced "${all[@]}"
machine demo "$programs/own-steps" "${all[@]}"
