#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Without kernel mode, a program of system calls just runs; any other says one line and exits with 126.
. "$(dirname "$0")/link.sh"

cat >calls.c <<'END'
#include <sys/mman.h>
extern long sys_write(int, const void *, unsigned long), sys_getpid(void), getpid(void);
extern char *sys_mmap(void *, unsigned long, int, int, int, long);
int main(void)
{
	char *page = sys_mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page[0] = 'x';
	return sys_write(1, page, 1) != 1 || sys_getpid() != getpid();
}
END
cat >needs.c <<'END'
#include <stdio.h>
extern unsigned long jiffies;
extern long schedule_timeout(long), sys_getpid(void);
__attribute__((constructor)) static void early(void) { puts("early"); }
int main(void) { puts("main"); return schedule_timeout(jiffies) + sys_getpid(); }
END
cc -c calls.c needs.c
for output in -static -static-pie -pie -no-pie; do
	kml_link calls.o -- $output
	[ "$(./calls)" = x ] || fail "$output: system calls in user mode"
	kml_link needs.o -- $output
	ends_with 126 ./needs
	said_one_line
	said "needs: needs kernel mode (imports jiffies and 2 more): see kml-run(1)"
	[ ! -s out ] || fail "did something before it refused"
done
