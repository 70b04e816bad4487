# SPDX-License-Identifier: GPL-2.0-or-later
# To have code of one's own executed by a program that is in kernel mode already. foreign.so says where it is.
. /attacks/files.sh

prepare_code() {
	local place
	make_files
	tar -C /attacks -xof /attacks/box
	cp /attacks/runpath /attacks/searches /attacks/interpreter /attacks/opener /attacks/converter /attacks/code /trusted/
	cp /attacks/plain /trusted/plain
	cp /attacks/loader /trusted/loader
	mkdir -p /tmp/libs /usr/libs
	for place in /tmp/libs /usr/libs; do
		cp /attacks/foreign.so $place/foreign.so
		cp /attacks/loader $place/loader
		echo 'module FOREIGN// INTERNAL /tmp/libs/foreign 1' >$place/gconv-modules
	done
	cp /attacks/elsewhere /tmp/libs/elsewhere
	chown -R nobody /tmp/libs
}

# What a user's program would run with, as root's would with a careless sudo
for_root() { env "$@"; }

try_preloading() {
	local who
	for who in nobody for_root; do
		attack 5 "LD_PRELOAD, $who" 0 $who LD_PRELOAD=/tmp/libs/foreign.so /trusted/plain
		attack 5 "LD_AUDIT, $who" 0 $who LD_AUDIT=/tmp/libs/foreign.so /trusted/plain
		attack 5 "GCONV_PATH, $who" 0 $who GCONV_PATH=/tmp/libs /trusted/converter
		attack 5 "LD_LIBRARY_PATH, $who" 127 $who LD_LIBRARY_PATH=/tmp/libs /trusted/searches
		attack 5 "RUNPATH, $who" 127 $who "_=" /trusted/runpath
		attack 5 "a plug-in, $who" 0 $who "_=" /trusted/opener /tmp/libs/foreign.so
		by_rule library
	done
	allowed "LD_PRELOAD by root of root's library" 40 for_root LD_PRELOAD=/usr/libs/foreign.so /trusted/plain
	allowed "LD_AUDIT by root of root's library" 40 for_root LD_AUDIT=/usr/libs/foreign.so /trusted/plain
	allowed "LD_LIBRARY_PATH by root to root's library" 40 for_root LD_LIBRARY_PATH=/usr/libs /trusted/searches
	allowed "LD_PRELOAD by others of root's library" 0 nobody LD_PRELOAD=/usr/libs/foreign.so /trusted/plain
	allowed "a plug-in of root's" 40 nobody /trusted/opener /usr/libs/foreign.so
}

in_open_directory() {
	local status
	chmod 775 /usr/libs
	nobody /trusted/opener /usr/libs/foreign.so
	status=$?
	chmod 755 /usr/libs
	return $status
}

# Root has taken the file of an overlay over, but its data is in a lower layer, and still the user's
described_by_root() {
	local status
	mkdir -p /usr/libs/layers /usr/libs/overlay
	mount -t tmpfs -o mode=755 tmpfs /usr/libs/layers
	mkdir /usr/libs/layers/lower /usr/libs/layers/upper /usr/libs/layers/work
	cp /attacks/foreign.so /usr/libs/layers/lower/foreign.so
	chown "$1" /usr/libs/layers/lower/foreign.so
	mount -t overlay -o "metacopy=on,lowerdir=/usr/libs/layers/lower,upperdir=/usr/libs/layers/upper,workdir=/usr/libs/layers/work" \
		overlay /usr/libs/overlay || return 98
	chown 0 /usr/libs/overlay/foreign.so
	chmod 755 /usr/libs/overlay/foreign.so
	nobody /trusted/opener /usr/libs/overlay/foreign.so
	status=$?
	umount /usr/libs/overlay /usr/libs/layers
	return $status
}

# The library is served by the user
served_library() {
	local status
	/attacks/serve /usr/libs/fuse /tmp/libs/foreign.so || return 98
	nobody /trusted/opener /usr/libs/fuse/x
	status=$?
	umount /usr/libs/fuse
	return $status
}

served_library_allowed() {
	local status
	echo 1 >$settings/network_file_systems
	served_library
	status=$?
	echo 0 >$settings/network_file_systems
	return $status
}

try_loading() {
	attack 5 "a plug-in of root's in a directory for a group" 0 in_open_directory
	attack 14 "a plug-in that root describes, with data of the user's" 0 described_by_root nobody
	by_rule library
	allowed "the same with root's data" 40 described_by_root root
	mkdir -p /usr/libs/fuse
	attack 14 "a library that the user serves (FUSE)" 0 served_library
	by_rule library
	allowed "the same, when root allows it" 40 served_library_allowed
	# The interpreter is mapped when the old program is gone already: a signal
	attack 6 "an interpreter of the user's" 139 nobody /trusted/interpreter
	by_rule library
	chown 0 /tmp/libs/loader
	attack 6 "root's interpreter in a directory of the user's" 139 nobody /trusted/interpreter
	chown nobody /tmp/libs/loader
	# A loader in /trusted, where kml-install would not put it
	allowed "a loader with root's program" 0 nobody /trusted/loader /trusted/plain
	attack 6 "a program of the user's by a loader" 127 nobody /trusted/loader /tmp/libs/elsewhere
	attack 6 "a library of the user's by a loader" 0 nobody /trusted/loader --preload /tmp/libs/foreign.so /trusted/plain
	by_rule library
}

# what_runs NAME: the program could call the code that it tried to get in this way
what_runs() {
	grep -qx "$1: runs" /tmp/ways && return 40
	grep -qx "$1: EACCES" /tmp/ways
}

try_memory() {
	local name
	place removed
	nobody /trusted/code $files >/tmp/ways 2>&1
	sed -e 1d -e 's/: .*//' /tmp/ways >/tmp/names
	while read -r name; do
		grep -qxF "$name" /attacks/roots-files || attack 8 "$name" 0 what_runs "$name"
	done </tmp/names
	[ "$(wc -l </tmp/names)" = 27 ] || wrong "not all ways to get code were tried"
}

try_code() {
	try_preloading
	try_loading
	try_memory
}
