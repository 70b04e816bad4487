#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The series applies without fuzz to the source package that is installed; each patch says what it does and why.
set -euo pipefail
top=${KML_SOURCE:?the top of the source tree}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$top/kernel/build" --stage "$scratch/stage" 2>"$scratch/err" || { cat "$scratch/err" >&2; exit 1; }
for file in kernel/kml/policy.c kernel/kml/x86/entry.S include/linux/kml.h include/kml/abi.h fs/exec.c; do
	[ -f "$scratch/stage/$file" ] || { echo "FAIL: $file is missing" >&2; exit 1; }
done
grep -q kml_exec "$scratch/stage/fs/exec.c"
cmp "$top/include/kml/abi.h" "$scratch/stage/include/kml/abi.h"

listed=$(grep -c '\.patch$' "$top/kernel/linux-6.12/series")
[ "$listed" = "$(find "$top/kernel/linux-6.12" -name '*.patch' | wc -l)" ] || { echo "FAIL: patches that are not in the series" >&2; exit 1; }
for patch in "$top"/kernel/linux-6.12/*.patch; do
	body=$(sed -n '/^Subject: \[PATCH/,/^---$/p' "$patch" | wc -l)
	[ "$body" -ge 5 ] || { echo "FAIL: $(basename "$patch") does not say why" >&2; exit 1; }
done
