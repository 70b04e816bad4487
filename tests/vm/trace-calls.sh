#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A tracer of root sees and changes the system calls of the gate as those of the instruction and of user mode.
. "$(dirname "$0")/lib.sh"
needs demo debug
limit=250 observe demo trace-calls traced
limit=250 observe debug trace-calls traced
