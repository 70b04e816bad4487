#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Names that the kernel has, but that would make a wrong program, are refused with the reason.
. "$(dirname "$0")/link.sh"

refuses() { # name, text
	printf 'extern long %s(); int main(void) { return %s(); }\n' "$1" "$1" >prog.c
	cc -c prog.c
	ends_with 1 kml_link prog.o
	said_one_line
	said "kml-link: prog.o: "
	said "'$1'"
	said "$2"
}

refuses runqueues "per-CPU variable"
refuses several "ambiguous: the kernel (vmlinux 6.12.0-fake) has 2 symbols"
refuses start_kernel "gone after boot (__init)"
refuses early_value "gone after boot (__init)"
refuses only_suffixed "only as 'only_suffixed.constprop.0'"
refuses only_part "has only a part of it, 'only_part.part.0'"
refuses only_cold "has only a part of it, 'only_cold.cold'"
refuses absolute_number "absolute symbol"
refuses printk "did you mean '_printk'?"
refuses __x64_sys_getpid "call 'sys_getpid'"
refuses sys_acct "built without this system call"
refuses sys_vfork "cannot be called as a function"
refuses jiffies "calls or jumps to a variable"

# A list may have lost what tells where per-CPU variables are; no address of theirs is one of the kernel's.
nm -n vmlinux >System.map
echo '000000000001f040 D some_variable' >>System.map
mv System.map vmlinux
refuses some_variable "has a value that is no address in the kernel"
