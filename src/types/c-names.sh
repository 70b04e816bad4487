#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# c-names.sh COMPILER...: the names that the C library's headers take, as sorted tables of C: tags and types, functions, macros
# that stand for something without parentheses, and enumeration constants.
set -eu
export LC_ALL=C

headers='aio.h arpa/inet.h assert.h complex.h ctype.h dirent.h dlfcn.h elf.h errno.h fcntl.h fenv.h fnmatch.h fts.h ftw.h
	glob.h grp.h ifaddrs.h inttypes.h langinfo.h limits.h link.h locale.h math.h mqueue.h net/if.h netdb.h netinet/in.h
	netinet/tcp.h poll.h pthread.h pwd.h regex.h sched.h search.h semaphore.h setjmp.h signal.h spawn.h stdarg.h
	stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h sys/epoll.h sys/eventfd.h sys/file.h
	sys/inotify.h sys/io.h sys/ioctl.h sys/ipc.h sys/mman.h sys/mount.h sys/msg.h sys/prctl.h sys/ptrace.h sys/random.h
	sys/reboot.h sys/resource.h sys/select.h sys/sem.h sys/sendfile.h sys/shm.h sys/signalfd.h sys/socket.h sys/stat.h
	sys/statfs.h sys/statvfs.h sys/swap.h sys/syscall.h sys/sysinfo.h sys/sysmacros.h sys/time.h sys/timerfd.h
	sys/times.h sys/timex.h sys/types.h sys/ucontext.h sys/uio.h sys/un.h sys/user.h sys/utsname.h sys/vfs.h sys/wait.h
	sys/xattr.h syslog.h termios.h time.h ucontext.h uchar.h unistd.h utime.h wchar.h wctype.h'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for header in $headers; do
	echo "#if __has_include(<$header>)"
	echo "#include <$header>"
	echo '#endif'
done >"$work/all.c"
"$@" -std=gnu17 -D_GNU_SOURCE -E -P "$work/all.c" >"$work/text"
"$@" -std=gnu17 -D_GNU_SOURCE -E -dM "$work/all.c" >"$work/macros"

table() {
	echo "static const char *const $1[] = {"
	sort -u | sed 's/.*/	"&",/'
	echo '};'
}
# In C++, tags and typedefs share their names.
{
	tr '\n' ' ' <"$work/text" | grep -oE '\<(struct|union|enum) +[A-Za-z_][A-Za-z0-9_]*' | awk '{ print $2 }'
	tr '\n' ' ' <"$work/text" | tr ';' '\n' | sed -nE 's/(^|.*[ }])typedef .*[ *]([A-Za-z_][A-Za-z0-9_]*)( *\[[^]]*\])? *$/\2/p
		s/^ *\} *([A-Za-z_][A-Za-z0-9_]*)( *\[[^]]*\])? *$/\1/p'
} | table c_tags
tr '\n' ' ' <"$work/text" | grep -oE '\<[A-Za-z_][A-Za-z0-9_]* *\(' | tr -d ' (' | table c_functions
sed -nE 's/^#define ([A-Za-z_][A-Za-z0-9_]*) .*/\1/p' "$work/macros" | table c_macros
tr '\n' ' ' <"$work/text" | grep -oE '\<[A-Za-z_][A-Za-z0-9_]*\>' | table c_words
