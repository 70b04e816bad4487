# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Part of kernel/build, for 32-bit ARM: what takes the place of functions in compile.sh.

export ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf-

describe_compiler() {
	${CROSS_COMPILE}gcc -dumpfullversion
	${CROSS_COMPILE}ld --version | head -n 1
	cat "$here/compile.sh" "$here/compile-arm.sh" "$here/code-sections.c"
}

# Besides the image, the description of a machine that QEMU does not have in itself
description=arm/vexpress-v2p-ca9.dtb
compile() { make_without_warnings "$1" "$2" "$2.log" zImage "$description"; }

code_sections() {
	local object=$1
	cc -O2 -Wall -Werror -o "$object/code-sections" "$here/code-sections.c" -lelf
	cd "$object"
	{
		ar t vmlinux.a
		echo arch/arm/vdso/vdso.so.dbg
	} | LC_ALL=C sort -u | xargs ./code-sections
}

# keep_result OBJECT OUT
keep_result() {
	local object=$1 out=$2
	rm -rf "$out.part"
	mkdir -p "$out.part"
	cp "$object/vmlinux" "$object/System.map" "$object/arch/arm/boot/zImage" "$out.part/"
	cp "$object/arch/arm/vdso/vdso.so" "$object/arch/arm/boot/dts/$description" "$out.part/"
	cp "$object/.config" "$out.part/kernel.config"
	(code_sections "$object") > "$out.part/code"
	cp "$object/include/config/kernel.release" "$out.part/release"
	rm -rf "$out"
	mv "$out.part" "$out"
}
