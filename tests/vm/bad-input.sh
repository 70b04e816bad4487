#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs with anything wrong in them, thousands of processes, processes without end and memory without end, all in
# kernel mode: processes die, the machine lives.
. "$(dirname "$0")/lib.sh"
needs debug
tools=$build/tests/vm/attacks
files=(--add /trusted/mode="$programs/mode" --add /trusted/crowd="$tools/crowd")
for name in malformed crowd exec; do
	files+=(--add /attacks/$name="$tools/$name")
done
while read -r file; do
	files+=(--add "/corpus/$(basename "$(dirname "$file")")-$(basename "$file")=$file")
done < <(find "$top/tests/fuzz/corpus" -type f)
limit=${limit:-500} machine debug --icount --user-mode --memory 256 "${files[@]}" \
	--add /bad-input.sh="$top/tests/vm/attacks/bad-input.sh" /bin/busybox sh /bad-input.sh
