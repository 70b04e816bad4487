#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's dynamic busybox, with a function of the kernel and a system call through the gate in the place of libc's: a
# shell and its tools, all of them processes in kernel mode.
. "$(dirname "$0")/lib.sh"
needs demo

dynamic=${KML_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kml}/debian/busybox/bin/busybox
[ -x "$dynamic" ] || fail "there is no $dynamic; scripts/setup brings it"
cp "$dynamic" "$scratch/busybox"
"$build/src/kml-link" --kernel "${kernels[demo]}" --import=sync=ksys_sync --import=getppid=sys_getppid "$scratch/busybox"
"$build/src/kml-link" --show "$scratch/busybox" >"$scratch/shown"
grep -q '^ksys_sync  *function  *gate' "$scratch/shown" || fail "no function"
grep -q '^sys_getppid  *system call' "$scratch/shown" || fail "no system call"

# smoke.sh BUSYBOX DIRECTORY
cat >"$scratch/smoke.sh" <<'EOS'
"$1" mkdir "$2/bin"
"$1" --install -s "$2/bin" || exit 1
PATH=$2/bin
cd "$2" || exit 1
[ "$(sh -c 'echo $PPID')" = $$ ] && echo child
cat /sys/kernel/kml/self
seq 1000 | awk '{ sum += $1 } END { print sum }'
seq 1000 >numbers
sync && echo synced
sort -rn numbers | head -n 3 | tr '\n' ' '; echo
sed -n 's/^99\(.\)$/\1/p' numbers | wc -l
grep -c 7 numbers
gzip <numbers | gunzip | cmp - numbers && echo unpacked
tar -cf numbers.tar numbers && tar -xOf numbers.tar | md5sum | cut -c 1-8
(exit 3) || echo "status $?"
sleep 1 & kill $!; wait $! 2>/dev/null; echo "killed $?"
find . -name 'numbers*' | wc -l
EOS
said=$(machine demo --icount --add /smoke.sh="$scratch/smoke.sh" "$scratch/busybox" sh /smoke.sh \
	/trusted/busybox /trusted | tr -d '\r')
# What ran as what it is, but for the kernel's answer.
mkdir "$scratch/here"
sed 's,^cat /sys.*,echo kernel,' "$scratch/smoke.sh" >"$scratch/smoke-here.sh"
expected=$("$dynamic" sh "$scratch/smoke-here.sh" "$dynamic" "$scratch/here")
[ "$said" = "$expected" ] || fail "$said"
