#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Stopped inside a system call, altered, and let run, detached, or left by a tracer that dies; also where gates return
# on their short way, which the kernel with all checks never does.
. "$(dirname "$0")/lib.sh"
needs demo debug
limit=250 observe demo trace-stops traced
limit=250 observe debug trace-stops traced
