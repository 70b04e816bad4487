#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A debugger of root steps through a kernel-mode process, over both gates, and sees its system calls.
. "$(dirname "$0")/lib.sh"
needs debug
link debug stepped -- -static
machine debug --user-mode --add /trusted/stepped="$scratch/stepped" "$programs/stepper" /trusted/stepped
