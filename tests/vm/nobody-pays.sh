#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ordinary processes take as many instructions as on Debian's kernel; kernel-mode processes no more than their limits.
. "$(dirname "$0")/lib.sh"
needs stock demo
limit=500 "$top/bench/instructions"
