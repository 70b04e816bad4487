#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What happens to the source between the check and the copy does not get in unchecked.
. "$(dirname "$0")/image.sh"
command -v strace >/dev/null || skip "no strace (apt install strace)"

static_program old
static_program new
printf '#!/bin/sh\n' >script
install_in 0 --create

# meanwhile COMMAND: while a run that has checked "prog" waits before it copies; sets status
meanwhile() {
	cp old prog
	rm -f waiting
	strace -o waiting -e trace=flock -e inject=flock:delay_exit=8000000 kml-install --root "$image" prog >out 2>said &
	# The delay comes behind the call, which is in the log by then.
	tries=0
	until grep -q '^flock' waiting 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || fail "it did not come to the lock"
		sleep 0.05
	done
	[ ! -e "$image/trusted/prog" ] || fail "too late"
	$1
	status=0
	wait $! || status=$?
}

# The same file, changed.
in_place() { cat script >prog; }
meanwhile in_place
[ $status = 1 ] || fail "status $status"
said 'prog: is a script'
[ -z "$(ls -A "$image/trusted")" ] || fail "something was installed"

# Another file of that name: the one that was checked is installed.
by_rename() { cp script other; mv other prog; }
meanwhile by_rename
[ $status = 0 ] || { cat said; fail "status $status"; }
cmp "$image/trusted/prog" old
install_in 0 --verify
install_in 0 --remove prog

# A directory put in place of the trusted one while it works: what is open stays what it is.
another() {
	mv "$image/trusted" "$image/moved"
	mkdir "$image/trusted"
}
meanwhile another
[ $status = 0 ] || { cat said; fail "status $status"; }
[ -z "$(ls -A "$image/trusted")" ] || fail "installed into a directory that was not checked"
cmp "$image/moved/prog" old
