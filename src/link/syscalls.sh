#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the rows of the system-call table, sorted by name: syscalls.sh ARCHITECTURE COMPILER...
# Kernel functions are sys_NAME for the number __NR_NAME, but for these few.
set -eu
architecture=$1
shift
names='stat newstat fstat newfstat lstat newlstat uname newuname umount2 umount'
# Without a compiler for the architecture, there is no table.
case $architecture in
x86)
	header=asm/unistd_64.h prefix=__x64_
	names="$names sendfile sendfile64"
	;;
arm)
	[ $# -gt 0 ] || exit 0
	header=asm/unistd.h prefix=
	# Those whose time has 32 bits, and those whose time has 64 under the name that has no number
	for name in clock_getres clock_nanosleep nanosleep futex utimensat io_getevents sched_rr_get_interval mq_timedsend \
		mq_timedreceive semtimedop recvmmsg rt_sigtimedwait ppoll pselect6 adjtimex futimesat utimes; do
		names="$names $name ${name}_time32"
	done
	for name in clock_gettime clock_settime timer_settime timer_gettime timerfd_settime timerfd_gettime clock_adjtime; do
		names="$names $name ${name}32"
	done
	for name in clock_gettime clock_settime clock_adjtime timer_gettime timer_settime timerfd_gettime timerfd_settime; do
		names="$names ${name}64 $name"
	done
	for name in clock_getres clock_nanosleep utimensat pselect6 ppoll recvmmsg mq_timedsend mq_timedreceive semtimedop \
		rt_sigtimedwait futex sched_rr_get_interval; do
		names="$names ${name}_time64 $name"
	done
	;;
esac
echo "#include <$header>" | "$@" -E -dM -x c - | LC_ALL=C awk -v pairs="$names" -v prefix="$prefix" '
	BEGIN {
		count = split(pairs, pair, " ")
		for (i = 1; i < count; i += 2)
			alias[pair[i]] = pair[i + 1]
		gsub(/[()]/, "")
	}
	$1 == "#define" && $2 ~ /^__NR_[a-z_]/ {
		number = $3
		# (__NR_SYSCALL_BASE + 1), and the base is 0
		if (number ~ /^\(__NR_SYSCALL_BASE/)
			number = $NF
		gsub(/[^0-9]/, "", number)
		if (number == "" || $3 ~ /^__NR_/)
			next
		name = substr($2, 6)
		func_name = name in alias ? alias[name] : name
		printf "{ \"sys_%s\", \"%ssys_%s\", %d },\n", name, prefix, func_name, number
		other[func_name] = number
		named[name] = 1
	}
	END {
		for (name in other)
			if (!(name in named))
				printf "{ \"sys_%s\", \"%ssys_%s\", %d },\n", name, prefix, name, other[name]
	}' | LC_ALL=C sort
