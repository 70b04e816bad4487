// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * search-proc UID PID: as that user, reads all of /proc/PID for numbers that
 * could be addresses of the kernel, in hexadecimal digits, in decimal digits
 * or in bytes. Prints the files that have any, and how many it could read.
 */
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int readable, found;

/* Smaller numbers below zero are error numbers, masks and "no limit" */
static bool is_kernel_address(uint64_t value)
{
	return value >= 0xff00000000000000 && value < 0xffffffffff000000;
}

static bool has_number(const char *text, size_t size, int base)
{
	for (size_t i = 0; i < size; i++) {
		char digits[24];
		size_t length = 0;

		while (i + length < size && length < sizeof(digits) - 1 &&
		       (base == 16 ? isxdigit(text[i + length]) : isdigit(text[i + length]))) {
			digits[length] = text[i + length];
			length++;
		}
		digits[length] = 0;
		/* Not the middle of a longer string of digits, such as a set of signals */
		if (length >= 16 && length <= 20 && is_kernel_address(strtoull(digits, NULL, base)))
			return true;
		i += length;
	}
	return false;
}

static bool has_bytes(const char *data, size_t size)
{
	for (size_t i = 0; i + 8 <= size; i += 8) {
		uint64_t value;

		memcpy(&value, data + i, 8);
		if (is_kernel_address(value))
			return true;
	}
	return false;
}

static int look(const char *path, const struct stat *status, int type, struct FTW *place)
{
	static char data[1 << 20];
	ssize_t size = 0, part;
	int fd;

	(void)status;
	(void)place;
	if (type != FTW_F || (fd = open(path, O_RDONLY | O_NONBLOCK)) < 0)
		return 0;
	while ((part = read(fd, data + size, sizeof(data) - (size_t)size)) > 0)
		size += part;
	close(fd);
	if (size <= 0)
		return 0;
	readable++;
	if (has_number(data, (size_t)size, 16) || has_number(data, (size_t)size, 10) || has_bytes(data, (size_t)size)) {
		printf("%s\n", path);
		found++;
	}
	return 0;
}

int main(int argc, char **argv)
{
	char path[64];

	if (argc != 3)
		return 2;
	if (setgroups(0, NULL) || setgid((gid_t)atoi(argv[1])) || setuid((uid_t)atoi(argv[1])))
		err(2, "user %s", argv[1]);
	snprintf(path, sizeof(path), "/proc/%s", argv[2]);
	nftw(path, look, 16, FTW_PHYS);
	printf("%d of %d files\n", found, readable);
	return found != 0;
}
