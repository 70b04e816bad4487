#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module comes and goes: not twice, not on a kernel that is not known, not while a program is in kernel mode; a
# hundred times, and beside programs that start and end. Without it, the same program is an ordinary process.
. "$(dirname "$0")/lib.sh"
host=${KML_HOST:-module}
needs "$host"
module=${kernels[$host]}/load/50-kml.ko
# In the list of known releases it is the whole string; where the kernel looks, more follows
known=$(cat "${kernels[$host]}/release")
LC_ALL=C sed "s/${known//./\\.}\x00/${known%?}_\x00/" "$module" >"$scratch/unknown.ko"
! cmp -s "$module" "$scratch/unknown.ko" || fail "the module does not have '$known'"
files=(--add /trusted/mode="$programs/mode" --add /trusted/sleeper="$programs/sleeper"
	--add /unknown.ko="$scratch/unknown.ko" --add /script="$top/tests/vm/programs/module-loading.sh")
limit=${limit:-600}
machine "$host" --icount --user-mode "${files[@]}" /bin/busybox sh /script alone 100
# On two processors: one may be in a function that goes away
machine "$host" --user-mode "${files[@]}" /bin/busybox sh /script beside 1000
