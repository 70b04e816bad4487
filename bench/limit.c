// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * limit VMLINUX NAME...: the least that resolving names takes: maps the file,
 * goes over its symbols once, and compares each with a small table. It trusts
 * the file in everything. Prints how many of the names are there.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { SLOTS = 4096 };
static const char *slots[SLOTS];

static unsigned int hash(const char *name)
{
	unsigned int value = 5381;

	while (*name)
		value = value * 33 + (unsigned char)*name++;
	return value % SLOTS;
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1, found = 0;
	const Elf64_Shdr *sections;
	const unsigned char *file;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return 1;
	file = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		return 1;
	for (int i = 2; i < argc; i++) {
		unsigned int slot = hash(argv[i]);

		while (slots[slot])
			slot = (slot + 1) % SLOTS;
		slots[slot] = argv[i];
	}
	sections = (const void *)(file + ((const Elf64_Ehdr *)file)->e_shoff);
	for (int i = 0; i < ((const Elf64_Ehdr *)file)->e_shnum; i++) {
		const Elf64_Sym *symbols = (const void *)(file + sections[i].sh_offset);
		const char *strings = (const char *)(file + sections[sections[i].sh_link].sh_offset);

		if (sections[i].sh_type != SHT_SYMTAB)
			continue;
		for (size_t j = 1; j < sections[i].sh_size / sizeof(*symbols); j++) {
			const char *name = strings + symbols[j].st_name;

			for (unsigned int slot = hash(name); slots[slot]; slot = (slot + 1) % SLOTS)
				if (strcmp(slots[slot], name) == 0)
					found++;
		}
	}
	printf("%d\n", found);
	return 0;
}
