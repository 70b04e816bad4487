#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Set-ID bits and file capabilities are refused, not dropped: whoever set them wanted something that a copy would not do.
. "$(dirname "$0")/image.sh"

install_in 0 --create
static_program prog
chmod 4755 prog
refuses 'prog: is a set-user-ID program (mode 4755), and would have that right, too; a copy made with cp has it not' prog
chmod 2755 prog
refuses 'prog: is a set-group-ID program (mode 2755)' prog
chmod 755 prog
setcap cap_net_raw=ep prog
refuses 'prog: has file capabilities, and would have them, too; a copy made with cp has none' prog
cp prog copy
install_in 0 copy

# Later ones are found.
setcap cap_net_raw=ep "$image/trusted/copy"
install_in 1 --verify
said "$image/trusted/copy: has file capabilities"
setcap -r "$image/trusted/copy"
install_in 0 --verify
chmod 4755 "$image/trusted/copy"
install_in 1 --verify
said "$image/trusted/copy: is a set-user-ID program"
