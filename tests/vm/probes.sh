#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Uprobes and uretprobes in a kernel-mode process, and kprobes on what it calls through the gates.
. "$(dirname "$0")/lib.sh"
needs demo
# Where a function has its first argument and its result, and what the kernel calls a system call
names=(di ax __x64_sys_getppid)
[ "$arch" = x86 ] || names=(r0 r0 sys_getppid)
# Linux 6.12 loses a register when it emulates the PUSH that functions of Thumb code begin with, whoever calls them.
! grep -qx CONFIG_THUMB2_KERNEL=y "${kernels[demo]}/kernel.config" 2>/dev/null || names[2]=sys_getppid+2

# instructions FUNCTION: its instructions that probes are for, each as "OFFSET-IN-FILE MNEMONIC"
instructions() {
	local address offset place mnemonic
	read -r address offset < <(readelf -SW "$programs/traced" | sed -n 's/.* \.text *PROGBITS *\([0-9a-f]*\) \([0-9a-f]*\) .*/\1 \2/p')
	"${cc%gcc}objdump" -d --no-show-raw-insn "$programs/traced" |
		sed -n "/<$1>:\$/,/^\$/s/^ *\([0-9a-f]*\):\t\([a-z]*\).*/\1 \2/p" | grep -vE ' (nop|data|cs|svc|$)' |
		while read -r place mnemonic; do
			printf '%#x %s\n' $((0x$place - 0x$address + 0x$offset)) "$mnemonic"
		done
}

link demo probed -- -static
instructions marked >"$scratch/marked"
instructions passage >"$scratch/passage"
# shellcheck disable=SC2046
machine demo --user-mode --add /trusted/traced="$programs/traced" --add /trusted/probed="$scratch/probed" \
	--add /bin/busybox="$busybox" --add /probes.sh="$top/tests/vm/programs/probes.sh" "$busybox" sh /probes.sh "${names[@]}" \
	$(head -n 1 "$scratch/marked" | cut -d ' ' -f 1) $(sed -nE '/ (call|blx)$/{N;p}' "$scratch/passage" | cut -d ' ' -f 1) \
	$(cut -d ' ' -f 1 "$scratch/marked" "$scratch/passage")
