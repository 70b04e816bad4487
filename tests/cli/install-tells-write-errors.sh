#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A full disk, and each error on the way: one line, the old program as it was, and nothing half beside it.
. "$(dirname "$0")/image.sh"
command -v strace >/dev/null || skip "no strace (apt install strace)"

static_program old
static_program new
mkdir path
cp old path/prog
install_in 0 --create path/prog
cp new path/prog

# with_error CALL: an error at this call of kml-install's own
with_error() {
	ends_with 1 strace -o /dev/null -e inject="$1":error=EIO kml-install --root "$image" path/prog
	said_one_line
	said 'Input/output error'
	[ "$(ls -A "$image/trusted")" = prog ] || fail "$1: something is left"
	install_in 0 --verify
}
for call in write:when=1 write:when=5 fsetxattr fchown fchmod fsync:when=1 renameat; do
	with_error "$call"
	cmp "$image/trusted/prog" old || fail "$call: not the old program"
done
# The new one is there, but perhaps not on disk: that is told, too.
with_error fsync:when=2
cmp "$image/trusted/prog" new

cat >script <<'END'
set -e
mount -t tmpfs -o size=1m,mode=755 none "$1"
kml-install --root "$1" --create path/prog
status=0
kml-install --root "$1" big || status=$?
ls -A "$1/trusted"
exit $status
END
cp new big
head -c 2000000 /dev/zero >>big
mkdir small
ends_with 1 unshare -m sh script small
said "big: cannot be copied to small/trusted: No space left on device"
[ "$(cat out)" = prog ] || fail "something is left"
