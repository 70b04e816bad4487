// SPDX-License-Identifier: GPL-2.0-or-later
#include "needed.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/ldconf.h"
#include "names.h"
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LIBRARIES_MAX = 2048 };

static const char *const standard[] = { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64",
	"/lib", "/usr/lib", NULL };

/* musl looks elsewhere, and in nothing that ld.so.conf lists. */
static const char *const standard_musl[] = { "/lib/x86_64-linux-musl", "/usr/lib/x86_64-linux-musl", "/lib",
	"/usr/local/lib", "/usr/lib", NULL };

struct search {
	const struct names *names;
	bool *defined;
	struct directories configured, environment;
	const char *const *standard;
	struct library {
		char *name, *path;
	} *list; /* in the order in which they are found */
	size_t count;
	struct kml_err *err;
};

static void search_free(struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		free(search->list[i].name);
		free(search->list[i].path);
	}
	free(search->list);
	directories_release(&search->configured);
	directories_release(&search->environment);
}

static const char *dynamic_string(const struct program *program, uint64_t offset)
{
	const struct symbols *symbols = &program->dynamic_symbols;

	return offset < symbols->strings_size ? symbols->strings + offset : "";
}

/* Opens it if it is a library for this machine; loaders pass over others. */
static bool try_file(struct search *search, const char *name, const char *path)
{
	struct library *bigger;
	struct kml_err ignored;
	struct program library;

	if (program_is(path, &ignored) <= 0 || program_open(path, &library, &ignored) < 0)
		return false;
	program_close(&library);
	bigger = reallocarray(search->list, search->count + 1, sizeof(*bigger));
	if (!bigger)
		return false;
	search->list = bigger;
	bigger[search->count] = (struct library){ .name = strdup(name), .path = strdup(path) };
	search->count++;
	return true;
}

static bool try_directory(struct search *search, const char *name, const char *directory, size_t length)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%.*s/%s", (int)length, directory, name) < (int)sizeof(path) &&
		try_file(search, name, path);
}

/* DT_RPATH or DT_RUNPATH: directories, and $ORIGIN for that of the program. */
static bool try_list(struct search *search, const char *name, const char *list, const char *origin)
{
	const char *slash = strrchr(origin, '/');
	int origin_length = slash ? (int)(slash - origin) : 1;

	while (*list) {
		size_t length = strcspn(list, ":"), skip = 0;
		char directory[PATH_MAX];

		if (strncmp(list, "$ORIGIN", 7) == 0)
			skip = 7;
		else if (strncmp(list, "${ORIGIN}", 9) == 0)
			skip = 9;
		snprintf(directory, sizeof(directory), "%.*s%.*s", skip ? origin_length : 0, slash ? origin : ".",
			(int)(length - skip), list + skip);
		if (length && try_directory(search, name, directory, strlen(directory)))
			return true;
		list += length;
		list += *list == ':';
	}
	return false;
}

static bool try_directories(struct search *search, const char *name, const struct directories *directories)
{
	for (size_t i = 0; i < directories->count; i++)
		if (try_directory(search, name, directories->paths[i], strlen(directories->paths[i])))
			return true;
	return false;
}

static bool find_library(struct search *search, const struct program *program, const char *origin, const char *name)
{
	uint64_t value;

	if (strchr(name, '/'))
		return try_file(search, name, name);
	if ((program_dynamic(program, DT_RUNPATH, &value) || program_dynamic(program, DT_RPATH, &value)) &&
			try_list(search, name, dynamic_string(program, value), origin))
		return true;
	if (try_directories(search, name, &search->environment) || try_directories(search, name, &search->configured))
		return true;
	for (const char *const *directory = search->standard; *directory; directory++)
		if (try_directory(search, name, *directory, strlen(*directory)))
			return true;
	return false;
}

static bool is_known(const struct search *search, const char *name)
{
	for (size_t i = 0; i < search->count; i++)
		if (strcmp(search->list[i].name, name) == 0)
			return true;
	return false;
}

/* The libraries that one program or library names. */
static int add_needed(struct search *search, const struct program *program, const char *path)
{
	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn entry;
		const char *name;

		memcpy(&entry, program->bytes + program->dynamic + i * sizeof(entry), sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		name = dynamic_string(program, entry.d_un.d_val);
		if (entry.d_tag != DT_NEEDED || is_known(search, name))
			continue;
		if (search->count >= LIBRARIES_MAX)
			return err_set(search->err, ELOOP, "%s: needs more than %d libraries", path, LIBRARIES_MAX);
		if (!find_library(search, program, path, name))
			return err_set(search->err, ENOENT, "%s: needs the library %s, which is not found, so nobody can tell "
				"its names from the kernel's; LD_LIBRARY_PATH may name its directory", path, name);
	}
	return 0;
}

static void mark_defined(struct search *search, const struct program *library)
{
	const struct symbols *symbols = &library->dynamic_symbols;

	for (size_t i = 1; i < symbols->count; i++) {
		const GElf_Sym symbol = symbol_at(symbols, i);
		size_t number;

		if (symbol.st_shndx == SHN_UNDEF || GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
			continue;
		number = names_find(search->names, symbol_name(symbols, &symbol));
		if (number != NAMES_NONE)
			search->defined[number] = true;
	}
}

static int search_all(struct search *search, const struct program *program)
{
	int result = add_needed(search, program, program->name);

	/* The list grows while it is walked. */
	for (size_t i = 0; result == 0 && i < search->count; i++) {
		_cleanup_(program_close) struct program library = {};

		result = program_open(search->list[i].path, &library, search->err);
		if (result < 0)
			break;
		mark_defined(search, &library);
		result = add_needed(search, &library, search->list[i].path);
	}
	return result;
}

static bool needs(const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn entry;

		memcpy(&entry, program->bytes + program->dynamic + i * sizeof(entry), sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_NEEDED && strcmp(dynamic_string(program, entry.d_un.d_val), name) == 0)
			return true;
	}
	return false;
}

/* The interpreter says so, and in libraries the name of the C library. */
static bool uses_musl(const struct program *program)
{
	const struct image *image = &program->image;

	for (size_t i = 0; i < image->segment_count; i++)
		if (image->segments[i].p_type == PT_INTERP)
			return memmem(image->bytes + image->segments[i].p_offset, image->segments[i].p_filesz, "ld-musl", 7);
	return needs(program, "libc.so") || needs(program, "libc.musl-x86_64.so.1");
}

int needed_define(const struct program *program, const struct names *names, bool *defined, struct kml_err *err)
{
	_cleanup_(search_free) struct search search = { .names = names, .defined = defined, .err = err,
		.standard = uses_musl(program) ? standard_musl : standard };
	const char *environment = getenv("LD_LIBRARY_PATH");

	if ((environment && directories_add_list(&search.environment, environment, ":;") < 0) ||
			(!uses_musl(program) && ldconf_read("/etc/ld.so.conf", &search.configured) < 0))
		return err_set(err, ENOMEM, "out of memory");
	return search_all(&search, program);
}
