#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every prefix of the series boots and runs programs. Without the option it has the code that it has without the series,
# and nobody is in kernel mode; with the last patch and the option on, trusted programs are.
. "$(dirname "$0")/lib.sh"
mapfile -t prefixes < <("$top/kernel/build" --prefixes)
needs "${prefixes[@]}"
on=${prefixes[-1]}

for prefix in "${prefixes[@]}"; do
	echo "$prefix"
	expect_status 0 machine "$prefix" --user-mode /bin/busybox sh -c 'busybox cat /proc/version | busybox grep -q "^Linux"'
	case $prefix in
	"$on")
		expect_status 0 machine "$prefix" "$programs/mode"
		expect_status 3 machine "$prefix" --user-mode "$programs/mode"
		;;
	*)
		expect_status 3 machine "$prefix" "$programs/mode"
		different_code prefix-0 "$prefix" >"$scratch/different"
		[ ! -s "$scratch/different" ] || fail "$prefix changes code without the option: $(cat "$scratch/different")"
		;;
	esac
done
different_code prefix-0 "$on" >"$scratch/different"
grep -qx 'fs/exec.o .text' "$scratch/different" || fail "with the option on, the code is said to be the same"
