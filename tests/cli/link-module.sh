#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names of modules: had if the module is named, the kernel's first, and only from modules for that kernel.
. "$(dirname "$0")/link.sh"

# make_module NAME RELEASE: NAME.ko of NAME.c
make_module() {
	{
		cat "$1.c"
		echo "__attribute__((section(\".modinfo\"), used)) static const char magic[] = \"vermagic=$2 SMP mod_unload \";"
		echo '__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];'
	} | cc -O1 -c -fno-pic -mcmodel=kernel -x c - -o "$1.ko"
}

cat >driver.c <<'EOF'
long driver_counter = 5;
static long driver_state = 6;
long driver_add(long a) { return a + driver_state++; }
long kadd6(long a) { return a; }
static long both(void) { return 1; }
long (*const keep)(void) = both;
__attribute__((section(".init.text"))) int driver_start(void) { return 0; }
EOF
cat >other.c <<'EOF'
static long both(void) { return 2; }
long (*const keep)(void) = both;
EOF
make_module driver 6.12.0-fake
make_module other 6.12.0-fake

cat >prog.c <<'EOF'
extern long driver_add(long), kadd6(long, long, long, long, long, long), driver_counter, driver_state;
int main(void) { return driver_add(1) + kadd6(1, 2, 3, 4, 5, 6) + driver_counter + driver_state; }
EOF
cc -c prog.c
ends_with 1 kml_link prog.o
said "undefined name 'driver_add'"
ends_with 0 kml_link --module driver.ko prog.o
said_nothing
ends_with 0 "$tool" --show prog
for import in 'driver_add.*function' 'kadd6.*function' 'driver_counter.*data' 'driver_state.*data'; do
	grep -qE "$import" out || { cat out >&2; fail "no import $import"; }
done

wants() { # name
	printf 'extern long %s(void); int main(void) { return %s(); }\n' "$1" "$1" >one.c
	cc -c one.c
}
wants driver_ad
ends_with 1 kml_link -m driver.ko one.o
said "neither the libraries nor the kernel (vmlinux 6.12.0-fake with driver.ko) has it; did you mean 'driver_add'?"
wants both
ends_with 0 kml_link -m driver.ko one.o
ends_with 1 kml_link -m driver.ko -m other.ko one.o
said "'both' is ambiguous: the kernel (vmlinux 6.12.0-fake with driver.ko, other.ko) has 2 symbols of that name"
wants driver_start
ends_with 1 kml_link -m driver.ko one.o
said "gone after boot (__init)"

make_module driver 6.12.1-fake
ends_with 1 kml_link -m driver.ko prog.o
said_one_line
said "driver.ko: made for kernel 6.12.1-fake, but $work/vmlinux is 6.12.0-fake"
ends_with 1 kml_link -m prog.o prog.o
said "prog.o: not a module of the kernel"
ends_with 1 kml_link -m nowhere.ko prog.o
said "nowhere.ko: No such file or directory"
ends_with 1 kml_link -m other.ko -o other.ko prog.o
said "other.ko: is an input"
printf 'x' >short.ko
ends_with 1 kml_link -m short.ko prog.o
said "short.ko: not a kernel"
