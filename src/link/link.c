// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/name_filter.h"
#include "driver.h"
#include "explain.h"
#include "generate.h"
#include "image/vdso.h"
#include "kernel_find.h"
#include "kernel_vdso.h"
#include "messages.h"
#include "postlink.h"
#include "program.h"
#include "rebind.h"
#include "seal.h"
#include "temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Path in the temporary directory for an object; members of archives stay known by their names in messages. */
static const char *object_path(const struct inputs *inputs, size_t number)
{
	const struct object *object = &inputs->objects[number];
	const char *slash = strrchr(object->name, '/');
	char name[256];

	if (inputs->files[object->file].archive)
		snprintf(name, sizeof(name), "%zu-%.200s", number, slash ? slash + 1 : object->name);
	else
		snprintf(name, sizeof(name), "%zu.o", number);
	return temp_path(name);
}

static int copy_object(const struct image *image, const char *path, struct kml_err *err)
{
	_cleanup_fclose_ FILE *file = path ? fopen(path, "we") : NULL;

	if (!file)
		return err_errno(err, "%s", path ? path : "temporary file");
	fwrite(image->bytes, 1, image->size, file);
	if (fflush(file) != 0 || ferror(file))
		return err_errno(err, "%s: cannot write", path);
	return 0;
}

/* An archive of all its objects; those that have no new form yet stay as they are. */
static int make_archive(const struct driver *driver, const struct inputs *inputs, size_t number,
	const char **objects, const char **ret, struct kml_err *err)
{
	char name[32];
	size_t count = 0;

	snprintf(name, sizeof(name), "%zu.a", number);
	*ret = temp_path(name);
	for (size_t i = 0; i < inputs->object_count; i++) {
		int result = 0;

		if (inputs->objects[i].file != number)
			continue;
		if (!objects[i]) {
			objects[i] = object_path(inputs, i);
			result = copy_object(&inputs->objects[i].image, objects[i], err);
		}
		if (result < 0)
			return result;
		objects[count++] = objects[i];
	}
	return driver_archive(driver, *ret, objects, count, err);
}

/* Rewrites what one input file holds; *path is where its new form is, or stays. */
static int rewrite_file(const struct driver *driver, const struct inputs *inputs, size_t number,
	const struct imports *imports, const char **path, struct kml_err *err)
{
	_cleanup_free_ const char **objects = calloc(inputs->object_count + 1, sizeof(*objects));
	const char *changed = NULL;

	if (!objects)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < inputs->object_count; i++) {
		const char *object_to;
		int result;

		if (inputs->objects[i].file != number)
			continue;
		object_to = object_path(inputs, i);
		if (!object_to)
			return err_set(err, ENOMEM, "out of memory");
		result = inputs->arch->rewrite(&inputs->objects[i], imports, object_to, err);
		if (result < 0)
			return result;
		if (result > 0)
			objects[i] = changed = object_to;
	}
	if (changed && inputs->files[number].archive)
		return make_archive(driver, inputs, number, objects, path, err);
	if (changed)
		*path = changed;
	return 0;
}

/* Stubs, slots, table and note as an object file. */
static int make_start(const struct driver *driver, const struct imports *imports, const struct kernel *kernel,
	const char **ret, struct kml_err *err)
{
	const char *source = temp_path("start.s"), *object = temp_path("start.o");
	_cleanup_fclose_ FILE *file = source && object ? fopen(source, "wxe") : NULL;

	if (!file)
		return err_errno(err, "%s", source ? source : "temporary file");
	generate(file, driver->arch, imports, kernel_build_id(kernel));
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

static int put_in_place(const char *from, const char *to, struct kml_err *err)
{
	if (rename(from, to) < 0)
		return err_errno(err, "%s: cannot put it in place", to);
	sync_directory_of(to);
	return 0;
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
		result = rewrite_file(driver, inputs, i, imports, &files[i], err);
	}
	/* From here on, no object uses the kernel's data but through slots. */
	if (result == 0)
		result = make_start(driver, imports, kernel, &start, err);
	if (result == 0)
		result = driver_link(driver, start, files, inputs->file_count, output, err);
	if (result == 0 && driver->vdso)
		result = rebind_check_loader(output, opts->output, err);
	if (result == 0)
		result = seal_output(output, opts->output, imports->count, err);
	return result < 0 ? result : put_in_place(output, opts->output, err);
}

