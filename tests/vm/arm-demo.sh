#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# 32-bit ARM: the kernel as a user would run it.
. "$(dirname "$0")/arm.sh"
arm_everything arm-demo
