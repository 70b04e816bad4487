// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "driver.h"
#include "generate.h"
#include "image/archive.h"
#include "kernel.h"
#include "messages.h"
#include "rewrite.h"
#include "seal.h"
#include "temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int find_kernel(const char *explicit_path, struct kernel *ret, struct kml_err *err)
{
	struct kernel_build build;
	int result;

	if (!explicit_path && kernel_build_running(&build) > 0)
		return kernel_open(build.vmlinux, ret, err);
	result = kernel_build_find(explicit_path, &build, err);
	return result < 0 ? result : kernel_open(build.vmlinux, ret, err);
}

static int write_file(const char *path, const struct buffer *content, struct kml_err *err)
{
	_cleanup_fclose_ FILE *file = path ? fopen(path, "wxe") : NULL;

	if (!file)
		return err_errno(err, "%s", path ? path : "temporary file");
	fwrite(content->bytes, 1, content->size, file);
	if (fflush(file) != 0 || ferror(file))
		return err_errno(err, "%s: cannot write", path);
	return 0;
}

/* Path in the temporary directory for the new form of an input. */
static const char *new_input_path(size_t number, bool archive)
{
	char name[40];

	snprintf(name, sizeof(name), "%zu%s", number, archive ? ".a" : ".o");
	return temp_path(name);
}

struct rewritten {
	struct archive_replacement *list; /* per changed member */
	struct buffer *contents; /* that they refer to */
	size_t count;
};

static void rewritten_free(struct rewritten *rewritten)
{
	for (size_t i = 0; i < rewritten->count; i++)
		buffer_free(&rewritten->contents[i]);
	free(rewritten->contents);
	free(rewritten->list);
}

static int write_archive(const struct input_file *file, const char *path, const struct rewritten *rewritten,
	struct kml_err *err)
{
	_cleanup_fclose_ FILE *output = path ? fopen(path, "wxe") : NULL;
	int result;

	if (!output)
		return err_errno(err, "%s", path ? path : "temporary file");
	result = archive_write(output, file->path, file->map.bytes, file->map.size, rewritten->list, rewritten->count,
		err);
	if (result == 0 && (fflush(output) != 0 || ferror(output)))
		return err_errno(err, "%s: cannot write", path);
	return result;
}

/* Rewrites what one input file holds; *path is where its new form is, or stays. */
static int rewrite_file(const struct inputs *inputs, size_t number, const struct imports *imports, const char **path,
	struct kml_err *err)
{
	_cleanup_(rewritten_free) struct rewritten rewritten = {};
	const struct input_file *file = &inputs->files[number];

	rewritten.list = calloc(inputs->object_count + 1, sizeof(*rewritten.list));
	rewritten.contents = calloc(inputs->object_count + 1, sizeof(*rewritten.contents));
	if (!rewritten.list || !rewritten.contents)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < inputs->object_count; i++) {
		struct buffer *content = &rewritten.contents[rewritten.count];
		int result;

		if (inputs->objects[i].file != number)
			continue;
		result = rewrite_object(&inputs->objects[i], imports, content, err);
		if (result < 0)
			return result;
		if (result == 0)
			continue;
		rewritten.list[rewritten.count++] = (struct archive_replacement){
			.header = inputs->objects[i].member, .bytes = content->bytes, .size = content->size };
	}
	if (rewritten.count == 0)
		return 0;
	*path = new_input_path(number, file->archive);
	return file->archive ? write_archive(file, *path, &rewritten, err) :
		write_file(*path, &rewritten.contents[0], err);
}

/* Stubs, slots, table and note as an object file. */
static int make_start(const struct driver *driver, const struct imports *imports, const struct kernel *kernel,
	const char **ret, struct kml_err *err)
{
	const char *source = temp_path("start.s"), *object = temp_path("start.o");
	_cleanup_fclose_ FILE *file = source && object ? fopen(source, "wxe") : NULL;

	if (!file)
		return err_errno(err, "%s", source ? source : "temporary file");
	generate(file, imports, kernel->build_id);
	if (fflush(file) != 0 || ferror(file))
		return err_errno(err, "%s: cannot write", source);
	*ret = object;
	return driver_assemble(driver, source, object, err);
}

/* The directory entry, too, should survive a crash. Not all file systems can sync one; then that is that. */
static void sync_directory_of(const char *path)
{
	_cleanup_free_ char *directory = strdup(path);
	char *slash = directory ? strrchr(directory, '/') : NULL;
	_cleanup_close_ int fd = -1;

	if (slash)
		slash[slash == directory ? 1 : 0] = '\0';
	fd = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)fsync(fd);
}

/* The names are known and can be had: make the program. */
static int build(const struct link_opts *opts, const struct driver *driver, const struct inputs *inputs,
	const struct imports *imports, const struct kernel *kernel, struct kml_err *err)
{
	_cleanup_free_ const char **files = calloc(inputs->file_count + 1, sizeof(*files));
	const char *start = NULL, *output = temp_path("output");
	int result = 0;

	if (!files || !output)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; result == 0 && i < inputs->file_count; i++) {
		files[i] = inputs->files[i].path;
		result = rewrite_file(inputs, i, imports, &files[i], err);
	}
	/* From here on, no object uses the kernel's data but through slots. */
	if (result == 0)
		result = make_start(driver, imports, kernel, &start, err);
	if (result == 0)
		result = driver_link(driver, start, files, inputs->file_count, output, err);
	if (result == 0)
		result = seal_output(output, opts->output, imports->count, err);
	if (result == 0 && rename(output, opts->output) < 0)
		result = err_errno(err, "%s: cannot put it in place", opts->output);
	if (result == 0)
		sync_directory_of(opts->output);
	return result;
}

static int link_inputs(const struct link_opts *opts, const struct inputs *inputs, struct messages *messages,
	struct kml_err *err)
{
	const struct driver driver = { .compiler = opts->compiler, .arguments = opts->arguments,
		.argument_count = opts->argument_count, .verbose = opts->verbose };
	_cleanup_(kernel_close) struct kernel kernel = {};
	_cleanup_(imports_free) struct imports imports = {};
	_cleanup_free_ struct wanted *wanted = calloc(inputs->undefined.count + 1, sizeof(*wanted));
	int result;

	if (!wanted)
		return err_set(err, ENOMEM, "out of memory");
	result = find_kernel(opts->kernel, &kernel, err);
	if (result == 0)
		result = driver_try(&driver, inputs, wanted, err);
	/* wanted: what no library has, so libc comes first by construction. */
	if (result == 0) {
		err->text[0] = '\0';
		result = imports_resolve(inputs, wanted, &kernel, &imports, messages);
	}
	if (result == 0)
		result = build(opts, &driver, inputs, &imports, &kernel, err);
	return result;
}

int link_program(const struct link_opts *opts, struct messages *messages, struct kml_err *err)
{
	_cleanup_(inputs_close) struct inputs inputs = {};
	int result = inputs_open(opts->inputs, opts->input_count, &inputs, err);

	if (result == 0)
		result = temp_open(opts->output, err);
	if (result == 0)
		result = link_inputs(opts, &inputs, messages, err);
	temp_close();
	return result;
}
