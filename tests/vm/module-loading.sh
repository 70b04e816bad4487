#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module comes and goes: not twice, not while a program is in kernel mode, a hundred times, and beside programs that
# start and end. Without it, the same program is an ordinary process.
. "$(dirname "$0")/lib.sh"
host=${KML_HOST:-module}
needs "$host"
limit=${limit:-600}
machine "$host" --icount --user-mode --add /trusted/mode="$programs/mode" --add /trusted/sleeper="$programs/sleeper" \
	--add /script="$top/tests/vm/programs/module-loading.sh" /bin/busybox sh /script
