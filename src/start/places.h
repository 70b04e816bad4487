/* SPDX-License-Identifier: MIT */
#pragma once
/*
 * What kml-link leaves, besides the note, in programs that were linked before:
 * pointers for which the linker made no relocation, and the memory to which
 * nobody can write any more when the binder runs. Distances are counted from
 * the address of their own field, as in kml/abi.h.
 */
#include <kml/abi.h>

struct kml_pointer {
	kml_s32 place;	/* to the pointer */
	kml_s32 target; /* to what it has to point to */
};

/* Pages that the binder has to make writable for a while; size is 0 when there are none. */
struct kml_pages {
	kml_s32 start;
	kml_u32 size;
	kml_u32 protection; /* before and behind, as for mprotect() */
};

struct kml_places {
	struct kml_pages relro;	    /* what the dynamic linker has made read-only */
	struct kml_pages constants; /* what nobody can write to */
	kml_s32 pointers;
	kml_u32 pointer_count;
};
