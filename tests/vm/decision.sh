#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which programs start in kernel mode, and for which callers.
. "$(dirname "$0")/lib.sh"
needs demo
machine demo --user-mode --add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /bin/caller="$programs/caller" --add /trusted/caller="$programs/caller" \
	--add /trusted/sleeper="$programs/sleeper" --add /decision.sh="$top/tests/vm/programs/decision.sh" \
	"$busybox" sh /decision.sh
