#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The console is silent, or there on request; --strict takes the kernel's word over the program's.
. "$(dirname "$0")/run.sh"
needs_machine

ends_with 0 kml-run --strict /bin/echo fine
said_nothing
ends_with 0 kml-run --verbose /bin/echo fine
said 'Linux version'
[ "$(cat out)" = fine ] || fail "the console is in the output"

complain="echo '<4>WARNING: CPU: 0 PID: 1 at nothing' >/dev/kmsg"
ends_with 0 kml-run /bin/sh -c "$complain"
said_nothing
ends_with 125 kml-run --strict /bin/sh -c "$complain"
said_first "kml-run: /bin/sh: the machine's kernel reported a fault: WARNING: CPU: 0 PID: 1 at nothing"
said '  | WARNING: CPU: 0 PID: 1 at nothing'
ends_with 0 kml-run --strict --tolerate='at nothing' /bin/sh -c "$complain"
ends_with 125 kml-run --strict --tolerate='at something' /bin/sh -c "$complain"
