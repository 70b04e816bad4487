#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The same file runs in ring 0 below /trusted, and in ring 3 elsewhere.
. "$(dirname "$0")/lib.sh"
needs demo
expect_status 0 machine demo "$programs/mode"
expect_status 3 machine demo --user-mode "$programs/mode"
