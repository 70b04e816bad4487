// SPDX-License-Identifier: GPL-2.0-or-later
#include "inputs.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "object_check.h"

#include <ar.h>
#include <errno.h>
#include <string.h>

#define INPUT_SIZE_MAX ((size_t)1 << 30)

static struct object *add_object(struct inputs *inputs)
{
	struct object *bigger = realloc(inputs->objects, (inputs->object_count + 1) * sizeof(*bigger));

	if (!bigger)
		return NULL;
	inputs->objects = bigger;
	bigger[inputs->object_count] = (struct object){};
	return &bigger[inputs->object_count++];
}

/* Takes elf over. */
static int open_object(struct inputs *inputs, size_t file, char *name, Elf *elf, struct kml_err *err)
{
	struct object *object = name ? add_object(inputs) : NULL;
	int result;

	if (!object) {
		free(name);
		elf_end(elf);
		return err_set(err, ENOMEM, "out of memory");
	}
	object->name = name;
	object->file = file;
	result = image_parse(name, elf, &object->image, err);
	return result < 0 ? result : object_check(object, err);
}

static int open_archive(struct inputs *inputs, size_t file, struct kml_err *err)
{
	Elf *archive = inputs->files[file].elf, *member;
	const char *path = inputs->files[file].path;
	size_t size, end = SARMAG;
	Elf_Cmd next = ELF_C_READ_MMAP;

	(void)elf_rawfile(archive, &size);
	while ((member = elf_begin(-1, next, archive))) {
		const Elf_Arhdr *header = elf_getarhdr(member);
		/* The symbol index and the table of long names are no objects. */
		bool special = header && header->ar_name[0] == '/';
		char *name = NULL;
		int result;

		if (header) {
			end = elf_getbase(member) + header->ar_size;
			if (!special && asprintf(&name, "%s(%s)", path, header->ar_name) < 0)
				name = NULL;
		}
		next = elf_next(member); /* and the header is the next one's */
		if (special) {
			elf_end(member);
			continue;
		}
		result = open_object(inputs, file, name, member, err);
		if (result < 0)
			return result;
	}
	/* libelf stops at what it cannot read as it does at the end. A member of odd size has a byte behind it. */
	if (end > size || size - end > (end & 1))
		return err_set(err, EINVAL, "%s: archive: member at 0x%zx is malformed or runs past end of file "
			"(0x%zx)", path, end + (end & 1), size);
	return 0;
}

static int open_file(struct inputs *inputs, size_t file, struct kml_err *err)
{
	struct input_file *input = &inputs->files[file];
	int result = image_map(input->path, INPUT_SIZE_MAX, &input->elf, err);

	if (result < 0)
		return result;
	input->archive = elf_kind(input->elf) == ELF_K_AR;
	if (input->archive)
		return open_archive(inputs, file, err);
	/* Another reference to the same. */
	return open_object(inputs, file, strdup(input->path), elf_begin(-1, ELF_C_READ_MMAP, input->elf), err);
}

static int collect_undefined(struct inputs *inputs, struct kml_err *err)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		const struct symbols *symbols = &inputs->objects[i].symbols;

		for (size_t j = symbols->first_global; j < symbols->count; j++) {
			const GElf_Sym symbol = symbol_at(symbols, j);
			size_t before = inputs->undefined.count, number;

			if (symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) != STB_GLOBAL)
				continue;
			number = names_add(&inputs->undefined, symbol_name(symbols, &symbol));
			if (number == NAMES_NONE)
				return err_set(err, ENOMEM, "out of memory");
			if (number == before) {
				size_t *bigger = realloc(inputs->first_user, (number + 1) * sizeof(*bigger));

				if (!bigger)
					return err_set(err, ENOMEM, "out of memory");
				inputs->first_user = bigger;
				bigger[number] = i;
			}
		}
	}
	return 0;
}

int inputs_open(char *const *paths, size_t count, struct inputs *ret, struct kml_err *err)
{
	_cleanup_(inputs_close) struct inputs inputs = {};
	int result;

	inputs.files = calloc(count, sizeof(*inputs.files));
	if (!inputs.files)
		return err_set(err, ENOMEM, "out of memory");
	inputs.file_count = count;
	for (size_t i = 0; i < count; i++) {
		inputs.files[i].path = paths[i];
		result = open_file(&inputs, i, err);
		if (result < 0)
			return result;
	}
	result = collect_undefined(&inputs, err);
	if (result < 0)
		return result;
	*ret = inputs;
	inputs = (struct inputs){};
	return 0;
}

void inputs_close(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		image_close(&inputs->objects[i].image);
		free(inputs->objects[i].name);
	}
	for (size_t i = 0; i < inputs->file_count; i++)
		elf_end(inputs->files[i].elf);
	free(inputs->objects);
	free(inputs->files);
	free(inputs->first_user);
	names_free(&inputs->undefined);
	*inputs = (struct inputs){};
}
