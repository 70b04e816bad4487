#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whichever system call is the last one of a run: what can be executed is the old program or the new one, complete.
# Hundreds of runs that wait for no disk: nothing here is about power failures.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
. "$(dirname "$0")/image.sh"
command -v strace >/dev/null || skip "no strace (apt install strace)"

static_program old
static_program new
mkdir path
cp old path/prog
install_in 0 --create path/prog
cp -a "$image" before
cp new path/prog

# All that anybody could start in kernel mode now has to be one of both, with its record, and "prog" is always there.
check_state() {
	for file in "$image"/trusted/* "$image"/trusted/.[!.]*; do
		[ -e "$file" ] || continue
		case $(stat -c '%a %u:%g' "$file") in
		'600 0:0') echo "$1" >>half ;;
		'755 0:0') cmp -s "$file" old || cmp -s "$file" new || fail "$1: content of $file" ;;
		*) fail "$1: $(stat -c '%n %a %u:%g' "$file")" ;;
		esac
	done
	kml-install --root "$image" --verify prog || fail "$1: prog is not sound"
}

# killed WHAT N ARGUMENTS...: kml-install with a kill in place of the Nth call of that name
killed() {
	what=$1 number=$2
	shift 2
	status=0
	strace -o /dev/null -e inject="$what":signal=KILL:when="$number" kml-install --root "$image" "$@" || status=$?
	[ $status = 137 ] || fail "$what $number: not killed, but status $status"
	check_state "$what $number"
}

# at_every_call ARGUMENTS...: all that kml-install itself does, behind the loader's calls, which begins with umask()
at_every_call() {
	rm -rf "$image"
	cp -a before "$image"
	strace -o calls kml-install --root "$image" "$@"
	rm -rf "$image"
	cp -a before "$image"
	sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' calls | grep -vx exit_group |
		awk '{ count[$1]++ } $1 == "umask" { begun = 1 } begun { print $1, count[$1] }' >points
	while read -r name number; do
		killed "$name" "$number" "$@" 2>/dev/null
		[ -z "$each" ] || eval "$each"
	done <points
}

each=
at_every_call path/prog
grep -q '^write ' half && grep -q '^fsetxattr ' half || fail "no run has left anything half"
grep -q '^renameat ' points || fail "no renaming was seen"
# The next run removes what is left.
install_in 0 path/prog
[ "$(ls -A "$image/trusted")" = prog ] || { ls -A "$image/trusted"; fail "something is left"; }
cmp "$image/trusted/prog" new

# A directory that was made is never open to others, and the next run completes it.
each='rm -r "$image"; cp -a before "$image"'
check_state() {
	[ ! -e "$image/trusted" ] || case $(stat -c '%a %u' "$image/trusted") in
	'700 0' | '755 0') ;;
	*) fail "$1: the directory is $(stat -c '%a %u' "$image/trusted")" ;;
	esac
	install_in 0 --create
	[ "$(stat -c %a "$image/trusted")" = 755 ] || fail "$1: not completed"
}
rm -r before/trusted
at_every_call --create
grep -q '^mkdirat ' points || fail "no directory was seen"
