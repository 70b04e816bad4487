// SPDX-License-Identifier: GPL-2.0-or-later
#include "postlink.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "image/needs.h"
#include "image/note.h"
#include "image/vdso.h"
#include "explain.h"
#include "kernel.h"
#include "layout.h"
#include "link.h"
#include "lost.h"
#include "messages.h"
#include "open_names.h"
#include "place.h"
#include "places.h"
#include "rebind.h"
#include "text_relocations.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int resolve(const struct program *program, const struct open_names *open, const struct choices *choices,
	const struct rebinding *rebinding, const struct kernel *kernel, struct imports *ret, struct messages *messages,
	struct kml_err *err)
{
	_cleanup_free_ struct wanted *wanted = calloc(open->names.count + 1, sizeof(*wanted));
	size_t count = 0;

	if (!wanted)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < open->names.count; i++) {
		if ((open->defined[i] && !choices_import(choices, open->names.list[i])) ||
				rebinding_version(rebinding, open->names.list[i]))
			continue;
		wanted[count].name = open->names.list[i];
		wanted[count].optional = open->weak[i];
		wanted[count++].where = program->name;
	}
	return imports_resolve(NULL, wanted, count, choices, kernel, ret, messages);
}

/* In programs, gold leaves zeros where pointers in data would be to names that are undefined, and no trace of that. */
static int check_linker(const struct program *program, struct kml_err *err)
{
	if (program->library || program->kept_count || !image_section_find(&program->image, ".note.gnu.gold-version"))
		return 0;
	return err_set(err, ENOTSUP, "%s: gold keeps nothing of pointers in data to undefined names: link with "
		"-Wl,--emit-relocs", program->name);
}

/* Other tools can take relocations away again. */
static bool misses_relocations_of_code(const struct program *program)
{
	size_t code = image_section_find(&program->image, ".text");

	for (size_t i = 0; i < program->kept_count; i++)
		if (!code || program->kept[i].section == code)
			return false;
	return true;
}

/* A place that nobody knows of would stay bound to nothing. */
static int check_used(const struct program *program, const struct imports *imports, const bool *used,
	struct messages *messages)
{
	int result = 0;

	for (size_t i = 0; i < imports->count; i++)
		if (!used[i]) {
			messages_add(messages, "%s: '%s' is undefined, but the linker has left no relocation that tells where "
				"it is used: link with -Wl,--emit-relocs", program->name, imports->list[i].name);
			result = -ENOTSUP;
		}
	return result;
}

/* Whether there are imports that no library has: those that are asked for had places to go to. */
static bool leaves_open(const struct imports *imports)
{
	for (size_t i = 0; i < imports->count; i++)
		if (!imports->list[i].chosen)
			return true;
	return false;
}

/* Where the program begins now; the binder goes on there. A library begins with DT_INIT, which it may not have yet. */
static int set_entry(struct program *program, const struct segment *segment, struct kml_err *err)
{
	if (!program->library || program_set_dynamic(program, DT_INIT, segment->entry))
		return 0;
	return err_set(err, ENOTSUP, "%s: has no DT_INIT and no room for one in its dynamic section: link it with "
		"-Wl,-init=FUNCTION", program->name);
}

static bool begins_within(const struct program *program, uint64_t address)
{
	for (size_t i = 0; i < program->image.segment_count; i++)
		if (program->image.segments[i].p_type == PT_LOAD && program->image.segments[i].p_flags & PF_X &&
				address >= program->image.segments[i].p_vaddr &&
				address - program->image.segments[i].p_vaddr < program->image.segments[i].p_memsz)
			return true;
	return false;
}

static int finish(struct program *program, const struct kernel *kernel, const struct layout *layout,
	const struct segment_pages *constants, struct segment *segment, struct kml_err *err)
{
	struct segment_end end = { .build_id = kernel_build_id(kernel), .relro = layout->relro,
		.constants = *constants, .next = program->image.header.e_entry, .library = program->library,
		.notes = layout->notes, .notes_size = layout->notes_size };
	int result;

	if (program->library && !program_dynamic(program, DT_INIT, &end.next))
		end.next = 0;
	if ((end.next || !program->library) && !begins_within(program, end.next))
		return err_set(err, EINVAL, "%s: begins at 0x%lx, where no code is", program->name, (unsigned long)end.next);
	result = segment_finish(segment, &end, err);
	return result < 0 ? result : set_entry(program, segment, err);
}

