#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# With page-table isolation, where the kernel and its programs have page tables of their own, and without it.
. "$(dirname "$0")/lib.sh"
needs demo debug
everything debug 'grep -qw pti /proc/cpuinfo' --append pti=on
everything demo '! grep -qw pti /proc/cpuinfo' --append pti=off
