#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nobody without root's capabilities looks or reaches into a process in kernel mode, not even if it is dumpable, which it
# cannot make itself without them, and not even from kernel mode.
. "$(dirname "$0")/lib.sh"
needs debug

cat >"$scratch/script" <<'END'
/bin/busybox --install -s /bin
for who in nobody root; do
	for tracer in /bin/reach /trusted/reach; do
		for role in plain dumpable asks powerless; do
			echo "== $who $tracer $role"
			su $who -s /bin/sh -c "$tracer /trusted/reach $role"
		done
	done
done
echo "== ordinary"
su nobody -s /bin/sh -c "/bin/reach /bin/reach dumpable; /bin/reach /bin/reach asks"
echo "== powerless"
/bin/reach /bin/reach powerless
END
machine debug --user-mode --add /bin/reach="$programs/reach" --add /trusted/reach="$programs/reach" \
	--add /script="$scratch/script" /bin/busybox sh /script >"$scratch/out"

part() { awk -v title="== $1" '/^== / { in_it = $0 == title; next } in_it' "$scratch/out"; }

part ordinary | sed -e 1d -e 's/: works$//' -e '/^ring/d' >"$scratch/all"
grep -q ': ' "$scratch/all" && fail "not all is possible between ordinary processes: $(cat "$scratch/out")"
[ "$(wc -l <"$scratch/all")" = 11 ] || fail "there are ways that were not tried: $(cat "$scratch/out")"

part powerless | grep -q "^maps: works" || fail "root without capabilities: $(cat "$scratch/out")"

# expect ANSWER PART...: that one to all that is tried there
expect() {
	local answer=$1 part
	shift
	for part in "$@"; do
		[ "$(part "$part" | sed -n 1p)" = "ring: 0" ] || fail "$part was not in kernel mode: $(cat "$scratch/out")"
		[ "$(part "$part" | sed 1d | wc -l)" -ge 1 ] || fail "$part: nothing was tried"
		if part "$part" | sed 1d | grep -vE ": ($answer)\$" >&2; then
			fail "$part: all should have been $answer"
		fi
	done
}
expect 'EPERM|EACCES' "nobody /bin/reach plain" "nobody /bin/reach dumpable" "nobody /bin/reach asks" \
	"nobody /trusted/reach plain" "nobody /trusted/reach dumpable" "nobody /trusted/reach asks"
expect works "root /bin/reach plain" "root /bin/reach dumpable" "root /bin/reach asks" \
	"root /trusted/reach plain" "root /trusted/reach dumpable" "root /trusted/reach asks"
# Dumpable it is, so nothing but the capability is missing
for tracer in /bin/reach /trusted/reach; do
	powerless="root $tracer powerless"
	[ "$(part "$powerless" | sed -n 2p)" = "makes itself dumpable: works" ] || fail "$(cat "$scratch/out")"
	part "$powerless" | sed 1,2d >"$scratch/powerless"
	[ "$(wc -l <"$scratch/powerless")" = 9 ] && ! grep -vE ': (EPERM|EACCES)$' "$scratch/powerless" >&2 ||
		fail "root without capabilities reaches it from $tracer"
done
