#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A series that was made for other source is refused with the name of the patch, and nothing is built.
set -euo pipefail
top=${KML_SOURCE:?the top of the source tree}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir -p "$scratch/include"
cp -r "$top/kernel" "$scratch/kernel"
cp -r "$top/include/kml" "$scratch/include/kml"
fail() { echo "FAIL: $*" >&2; cat "$scratch/err" >&2; exit 1; }

# A line around the hook that the source does not have
sed -i 's/^ 	flush_thread();/ 	flush_thread(me);/' "$scratch"/kernel/linux-6.12/0002-*.patch
if "$scratch/kernel/build" --stage "$scratch/stage" 2>"$scratch/err"; then fail "accepted"; fi
grep -q '0002-.*does not apply to linux-source-6.12 6\.12' "$scratch/err" || fail "does not name patch and source"
grep -q "made for $(cat "$top/kernel/linux-6.12/BASE")" "$scratch/err" || fail "does not say what it was made for"

# Applies, but only by guessing: a context line at the edge of a hunk is wrong
cp "$top"/kernel/linux-6.12/0002-*.patch "$scratch/kernel/linux-6.12/"
sed -i '0,/^ #include <linux\/rseq.h>/s//#include <linux\/rseq-moved.h>/;s/^#include <linux\/rseq-moved.h>/ #include <linux\/rseq-moved.h>/' "$scratch"/kernel/linux-6.12/0002-*.patch
if "$scratch/kernel/build" --stage "$scratch/stage" 2>"$scratch/err"; then fail "accepted with fuzz"; fi
grep -q '0002-' "$scratch/err" || fail "does not name the patch"

if "$scratch/kernel/build" nonsense 2>"$scratch/err"; then fail "accepted a flavour that does not exist"; fi
grep -q "no flavour 'nonsense'; there are: debug demo off" "$scratch/err" || fail "does not list the flavours"
