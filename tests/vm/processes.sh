#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes and threads in kernel mode begin, are timed, and end as ordinary ones do.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
three_ways debug processes --icount --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /bin/compat="$programs/compat" --add /trusted/compat="$programs/compat"
expect_as_ordinary instruction </dev/null
expect_as_ordinary gate </dev/null
