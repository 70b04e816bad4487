# SPDX-License-Identifier: GPL-2.0-or-later
# The files that programs/code.c maps, each named for who could change it.
files=/usr/files
user=1000

# place FILE [OWNER [MODE]]: code that returns 42, and room for what is written behind it
place() {
	case $(uname -m) in
	x86_64) printf '\270\052\0\0\0\303' ;;
	arm*) printf '\052\0\240\343\036\377\057\341' ;;
	esac >"$files/$1"
	head -c 4088 /dev/zero >>"$files/$1"
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
	exec 8<>$files/held
	chown 0 $files/held
	ln -s roots $files/link
	ln -s users $files/users-link
}
