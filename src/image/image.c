// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int file_map_open(const char *path, size_t limit, struct file_map *ret, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	void *bytes;

	if (fd < 0 || fstat(fd, &status) < 0)
		return err_errno(err, "%s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", path);
	if (status.st_size == 0)
		return err_set(err, EINVAL, "%s: empty file", path);
	if ((uint64_t)status.st_size > limit)
		return err_set(err, EFBIG, "%s: %" PRIu64 " bytes are more than the limit of %zu", path,
			(uint64_t)status.st_size, limit);
	bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return err_errno(err, "%s: cannot map", path);
	*ret = (struct file_map){ .bytes = bytes, .size = status.st_size };
	return 0;
}

void file_map_close(struct file_map *map)
{
	if (map->bytes)
		munmap((void *)map->bytes, map->size);
	*map = (struct file_map){};
}

static bool range_valid(const struct image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->size && size <= image->size - offset;
}

static int check_header(const struct image *image, struct kml_err *err)
{
	const unsigned char *ident = image->bytes;

	if (image->size < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0) {
		if (image->size >= 4 && memcmp(ident, "BC\xc0\xde", 4) == 0)
			return err_set(err, EINVAL, "%s: LLVM bitcode, not machine code: compile without -flto",
				image->name);
		return err_set(err, EINVAL, "%s: not an ELF file", image->name);
	}
	if (image->size < sizeof(Elf64_Ehdr))
		return err_set(err, EINVAL, "%s: ELF header runs past end of file (0x%zx)", image->name, image->size);
	if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB || image->header->e_machine != EM_X86_64)
		return err_set(err, EINVAL, "%s: made for another machine (ELF machine %u, class %u): "
			"64-bit x86-64 is needed", image->name, image->header->e_machine, ident[EI_CLASS]);
	if (ident[EI_VERSION] != EV_CURRENT)
		return err_set(err, EINVAL, "%s: unknown ELF version %u", image->name, ident[EI_VERSION]);
	return 0;
}

static int check_sections(struct image *image, struct kml_err *err)
{
	const Elf64_Ehdr *header = image->header;

	if (header->e_shoff == 0)
		return 0;
	if (header->e_shnum == 0 || header->e_shnum >= SHN_LORESERVE)
		return err_set(err, EINVAL, "%s: %u section headers: not supported", image->name, header->e_shnum);
	if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff % 8 != 0 ||
			!range_valid(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return err_set(err, EINVAL, "%s: section headers at 0x%" PRIx64 " run past end of file (0x%zx), "
			"or are malformed", image->name, (uint64_t)header->e_shoff, image->size);
	image->sections = (const void *)(image->bytes + header->e_shoff);
	image->section_count = header->e_shnum;
	for (size_t i = 1; i < image->section_count; i++) {
		const Elf64_Shdr *section = &image->sections[i];

		if (section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
				!range_valid(image, section->sh_offset, section->sh_size))
			return err_set(err, EINVAL, "%s: section %zu: offset 0x%" PRIx64 ", size 0x%" PRIx64
				" runs past end of file (0x%zx)", image->name, i, (uint64_t)section->sh_offset,
				(uint64_t)section->sh_size, image->size);
	}
	return 0;
}

static int check_segments(struct image *image, struct kml_err *err)
{
	const Elf64_Ehdr *header = image->header;

	if (header->e_phnum == 0)
		return 0;
	if (header->e_phnum == PN_XNUM || header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phoff % 8 != 0 ||
			!range_valid(image, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
		return err_set(err, EINVAL, "%s: program headers at 0x%" PRIx64 " run past end of file (0x%zx), "
			"or are malformed", image->name, (uint64_t)header->e_phoff, image->size);
	image->segments = (const void *)(image->bytes + header->e_phoff);
	image->segment_count = header->e_phnum;
	for (size_t i = 0; i < image->segment_count; i++) {
		const Elf64_Phdr *segment = &image->segments[i];

		if (segment->p_type != PT_NULL && !range_valid(image, segment->p_offset, segment->p_filesz))
			return err_set(err, EINVAL, "%s: segment %zu: offset 0x%" PRIx64 ", size 0x%" PRIx64
				" runs past end of file (0x%zx)", image->name, i, (uint64_t)segment->p_offset,
				(uint64_t)segment->p_filesz, image->size);
	}
	return 0;
}

int image_parse(const char *name, const void *bytes, size_t size, struct image *ret, struct kml_err *err)
{
	struct image image = { .name = name, .bytes = bytes, .size = size, .header = bytes };
	int result = check_header(&image, err);

	if (result == 0)
		result = check_sections(&image, err);
	if (result == 0)
		result = check_segments(&image, err);
	if (result == 0)
		*ret = image;
	return result;
}

const char *image_section_name(const struct image *image, size_t index)
{
	const Elf64_Shdr *names;
	const char *strings;

	if (index >= image->section_count || image->header->e_shstrndx >= image->section_count)
		return "";
	names = &image->sections[image->header->e_shstrndx];
	if (names->sh_type != SHT_STRTAB || names->sh_size == 0)
		return "";
	strings = (const char *)image->bytes + names->sh_offset;
	if (strings[names->sh_size - 1] != '\0' || image->sections[index].sh_name >= names->sh_size)
		return "";
	return strings + image->sections[index].sh_name;
}

size_t image_section_find(const struct image *image, const char *name)
{
	for (size_t i = 1; i < image->section_count; i++)
		if (strcmp(image_section_name(image, i), name) == 0)
			return i;
	return 0;
}

const void *image_at_address(const struct image *image, uint64_t address, uint64_t size)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const Elf64_Phdr *segment = &image->segments[i];

		if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
				address - segment->p_vaddr <= segment->p_filesz &&
				size <= segment->p_filesz - (address - segment->p_vaddr))
			return image->bytes + segment->p_offset + (address - segment->p_vaddr);
	}
	return NULL;
}

int image_symbols(const struct image *image, struct symbols *ret, struct kml_err *err)
{
	const Elf64_Shdr *section, *strings;
	size_t index = 1;

	while (index < image->section_count && image->sections[index].sh_type != SHT_SYMTAB)
		index++;
	if (index >= image->section_count)
		return 0;
	section = &image->sections[index];
	if (section->sh_entsize != sizeof(Elf64_Sym) || section->sh_size % sizeof(Elf64_Sym) != 0 ||
			section->sh_offset % 8 != 0 || section->sh_size == 0 ||
			section->sh_info > section->sh_size / sizeof(Elf64_Sym) || section->sh_info == 0)
		return err_set(err, EINVAL, "%s: section %zu: malformed symbol table", image->name, index);
	if (section->sh_link == 0 || section->sh_link >= image->section_count ||
			image->sections[section->sh_link].sh_type != SHT_STRTAB)
		return err_set(err, EINVAL, "%s: section %zu: symbol table without names (link %u)", image->name,
			index, section->sh_link);
	strings = &image->sections[section->sh_link];
	if (strings->sh_size == 0 || image->bytes[strings->sh_offset + strings->sh_size - 1] != '\0')
		return err_set(err, EINVAL, "%s: section %u: names do not end in NUL", image->name, section->sh_link);
	*ret = (struct symbols){
		.list = (const void *)(image->bytes + section->sh_offset),
		.count = section->sh_size / sizeof(Elf64_Sym),
		.first_global = section->sh_info,
		.strings = (const char *)image->bytes + strings->sh_offset,
		.strings_size = strings->sh_size,
		.section = index,
	};
	return 1;
}
