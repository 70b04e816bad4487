#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel that does without kernel mode says so and why, and what lies below /trusted is ordinary there. Of the
# machines that are refused, QEMU 7.2 can be only the one without FSGSBASE; the way from there is the same for all.
. "$(dirname "$0")/lib.sh"
needs demo
link demo gates -- -lcmocka
link demo syscalls

# refused_with WORDS REASON
refused_with() {
	machine demo --append "$1" --user-mode --add /trusted/mode="$programs/mode" --add /trusted/gates="$scratch/gates" \
		--add /trusted/syscalls="$scratch/syscalls" --add /trusted/faults="$programs/faults" \
		--add /bin/kml-run="$build/src/kml-run" --add /refused.sh="$top/tests/vm/programs/refused.sh" \
		/bin/busybox sh /refused.sh "$2"
}

refused_with kml=off 'switched off by kml=off'
refused_with nofsgsbase 'the CPU has no FSGSBASE, or nofsgsbase is on the command line'

# What is refused only unless somebody asks for it, and is not there
machine demo --append kml.ibt=1 --user-mode --add /trusted/mode="$programs/mode" /bin/busybox sh -ec '
	/trusted/mode
	if busybox dmesg | busybox grep "Unknown kernel command line parameters.*kml"; then exit 1; fi'
