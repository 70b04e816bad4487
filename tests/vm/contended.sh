#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Called kernel functions may fault on the program's memory while other threads hold the lock of its mappings,
# with SMAP and on CPUs without it.
. "$(dirname "$0")/lib.sh"
needs demo
link demo contended -- -pthread
machine demo "$scratch/contended" 4
machine demo --append clearcpuid=smap "$scratch/contended" 4
