#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A signal, a panic, a machine that went away, a time-out, a program that the kernel refuses: one message each.
. "$(dirname "$0")/run.sh"
needs_machine

compile prog <<'END'
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "reboot"))
		reboot(RB_AUTOBOOT);
	if (argc > 1 && !strcmp(argv[1], "wait"))
		pause();
	abort();
}
END
ends_with 134 kml-run --user-mode ./prog
said_first 'kml-run: ./prog: killed by signal 6 (Aborted)'
said_one_line

ends_with 125 kml-run --append rdinit=/none ./prog
said "kml-run: ./prog: the machine's kernel panicked: "
said '  | Kernel panic - not syncing'

ends_with 125 kml-run ./prog reboot
said_first 'kml-run: ./prog: the machine ended without a verdict'

ends_with 125 timeout 60 kml-run --timeout 4 ./prog wait
said_first 'kml-run: ./prog: time-out: not ended after 4 s'

# Sound enough for kml-run, but not for the kernel: a program whose interpreter is no program.
head -c 4096 /dev/zero >interpreter
chmod +x interpreter
compile odd -Wl,--dynamic-linker="$work/interpreter" <<'END'
int main(void) { return 0; }
END
ends_with 126 kml-run ./odd
said_first 'kml-run: ./odd: cannot be executed in the machine: Accessing a corrupted shared library'