/* What is missing, with who needs it; returns how many. */
static size_t list_wanted(const struct inputs *inputs, const bool *missing, const struct choices *choices,
	struct wanted *wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < inputs->undefined.count; i++) {
		const struct name_use *use = &inputs->uses[i];
		struct wanted *one = &wanted[count];

		if (!missing[i] && !choices_import(choices, inputs->undefined.list[i]))
			continue;
		count++;
		one->name = inputs->undefined.list[i];
		one->use = use;
		one->where = inputs->objects[use->first_object].name;
	}
	return count;
}

/* A name in an option that is nowhere in the program is a mistake. */
static int check_choices(const struct link_opts *opts, struct kml_err *err)
{
	for (size_t i = 0; i < opts->choices.count; i++) {
		const struct choice *choice = &opts->choices.list[i];

		if (!choice->used)
			return err_set(err, ENOENT, "--%s=%s: nothing leaves '%.*s' undefined", choice->import ? "import" :
				"direct", choice->name, (int)choice->length, choice->name);
	}
	return 0;
}

int link_check_warnings(const struct link_opts *opts, const struct messages *messages, struct kml_err *err)
{
	if (!opts->fatal_warnings || !messages->warnings)
		return 0;
	return err_set(err, ECANCELED, "%s: not made, as warnings are errors (--fatal-warnings)", opts->output);
}

static int check_types(const struct link_opts *opts, const struct inputs *inputs, const struct kernel *kernel,
	struct imports *imports, struct messages *messages, struct kml_err *err)
{
	_cleanup_free_ struct type_source *sources = calloc(inputs->object_count + 1, sizeof(*sources));

	if (!sources)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < inputs->object_count; i++)
		sources[i] = (struct type_source){ inputs->objects[i].name, inputs->objects[i].image.bytes,
			inputs->objects[i].image.size };
	return type_check(&opts->types, kernel, sources, inputs->object_count, imports, messages, err);
}

/* 1 when names are to be taken from a vDSO, which is *ret then. */
static int open_vdso(const struct link_opts *opts, const struct kernel *kernel, struct vdso *ret, struct kml_err *err)
{
	int result;

	if (!opts->vdso && !opts->kernel_vdso)
		return 0;
	result = opts->vdso ? vdso_open(opts->vdso, ret, err) : kernel_vdso_open(kernel, ret, err);
	return result < 0 ? result : 1;
}

/* A file of the vDSO for the linker: not that of the user, as it must not have all of it. */
static int copy_vdso(const struct vdso *vdso, const char **ret, struct kml_err *err)
{
	_cleanup_fclose_ FILE *file = (*ret = temp_path("vdso.so")) ? fopen(*ret, "we") : NULL;

	if (!file)
		return err_errno(err, "%s", *ret ? *ret : "temporary file");
	fwrite(vdso->bytes, 1, vdso->size, file);
	return fflush(file) != 0 || ferror(file) ? err_errno(err, "%s: cannot write", *ret) : 0;
}

static void expect(const struct names *names, const struct link_arch *arch, const struct choices *choices,
	struct name_filter *ret)
{
	for (size_t i = 0; i < names->count; i++)
		imports_expect(names->list[i], arch, choices, ret);
}

static int open_kernel(const struct link_opts *opts, unsigned int machine, const struct name_filter *expected,
	struct kernel *ret, struct kml_err *err)
{
	const struct kernel_source source = { .path = opts->kernel, .modules = opts->modules,
		.module_count = opts->module_count, .expected = expected };
	int result = kernel_find(&source, machine, ret, err);

	return result < 0 ? result : kernel_check_machine(ret, machine, err);
}

static int link_inputs(const struct link_opts *opts, const struct inputs *inputs, struct messages *messages,
	struct kml_err *err)
{
	struct driver driver = { .arch = inputs->arch,
		.compiler = opts->compiler ? opts->compiler : inputs->arch->compiler, .arguments = opts->arguments,
		.argument_count = opts->argument_count, .verbose = opts->verbose };
	_cleanup_(kernel_close) struct kernel kernel = {};
	_cleanup_(imports_free) struct imports imports = {};
	_cleanup_(vdso_close) struct vdso vdso = {};
	_cleanup_(rebinding_free) struct rebinding rebinding = {};
	_cleanup_free_ bool *missing = calloc(inputs->undefined.count + 1, sizeof(*missing));
	_cleanup_free_ struct wanted *wanted = calloc(inputs->undefined.count + 1, sizeof(*wanted));
	struct name_filter expected = {};
	int result;

