// SPDX-License-Identifier: GPL-2.0-or-later
#include "needs.h"

#include <errno.h>
#include <gelf.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"

enum { NEEDED_LIMIT = 1024, STRINGS_LIMIT = 64 << 20 };

static void cleanup_elf(Elf **elf)
{
	elf_end(*elf);
}

void elf_needs_release(struct elf_needs *needs)
{
	free(needs->interpreter);
	for (char **library = needs->libraries; library && *library; library++)
		free(*library);
	free(needs->libraries);
	free(needs->rpath);
	free(needs->runpath);
	*needs = (struct elf_needs){};
}

/* The file and what is known of it; sentences begin with name. */
struct reader {
	Elf *elf;
	const char *name;
	uint64_t size;
	size_t segments;
	struct kml_err *err;
};

static int bad(const struct reader *reader, const char *what)
{
	return err_set(reader->err, EBADMSG, "%s: damaged ELF file: %s", reader->name, what);
}

/* Bytes of the file, or NULL when the range is not all in it. */
static Elf_Data *chunk(const struct reader *reader, uint64_t offset, uint64_t size, Elf_Type type)
{
	if (offset > reader->size || size > reader->size - offset)
		return NULL;
	return elf_getdata_rawchunk(reader->elf, offset, size, type);
}

static bool find_segment(const struct reader *reader, unsigned int type, GElf_Phdr *ret)
{
	for (size_t i = 0; i < reader->segments; i++)
		if (gelf_getphdr(reader->elf, i, ret) && ret->p_type == type)
			return true;
	return false;
}

/* Where in the file the byte at that address is. */
static bool offset_of(const struct reader *reader, uint64_t address, uint64_t *ret)
{
	GElf_Phdr segment;

	for (size_t i = 0; i < reader->segments; i++) {
		if (!gelf_getphdr(reader->elf, i, &segment) || segment.p_type != PT_LOAD)
			continue;
		if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
			continue;
		return !__builtin_add_overflow(segment.p_offset, address - segment.p_vaddr, ret);
	}
	return false;
}

static int read_interpreter(const struct reader *reader, char **ret)
{
	GElf_Phdr segment;
	Elf_Data *data;

	if (!find_segment(reader, PT_INTERP, &segment))
		return 0;
	if (segment.p_filesz < 2 || segment.p_filesz > PATH_MAX)
		return bad(reader, "the interpreter's name has an impossible length");
	data = chunk(reader, segment.p_offset, segment.p_filesz, ELF_T_BYTE);
	if (!data)
		return bad(reader, "the interpreter's name lies outside the file");
	if (((char *)data->d_buf)[data->d_size - 1] != '\0')
		return bad(reader, "the interpreter's name has no end");
	if (*(char *)data->d_buf != '/')
		return bad(reader, "the interpreter's name is no absolute path");
	*ret = strdup(data->d_buf);
	return *ret ? 0 : err_set(reader->err, ENOMEM, "out of memory");
}

/* What the dynamic section says, before the strings are looked up. */
struct dynamic {
	uint64_t strings, strings_size;
	uint64_t needed[NEEDED_LIMIT];
	size_t needed_count;
	uint64_t rpath, runpath;
	bool has_rpath, has_runpath;
	bool names_itself, is_pie, brings_more, writes_code;
};

static int read_dynamic(const struct reader *reader, const GElf_Phdr *segment, struct dynamic *dynamic)
{
	Elf_Data *data = chunk(reader, segment->p_offset, segment->p_filesz, ELF_T_DYN);
	GElf_Dyn entry;

	if (!data)
		return bad(reader, "the dynamic section lies outside the file");
	for (int i = 0; gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++) {
		switch (entry.d_tag) {
		case DT_STRTAB:
			dynamic->strings = entry.d_un.d_ptr;
			break;
		case DT_STRSZ:
			dynamic->strings_size = entry.d_un.d_val;
			break;
		case DT_NEEDED:
			if (dynamic->needed_count == NEEDED_LIMIT)
				return bad(reader, "it needs more libraries than any program");
			dynamic->needed[dynamic->needed_count++] = entry.d_un.d_val;
			break;
		case DT_RPATH:
			dynamic->rpath = entry.d_un.d_val;
			dynamic->has_rpath = true;
			break;
		case DT_RUNPATH:
			dynamic->runpath = entry.d_un.d_val;
			dynamic->has_runpath = true;
			break;
		case DT_SONAME:
			dynamic->names_itself = true;
			break;
		case DT_FLAGS_1:
			dynamic->is_pie = entry.d_un.d_val & DF_1_PIE;
			break;
		case DT_TEXTREL:
			dynamic->writes_code = true;
			break;
		case DT_FLAGS:
			dynamic->writes_code |= (entry.d_un.d_val & DF_TEXTREL) != 0;
			break;
		case DT_AUDIT:
		case DT_DEPAUDIT:
		case DT_FILTER:
		case DT_AUXILIARY:
		case DT_CONFIG:
			dynamic->brings_more = true;
			break;
		}
	}
	return 0;
}

