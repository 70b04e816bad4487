#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Seccomp filters of every kind, strict mode and user dispatch, which a process sets for itself: the gate shows and obeys
# what the instruction would.
. "$(dirname "$0")/lib.sh"
needs debug
observe debug same-output filtered 90 filtered
