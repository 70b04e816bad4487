#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# With the option off every object has the code that it has without the series: all sections with instructions, byte by
# byte and relocation by relocation. What the hooks do change there lies in data, as the line numbers of warnings do.
. "$(dirname "$0")/lib.sh"
needs stock off demo

settings() { grep CONFIG_ "${kernels[$1]}/kernel.config" | grep -v KERNEL_MODE_LINUX; }
settings=$(diff <(settings stock) <(settings off)) || fail "the two are not configured alike: $settings"
[ "$(wc -l <"${kernels[stock]}/code")" -gt 2000 ] || fail "that is not all code of a kernel"

# It would be seen: with the option on, the code around each hook is another
different_code stock demo >"$scratch/on"
while read -r place; do
	grep -qx "$place" "$scratch/on" || fail "$place is said to be the same with the option on"
done <<-'END'
	arch/x86/entry/entry_64.o .entry.text
	arch/x86/kernel/process.o .text
	arch/x86/mm/fault.o .text
	fs/binfmt_elf.o .text
	fs/exec.o .text
	kernel/kml/policy.o .text
END

# The one object that holds the configuration itself, with the line about the option, and its size
different_code stock off | grep -v '^kernel/configs\.o ' >"$scratch/off" || :
[ ! -s "$scratch/off" ] || fail "the option is off, and yet this code has changed: $(cat "$scratch/off")"
