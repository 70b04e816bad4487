#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Machine checks of corrected errors that hit a program in kernel mode leave it as it was. Others are the end of the
# machine here: QEMU has no processor that can recover.
. "$(dirname "$0")/lib.sh"
needs debug
limit=400
machine debug --icount "$programs/machine-check" >"$scratch/out"
grep -qx 'corrected_error: 0' "$scratch/out" || fail "$(cat "$scratch/out")"
