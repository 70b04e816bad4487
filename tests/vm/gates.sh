#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Both gates, sleeping and signals through them, on the kernel with all checks.
. "$(dirname "$0")/lib.sh"
needs debug
link debug gates -- "${cmocka[@]}"
machine debug --add /bin/mode="$programs/mode" "$scratch/gates"
