#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the rows of the system-call table, sorted by name: syscalls.sh COMPILER...
# Kernel functions are sys_NAME for the number __NR_NAME, but for these few.
set -eu
echo '#include <asm/unistd_64.h>' | "$@" -E -dM -x c - | LC_ALL=C awk '
	BEGIN {
		split("stat newstat fstat newfstat lstat newlstat uname newuname sendfile sendfile64 umount2 umount", pairs)
		for (i = 1; i in pairs; i += 2)
			alias[pairs[i]] = pairs[i + 1]
	}
	$1 == "#define" && $2 ~ /^__NR_[a-z_]/ && $3 ~ /^[0-9]+$/ {
		name = substr($2, 6)
		func_name = name in alias ? alias[name] : name
		printf "{ \"sys_%s\", \"__x64_sys_%s\", %d },\n", name, func_name, $3
		if (func_name != name)
			printf "{ \"sys_%s\", \"__x64_sys_%s\", %d },\n", func_name, func_name, $3
	}' | LC_ALL=C sort