static int write_file(const char *to, const struct program *program, const struct buffer *file, struct kml_err *err)
{
	_cleanup_close_ int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat status;
	int result;

	if (fd < 0)
		return err_errno(err, "%s", to);
	result = file_write_all(fd, file->bytes, file->size);
	if (result < 0)
		return err_set(err, -result, "%s: cannot write: %s", to, strerror(-result));
	/* Whose it is and what may be done with it stays as it was, but never more than that: no set-user-ID. */
	if (stat(program->name, &status) < 0 || (geteuid() == 0 && fchown(fd, status.st_uid, status.st_gid) < 0 &&
			errno != EPERM && errno != EINVAL) || fchmod(fd, status.st_mode & 0777) < 0 || fsync(fd) < 0)
		return err_errno(err, "%s", to);
	return 0;
}

static int rewrite(struct program *program, const struct kernel *kernel, const struct imports *imports,
	const struct rebinding *rebinding, const char *to, struct messages *messages, struct kml_err *err)
{
	_cleanup_(segment_free) struct segment segment = {};
	_cleanup_(buffer_free) struct buffer file = {};
	_cleanup_free_ bool *used = calloc(imports->count + 1, sizeof(*used));
	struct segment_pages constants = {};
	struct layout layout;
	int result;

	if (!used)
		return err_set(err, ENOMEM, "out of memory");
	result = layout_plan(program, segment_slots_size(imports), rebinding, &layout, err);
	if (result < 0)
		return result;
	segment_begin(&segment, program->arch, imports, layout.address, layout.slots);
	result = places_rewrite(program, imports, &segment, used, &constants, err);
	if (result == 0 && check_used(program, imports, used, messages) < 0)
		result = -ENOTSUP;
	else if (result == 0 && misses_relocations_of_code(program) && leaves_open(imports))
		result = lost_check(program, err);
	if (result == 0 && leaves_open(imports))
		result = check_linker(program, err);
	if (result == 0)
		text_relocations_settle(program);
	if (result == 0)
		result = finish(program, kernel, &layout, &constants, &segment, err);
	if (result == 0)
		result = layout_write(program, &layout, &segment, rebinding, &file, err);
	return result < 0 ? result : write_file(to, program, &file, err);
}

/* What stays undefined although it might not be weak is worth a line. */
static void tell_unclear(const struct program *program, const struct open_names *open, const struct imports *imports,
	const struct rebinding *rebinding, struct messages *messages)
{
	const char *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < open->names.count; i++)
		if (open_names_unclear(open, i) && !import_find(imports, open->names.list[i]) &&
				!rebinding_version(rebinding, open->names.list[i]) && count++ == 0)
			first = open->names.list[i];
	if (count)
		messages_warn(messages, program->name, "'%s'%s: undefined, and not in the kernel; left at address 0, as weak "
			"names are: this program's linker does not tell which are", first, count > 1 ? " and others" : "");
}

/* If the relocations are not all that the linker had, that is how it looks, too. */
static void tell_unused(const struct program *program, const struct open_names *open, struct messages *messages)
{
	const char *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < open->unused.count; i++)
		if (open_names_forgotten(program, open, i) && count++ == 0)
			first = open->unused.list[i];
	if (count)
		messages_warn(messages, program->name, "'%s'%s: undefined, but nothing in the program refers to %s: left so", first,
			count > 1 ? " and others" : "", count > 1 ? "them" : "it");
}

/* ld.bfd drops undefined names from programs when it is told to ignore them; what it leaves cannot even be loaded. */
static bool has_dropped_names(const struct program *program)
{
	for (size_t i = 0; i < program->plt_relocations.count; i++)
		if (ELF64_R_TYPE(program_relocation(program, &program->plt_relocations, i).r_info) == RELOCATION_NONE)
			return !program->kept_count;
	return false;
}

/* A program that has been here before has no room for more. */
static int check_first_time(const char *path, const struct link_opts *opts, const struct imports *imports,
	const struct rebinding *rebinding, struct kml_err *err)
{
	if (opts->executable_memory)
		return err_set(err, EEXIST, "%s: is linked already: say --executable-memory when you link it from its objects, or "
			"from what it was before", path);
	if (imports->count)
		return err_set(err, EEXIST, "%s: is linked already, but leaves '%s' open: link it again from its objects, or "
			"from what it was before", path, imports->list[0].name);
	if (rebinding->count)
		return err_set(err, EEXIST, "%s: is linked already, but does not take '%s' from the vDSO: link it again from its "
			"objects, or from what it was before", path, rebinding->list[0].name);
	return 0;
}

