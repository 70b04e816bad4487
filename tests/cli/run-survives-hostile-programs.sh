#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Damaged programs end in a message, never in a crash or a loop.
. "$(dirname "$0")/run.sh"

echo 'int main(void) { return 0; }' | compile sound
size=$(stat -c %s sound)
# A kernel that is none: nothing gets as far as booting it.
seed=1
for round in $(seq 100); do
	cp sound damaged
	for change in 1 2 3; do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		# Mostly the headers.
		offset=$((seed / 7 % (change == 3 ? size : 900)))
		printf "\\$(printf %o $((seed / 65536 % 256)))" |
			dd of=damaged bs=1 seek="$offset" conv=notrunc status=none
	done
	status=0
	timeout 20 env KML_CACHE="$work" kml-run --machine ./damaged 2>said || status=$?
	case $status in
	125 | 126) ;;
	*) cp damaged /tmp/kml-damaged; fail "round $round: status $status (/tmp/kml-damaged)" ;;
	esac
	said_one_line
done
