# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Part of kernel/build: from a tree and fragments of a configuration to the files of a build. All of it goes into the
# hash of every build.

describe_compiler() {
	gcc -dumpfullversion
	ld --version | head -n 1
	cat "$here/compile.sh" "$here/code-sections.c"
}

# switched on|off FRAGMENT...: the options that they switch so; a later one may take back what an earlier one says
switched() {
	local way=$1
	shift
	cat "$@" | awk -v way="$way" '
		match($0, /^CONFIG_[A-Za-z0-9_]*=/) { ways[substr($0, 1, RLENGTH - 1)] = "on" }
		/^# CONFIG_[A-Za-z0-9_]* is not set/ { ways[$2] = "off" }
		END { for (option in ways) if (ways[option] == way) print option }' | LC_ALL=C sort
}

# configure TREE OBJECT FRAGMENT...
configure() {
	local tree=$1 object=$2 option
	shift 2
	rm -rf "$object/test-modules"
	make -s -C "$tree" O="$object" tinyconfig >/dev/null
	(cd "$object" && "$tree/scripts/kconfig/merge_config.sh" -O "$object" -m "$object/.config" "$@" >/dev/null)
	make -s -C "$tree" O="$object" olddefconfig >/dev/null
	switched on "$@" | while read -r option; do
		grep -q "^$option=" "$object/.config" ||
			die "$object: this kernel does not take $option (renamed, or something that it depends on is off)"
	done
	switched off "$@" | while read -r option; do
		! grep -q "^$option=" "$object/.config" || die "$object: this kernel has $option all the same (something selects it)"
	done
}

# Runs make, and says every twenty seconds how far it has come
make_with_progress() {
	local log=$1 pid seconds=0
	shift
	"$@" > "$log" 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		[ $((seconds % 20)) != 0 ] || say "  $(basename "$log" .log): $(grep -cE '^  (CC|AS|LD|AR) ' "$log") steps"
	done
	wait $pid
}

# make_without_warnings TREE OBJECT LOG TARGET...: without a warning. OBJECT is empty where the tree was built by others.
make_without_warnings() {
	local tree=$1 object=$2 log=$3
	shift 3
	# The builder's name, the date and a count would make every build differ
	export KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP=1970-01-01 KBUILD_BUILD_USER=kml KBUILD_BUILD_HOST=kml
	make_with_progress "$log" make -C "$tree" ${object:+O="$object"} -j"$(nproc)" "$@" || {
		grep -nE 'error|Error|undefined' "$log" | head -n 20 >&2
		die "the build failed; its log is $log"
	}
	if grep -nE 'warning: |objtool: ' "$log" >&2; then
		die "the build has warnings (above); its log is $log"
	fi
}

# compile TREE OBJECT
compile() { make_without_warnings "$1" "$2" "$2.log" bzImage; }

# The modules that some tests load; they come with the kernels that live patches are for
test_modules=$top/tests/vm/modules
takes_modules() { switched on "$@" | grep -x CONFIG_LIVEPATCH >/dev/null; }

# compile_modules TREE OBJECT: those of the tests, and the kernel's own ones that they are linked against
compile_modules() {
	make_without_warnings "$1" "$2" "$2.modules.log" modules
	cp -r "$test_modules" "$2/test-modules"
	make_without_warnings "$1" "$2" "$2.test-modules.log" M="$2/test-modules" modules
}

# Digests of all code of the image and of the vDSOs and the real-mode code in it, by object and section, for comparing
# builds. What goes into the image is said by what it is linked from; object files of older builds may lie around.
code_sections() {
	local object=$1
	cc -O2 -Wall -Werror -o "$object/code-sections" "$here/code-sections.c" -lelf
	cd "$object"
	{
		ar t vmlinux.a
		find arch/x86/entry/vdso -name 'vdso*.so.dbg'
		echo arch/x86/realmode/rm/realmode.elf
	} | LC_ALL=C sort -u | xargs ./code-sections
}

# keep_result OBJECT OUT
keep_result() {
	local object=$1 out=$2
	rm -rf "$out.part"
	mkdir -p "$out.part"
	cp "$object/vmlinux" "$object/System.map" "$object/arch/x86/boot/bzImage" "$out.part/"
	cp "$object/.config" "$out.part/kernel.config"
	# For programs that are linked with the vDSO
	cp "$object/arch/x86/entry/vdso/vdso64.so" "$out.part/vdso.so"
	(code_sections "$object") > "$out.part/code"
	if [ -d "$object/test-modules" ]; then
		mkdir "$out.part/modules"
		cp "$object"/test-modules/*.ko "$out.part/modules/"
	fi
	cp "$object/include/config/kernel.release" "$out.part/release"
	rm -rf "$out"
	mv "$out.part" "$out"
}
