/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * Lists of symbols say what one is by a letter, as nm does. The rest is known
 * from the symbols that mark where parts of the kernel begin and end.
 */
#include "kernel_image.h"

struct kernel_marks {
	uint64_t image_begin, image_end;
	uint64_t init_begin, init_end;
	uint64_t init_text_begin, init_text_end;
	uint64_t per_cpu_begin, per_cpu_end;
	bool has_image, has_init, has_init_text, has_per_cpu; /* has_x: begin and end are known */
	unsigned int seen; /* private */
	size_t functions, others;
	unsigned int machine; /* by the names that only one has, or EM_NONE */
};

/* To be called for every symbol before the first kernel_letter_class(). The name needs no NUL behind it. */
void kernel_marks_learn(struct kernel_marks *marks, const char *name, size_t length, char letter, uint64_t value);

/* Whether nearly all were functions: kernels without CONFIG_KALLSYMS_ALL list nothing else. */
bool kernel_marks_lack_data(const struct kernel_marks *marks);

/* False for a letter that stands for no place. */
bool kernel_letter_class(const struct kernel_marks *marks, char letter, uint64_t value, bool in_module,
	enum kernel_symbol_class *ret);
enum kernel_symbol_scope kernel_letter_scope(char letter);
