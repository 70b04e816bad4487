#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The real-time kernel, whose locks sleep, with lockdep and with stacks that are wiped.
. "$(dirname "$0")/lib.sh"
needs realtime
everything realtime 'uname -v | grep -qw PREEMPT_RT'
link realtime contended -- -pthread
machine realtime "$scratch/contended" 4
link realtime nmi -- -pthread
limit=60 in_parallel realtime "$scratch/nmi" 4
