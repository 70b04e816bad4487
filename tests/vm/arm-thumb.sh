#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 32-bit ARM: the kernel made of Thumb-2 instructions.
. "$(dirname "$0")/arm.sh"
arm_everything arm-thumb
