#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A program that a kernel could not start, for want of a name, is refused, and --list tells what programs import.
. "$(dirname "$0")/image.sh"

cat >here.map <<'END'
ffffffff81000000 T _text
ffffffff81000100 T schedule_timeout
ffffffff81000180 T __x64_sys_getpid
ffffffff81000200 T _etext
ffffffff82000000 D jiffies
ffffffff82000100 d hidden
ffffffff83000000 B _end
END
cat >prog.c <<'END'
extern unsigned long jiffies; extern int hidden;
extern long schedule_timeout(long), sys_getpid(void);
int main(void) { return schedule_timeout(jiffies) + sys_getpid() + hidden; }
END
cc -O1 -c prog.c
kml-link --kernel here.map prog.o -o prog -- -static
install_in 0 --create --kernel here.map prog
install_in 0 --list
[ "$(cut -f 1,5 out)" = "prog	hidden,jiffies,schedule_timeout,sys_getpid" ] || { cat out; fail "other imports"; }
# Nobody knows the kernel of an image, if it is not named.
install_in 0 prog
install_in 0 --remove prog

# lacks SED-SCRIPT SENTENCE: on a kernel with that difference
lacks() {
	sed "$1" here.map >there.map
	install_in 1 --kernel there.map prog
	said "prog: would not start with the kernel of there.map: its import $2"
	said_one_line
	[ -z "$(ls -A "$image/trusted")" ] || fail "it was installed"
}
lacks /hidden/d "'hidden' does not exist there; load the module that has it first, or link it again with kml-link"
lacks '/hidden/d; /jiffies/d' "'hidden' does not exist there, and 1 more names that cannot be had;"
lacks 's/\(.*\)3 d hidden/&/; $i ffffffff82000200 d hidden' "'hidden' stands for several things there;"
lacks 's/T schedule_timeout/D schedule_timeout/; s/ffffffff81000100/ffffffff82000300/' \
	"'schedule_timeout' is no function that a program can call there;"
lacks 's/ffffffff82000000 D jiffies/ffffffff81000190 T jiffies/' "'jiffies' is no data that a program can use there;"
# Two names of one place, and one of the same place twice, are fine.
sed '$i ffffffff82000100 d hidden\nffffffff82000000 D jiffies_64' here.map >there.map
install_in 0 --kernel there.map prog
# After an update of the kernel, those that will not start are told.
grep -v hidden here.map >there.map
install_in 1 --kernel there.map --verify
said "$image/trusted/prog: would not start with the kernel of there.map: its import 'hidden' does not exist there"
static_program plain
install_in 1 --kernel none plain
said 'none: neither a file nor a build in '
install_in 1 --kernel ./none plain
said './none: No such file or directory'
said_one_line

# The interface, too, has to be that of the kernel: its version stands first in the note, behind a header of 16 bytes.
offset=$(readelf -SW prog | sed -n 's/.*\.note\.kml *NOTE *[0-9a-f]* *\([0-9a-f]*\).*/\1/p')
printf '\007' | dd of=prog bs=1 seek=$((0x$offset + 16)) conv=notrunc status=none
install_in 1 prog
said "prog: made for version 7 of the kernel's interface, but this is version 1; link it again with kml-link"
