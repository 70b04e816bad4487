// SPDX-License-Identifier: GPL-2.0-or-later
/* For kernels that are built without BTF: the types of what start.c imports, to make some of. */
#define IMPORT(name) long name(long argument) { return argument; }
#include "start-names.h"
