#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --show prints note and imports, also of stripped programs, and says so when there is no note.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern unsigned long jiffies, *const p; unsigned long *const p = &jiffies;
extern long schedule_timeout(long), sys_write(int, const void *, unsigned long);
int main(void) { return schedule_timeout(*p) + sys_write(1, "", 0); }
END
cc -c prog.c
id=$(readelf -n vmlinux | sed -n 's/.*Build ID: //p')
cat >expected <<END
abi       1
kernel    $id
starts    in kernel mode only
memory    none that can be written and executed
fixups    1
imports   3

NAME              KIND         BINDING  NUMBER  TYPE
jiffies           data         address  -       -
schedule_timeout  function     gate     -       -
sys_write         system call  gate     1       -
END
for output in -static -static-pie -pie -no-pie; do
	kml_link prog.o -- $output
	"$tool" --show prog | diff expected - || fail "$output"
	strip prog
	"$tool" --show prog | diff expected - || fail "$output, stripped"
done
ends_with 1 "$tool" --show /bin/true
said_one_line
said "has no KML note"
if [ -c /dev/full ]; then
	status=0
	"$tool" --show prog >/dev/full 2>said || status=$?
	[ $status = 1 ] || fail "status $status when the output is full"
fi
