/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Makes an initramfs a place where ordinary programs can live. */
void guest_setup(void);
