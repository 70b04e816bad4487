# SPDX-License-Identifier: GPL-2.0-or-later
# tracing-pairs.sh SECONDS: ordinary processes that are traced, beside a bit of everything in kernel mode
/trusted/load "$1" &
/bin/tracing-pairs "$1"
status=$?
wait $! || status=$?
exit $status
