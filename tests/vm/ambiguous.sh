#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel has several functions list_del(). The one that is chosen is called, through the gate and directly; in another
# build of the kernel, none is.
. "$(dirname "$0")/lib.sh"
needs demo debug

cd "$scratch"
cat >prog.c <<'EOC'
#include <stdio.h>
struct list_head {
	struct list_head *next, *prev;
};
extern void list_del(struct list_head *);
int main(void)
{
	struct list_head first, second, third;

	first = (struct list_head){ &second, &third };
	second = (struct list_head){ &third, &first };
	third = (struct list_head){ &first, &second };
	list_del(&second);
	puts(first.next == &third && third.prev == &first && second.next != &third && second.prev != &first ? "gone" :
		"something else");
	return 0;
}
EOC
gcc -O1 -c prog.c
kernel=${kernels[demo]}
link=("$build/src/kml-link" --kernel "$kernel" prog.o -o prog)

expect_status 1 "${link[@]}"
grep -q "'list_del' is ambiguous: .*choose with --import=list_del@FILE" err || { cat err >&2; fail "did not say that it is ambiguous"; }
"$build/src/kml-link" --kernel "$kernel" --lookup=list_del | awk '$2 == "function" { print $1, $NF }' >list
[ "$(wc -l <list)" -ge 2 ] || fail "the kernel has not several list_del()"
# The first by its address, the second by its file.
for choice in "0x$(awk 'NR == 1 { print $1 }' list)" "$(awk '{ count[$2]++ } END { for (file in count) if (count[file] == 1) print file }' list |
	sort | head -n 1)"; do
	for direct in "" --direct=list_del; do
		"${link[@]}" --import=list_del@"$choice" ${direct:+$direct} --fatal-warnings
		said=$(machine demo ./prog)
		[ "$said" = gone ] || fail "$choice $direct: $said"
	done
done
expect_status 126 machine debug ./prog
grep -q "the running kernel (.*) has no symbol 'list_del@" err out || { cat err out >&2; fail "another kernel does not refuse"; }
