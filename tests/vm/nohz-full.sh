#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A CPU without a tick: it stops for a program in kernel mode as for any, and time is accounted to the right mode.
. "$(dirname "$0")/lib.sh"
needs distribution
limit=200 machine distribution --append 'nohz_full=1 rcu_nocbs=1 tsc=reliable' --user-mode \
	--add /trusted/isolated="$programs/isolated" --add /bin/isolated="$programs/isolated" \
	--add /trusted/load="$programs/load" --add /trusted/mode="$programs/mode" --add /bin/mode="$programs/mode" \
	--add /nohz-full.sh="$top/tests/vm/programs/nohz-full.sh" "$busybox" sh /nohz-full.sh
