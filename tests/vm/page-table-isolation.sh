#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same with page-table isolation, where the kernel and its programs have page tables of their own.
. "$(dirname "$0")/lib.sh"
needs debug
link debug gates -- -lcmocka
machine debug --append pti=on --add /bin/mode="$programs/mode" "$scratch/gates"
machine debug --append pti=on "$programs/faults"
machine debug --append pti=on --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" "$programs/load" 5
