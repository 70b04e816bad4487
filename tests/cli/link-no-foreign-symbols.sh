#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing enters the output's symbols but what the program named and hidden '.kml.' helpers.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern unsigned long jiffies;
extern long schedule_timeout(long), sys_getpid(void);
int main(void) { return schedule_timeout(jiffies) + sys_getpid(); }
END
cc -O1 -c prog.c
kml_link prog.o
nm -D prog | grep -E 'kml|jiffies|schedule|sys_' && fail "in the dynamic symbol table"
nm prog | awk '{ print $NF }' | grep -i kml | sort >names
cat >expected <<'END'
.kml.call_gate
.kml.expected
.kml.note
.kml.running_find
.kml.running_is
.kml.slot.jiffies
.kml.start
.kml.start_with
.kml.syscall_gate
.kml.user_syscall_gate
END
LC_ALL=C sort names | diff expected - || fail "other helpers"
readelf -d prog | grep -q TEXTREL && fail "relocations in code"
readelf -lW prog | grep -q 'GNU_STACK.*RWE' && fail "executable stack"
cc -O1 -x c - -o plain <<'END'
int main(void) { return 0; }
END
grown=$(($(stat -c %s prog) - $(stat -c %s plain)))
[ $grown -le $((4096 + 3 * 64 + 2048)) ] || fail "grew by $grown bytes"
