#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Audit records the system calls of the gate as those of the instruction and of user mode.
. "$(dirname "$0")/lib.sh"
needs distribution
observe distribution auditor traced
