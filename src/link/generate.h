/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The program's own part of what kml-link adds: stubs, slots, import table and note, as assembly text. */
#include "arch.h"
#include "imports.h"

#include <stdio.h>

void generate(FILE *output, const struct link_arch *arch, const struct imports *imports,
	const unsigned char build_id[KML_BUILD_ID_SIZE]);
