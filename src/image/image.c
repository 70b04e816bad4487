// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.h"

#include "common/cleanup.h"
#include "common/err.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

int image_map(const char *path, size_t limit, Elf **ret, struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	Elf *elf;

	if (fd < 0 || fstat(fd, &status) < 0)
		return err_errno(err, "%s", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, EINVAL, "%s: not a regular file", path);
	if (status.st_size == 0)
		return err_set(err, EINVAL, "%s: empty file", path);
	if ((uint64_t)status.st_size > limit)
		return err_set(err, EFBIG, "%s: %" PRIu64 " bytes are more than the limit of %zu", path,
			(uint64_t)status.st_size, limit);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	/* From here on libelf does without the descriptor. */
	if (!elf || elf_cntl(elf, ELF_C_FDREAD) < 0) {
		err_set(err, EINVAL, "%s: malformed ELF file: %s", path, elf_errmsg(-1));
		elf_end(elf);
		return -EINVAL;
	}
	*ret = elf;
	return 0;
}

static bool range_valid(const struct image *image, uint64_t offset, uint64_t size)
{
	return offset <= image->size && size <= image->size - offset;
}

static int check_kind(const struct image *image, struct kml_err *err)
{
	if (!image->elf || !image->bytes)
		return err_set(err, EINVAL, "%s: malformed ELF file: %s", image->name, elf_errmsg(-1));
	if (elf_kind(image->elf) == ELF_K_ELF)
		return 0;
	if (image->size >= 4 && memcmp(image->bytes, "BC\xc0\xde", 4) == 0)
		return err_set(err, EINVAL, "%s: LLVM bitcode, not machine code: compile without -flto", image->name);
	if (image->size >= 8 && memcmp(image->bytes, "!<thin>\n", 8) == 0)
		return err_set(err, EINVAL, "%s: thin archive: not supported, make it without 'T'", image->name);
	if (image->size >= SELFMAG && memcmp(image->bytes, ELFMAG, SELFMAG) == 0)
		return err_set(err, EINVAL, "%s: ELF header runs past end of file (0x%zx), or is malformed",
			image->name, image->size);
	return err_set(err, EINVAL, "%s: not an ELF file", image->name);
}

static int check_header(struct image *image, struct kml_err *err)
{
	if (!gelf_getehdr(image->elf, &image->header))
		return err_set(err, EINVAL, "%s: malformed ELF header: %s", image->name, elf_errmsg(-1));
	if (image->header.e_ident[EI_DATA] != ELFDATA2LSB)
		return err_set(err, EINVAL, "%s: made for a big-endian machine (ELF machine %u), which kernel mode is "
			"not for", image->name, image->header.e_machine);
	return 0;
}

int image_check_machine(const struct image *image, struct kml_err *err)
{
	const GElf_Ehdr *header = &image->header;

	if (header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_machine == EM_X86_64)
		return 0;
	if (header->e_ident[EI_CLASS] == ELFCLASS32 && header->e_machine == EM_ARM)
		return 0;
	return err_set(err, EINVAL, "%s: made for another machine (ELF machine %u, class %u): "
		"64-bit x86-64 or 32-bit ARM is needed", image->name, header->e_machine, header->e_ident[EI_CLASS]);
}

static int check_sections(struct image *image, struct kml_err *err)
{
	const GElf_Ehdr *header = &image->header;

	if (header->e_shoff == 0)
		return 0;
	if (elf_getshdrnum(image->elf, &image->section_count) < 0 || image->section_count == 0 ||
			header->e_shentsize != gelf_fsize(image->elf, ELF_T_SHDR, 1, EV_CURRENT))
		return err_set(err, EINVAL, "%s: section headers at 0x%" PRIx64 " run past end of file (0x%zx), "
			"or are malformed", image->name, header->e_shoff, image->size);
	if (elf_getshdrstrndx(image->elf, &image->section_names) < 0)
		image->section_names = 0;
	image->sections = calloc(image->section_count, sizeof(*image->sections));
	if (!image->sections)
		return err_set(err, ENOMEM, "%s: out of memory", image->name);
	for (size_t i = 0; i < image->section_count; i++) {
		GElf_Shdr *section = &image->sections[i];

		if (!gelf_getshdr(elf_getscn(image->elf, i), section))
			return err_set(err, EINVAL, "%s: section %zu: %s", image->name, i, elf_errmsg(-1));
		if (i > 0 && section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
				!range_valid(image, section->sh_offset, section->sh_size))
			return err_set(err, EINVAL, "%s: section %zu: offset 0x%" PRIx64 ", size 0x%" PRIx64
				" runs past end of file (0x%zx)", image->name, i, section->sh_offset,
				section->sh_size, image->size);
	}
	return 0;
}

static int check_segments(struct image *image, struct kml_err *err)
{
	const GElf_Ehdr *header = &image->header;

	if (header->e_phnum == 0)
		return 0;
	if (elf_getphdrnum(image->elf, &image->segment_count) < 0 || image->segment_count < header->e_phnum ||
			header->e_phentsize != gelf_fsize(image->elf, ELF_T_PHDR, 1, EV_CURRENT))
		return err_set(err, EINVAL, "%s: program headers at 0x%" PRIx64 " run past end of file (0x%zx), "
			"or are malformed", image->name, header->e_phoff, image->size);
	image->segments = calloc(image->segment_count, sizeof(*image->segments));
	if (!image->segments)
		return err_set(err, ENOMEM, "%s: out of memory", image->name);
	for (size_t i = 0; i < image->segment_count; i++) {
		GElf_Phdr *segment = &image->segments[i];

		if (!gelf_getphdr(image->elf, i, segment))
			return err_set(err, EINVAL, "%s: segment %zu: %s", image->name, i, elf_errmsg(-1));
		if (segment->p_type != PT_NULL && !range_valid(image, segment->p_offset, segment->p_filesz))
			return err_set(err, EINVAL, "%s: segment %zu: offset 0x%" PRIx64 ", size 0x%" PRIx64
				" runs past end of file (0x%zx)", image->name, i, segment->p_offset,
				segment->p_filesz, image->size);
	}
	return 0;
}

