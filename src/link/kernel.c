// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "nearest.h"
#include "syscalls.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

/* The kernel has some names hundreds of times; none more often than this. */
#define CANDIDATES_MAX 10000

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "vmlinux 6.12.1 with driver.ko" */
static void describe(struct kernel *kernel)
{
	const struct kernel_image *image = &kernel->images[0];

	snprintf(kernel->text, sizeof(kernel->text), "%s%s%s", base_name(image->path), *image->release ? " " : "",
		image->release);
	for (size_t i = 1; i < kernel->image_count; i++) {
		size_t used = strlen(kernel->text);

		snprintf(kernel->text + used, sizeof(kernel->text) - used, "%s%s", i > 1 ? ", " : " with ",
			base_name(kernel->images[i].path));
	}
}

static int check_module(const struct kernel_image *module, const struct kernel_image *kernel, struct kml_err *err)
{
	if (strcmp(module->kind, "module") != 0)
		return err_set(err, EINVAL, "%s: not a module of the kernel", module->path);
	if (*module->release && *kernel->release && strcmp(module->release, kernel->release) != 0)
		return err_set(err, EINVAL, "%s: made for kernel %s, but %s is %s", module->path, module->release,
			kernel->path, kernel->release);
	if (module->machine != kernel->machine && kernel->machine != EM_NONE)
		return err_set(err, EINVAL, "%s: is for %s, but the kernel is for %s", module->path,
			kernel_machine_name(module->machine), kernel_machine_name(kernel->machine));
	return 0;
}

int kernel_open(const struct kernel_source *source, struct kernel *ret, struct kml_err *err)
{
	_cleanup_(kernel_close) struct kernel kernel = {};

	kernel.images = calloc(source->module_count + 1, sizeof(*kernel.images));
	if (!kernel.images)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i <= source->module_count; i++) {
		int result = kernel_image_open(i ? source->modules[i - 1] : source->path, source->expected, &kernel.images[i], err);

		if (result < 0)
			return result;
		kernel.image_count++;
		if (i > 0)
			result = check_module(&kernel.images[i], &kernel.images[0], err);
		else if (strcmp(kernel.images[0].kind, "module") == 0)
			result = err_set(err, EINVAL, "%s: is a module: give it with --module", source->path);
		if (result < 0)
			return result;
	}
	describe(&kernel);
	*ret = kernel;
	kernel = (struct kernel){};
	return 0;
}

void kernel_close(struct kernel *kernel)
{
	for (size_t i = 0; i < kernel->image_count; i++)
		kernel_image_close(&kernel->images[i]);
	free(kernel->images);
	*kernel = (struct kernel){};
}

const struct link_arch *kernel_arch(const struct kernel *kernel)
{
	return link_arch_of(kernel->images[0].machine);
}

const unsigned char *kernel_build_id(const struct kernel *kernel)
{
	return kernel->images[0].build_id;
}

static int visit_all(const struct kernel *kernel, kernel_visitor *visitor, void *context)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < kernel->image_count; i++)
		result = kernel_image_visit(&kernel->images[i], visitor, context);
	return result;
}

struct matching {
	const struct names *names;
	struct kernel_match *matches;
	bool in_module;
};

