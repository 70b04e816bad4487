#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every fault becomes the signal that it is for an ordinary process, in both modes and on both kernels.
. "$(dirname "$0")/lib.sh"
needs demo debug
machine demo "$programs/faults"
machine demo --user-mode "$programs/faults"
machine debug "$programs/faults"
