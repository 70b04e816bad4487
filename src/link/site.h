/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* One relocation that is about an import. */
#include "rewriter.h"

struct site {
	size_t section;	      /* that it changes */
	Elf_Data *list;	      /* all relocations of that section; in the rewriter's copy */
	bool sorted;	      /* are they, by place? What has been rewritten keeps its order. */
	size_t number;	      /* of this one in the list */
	GElf_Rela self;
	unsigned int type;
	const struct import *import;
};

/* Says what is wrong with it, and where; returns -ENOTSUP. */
int site_refuse(const struct rewriter *rewriter, const struct site *site, const char *problem, struct kml_err *err);

/* Import that any relocation of the object is about, or NULL. */
const struct import *site_import(const struct rewriter *rewriter, const GElf_Rela *relocation);

/* Are the size bytes that it changes in its section? */
bool site_has_field(const struct rewriter *rewriter, const struct site *site, size_t size);

/* Replaces a relocation in the list; this one, for site->number. */
void site_set_relocation(const struct site *site, size_t number, uint64_t offset, uint32_t symbol, unsigned int type,
	int64_t addend);

/* Adds a relocation to those of a new section. */
void site_add_relocation(struct buffer *list, uint64_t offset, uint32_t symbol, unsigned int type, int64_t addend);
