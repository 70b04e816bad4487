// SPDX-License-Identifier: GPL-2.0-or-later
#include "imports.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "choices.h"
#include "first_use.h"
#include "kernel.h"
#include "messages.h"
#include "reach.h"
#include "syscalls.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* One name on its way from "undefined" to an import. */
struct question {
	const char *where;
	const char *name;	 /* in messages: as the kernel would have it */
	const char *program_name;
	bool chosen, direct;
	const struct name_use *use;
	const struct syscall_entry *syscall; /* or NULL */
	bool optional;
	const struct kernel_match *match; /* of the name, or of the system call's function */
	const char *symbol;		  /* the name without what it says of the origin */
	const char *origin;		  /* which of several is wanted, or NULL */
	const struct candidate *candidate; /* the one; NULL for a system call */
};

enum { PLACE_SIZE = 512 };

struct resolver {
	const struct inputs *inputs;
	bool *told_cplusplus; /* per object */
	const struct kernel *kernel;
	struct messages *messages;
};

/* "prog.o: prog.c:12" */
static void write_place(const struct resolver *resolver, const struct question *question, char ret[PLACE_SIZE])
{
	char line[SOURCE_LINE_SIZE] = "";

	if (question->use)
		first_use(&resolver->inputs->objects[question->use->first_object], question->program_name, line);
	snprintf(ret, PLACE_SIZE, "%s%s%s", question->where, *line ? ": " : "", line);
}

/* One sentence about the name, with its place before it. */
__attribute__((format(printf, 3, 4))) static void say(const struct resolver *resolver,
	const struct question *question, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	char place[PLACE_SIZE];
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	write_place(resolver, question, place);
	messages_add(resolver->messages, "%s: %s", place, text ? text : question->name);
}

static int compare_imports(const void *one, const void *other)
{
	return strcmp(((const struct import *)one)->name, ((const struct import *)other)->name);
}

static bool only_system_calls(const struct imports *imports)
{
	for (size_t i = 0; i < imports->count; i++)
		if (imports->list[i].kind != KML_KIND_SYSCALL)
			return false;
	return true;
}

unsigned int imports_note_flags(const struct imports *imports)
{
	return (only_system_calls(imports) ? KML_NOTE_USER_MODE_OK : 0) |
		(imports->executable_memory ? KML_NOTE_EXECUTABLE_MEMORY : 0);
}

const struct import *import_find(const struct imports *imports, const char *name)
{
	struct import key = { .name = name };

	return imports->count ? bsearch(&key, imports->list, imports->count, sizeof(key), compare_imports) : NULL;
}

