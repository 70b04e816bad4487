#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Types of what modules have: their BTF goes on from that of the kernel.
. "$(dirname "$0")/types.sh"

cat >driver.c <<'END'
struct timespec { long tv_sec, tv_nsec; };
struct device { int number; struct timespec opened; };
long driver_add(long sum, short more) { return sum + more; }
int driver_open(struct device *device, struct timespec *when) { device->opened = *when; return device->number; }
__attribute__((section(".modinfo"), used)) static const char magic[] = "vermagic=6.12.0-types SMP mod_unload ";
__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];
END
gcc -O1 -g -c -fno-pic -mcmodel=kernel driver.c -o driver.ko
pahole -J --btf_base vmlinux driver.ko || fail "pahole makes no BTF for a module"
# In it are the module's own types alone.
if pahole -F btf driver.ko >/dev/null 2>&1 && pahole -F btf driver.ko | grep -q 'struct device'; then
	fail "this BTF of a module is whole"
fi

declares() { # code
	printf '%s\nvoid *volatile uses[] = { (void *)driver_add, (void *)ksleep };\nint main(void) { return uses[0] != 0; }\n' \
		"$1" >prog.c
	gcc -g -O1 -c prog.c
}

declares 'extern long driver_add(long, short), ksleep(long);'
ends_with 0 kml_link --module driver.ko prog.o
said_nothing
"$tool" --show prog >shown
[ "$(grep -cE '^(driver_add|ksleep) .* [0-9a-f]{8}$' shown)" = 2 ] || { cat shown >&2; fail "not both have types"; }

declares 'extern long driver_add(long, int); extern long ksleep(long);'
ends_with 1 kml_link --module driver.ko prog.o
said_one_line
said "kml-link: prog.o: prog.c:1: 'driver_add': declared as 'long int driver_add(long int, int)'"
said "has 'long int driver_add(long int sum, short int more)': parameter 2 (more)"
# The kernel's own, with a module beside it.
declares 'extern long driver_add(long, short); extern int ksleep(long);'
ends_with 1 kml_link --module driver.ko prog.o
said_one_line
said "'ksleep': declared as 'int ksleep(long int)'"

# A header of both: one structure is the module's, the other the kernel's.
ends_with 0 kml_link --module driver.ko --header driver_open ktime_get
cat >user.c <<'END'
#include <time.h>
#include "kml-kernel.h"
int main(void)
{
	struct kernel_timespec when;
	struct device device = { .number = 3 };

	ktime_get(&when);
	return driver_open(&device, &when) + sizeof(device.opened);
}
END
gcc -Wall -Wextra -Werror -c user.c
ends_with 0 kml_link --module driver.ko user.o
said_nothing
ends_with 1 kml_link --header driver_open
said "driver_open"

# Another module's BTF, or one that is cut off, is no reason to end badly.
objcopy -O binary --only-section=.BTF --set-section-flags .BTF=alloc driver.ko whole.btf
for size in 20 100 $(($(stat -c %s whole.btf) - 8)); do
	head -c "$size" whole.btf >cut.btf
	objcopy --update-section .BTF=cut.btf driver.ko cut.ko
	ends_with 1 kml_link --module cut.ko prog.o
	said_one_line
	said "cut.ko: "
done
