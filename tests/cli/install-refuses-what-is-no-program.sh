#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each kind of file that is no program is refused by its name.
. "$(dirname "$0")/run.sh"
needs_machine

echo 'int main(void) { return 3; }' >prog.c
"$CC" -c prog.c
"$CC" prog.c -o prog
"$CC" -shared -fPIC prog.c -o library.so
echo '#!/bin/sh' >script
echo text >text
head -c 20 prog >short
cp prog foreign
printf '\267\000' | dd of=foreign bs=1 seek=18 conv=notrunc status=none
cp prog core
printf '\004' | dd of=core bs=1 seek=16 conv=notrunc status=none
set --
for file in prog.o library.so script text short foreign core; do
	set -- "$@" --add "/src/$file=$file"
done
ends_with 1 kml-run --user-mode --add "/trusted/kml-install=$KML_BUILD/src/kml-install" "$@" "$KML_BUILD/src/kml-install" \
	/src/prog.o /src/library.so /src/script /src/text /src/short /src/foreign /src/core /src /dev/null /none
[ "$(cat said)" = 'kml-install: /src/prog.o: is an object file, not a program; link it first: kml-link /src/prog.o
kml-install: /src/library.so: is a shared library, not a program
kml-install: /src/script: is a script; scripts never start in kernel mode, install a compiled program
kml-install: /src/text: is not an ELF program
kml-install: /src/short: damaged: shorter than its header
kml-install: /src/foreign: is made for another architecture than x86-64
kml-install: /src/core: is a core dump, not a program
kml-install: /src: is a directory, not a program
kml-install: /dev/null: is no regular file, not a program
kml-install: /none: No such file or directory' ] || { cat said; fail "other messages"; }
