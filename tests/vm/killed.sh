#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that is killed while a called kernel function faults on its memory dies of the signal, with no oops.
. "$(dirname "$0")/lib.sh"
needs demo
link demo killed
machine demo "$scratch/killed"
machine demo --append clearcpuid=smap "$scratch/killed"
