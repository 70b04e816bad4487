// SPDX-License-Identifier: GPL-2.0-or-later
#include "inputs.h"

#include "common/build.h"
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
	if (result == 0 && !inputs->arch)
		inputs->arch = link_arch_of(object->image.header.e_machine);
	if (result == 0 && object->image.header.e_machine != inputs->arch->machine)
		result = err_set(err, EINVAL, "%s: made for another machine than %s, which is for %s", name,
			inputs->objects[0].name, inputs->arch->name);
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

/* Whoever expects the tool to compile hears what does. */
static int check_not_source(const char *path, struct kml_err *err)
{
	static const struct {
		const char *suffix, *language, *compiler;
	} sources[] = {
		{ ".c", "C", "cc" }, { ".cc", "C++", "c++" }, { ".cpp", "C++", "c++" }, { ".cxx", "C++", "c++" },
		{ ".C", "C++", "c++" }, { ".s", "assembler", "cc" }, { ".S", "assembler", "cc" },
	};
	const char *suffix = strrchr(path, '.');

	for (size_t i = 0; suffix && i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(suffix, sources[i].suffix) == 0)
			return err_set(err, EINVAL, "%s: is %s source: compile it first: %s -c %s", path,
				sources[i].language, sources[i].compiler, path);
	return 0;
}

static int open_file(struct inputs *inputs, size_t file, struct kml_err *err)
{
	struct input_file *input = &inputs->files[file];
	int result = image_map(input->path, INPUT_SIZE_MAX, &input->elf, err);

	if (result < 0)
		return result;
	if (elf_kind(input->elf) == ELF_K_NONE && check_not_source(input->path, err) < 0)
		return -EINVAL;
	input->archive = elf_kind(input->elf) == ELF_K_AR;
	if (input->archive)
		return open_archive(inputs, file, err);
	/* Another reference to the same. */
	return open_object(inputs, file, strdup(input->path), elf_begin(-1, ELF_C_READ_MMAP, input->elf), err);
}

static int add_use(struct inputs *inputs, size_t object, const char *name, struct kml_err *err)
{
	size_t before = inputs->undefined.count, number = names_add(&inputs->undefined, name);
	struct name_use *bigger;

	if (number == before) {
		bigger = realloc(inputs->uses, (number + 1) * sizeof(*bigger));
		if (!bigger)
			return err_set(err, ENOMEM, "out of memory");
		inputs->uses = bigger;
		bigger[number] = (struct name_use){ .first_object = object, .archive = NO_ARCHIVE };
	}
	if (number == NAMES_NONE)
		return err_set(err, ENOMEM, "out of memory");
	inputs->uses[number].last_object = object;
	return 0;
}

static int collect_undefined(struct inputs *inputs, struct kml_err *err)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		const struct symbols *symbols = &inputs->objects[i].symbols;

		for (size_t j = symbols->first_global; j < symbols->count; j++) {
			const GElf_Sym symbol = symbol_at(symbols, j);
			int result;

			if (symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) != STB_GLOBAL)
				continue;
			result = add_use(inputs, i, symbol_name(symbols, &symbol), err);
			if (result < 0)
				return result;
		}
	}
	return 0;
}

/* What members of archives define, of the names that some object needs. */
static void find_archives(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->object_count; i++) {
		const struct object *object = &inputs->objects[i];
		const struct symbols *symbols = &object->symbols;

		if (!inputs->files[object->file].archive)
			continue;
		for (size_t j = symbols->first_global; j < symbols->count; j++) {
			const GElf_Sym symbol = symbol_at(symbols, j);
			size_t number;

			if (symbol.st_shndx == SHN_UNDEF || GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
				continue;
			number = names_find(&inputs->undefined, symbol_name(symbols, &symbol));
			if (number != NAMES_NONE)
				inputs->uses[number].archive = object->file;
		}
	}
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
	/* Of nothing but empty archives */
	if (!inputs.arch)
		inputs.arch = link_arch_of(KML_NATIVE_MACHINE);
	result = collect_undefined(&inputs, err);
	if (result < 0)
		return result;
	find_archives(&inputs);
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
	free(inputs->uses);
	names_free(&inputs->undefined);
	*inputs = (struct inputs){};
}
