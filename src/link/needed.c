// SPDX-License-Identifier: GPL-2.0-or-later
#include "needed.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/loading.h"
#include "names.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct search {
	const struct program *program;
	const struct names *names;
	bool *defined;
};

static void mark_defined(const struct search *search, const struct program *library)
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

static int read_needs(const char *path, struct elf_needs *ret, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? err_errno(err, "%s", path) : elf_needs_read(fd, path, ret, err);
}

/* Whether there is a library for this machine; loaders pass over others. */
static int find(struct loading *loading, const struct loading_place *place, struct elf_needs *ret_needs, char **ret_other)
{
	_cleanup_(program_close) struct program library = {};
	const struct search *search = loading->context;
	struct kml_err ignored;
	unsigned int machine;
	int result;

	(void)ret_other;
	if (program_is(place->path, &ignored) <= 0 || program_machine(place->path, &machine, &ignored) < 0 ||
			machine != search->program->image.header.e_machine)
		return 0;
	result = program_open(place->path, &library, loading->err);
	if (result == 0)
		result = read_needs(place->path, ret_needs, loading->err);
	if (result < 0)
		return result;
	mark_defined(search, &library);
	return 1;
}

static int missing(struct loading *loading, const struct loaded *parent, const char *name)
{
	const struct search *search = loading->context;

	return err_set(loading->err, ENOENT, "%s: needs the library %s, which is not found, so nobody can tell its names from "
		"the kernel's; LD_LIBRARY_PATH may name its directory", parent->parent ? parent->path :
		search->program->name, name);
}

int needed_define(const struct program *program, const struct names *names, bool *defined, struct kml_err *err)
{
	static const struct loading_user user = { .find = find, .missing = missing };
	struct search search = { .program = program, .names = names, .defined = defined };
	_cleanup_(directories_release) struct directories environment = {}, configured = {};
	_cleanup_(loading_release) struct loading loading = { .user = &user, .context = &search,
		.environment = &environment, .configured = &configured, .err = err };
	_cleanup_needs_ struct elf_needs needs = {};
	_cleanup_free_ char *real = realpath(program->name, NULL);
	const char *list = getenv("LD_LIBRARY_PATH");
	int result;

	if ((list && directories_add_list(&environment, list, ":;") < 0) || ldconf_read("/etc/ld.so.conf", &configured) < 0 ||
			directories_add(&configured, LOADING_CROSS_ROOT "/lib", strlen(LOADING_CROSS_ROOT "/lib")) < 0)
		return err_set(err, ENOMEM, "out of memory");
	result = read_needs(program->name, &needs, err);
	if (result == 0)
		result = loading_begin(&loading, real ? real : program->name, &needs);
	return result < 0 ? result : loading_walk(&loading);
}
