/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * What kml-link leaves in a program besides what kml/abi.h has: for its own
 * binder and for the tools. The kernel does not look at it. Only layouts live
 * here; no code.
 */
#ifndef KML_PROGRAM_H
#define KML_PROGRAM_H

#include <kml/abi.h>

/*
 * A second ELF note of the name KML_NOTE_NAME. Its descriptor is what the
 * program expects of each import, in the order of the import table.
 */
#define KML_NOTE_TYPE_EXPECTED	2

/* 8 bytes. */
struct kml_expected {
	/* Its address in the image of the kernel with the note's build-id; 0 when it has to be looked up by name. */
	kml_s32 address;
	/* Its type, as the index of a kernel has it, or 0 when that is not known. */
	kml_u32 type;
};

/*
 * The index of a kernel, in a file that kml-link --index makes: the header and
 * mask + 1 buckets. A name is in the bucket that the lower bits of its key say;
 * see src/start/key.h. What is not there has to be asked of the kernel.
 */
#define KML_INDEX		"/run/kml.index" /* where the binder looks for that of the running kernel */
#define KML_INDEX_BUCKET	64

/* 32 bytes. */
struct kml_index {
	char magic[8];			/* "kml-indx" */
	unsigned char build_id[KML_BUILD_ID_SIZE];
	kml_u32 mask;			/* a power of two, minus 1 */
};

/* 16 bytes. */
struct kml_index_entry {
	uint64_t key;
	kml_s32 address;		/* in the image of the kernel; 0 in what is free */
	kml_u32 type;			/* or 0 */
};

struct kml_index_bucket {
	struct kml_index_entry entries[KML_INDEX_BUCKET];
};

#endif /* KML_PROGRAM_H */
