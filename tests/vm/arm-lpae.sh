#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 32-bit ARM: the kernel with long page-table entries.
. "$(dirname "$0")/arm.sh"
arm_everything arm-lpae
