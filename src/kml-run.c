// SPDX-License-Identifier: GPL-2.0-or-later
/* kml-run: runs a program in kernel mode, here if this kernel can, else in a machine of its own. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>

#include <kml/abi.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "image/needs.h"
#include "trust/start.h"
#include "vm/addition.h"
#include "vm/architecture.h"
#include "vm/bundle.h"
#include "vm/console.h"
#include "vm/kernel.h"
#include "vm/libraries.h"
#include "vm/program.h"
#include "vm/vm.h"

/* Its own; everything else is the program's. */
enum { RUN_FAILED = 125, RUN_CANNOT = 126, RUN_NOT_FOUND = 127, RUN_SIGNAL = 128 };

const char *argp_program_version = "kml-run " KML_VERSION;

struct run_options {
	char **program;		/* and its arguments */
	const char **additions;	/* NULL at the end */
	size_t addition_count;
	const char **tolerated;	/* NULL at the end */
	size_t tolerated_count;
	const char *kernel;
	const char *board;
	bool machine;
	bool user_mode;
	bool why;
	struct vm_options vm;
};

enum { OPTION_MACHINE = 256, OPTION_USER_MODE, OPTION_ADD, OPTION_APPEND, OPTION_CPUS, OPTION_PARALLEL, OPTION_MEMORY, OPTION_STRICT,
	OPTION_TOLERATE, OPTION_ICOUNT, OPTION_BOARD, OPTION_TIMEOUT, OPTION_WHY };

static const struct argp_option option_table[] = {
	{ "kernel", 'k', "PATH", 0,
		"boot this kernel: a bzImage or zImage, or a directory with one (default: the newest built here)" },
	{ "machine", OPTION_MACHINE, NULL, 0, "use a virtual machine even if this kernel has kernel mode" },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "give up when the program has not ended by then" },
	{ "verbose", 'v', NULL, 0, "show the console of the machine's kernel while it runs" },
	{ "add", OPTION_ADD, "[DEST=]FILE", 0, "put a further file into the machine (repeatable)" },
	{ "user-mode", OPTION_USER_MODE, NULL, 0, "run the program as an ordinary process of the machine" },
	{ "cpus", OPTION_CPUS, "N", 0, "processors of the machine (default 2)" },
	{ "parallel", OPTION_PARALLEL, NULL, 0, "run the processors of the machine at the same time" },
	{ "memory", OPTION_MEMORY, "MIB", 0, "memory of the machine (default 512)" },
	{ "board", OPTION_BOARD, "NAME", 0, "what the machine is like: for 32-bit ARM virt (default) or vexpress-a9" },
	{ "append", OPTION_APPEND, "WORDS", 0, "add to the command line of the machine's kernel" },
	{ "icount", OPTION_ICOUNT, NULL, 0, "one processor, whose clock counts instructions exactly" },
	{ "strict", OPTION_STRICT, NULL, 0, "fail if the machine's kernel reports any fault of its own" },
	{ "tolerate", OPTION_TOLERATE, "TEXT", 0, "with --strict: a line with TEXT in it is no fault (repeatable)" },
	{ "why", OPTION_WHY, NULL, 0, "run nothing: say whether PROGRAM would be in kernel mode, and which rule decides" },
	{}
};

static unsigned int parse_number(struct argp_state *state, const char *option, const char *text,
	unsigned int low, unsigned int high)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || number < low || number > high)
		argp_error(state, "--%s=%s: not a number from %u to %u", option, text, low, high);
	return number;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct run_options *options = state->input;

	switch (key) {
	case 'k':
		options->kernel = argument;
		break;
	case 'v':
		options->vm.verbose = true;
		break;
	case OPTION_MACHINE:
		options->machine = true;
		break;
	case OPTION_USER_MODE:
		options->user_mode = true;
		break;
	case OPTION_ADD:
		options->additions[options->addition_count++] = argument;
		break;
	case OPTION_APPEND:
		options->vm.append = argument;
		break;
	case OPTION_BOARD:
		options->board = argument;
		break;
	case OPTION_CPUS:
		options->vm.cpus = parse_number(state, "cpus", argument, 1, 8);
		break;
	case OPTION_PARALLEL:
		options->vm.parallel = true;
		break;
	case OPTION_MEMORY:
		options->vm.memory = parse_number(state, "memory", argument, 64, 1 << 20);
		break;
	case OPTION_TIMEOUT:
		options->vm.timeout = parse_number(state, "timeout", argument, 1, 1000000);
		break;
	case OPTION_STRICT:
		options->vm.strict = true;
		break;
	case OPTION_TOLERATE:
		if (!*argument)
			argp_error(state, "--tolerate=: which text?");
		options->tolerated[options->tolerated_count++] = argument;
		break;
	case OPTION_ICOUNT:
		options->vm.icount = true;
		break;
	case OPTION_WHY:
		options->why = true;
		break;
	case ARGP_KEY_ARG:
		/* All that is behind the program's name is the program's. */
		options->program = &state->argv[state->next - 1];
		state->next = state->argc;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program?");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "PROGRAM [ARGUMENT...]",
	.doc = "Run PROGRAM in kernel mode: here, if this kernel has kernel mode, else in a virtual machine."
		"\vThe exit status is the program's own; 125 when kml-run fails, 126 when PROGRAM cannot be run, "
		"127 when it is not found, 128+N when signal N kills it.",
};

