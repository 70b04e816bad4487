#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Many runs at once, of the same name: in the end, and whenever somebody looks, there is one of the programs, complete.
. "$(dirname "$0")/image.sh"

install_in 0 --create
for number in 1 2 3 4; do
	mkdir $number
	static_program prog$number
	mv prog$number $number/prog
done
install_in 0 1/prog
for number in 1 2 3 4; do
	(
		for round in $(seq 25); do
			kml-install --root "$image" $number/prog || exit 1
		done
	) >said$number 2>&1 &
	runs="${runs:-} $!"
done
(
	while [ ! -e end ]; do
		kml-install --root "$image" --verify prog || exit 1
	done
) &
watcher=$!
failed=0
for run in $runs; do
	wait "$run" || failed=$((failed + 1))
done
echo >end
wait $watcher || fail "somebody saw it incomplete"
cat said?
[ $failed = 0 ] || fail "$failed runs failed"
[ "$(ls -A "$image/trusted")" = prog ] || { ls -A "$image/trusted"; fail "something is left"; }
install_in 0 --verify

# Removing at the same time: each name is removed once.
cp 1/prog 1/other
install_in 0 1/other
for number in 1 2 3 4; do
	kml-install --root "$image" --remove other 2>/dev/null && echo removed >>removed &
done
wait
[ "$(wc -l <removed)" = 1 ] || fail "removed $(wc -l <removed) times"
