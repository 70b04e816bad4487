# SPDX-License-Identifier: GPL-2.0-or-later
# To have a program of one's own started in kernel mode. /home/own/taken is the attacker's, and says whether it is there.

prepare_starts() {
	mkdir -p /home/own /trusted/fuse /jail/trusted /mnt
	cp /attacks/taken /home/own/taken
	cp /attacks/taken /jail/trusted/x
	chown -R nobody /home/own
	cp /attacks/taken /trusted/taken
	chmod 666 /dev/fuse
	chmod 1777 /tmp
}

# as_file NAME COMMAND...: a copy below /trusted, changed by the command, as nobody
as_file() {
	local file=/trusted/$1 status
	shift
	cp /attacks/taken "$file"
	"$@" "$file"
	nobody "$file"
	status=$?
	rm -f "$file"
	return $status
}

# in_directory COMMAND...: in a directory below /trusted that is changed by the command, as nobody
in_directory() {
	local status
	mkdir /trusted/sub
	cp /attacks/taken /trusted/sub/taken
	"$@" /trusted/sub
	nobody /trusted/sub/taken
	status=$?
	rm -rf /trusted/sub
	return $status
}

link_into_open_directory() {
	local status
	mkdir -m 1777 /trusted/open
	nobody 'ln /home/own/taken /trusted/open/x && /trusted/open/x'
	status=$?
	rm -rf /trusted/open
	return $status
}

copy_into_open_trusted() {
	local status
	chmod 777 /trusted
	nobody 'cp /home/own/taken /trusted/mine && /trusted/mine'
	status=$?
	chmod 755 /trusted
	rm -f /trusted/mine
	return $status
}

# The directory is open, so the attacker can exchange what root has put there
race_in_open_directory() {
	local status
	mkdir -m 777 /trusted/open
	nobody '/attacks/race /trusted/open/x /trusted/plain /home/own/taken'
	status=$?
	rm -rf /trusted/open
	return $status
}

# Somebody has it open. It runs as a user's, as if it had never been there.
removed_program() {
	rm -f /tmp/opened
	cp /attacks/taken /trusted/old
	nobody 'exec 7</trusted/old; : >/tmp/opened; while [ -e /trusted/old ]; do :; done; exec /proc/self/fd/7' &
	until [ -e /tmp/opened ]; do :; done
	rm /trusted/old
	wait $!
}

trusted_as_link() {
	local status
	mv /trusted /trusted.real
	mkdir /home/own/trusted
	cp /attacks/taken /home/own/trusted/x
	ln -s /home/own/trusted /trusted
	nobody /trusted/x
	status=$?
	rm -r /trusted /home/own/trusted
	mv /trusted.real /trusted
	return $status
}

link_in_trusted() {
	local status
	ln -s /home/own/taken /trusted/link
	nobody /trusted/link
	status=$?
	rm /trusted/link
	return $status
}

script() {
	local status
	printf '#!%s\n' "$2" >"$1"
	chmod 755 "$1"
	nobody "$1"
	status=$?
	rm "$1"
	return $status
}

# Root's mount, of what somebody else serves
served() {
	local status
	/attacks/serve /trusted/fuse /home/own/taken || return 98
	nobody /trusted/fuse/x
	status=$?
	umount /trusted/fuse
	return $status
}

served_and_allowed() {
	local status
	echo 1 >$settings/network_file_systems
	served
	status=$?
	echo 0 >$settings/network_file_systems
	return $status
}

with_dumpable() {
	local status
	echo 1 >/proc/sys/fs/suid_dumpable
	as_file setuid chmod 4755
	status=$?
	echo 0 >/proc/sys/fs/suid_dumpable
	return $status
}

