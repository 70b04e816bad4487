// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.h"

const char *word_for_kind(enum kml_import_kind kind)
{
	switch (kind) {
	case KML_KIND_FUNCTION:
		return "function";
	case KML_KIND_DATA:
		return "data";
	case KML_KIND_SYSCALL:
		return "system call";
	}
	return "unknown";
}

/* An address that is called is called directly. */
const char *word_for_binding(enum kml_import_kind kind, enum kml_import_binding binding)
{
	switch (binding) {
	case KML_BINDING_GATE:
		return "gate";
	case KML_BINDING_ADDRESS:
		return kind == KML_KIND_FUNCTION ? "direct" : "address";
	}
	return "unknown";
}
