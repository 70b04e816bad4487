#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine, as an ordinary process of root: all ways by which a library of somebody else's could get into a
# program. foreign.so ends the process with 40 and its ring. The programs lie in /bin, too, where all of it works.
PATH=/tools
/bin/busybox mkdir -p /tools
/bin/busybox --install -s /tools
user=1000
failures=0

# ends WHAT STATUS COMMAND...
ends() {
	local what=$1 expected=$2 status
	shift 2
	"$@" >/tmp/out 2>&1 </dev/null
	status=$?
	if [ $status = "$expected" ]; then
		echo "ok    $what: $status"
	else
		echo "FAIL  $what: $status instead of $expected: $(cat /tmp/out)"
		failures=$((failures + 1))
	fi
}
# refused WHAT STATUS COMMAND...: the same, and the kernel has refused a library
refused() {
	local before
	before=$(cat /sys/kernel/kml/refused/library)
	ends "$@"
	[ "$(cat /sys/kernel/kml/refused/library)" -gt "$before" ] && return
	echo "FAIL  $1: nothing was refused"
	failures=$((failures + 1))
}
nobody() { su nobody -s /tools/sh -c "$*"; }

tar -C /bin -xof /box
cp /bin/runpath /bin/searches /bin/interpreter /trusted/
mkdir -p /tmp/libs /usr/libs
for place in /tmp/libs /usr/libs; do
	cp /foreign.so $place/foreign.so
	cp /loader $place/loader
done
chown -R $user /tmp/libs

# what happens ordinarily, to root, to others, and with root's own library in kernel mode
preload() {
	local libs=$1 directory=$2 root=$3 other=$4
	ends "LD_PRELOAD, $libs, $directory, root" $root env LD_PRELOAD=$libs/foreign.so $directory/mode
	ends "LD_PRELOAD, $libs, $directory, others" $other nobody LD_PRELOAD=$libs/foreign.so $directory/mode
	ends "LD_AUDIT, $libs, $directory, root" $root env LD_AUDIT=$libs/foreign.so $directory/mode
	ends "LD_AUDIT, $libs, $directory, others" $other nobody LD_AUDIT=$libs/foreign.so $directory/mode
}
preload /tmp/libs /bin 43 43
preload /tmp/libs /trusted 0 0
preload /usr/libs /trusted 40 0

# A library that is refused ends a program that needs it
ends "LD_LIBRARY_PATH, a user's, ordinary, root" 43 env LD_LIBRARY_PATH=/tmp/libs /bin/searches
ends "LD_LIBRARY_PATH, a user's, ordinary, others" 43 nobody LD_LIBRARY_PATH=/tmp/libs /bin/searches
refused "LD_LIBRARY_PATH, a user's, root" 127 env LD_LIBRARY_PATH=/tmp/libs /trusted/searches
ends "LD_LIBRARY_PATH, a user's, others" 127 nobody LD_LIBRARY_PATH=/tmp/libs /trusted/searches
ends "LD_LIBRARY_PATH, root's, root" 40 env LD_LIBRARY_PATH=/usr/libs /trusted/searches
ends "RUNPATH, a user's, ordinary" 43 nobody /bin/runpath
refused "RUNPATH, a user's" 127 nobody /trusted/runpath

ends "the program opens a user's, ordinary" 43 nobody /bin/opener /tmp/libs/foreign.so
refused "the program opens a user's, root" 0 /trusted/opener /tmp/libs/foreign.so
refused "the program opens a user's, others" 0 nobody /trusted/opener /tmp/libs/foreign.so
ends "the program opens root's" 40 nobody /trusted/opener /usr/libs/foreign.so
chmod 775 /usr/libs
refused "the program opens root's in a directory for a group" 0 nobody /trusted/opener /usr/libs/foreign.so
chmod 755 /usr/libs

# The interpreter is mapped when the old program is gone already: a signal
ends "a user's interpreter, ordinary" 3 nobody /bin/interpreter
refused "a user's interpreter" 139 nobody /trusted/interpreter
chown 0 /tmp/libs/loader
refused "root's interpreter in a user's directory" 139 nobody /trusted/interpreter

# A loader in /trusted, where kml-install would not put it
cp /loader /trusted/loader
cp /bin/mode /tmp/mode
ends "a loader with root's program" 0 nobody /trusted/loader /bin/mode
refused "a loader with a program from a directory for all" 127 nobody /trusted/loader /tmp/mode
chown $user /tmp/libs/foreign.so
ends "a loader with a user's library" 0 nobody /trusted/loader --preload /tmp/libs/foreign.so /bin/mode
exit $failures
