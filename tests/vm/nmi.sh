#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# NMIs, nested ones included, find the CPU on the kml stack, and the process does not notice.
. "$(dirname "$0")/lib.sh"
needs demo
link demo nmi -- -pthread
limit=60 in_parallel demo "$scratch/nmi" 8
