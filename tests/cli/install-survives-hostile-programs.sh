#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs and libraries with random bytes in them, the same in every run: nothing crashes or hangs, each refusal is a line.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
. "$(dirname "$0")/image.sh"

printf '%s\n' 'ffffffff81000000 T _text' 'ffffffff81000100 T schedule_timeout' 'ffffffff82000000 D jiffies' >kernel.map
cat >prog.c <<'END'
extern unsigned long jiffies; extern long schedule_timeout(long);
int part(void);
int main(void) { return schedule_timeout(jiffies) + part(); }
END
cc -O1 -c prog.c
echo 'int part(void) { return 1; }' | "$CC" -x c - -shared -fPIC -o libpart.so
kml-link --kernel kernel.map prog.o -o prog -- -L. -lpart '-Wl,-rpath,$ORIGIN/../lib:/opt'
in_image "$loader" "$c_library"
cp libpart.so "$image/lib"
install_in 0 --create --kernel kernel.map prog
sound=$(stat -c %s prog)
[ "$sound" -gt 4096 ] || fail "an odd program"

seed=1
random() { # sets $random to less than $1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}

mutate() { # FILE COPY: three bytes, mostly in the headers
	cp "$1" "$2"
	size=$(stat -c %s "$1")
	for change in 1 2 3; do
		random 4
		case $random in
		0) random 32768; offset=$((random * size / 32768)) ;;
		1) random 2000; offset=$((size - 1 - random)) ;;
		*) random 1100; offset=$random ;;
		esac
		random 256
		printf "\\$(printf %o "$random")" | dd of="$2" bs=1 seek="$offset" conv=notrunc status=none
	done
}

# try ARGUMENTS...: done, or refused with one line
try() {
	status=0
	timeout 20 kml-install --root "$image" --kernel kernel.map "$@" >out 2>said || status=$?
	[ $status -le 1 ] || { cat said; fail "round $round: status $status: $*"; }
	! grep -q 'Sanitizer\|runtime error' said || { cat said; fail "round $round: $*"; }
	[ $status = 0 ] || said_one_line
	[ $status = 1 ] || good=$((good + 1))
}

good=0
mkdir bad
for round in $(seq "${ROUNDS:-50}"); do
	mutate prog bad/prog
	try bad/prog
	mutate libpart.so "$image/lib/libpart.so"
	try prog
	cp libpart.so "$image/lib/libpart.so"
	# What is there already may be anything, too.
	cp bad/prog "$image/trusted/prog"
	ends_with 0 timeout 20 kml-install --root "$image" --list
done
[ "$good" -gt 0 ] && [ "$good" -lt $((2 * round)) ] || fail "$good of $((2 * round)) installed: that is no mixture"
