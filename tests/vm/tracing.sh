#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The function tracers, on a function that programs call through the gate at that time, and on all functions.
. "$(dirname "$0")/lib.sh"
needs distribution
link distribution calling
limit=300 machine distribution --user-mode --add /trusted/calling="$scratch/calling" --add /trusted/load="$programs/load" \
	--add /trusted/mode="$programs/mode" --add /bin/mode="$programs/mode" \
	--add /tracing.sh="$top/tests/vm/programs/tracing.sh" /bin/busybox sh /tracing.sh