static int match(const struct kernel_symbol *symbol, void *context)
{
	const struct matching *matching = context;
	size_t number = names_find(matching->names, symbol->name);
	struct candidate *bigger, *candidate;
	struct kernel_match *found;

	if (number == NAMES_NONE)
		return 0;
	found = &matching->matches[number];
	if (matching->in_module && found->kept && !*found->candidates[0].module)
		return 0;
	if (found->count++ >= CANDIDATES_MAX)
		return 0;
	bigger = realloc(found->candidates, (found->kept + 1) * sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	found->candidates = bigger;
	candidate = &bigger[found->kept++];
	*candidate = (struct candidate){ .value = symbol->value, .size = symbol->size, .class = symbol->class, .scope = symbol->scope,
		.file = strdup(symbol->file), .module = strdup(symbol->module) };
	return candidate->file && candidate->module ? 0 : -ENOMEM;
}

int kernel_match_all(const struct kernel *kernel, const struct names *names, struct kernel_match *matches)
{
	struct matching matching = { .names = names, .matches = matches };
	struct name_filter filter = {};
	int result = 0;

	for (size_t i = 0; i < names->count; i++)
		name_filter_add(&filter, names->list[i]);
	for (size_t i = 0; names->count && result == 0 && i < kernel->image_count; i++) {
		matching.in_module = i > 0;
		result = kernel_image_visit_some(&kernel->images[i], &filter, match, &matching);
	}
	return result;
}

void kernel_match_free(struct kernel_match *matches, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < matches[i].kept; j++) {
			free(matches[i].candidates[j].file);
			free(matches[i].candidates[j].module);
		}
		free(matches[i].candidates);
		matches[i] = (struct kernel_match){};
	}
}

/* Names that the kernel's build makes for itself are no help to anybody. */
static bool can_be_meant(const char *name)
{
	static const char *const prefixes[] = { "__x64_", "__ia32_", "__arm64_", "__pfx_", "__se_", "__do_sys_",
		"__ksymtab_", "__kstrtab", "__crc_", "__UNIQUE_ID", "__export_symbol", "__addressable", "__func__",
		"__already_done" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return false;
	return *name && !strchr(name, '.');
}

struct nearest {
	const char *name;
	unsigned int limit, best;
	char found[513];
};

static int compare_nearest(const struct kernel_symbol *symbol, void *context)
{
	struct nearest *nearest = context;
	unsigned int score;

	if (symbol->class > KERNEL_DATA || !can_be_meant(symbol->name) || strlen(symbol->name) >= sizeof(nearest->found))
		return 0;
	score = nearest_distance(nearest->name, symbol->name, nearest->limit) * 2;
	if (score == 0)
		return 0;
	score += symbol->class == KERNEL_DATA;
	if (score < nearest->best) {
		nearest->best = score;
		strcpy(nearest->found, symbol->name);
	}
	return 0;
}

char *kernel_nearest(const struct kernel *kernel, const char *name)
{
	/* The score counts edits first, then prefers system calls and functions to data. */
	struct nearest nearest = { .name = name, .limit = nearest_limit(name) };
	const struct link_arch *arch = kernel_arch(kernel);

	nearest.best = (nearest.limit + 1) * 2;
	for (size_t i = 0; i < *arch->syscall_count; i++) {
		unsigned int score = nearest_distance(name, arch->syscalls[i].name, nearest.limit) * 2;

		if (score < nearest.best && score > 0) {
			nearest.best = score;
			snprintf(nearest.found, sizeof(nearest.found), "%s", arch->syscalls[i].name);
		}
	}
	visit_all(kernel, compare_nearest, &nearest);
	return *nearest.found ? strdup(nearest.found) : NULL;
}

struct suffixed {
	const char *name;
	size_t length;
	char *found, *part;
};

static int compare_suffixed(const struct kernel_symbol *symbol, void *context)
{
	struct suffixed *suffixed = context;

	if (strncmp(symbol->name, suffixed->name, suffixed->length) != 0 || symbol->name[suffixed->length] != '.')
		return 0;
	/* A part of a function that was split off is no copy of it. */
	if (strstr(symbol->name, ".cold") || strstr(symbol->name, ".part")) {
		if (!suffixed->part)
			suffixed->part = strdup(symbol->name);
		return 0;
	}
	suffixed->found = strdup(symbol->name);
	return 1;
}

char *kernel_suffixed(const struct kernel *kernel, const char *name, bool *ret_part)
{
	struct suffixed suffixed = { .name = name, .length = strlen(name) };

	visit_all(kernel, compare_suffixed, &suffixed);
	*ret_part = !suffixed.found;
	if (!suffixed.found)
		return suffixed.part;
	free(suffixed.part);
	return suffixed.found;
}
