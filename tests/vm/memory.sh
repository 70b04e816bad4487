#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel does to a program's memory behind its back: merging, swapping, moving between nodes and within
# them, and killing it in the middle of a called function when there is none left.
. "$(dirname "$0")/lib.sh"
needs distribution
link distribution memory
limit=400 machine distribution --append "$writes_code numa=fake=2 zswap.enabled=1" --user-mode --add /trusted/memory="$scratch/memory" \
	--add /trusted/load="$programs/load" --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /memory.sh="$top/tests/vm/programs/memory.sh" /bin/busybox sh /memory.sh
