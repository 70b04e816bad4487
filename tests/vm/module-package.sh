#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The package of the module brings all that dkms needs to build and install it; "modprobe kml" then loads it, and it tells
# of itself what there is to know.
. "$(dirname "$0")/lib.sh"
host=${KML_HOST:-module}
needs "$host"
export PATH=$PATH:/usr/sbin:/sbin
kernel=$top/kernel release=$(cat "${kernels[$host]}/release")
headers=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}/debian/$release/usr/src/linux-headers-$release

expect_status 64 "$kernel/module/package"
expect_status 0 "$kernel/module/package" "$scratch"
package=$(cat "$scratch/out")
dpkg-deb --extract "$package" "$scratch/root"
version=$(dpkg-deb --field "$package" Version)
for file in "$kernel"/core/*.[ch] "$kernel"/module/*.[chS]; do
	cmp "$file" "$scratch/root/usr/src/kml-$version/$(basename "$file")"
done

# dkms COMMAND...: with trees of our own instead of the system's. What it would install, only root may install.
with_dkms() {
	local command=$1
	shift
	expect_status 0 dkms "$command" --sourcetree "$scratch/root/usr/src" --dkmstree "$scratch/dkms" -m kml -v "$version" "$@"
}
installed=$scratch/root/lib/modules/$release
mkdir -p "$scratch/dkms" "$installed/updates/dkms"
with_dkms add
with_dkms build -k "$release" --arch x86_64 --kernelsourcedir "$headers"
cp "$scratch/dkms/kml/$version/$release/x86_64/module"/kml.ko* "$installed/updates/dkms/"
depmod -b "$scratch/root" "$release"

module=$(find "$installed" -name 'kml.ko*')
modinfo "$module" >"$scratch/information"
for line in "version: *$version" "license: *GPL" "vermagic: *$release .*" "parm: *force:.*" "description: *[A-Z].*" "srcversion: .*"; do
	grep -qx -e "$line" "$scratch/information" || fail "modinfo has no '$line': $(cat "$scratch/information")"
done

# without OPTION MESSAGE: what a kernel says that is configured without it, when the module is compiled
without() {
	echo "#undef $1" >"$scratch/without.h"
	expect_status 2 make -C "$headers" M="$scratch/stage" KCFLAGS="-include $scratch/without.h" main.o
	grep -qF "error: #error \"kml: this kernel $2" "$scratch/err" || { cat "$scratch/err" >&2; fail "$1: not told"; }
}
expect_status 0 "$kernel/module/stage" "$scratch/stage"
without CONFIG_PREEMPT_NOTIFIERS "has no preempt or user return notifiers: it is configured without KVM"
without CONFIG_DYNAMIC_FTRACE_WITH_ARGS "is configured without function tracing"
without "CONFIG_NONE
#define CONFIG_KERNEL_MODE_LINUX 1" "has kernel mode already"
echo '#define TIF_OTHER	26	/* one of the kernel */' >"$scratch/flags.h"
expect_status 2 make -C "$headers" M="$scratch/stage" KML_THREAD_FLAGS="$scratch/flags.h" main.o
grep -qF "kml: this kernel has a thread flag of its own in the place of one of the module's: TIF_OTHER" "$scratch/err" ||
	{ cat "$scratch/err" >&2; fail "thread flags: not told"; }

# The same machine, but nobody has loaded it there
machine=$scratch/kernel
cp -r "${kernels[$host]}" "$machine"
rm "$machine/load/50-kml.ko"
kernels[$host]=$machine
files=(--add /sbin/modprobe --add /trusted/mode="$programs/mode")
while read -r file; do
	files+=(--add "${file#"$scratch/root"}=$file")
done < <(find "$installed" -type f)
# shellcheck disable=SC2016
machine "$host" --user-mode "${files[@]}" /bin/busybox sh -c '
	ring() { local status=0; /trusted/mode || status=$?; echo $status; }
	[ "$(ring)" = 3 ] || { echo "there before it is loaded"; exit 1; }
	/sbin/modprobe kml || { echo "modprobe: $?"; exit 1; }
	[ "$(ring)" = 0 ] || { echo "modprobe is no use"; exit 1; }
	# The memory of the last process may be on its way out still
	/sbin/modprobe -r kml || { sleep 1; /sbin/modprobe -r kml || { echo "modprobe -r: $?"; exit 1; }; }
	[ "$(ring)" = 3 ] || { echo "there after it is unloaded"; exit 1; }'