	if (!missing || !wanted)
		return err_set(err, ENOMEM, "out of memory");
	expect(&inputs->undefined, inputs->arch, &opts->choices, &expected);
	result = open_kernel(opts, inputs->arch->machine, &expected, &kernel, err);
	if (result == 0)
		result = open_vdso(opts, &kernel, &vdso, err);
	if (result > 0)
		result = copy_vdso(&vdso, &driver.vdso, err);
	if (result == 0)
		result = driver_try(&driver, inputs, missing, err);
	if (result == 0 && driver.vdso)
		result = rebind_foresee(inputs, missing, &vdso, &opts->choices, &rebinding, err);
	/* missing: what no library has, so libc comes first by construction. */
	if (result == 0) {
		err->text[0] = '\0';
		result = imports_resolve(inputs, wanted, list_wanted(inputs, missing, &opts->choices, wanted),
			&opts->choices, &kernel, &imports, messages);
	}
	imports.executable_memory = opts->executable_memory;
	if (result == 0)
		result = check_choices(opts, err);
	if (result == 0)
		result = check_types(opts, inputs, &kernel, &imports, messages, err);
	if (result == 0)
		result = link_check_warnings(opts, messages, err);
	if (result == 0 && opts->explain)
		result = explain(opts, &imports, &rebinding, &kernel, err);
	if (result == 0 && !opts->dry_run)
		result = build(opts, &driver, inputs, &imports, &kernel, err);
	return result;
}

static bool is_same_file(const struct stat *status, const char *path)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == status->st_dev && other.st_ino == status->st_ino;
}

/* The last step is a rename, which would replace whatever is there: a device, a link, what the user still needs. */
static int check_output(const struct link_opts *opts, bool in_place, struct kml_err *err)
{
	struct stat status;
	bool input = false;

	if (lstat(opts->output, &status) < 0)
		return 0;
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file, and will not be replaced", opts->output);
	for (size_t i = 0; !in_place && i < opts->input_count; i++)
		input |= is_same_file(&status, opts->inputs[i]);
	for (size_t i = 0; i < opts->argument_count; i++)
		input |= is_same_file(&status, opts->arguments[i]);
	for (size_t i = 0; i < opts->module_count; i++)
		input |= is_same_file(&status, opts->modules[i]);
	if (opts->kernel)
		input |= is_same_file(&status, opts->kernel);
	if (opts->vdso)
		input |= is_same_file(&status, opts->vdso);
	return input ? err_set(err, EINVAL, "%s: is an input: choose another --output", opts->output) : 0;
}

/* "dir/prog.o" makes "prog", here: as compilers do, the output goes to the working directory. */
static char *default_output(const char *input, struct kml_err *err)
{
	const char *base = strrchr(input, '/');
	size_t length;

	base = base ? base + 1 : input;
	length = strlen(base);
	if (length <= 2 || (strcmp(base + length - 2, ".o") != 0 && strcmp(base + length - 2, ".a") != 0)) {
		err_set(err, EINVAL, "%s: no '.o' to take away for the name of the program: use --output", input);
		return NULL;
	}
	return strndup(base, length - 2);
}

static int copy_program(const char *from, const char *to, struct kml_err *err)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	struct stat status;
	int result;

	if (in < 0 || fstat(in, &status) < 0)
		return err_errno(err, "%s", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return err_errno(err, "%s", to);
	result = file_copy(in, out, UINT64_MAX);
	if (result < 0)
		return err_set(err, -result, "%s: cannot write: %s", to, strerror(-result));
	return fchmod(out, status.st_mode & 0777) < 0 ? err_errno(err, "%s", to) : 0;
}

