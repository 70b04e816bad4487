#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Live patches of functions that programs are calling through the gate: processes that spin, that sleep in another
# function and that sleep in the very function get to the new one when they may, and to the old one again.
. "$(dirname "$0")/lib.sh"
needs distribution
modules=${kernels[distribution]}/modules
link distribution calling
link distribution sample --module "$modules/kml_sample.ko"
link distribution nap
limit=200 machine distribution --user-mode --add /trusted/calling="$scratch/calling" --add /trusted/sample="$scratch/sample" \
	--add /trusted/nap="$scratch/nap" --add /trusted/load="$programs/load" \
	--add /trusted/mode="$programs/mode" --add /bin/mode="$programs/mode" \
	--add /kml_sample.ko="$modules/kml_sample.ko" --add /kml_livepatch.ko="$modules/kml_livepatch.ko" \
	--add /livepatch.sh="$top/tests/vm/programs/livepatch.sh" /bin/busybox sh /livepatch.sh
