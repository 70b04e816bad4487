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

. "$here/mutate.sh"

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