/* The rewritten objects and the assembler get names that need no quotes. */
static bool plain_name(const char *name)
{
	if (!*name || isdigit((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

/* For what a kernel is built without, it has a weak function that only says ENOSYS. */
static bool is_there(const struct kernel_match *match)
{
	return match->count && match->candidates[0].scope != KERNEL_WEAK;
}

/* Only asked about names that the table does not have. */
static bool kernel_has_syscall(const struct kernel *kernel, const char *name)
{
	_cleanup_(names_free) struct names names = {};
	_cleanup_free_ char *function = NULL;
	struct kernel_match match = {};
	bool there;

	if (asprintf(&function, "%s%s", kernel_arch(kernel)->syscall_prefix, name) < 0)
		return false;
	if (names_add(&names, function) == 0)
		(void)kernel_match_all(kernel, &names, &match);
	there = is_there(&match);
	kernel_match_free(&match, 1);
	return there;
}

/*
 * Linkers take from an archive what is undefined when they come to it. Such a
 * name must not become the kernel's, even if the kernel has one like it.
 */
static bool say_archive_too_early(const struct resolver *resolver, const struct question *question)
{
	const struct inputs *inputs = resolver->inputs;
	const struct object *user;
	const char *archive, *after;

	if (!question->use || question->chosen || question->use->archive == NO_ARCHIVE)
		return false;
	user = &inputs->objects[question->use->last_object];
	after = inputs->files[user->file].path;
	if (question->use->archive >= user->file)
		return false;
	archive = inputs->files[question->use->archive].path;
	messages_add(resolver->messages, "%s: undefined name '%s': %s defines it: give %s after %s", user->name,
		question->name, archive, archive, after);
	return true;
}

/* Does only the runtime library of C++ have such names? Those of a program's own begin with a number or with N. */
static bool belongs_to_cplusplus(const char *name)
{
	static const char *const prefixes[] = { "_ZS", "_ZNS", "_ZNKS", "_ZGVNS", "_ZTVS", "_ZTVNS", "_ZTTS", "_ZTTNS",
		"_ZTIS", "_ZTINS", "_ZTVN10__cxxabiv1", "_ZN10__cxxabiv1", "_ZN9__gnu_cxx", "_ZNK9__gnu_cxx", "_Znw",
		"_Zna", "_Zdl", "_Zda", "__cxa_", "__gxx_" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	/* Descriptions of the types that C++ has from the start, and of pointers to them. */
	return strncmp(name, "_ZTI", 4) == 0 && (islower((unsigned char)name[4]) || name[4] == 'P');
}

static void say_unknown(const struct resolver *resolver, const struct question *question)
{
	static const char *const wrappers[] = { "__x64_", "__ia32_", "__se_", "__do_" };
	static const char nobody[] = "neither the libraries nor the kernel";
	const char *name = question->name, *kernel = resolver->kernel->text;
	_cleanup_free_ char *suffixed = NULL, *nearest = NULL;
	bool part;

	if (question->use && belongs_to_cplusplus(name)) {
		if (!resolver->told_cplusplus[question->use->first_object])
			messages_add(resolver->messages, "%s: C++ object: link with --cc=c++",
				resolver->inputs->objects[question->use->first_object].name);
		resolver->told_cplusplus[question->use->first_object] = true;
		return;
	}
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		size_t length = strlen(wrappers[i]);

		if (strncmp(name, wrappers[i], length) == 0 && syscall_find(kernel_arch(resolver->kernel), name + length)) {
			say(resolver, question, "'%s' is the kernel's inner side of a system call and takes no "
				"ordinary arguments: call '%s'", name, name + length);
			return;
		}
	}
	if (strncmp(name, "sys_", 4) == 0 && kernel_has_syscall(resolver->kernel, name)) {
		say(resolver, question, "'%s': the kernel (%s) has this system call, but the system's headers gave "
			"it no number when kml was built: use syscall(2)", name, kernel);
		return;
	}
	suffixed = kernel_suffixed(resolver->kernel, name, &part);
	if (suffixed && part) {
		say(resolver, question, "'%s': the kernel (%s) has only a part of it, '%s': the compiler has put the rest "
			"into its callers", name, kernel, suffixed);
		return;
	}
	if (suffixed) {
		say(resolver, question, "'%s' exists in the kernel (%s) only as '%s', a copy that the compiler "
			"changed: it cannot be called by name", name, kernel, suffixed);
		return;
	}
	nearest = kernel_nearest(resolver->kernel, name);
	if (nearest)
		say(resolver, question, "undefined name '%s': %s (%s) has it; did you mean '%s'?", name, nobody,
			kernel, nearest);
	else if (strncmp(name, "_Z", 2) == 0)
		say(resolver, question, "undefined name '%s': %s (%s) has it; C++ needs extern \"C\" for names of "
			"the kernel", name, nobody, kernel);
	else
		say(resolver, question, "undefined name '%s': %s (%s) has it%s", name, nobody, kernel,
			resolver->kernel->images[0].lacks_data ?
			"; this kernel lists functions only (no CONFIG_KALLSYMS_ALL): for data give its vmlinux" : "");
}

static int answer_syscall(const struct resolver *resolver, const struct question *question, struct import *ret)
{
	const char *name = question->name;

	if (!is_there(question->match)) {
		say(resolver, question, "'%s': the kernel (%s) is built without this system call", name,
			resolver->kernel->text);
		return -ENOENT;
	}
	if (strcmp(name, "sys_vfork") == 0 || strcmp(name, "sys_rt_sigreturn") == 0) {
		say(resolver, question, "'%s' cannot be called as a function, because it does not return to its "
			"caller in the ordinary way: use libc", name);
		return -ENOENT;
	}
	*ret = (struct import){ .kind = KML_KIND_SYSCALL, .binding = KML_BINDING_GATE,
		.number = question->syscall->number };
	return 0;
}

static const char *origin_of(const struct candidate *candidate)
{
	if (*candidate->file || *candidate->module)
		return *candidate->file ? candidate->file : candidate->module;
	return candidate->scope == KERNEL_GLOBAL ? "global" : "";
}

/* The source files of an ambiguous name, or its modules, as far as they are known: " (a.c, b.c, global)". */
static void list_origins(const struct kernel_match *match, char *text, size_t size)
{
	size_t used = 0, shown = 0;

	text[0] = '\0';
	for (size_t i = 0; i < match->kept && shown < 8; i++) {
		const char *origin = origin_of(&match->candidates[i]);

		if (!*origin || used + strlen(origin) + 16 > size)
			continue;
		used += snprintf(text + used, size - used, "%s%s", shown++ ? ", " : " (", origin);
	}
	if (shown)
		snprintf(text + used, size - used, "%s)", shown < match->count ? ", ..." : "");
}

/*
 * At run time, names are all that there is to ask for; but addresses hold in the
 * kernel that has the image's build-id.
 */
static bool can_be_told_apart(const struct kernel *kernel, const struct candidate *candidate)
{
	const struct kernel_image *image = &kernel->images[0];

	return image->has_build_id && strcmp(image->kind, "vmlinux") == 0 && !*candidate->module;
}

static void say_ambiguous(const struct resolver *resolver, const struct question *question)
{
	const char *symbol = question->symbol, *kernel = resolver->kernel->text;
	const struct candidate *first = &question->match->candidates[0];
	char origins[512];

	list_origins(question->match, origins, sizeof(origins));
	if (can_be_told_apart(resolver->kernel, first))
		say(resolver, question, "'%s' is ambiguous: the kernel (%s) has %zu symbols of that name%s: choose with "
			"--import=%s%s%s@FILE or @0xADDRESS (--lookup=%s lists all)", symbol, kernel, question->match->count,
			origins, strcmp(question->program_name, symbol) == 0 ? "" : question->program_name,
			strcmp(question->program_name, symbol) == 0 ? "" : "=", symbol, symbol);
	else
		say(resolver, question, "'%s' is ambiguous: the kernel (%s) has %zu symbols of that name%s, and nothing can "
			"tell them apart at run time", symbol, kernel, question->match->count, origins);
}

static bool has_origin(const struct candidate *candidate, const char *origin)
{
	const char *slash = strrchr(origin, '/');
	char *end;

	if (strncmp(origin, "0x", 2) == 0)
		return candidate->value == strtoull(origin, &end, 16) && !*end;
	return strcmp(origin_of(candidate), slash ? slash + 1 : origin) == 0;
}

/* The one symbol that is meant; or says why there is none. */
static const struct candidate *choose(const struct resolver *resolver, const struct question *question)
{
	const struct kernel_match *match = question->match;
	const char *kernel = resolver->kernel->text;
	const struct candidate *found = NULL, *second = NULL;
	char origins[512];

	if (!question->origin) {
		if (match->count > 1)
			say_ambiguous(resolver, question);
		return match->count > 1 ? NULL : &match->candidates[0];
	}
	for (size_t i = 0; i < match->kept && !second; i++) {
		if (!has_origin(&match->candidates[i], question->origin))
			continue;
		if (found)
			second = &match->candidates[i];
		else
			found = &match->candidates[i];
	}
	if (found && !second && can_be_told_apart(resolver->kernel, found))
		return found;
	list_origins(match, origins, sizeof(origins));
	if (!found)
		say(resolver, question, "'%s': the kernel (%s) has %zu symbol%s of that name%s, but none there", question->name,
			kernel, match->count, match->count == 1 ? "" : "s", origins);
	else if (second)
		say(resolver, question, "'%s': the kernel (%s) has several there: choose one by its address, as "
			"%s@0x%" PRIx64 " or %s@0x%" PRIx64, question->name, kernel, question->symbol, found->value,
			question->symbol, second->value);
	else
		say(resolver, question, "'%s': nothing can tell it apart at run time: only a vmlinux with a build-id says "
			"where it is, and that is %s (%s)", question->name, resolver->kernel->images[0].path,
			resolver->kernel->images[0].kind);
	return NULL;
}

/* Lists do not always tell numbers and places apart. */
static bool is_address(const struct kernel *kernel, const struct candidate *candidate)
{
	return *candidate->module || candidate->value >= kernel_arch(kernel)->kernel_begin;
}

/* Without the gate, a function has neither the kernel's stack nor what the kernel keeps for each CPU. */
static int check_direct(const struct resolver *resolver, const struct question *question)
{
	const struct candidate *candidate = question->candidate;
	const char *name = question->name, *kernel = resolver->kernel->text, *problem = NULL;
	char place[PLACE_SIZE];
	struct reach reach;

	write_place(resolver, question, place);
	if (*candidate->module || !kernel_arch(resolver->kernel)->reach_is_known) {
		messages_warn(resolver->messages, place, "--direct=%s: nobody has looked at what '%s' does, as it "
			"is %s", question->program_name, name, *candidate->module ? "in a module" : "not code for x86-64");
		return 0;
	}
	if (reach_find(resolver->kernel, candidate->value, &reach) < 0) {
		say(resolver, question, "out of memory");
		return -ENOMEM;
	}
	switch (reach.kind) {
	case REACH_HARMLESS:
		return 0;
	case REACH_UNKNOWN:
		messages_warn(resolver->messages, place, "--direct=%s: not all that '%s' does is known: %s "
			"(kernel: %s)", question->program_name, name, reach.how, kernel);
		return 0;
	case REACH_SLEEP:
		problem = "may sleep";
		break;
	case REACH_CURRENT:
		problem = "needs 'current'";
		break;
	case REACH_PER_CPU:
		problem = "needs per-CPU data";
		break;
	}
	say(resolver, question, "'%s' cannot be called without the gate, as it %s: %s; leave out --direct=%s (kernel: %s)",
		name, problem, reach.how, question->program_name, kernel);
	return -ENOENT;
}

static int answer(const struct resolver *resolver, struct question *question, struct import *ret)
{
	const char *name = question->name, *problem = NULL;

	if (say_archive_too_early(resolver, question))
		return -ENOENT;
	if (question->syscall && question->direct) {
		say(resolver, question, "'%s' is a system call: it cannot be called directly", name);
		return -ENOENT;
	}
	if (question->syscall)
		return answer_syscall(resolver, question, ret);
	if (!question->match->count || strncmp(name, "__x64_sys_", 10) == 0 || strncmp(name, "__ia32_sys_", 11) == 0) {
		say_unknown(resolver, question);
		return -ENOENT;
	}
	question->candidate = choose(resolver, question);
	if (!question->candidate)
		return -ENOENT;
	switch (question->candidate->class) {
	case KERNEL_FUNCTION:
		*ret = (struct import){ .kind = KML_KIND_FUNCTION,
			.binding = question->direct ? KML_BINDING_ADDRESS : KML_BINDING_GATE };
		break;
	case KERNEL_DATA:
		*ret = (struct import){ .kind = KML_KIND_DATA, .binding = KML_BINDING_ADDRESS };
		break;
	case KERNEL_PER_CPU:
		problem = "is a per-CPU variable: its symbol is no address; use a kernel function that reads it";
		break;
	case KERNEL_INIT:
		problem = "belongs to the kernel's start and is gone after boot (__init)";
		break;
	case KERNEL_ABSOLUTE:
		problem = "is an absolute symbol, a number and not a place in memory";
		break;
	case KERNEL_UNLOADED:
		problem = "is in no part of the kernel that is loaded into memory";
		break;
	case KERNEL_VDSO:
		problem = "is code of the vDSO for ordinary programs: link with that, or with libc";
		break;
	}
	if (!problem && !is_address(resolver->kernel, question->candidate))
		problem = "has a value that is no address in the kernel, as per-CPU variables and numbers have";
	if (!problem && question->direct && ret->kind != KML_KIND_FUNCTION)
		problem = "is no function, so there is nothing to call directly";
	if (!problem && (!plain_name(question->symbol) || !plain_name(question->program_name)))
		problem = "has characters that no C name has";
	if (!problem)
		return question->direct ? check_direct(resolver, question) : 0;
	say(resolver, question, "'%s' %s (kernel: %s)", name, problem, resolver->kernel->text);
	return -ENOENT;
}

/* A kernel has a system call if it has the function. */
static const char *asked_name(const struct syscall_entry *syscall, const char *symbol)
{
	return syscall ? syscall->function : symbol;
}

void imports_expect(const char *name, const struct link_arch *arch, const struct choices *choices, struct name_filter *ret)
{
	const struct choice *choice = choices_import(choices, name);

	name_filter_add(ret, asked_name(syscall_find(arch, choice ? choice->kernel_name : name), choice ? choice->symbol : name));
}

/* What belongs to a build-id, and can be written in 32 bits. Modules are loaded anywhere. */
static int32_t fixed_address(const struct kernel *kernel, const struct candidate *candidate)
{
	bool narrow = kernel_arch(kernel)->machine == EM_ARM; /* its pointers have 32 bits */
	int64_t address = narrow ? (int32_t)candidate->value : (int64_t)candidate->value;

	return kernel->images[0].is_linked && !*candidate->module && address == (int32_t)address ? (int32_t)address : 0;
}

static void describe_import(const struct kernel *kernel, const struct question *question, struct import *import)
{
	const struct candidate *candidate = question->candidate;

	import->name = question->program_name;
	import->kernel_name = question->name;
	import->chosen = question->chosen;
	import->address = candidate ? candidate->value : 0;
	import->size = candidate ? candidate->size : 0;
	if (candidate && !question->syscall)
		import->fixed_address = fixed_address(kernel, candidate);
	if (candidate && *candidate->module)
		snprintf(import->origin, sizeof(import->origin), "module %s", candidate->module);
	else if (candidate && *candidate->file)
		snprintf(import->origin, sizeof(import->origin), "file %s", candidate->file);
}

static struct question make_question(const struct kernel *kernel, const struct wanted *wanted,
	const struct choices *choices)
{
	const struct choice *choice = choices_import(choices, wanted->name);
	const char *name = choice ? choice->kernel_name : wanted->name;

	return (struct question){ .where = wanted->where, .name = name, .program_name = wanted->name,
		.symbol = choice ? choice->symbol : wanted->name, .origin = choice ? choice->origin : NULL,
		.chosen = choice, .direct = choices_direct(choices, wanted->name), .use = wanted->use,
		.syscall = syscall_find(kernel_arch(kernel), name), .optional = wanted->optional };
}

/* One pass over the kernel's symbols answers all questions. matches: room for one each. */
static int ask(const struct kernel *kernel, struct question *questions, size_t count, struct kernel_match *matches)
{
	_cleanup_(names_free) struct names names = {};
	int result;

	for (size_t i = 0; i < count; i++)
		if (names_add(&names, asked_name(questions[i].syscall, questions[i].symbol)) == NAMES_NONE)
			return -ENOMEM;
	result = kernel_match_all(kernel, &names, matches);
	for (size_t i = 0; i < count; i++)
		questions[i].match = &matches[names_find(&names, asked_name(questions[i].syscall, questions[i].symbol))];
	return result;
}

int imports_resolve(const struct inputs *inputs, const struct wanted *wanted, size_t count,
	const struct choices *choices, const struct kernel *kernel, struct imports *ret, struct messages *messages)
{
	_cleanup_free_ struct question *questions = calloc(count + 1, sizeof(*questions));
	_cleanup_free_ struct kernel_match *matches = calloc(count + 1, sizeof(*matches));
	_cleanup_(imports_free) struct imports imports = {};
	_cleanup_free_ bool *told_cplusplus = calloc(inputs ? inputs->object_count + 1 : 1, sizeof(*told_cplusplus));
	struct resolver resolver = { .inputs = inputs, .told_cplusplus = told_cplusplus, .kernel = kernel,
		.messages = messages };
	int result;

	imports.list = calloc(count + 1, sizeof(*imports.list));
	if (!questions || !matches || !imports.list || !told_cplusplus) {
		messages_add(messages, "out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		questions[i] = make_question(kernel, &wanted[i], choices);
	result = ask(kernel, questions, count, matches);
	if (result < 0)
		messages_add(messages, "out of memory");
	for (size_t i = 0; result != -ENOMEM && i < count; i++) {
		if (questions[i].optional && !questions[i].match->count)
			continue;
		if (answer(&resolver, &questions[i], &imports.list[imports.count]) == 0)
			describe_import(kernel, &questions[i], &imports.list[imports.count++]);
		else
			result = -ENOENT;
	}
	kernel_match_free(matches, count);
	if (result < 0)
		return result;
	qsort(imports.list, imports.count, sizeof(*imports.list), compare_imports);
	*ret = imports;
	imports = (struct imports){};
	return 0;
}

void imports_free(struct imports *imports)
{
	free(imports->list);
	*imports = (struct imports){};
}
