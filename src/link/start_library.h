/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Path of the start-up code that goes into every program, to be freed; NULL when it is not there. */
char *start_library_find(const char *name);
