// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/build.h"
#include "common/err.h"
#include "common/cleanup.h"
#include "common/name_filter.h"
#include "link/check.h"
#include "link/header.h"
#include "link/index.h"
#include "link/json.h"
#include "link/kernel_find.h"
#include "link/kernel_vdso.h"
#include "link/link.h"
#include "link/lookup.h"
#include "link/messages.h"
#include "link/put.h"
#include "link/show.h"
#include "link/system_calls.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

const char *argp_program_version = "kml-link " KML_VERSION;

enum { OPTION_CC = 256, OPTION_SHOW, OPTION_LOOKUP, OPTION_IMPORT, OPTION_DIRECT, OPTION_EXPLAIN, OPTION_DRY_RUN,
	OPTION_FATAL_WARNINGS, OPTION_BTF, OPTION_TYPES, OPTION_CHECK, OPTION_INDEX, OPTION_HEADER,
	OPTION_JSON, OPTION_VDSO, OPTION_EXTRACT_VDSO, OPTION_EXECUTABLE_MEMORY, OPTION_SYSTEM_CALLS };

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Name of the program (default: the first object's, without '.o')", 0 },
	{ "kernel", 'k', "PATH", 0, "Take names from this kernel: vmlinux, bzImage, System.map, or directory of a build", 0 },
	{ "module", 'm', "FILE", 0, "Module (.ko) of that kernel to take names from, too; may be repeated", 0 },
	{ "btf", OPTION_BTF, "FILE", 0, "Take the types of the kernel from the BTF in this file", 0 },
	{ "types", OPTION_TYPES, "error|warning|ignore", 0, "What a declaration is that differs from the kernel's (default: error)", 0 },
	{ "cc", OPTION_CC, "COMPILER", 0, "Compiler driver that links (default: cc)", 0 },
	{ "import", OPTION_IMPORT, "[NEW=]NAME[@ORIGIN]", 0, "Take NAME from the kernel, even if a library has it; the program calls it NEW; of several, that of ORIGIN: source file or 0xADDRESS", 0 },
	{ "direct", OPTION_DIRECT, "NAME", 0, "Call this function without the gate, on the program's stack", 0 },
	{ "vdso", OPTION_VDSO, NULL, 0, "Take what the kernel's vDSO has from there, and not from libc; or give a vdso.so as an input", 0 },
	{ "explain", OPTION_EXPLAIN, NULL, 0, "Print what is imported, how, and from where", 0 },
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "The same, and make nothing", 0 },
	{ "executable-memory", OPTION_EXECUTABLE_MEMORY, NULL, 0, "The program writes code and executes it; root has to allow that", 0 },
	{ "fatal-warnings", OPTION_FATAL_WARNINGS, NULL, 0, "Make nothing if there is a warning", 0 },
	{ "header", OPTION_HEADER, NULL, 0, "Write a C header for the names that are given (default: kml-kernel.h), and do nothing else", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Print what --show, --check, --system-calls, --explain and --dry-run print as JSON", 0 },
	{ "extract-vdso", OPTION_EXTRACT_VDSO, "FILE", 0, "Write the kernel's vDSO, to link with, and do nothing else", 0 },
	{ "lookup", OPTION_LOOKUP, "NAME", 0, "Print what the kernel has under this name, and do nothing else", 0 },
	{ "show", OPTION_SHOW, "PROGRAM", 0, "Print what a linked program imports, and do nothing else", 0 },
	{ "check", OPTION_CHECK, "PROGRAM", 0, "Tell whether a linked program would start on the kernel, and do nothing else", 0 },
	{ "index", OPTION_INDEX, "FILE", 0, "Write the index of the kernel, with which programs start faster and compare types, and do nothing else", 0 },
	{ "system-calls", OPTION_SYSTEM_CALLS, "PROGRAM", 0, "Print where a linked program makes system calls by the instruction for them, and do nothing else", 0 },
	{ "verbose", 'v', NULL, 0, "Print the commands that are run", 0 },
	{ 0 },
};

struct arguments {
	struct link_opts link;
	const char *show, *check, *index, *extract_vdso, *system_calls;
	bool header; /* for the names that the inputs are */
	/* as many as there are arguments */
	char **inputs, **modules, **names;
	size_t name_count;
};