int image_parse_any(const char *name, Elf *elf, struct image *ret, struct kml_err *err)
{
	_cleanup_(image_close) struct image image = { .name = name, .elf = elf };
	int result;

	if (elf)
		image.bytes = (const unsigned char *)elf_rawfile(elf, &image.size);
	result = check_kind(&image, err);
	if (result == 0)
		result = check_header(&image, err);
	if (result == 0)
		result = check_sections(&image, err);
	if (result == 0)
		result = check_segments(&image, err);
	if (result < 0)
		return result;
	*ret = image;
	image = (struct image){};
	return 0;
}

int image_parse(const char *name, Elf *elf, struct image *ret, struct kml_err *err)
{
	_cleanup_(image_close) struct image image = {};
	int result = image_parse_any(name, elf, &image, err);

	if (result == 0)
		result = image_check_machine(&image, err);
	if (result < 0)
		return result;
	*ret = image;
	image = (struct image){};
	return 0;
}

int image_open(const char *path, const char *name, size_t limit, struct image *ret, struct kml_err *err)
{
	Elf *elf;
	int result = image_map(path, limit, &elf, err);

	return result < 0 ? result : image_parse(name, elf, ret, err);
}

void image_close(struct image *image)
{
	free(image->sections);
	free(image->segments);
	elf_end(image->elf);
	*image = (struct image){};
}

const char *image_section_name(const struct image *image, size_t index)
{
	const char *name = index < image->section_count ?
		elf_strptr(image->elf, image->section_names, image->sections[index].sh_name) : NULL;

	return name ? name : "";
}

size_t image_section_find(const struct image *image, const char *name)
{
	for (size_t i = 1; i < image->section_count; i++)
		if (strcmp(image_section_name(image, i), name) == 0)
			return i;
	return 0;
}

Elf_Data *image_section_data(const struct image *image, size_t index)
{
	return elf_getdata(elf_getscn(image->elf, index), NULL);
}

bool image_relocation(Elf_Data *data, int number, GElf_Rela *ret)
{
	GElf_Rel without_addend;

	if (data->d_type == ELF_T_RELA)
		return gelf_getrela(data, number, ret);
	if (!gelf_getrel(data, number, &without_addend))
		return false;
	*ret = (GElf_Rela){ .r_offset = without_addend.r_offset, .r_info = without_addend.r_info };
	return true;
}

const void *image_at_address(const struct image *image, uint64_t address, uint64_t size)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const GElf_Phdr *segment = &image->segments[i];

		if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
				address - segment->p_vaddr <= segment->p_filesz &&
				size <= segment->p_filesz - (address - segment->p_vaddr))
			return image->bytes + segment->p_offset + (address - segment->p_vaddr);
	}
	return NULL;
}

int image_symbol_table(const struct image *image, unsigned int type, struct symbols *ret, struct kml_err *err)
{
	struct symbols symbols = { .section = 1 };
	const GElf_Shdr *section;
	const Elf_Data *strings;

	while (symbols.section < image->section_count && image->sections[symbols.section].sh_type != type)
		symbols.section++;
	if (symbols.section >= image->section_count)
		return 0;
	section = &image->sections[symbols.section];
	symbols.data = image_section_data(image, symbols.section);
	symbols.count = section->sh_size / gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT);
	symbols.first_global = section->sh_info;
	symbols.strings_section = section->sh_link;
	if (!symbols.data || section->sh_entsize != gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT) ||
			section->sh_size % section->sh_entsize != 0 || symbols.data->d_size != section->sh_size ||
			symbols.first_global == 0 || symbols.first_global > symbols.count)
		return err_set(err, EINVAL, "%s: section %zu: malformed symbol table", image->name, symbols.section);
	if (symbols.strings_section == 0 || symbols.strings_section >= image->section_count ||
			image->sections[symbols.strings_section].sh_type != SHT_STRTAB)
		return err_set(err, EINVAL, "%s: section %zu: symbol table without names (link %zu)", image->name,
			symbols.section, symbols.strings_section);
	strings = image_section_data(image, symbols.strings_section);
	if (!strings || strings->d_size == 0 || ((const char *)strings->d_buf)[strings->d_size - 1] != '\0')
		return err_set(err, EINVAL, "%s: section %zu: names do not end in NUL", image->name,
			symbols.strings_section);
	if (image->header.e_ident[EI_CLASS] == ELFCLASS64 && symbols.data->d_type == ELF_T_SYM)
		symbols.list = symbols.data->d_buf;
	symbols.strings = strings->d_buf;
	symbols.strings_size = strings->d_size;
	*ret = symbols;
	return 1;
}

int image_symbols(const struct image *image, struct symbols *ret, struct kml_err *err)
{
	return image_symbol_table(image, SHT_SYMTAB, ret, err);
}
