# SPDX-License-Identifier: GPL-2.0-or-later
# For the tests on 32-bit ARM: what every kernel for it is asked. Sourced by one script for each.
. "$(dirname "$0")/lib.sh"

# arm_everything FLAVOUR
arm_everything() {
	local flavour=$1 program
	needs "$flavour"
	limit=${limit:-600}

	# SYS mode below /trusted, USR mode elsewhere; from ARM and from Thumb code, static and dynamic
	for program in arm-mode arm-mode-thumb; do
		expect_status 0 machine "$flavour" --icount "$programs/$program"
		expect_status 3 machine "$flavour" --icount --user-mode "$programs/$program"
	done

	# Names of the kernel: a system call, a variable, and a function that sleeps
	"$build/src/kml-link" --kernel "${kernels[$flavour]}" -o "$scratch/clock" "$programs/arm-clock.o"
	machine "$flavour" --icount "$scratch/clock" >"$scratch/out"
	grep -Eq 'slept 100 ticks: the clock says (0\.[4-9]|1\.)' "$scratch/out" || { cat "$scratch/out" >&2; fail "another sleep"; }

	# All kinds of work at once, both gates under signals among it
	for program in arm-load arm-load-marm; do
		machine "$flavour" --user-mode --add /trusted/load="$programs/$program" --add /bin/load="$programs/$program" \
			--add /bin/mode="$programs/arm-mode" --add /trusted/mode="$programs/arm-mode" \
			"$programs/arm-both" /trusted/load /bin/load
	done
}