/* A program that was linked already. */
static int change_program(const struct link_opts *opts, struct messages *messages, struct kml_err *err)
{
	_cleanup_(postlink_input_close) struct postlink_input input = {};
	_cleanup_(kernel_close) struct kernel kernel = {};
	_cleanup_(vdso_close) struct vdso vdso = {};
	const char *path = opts->inputs[0], *output = temp_path("output");
	struct name_filter expected = {};
	int result = postlink_input_open(path, &opts->choices, &input, err);

	if (result < 0)
		return result;
	expect(&input.open.names, input.program.arch, &opts->choices, &expected);
	result = open_kernel(opts, input.program.arch->machine, &expected, &kernel, err);
	if (result == 0)
		result = open_vdso(opts, &kernel, &vdso, err);
	if (result < 0)
		return result;
	if (!output)
		return err_set(err, ENOMEM, "out of memory");
	result = postlink(opts, &input, &kernel, result > 0 ? &vdso : NULL, output, messages, err);
	if (result >= 0)
		result = check_choices(opts, err) < 0 ? -ENOENT : result;
	if (result < 0)
		return result;
	if (result > 0 && opts->dry_run)
		return 0;
	if (result > 0)
		return put_in_place(output, opts->output, err);
	if (strcmp(path, opts->output) == 0 || opts->dry_run)
		return 0;
	result = copy_program(path, output, err);
	return result < 0 ? result : put_in_place(output, opts->output, err);
}

static bool is_vdso_file(const char *path)
{
	_cleanup_(image_close) struct image image = {};
	struct kml_err ignored;

	return program_is(path, &ignored) > 0 && image_open(path, path, SIZE_MAX, &image, &ignored) == 0 && vdso_is(&image);
}

/* The vDSO may be given among the inputs, as to a compiler; inputs: room for the others. */
static int take_vdso(struct link_opts *opts, char **inputs, struct kml_err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < opts->input_count; i++) {
		if (!is_vdso_file(opts->inputs[i])) {
			inputs[count++] = opts->inputs[i];
			continue;
		}
		if (opts->vdso || opts->kernel_vdso)
			return err_set(err, EINVAL, "%s: is a second vDSO beside %s", opts->inputs[i], opts->vdso ? opts->vdso :
				"that of --vdso");
		opts->vdso = opts->inputs[i];
	}
	if (opts->vdso && !count)
		return err_set(err, EINVAL, "%s: is the vDSO: give the objects or the program, too, that are to use it",
			opts->vdso);
	opts->inputs = inputs;
	opts->input_count = count;
	return 0;
}

/* Whether the input is a linked program; with others beside it, it cannot be linked. */
static int find_program(const struct link_opts *opts, bool *ret, struct kml_err *err)
{
	*ret = false;
	for (size_t i = 0; i < opts->input_count; i++) {
		int result = program_is(opts->inputs[i], err);

		/* inputs_open() knows better what is wrong. */
		if (result < 0) {
			*ret = false;
			return 0;
		}
		*ret |= result > 0;
	}
	if (!*ret)
		return 0;
	for (size_t i = 0; i < opts->input_count; i++)
		if (opts->input_count > 1 && program_is(opts->inputs[i], err) > 0)
			return err_set(err, EINVAL, "%s: a program or shared library that was linked already: give it alone, or "
				"a library behind '--'", opts->inputs[i]);
	if (opts->argument_count)
		return err_set(err, EINVAL, "%s: is linked already, so there is no use for linker arguments",
			opts->inputs[0]);
	return 0;
}

static int link_objects(struct link_opts *opts, struct messages *messages, struct kml_err *err)
{
	_cleanup_(inputs_close) struct inputs inputs = {};
	_cleanup_free_ char *name = NULL;
	int result = inputs_open(opts->inputs, opts->input_count, &inputs, err);

	/* Behind inputs_open(), which knows better what is wrong with an input that is no object. */
	if (result == 0 && !opts->output) {
		opts->output = name = default_output(opts->inputs[0], err);
		result = name ? 0 : -EINVAL;
	}
	if (result == 0)
		result = check_output(opts, false, err);
	if (result == 0)
		result = temp_open(opts->output, err);
	if (result == 0)
		result = link_inputs(opts, &inputs, messages, err);
	return result;
}

int link_program(const struct link_opts *opts, struct messages *messages, struct kml_err *err)
{
	struct link_opts chosen = *opts;
	_cleanup_free_ char **inputs = calloc(opts->input_count + 1, sizeof(*inputs));
	bool program = false;
	int result = inputs ? take_vdso(&chosen, inputs, err) : err_set(err, ENOMEM, "out of memory");

	if (result == 0)
		result = find_program(&chosen, &program, err);
	if (result == 0 && !program) {
		result = link_objects(&chosen, messages, err);
	} else if (result == 0) {
		chosen.output = opts->output ? opts->output : chosen.inputs[0];
		result = check_output(&chosen, true, err);
		if (result == 0)
			result = temp_open(chosen.output, err);
		if (result == 0)
			result = change_program(&chosen, messages, err);
	}
	temp_close();
	return result;
}