/* Linkers make stacks executable for a single object in assembly that does not say otherwise. */
static int warn_of_executable_memory(const char *path, const char *made, struct messages *messages, struct kml_err *err)
{
	_cleanup_close_ int fd = open(made, O_RDONLY | O_CLOEXEC);
	_cleanup_needs_ struct elf_needs needs = {};
	int result = fd < 0 ? err_errno(err, "%s", made) : elf_needs_read(fd, path, &needs, err);

	if (result == 0 && needs.executable_memory)
		messages_warn(messages, path, "has memory that can be written and executed (its stack, a segment, or code that "
			"the dynamic linker changes): the kernel refuses it kernel mode, see kml(7)");
	return result;
}

int postlink_input_open(const char *path, const struct choices *choices, struct postlink_input *ret, struct kml_err *err)
{
	_cleanup_(postlink_input_close) struct postlink_input input = {};
	_cleanup_(note_free) struct note note = {};
	int result = program_open(path, &input.program, err);

	if (result == 0)
		result = note_read(&input.program.image, &note, err);
	input.linked = result > 0;
	if (result >= 0)
		result = open_names_collect(&input.program, choices, &input.open, err);
	if (result < 0)
		return result;
	*ret = input;
	input = (struct postlink_input){};
	return 0;
}

void postlink_input_close(struct postlink_input *input)
{
	open_names_free(&input->open);
	program_close(&input->program);
}

int postlink(const struct link_opts *opts, struct postlink_input *input, const struct kernel *kernel, const struct vdso *vdso,
	const char *to, struct messages *messages, struct kml_err *err)
{
	_cleanup_(imports_free) struct imports imports = {};
	_cleanup_(rebinding_free) struct rebinding rebinding = {};
	struct program *program = &input->program;
	const char *path = program->name;
	struct type_source source;
	int result = program_make_changeable(program, err);

	if (result < 0)
		return result;
	err->text[0] = '\0';
	if (vdso)
		result = rebind(program, vdso, &input->open, &opts->choices, &rebinding, messages, err);
	if (result >= 0)
		result = resolve(program, &input->open, &opts->choices, &rebinding, kernel, &imports, messages, err);
	if (result == 0 && input->linked)
		result = check_first_time(path, opts, &imports, &rebinding, err);
	if (result < 0)
		return result;
	if (vdso && !rebinding.count)
		messages_warn(messages, path, "takes nothing from the vDSO, or does so already");
	if (!imports.count && has_dropped_names(program))
		return err_set(err, ENOTSUP, "%s: the linker has dropped the names that it left undefined: link with "
			"-Wl,--emit-relocs", path);
	imports.executable_memory = opts->executable_memory;
	if (!imports.count && !imports.executable_memory && !rebinding.count) {
		bool may_have_lost = !input->linked && !program->kept_count;

		/* In static programs libc's own weak names are such, too. */
		if (may_have_lost && program->dynamic_count)
			lost_warn(program, messages);
		messages_add(messages, "%s: leaves no name to the kernel: nothing to change%s", path, may_have_lost ?
			"; names that its linker has dropped would be kept by -Wl,--emit-relocs" : "");
		return link_check_warnings(opts, messages, err);
	}
	tell_unclear(program, &input->open, &imports, &rebinding, messages);
	tell_unused(program, &input->open, messages);
	source = (struct type_source){ path, program->image.bytes, program->image.size };
	result = type_check(&opts->types, kernel, &source, 1, &imports, messages, err);
	if (result == 0)
		result = link_check_warnings(opts, messages, err);
	if (result < 0)
		return result;
	if (opts->explain)
		result = explain(opts, &imports, &rebinding, kernel, err);
	if (result < 0)
		return result;
	if (opts->dry_run)
		return 1;
	result = rewrite(program, kernel, &imports, &rebinding, to, messages, err);
	if (result == 0)
		result = warn_of_executable_memory(path, to, messages, err);
	if (result == 0)
		result = link_check_warnings(opts, messages, err);
	return result < 0 ? result : 1;
}
