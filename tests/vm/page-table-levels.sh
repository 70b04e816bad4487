#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Five levels of page tables, with memory where only those reach, and four.
. "$(dirname "$0")/lib.sh"
needs debug
link debug high
for isolation in off on; do
	machine debug --append "$writes_code pti=$isolation" "$scratch/high"
	expect_status 3 machine debug --append "$writes_code no5lvl pti=$isolation" "$scratch/high"
done
everything debug '! grep -qw la57 /proc/cpuinfo' --append no5lvl