static int cannot(int error)
{
	return error == -ENOENT || error == -ENOTDIR ? RUN_NOT_FOUND : RUN_CANNOT;
}

/* Returns the exit status: what is wrong with the program is not the same as what is wrong with the additions. */
static int fill_bundle(struct bundle *bundle, const struct run_options *options, int fd, const char *path,
	const char *guest_path, struct kml_err *err)
{
	_cleanup_(library_search_release) struct library_search search = {};
	_cleanup_free_ char *real = realpath(path, NULL);

	if (!real) {
		err_errno(err, "%s", path);
		return RUN_CANNOT;
	}
	if (library_search_init(&search, err) < 0)
		return RUN_FAILED;
	if (libraries_add_program(bundle, &search, fd, real, guest_path, err) < 0)
		return RUN_CANNOT;
	for (size_t i = 0; i < options->addition_count; i++)
		if (addition_add(bundle, &search, options->additions[i], err) < 0)
			return RUN_FAILED;
	return 0;
}

/* What is meant for the loader here must not reach the one in the machine. */
static void drop_loader_variables(char **environment)
{
	char **kept = environment;

	for (; *environment; environment++)
		if (strncmp(*environment, "LD_", 3))
			*kept++ = *environment;
	*kept = NULL;
}

__attribute__((noreturn)) static void die_of(int number)
{
	const struct rlimit no_core = {};
	sigset_t set;

	setrlimit(RLIMIT_CORE, &no_core);
	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(RUN_FAILED);
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
	struct kml_err line;
	va_list args;

	va_start(args, format);
	vsnprintf(line.text, sizeof(line.text), format, args);
	va_end(args);
	err_print(&line);
}

static int fail_with_console(const struct run_options *options, const struct console *console, bool around_splat)
{
	if (!options->vm.verbose)
		console_print(console, stderr, around_splat);
	return RUN_FAILED;
}

static int explain_no_verdict(const struct run_options *options, const struct console *console,
	struct relay_result *result)
{
	const char *panic = console_panic(console);

	result->messages[strcspn(result->messages, "\n")] = '\0';
	if (panic)
		say("%s: the machine's kernel panicked: %s", options->program[0], panic);
	else
		say("%s: the machine ended without a verdict%s%s", options->program[0], result->messages[0] ? ": " : "",
			result->messages);
	/* A panic comes at the end of a fault, and may be far behind its first line */
	return fail_with_console(options, console, panic);
}

static int explain(const struct run_options *options, const struct console *console, struct relay_result *result)
{
	const char *name = options->program[0];

	if (result->end == RELAY_INTERRUPTED)
		die_of(result->number);
	if (result->end == RELAY_NO_VERDICT)
		return explain_no_verdict(options, console, result);
	if (result->end == RELAY_TIMEOUT) {
		say("%s: time-out: not ended after %u s", name, options->vm.timeout);
		return fail_with_console(options, console, false);
	}
	if (options->vm.strict && console_splat(console)) {
		say("%s: the machine's kernel reported a fault: %s", name, console_splat(console));
		return fail_with_console(options, console, true);
	}
	if (result->no_end_mark) {
		say("%s: the console of the machine's kernel went silent before the end of the run", name);
		return fail_with_console(options, console, false);
	}
	if (result->output_error) {
		say("cannot write the program's output: %s", strerror(result->output_error));
		return RUN_FAILED;
	}
	if (result->end == RELAY_EXEC) {
		say("%s: cannot be executed in the machine: %s", name, strerror(result->number));
		return RUN_CANNOT;
	}
	if (result->end == RELAY_EXIT)
		return result->number;
	/* As in a pipeline, where nobody wants to hear of it. */
	if (result->number != SIGPIPE || !result->output_closed)
		say("%s: killed by signal %d (%s)", name, result->number, strsignal(result->number));
	return RUN_SIGNAL + result->number;
}

