#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# gdb of root debugs a kernel-mode process as any other, and unwinds it through both gates.
. "$(dirname "$0")/lib.sh"
needs demo
with_gdb
link demo debugged -- -static
limit=500 machine demo --user-mode "${gdb[@]}" --add /usr/share/gdb/syscalls/amd64-linux.xml \
	--add /usr/share/gdb/syscalls/gdb-syscalls.dtd --add /trusted/debugged="$scratch/debugged" \
	--add /trusted/traced="$programs/traced" --add /usr/bin/traced="$programs/traced" \
	--add /gdb.sh="$top/tests/vm/programs/gdb.sh" /bin/busybox sh /gdb.sh
