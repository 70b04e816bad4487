// SPDX-License-Identifier: GPL-2.0-or-later
#include "imports.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "image/kernel_image.h"
#include "image/note.h"
#include "place.h"

struct imports {
	struct image image;
	struct note note;
	bool has_note;
};

void imports_close(struct imports *file)
{
	if (!file)
		return;
	note_free(&file->note);
	image_close(&file->image);
	free(file);
}

static void cleanup_imports(struct imports **file)
{
	imports_close(*file);
}

int imports_open(int fd, const char *name, struct imports **ret, struct kml_err *err)
{
	_cleanup_(cleanup_imports) struct imports *file = calloc(1, sizeof(*file));
	struct stat status;
	int result;

	if (!file)
		return err_set(err, ENOMEM, "out of memory");
	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (status.st_size > PLACE_PROGRAM_MAX)
		return err_set(err, EFBIG, "%s: is larger than any program", name);
	elf_version(EV_CURRENT);
	/* Read, not mapped: a mapped file that gets shorter kills the reader. */
	result = image_parse(name, elf_begin(fd, ELF_C_READ, NULL), &file->image, err);
	if (result == 0)
		result = note_read(&file->image, &file->note, err);
	if (result < 0)
		return result;
	file->has_note = result;
	*ret = take_ptr(file);
	return 0;
}

bool imports_ask_for_executable_memory(const struct imports *file)
{
	return file->has_note && file->note.header.flags & KML_NOTE_EXECUTABLE_MEMORY;
}

void imports_print(const struct imports *file, FILE *out)
{
	if (!file->note.import_count)
		putc('-', out);
	for (size_t i = 0; i < file->note.import_count; i++) {
		if (i > 0)
			putc(',', out);
		/* The name comes from the file: nothing in it may play tricks with a terminal, or look like two. */
		for (const char *c = file->note.imports[i].name; *c; c++)
			putc(isgraph((unsigned char)*c) && *c != ',' ? *c : '?', out);
	}
}

struct wanted {
	const struct note_import *import;
	uint64_t address;
	bool is_found, is_ambiguous, is_unusable;
};

struct search {
	struct wanted *list;	/* sorted by name */
	size_t count;
};

static int compare(const void *one, const void *other)
{
	return strcmp(((const struct wanted *)one)->import->name, ((const struct wanted *)other)->import->name);
}

static bool fits(const struct wanted *wanted, const struct kernel_symbol *symbol)
{
	return symbol->class == (wanted->import->kind == KML_KIND_DATA ? KERNEL_DATA : KERNEL_FUNCTION);
}

/* As the kernel's own lookup does it: its image first, then modules; several names of one place are one. */
static int look(const struct kernel_symbol *symbol, void *context)
{
	struct search *search = context;
	struct note_import import = { .name = symbol->name };
	struct wanted key = { .import = &import }, *found;

	if (symbol->class == KERNEL_UNLOADED || symbol->class == KERNEL_VDSO)
		return 0;
	found = bsearch(&key, search->list, search->count, sizeof(*found), compare);
	if (!found || (*symbol->module && found->is_found))
		return 0;
	if (found->is_found && found->address != symbol->value)
		found->is_ambiguous = true;
	if (!fits(found, symbol))
		found->is_unusable = true;
	found->is_found = true;
	found->address = symbol->value;
	return 0;
}

static int collect(const struct note *note, struct search *search)
{
	search->list = calloc(note->import_count + 1, sizeof(*search->list));
	if (!search->list)
		return -ENOMEM;
	for (size_t i = 0; i < note->import_count; i++)
		if (note->imports[i].kind != KML_KIND_SYSCALL)
			search->list[search->count++].import = &note->imports[i];
	qsort(search->list, search->count, sizeof(*search->list), compare);
	return 0;
}

/* One sentence for the first that cannot be had, and the number of the others. */
static int report(const struct search *search, const char *name, const char *kernel, struct kml_err *err)
{
	const struct wanted *first = NULL;
	size_t others = 0;
	char more[64] = "";
	const char *what;

	for (size_t i = 0; i < search->count; i++) {
		const struct wanted *wanted = &search->list[i];

		if (wanted->is_found && !wanted->is_ambiguous && !wanted->is_unusable)
			continue;
		others += first != NULL;
		first = first ?: wanted;
	}
	if (!first)
		return 0;
	what = first->is_ambiguous ? "stands for several things" : !first->is_found ? "does not exist" :
		first->import->kind == KML_KIND_DATA ? "is no data that a program can use" : "is no function that a program can call";
	if (others)
		snprintf(more, sizeof(more), ", and %zu more names that cannot be had", others);
	return err_set(err, ENOENT, "%s: would not start with the kernel of %s: its import '%.256s' %s there%s; "
		"load the module that has it first, or link it again with kml-link", name, kernel, first->import->name,
		what, more);
}

int imports_check(const struct imports *file, const char *name, const char *kernel, struct kml_err *err)
{
	_cleanup_(kernel_image_close) struct kernel_image image = {};
	struct search search = {};
	int result;

	if (!file->has_note)
		return 0;
	if (file->note.header.abi_version != KML_ABI_VERSION)
		return err_set(err, ENOEXEC, "%s: made for version %u of the kernel's interface, but this is version %d; "
			"link it again with kml-link", name, file->note.header.abi_version, KML_ABI_VERSION);
	if (!kernel)
		return 0;
	if (collect(&file->note, &search) < 0)
		return err_set(err, ENOMEM, "out of memory");
	result = search.count ? kernel_image_open(kernel, NULL, &image, err) : 0;
	if (result == 0 && search.count)
		result = kernel_image_visit(&image, look, &search);
	if (result == 0)
		result = report(&search, name, kernel, err);
	free(search.list);
	return result;
}
