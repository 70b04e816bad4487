// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/err.h"
#include "common/cleanup.h"
#include "link/kernel_find.h"
#include "link/link.h"
#include "link/lookup.h"
#include "link/messages.h"
#include "link/show.h"

#include <argp.h>
#include <errno.h>
#include <string.h>

const char *argp_program_version = "kml-link " KML_VERSION;

enum { OPTION_CC = 256, OPTION_SHOW, OPTION_LOOKUP, OPTION_IMPORT, OPTION_DIRECT, OPTION_EXPLAIN, OPTION_DRY_RUN,
	OPTION_FATAL_WARNINGS, OPTION_EXECUTABLE_MEMORY };

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Name of the program (default: the first object's, without '.o')", 0 },
	{ "kernel", 'k', "PATH", 0, "Take names from this kernel: vmlinux, bzImage, System.map, or directory of a build", 0 },
	{ "module", 'm', "FILE", 0, "Module (.ko) of that kernel to take names from, too; may be repeated", 0 },
	{ "cc", OPTION_CC, "COMPILER", 0, "Compiler driver that links (default: cc)", 0 },
	{ "import", OPTION_IMPORT, "[NEW=]NAME[@ORIGIN]", 0, "Take NAME from the kernel, even if a library has it; the program calls it NEW; of several, that of ORIGIN: source file or 0xADDRESS", 0 },
	{ "direct", OPTION_DIRECT, "NAME", 0, "Call this function without the gate, on the program's stack", 0 },
	{ "explain", OPTION_EXPLAIN, NULL, 0, "Print what is imported, how, and from where", 0 },
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "The same, and make nothing", 0 },
	{ "executable-memory", OPTION_EXECUTABLE_MEMORY, NULL, 0, "The program writes code and executes it; root has to allow that", 0 },
	{ "fatal-warnings", OPTION_FATAL_WARNINGS, NULL, 0, "Make nothing if there is a warning", 0 },
	{ "lookup", OPTION_LOOKUP, "NAME", 0, "Print what the kernel has under this name, and do nothing else", 0 },
	{ "show", OPTION_SHOW, "PROGRAM", 0, "Print what a linked program imports, and do nothing else", 0 },
	{ "verbose", 'v', NULL, 0, "Print the commands that are run", 0 },
	{ 0 },
};

struct arguments {
	struct link_opts link;
	const char *show;
	/* as many as there are arguments */
	char **inputs, **modules, **names;
	size_t name_count;
};

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
	case OPTION_LOOKUP:
		arguments->names[arguments->name_count++] = value;
		return 0;
	case OPTION_SHOW:
		arguments->show = value;
		return 0;
	case 'v':
		arguments->link.verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		arguments->inputs[arguments->link.input_count++] = value;
		return 0;
	case ARGP_KEY_END:
		if (arguments->show && (arguments->link.input_count || arguments->name_count))
			argp_error(state, "--show takes one program and no object files");
		else if (arguments->name_count && arguments->link.input_count)
			argp_error(state, "--lookup takes no object files");
		else if (!arguments->show && !arguments->name_count && !arguments->link.input_count)
			argp_error(state, "no object file given");
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

static int link_and_report(const struct link_opts *opts, struct kml_err *err)
{
	_cleanup_(messages_free) struct messages messages = {};
	int result = link_program(opts, &messages, err);

	for (size_t i = 0; i < messages.count; i++)
		fprintf(stderr, "%s: %s\n", program_invocation_short_name, messages.list[i]);
	return result;
}

static int lookup(const struct arguments *arguments, struct kml_err *err)
{
	_cleanup_(kernel_close) struct kernel kernel = {};
	int result = kernel_find(arguments->link.kernel, arguments->link.modules, arguments->link.module_count, &kernel,
		err);

	return result < 0 ? result : lookup_names(&kernel, arguments->names, arguments->name_count, err);
}

static int run(const struct arguments *arguments, struct kml_err *err)
{
	if (arguments->show)
		return show_program(arguments->show, err);
	if (arguments->name_count)
		return lookup(arguments, err);
	return link_and_report(&arguments->link, err);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { options, parse,
		"OBJECT... [-- LINKER-ARGUMENT...]\nPROGRAM\n--show PROGRAM\n--lookup NAME...",
		"Links object files to a program that uses functions, data and system calls of the kernel by name, "
		"or gives a program that was linked already what it left open.",
		NULL, NULL, NULL };
	struct kml_err err = {};
	_cleanup_free_ char **words = calloc(3 * (argc + 1), sizeof(*words));
	struct arguments arguments = { .link.compiler = "cc", .inputs = words };
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
