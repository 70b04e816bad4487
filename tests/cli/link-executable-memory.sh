#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that write code ask for that by kml-link, whatever they import, and whether they were linked before.
. "$(dirname "$0")/link.sh"

says() { "$tool" --show "$1" | grep -qx "memory    $2" || { "$tool" --show "$1"; fail "$1 says something else"; }; }
asks="asks for such as can be written and executed"
none="none that can be written and executed"

cat >prog.c <<'END'
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(0); }
END
echo 'int main(void) { return 0; }' >plain.c
cc -c prog.c
cc -c plain.c
kml_link prog.o
says prog "$none"
kml_link --executable-memory prog.o
says prog "$asks"
kml_link --executable-memory plain.o
says plain "$asks"
./plain || fail "it does not run any more"

# One that is linked already, with imports and without
cc -Wl,-z,execstack plain.c -o stack
cp stack stack-asks
kml_link --executable-memory stack-asks
says stack-asks "$asks"
./stack-asks || fail "it does not run any more"
ends_with 1 kml_link --executable-memory stack-asks
said_one_line
said "stack-asks: is linked already"
cc -Wl,--unresolved-symbols=ignore-all -Wl,--emit-relocs prog.c -o linked
kml_link --executable-memory linked
says linked "$asks"
