#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 32-bit ARM: the kernel with the checks that find mistakes.
. "$(dirname "$0")/arm.sh"
arm_everything arm-debug
