/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Names come from files; what could play tricks with a terminal becomes '?'. Blanks behind it make width of it. */
void print_name(const char *name, int width);
