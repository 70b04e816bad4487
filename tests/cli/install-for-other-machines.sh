#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An image for 32-bit ARM gets programs for it, by the same rules, with the libraries that are for it.
. "$(dirname "$0")/image.sh"

arm=arm-linux-gnueabihf
command -v $arm-gcc >/dev/null || skip "no $arm-gcc"
cross=/usr/$arm/lib

install_in 0 --create
echo 'int main(void) { return 3; }' >prog.c
$arm-gcc -static prog.c -o static
$arm-gcc prog.c -o dynamic
install_in 0 static
refuses_dynamic() {
	install_in 1 dynamic
	said "$1"
	said_one_line
	[ ! -e "$image/trusted/dynamic" ] || fail "it was installed"
}
refuses_dynamic "dynamic: its loader $image/lib/ld-linux-armhf.so.3 is not there"
mkdir -p "$image/lib/$arm"
cp "$cross/ld-linux-armhf.so.3" "$image/lib/"
# A library of that name for another machine is none
cp "$c_library" "$image/lib/libc.so.6"
refuses_dynamic "dynamic: its library libc.so.6 is not found where root's programs have theirs"
cp "$cross/libc.so.6" "$image/lib/$arm/"
chown 1000 "$image/lib/$arm/libc.so.6"
refuses_dynamic "its library libc.so.6: "
chown 0 "$image/lib/$arm/libc.so.6"
install_in 0 dynamic
install_in 0 --verify
# The same image may have the libraries of both
in_image "$loader" "$c_library"
"$CC" prog.c -o here
install_in 0 here
install_in 0 --list
[ "$(cut -f 1 out | xargs)" = "dynamic here static" ] || { cat out; fail "other list"; }
grep -q architecture out && fail "something is wrong with them: $(cat out)"

# What it imports, its kernel has to have
cat >arm.map <<'END'
c0008000 T _text
c0008100 T schedule_timeout
c0008180 T vector_swi
c0008200 T _etext
c1000000 D jiffies
c2000000 B _end
END
cat >calls.c <<'END'
extern unsigned long jiffies;
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(jiffies); }
END
$arm-gcc -c calls.c
kml-link --kernel arm.map calls.o -o calls -- -static
install_in 0 --kernel arm.map calls
grep -v jiffies arm.map >other.map
install_in 1 --kernel other.map calls
said "its import 'jiffies' does not exist there"
