/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Of most variables a kernel says no more than their size. */
#include "types.h"

/*
 * Can a variable of so many bytes be of the type that a program declares? A
 * number or a pointer has to be as large; of an array or a structure the program
 * may declare less than there is. *ret_size: what it declares.
 */
bool extent_fits(struct type program, uint64_t kernel_size, uint64_t *ret_size);
