#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernel functions that schedule, called by name through the gate by threads on two CPUs, with signals in between, for
# twenty seconds: schedule_timeout() and its like, msleep(), and wait queues.
. "$(dirname "$0")/lib.sh"
needs demo
link demo sleeping -- -pthread
in_parallel demo "$scratch/sleeping" 20
