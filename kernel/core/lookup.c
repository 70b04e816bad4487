// SPDX-License-Identifier: GPL-2.0-only
/* Kernel symbols by name, for the start-up code of linked programs. */
#include <linux/kallsyms.h>
#include <linux/uaccess.h>
#include <kml/abi.h>
#include "kml.h"

struct kml_match {
	unsigned long address;
	bool ambiguous;
};

static int kml_note_match(void *data, unsigned long address)
{
	struct kml_match *match = data;

	/* Several names of one place are as good as one */
	if (match->address && match->address != address)
		match->ambiguous = true;
	match->address = address;
	return 0;
}

unsigned long kml_lookup(const char __user *name)
{
	struct kml_match match = {};
	char symbol[KSYM_NAME_LEN];
	long length = strncpy_from_user(symbol, name, sizeof(symbol));

	if (length <= 0 || length >= sizeof(symbol))
		return KML_LOOKUP_UNKNOWN;
	kallsyms_on_each_match_symbol(kml_note_match, symbol, &match);
	if (match.ambiguous)
		return KML_LOOKUP_AMBIGUOUS;
	/* The image first, then its modules */
	return match.address ?: kallsyms_lookup_name(symbol);
}