try_starts() {
	allowed "a program in /trusted" 40 nobody /trusted/taken
	attack 1 "a detached mount with a directory trusted in it" 43 own_namespace '
		mkdir -p /tmp/own && mount -t tmpfs none /tmp/own && mkdir /tmp/own/trusted &&
		cp /home/own/taken /tmp/own/trusted/x && exec 3</tmp/own/trusted/x && umount -l /tmp/own && exec /proc/self/fd/3'
	attack 2 "a root directory of one's own, by pivot_root" 43 own_namespace '
		mkdir -p /tmp/all && mount --rbind / /tmp/all && mount -t tmpfs none /tmp/all/mnt &&
		mkdir /tmp/all/mnt/trusted /tmp/all/mnt/old && cp /home/own/taken /tmp/all/mnt/trusted/x &&
		exec chroot /tmp/all sh -c "cd /mnt && pivot_root . old && exec /trusted/x"'
	attack 3 "a directory bound over /trusted" 43 own_namespace '
		mount --bind /home/own /trusted && exec /trusted/taken'
	attack 3 "a file bound over a trusted one" 43 own_namespace '
		mount --bind /home/own/taken /trusted/taken && exec /trusted/taken'
	attack 3 "a tmpfs over /trusted" 43 own_namespace '
		mount -t tmpfs none /trusted && cp /home/own/taken /trusted/x && exec /trusted/x'
	attack 3 "an overlay over /trusted" 43 own_namespace '
		mkdir -p /tmp/layers && mount -t tmpfs none /tmp/layers && mkdir /tmp/layers/upper /tmp/layers/work &&
		mount -t overlay -o userxattr,lowerdir=/home/own,upperdir=/tmp/layers/upper,workdir=/tmp/layers/work none /trusted &&
		exec /trusted/taken'
	attack 3 "a file system of one's own (FUSE) over /trusted" 43 own_namespace '
		/attacks/serve /trusted /home/own/taken && exec /trusted/x'
	attack 4 "a chroot with a directory trusted in it, as root of a user namespace" 43 own_namespace '
		mkdir -p /tmp/own-jail/trusted && cp /home/own/taken /tmp/own-jail/trusted/x && exec chroot /tmp/own-jail /trusted/x'
	attack 4 "a chroot with a directory trusted in it, as root" 43 chroot /jail /trusted/x
	attack 4 "a trusted program, where one can mount other libraries" 43 own_namespace 'exec /trusted/taken'
	attack 4 "a trusted program, as root of a user namespace" 43 nobody 'exec unshare -U -r /trusted/taken'
	by_rule namespace
	old=no attack 7 "a script in /trusted" 43 script /trusted/script /home/own/taken
	attack 7 "a script with a trusted interpreter" 43 script /home/own/script /trusted/taken
	by_rule format
	old=no attack 9 "a memory file by the name trusted/x" 43 nobody /attacks/memory-file /home/own/taken
	attack 11 "exec under a tracer" 43 nobody /attacks/caller traced /trusted/taken
	by_rule traced
	attack 12 "a link into a directory that is open to all" 43 link_into_open_directory
	attack 12 "a copy into a /trusted that is open to all" 43 copy_into_open_trusted
	attack 12 "a file of the user's" 43 as_file users chown nobody
	by_rule owner
	attack 12 "a file that its group may write" 43 as_file groups chmod 775
	attack 12 "a file that all may write" 43 as_file everyones chmod 757
	by_rule writable
	attack 12 "a directory of the user's" 43 in_directory chown nobody
	attack 12 "a directory that all may write to" 43 in_directory chmod 1777
	old=no attack 12 "a file that is exchanged while it is executed" 43 race_in_open_directory
	old=no attack 12 "a link that is exchanged while it is executed" 43 nobody \
		'/attacks/race /tmp/exchanged /trusted/plain /home/own/taken'
	attack 12 "a program that root has removed, by a descriptor" 43 removed_program
	old=no attack 13 "a link in /trusted to a file of the user's" 43 link_in_trusted
	old=no attack 13 "/trusted is a link to a directory of the user's" 43 trusted_as_link
	attack 14 "a file system that the user serves (FUSE)" 43 served
	by_rule file_system
	allowed "the same, when root allows it" 40 served_and_allowed
	attack 15 "with a seccomp filter" 43 /attacks/caller seccomp /trusted/taken
	by_rule seccomp
	attack 15 "with no_new_privs" 43 nobody /attacks/caller no_new_privs /trusted/taken
	by_rule no_new_privs
	attack 20 "a set-user-ID program whose new user may what its caller may not" 43 with_dumpable
	by_rule dumpable
	old=no attack 21 "exec of a program elsewhere by one in kernel mode" 43 nobody \
		'/trusted/busybox sh -c "exec /home/own/taken"'
	old=no attack 21 "the same by its child" 43 nobody '/trusted/busybox sh -c "/home/own/taken; exit \$?"'
	old=no attack 21 "the same after vfork" 43 nobody /trusted/race /tmp/exchanged /home/own/taken /home/own/taken
}
