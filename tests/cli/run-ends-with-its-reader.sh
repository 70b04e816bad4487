#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# As in any pipeline, a program whose output nobody reads any more ends, and nobody hears of it.
. "$(dirname "$0")/run.sh"
needs_machine

{ status=0; timeout 60 kml-run /usr/bin/yes 2>said || status=$?; echo "$status" >status; } | head -n 100000 >out
[ "$(wc -l <out)" = 100000 ] || fail "output is missing"
[ "$(cat status)" = 141 ] || fail "status $(cat status)"
said_nothing

# A disk that is full is another matter.
status=0
kml-run /bin/echo x 2>said >/dev/full || status=$?
[ "$status" = 125 ] || fail "status $status"
said "kml-run: cannot write the program's output: No space left on device"
