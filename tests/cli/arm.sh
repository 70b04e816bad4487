# SPDX-License-Identifier: GPL-2.0-or-later
# For tests of kml-link with 32-bit ARM, to be sourced behind link.sh: the cross compiler, and what looks like a kernel.
arm=arm-linux-gnueabihf-
command -v ${arm}gcc >/dev/null || skip "no ${arm}gcc"

sed -e 's/__x64_sys/sys/g' -e '/data..percpu/d' "$here/fake-vmlinux.c" >kernel.c
printf 'SECTIONS { . = 0xc0008000; .text : { *(.text*) } .rodata : { *(.rodata*) } .data : { *(.data .bss) }
	.init.text : { *(.init.text) } .init.data : { *(.init.data) } }\n' >kernel.lds
${arm}gcc -O1 -fno-pic -ffreestanding -c kernel.c
${arm}ld -e 0xc0008000 -T kernel.lds --build-id=sha1 kernel.o -o kernel 2>/dev/null
kml_link_arm() { "$tool" --kernel kernel "$@"; }
