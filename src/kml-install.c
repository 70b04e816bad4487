// SPDX-License-Identifier: GPL-2.0-or-later
/* kml-install: puts programs into the trusted directory, from which the kernel starts them in kernel mode. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "trust/caller.h"
#include "trust/install.h"
#include "trust/trusted.h"

const char *argp_program_version = "kml-install " KML_VERSION;

struct install_options {
	char **names;
	int count;
	bool list;
	bool remove;
};

static const struct argp_option option_table[] = {
	{ "list", 'l', NULL, 0, "print what is installed, and what is wrong with it" },
	{ "remove", 'r', NULL, 0, "remove programs, by their names in " TRUSTED_DIR },
	{}
};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct install_options *options = state->input;

	(void)argument;
	switch (key) {
	case 'l':
		options->list = true;
		break;
	case 'r':
		options->remove = true;
		break;
	case ARGP_KEY_ARGS:
		options->names = &state->argv[state->next];
		options->count = state->argc - state->next;
		break;
	case ARGP_KEY_END:
		if (options->list && options->remove)
			argp_error(state, "--list or --remove, not both");
		if (options->list && options->count)
			argp_error(state, "--list takes no names");
		if (!options->list && !options->count)
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
	.args_doc = "PROGRAM...\n--list\n--remove NAME...",
	.doc = "Copy each PROGRAM to " TRUSTED_DIR ", from which the kernel starts it in kernel mode, "
		"whoever calls it.",
};

static int open_place(struct install_place *place, struct kml_err *err)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return err_errno(err, "/");
	return trusted_open(root, "", TRUSTED_DIR, 0, &place->directory, err);
}

static int prepare(const struct install_options *options, struct install_place *place, struct kml_err *err)
{
	int result = 0;

	/* Whoever only looks needs nothing. */
	if (!options->list)
		result = caller_check_capabilities(err);
	if (result == 0 && !options->list)
		result = caller_check_root(err);
	return result < 0 ? result : open_place(place, err);
}

/* Goes on after an error, as cp and rm do. */
static int treat_all(const struct install_options *options, const struct install_place *place)
{
	int status = KML_EXIT_DONE;
	struct kml_err err;

	for (int i = 0; i < options->count; i++) {
		int result = options->remove ? install_remove(place, options->names[i], &err) :
			install_program(place, options->names[i], &err);

		if (result < 0) {
			err_print(&err);
			status = KML_EXIT_FAILED;
		}
	}
	return status;
}

int main(int argc, char **argv)
{
	struct install_place place = { .directory = -1, .name = TRUSTED_DIR };
	struct install_options options = {};
	struct kml_err err;
	int status;

	/* The name that getopt uses for its messages. */
	argv[0] = program_invocation_short_name;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	/* Only what is asked for below, whatever the caller's mask. */
	umask(077);
	if (prepare(&options, &place, &err) < 0 || (options.list && install_list(&place, stdout, &err) < 0)) {
		err_print(&err);
		return KML_EXIT_FAILED;
	}
	status = treat_all(&options, &place);
	close(place.directory);
	return exit_flushed(status);
}