static int copy_string(const struct reader *reader, const Elf_Data *strings, uint64_t at, char **ret)
{
	const char *string;

	if (!strings || at >= strings->d_size)
		return bad(reader, "a name lies outside the string table");
	string = (const char *)strings->d_buf + at;
	if (strnlen(string, PATH_MAX * 16) >= PATH_MAX * 16)
		return bad(reader, "a name is too long");
	*ret = strdup(string);
	return *ret ? 0 : err_set(reader->err, ENOMEM, "out of memory");
}

/* NULL when there is no usable string table; that matters only if a name is wanted. */
static const Elf_Data *read_strings(const struct reader *reader, const struct dynamic *dynamic)
{
	const Elf_Data *data;
	uint64_t offset;

	if (!dynamic->strings_size || dynamic->strings_size > STRINGS_LIMIT ||
		!offset_of(reader, dynamic->strings, &offset))
		return NULL;
	data = chunk(reader, offset, dynamic->strings_size, ELF_T_BYTE);
	/* After this every string in it has an end. */
	return data && data->d_size && ((const char *)data->d_buf)[data->d_size - 1] == '\0' ? data : NULL;
}

static int look_names_up(const struct reader *reader, const struct dynamic *dynamic, struct elf_needs *needs)
{
	const Elf_Data *strings = read_strings(reader, dynamic);
	int result = 0;

	needs->libraries = calloc(dynamic->needed_count + 1, sizeof(*needs->libraries));
	if (!needs->libraries)
		return err_set(reader->err, ENOMEM, "out of memory");
	for (size_t i = 0; i < dynamic->needed_count && result == 0; i++)
		result = copy_string(reader, strings, dynamic->needed[i], &needs->libraries[i]);
	if (result == 0 && dynamic->has_runpath)
		result = copy_string(reader, strings, dynamic->runpath, &needs->runpath);
	else if (result == 0 && dynamic->has_rpath)
		result = copy_string(reader, strings, dynamic->rpath, &needs->rpath);
	return result;
}

/* The kernel makes room behind what a segment has in the file writable, whatever the segment says. */
static bool is_executable_memory(const GElf_Phdr *segment)
{
	if (!(segment->p_flags & PF_X))
		return false;
	return segment->p_type == PT_GNU_STACK || (segment->p_type == PT_LOAD &&
		(segment->p_flags & PF_W || segment->p_memsz > segment->p_filesz));
}

static bool wants_executable_memory(const struct reader *reader)
{
	GElf_Phdr segment;

	for (size_t i = 0; i < reader->segments; i++)
		if (gelf_getphdr(reader->elf, i, &segment) && is_executable_memory(&segment))
			return true;
	return false;
}

static int read_all(struct reader *reader, struct elf_needs *needs)
{
	struct dynamic dynamic = {};
	GElf_Phdr segment;
	GElf_Ehdr header;
	int result;

	if (elf_kind(reader->elf) != ELF_K_ELF || !gelf_getehdr(reader->elf, &header))
		return err_set(reader->err, ENOEXEC, "%s: not an ELF program", reader->name);
	if (elf_getphdrnum(reader->elf, &reader->segments) < 0)
		return bad(reader, "the program headers lie outside the file");
	needs->class = header.e_ident[EI_CLASS];
	needs->machine = header.e_machine;
	needs->type = header.e_type;
	needs->executable_memory = wants_executable_memory(reader);
	result = read_interpreter(reader, &needs->interpreter);
	if (result == 0 && find_segment(reader, PT_DYNAMIC, &segment))
		result = read_dynamic(reader, &segment, &dynamic);
	needs->names_itself = dynamic.names_itself;
	needs->is_pie = dynamic.is_pie;
	needs->brings_more = dynamic.brings_more;
	needs->executable_memory |= dynamic.writes_code;
	return result < 0 ? result : look_names_up(reader, &dynamic, needs);
}

int elf_needs_read(int fd, const char *name, struct elf_needs *ret, struct kml_err *err)
{
	_cleanup_needs_ struct elf_needs needs = {};
	_cleanup_(cleanup_elf) Elf *elf = NULL;
	struct reader reader = { .name = name, .err = err };
	struct stat status;
	int result;

	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (!S_ISREG(status.st_mode))
		return err_set(err, ENOEXEC, "%s: not a regular file", name);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return err_set(err, ENOEXEC, "%s: not an ELF program", name);
	reader.elf = elf;
	reader.size = status.st_size;
	result = read_all(&reader, &needs);
	if (result < 0)
		return result;
	*ret = needs;
	needs = (struct elf_needs){};
	return 0;
}
