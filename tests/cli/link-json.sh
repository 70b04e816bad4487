#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --json says what --show, --explain and --dry-run say, with the members that the manual page lists.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END2'
extern unsigned long jiffies, ticks;
extern long schedule_timeout(long), sys_getpid(void);
int main(void) { return schedule_timeout(sys_getpid()) + jiffies + ticks; }
END2
cc -c prog.c

# is FILTER EXPECTED: what jq makes of the output
is() {
	[ "$(jq -c "$1" <out)" = "$2" ] || { cat out; fail "$1: not $2"; }
}

address=0x$(nm vmlinux | sed -n 's/ D jiffies$//p')
build_id=$(readelf -n vmlinux | sed -n 's/.*Build ID: //p')
ends_with 0 kml_link --json --explain --import=ticks=jiffies prog.o
said_nothing
is .output '"prog"'
is .kernel "{\"path\":\"$work/vmlinux\",\"kind\":\"vmlinux\",\"release\":\"6.12.0-fake\",\"build_id\":\"$build_id\"}"
is '[.imports[].name]' '["jiffies","schedule_timeout","sys_getpid","ticks"]'
is '.imports[0] | del(.name, .type)' '{"kernel_name":"jiffies","kind":"data","binding":"address","number":null,"address":"'"$address"'","origin":null,"chosen":false}'
is '.imports[1] | [.kind, .binding]' '["function","gate"]'
is '.imports[2] | [.kind, .binding, .number, .address]' '["system call","gate",39,null]'
is '.imports[3] | [.kernel_name, .chosen]' '["jiffies",true]'
cp out explained

ends_with 0 kml_link --json --show prog
said_nothing
is 'del(.imports)' "{\"program\":\"prog\",\"abi\":1,\"build_id\":\"$build_id\",\"user_mode\":false,\"executable_memory\":false,\"fixups\":0}"
is '[.imports[] | [.name, .kind, .binding, .number]]' '[["jiffies","data","address",null],["schedule_timeout","function","gate",null],["sys_getpid","system call","gate",39],["jiffies","data","address",null]]'
cp out shown

# What would stop it, and what not.
ends_with 0 kml_link --json --check prog
is '[.program, .starts, .problems, .kernel.release]' '["prog",true,[],"6.12.0-fake"]'
objcopy --strip-symbol=schedule_timeout --remove-section=.notes vmlinux other
ends_with 1 "$tool" --kernel other --json --check prog
said_one_line
is '[.starts, (.problems | length)]' '[false,1]'
grep -qF "$(jq -r '.problems[0]' out)" said || fail "another problem than the message"
cp out checked

ends_with 0 kml_link --json --system-calls prog
cp out called

# The manual page has every member.
page=$here/../../man/kml-link.1.scd
for member in $(jq -r '[paths | map(select(type == "string"))[-1] | select(. != null)] | unique[]' explained shown checked called | sort -u); do
	grep -q "\"$member\": " "$page" || fail "kml-link(1) does not have '$member'"
done

# The same for linked programs; and what makes nothing.
rm prog
ends_with 0 kml_link --json --dry-run --import=ticks=jiffies prog.o
cmp out explained || fail "--dry-run differs"
[ ! -e prog ] || fail "--dry-run made something"
cc prog.c -o linked -Wl,--unresolved-symbols=ignore-all,--emit-relocs
ends_with 0 kml_link --json --explain --import=ticks=jiffies linked
is .output '"linked"'
is '[.imports[].name]' '["jiffies","schedule_timeout","sys_getpid","ticks"]'

# Names are anybody's.
name=$(printf 'od\351"d\n.o')
cp prog.o "$name"
ends_with 0 kml_link --json --dry-run --import=ticks=jiffies "$name" -o "$name.out"
is .output '"od?\"d\n.o.out"'

# Errors stay what they are.
ends_with 1 kml_link --json --dry-run prog.o
said_one_line
said "kml-link: prog.o: undefined name 'ticks'"
[ ! -s out ] || fail "printed something"
ends_with 64 kml_link --json prog.o
said "--json is for --show, --check, --system-calls, --explain and --dry-run"
