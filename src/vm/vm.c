// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm.h"

#include <errno.h>
#include <stdio.h>

#include "architecture.h"
#include "bundle.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "guest/job.h"
#include "machine.h"
#include "modules.h"

static const char passwd[] = "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
static const char group[] = "root:x:0:\nnogroup:x:65534:\n";
static const char hosts[] = "127.0.0.1 localhost kml\n";

struct own_file {
	const char *path;
	const char *data;
	size_t size;
	mode_t mode;
};

static int add_own_files(struct bundle *bundle, const struct vm_architecture *architecture, const struct job *job,
	struct kml_err *err)
{
	_cleanup_free_ char *data = NULL;
	size_t size;
	int result;

	if (architecture->init == architecture->init_end)
		return err_set(err, ENOTSUP, "kml-run was built without %s, which it needs for the machine of such programs",
			architecture->init_needs);
	if (job_encode(job, &data, &size) < 0)
		return err_set(err, ENOMEM, "out of memory");
	const struct own_file files[] = {
		{ "/init", architecture->init, architecture->init_end - architecture->init, 0755 },
		{ JOB_FILE, data, size, 0600 },
	};
	/* An --add of the user's comes before these. */
	const struct own_file defaults[] = {
		{ "/etc/passwd", passwd, sizeof(passwd) - 1, 0644 },
		{ "/etc/group", group, sizeof(group) - 1, 0644 },
		{ "/etc/hosts", hosts, sizeof(hosts) - 1, 0644 },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		result = bundle_add_data(bundle, files[i].path, files[i].mode, files[i].data, files[i].size, err);
		if (result < 0)
			return result;
	}
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		const struct own_file *file = &defaults[i];

		result = bundle_add_data(bundle, file->path, file->mode, file->data, file->size, err);
		if (result < 0 && result != -EEXIST)
			return result;
	}
	return 0;
}

/*
 * The serial port is slow, and at every level below "warning" a boot prints
 * hundreds of lines.
 */
static char *command_line(const struct vm_options *options)
{
	char *line;

	if (asprintf(&line, "console=%s loglevel=%d panic=-1%s%s%s", options->architecture->console,
		options->verbose ? 7 : 5, options->architecture->words, options->append ? " " : "", options->append ? options->append : "") < 0)
		return NULL;
	return line;
}

int vm_run(struct bundle *bundle, const char *path, char *const argv[], char *const envp[],
	const struct vm_options *options, struct console *console, struct relay_result *ret, struct kml_err *err)
{
	const struct job job = { .path = (char *)path, .argv = (char **)argv, .envp = (char **)envp };
	const struct relay_options relay_options = { .timeout = options->timeout, .show_console = options->verbose,
		.wait_for_end_mark = options->strict };
	_cleanup_free_ char *line = command_line(options);
	_cleanup_(machine_stop) struct machine machine = {};
	_cleanup_close_ int initramfs = -1;
	int result;

	if (!line)
		return err_set(err, ENOMEM, "out of memory");
	result = add_own_files(bundle, options->architecture, &job, err);
	if (result == 0)
		result = modules_add(bundle, options->kernel, err);
	if (result == 0)
		result = bundle_write(bundle, &initramfs, err);
	if (result == 0) {
		const struct machine_options machine_options = { .architecture = options->architecture,
			.board = options->board,
			.kernel = options->kernel,
			.initramfs = initramfs,
			.command_line = line,
			.parallel = options->parallel,
			.cpus = options->cpus,
			.memory = options->memory,
			.icount = options->icount };

		result = machine_start(&machine_options, &machine, err);
	}
	return result < 0 ? result : relay_run(&machine, &relay_options, console, ret, err);
}
