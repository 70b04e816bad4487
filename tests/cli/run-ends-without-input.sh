#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A program that reads sees the end of its input; one that does not read is not waited for.
. "$(dirname "$0")/run.sh"
needs_machine

ends_with 0 timeout 60 kml-run /bin/cat </dev/null
[ ! -s out ] || fail "something was read"
ends_with 0 timeout 60 kml-run /bin/cat <&-
[ ! -s out ] || fail "something was read"

mkfifo never
sleep 60 >never &
ends_with 0 timeout 30 kml-run /bin/echo done <never
kill $!
[ "$(cat out)" = done ] || fail "no output"
