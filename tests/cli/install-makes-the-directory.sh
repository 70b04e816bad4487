#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --create makes the trusted directory; an unsafe one is refused with the bit that is wrong, and the command that mends it.
. "$(dirname "$0")/image.sh"

static_program prog
install_in 1 prog
said "$image/trusted: does not exist; make it: sudo kml-install --create --root $image"
umask 077
install_in 0 --create prog
said_nothing
[ "$(stat -c '%a %u:%g' "$image/trusted")" = "755 0:0" ] || fail "made in another way"
[ "$(stat -c '%a %u:%g' "$image/trusted/prog")" = "755 0:0" ] || fail "installed in another way"
umask 022

# unsafe COMMAND PLACE SENTENCE: what the command does to the place is refused, and the message's own command undoes it
unsafe() {
	$1 "$2"
	install_in 1 --create prog
	said "$2: $3"
	said_one_line
	$(sed -n 's/.*mend it: sudo //p' said)
	install_in 0 prog
}
for place in "$image" "$image/trusted"; do
	unsafe 'chmod 775' "$place" 'its group may write to it (mode 0775)'
	unsafe 'chmod 1757' "$place" 'everybody may write to it (mode 1757)'
	unsafe 'chown 65534' "$place" 'belongs to user 65534, not to root'
done

# A directory that only root can use is safe, but of no use.
chmod 700 "$image/trusted"
install_in 0 --create
[ "$(stat -c %a "$image/trusted")" = 755 ] || fail "the mode was not mended"

mv "$image/trusted" "$image/real"
ln -s real "$image/trusted"
install_in 1 --create prog
said "$image/trusted: is a symbolic link"
rm "$image/trusted"
echo >"$image/trusted"
install_in 1 --create prog
said "$image/trusted: is no directory"
