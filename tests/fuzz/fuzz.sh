#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever the bytes are, a reader of files ends in time, within bounds and without a leak: libFuzzer for KML_FUZZ_SECONDS
# (60), under ASan and UBSan. scripts/fuzz does it for longer.
set -euo pipefail
top=${KML_SOURCE:?the top of the source tree} build=${KML_BUILD:?the directory that meson builds in}
target=${1:?}
seconds=${KML_FUZZ_SECONDS:-60}

command -v clang >/dev/null || { echo "SKIP: needs clang"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$top/tests/fuzz/build" "$build/fuzz" "$target"
"$top/tests/once" "fuzz-$target" ="$seconds" "$build/fuzz/tests/fuzz/fuzz-$target" $(find "$top/tests/fuzz" -type f | grep -E "/(run|seeds)\$|corpus/$target/" | sort) -- \
	"$top/tests/fuzz/run" "$build/fuzz" "$build/src/kml-link" "$target" "$seconds" corpus >log 2>&1 || {
	for file in broken-*; do
		[ -f "$file" ] && echo "the input, in base64: $(base64 -w 0 "$file")" >&2
	done
	tail -n 60 log >&2
	exit 1
}
grep -E 'number_of_executed_units|passed with' log
