#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A series that was made for other source is refused with the name of the patch, and nothing is built.
. "$(dirname "$0")/common.sh"
kernel=${KML_SOURCE:?the top of the source tree}/kernel

mkdir include
cp -r "$kernel" kernel
cp -r "$KML_SOURCE/include/kml" include/kml

# A line around the hook that the source does not have
sed -i 's/^ 	flush_thread();/ 	flush_thread(me);/' kernel/linux-6.12/0002-*.patch
ends_with 1 kernel/build --stage stage
grep -q '0002-.*does not apply to linux-source-6.12 6\.12' said || fail "does not name patch and source: $(cat said)"
said "made for $(cat "$kernel/linux-6.12/BASE")"

# Applies, but only by guessing: a line at the edge of a hunk is another one
cp "$kernel"/linux-6.12/0002-*.patch kernel/linux-6.12/
sed -i 's/^ #include <linux\/ksm.h>/ #include <linux\/moved.h>/' kernel/linux-6.12/0002-*.patch
ends_with 1 kernel/build --stage stage
said 0002-

ends_with 1 kernel/build nonsense
said "no flavour 'nonsense'; there are: debug demo distribution realtime sanitized stock prefix-N"
