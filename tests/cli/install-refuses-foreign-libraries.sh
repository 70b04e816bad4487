#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever can change the loader or a library of a program is in the kernel with it: such programs are refused.
. "$(dirname "$0")/image.sh"

install_in 0 --create
echo 'int base(void) { return 1; }' >base.c
echo 'int base(void); int part(void) { return base(); }' >part.c
echo 'int part(void); int main(void) { return part(); }' >prog.c
"$CC" -shared -fPIC base.c -o libbase.so
"$CC" -shared -fPIC part.c -o libpart.so -L. -lbase
# program NAME LINKER-OPTION...
program() {
	name=$1
	shift
	"$CC" prog.c -o "$name" -L. -lpart -Wl,-rpath-link=. "$@"
}

program prog
refuses "prog: its loader $image$loader is not there" prog
in_image "$loader"
refuses "prog: its library libpart.so is not found where root's programs have theirs" prog
in_image "$c_library"
mkdir -p "$image/opt/lib" "$image/usr/lib"
cp libpart.so "$image/usr/lib"
refuses 'prog: its library libbase.so is not found' prog

# Nothing to read, and nothing to wait for.
mkdir -p "$image/etc"
mkfifo "$image/etc/ld.so.conf" "$image/etc/ld.so.preload"
ends_with 1 timeout 60 kml-install --root "$image" prog
rm "$image/etc/ld.so.conf" "$image/etc/ld.so.preload"

# The library of a library, where only ld.so.conf says, which counts from the image's root.
mkdir -p "$image/etc/ld.so.conf.d"
echo 'include /etc/ld.so.conf.d/*.conf' >"$image/etc/ld.so.conf"
echo '/opt/lib' >"$image/etc/ld.so.conf.d/opt.conf"
cp libbase.so "$image/opt/lib"
install_in 0 prog
kml-install --root "$image" --remove prog

# unsafe COMMAND PLACE SENTENCE: by owner and by mode, of files and of directories, which the message's command mends
unsafe() {
	$1 "$image$2"
	refuses "$3" prog
	$(sed -n 's/.*mend it: sudo //p' said)
}
unsafe 'chown 65534' /opt/lib/libbase.so "prog: its library libbase.so: $image/opt/lib/libbase.so: belongs to user 65534, not to root"
unsafe 'chmod g+w' /opt/lib/libbase.so "prog: its library libbase.so: $image/opt/lib/libbase.so: its group may write to it"
unsafe 'chmod o+w' /opt/lib "prog: its library libbase.so: $image/opt/lib: everybody may write to it"
unsafe 'chown 65534' /opt "prog: its library libbase.so: $image/opt: belongs to user 65534"
unsafe 'chown 65534' /usr/lib/libpart.so "prog: its library libpart.so: $image/usr/lib/libpart.so: belongs to user 65534"
unsafe 'chmod o+w' "$c_library" 'prog: its library libc.so.6: '
unsafe 'chown 65534' "$loader" "prog: its loader $loader: $image$loader: belongs to user 65534"
# Of two that the loader's cache could choose, both count.
cp libbase.so "$image/usr/lib"
unsafe 'chown 65534' /usr/lib/libbase.so 'prog: its library libbase.so: '
# So do those for better processors.
mkdir -p "$image/opt/lib/glibc-hwcaps/x86-64-v3"
cp libbase.so "$image/opt/lib/glibc-hwcaps/x86-64-v3"
unsafe 'chown 65534' /opt/lib/glibc-hwcaps/x86-64-v3/libbase.so 'prog: its library libbase.so: '
install_in 0 prog
chown 65534 "$image/usr/lib/libpart.so"
install_in 1 --verify
said "$image/trusted/prog: its library libpart.so: "
chown 0 "$image/usr/lib/libpart.so"
install_in 0 --verify
install_in 0 --remove prog

# A link is followed as far as the image goes, and what it leads to counts.
mkdir -p "$image/home/user"
mv "$image/usr/lib/libpart.so" "$image/home/user"
ln -s /home/user/libpart.so "$image/usr/lib/libpart.so"
chown 65534 "$image/home/user"
refuses "prog: its library libpart.so: $image/home/user: belongs to user 65534" prog
chown 0 "$image/home/user"
install_in 0 prog
install_in 0 --remove prog
ln -sf ../../../../../../../../../home/user/libpart.so "$image/usr/lib/libpart.so"
install_in 0 prog
install_in 0 --remove prog
ln -sf libpart.so "$image/usr/lib/libpart.so"
refuses 'prog: its library libpart.so is not found' prog
mv "$image/home/user/libpart.so" "$image/usr/lib/libpart.so"

# Directories that a program brings along: what can be put there later counts.
program own -Wl,-rpath,/home/user/lib
install_in 0 own
install_in 0 --remove own
chown 65534 "$image/home/user"
refuses "own: looks for libraries in /home/user/lib: $image/home/user: belongs to user 65534" own
program own -Wl,-rpath,/home/user -Wl,--disable-new-dtags
refuses "own: looks for libraries in /home/user: $image/home/user: belongs to user 65534" own
program own -Wl,-rpath,lib
refuses "own: it looks for libraries in 'lib', which can be anywhere" own
program own '-Wl,-rpath,$LIB'
refuses "own: it looks for libraries in '\$LIB', which can be anywhere" own
# From the trusted directory on, wherever the program is now.
program own '-Wl,-rpath,$ORIGIN/../opt/lib:${ORIGIN}'
install_in 0 own
install_in 0 --remove own
program own -Wl,--audit,/home/user/audit.so
refuses 'own: it has the loader bring in libraries for auditing or filtering' own
"$CC" prog.c -o own -Wl,--dynamic-linker=/home/user/ld.so -L. -lpart -Wl,-rpath-link=.
cp "$loader" "$image/home/user/ld.so"
refuses "own: its loader /home/user/ld.so: $image/home/user: belongs to user 65534" own
# And what all programs get.
cp libbase.so "$image/home/user/preloaded.so"
echo /home/user/preloaded.so >"$image/etc/ld.so.preload"
refuses "prog: its library /home/user/preloaded.so: $image/home/user: belongs to user 65534" prog
