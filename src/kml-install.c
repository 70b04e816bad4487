// SPDX-License-Identifier: GPL-2.0-or-later
/* kml-install: puts programs into the trusted directory, from which the kernel starts them in kernel mode. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "trust/caller.h"
#include "trust/install.h"
#include "trust/inventory.h"
#include "trust/place.h"
#include "trust/trusted.h"

const char *argp_program_version = "kml-install " KML_VERSION;

enum action { ACTION_INSTALL, ACTION_LIST, ACTION_VERIFY, ACTION_REMOVE };

struct install_options {
	char **names;
	int count;
	enum action action;
	bool several_actions;
	bool create;
	bool no_record;
	char *root;	/* without slashes at its end, so "" for that of the system */
	const char *kernel;
};

enum { OPTION_CREATE = 256, OPTION_ROOT, OPTION_NO_RECORD, OPTION_VERIFY };

static const struct argp_option option_table[] = {
	{ "create", OPTION_CREATE, NULL, 0, "make " TRUSTED_DIR " first, or mend its mode" },
	{ "kernel", 'k', "PATH", 0, "check what programs import against this kernel (default: the one that runs, if it has "
		"kernel mode)" },
	{ "list", 'l', NULL, 0, "print what is installed, and what is wrong with it" },
	{ "no-record", OPTION_NO_RECORD, NULL, 0, "keep no record of what is installed" },
	{ "remove", 'r', NULL, 0, "remove programs, by their names in " TRUSTED_DIR },
	{ "root", OPTION_ROOT, "DIR", 0, "work on the system whose root directory is DIR" },
	{ "verify", OPTION_VERIFY, NULL, 0, "say what has changed, or would not start in kernel mode" },
	{}
};

static void set_action(struct install_options *options, enum action action)
{
	options->several_actions |= options->action != ACTION_INSTALL && options->action != action;
	options->action = action;
}

static void set_root(struct install_options *options, char *path, struct argp_state *state)
{
	if (!*path)
		argp_error(state, "--root=: which directory?");
	for (size_t length = strlen(path); length && path[length - 1] == '/'; length--)
		path[length - 1] = '\0';
	options->root = path;
}

