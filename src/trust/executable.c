// SPDX-License-Identifier: GPL-2.0-or-later
#include "executable.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/err.h"

#ifdef __x86_64__
enum { OUR_MACHINE = EM_X86_64 };
#define OUR_NAME "x86-64"
#else
#error "which machine is this?"
#endif

/* Whether there is an interpreter. The kernel refuses larger tables than it reads in one page, and so do we. */
static int has_interpreter(int fd, const char *name, const Elf64_Ehdr *header, bool *ret, struct kml_err *err)
{
	Elf64_Phdr segments[64];
	ssize_t size = (ssize_t)header->e_phnum * sizeof(segments[0]);

	if (header->e_phentsize != sizeof(segments[0]) || header->e_phnum == 0 || size > (ssize_t)sizeof(segments) ||
		header->e_phoff > INT64_MAX || pread(fd, segments, size, header->e_phoff) != size)
		return err_set(err, ENOEXEC, "%s: damaged: its program headers cannot be right", name);
	*ret = false;
	for (int i = 0; i < header->e_phnum; i++)
		if (segments[i].p_type == PT_INTERP)
			*ret = true;
	return 0;
}

static int check_type(int fd, const char *name, const Elf64_Ehdr *header, struct kml_err *err)
{
	bool interpreter;
	int result;

	if (header->e_type == ET_REL)
		return err_set(
			err, ENOEXEC, "%s: is an object file, not a program; link it first: kml-link %s", name, name);
	if (header->e_type == ET_CORE)
		return err_set(err, ENOEXEC, "%s: is a core dump, not a program", name);
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return err_set(
			err, ENOEXEC, "%s: is an ELF file of unknown type %u, not a program", name, header->e_type);
	result = has_interpreter(fd, name, header, &interpreter, err);
	if (result < 0)
		return result;
	if (header->e_type == ET_DYN && !interpreter && header->e_entry == 0)
		return err_set(err, ENOEXEC, "%s: is a shared library, not a program", name);
	return 0;
}

int executable_check(int fd, const char *name, struct kml_err *err)
{
	Elf64_Ehdr header = {};
	struct stat status;
	ssize_t count;

	if (fstat(fd, &status) < 0)
		return err_errno(err, "%s", name);
	if (!S_ISREG(status.st_mode))
		return err_set(err, ENOEXEC, "%s: is %s, not a program", name,
			S_ISDIR(status.st_mode) ? "a directory" : "no regular file");
	count = pread(fd, &header, sizeof(header), 0);
	if (count < 0)
		return err_errno(err, "%s", name);
	if (count >= 2 && !memcmp(&header, "#!", 2))
		return err_set(err, ENOEXEC,
			"%s: is a script; scripts never start in kernel mode, install a compiled program", name);
	if (count < SELFMAG || memcmp(&header, ELFMAG, SELFMAG))
		return err_set(err, ENOEXEC, "%s: is not an ELF program", name);
	/* In both classes the first 20 bytes mean the same. */
	if (count < 20 || header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
		header.e_machine != OUR_MACHINE)
		return err_set(err, ENOEXEC, "%s: is made for another architecture than " OUR_NAME, name);
	if (count < (ssize_t)sizeof(header))
		return err_set(err, ENOEXEC, "%s: damaged: shorter than its header", name);
	return check_type(fd, name, &header, err);
}
