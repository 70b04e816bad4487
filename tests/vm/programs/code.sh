#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine, as an ordinary process of root: makes the files that code.c maps, then runs it as an ordinary
# process, in kernel mode, and in kernel mode with what root can allow.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
set -eu
settings=/proc/sys/kernel/kml
. /files.sh

# run TITLE COMMAND...: "removed" is there, and gone before it is mapped
run() {
	echo "== $1"
	shift
	place removed
	"$@" 2>&1
}

set_to() { echo "$2" >$settings/"$1"; }

counted() { echo "== $1"; cat /sys/kernel/kml/refused/$1; }

make_files
run ordinary /bin/code $files
run kernel-mode /trusted/code $files
run user-in-kernel-mode su -s /tools/sh -c "exec /trusted/code $files" nobody
run asks /trusted/code-asks $files
set_to executable_memory 1
run allowed-to-all-that-ask-and-does-not /trusted/code $files
run allowed-to-all-that-ask /trusted/code-asks $files
set_to executable_memory 2
run allowed-to-all /trusted/code $files
counted executable_memory
counted library
echo "== log"
dmesg | grep 'kml: rule' || :
