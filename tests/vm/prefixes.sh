#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every prefix of the series boots and runs programs. Without the option every object has the code that it has without the
# series, all sections with instructions, byte by byte and relocation by relocation, and nobody is in kernel mode. What the
# hooks do change without it lies in data, as the line numbers of warnings do. With the option on, which the last patch
# brings, they do change the code.
. "$(dirname "$0")/lib.sh"
mapfile -t prefixes < <("$top/kernel/build" --prefixes)
needs "${prefixes[@]}" stock demo

for prefix in "${prefixes[@]}"; do
	echo "$prefix"
	expect_status 0 machine "$prefix" --user-mode /bin/busybox sh -c 'busybox cat /proc/version | busybox grep -q "^Linux"'
	expect_status 3 machine "$prefix" "$programs/mode"
	different_code prefix-0 "$prefix" >"$scratch/different"
	[ ! -s "$scratch/different" ] || fail "$prefix changes code without the option: $(cat "$scratch/different")"
done
expect_status 0 machine demo "$programs/mode"

# All files that the series touches for this architecture are among those that were compared; with the option on, they are
# not the same
different_code stock demo >"$scratch/different"
sed -n 's,^+++ b/\(.*\)\.[cS]$,\1.o,p' "$top"/kernel/linux-6.12/*.patch | grep -v -e '\.lds\.o$' -e '^arch/arm/' >"$scratch/touched"
[ -s "$scratch/touched" ] || fail "the series touches no file"
while read -r object; do
	grep -q "^$object " "${kernels[prefix-0]}/code" || fail "$object was not compared"
	grep -q "^$object .*text" "$scratch/different" || fail "$object is said to be the same with the option on"
done <"$scratch/touched"
