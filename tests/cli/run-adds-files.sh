#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --add brings data, and programs with their libraries; LD_LIBRARY_PATH counts while they are looked for.
. "$(dirname "$0")/run.sh"
needs_machine

echo "some text" >data
mkdir lib
echo 'int seven(void) { return 7; }' | compile lib/libseven.so -shared -fPIC
echo 'int seven(void); int main(void) { return seven(); }' >prog.c
"$CC" prog.c -o prog -Llib -lseven
ends_with 126 kml-run ./prog
said 'needs the library libseven.so, which is not found'
ends_with 7 env LD_LIBRARY_PATH="$work/lib" kml-run ./prog

ends_with 0 env LD_LIBRARY_PATH="$work/lib" kml-run --add data --add /etc/x/data=data --add /bin/cat --add /bin/prog=prog \
	--user-mode /bin/sh -c "/bin/cat $work/data /etc/x/data /etc/passwd; prog; echo \$?; echo /trusted/*"
[ "$(cat out)" = 'some text
some text
root:x:0:0:root:/:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
7
/trusted/*' ] || { cat out; fail "other output"; }

ends_with 125 kml-run --add /trusted/cat=data /bin/cat
said 'cannot be /trusted/cat in the machine as well'
