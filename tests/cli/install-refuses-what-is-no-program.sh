#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each kind of file that is no program is refused by its name.
. "$(dirname "$0")/image.sh"

install_in 0 --create
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
mkfifo fifo
cp prog .hidden
cp "$loader" loader
install_in 1 prog.o library.so script text short foreign core . .. fifo /dev/null none .hidden loader
[ "$(cat said)" = "kml-install: prog.o: is an object file, not a program; link it first: kml-link prog.o
kml-install: library.so: is a shared library or a loader, not a program
kml-install: script: is a script; scripts never start in kernel mode, install a compiled program
kml-install: text: is not an ELF program
kml-install: short: damaged: shorter than its header
kml-install: foreign: is made for another architecture than x86-64 and 32-bit ARM
kml-install: core: is a core dump, not a program
kml-install: '.': no name for a program: it must not be empty or begin with a dot
kml-install: '..': no name for a program: it must not be empty or begin with a dot
kml-install: fifo: is no regular file, not a program
kml-install: /dev/null: is no regular file, not a program
kml-install: none: No such file or directory
kml-install: '.hidden': no name for a program: it must not be empty or begin with a dot
kml-install: loader: is a shared library or a loader, not a program" ] || { cat said; fail "other messages"; }
[ -z "$(ls -A "$image/trusted")" ] || fail "something was installed"
install_in 1 /etc
said '/etc: is a directory, not a program'

# Large enough to fill the disk, or the memory.
static_program large
truncate -s 100G large
install_in 1 large
said 'large: is larger than any program'
cp prog "$image/trusted/large"
truncate -s 100G "$image/trusted/large"
ends_with 0 timeout 60 kml-install --root "$image" --list
grep -q '^large.*is larger than any program$' out || { cat out; fail "other list"; }
rm "$image/trusted/large"

# What runs its caller's files is no mistake in itself, but worth a word.
in_image "$loader" "$c_library"
mkdir path
cp /bin/true path/python3.11
install_in 0 path/python3.11
said 'warning: path/python3.11 does what its caller tells it: now every user can put code into the kernel'
