#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program that was linked for one kernel, on another: with and without an index of that. What is gone, or has another
# type there, is named before main. The kernels here have no BTF, so their types are those of a small object.
. "$(dirname "$0")/lib.sh"
needs demo debug
command -v pahole >/dev/null || skip "there is no pahole (package dwarves)"

cd "$scratch"
tool=$build/src/kml-link
demo=${kernels[demo]} debug=${kernels[debug]}
cat >types.c <<'EOC'
long schedule_timeout_uninterruptible(long timeout) { return timeout; }
#ifdef CHANGED
unsigned msleep(unsigned msecs, int how) { return msecs + how; }
#else
void msleep(unsigned msecs) { (void)msecs; }
#endif
EOC
gcc -g -c types.c
pahole --btf_encode_detached=before.btf types.o
gcc -g -DCHANGED -c types.c
pahole --btf_encode_detached=after.btf types.o

cat >prog.c <<'EOC'
#include <stdio.h>
extern volatile unsigned long jiffies;
extern long schedule_timeout_uninterruptible(long);
extern void msleep(unsigned);
int main(int argc, char **argv)
{
	unsigned long before = jiffies;

	(void)argv;
	schedule_timeout_uninterruptible(3);
	if (argc > 1)
		msleep(1);
	printf("%s\n", jiffies - before >= 3 ? "slept" : "did not sleep");
	return 0;
}
EOC
gcc -g -O2 -c prog.c
for output in -static -pie; do
	"$tool" --kernel "$demo" --btf before.btf prog.o -o prog -- $output
	"$tool" --show prog | grep -qE '^msleep .* [0-9a-f]{8}$' || fail "no type"
	for flavour in demo debug; do
		[ "$(machine $flavour ./prog)" = slept ] || fail "$output on $flavour"
	done
done

# The index of the other kernel says where everything is, and the types.
"$tool" --kernel "$debug" --btf before.btf --index=same.index
[ "$(machine debug --add /run/kml.index=same.index ./prog)" = slept ] || fail "with an index"
"$tool" --kernel "$debug" --btf after.btf --index=changed.index
release=$(cat "$debug/release")
says="prog: the running kernel ($release) has another type for 'msleep'"
expect_status 126 machine debug --add /run/kml.index=changed.index ./prog
grep -qxF "$says" "$scratch/err" || { cat "$scratch/err" >&2; fail "did not say: $says"; }
[ ! -s "$scratch/out" ] || fail "main has run"
# No more does its caller, who leaves it no descriptors to look there with.
"$tool" --kernel "$demo" --btf before.btf prog.o -o static -- -static
expect_status 126 machine debug --user-mode --add /run/kml.index=changed.index --add /trusted/static=static \
	/bin/busybox sh -c 'ulimit -n 0 && exec /trusted/static 1'
grep -qF "static: the running kernel ($release) is unknown without '/sys/kernel/notes'" "$scratch/err" ||
	{ cat "$scratch/err" >&2; fail "it has not said that it cannot look"; }
[ ! -s "$scratch/out" ] || fail "main has run without a look at the index"
expect_status 1 "$tool" --kernel "$debug" --btf after.btf --check prog
grep -qF "has another type for 'msleep': 'unsigned int msleep(unsigned int msecs, int how)'" "$scratch/err" ||
	fail "--check says something else"
expect_status 0 "$tool" --kernel "$debug" --btf before.btf --check prog

# As the service makes it at boot.
expect_status 0 machine debug --user-mode --add /bin/busybox --add /bin/sh=/bin/busybox --add /trusted/prog=prog \
	--add /boot/vmlinuz-"$(cat "$debug/release")"="$debug/bzImage" --add /usr/local/bin/kml-link="$tool" /bin/busybox sh -c \
	"$(sed -n 's/^ExecStart=//p' "$build/src/start/kml-index.service") && [ -s /run/kml.index ] && /trusted/prog"
[ "$(cat "$scratch/out")" = slept ] || fail "with the machine's own index"

# An index of another kernel is none: nothing of it is used.
[ "$(machine demo --add /run/kml.index=changed.index ./prog)" = slept ] || fail "with the index of another kernel"
"$tool" --kernel "$demo" --index=demo.index
[ "$(machine debug --add /run/kml.index=demo.index ./prog)" = slept ] || fail "with the index of another kernel"
head -c 100 same.index >cut.index
[ "$(machine debug --add /run/kml.index=cut.index ./prog)" = slept ] || fail "with an index that is cut"

# What the debug kernel alone has is gone on the other.
name=$(LC_ALL=C comm -13 <(awk '$2 == "T" { print $3 }' "$demo/System.map" | LC_ALL=C sort) \
	<(awk '$2 == "T" { print $3 }' "$debug/System.map" | LC_ALL=C sort) | grep -x 'debug_[a-z_]*' | head -n 1)
[ -n "$name" ] || fail "the debug kernel has no more functions than the other"
printf 'extern int %s();\nvoid *volatile use = %s;\nint main(void) { return !use; }\n' "$name" "$name" >gone.c
gcc -c gone.c
"$tool" --kernel "$debug" gone.o
expect_status 126 machine demo ./gone
says="gone: the running kernel ($(cat "$demo/release")) has no symbol '$name'"
grep -qxF "$says" "$scratch/err" || { cat "$scratch/err" >&2; fail "did not say: $says"; }
expect_status 1 "$tool" --kernel "$demo" --check gone
grep -qF "has no symbol '$name'" "$scratch/err" || fail "--check says something else"
