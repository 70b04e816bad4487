#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names of a loaded module are bound as those of the kernel; a program can hold it, and lives without it if it must.
. "$(dirname "$0")/lib.sh"
needs distribution
modules=${kernels[distribution]}/modules
link distribution sample --module "$modules/kml_sample.ko"
machine distribution --user-mode --add /trusted/sample="$scratch/sample" --add /kml_sample.ko="$modules/kml_sample.ko" \
	--add /modules.sh="$top/tests/vm/programs/modules.sh" /bin/busybox sh /modules.sh
