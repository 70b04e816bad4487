#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Wild values in the registers of a traced process: refused, or its own fault, in kernel mode as in user mode.
. "$(dirname "$0")/lib.sh"
needs debug
limit=250 observe debug trace-registers traced
