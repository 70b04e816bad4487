// SPDX-License-Identifier: GPL-2.0-or-later
#include "executable.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "image/needs.h"

/* All that have kernel mode. */
static const struct architecture {
	unsigned char class;
	unsigned int machine;
	const char *name;
} architectures[] = {
	{ ELFCLASS64, EM_X86_64, "x86-64" },
	{ ELFCLASS32, EM_ARM, "32-bit ARM" },
};

enum { SEGMENTS_MAX = 64 };

static void cleanup_elf(Elf **elf)
{
	elf_end(*elf);
}

/* The kernel refuses larger tables than it reads in one page, and so do we. */
static int check_segments(Elf *elf, const char *name, const GElf_Ehdr *header, struct kml_err *err)
{
	size_t count;

	if (header->e_phentsize != gelf_fsize(elf, ELF_T_PHDR, 1, EV_CURRENT) || elf_getphdrnum(elf, &count) < 0 ||
		count == 0 || count != header->e_phnum || count > SEGMENTS_MAX)
		return err_set(err, ENOEXEC, "%s: damaged: its program headers cannot be right", name);
	return 0;
}

static int check_type(const char *name, const GElf_Ehdr *header, struct kml_err *err)
{
	if (header->e_type == ET_REL)
		return err_set(
			err, ENOEXEC, "%s: is an object file, not a program; link it first: kml-link %s", name, name);
	if (header->e_type == ET_CORE)
		return err_set(err, ENOEXEC, "%s: is a core dump, not a program", name);
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return err_set(
			err, ENOEXEC, "%s: is an ELF file of unknown type %u, not a program", name, header->e_type);
	return 0;
}

/* A loader that is started by hand would run whatever its caller names. */
static bool is_library(const struct elf_needs *needs)
{
	return needs->type == ET_DYN && !needs->is_pie && (!needs->interpreter || needs->names_itself);
}

/* Fields up to the machine are the same for both classes. */
static int check_architecture(const Elf64_Ehdr *header, const char *name, bool elsewhere, struct kml_err *err)
{
	const char *ours = "";

	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++) {
		const struct architecture *architecture = &architectures[i];

		if (architecture->machine == KML_NATIVE_MACHINE)
			ours = architecture->name;
		else if (!elsewhere)
			continue;
		if (header->e_ident[EI_CLASS] == architecture->class && header->e_ident[EI_DATA] == ELFDATA2LSB &&
			header->e_machine == architecture->machine)
			return 0;
	}
	return err_set(err, ENOEXEC, "%s: is made for another architecture than %s", name,
		elsewhere ? "x86-64 and 32-bit ARM" : ours);
}

int executable_check_format(int fd, const char *name, bool elsewhere, struct kml_err *err)
{
	Elf64_Ehdr header = {};
	struct stat status;
	ssize_t size;

	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (!S_ISREG(status.st_mode))
		return err_set(err, ENOEXEC, "%s: is %s, not a program", name,
			S_ISDIR(status.st_mode) ? "a directory" : "no regular file");
	size = pread(fd, &header, sizeof(header), 0);
	if (size < 0)
		return err_errno(err, "%s", name);
	if (!memcmp(header.e_ident, "#!", 2))
		return err_set(err, ENOEXEC,
			"%s: is a script; scripts never start in kernel mode, install a compiled program", name);
	if (memcmp(header.e_ident, ELFMAG, SELFMAG))
		return err_set(err, ENOEXEC, "%s: is not an ELF program", name);
	if (size < (ssize_t)sizeof(header))
		return err_set(err, ENOEXEC, "%s: damaged: shorter than its header", name);
	return check_architecture(&header, name, elsewhere, err);
}

static int check_headers(int fd, const char *name, struct kml_err *err)
{
	_cleanup_(cleanup_elf) Elf *elf = NULL;
	GElf_Ehdr header;
	int result;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || !gelf_getehdr(elf, &header))
		return err_set(err, ENOEXEC, "%s: damaged: %s", name, elf_errmsg(-1));
	result = check_type(name, &header, err);
	return result < 0 ? result : check_segments(elf, name, &header, err);
}

int executable_read(int fd, const char *name, bool elsewhere, struct elf_needs *ret, struct kml_err *err)
{
	_cleanup_needs_ struct elf_needs needs = {};
	int result = executable_check_format(fd, name, elsewhere, err);

	if (result == 0)
		result = check_headers(fd, name, err);
	if (result == 0)
		result = elf_needs_read(fd, name, &needs, err);
	if (result < 0)
		return result;
	if (is_library(&needs))
		return err_set(err, ENOEXEC, "%s: is a shared library or a loader, not a program", name);
	*ret = needs;
	needs = (struct elf_needs){};
	return 0;
}
