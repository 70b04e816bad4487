#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions of the program that the kernel calls back may use vector registers: those of other processes stay what they
# are, and so do theirs when other processes run in between.
. "$(dirname "$0")/lib.sh"
needs demo debug
files=(--add /bin/vectors="$programs/vectors" --add /trusted/vectors="$programs/vectors"
	--add /vectors.sh="$top/tests/vm/programs/vectors.sh")
callback='/trusted/vectors sort'
ordinary='/bin/vectors keep'
trusted='/trusted/vectors keep'

# Two and no more: whose registers are in the processor, is not given them again
echo "one processor"
machine demo --icount --user-mode "${files[@]}" /bin/busybox sh /vectors.sh 3 "$callback" "$ordinary"
echo "two at the same time"
all=("$callback" "$callback" "$trusted" "$ordinary" "$ordinary")
in_parallel demo --user-mode "${files[@]}" /bin/busybox sh /vectors.sh 5 "${all[@]}"
echo "with all checks"
machine debug --user-mode "${files[@]}" /bin/busybox sh /vectors.sh 5 "${all[@]}"
