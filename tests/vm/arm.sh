#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What 32-bit ARM has and others do not: programs of ARM and of Thumb code, static and dynamic; the kernel's addresses in
# each form that code has them in; what looks at programs there; and the example, by the kernel's names. On both boards.
. "$(dirname "$0")/lib.sh"
[ "$arch" = arm ] || skip "this is for KML_ARCH=arm"
needs demo
limit=${limit:-300}

expect_status 0 machine demo "$programs/mode-thumb"
expect_status 3 machine demo --user-mode "$programs/mode-thumb"

link demo gates-arm -- "${cmocka[@]}"
link demo places
# clang has no words between instructions, as gcc does
for set in thumb arm; do
	clang --target=arm-linux-gnueabihf -march=armv7-a -mfpu=neon -m$set -O2 -fno-pie -c "$top/tests/vm/programs/arm/places.c" \
		-o "$scratch/places.o"
	"$build/src/kml-link" --kernel "${kernels[demo]}" -o "$scratch/places-$set" "$scratch/places.o" -- -no-pie
done
link demo halves "$programs/halves-code.o" -- -no-pie
link demo clock
files=(--add /bin/mode="$programs/mode")
for program in gates-arm places places-thumb places-arm halves clock; do
	files+=(--add /trusted/$program="$scratch/$program")
done
for program in faults-arm fiq load-arm watched; do
	files+=(--add /trusted/$program="$programs/$program")
done
# on_board NAME [PROGRAM]: the program is one that only this board can run
on_board() {
	machine demo --board="$1" --append "$writes_code" --user-mode --add /trusted/mode="$programs/mode" "${files[@]}" "$busybox" sh -c '
		for program in places places-thumb places-arm halves faults-arm gates-arm watched clock load-arm "$@"; do
			/trusted/$program >/tmp/said || { echo "$program ends with $?"; cat /tmp/said; exit 1; }
			case $program in clock | fiq) cat /tmp/said ;; esac
		done' sh "${@:2}" >"$scratch/out" || { cat "$scratch/out" >&2; fail "a program on $1"; }
	grep -Eq 'slept 100 ticks: the clock says (0\.[4-9]|1\.)' "$scratch/out" ||
		{ cat "$scratch/out" >&2; fail "another sleep on $1"; }
}
on_board virt fiq
# A Cortex-A9 knows no long page-table entries
grep -q CONFIG_ARM_LPAE=y "${kernels[demo]}/kernel.config" || on_board vexpress-a9
