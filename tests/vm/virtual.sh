#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Beside the module, KVM works for ordinary processes and for those in kernel mode, on an AMD processor, two at once. (On
# Intel's, which QEMU does not emulate so far, processes in kernel mode are refused.)
. "$(dirname "$0")/lib.sh"
host=${KML_HOST:-module}
needs "$host"
modules=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}/debian/$(cat "${kernels[$host]}/release")/lib/modules
files=(--add /bin/virtual="$programs/virtual" --add /trusted/virtual="$programs/virtual")
for name in irqbypass kvm kvm-amd; do
	file=$(find "$modules" -name "$name.ko*")
	case $file in
	*.xz) xz -dc "$file" >"$scratch/$name.ko" ;;
	*) cp "$file" "$scratch/$name.ko" ;;
	esac
	files+=(--add /"$name.ko=$scratch/$name.ko")
done
machine "$host" --user-mode "${files[@]}" /bin/busybox sh -ec '
	for name in irqbypass kvm kvm-amd; do busybox insmod /$name.ko; done
	/trusted/virtual 1000 & first=$!
	/trusted/virtual 1000 & second=$!
	/bin/virtual 1000 & third=$!
	wait $first
	wait $second
	wait $third' >"$scratch/out"
sort "$scratch/out" | diff - <(printf 'ring %s: 1000 runs\n' 0 0 3) >&2 || fail "KVM"
