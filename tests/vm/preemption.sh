#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The three models of preemption that one kernel has.
. "$(dirname "$0")/lib.sh"
needs distribution
for model in none voluntary full; do
	everything distribution "grep -q '($model)' /sys/kernel/debug/sched/preempt" --append preempt=$model
done
