#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Objects with compressed debug information link: its relocations count in what it is uncompressed.
. "$(dirname "$0")/link.sh"

{
	cat "$here/program.c"
	# Much text that compresses well, so that places lie behind the compressed end.
	for i in $(seq 300); do
		echo "int function_$i(int one) { int two = one * $i; return two; }"
	done
} >prog.c
count=0
for CC in gcc clang; do
	command -v $CC >/dev/null || continue
	for format in -gz -gz=zlib -gz=zstd -gz=zlib-gnu; do
		$CC -g -O1 $format -c prog.c -o prog.o 2>/dev/null || continue
		for linker in "" -fuse-ld=lld; do
			[ -z "$linker" ] || command -v ld.lld >/dev/null || continue
			kml_link prog.o -- pretend-kernel.o -Wl,-u,pretend_lookup $linker || fail "$CC $format $linker"
			pretend ./prog >out || fail "$CC $format $linker: status $?"
			count=$((count + 1))
		done
	done
	# The form before SHF_COMPRESSED had another name for the section.
	$CC -g -O1 -c prog.c -o prog.o
	objcopy --compress-debug-sections=zlib-gnu prog.o old.o 2>/dev/null || continue
	kml_link old.o -o prog -- pretend-kernel.o -Wl,-u,pretend_lookup || fail "$CC, objcopy"
	pretend ./prog >out || fail "$CC, objcopy: status $?"
done
[ $count -gt 0 ] || fail "no object was compressed"

# A size that is a lie does no harm.
cc -g -gz -O1 -c prog.c -o prog.o
readelf -SW prog.o | grep -q ' \.debug_info .* C ' || exit 0
offset=$(readelf -SW prog.o | sed -n 's/.* \.debug_info  *PROGBITS  *[0-9a-f]*  *\([0-9a-f]*\) .*/\1/p')
cp prog.o bad.o
printf '\377\377\377\377\377\377\377\377' | dd of=bad.o bs=1 seek=$((0x$offset + 8)) conv=notrunc status=none
status=0
kml_link bad.o -- pretend-kernel.o 2>said || status=$?
[ $status -le 1 ] || { cat said; fail "status $status"; }
cp prog.o bad.o
printf '\0\0\0\0\0\0\0\0' | dd of=bad.o bs=1 seek=$((0x$offset + 8)) conv=notrunc status=none
ends_with 1 kml_link bad.o -- pretend-kernel.o
said "does not exist"
