#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Perf samples a kernel-mode process as any other, by timer (QEMU's CPU has no counters that could do it by NMI), and root
# may set breakpoints on what it calls in the kernel, but not on the ways in and out.
. "$(dirname "$0")/lib.sh"
needs demo
limit=300 observe demo sampler traced
