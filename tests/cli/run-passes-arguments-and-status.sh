#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Arguments, environment and exit status are the program's own, whatever they look like.
. "$(dirname "$0")/run.sh"
needs_machine

compile prog <<'END'
#include <stdio.h>
extern char **environ;
int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("<%s>\n", argv[i]);
	for (char **e = environ; *e; e++)
		printf("%s\n", *e);
	return 42;
}
END
ends_with 42 env -i PATH="$PATH" HOME="$HOME" ${KML_CACHE:+KML_CACHE="$KML_CACHE"} LD_LIBRARY_PATH=/x ODD='a
b' kml-run ./prog --verbose '' 'two words' "$(printf 'new\nline')" --help
said_nothing
[ "$(head -n 7 out)" = '</trusted/prog>
<--verbose>
<>
<two words>
<new
line>
<--help>' ] || { cat out; fail "other arguments"; }
grep -qx 'ODD=a' out || fail "the environment is not there"
! grep -q '^LD_' out || fail "the loader's variables came along"
