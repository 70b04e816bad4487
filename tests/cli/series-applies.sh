#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The series applies without fuzz to the source package that is installed; each patch says what it does and why.
. "$(dirname "$0")/common.sh"
kernel=${KML_SOURCE:?the top of the source tree}/kernel

ends_with 0 "$kernel/build" --stage stage
for file in kernel/kml/policy.c kernel/kml/x86/entry.S include/linux/kml.h include/kml/abi.h fs/exec.c; do
	[ -f "stage/$file" ] || fail "$file is missing"
done
grep -q kml_exec stage/fs/exec.c || fail "a hook is missing"
cmp "$KML_SOURCE/include/kml/abi.h" stage/include/kml/abi.h

[ "$(grep -c '\.patch$' "$kernel/linux-6.12/series")" = "$(find "$kernel/linux-6.12" -name '*.patch' | wc -l)" ] ||
	fail "there are patches that are not in the series"
for patch in "$kernel"/linux-6.12/*.patch; do
	[ "$(sed -n '/^Subject: \[PATCH/,/^---$/p' "$patch" | wc -l)" -ge 5 ] || fail "$(basename "$patch") does not say why"
done
