// SPDX-License-Identifier: GPL-2.0-or-later
#include "lookup.h"

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "kernel.h"
#include "syscalls.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const char *class_word(enum kernel_symbol_class class)
{
	switch (class) {
	case KERNEL_FUNCTION:
		return "function";
	case KERNEL_DATA:
		return "data";
	case KERNEL_PER_CPU:
		return "per-CPU";
	case KERNEL_INIT:
		return "init";
	case KERNEL_ABSOLUTE:
		return "absolute";
	case KERNEL_UNLOADED:
		return "not loaded";
	case KERNEL_VDSO:
		return "vDSO";
	}
	return "unknown";
}

static const char *scope_word(enum kernel_symbol_scope scope)
{
	return scope == KERNEL_LOCAL ? "local" : scope == KERNEL_WEAK ? "weak" : "global";
}

static void print_kernel(const struct kernel *kernel)
{
	const struct kernel_image *image = &kernel->images[0];

	printf("image     %s (%s)\n", image->path, image->kind);
	printf("machine   %s\n", kernel_machine_name(image->machine));
	printf("release   %s\n", *image->release ? image->release : "unknown");
	printf("build-id  ");
	for (size_t i = 0; image->has_build_id && i < KML_BUILD_ID_SIZE; i++)
		printf("%02x", image->build_id[i]);
	printf("%s\n\n", image->has_build_id ? "" : "unknown");
}

static void print_match(const char *name, const struct syscall_entry *syscall, const struct kernel_match *match)
{
	if (syscall)
		printf("%s: system call %u, %s\n", name, syscall->number, syscall->function);
	else
		printf("%s: %s\n", name, match->count ? "" : "is not there");
	for (size_t i = 0; i < match->kept; i++) {
		const struct candidate *candidate = &match->candidates[i];

		printf("  %016" PRIx64 "  %-10s  %-6s%s%s%s%s\n", candidate->value, class_word(candidate->class),
			scope_word(candidate->scope), *candidate->file ? "  file " : "", candidate->file,
			*candidate->module ? "  module " : "", candidate->module);
	}
	if (match->count > match->kept)
		printf("  and %zu more\n", match->count - match->kept);
}

static const char *asked_name(const struct syscall_entry *syscall, const char *name)
{
	return syscall ? syscall->function : name;
}

void lookup_expect(char *const *names, size_t count, struct name_filter *ret)
{
	const struct link_arch *arch = link_arch_of(KML_NATIVE_MACHINE);

	for (size_t i = 0; i < count; i++)
		name_filter_add(ret, asked_name(syscall_find(arch, names[i]), names[i]));
}

int lookup_names(const struct kernel *kernel, char *const *list, size_t count, struct kml_err *err)
{
	_cleanup_free_ struct kernel_match *matches = calloc(count + 1, sizeof(*matches));
	_cleanup_(names_free) struct names names = {};
	bool memory = matches, all = true;

	for (size_t i = 0; memory && i < count; i++) {
		const struct syscall_entry *syscall = syscall_find(kernel_arch(kernel), list[i]);

		memory = names_add(&names, asked_name(syscall, list[i])) != NAMES_NONE;
	}
	if (!memory || kernel_match_all(kernel, &names, matches) < 0) {
		if (matches)
			kernel_match_free(matches, count);
		return err_set(err, ENOMEM, "out of memory");
	}
	print_kernel(kernel);
	for (size_t i = 0; i < count; i++) {
		const struct syscall_entry *syscall = syscall_find(kernel_arch(kernel), list[i]);
		size_t number = names_find(&names, asked_name(syscall, list[i]));

		print_match(list[i], syscall, &matches[number]);
		all &= matches[number].count > 0;
	}
	kernel_match_free(matches, count);
	return all ? 0 : -ENOENT;
}