static void check_options(const struct install_options *options, struct argp_state *state)
{
	if (options->several_actions)
		argp_error(state, "--list, --verify or --remove, not more than one");
	if (options->create && options->action != ACTION_INSTALL)
		argp_error(state, "--create goes with installing only");
	if (options->action == ACTION_LIST && options->count)
		argp_error(state, "--list takes no names");
	if (!options->count && !options->create && (options->action == ACTION_INSTALL || options->action == ACTION_REMOVE))
		argp_error(state, "which program?");
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct install_options *options = state->input;

	switch (key) {
	case 'k':
		options->kernel = argument;
		break;
	case 'l':
		set_action(options, ACTION_LIST);
		break;
	case 'r':
		set_action(options, ACTION_REMOVE);
		break;
	case OPTION_VERIFY:
		set_action(options, ACTION_VERIFY);
		break;
	case OPTION_CREATE:
		options->create = true;
		break;
	case OPTION_NO_RECORD:
		options->no_record = true;
		break;
	case OPTION_ROOT:
		set_root(options, argument, state);
		break;
	case ARGP_KEY_ARGS:
		options->names = &state->argv[state->next];
		options->count = state->argc - state->next;
		break;
	case ARGP_KEY_END:
		check_options(options, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse_option,
	.args_doc = "PROGRAM...\n--list\n--verify [NAME...]\n--remove NAME...\n--create",
	.doc = "Copy each PROGRAM to " TRUSTED_DIR ", from which the kernel starts it in kernel mode, "
		"whoever calls it.",
};

static void place_release(struct place *place)
{
	if (place->directory >= 0)
		close(place->directory);
	if (place->root.fd >= 0)
		close(place->root.fd);
	free(place->name);
}

/* The kernel that has to have what programs import; NULL when nobody knows which one it will be. */
static int find_kernel(const struct install_options *options, struct kernel_build *build, const char **ret, struct kml_err *err)
{
	int result = 0;

	*ret = options->kernel;
	if (options->kernel && !kernel_build_is_file(options->kernel)) {
		result = kernel_build_find(options->kernel, KML_NATIVE_MACHINE, build, err);
		*ret = build->vmlinux;
	} else if (!options->kernel && !*options->root && kernel_mode_runs()) {
		*ret = "/proc/kallsyms";
	}
	/* It is read only when a program imports something; a wrong name is told in any case. */
	if (result == 0 && options->kernel && access(*ret, R_OK) < 0)
		return err_errno(err, "%s", *ret);
	return result;
}

/* Whoever only looks needs nothing. An image may be made anywhere: its trusted directory is not this kernel's. */
static int check_caller(const struct install_options *options, struct kml_err *err)
{
	int result;

	if (options->action == ACTION_LIST || options->action == ACTION_VERIFY)
		return 0;
	result = caller_check_capabilities(err);
	return result == 0 && !*options->root ? caller_check_place(err) : result;
}

static int open_place(const struct install_options *options, struct place *place, struct kml_err *err)
{
	int result;

	place->root.name = options->root;
	place->root.fd = open(*options->root ? options->root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place->root.fd < 0)
		return err_errno(err, "%s", *options->root ? options->root : "/");
	if (asprintf(&place->name, "%s" TRUSTED_DIR, options->root) < 0) {
		place->name = NULL;
		return err_set(err, ENOMEM, "out of memory");
	}
	if (options->create) {
		result = trusted_create(&place->root, TRUSTED_DIR, place->owner, place->group, err);
		if (result < 0)
			return result;
	}
	return trusted_open(&place->root, TRUSTED_DIR, place->owner, &place->directory, err);
}

static void warn_of_interpreter(const char *path)
{
	struct kml_err warning;

	err_set(&warning, 0, "warning: %s does what its caller tells it: now every user can put code into the kernel", path);
	err_print(&warning);
}

/* Goes on after an error, as cp and rm do. */
static int treat_all(const struct install_options *options, const struct place *place)
{
	int status = KML_EXIT_DONE;
	struct kml_err err;

	for (int i = 0; i < options->count; i++) {
		bool removes = options->action == ACTION_REMOVE;
		int result = removes ? install_remove(place, options->names[i], &err) :
			install_program(place, options->names[i], &err);

		if (result < 0) {
			err_print(&err);
			status = KML_EXIT_FAILED;
		} else if (!removes && install_is_interpreter(options->names[i])) {
			warn_of_interpreter(options->names[i]);
		}
	}
	return status;
}

static int act(const struct install_options *options, const struct place *place, struct kml_err *err)
{
	int wrong;

	switch (options->action) {
	case ACTION_LIST:
		return inventory_list(place, stdout, err) < 0 ? -1 : KML_EXIT_DONE;
	case ACTION_VERIFY:
		wrong = inventory_verify(place, options->names, options->count, err_print, err);
		return wrong > 0 ? KML_EXIT_FAILED : wrong;
	default:
		return treat_all(options, place);
	}
}

int main(int argc, char **argv)
{
	_cleanup_(place_release) struct place place = { .root.fd = -1, .path = TRUSTED_DIR, .directory = -1 };
	struct install_options options = { .root = (char[]){ "" } };
	struct kernel_build build;
	struct kml_err err;
	int status = -1;

	/* The name that getopt uses for its messages. */
	argv[0] = program_invocation_short_name;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	/* Only what is asked for below, whatever the caller's mask. */
	umask(077);
	place.record = !options.no_record;
	if (check_caller(&options, &err) == 0 && find_kernel(&options, &build, &place.kernel, &err) == 0 &&
		open_place(&options, &place, &err) == 0)
		status = act(&options, &place, &err);
	if (status < 0) {
		err_print(&err);
		return KML_EXIT_FAILED;
	}
	return exit_flushed(status);
}
