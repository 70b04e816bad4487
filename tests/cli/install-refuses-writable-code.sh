#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that need memory that is writable and executable are installed only if they ask for it.
. "$(dirname "$0")/image.sh"

install_in 0 --create
in_image "$loader" $(ldd /bin/true | sed -n 's/.*=> \(\S*\) .*/\1/p')
echo 'int main(void) { return 3; }' >prog.c
asks="$here/../vm/programs/asks.c"
"$CC" prog.c -o stack -Wl,-z,execstack
refuses "stack: has a stack, a segment or relocated code that is writable and executable, and does not ask for it" stack
echo '__asm__(".pushsection .writable, \"awx\"; ret; .popsection"); int main(void) { return 3; }' >segment.c
"$CC" segment.c -o segment -Wl,--no-warn-rwx-segments
refuses "segment: has a stack, a segment or relocated code that is writable and executable, and does not ask for it" segment
echo 'extern int other(void); int main(void) { return other(); }' >calls.c
echo 'int other(void) { return 3; }' | "$CC" -x c - -shared -fPIC -o libother.so
"$CC" -mcmodel=large -fno-pic -pie calls.c -o text -L. -lother 2>/dev/null
readelf -d text | grep -q TEXTREL || fail "the linker makes no text relocations"
ends_with 1 env LD_LIBRARY_PATH=. kml-install --root "$image" text
said "text: has a stack, a segment or relocated code that is writable and executable, and does not ask for it"
"$CC" -I "$here/../../include" prog.c "$asks" -o stack -Wl,-z,execstack
install_in 0 stack
"$CC" prog.c -o plain
install_in 0 plain
