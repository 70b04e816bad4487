#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process in kernel mode changes its address space in use, and loses its vDSO, as an ordinary one does.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
three_ways debug mappings --icount
expect_as_ordinary instruction </dev/null
expect_as_ordinary gate </dev/null
