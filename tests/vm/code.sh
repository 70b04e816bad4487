#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a process may execute that it did not start with: in kernel mode only code in files that nobody but root can
# change, and other memory if root has allowed it. The same program as an ordinary process shows that each way works.
. "$(dirname "$0")/lib.sh"
needs debug
machine debug --user-mode --add /bin/code="$programs/code" --add /trusted/code="$programs/code" \
	--add /trusted/code-asks="$programs/code-asks" --add /code.sh="$top/tests/vm/programs/code.sh" --add /files.sh="$top/tests/vm/attacks/files.sh" \
	/bin/busybox sh /code.sh >"$scratch/out"

# part TITLE: what was printed under that title
part() { awk -v title="== $1" '/^== / { in_it = $0 == title; next } in_it' "$scratch/out"; }

part ordinary | sed 1d | cut -d: -f1 >"$scratch/names"
[ "$(wc -l <"$scratch/names")" = 27 ] || fail "there are ways that were not tried: $(cat "$scratch/out")"

roots_files=$(cat "$top/tests/vm/attacks/roots-files")
memory="anonymous memory
anonymous memory, shared
anonymous memory, written, then protected
anonymous memory, personality
the heap
the stack
a memory file
a shared memory segment
root's file, changed in memory
root's file, writable in memory
root's file, changed after it was code"

# expect TITLE RING NAMES: these run, and all others are refused
expect() {
	{
		echo "ring: $2"
		while read -r name; do
			if grep -qxF "$name" <<<"$3"; then echo "$name: runs"; else echo "$name: EACCES"; fi
		done <"$scratch/names"
	} >"$scratch/expected"
	diff "$scratch/expected" <(part "$1") >&2 || fail "$1: < is expected, > what happened"
}
expect ordinary 3 "$(cat "$scratch/names")"
expect kernel-mode 0 "$roots_files"
expect user-in-kernel-mode 0 "$roots_files"
expect asks 0 "$roots_files"
expect allowed-to-all-that-ask-and-does-not 0 "$roots_files"
expect allowed-to-all-that-ask 0 "$roots_files
$memory"
expect allowed-to-all 0 "$roots_files
$memory"

# Each refusal is counted, by its rule: four runs had 11 of memory, six had 10 of files
[ "$(part executable_memory)" = 44 ] || fail "executable_memory counts $(part executable_memory)"
[ "$(part library)" = 60 ] || fail "library counts $(part library)"
# The log tells some of them
part log | grep -qE '^(\[[ 0-9.]*\] )?kml: rule executable_memory refuses memory to process [0-9]+ \(code\) of user 0$' ||
	fail "the log has nothing of it: $(part log)"
