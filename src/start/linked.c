// SPDX-License-Identifier: MIT
/*
 * Programs and libraries that were linked before kml-link saw them. A program
 * begins in the binder, at its entry point (program.c); a library, in its
 * initialization (library.c). Both go on where they would have begun.
 */
#include "linked.h"

#include "places.h"
#include "start.h"
#include "system.h"

extern const struct kml_places kml_places HIDDEN("places");

enum { PROTECTION_WRITE = 2 };

static void protect(const struct kml_pages *pages, long protection)
{
	if (pages->size)
		system_protect((void *)start_follow(&pages->start), pages->size, protection);
}

static void set_pointers(void)
{
	const struct kml_pointer *list = start_follow_to_table(&kml_places.pointers);

	for (unsigned int i = 0; i < kml_places.pointer_count; i++)
		*(const void **)start_follow(&list[i].place) = start_follow(&list[i].target);
}

void linked_open(void)
{
	protect(&kml_places.relro, kml_places.relro.protection | PROTECTION_WRITE);
	protect(&kml_places.constants, kml_places.constants.protection | PROTECTION_WRITE);
	set_pointers();
}

void linked_close(void)
{
	protect(&kml_places.relro, kml_places.relro.protection);
	protect(&kml_places.constants, kml_places.constants.protection);
}
