#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Failures and signals leave neither temporary files nor a half-written program.
. "$(dirname "$0")/link.sh"

cat >prog.c <<'END'
extern long schedule_timeout(long);
int main(void) { return schedule_timeout(1); }
END
cc -c prog.c
cp prog.o expected
cat >slow-cc <<'END'
#!/bin/sh
case "$*" in
*-c*start.s*) echo $$ >starting; mv starting started; sleep 3 ;;
esac
exec cc "$@"
END
cat >failing-cc <<'END'
#!/bin/sh
case "$*" in
*libkml-start.a*) exit 1 ;;
esac
exec cc "$@"
END
chmod +x slow-cc failing-cc
# A compiler that is started, and kml-link, which is kept from noticing
cat >late.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <spawn.h>
#include <unistd.h>

int posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const arguments[], char *const environment[])
{
	int (*next)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
		char *const[]) = dlsym(RTLD_NEXT, "posix_spawnp");
	int result = next(child, file, actions, attributes, arguments, environment);

	usleep(500000);
	return result;
}
END
cc -shared -fPIC late.c -o late.so
echo old >prog
for case in INT TERM HUP TERM,late; do
	rm -f started
	signal=${case%,*} late=
	[ $case = $signal ] || late=LD_PRELOAD=./late.so
	# In the background a shell ignores SIGINT for its children, and nohup SIGHUP; env starts it afresh.
	env --default-signal=HUP,INT,TERM $late "$tool" --kernel vmlinux --cc ./slow-cc prog.o &
	child=$!
	while [ ! -e started ]; do sleep 0.05; done
	kill -$signal $child
	wait $child && fail "$case: went on"
	[ "$(cat prog)" = old ] || fail "$case: changed the output"
	[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "$case: left $(ls -A | grep '^\.kml-link')"
	# The first process of a small system takes its time to bury it.
	timeout 1 sh -c 'while readlink /proc/$1/exe >/dev/null; do sleep 0.05; done' - "$(cat started)" ||
		fail "$case: the compiler goes on"
done
ends_with 1 kml_link --cc ./failing-cc prog.o
[ "$(cat prog)" = old ] || fail "changed the output"
[ -z "$(ls -A | grep '^\.kml-link')" ] || fail "left $(ls -A | grep '^\.kml-link')"
ends_with 1 kml_link prog.o -o missing/prog
said "missing/prog: cannot make a directory beside it: No such file or directory"
ends_with 1 kml_link prog.o -- -lthere_is_no_such_library
said "there_is_no_such_library"
cmp prog.o expected || fail "changed the input"
