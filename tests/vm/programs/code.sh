#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine, as an ordinary process of root: makes the files that code.c maps, then runs it as an ordinary
# process, in kernel mode, and in kernel mode with what root can allow.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
set -eu
settings=/proc/sys/kernel/kml
files=/usr/files
user=1000

# place FILE [OWNER [MODE]]: code that returns 42, and room for what is written behind it
place() {
	{ printf '\270\052\0\0\0\303'; head -c 4090 /dev/zero; } >"$files/$1"
	chown "${2:-0}" "$files/$1"
	chmod "${3:-755}" "$files/$1"
}

make_files() {
	mkdir -p $files $files/users-directory $files/everyones-directory $files/nosuid $files/layers $files/overlay
	mount -t tmpfs -o nosuid,mode=755 tmpfs $files/nosuid
	mount -t tmpfs -o mode=755 tmpfs $files/layers
	mkdir $files/layers/lower $files/layers/upper $files/layers/work
	place layers/lower/roots
	place layers/lower/users $user
	mount -t overlay -o lowerdir=$files/layers/lower,upperdir=$files/layers/upper,workdir=$files/layers/work overlay $files/overlay
	place roots
	place users $user
	place groups 0 775
	place everyones 0 757
	place users-directory/roots
	chown $user $files/users-directory
	place everyones-directory/roots
	chmod 1777 $files/everyones-directory
	place nosuid/roots
	# Its owner opened it before it became root's
	place held $user
	exec 9<>$files/held
	chown 0 $files/held
	ln -s roots $files/link
	ln -s users $files/users-link
}

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
