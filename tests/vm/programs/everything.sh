#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# everything.sh CONDITION: runs in the machine. The condition proves that the kernel is what the test means it to be.
eval "$1" || { echo "not so: $1" >&2; exit 1; }
/trusted/gates && /trusted/faults && /trusted/load 5
