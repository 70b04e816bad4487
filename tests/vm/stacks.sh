#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kml stacks have guard pages, and the unwinder knows them.
. "$(dirname "$0")/lib.sh"
needs demo
link demo stacks
machine demo "$scratch/stacks"
