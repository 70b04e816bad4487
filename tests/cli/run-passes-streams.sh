#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every byte of the three streams arrives, with full pipes in both directions at once.
. "$(dirname "$0")/run.sh"
needs_machine

head -c 5000001 /dev/urandom >data
ends_with 0 kml-run /usr/bin/tee /dev/stderr <data
cmp data out || fail "standard output differs"
cmp data said || fail "standard error differs"

# The same through pipes whose other end is slow.
cat data | kml-run /bin/cat | { sleep 3; cmp - data; } || fail "a slow reader gets something else"
