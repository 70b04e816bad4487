#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the machine: the load in both modes at the same time.
/bin/load "$1" &
ordinary=$!
/trusted/load "$1" || exit 1
wait $ordinary
