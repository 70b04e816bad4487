#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The life of a trusted program, in a machine, as this system's directory is not a test's to change.
. "$(dirname "$0")/run.sh"
needs_machine

echo 'int main(void) { return 3; }' | compile prog
chmod 4700 prog
cp prog odd
cat >script <<'END'
set -e
umask 077
kml-install /src/prog 2>&1 && exit 1
mkdir -m 755 /trusted
kml-install /src/prog /bin/cat
stat -c '%n %a %u:%g' /trusted/* /trusted/.[!.]* 2>/dev/null || :
ln -s /src/prog /trusted/link
kml-install --list
/trusted/prog || echo "status $?"
kml-install --remove link prog
kml-install --remove ../src/prog none 2>&1 || echo "status $?"
kml-install --list
chmod 775 /trusted
kml-install /src/prog 2>&1 || echo "status $?"
END
ends_with 0 kml-run --user-mode --add /src/prog=prog --add /src/script=script --add /bin/cat --add /bin/mkdir \
	--add /bin/chmod --add /bin/ln --add /usr/bin/stat --add /bin/kml-install="$KML_BUILD/src/kml-install" \
	/bin/sh /src/script
[ "$(cat out)" = 'kml-install: /trusted: does not exist; make it: sudo install -d -o root -g root -m 0755 /trusted
/trusted/cat 755 0:0
/trusted/prog 755 0:0
cat
link	is a symbolic link
prog
status 3
kml-install: ../src/prog: not a plain name: give the name in the trusted directory, without slashes
kml-install: none: there is no such program in /trusted
status 1
cat
kml-install: /trusted: its group may write to it (mode 0775); mend it: sudo chmod g-w /trusted
status 1' ] || { cat out; fail "other output"; }
