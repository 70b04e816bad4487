#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An output that would replace an input, or what is no ordinary file, is refused before any work.
. "$(dirname "$0")/link.sh"

cc -O1 -c -x c - -o prog.o <<'END_OF_C'
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(1); }
END_OF_C
cp prog.o self.o
kml_link prog.o -o old
cp old before

keeps() { # output, text; the rest: more arguments
	ls -ldi --time-style=full-iso "$1" >listed
	cksum self.o old >sums
	output=$1 text=$2
	shift 2
	ends_with 1 kml_link --verbose -o "$output" "$@"
	said_one_line
	said "kml-link: $output: $text"
	ls -ldi --time-style=full-iso "$output" | cmp - listed || fail "$output: is another now"
	cksum self.o old | cmp - sums || fail "$output: changed a file"
}

other="not a regular file, and will not be replaced"
mkfifo fifo
keeps fifo "$other" prog.o
mkdir dir
keeps dir "$other" prog.o
ln -s old link
keeps link "$other" prog.o
ln -s nothing dangling
keeps dangling "$other" prog.o
# A node of its own, never one of the system's.
if mknod null c 1 3 2>/dev/null; then
	keeps null "$other" prog.o
fi

input="is an input: choose another --output"
keeps self.o "$input" self.o
keeps ./self.o "$input" prog.o "$work/self.o"
ln self.o hard
keeps hard "$input" self.o
keeps self.o "$input" prog.o -- -static self.o
mv vmlinux real
ln -s real vmlinux
keeps real "$input" prog.o
mv real vmlinux

# The same for what is written without a program.
writes() { # output, text
	for task in --index="$1" --extract-vdso="$1" "--header schedule_timeout -o $1"; do
		ls -ldi --time-style=full-iso "$1" >listed
		ends_with 1 kml_link $task
		said_one_line
		said "kml-link: $1: $2"
		ls -ldi --time-style=full-iso "$1" | cmp - listed || fail "$1: is another now"
	done
}
writes fifo "$other"
writes dangling "$other"
[ ! -e null ] || writes null "$other"
writes vmlinux "is an input: choose another file"
ends_with 0 kml_link --index=old
ends_with 0 kml_link --index=old

ends_with 64 kml_link -o "" prog.o
said "kml-link: --output: empty name"

# An ordinary file is what gets replaced.
echo text >old
kml_link prog.o -o old
cmp old before || fail "not replaced"
