// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_vdso.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "image/vdso.h"
#include "kernel.h"
#include "kernel_find.h"
#include "put.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

/* Of a vmlinux with debug information, what is loaded is a small part. */
static int find_in_segments(const struct kernel_image *image, struct vdso *ret, struct kml_err *err)
{
	_cleanup_(image_close) struct image elf = {};
	int result = image_parse_any(image->path, elf_memory((char *)image->bytes.data, image->bytes.size), &elf, err);

	for (size_t i = 0; result == 0 && i < elf.segment_count; i++)
		if (elf.segments[i].p_type == PT_LOAD)
			result = vdso_find(image->path, elf.bytes + elf.segments[i].p_offset, elf.segments[i].p_filesz, ret, err);
	return result;
}

static int find_in_image(const struct kernel_image *image, struct vdso *ret, struct kml_err *err)
{
	if (image->bytes.size >= SELFMAG && memcmp(image->bytes.data, ELFMAG, SELFMAG) == 0)
		return find_in_segments(image, ret, err);
	return vdso_find(image->path, image->bytes.data, image->bytes.size, ret, err);
}

static bool is_running(const struct kernel_image *image)
{
	unsigned char build_id[KML_BUILD_ID_SIZE];

	if (strcmp(image->path, "/proc/kallsyms") == 0)
		return true;
	return image->has_build_id && kernel_running_build_id(build_id) &&
		memcmp(build_id, image->build_id, KML_BUILD_ID_SIZE) == 0;
}

/* The kernel maps whole pages, with the headers of sections, too. */
static int find_in_process(const struct kernel_image *image, struct vdso *ret, struct kml_err *err)
{
	const unsigned char *bytes = (const unsigned char *)getauxval(AT_SYSINFO_EHDR);
	Elf64_Ehdr header;

	if (!bytes || !is_running(image))
		return 0;
	memcpy(&header, bytes, sizeof(header));
	return vdso_find("the vDSO of this process", bytes, header.e_shoff + (size_t)header.e_shnum * header.e_shentsize, ret,
		err);
}

int kernel_vdso_open(const struct kernel *kernel, struct vdso *ret, struct kml_err *err)
{
	const struct kernel_image *image = &kernel->images[0];
	int result = find_in_image(image, ret, err);

	if (result == 0)
		result = find_in_process(image, ret, err);
	if (result == 0)
		return err_set(err, ENOENT, "%s: has no vDSO in it: give the vmlinux or the bzImage, or name the vdso.so of the "
			"kernel's build", image->path);
	return result < 0 ? result : 0;
}

int kernel_vdso_write(const char *path, const struct kernel *kernel, struct kml_err *err)
{
	_cleanup_(vdso_close) struct vdso vdso = {};
	int result = kernel_vdso_open(kernel, &vdso, err);

	return result < 0 ? result : put_file(path, vdso.bytes, vdso.size, err);
}
