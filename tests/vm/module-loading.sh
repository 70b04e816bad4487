#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module comes and goes: not twice, not on a kernel or a machine that it cannot do with, not while a program is in
# kernel mode; a hundred times, and beside programs that start and end. Without it, the same program is an ordinary process.
. "$(dirname "$0")/lib.sh"
host=${KML_HOST:-module}
needs "$host"
module=${kernels[$host]}/load/50-kml.ko
limit=${limit:-600}

# with_other_name FILE NAME OTHER: the module, looking for OTHER where it looks for NAME. Both have the same length.
with_other_name() {
	LC_ALL=C sed "s/\x00${2//./\\.}\x00/\x00$3\x00/g" "$module" >"$scratch/$1.ko"
	! cmp -s "$module" "$scratch/$1.ko" || fail "the module does not have '$2'"
	files+=(--add /"$1.ko=$scratch/$1.ko")
}

files=(--add /trusted/mode="$programs/mode" --add /trusted/sleeper="$programs/sleeper"
	--add /script="$top/tests/vm/programs/module-loading.sh")
known=$(cat "${kernels[$host]}/release")
with_other_name unknown "$known" "${known%?}_"
with_other_name missing page_fault_oops page_fault_none
# In the place of a name that only the series has, one that every kernel has
with_other_name series kml_in_use 'init_task\x00'
# How often: on one kernel for all
case $host in module) reloads=100 programs_beside=1000 ;; *) reloads=10 programs_beside=200 ;; esac
machine "$host" --icount --user-mode "${files[@]}" /bin/busybox sh /script alone $reloads
# On two processors: one may be in a function that goes away
machine "$host" --user-mode "${files[@]}" /bin/busybox sh /script beside $programs_beside

# not_loaded WORDS PATTERN: a machine with these words on the command line does not load it, and says why
not_loaded() {
	expect_status 125 machine "$host" --verbose --append "$1" --user-mode "$programs/mode"
	grep -q "$2" "$scratch/err" || { cat "$scratch/err" >&2; fail "$1: not told why"; }
	grep -q 'kml.ko: cannot be loaded' "$scratch/err" || { cat "$scratch/err" >&2; fail "$1: loaded"; }
}
not_loaded nofsgsbase 'kml: .*the CPU has no FSGSBASE, or nofsgsbase is on the command line'
not_loaded lockdown=integrity 'Lockdown: .*unsigned module loading is restricted'

# On a kernel with the series, which is another one, the kernel itself has the word
[ "$host" = module ] || exit 0
KML_HOST=
needs demo
machine demo --user-mode --add /trusted/mode="$programs/mode" --add /kml.ko="$module" /bin/busybox sh -c '
	busybox insmod /kml.ko && { echo "loaded beside the series"; exit 1; }
	busybox dmesg | busybox grep "kml: .*\(version magic\|disagrees about version\|must match\)" || { busybox dmesg | busybox tail; exit 1; }
	/trusted/mode'
