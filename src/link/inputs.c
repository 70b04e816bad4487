// SPDX-License-Identifier: GPL-2.0-or-later
#include "inputs.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/archive.h"
#include "object_check.h"

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

static int open_object(struct inputs *inputs, size_t file, char *name, const struct archive_member *member,
	struct kml_err *err)
{
	_cleanup_free_ char *owned_name = name;
	struct object *object = name ? add_object(inputs) : NULL;
	const unsigned char *bytes = inputs->files[file].map.bytes;
	size_t size = inputs->files[file].map.size;
	int result;

	if (!object)
		return err_set(err, ENOMEM, "out of memory");
	object->name = take_ptr(owned_name);
	object->file = file;
	if (member) {
		object->member = member->header;
		size = member->size;
		object->copy = malloc(size + 1);
		if (!object->copy)
			return err_set(err, ENOMEM, "%s: out of memory", object->name);
		bytes = memcpy(object->copy, member->bytes, size);
	}
	result = image_parse(object->name, bytes, size, &object->image, err);
	return result < 0 ? result : object_check(object, err);
}

static int open_archive(struct inputs *inputs, size_t file, struct kml_err *err)
{
	const struct input_file *input = &inputs->files[file];
	struct archive_member member;
	size_t offset = 0;
	int result;

	while ((result = archive_next(input->path, input->map.bytes, input->map.size, &offset, &member, err)) > 0) {
		char *name;

		if (member.special)
			continue;
		if (asprintf(&name, "%s(%s)", input->path, member.name) < 0)
			name = NULL;
		result = open_object(inputs, file, name, &member, err);
		if (result < 0)
			return result;
	}
	return result;
}

static int open_file(struct inputs *inputs, size_t file, struct kml_err *err)
{
	struct input_file *input = &inputs->files[file];
	int result = file_map_open(input->path, INPUT_SIZE_MAX, &input->map, err);

	if (result < 0)
		return result;
	input->archive = archive_is(input->map.bytes, input->map.size);
	if (input->archive)
		return open_archive(inputs, file, err);
	return open_object(inputs, file, strdup(input->path), NULL, err);
}

static int collect_undefined(struct inputs *inputs, struct kml_err *err)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		const struct symbols *symbols = &inputs->objects[i].symbols;

		for (size_t j = symbols->first_global; j < symbols->count; j++) {
			const Elf64_Sym *symbol = &symbols->list[j];
			size_t before = inputs->undefined.count, number;

			if (symbol->st_shndx != SHN_UNDEF || ELF64_ST_BIND(symbol->st_info) != STB_GLOBAL)
				continue;
			number = names_add(&inputs->undefined, symbol_name(symbols, symbol));
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
		free(inputs->objects[i].name);
		free(inputs->objects[i].copy);
	}
	for (size_t i = 0; i < inputs->file_count; i++)
		file_map_close(&inputs->files[i].map);
	free(inputs->objects);
	free(inputs->files);
	free(inputs->first_user);
	names_free(&inputs->undefined);
	*inputs = (struct inputs){};
}
