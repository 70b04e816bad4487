/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Which known name did the programmer mean? */

/*
 * Edits (insert, delete, replace, swap two neighbours) that make one name of
 * the other, or limit + 1 when there are more than limit.
 */
unsigned int nearest_distance(const char *one, const char *other, unsigned int limit);

/* As many edits of a name of this length still look like a slip of the pen. */
unsigned int nearest_limit(const char *name);
