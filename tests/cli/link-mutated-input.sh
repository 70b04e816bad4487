#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Random bytes, the same in every run, change in objects, archives, kernels and programs: nothing crashes or hangs.
. "$(dirname "$0")/link.sh"

cc -O1 -g -c "$here/program.c" -o good.o
ar rcs good.a good.o
kml_link good.o -o good -- pretend-kernel.o
nm -n vmlinux | grep -v ' [aU] ' >System.map
xz -k vmlinux
"$tool" --show good | awk 'names { print "x: undefined reference to `" $1 } /^NAME/ { names = 1 }' >complaints
# A driver that costs no time: it says what is undefined, and links nothing.
cat >driver <<'END'
#!/bin/sh
case "$*" in *-o*/try) cat complaints >&2 ;; esac
END
chmod +x driver

seed=1
random() { # sets $random to less than $1
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}

mutate() { # file
	cp "$1" bad
	size=$(stat -c %s bad)
	random 3
	for byte in $(seq 0 "$random"); do
		random 4
		# Headers are at the start, the table of sections at the end.
		case $random in
		0) random 64; offset=$random ;;
		1) random 2000; offset=$((size - 1 - random)) ;;
		*) random 32768; offset=$((random * size / 32768)) ;;
		esac
		[ $offset -ge 0 ] || offset=0
		random 256
		printf "\\$(printf %o "$random")" | dd of=bad bs=1 seek=$offset conv=notrunc status=none
	done
}

alive() { # a command that may fail, but not of a signal
	status=0
	timeout 20 "$@" >out 2>said || status=$?
	[ $status -le 1 ] || { cat said; fail "status $status: $*"; }
	grep -q 'Sanitizer\|runtime error' said && { cat said; fail "$*"; }
	return 0
}

for turn in $(seq 100); do
	mutate good.o
	alive "$tool" --kernel vmlinux --cc ./driver bad -o prog
	mutate good.a
	alive "$tool" --kernel vmlinux --cc ./driver bad -o prog
	mutate vmlinux
	alive "$tool" --kernel bad --cc ./driver good.o -o prog
	mutate System.map
	alive "$tool" --kernel bad --cc ./driver good.o -o prog
	mutate vmlinux.xz
	alive "$tool" --kernel bad --cc ./driver good.o -o prog
	mutate good
	alive "$tool" --show bad
done
