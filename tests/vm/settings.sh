#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What root can allow, forbid and switch off while the machine runs, or on the command line; and that nobody else can.
. "$(dirname "$0")/lib.sh"
needs debug

# The code's segment becomes larger in memory than in the file; the kernel fills that with what can be written
with_room() {
	local segment headers size at
	cp "$programs/mode" "$scratch/room"
	segment=$(readelf -lW "$scratch/room" | grep -E '^  [A-Z]' | sed 1d | grep -nE '^  LOAD.* R E ' | cut -d: -f1)
	case $arch in x86) headers=64 size=56 at=40 ;; arm) headers=52 size=32 at=20 ;; esac
	printf '\377' | dd of="$scratch/room" bs=1 seek=$((headers + size * (segment - 1) + at)) conv=notrunc status=none
}

with_room
programs_here=(--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" --add /trusted/stack="$programs/stack"
	--add /trusted/room="$scratch/room" --add /trusted/stack-asks="$programs/stack-asks" --add /trusted/sleeper="$programs/sleeper"
	--add /bin/powerless="$programs/powerless" --add /settings.sh="$top/tests/vm/programs/settings.sh")
machine debug --user-mode "${programs_here[@]}" "$busybox" sh /settings.sh
machine debug --user-mode "${programs_here[@]}" \
	--append 'sysctl.kernel.kml.directory=/opt/real-time sysctl.kernel.kml.executable_memory=1' \
	"$busybox" sh /settings.sh boot
