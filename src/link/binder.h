/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Puts the start-up code of libkml-start.a, or what another architecture has,
 * into a segment. It is made for this: code and constants only, and none but
 * relative relocations, so no linker is needed.
 */
#include "image/image.h"

struct kml_err;
struct segment;

struct binder {
	Elf *archive;
	struct binder_part *parts; /* members */
	size_t part_count;
	struct binder_symbol {
		const char *name;
		uint64_t address;
	} symbols[64];
	size_t symbol_count;
};

/* Adds code and constants, those for programs or for libraries; binder_finish() sets the references, when all symbols are defined. */
int binder_add(struct binder *ret, bool library, struct segment *segment, struct kml_err *err);
void binder_define(struct binder *binder, const char *name, uint64_t address);

/* 0 if there is no such symbol. */
uint64_t binder_symbol(const struct binder *binder, const char *name);
int binder_finish(struct binder *binder, struct segment *segment, struct kml_err *err);
void binder_free(struct binder *binder);
