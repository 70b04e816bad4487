#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Processors go and come back under programs of both kinds, which move to others and back.
. "$(dirname "$0")/lib.sh"
needs distribution
limit=300 machine distribution --cpus 4 --user-mode --add /bin/load="$programs/load" --add /trusted/load="$programs/load" \
	--add /bin/mode="$programs/mode" --add /trusted/mode="$programs/mode" \
	--add /hotplug.sh="$top/tests/vm/programs/hotplug.sh" /bin/busybox sh /hotplug.sh 20
