#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Breakpoints, watchpoints and single steps hit a kernel-mode process where they hit it in user mode.
. "$(dirname "$0")/lib.sh"
needs debug
limit=250 observe debug trace-points traced
