/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The words for what imports are, in all that is printed. */
#include <kml/abi.h>

const char *word_for_kind(enum kml_import_kind kind);
const char *word_for_binding(enum kml_import_kind kind, enum kml_import_binding binding);
