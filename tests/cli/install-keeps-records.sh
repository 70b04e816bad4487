#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What was installed by whom and when is on record, and what has changed since is told.
. "$(dirname "$0")/image.sh"

static_program one
static_program two
date -u +%FT%T >before
ends_with 0 env SUDO_UID=65534 kml-install --root "$image" --create one two
date -u +%FT%T >after
install_in 0 --list
[ "$(cut -f 1,2 out)" = "$(sha256sum one two | sed 's/\([^ ]*\) *\(.*\)/\2\t\1/')" ] || { cat out; fail "other digests"; }
loginuid=$(cat /proc/self/loginuid 2>/dev/null || echo 4294967295)
[ "$loginuid" != 4294967295 ] || loginuid=65534
[ "$(cut -f 3,5- out | sort -u)" = "$loginuid	-" ] || { cat out; fail "other users, imports or problems"; }
for when in $(cut -f 4 out); do
	[ "$(printf '%s\n' "$(cat before)" "$when" "$(cat after)Z" | sort | sed -n 2p)" = "$when" ] || fail "installed at $when?"
done
install_in 0 --verify
said_nothing
install_in 0 --verify two
# Whoever can read the files may look.
chmod 755 "$work"
cp "$KML_BUILD/src/kml-install" tool
ends_with 0 setpriv --reuid=65534 --clear-groups ./tool --root "$image" --verify
ends_with 0 setpriv --reuid=65534 --clear-groups ./tool --root "$image" --list
[ "$(cut -f 2 out)" = "$(sha256sum one two | cut -d ' ' -f 1)" ] || { cat out; fail "another list for others"; }
install_in 1 --verify none
said "$image/trusted/none: cannot be read: No such file or directory"

# changed SENTENCE: --verify tells exactly that; then all is installed again
changed() {
	install_in 1 --verify
	[ "$(cat said)" = "kml-install: $image/trusted/$1" ] || { cat said; fail "other problem"; }
	rm -rf "$image"/trusted/.[!.]* "$image/trusted/three" "$image/trusted/sub"
	install_in 0 one two
	install_in 0 --verify
}
echo >>"$image/trusted/one"
changed 'one: has changed since it was installed'
cp two "$image/trusted/one"
changed 'one: has changed since it was installed'
cp two one.new
mv one.new "$image/trusted/one"
changed 'one: has no record: kml-install did not put it there as it is'
chmod g+w "$image/trusted/two"
changed "two: its group may write to it (mode 0775); mend it: sudo chmod g-w $image/trusted/two"
chmod 700 "$image/trusted/two"
changed 'two: not executable for everybody (mode 0700)'
chown 65534 "$image/trusted/two"
changed "two: belongs to user 65534, not to root; mend it: sudo chown root $image/trusted/two"
cp -p one "$image/trusted/.hidden"
changed '.hidden: hidden by its name, which kml-install gives to none'
cp -p one "$image/trusted/.kml-install.0123456789abcdef"
changed '.kml-install.0123456789abcdef: left by a run that was cut off; the next installation removes it'
mkdir "$image/trusted/sub"
changed 'sub: is a directory: kml-install makes none here, but what is in it starts in kernel mode'
ln -s one "$image/trusted/three"
changed 'three: is a symbolic link'

ends_with 0 kml-install --root "$image" --no-record one
install_in 1 --verify one
said "one: has no record"
install_in 0 --list
[ "$(sed -n 1p out)" = "one	-	-	-	-" ] || { cat out; fail "a record in spite of --no-record"; }

# Where the file system keeps none, that is told, and nothing is installed.
cat >script <<'END'
set -e
mount -t ramfs none "$1"
status=0
kml-install --root "$1" --create one || status=$?
ls -A "$1/trusted"
exit $status
END
mkdir ram
ends_with 1 unshare -m sh script ram
said 'one: cannot be recorded in the extended attribute security.kml: Operation not supported; --no-record does without'
[ ! -s out ] || fail "something was installed"