static bool set_type_policy(const char *word, enum type_policy *ret)
{
	static const char *const words[] = { [TYPE_ERROR] = "error", [TYPE_WARNING] = "warning", [TYPE_IGNORE] = "ignore" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

/* Without one of these, the task is to link. */
static void check_task(const struct arguments *arguments, struct argp_state *state)
{
	int tasks = !!arguments->show + !!arguments->check + !!arguments->index + !!arguments->extract_vdso +
		!!arguments->system_calls + !!arguments->name_count + arguments->header;

	if (tasks > 1)
		argp_error(state, "--header, --show, --check, --index, --extract-vdso, --system-calls and --lookup are different tasks: "
			"give one");
	else if ((arguments->show || arguments->system_calls) && arguments->link.input_count)
		argp_error(state, "%s takes one program and no object files", arguments->show ? "--show" : "--system-calls");
	else if (arguments->header && !arguments->link.input_count)
		argp_error(state, "--header needs names");
	else if (tasks && !arguments->header && arguments->link.input_count)
		argp_error(state, "%s takes no object files", arguments->name_count ? "--lookup" : arguments->check ? "--check" :
			arguments->index ? "--index" : "--extract-vdso");
	else if (!tasks && !arguments->link.input_count)
		argp_error(state, "no object file given");
	else if (arguments->link.json && !arguments->show && !arguments->check && !arguments->system_calls &&
			!arguments->link.explain)
		argp_error(state, "--json is for --show, --check, --system-calls, --explain and --dry-run");
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'o':
		if (!*value)
			argp_error(state, "--output: empty name");
		arguments->link.output = value;
		return 0;
	case 'k':
		arguments->link.kernel = value;
		return 0;
	case OPTION_BTF:
		arguments->link.types.btf = value;
		return 0;
	case OPTION_TYPES:
		if (!set_type_policy(value, &arguments->link.types.policy))
			argp_error(state, "--types=%s: not error, warning or ignore", value);
		return 0;
	case OPTION_CC:
		arguments->link.compiler = value;
		return 0;
	case 'm':
		arguments->modules[arguments->link.module_count++] = value;
		return 0;
	case OPTION_IMPORT:
		if (!choices_add_import(&arguments->link.choices, value))
			argp_error(state, "--import=%s: neither NAME nor NEW=NAME, with or without @ORIGIN", value);
		return 0;
	case OPTION_DIRECT:
		if (!choices_add_direct(&arguments->link.choices, value))
			argp_error(state, "--direct=%s: not a name", value);
		return 0;
	case OPTION_DRY_RUN:
		arguments->link.dry_run = true;
		arguments->link.explain = true;
		return 0;
	case OPTION_EXPLAIN:
		arguments->link.explain = true;
		return 0;
	case OPTION_EXECUTABLE_MEMORY:
		arguments->link.executable_memory = true;
		return 0;
	case OPTION_FATAL_WARNINGS:
		arguments->link.fatal_warnings = true;
		return 0;
	case OPTION_JSON:
		arguments->link.json = true;
		return 0;
	case OPTION_LOOKUP:
		arguments->names[arguments->name_count++] = value;
		return 0;
	case OPTION_CHECK:
		arguments->check = value;
		return 0;
	case OPTION_HEADER:
		arguments->header = true;
		return 0;
	case OPTION_INDEX:
		arguments->index = value;
		return 0;
	case OPTION_VDSO:
		arguments->link.kernel_vdso = true;
		return 0;
	case OPTION_EXTRACT_VDSO:
		arguments->extract_vdso = value;
		return 0;
	case OPTION_SHOW:
		arguments->show = value;
		return 0;
	case OPTION_SYSTEM_CALLS:
		arguments->system_calls = value;
		return 0;
	case 'v':
		arguments->link.verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		arguments->inputs[arguments->link.input_count++] = value;
		return 0;
	case ARGP_KEY_END:
		check_task(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What follows "--" is for the compiler driver, options too: argp never sees it. Returns how many words argp gets. */
static int split_arguments(int argc, char **argv, struct link_opts *opts)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		opts->arguments = argv + i + 1;
		opts->argument_count = argc - i - 1;
		return i;
	}
	return argc;
}

static int check(const struct arguments *arguments, const struct kernel *kernel, struct messages *messages,
	struct kml_err *err)
{
	int result = check_program(arguments->check, kernel, arguments->link.types.btf, messages, err);

	/* What failed for another reason has no answer. */
	if (arguments->link.json && (result >= 0 || !err->text[0]) &&
			json_print_check(arguments->check, kernel, messages, err) < 0)
		return -ENOMEM;
	return result;
}

/* The file that is written, NULL if none is. */
static const char *output_of(const struct arguments *arguments)
{
	if (arguments->header)
		return arguments->link.output ?: "kml-kernel.h";
	return arguments->index ?: arguments->extract_vdso;
}

/* What needs a kernel, and no object files. */
static int ask(const struct arguments *arguments, struct messages *messages, struct kml_err *err)
{
	_cleanup_(kernel_close) struct kernel kernel = {};
	const struct link_opts *link = &arguments->link;
	const char *output = output_of(arguments);
	struct name_filter expected = {};
	const struct kernel_source source = { .path = link->kernel, .modules = link->modules,
		.module_count = link->module_count, .expected = arguments->name_count ? &expected : NULL };
	int result;

	lookup_expect(arguments->names, arguments->name_count, &expected);
	result = kernel_find(&source, KML_NATIVE_MACHINE, &kernel, err);
	if (result == 0 && output)
		result = put_check(output, &kernel, link->types.btf, err);
	if (result < 0)
		return result;
	if (arguments->check)
		return check(arguments, &kernel, messages, err);
	if (arguments->index)
		return index_write(output, &kernel, link->types.btf, err);
	if (arguments->extract_vdso)
		return kernel_vdso_write(output, &kernel, err);
	if (arguments->header)
		return header_make(output, &kernel, link->types.btf, link->inputs, link->input_count, messages, err);
	return lookup_names(&kernel, arguments->names, arguments->name_count, err);
}

static int run(const struct arguments *arguments, struct kml_err *err)
{
	_cleanup_(messages_free) struct messages messages = {};
	int result;

	if (arguments->show)
		return show_program(arguments->show, arguments->link.json, err);
	if (arguments->system_calls)
		return system_calls_list(arguments->system_calls, arguments->link.json, err);
	result = arguments->link.input_count && !arguments->header ? link_program(&arguments->link, &messages, err) :
		ask(arguments, &messages, err);
	for (size_t i = 0; i < messages.count; i++)
		fprintf(stderr, "%s: %s\n", program_invocation_short_name, messages.list[i]);
	return result;
}

int main(int argc, char **argv)
{
	static const struct argp argp = { options, parse,
		"OBJECT... [-- LINKER-ARGUMENT...]\nPROGRAM [VDSO]\n--header NAME...\n--check PROGRAM\n--show PROGRAM\n--system-calls PROGRAM\n--lookup NAME...",
		"Links object files to a program that uses functions, data and system calls of the kernel by name, "
		"or gives a program that was linked already what it left open.",
		NULL, NULL, NULL };
	struct kml_err err = {};
	_cleanup_free_ char **words = calloc(3 * (argc + 1), sizeof(*words));
	struct arguments arguments = { .inputs = words };
	int result;

	arguments.link.choices.list = calloc(argc + 1, sizeof(struct choice));
	if (!words || !arguments.link.choices.list)
		return KML_EXIT_FAILED;
	arguments.modules = words + argc + 1;
	arguments.names = arguments.modules + argc + 1;
	argp_parse(&argp, split_arguments(argc, argv, &arguments.link), argv, 0, NULL, &arguments);
	arguments.link.inputs = arguments.inputs;
	arguments.link.modules = arguments.modules;
	result = run(&arguments, &err);
	choices_free(&arguments.link.choices);
	if (result < 0) {
		if (err.text[0])
			err_print(&err);
		fflush(stdout);
		return KML_EXIT_FAILED;
	}
	return exit_flushed(KML_EXIT_DONE);
}