static void block_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int run_in_machine(struct run_options *options, int fd, const char *path, struct kml_err *err)
{
	_cleanup_bundle_ struct bundle *bundle = bundle_new();
	_cleanup_(cleanup_console) struct console *console = console_new();
	_cleanup_free_ char *guest_path = NULL;
	const char *slash = strrchr(options->program[0], '/');
	struct relay_result result;
	char kernel[PATH_MAX];
	int error;

	if (!bundle || !console || asprintf(&guest_path, "%s/%s", options->user_mode ? "/bin" : KML_TRUSTED_DIR,
		slash ? slash + 1 : options->program[0]) < 0) {
		err_set(err, ENOMEM, "out of memory");
		return RUN_FAILED;
	}
	error = fill_bundle(bundle, options, fd, path, guest_path, err);
	if (error)
		return error;
	if (kernel_find(options->kernel, options->vm.architecture, kernel, err) < 0)
		return RUN_FAILED;
	options->vm.board = vm_architecture_board(options->vm.architecture, options->board);
	if (!options->vm.board) {
		err_set(err, EINVAL, "--board=%s: the machine for %s has no such board; see kml-run(1)", options->board, path);
		return RUN_FAILED;
	}
	console_tolerate(console, options->tolerated);
	options->vm.kernel = kernel;
	options->program[0] = guest_path;
	drop_loader_variables(environ);
	block_signals();
	error = vm_run(bundle, guest_path, options->program, environ, &options->vm, console, &result, err);
	options->program[0] = (char *)path;
	return error < 0 ? RUN_FAILED : explain(options, console, &result);
}

static int explain_why(const struct run_options *options, int fd, const char *path, bool in_machine, struct kml_err *err)
{
	char kernel[PATH_MAX];
	int result;

	if (!in_machine)
		result = start_explain(path, stdout, err);
	else if (kernel_find(options->kernel, options->vm.architecture, kernel, err) < 0)
		return RUN_FAILED;
	else
		result = start_explain_machine(fd, path, kernel, options->user_mode, stdout);
	if (result < 0)
		return RUN_FAILED;
	if (exit_flushed(KML_EXIT_DONE) != KML_EXIT_DONE)
		return RUN_FAILED;
	return result ? 0 : RUN_CANNOT;
}

/* That of anything that is no program for a machine of its own is the one here, which knows what is wrong. */
static const struct vm_architecture *architecture_of(int fd, const char *path)
{
	_cleanup_needs_ struct elf_needs needs = {};
	const struct vm_architecture *architecture = NULL;
	struct kml_err ignored;

	if (elf_needs_read(fd, path, &needs, &ignored) == 0)
		architecture = vm_architecture_of(needs.machine);
	return architecture ? architecture : &vm_architecture_x86;
}

/* err->text stays empty when all has been said. */
static int run(struct run_options *options, struct kml_err *err)
{
	bool in_machine = options->machine || !start_is_possible();
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	program_find(options->program[0], path);
	if (!*path) {
		err_set(err, ENOENT, "%s: not found", options->program[0]);
		return RUN_NOT_FOUND;
	}
	fd = program_open(path, err);
	if (fd < 0)
		return cannot(fd);
	options->vm.architecture = architecture_of(fd, path);
	in_machine = in_machine || !vm_architecture_is_native(options->vm.architecture);
	if (options->why)
		return explain_why(options, fd, path, in_machine, err);
	if (in_machine)
		return run_in_machine(options, fd, path, err);
	start_program(path, options->program, environ, err);
	return RUN_CANNOT;
}

/* Otherwise the first file that is opened would be taken for standard input or output. */
static void open_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct run_options options = { .vm = { .cpus = 2, .memory = 512 } };
	struct kml_err err = {};
	int status;

	open_standard_descriptors();
	/* The name that getopt uses for its messages. */
	argv[0] = program_invocation_short_name;
	options.additions = calloc(argc + 1, sizeof(*options.additions));
	options.tolerated = calloc(argc + 1, sizeof(*options.tolerated));
	if (!options.additions || !options.tolerated)
		return RUN_FAILED;
	argp_err_exit_status = RUN_FAILED;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	status = run(&options, &err);
	if (err.text[0])
		err_print(&err);
	free(options.additions);
	free(options.tolerated);
	return status;
}
