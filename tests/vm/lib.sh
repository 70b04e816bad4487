# SPDX-License-Identifier: GPL-2.0-or-later
# For the tests that boot a kernel. Each runs programs of this directory in the
# machine and looks at what comes back; a splat in the kernel's log fails all.
set -eu

build=${KML_BUILD:?the directory that meson builds in}
top=${KML_SOURCE:?the top of the source tree}
programs=$build/tests/vm/programs
busybox=/bin/busybox
cmocka=(-lcmocka)
cc=gcc
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() { echo "FAIL: $*" >&2; exit 1; }
skip() { echo "SKIP: $*" >&2; exit 77; }

# KML_ARCH=arm: the test is done on 32-bit ARM, with the kernel KML_ARM_KERNEL whatever flavour it asks for (but the stock
# kernel), and on the board KML_ARM_BOARD
arch=${KML_ARCH:-x86}
if [ "$arch" = arm ]; then
	programs=$programs/arm
	debian=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}/debian/armhf
	cc=arm-linux-gnueabihf-gcc
	busybox=$debian/bin/busybox
	cmocka=(-L "$debian/usr/lib/arm-linux-gnueabihf" -lcmocka)
	export LD_LIBRARY_PATH=$debian/usr/lib/arm-linux-gnueabihf:$debian/lib/arm-linux-gnueabihf
fi
flavour_here() {
	case $arch-$1 in
	arm-stock) echo arm-stock ;;
	arm-*) echo "${KML_ARM_KERNEL:-arm-demo}" ;;
	*) echo "${KML_HOST:-$1}" ;;
	esac
}

# needs FLAVOUR...: the kernels that the test boots. With KML_HOST in the environment, that one stands in for each.
declare -A kernels
needs() {
	local flavour here
	for flavour in "$@"; do
		here=$(flavour_here "$flavour")
		kernels[$flavour]=$("$top/kernel/build" --print "$here")
		[ -f "${kernels[$flavour]}/release" ] || skip "there is no $here kernel; 'kernel/build $here' makes it"
	done
}

# different_code FLAVOUR FLAVOUR: "object section" of all code that is not the same in the two kernels
different_code() {
	LC_ALL=C comm -3 <(LC_ALL=C sort "${kernels[$1]}/code") <(LC_ALL=C sort "${kernels[$2]}/code") |
		awk '{ print $1, $2 }' | LC_ALL=C sort -u
}

# machine FLAVOUR ARGUMENTS...: kml-run with that kernel, strict and limited in time
machine() {
	local flavour=$1
	shift
	"$build/src/kml-run" --machine --strict --timeout "${limit:-120}" --kernel "${kernels[$flavour]}" \
		${KML_ARM_BOARD:+--board="$KML_ARM_BOARD"} "$@"
}

# For the kernel's command line: programs that write their code may execute it
writes_code='sysctl.kernel.kml.executable_memory=2'

# in_parallel FLAVOUR ARGUMENTS...: the same with processors that run at the same time, for what they do to each
# other. QEMU before 8.1 then has a fault that must not be taken for ours; see kml-run(1), --parallel.
in_parallel() {
	local flavour=$1 status try
	shift
	for try in 1 2 3; do
		status=0
		machine "$flavour" --parallel "$@" 2>"$scratch/console" || status=$?
		cat "$scratch/console" >&2
		grep -q 'int3: 0000' "$scratch/console" || return $status
		echo "try $try ran into QEMU's fault" >&2
	done
	return 1
}

# For the kernel's command line: process ids that are not also other numbers, for what is to be replaced in output
distinct_pids='sysctl.kernel.ns_last_pid=20000'

# observe FLAVOUR OBSERVER PROGRAM [ARGUMENT...]: the observer runs as an ordinary process of root, with the arguments, and
# finds the program in /trusted and in /usr/bin. The clock counts instructions, whatever else the host has to do.
observe() {
	local flavour=$1 observer=$2 program=$3
	shift 3
	machine "$flavour" --icount --user-mode --append "$distinct_pids" --add /bin/busybox="$busybox" --add /trusted/"$program"="$programs/$program" \
		--add /usr/bin/"$program"="$programs/$program" "$programs/$observer" "$@"
}

# with_gdb: fills the array gdb with the options of kml-run that bring Debian's gdb into the machine, its Python included
with_gdb() {
	local file
	export LC_ALL=C
	gdb=(--add /usr/bin/gdb)
	while read -r file; do
		gdb+=(--add "$file")
	done < <(/usr/bin/gdb -nx -batch -ex \
		'python import sys; print("\n".join(m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)))')
	for file in /usr/lib/*/gconv/gconv-modules.cache /usr/lib/*/gconv/UTF-32.so; do
		gdb+=(--add "$file")
	done
}

# three_ways FLAVOUR NAME [OPTION...]: runs programs/NAME as an ordinary process, and in kernel mode by the system-call
# instruction and by the gate. What they print goes to $scratch/ordinary, instruction and gate.
three_ways() {
	local flavour=$1 name=$2
	shift 2
	machine "$flavour" --user-mode "$@" --add /bin/"$name"="$programs/$name" --add /trusted/"$name"="$programs/$name" \
		"$busybox" sh -ec '
			echo "== ordinary"; /bin/$0 instruction
			echo "== instruction"; /trusted/$0 instruction
			echo "== gate"; /trusted/$0 gate' "$name" >"$scratch/ways"
	awk -v scratch="$scratch" '/^== / { to = scratch "/" $2; next } { print > to }' "$scratch/ways"
}

# expect_as_ordinary WAY <EXCEPTIONS: of three_ways, each line of WAY must be that of the ordinary process, but
# for those that stand in EXCEPTIONS by the same name, the part before the colon
expect_as_ordinary() {
	awk -F': ' '
		exceptions { instead[$1] = $0; next }
		{ print $1 in instead ? instead[$1] : $0; delete instead[$1] }
		END { for (name in instead) print "an exception that is none: " name }
	' exceptions=1 - exceptions=0 "$scratch/ordinary" >"$scratch/expected"
	diff "$scratch/expected" "$scratch/$1" >&2 || fail "kernel mode, by the $1: < is expected, > what happened"
}

# link FLAVOUR NAME ARGUMENTS...: programs/NAME.o becomes $scratch/NAME, checked against that kernel
link() {
	local flavour=$1 name=$2
	shift 2
	"$build/src/kml-link" --kernel "${kernels[$flavour]}" -o "$scratch/$name" "$programs/$name.o" "$@"
}

# everything FLAVOUR CONDITION ARGUMENTS...: gates, faults and load, where the condition holds in the machine
everything() {
	local flavour=$1 condition=$2
	shift 2
	link "$flavour" gates -- "${cmocka[@]}"
	limit=${limit:-200} machine "$flavour" --user-mode "$@" --add /trusted/gates="$scratch/gates" \
		--add /trusted/faults="$programs/faults" --add /trusted/load="$programs/load" \
		--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
		--add /everything.sh="$top/tests/vm/programs/everything.sh" "$busybox" sh /everything.sh "$condition"
}

# status_of COMMAND...: its exit status, without ending the test
status_of() {
	local status=0
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	echo $status
}

# expect_status STATUS COMMAND...
expect_status() {
	local expected=$1 status
	shift
	status=$(status_of "$@")
	[ "$status" = "$expected" ] || {
		cat "$scratch/out" "$scratch/err" >&2
		fail "status $status instead of $expected: $*"
	}
}
