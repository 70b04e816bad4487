#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A tracer cannot make the execve() of an ordinary process return to a kernel-mode program in ring 3. With page-table
# isolation, as ring 3 then has none of the program's memory.
. "$(dirname "$0")/lib.sh"
needs demo
machine demo --user-mode --append pti=on --add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	"$programs/trace-exec"
