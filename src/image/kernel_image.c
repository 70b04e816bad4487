// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_image.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IMAGE_SIZE_MAX ((size_t)4 << 30)

void kernel_find_release(const unsigned char *data, size_t size, char ret[65])
{
	static const char start[] = "Linux version ";
	const unsigned char *end = data + size;

	/* "Linux version 6.12.1 (...": other texts of the kernel begin like it, but no number follows. */
	while ((data = memmem(data, end - data, start, strlen(start)))) {
		size_t length = 0;

		data += strlen(start);
		while (length < 64 && data + length < end && data[length] > ' ' && data[length] < 0x7f)
			length++;
		if (length == 0 || data[0] < '0' || data[0] > '9' || data + length == end || data[length] != ' ')
			continue;
		memcpy(ret, data, length);
		ret[length] = '\0';
		return;
	}
}

const char *kernel_machine_name(unsigned int machine)
{
	switch (machine) {
	case EM_X86_64:
		return "x86-64";
	case EM_386:
		return "i386";
	case EM_AARCH64:
		return "arm64";
	case EM_ARM:
		return "32-bit ARM";
	case EM_NONE:
		return "unknown machine";
	}
	return "other machine";
}

static int open_bytes(struct kernel_image *image, struct kml_err *err)
{
	static const struct kernel_format *const formats[] = { &kernel_elf, &kernel_list, &kernel_tables };
	int result = 0;

	/* A compressed kernel may be compressed once more, as Image.gz and modules are; no more than that. */
	for (int depth = 0; depth < 3 && result == 0; depth++) {
		for (size_t i = 0; result == 0 && i < sizeof(formats) / sizeof(formats[0]); i++) {
			image->format = formats[i];
			result = formats[i]->open(image, err);
		}
		if (result != 0)
			return result;
		image->format = NULL;
		if (image->bytes.size >= SELFMAG && memcmp(image->bytes.data, ELFMAG, SELFMAG) == 0)
			return err_set(err, EINVAL, "%s: has no symbol table and no tables of kallsyms: give a vmlinux that "
				"is not stripped, or its System.map", image->path);
		if (kernel_unpack(image->path, &image->bytes, err) <= 0)
			break;
		err->text[0] = '\0';
	}
	if (err->text[0])
		return -EINVAL;
	return err_set(err, EINVAL, "%s: not a kernel: neither an ELF file (vmlinux), nor a list of symbols (System.map, "
		"/proc/kallsyms), nor an image that boots (bzImage)", image->path);
}

/* 1, 0 when it is no list that is worth it, or -errno. */
static int read_expected(struct kernel_image *image, const struct name_filter *expected, struct kml_err *err)
{
	_cleanup_close_ int fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	int result;

	/* Files of procfs have no size. */
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size != 0)
		return 0;
	result = kernel_list_read(fd, expected, image, err);
	if (result <= 0)
		return result;
	image->whole = calloc(1, sizeof(*image->whole));
	image->kept = malloc(sizeof(*image->kept));
	if (!image->whole || !image->kept)
		return err_set(err, ENOMEM, "out of memory");
	*image->kept = *expected;
	return 1;
}

int kernel_image_open(const char *path, const struct name_filter *expected, struct kernel_image *ret, struct kml_err *err)
{
	_cleanup_(kernel_image_close) struct kernel_image image = { .path = strdup(path), .kind = "kernel" };
	struct kml_err problem = {};
	int result;

	if (!image.path)
		return err_set(err, ENOMEM, "out of memory");
	result = expected ? read_expected(&image, expected, &problem) : 0;
	if (result == 0) {
		result = bytes_read(path, IMAGE_SIZE_MAX, &image.bytes, &problem);
		if (result == 0)
			result = open_bytes(&image, &problem);
	}
	if (result < 0) {
		*err = problem;
		return result;
	}
	*ret = image;
	image = (struct kernel_image){};
	return 0;
}

void kernel_image_close(struct kernel_image *image)
{
	if (image->format)
		image->format->close(image);
	if (image->whole)
		kernel_image_close(image->whole);
	bytes_free(&image->bytes);
	free(image->whole);
	free(image->kept);
	free(image->path);
	*image = (struct kernel_image){};
}

int kernel_image_visit(const struct kernel_image *image, kernel_visitor *visitor, void *context)
{
	return kernel_image_visit_some(image, NULL, visitor, context);
}

int kernel_image_visit_some(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
	void *context)
{
	struct kml_err ignored;
	int result = 0;

	if (!image->kept || (filter && name_filter_covers(image->kept, filter)))
		return image->format->visit(image, filter, visitor, context);
	if (!image->whole->format)
		result = kernel_image_open(image->path, NULL, image->whole, &ignored);
	return result < 0 ? result : image->whole->format->visit(image->whole, filter, visitor, context);
}

const unsigned char *kernel_image_code(const struct kernel_image *image, uint64_t address, size_t *ret_size)
{
	return image->format->code ? image->format->code(image, address, ret_size) : NULL;
}
