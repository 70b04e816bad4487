#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ordinary processes that are traced do not notice that kernel-mode processes beside them use gates, take signals and
# page faults, fork and exec.
. "$(dirname "$0")/lib.sh"
needs demo debug
files=(--append print-fatal-signals=1 --add /bin/tracing-pairs="$programs/tracing-pairs" --add /trusted/load="$programs/load"
	--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode"
	--add /tracing-pairs.sh="$top/tests/vm/programs/tracing-pairs.sh")
seconds=${KML_SECONDS:-10}
limit=$((seconds * 4 + 120))

machine demo --user-mode "${files[@]}" /bin/busybox sh /tracing-pairs.sh "$seconds"
in_parallel demo --user-mode "${files[@]}" /bin/busybox sh /tracing-pairs.sh "$seconds"
machine debug --user-mode "${files[@]}" /bin/busybox sh /tracing-pairs.sh "$seconds"
