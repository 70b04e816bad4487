// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of symbols as text, one a line: "address letter name", and behind a tab "[module]". */
#include "kernel_image.h"

#include "common/buffer.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/name_filter.h"
#include "kernel_letter.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

enum { NAME_LENGTH_MAX = 512 /* the kernel's own limit */, MODULE_SIZE = 64, BLOCK_SIZE = 1 << 16 };

/* Neither has a NUL behind it. */
struct word {
	const char *at;
	size_t length;
};

struct line {
	const char *digits;
	size_t digit_count;
	char letter;
	struct word name, module; /* that one is empty in the kernel itself */
};

enum line_result { LINE_GOOD, LINE_BAD, LINE_END };

/*
 * Eight digits at once, each in a byte of a word: the lists have millions of
 * them. 'a' is 0x61, and '0' 0x30.
 */
static inline bool read_digits(const char *digits, uint64_t *ret)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t word, letters, values;

	memcpy(&word, digits, sizeof(word));
	word = be64toh(word);
	letters = word >> 6 & ones;
	values = (word & 15 * ones) + 9 * letters;
	/* 0 to 9 behind 0x30, and 10 to 15, which came from 1 to 6 behind 0x60 */
	if ((word & 0xf0 * ones) != 0x30 * (ones + letters) || values & 0xf0 * ones ||
			((values + 6 * ones) >> 4 & ones) != letters)
		return false;
	values = (values | values >> 4) & 0x00ff00ff00ff00ff;
	values = (values | values >> 8) & 0x0000ffff0000ffff;
	*ret = (values | values >> 16) & 0xffffffff;
	return true;
}

/* All digits of an address, which are 8 or 16. */
static inline bool read_value(const struct line *line, uint64_t *ret)
{
	uint64_t upper = 0, lower;

	if ((line->digit_count > 8 && !read_digits(line->digits, &upper)) ||
			!read_digits(line->digits + line->digit_count - 8, &lower))
		return false;
	*ret = upper << 32 | lower;
	return true;
}

/* Takes one line from *at, and leaves the digits to read_value(). */
static inline enum line_result read_line(const char **at, const char *end, struct line *line)
{
	const char *start = *at, *newline, *tab;

	if (start == end)
		return LINE_END;
	newline = memchr(start, '\n', end - start);
	*at = newline ? newline + 1 : end;
	if (newline)
		end = newline;
	if (end - start < 12)
		return LINE_BAD;
	line->digits = start;
	line->digit_count = end - start > 16 && start[16] == ' ' ? 16 : 8;
	start += line->digit_count;
	if (end - start < 4 || start[0] != ' ' || start[2] != ' ')
		return LINE_BAD;
	line->letter = start[1];
	start += 3;
	/* Only lines of modules end so. */
	tab = end[-1] == ']' ? memchr(start, '\t', end - start) : NULL;
	line->name = (struct word){ start, (tab ? tab : end) - start };
	line->module = (struct word){ end, 0 };
	if (line->name.length == 0 || line->name.length > NAME_LENGTH_MAX)
		return LINE_BAD;
	if (!tab)
		return LINE_GOOD;
	line->module = (struct word){ tab + 2, end - tab - 3 };
	return end - tab < 4 || tab[1] != '[' || line->module.length >= MODULE_SIZE ? LINE_BAD : LINE_GOOD;
}

/* Room for it and a NUL is there. */
static void copy_word(const struct word *word, char *to)
{
	memcpy(to, word->at, word->length);
	to[word->length] = '\0';
}

/* What is not loaded from a file, but made while the kernel runs, nobody can count on. */
static bool is_transient(const char *module)
{
	return strcmp(module, "bpf") == 0 || strncmp(module, "__builtin__", 11) == 0;
}

static int visit_list(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
	void *context)
{
	const struct kernel_marks *marks = image->state;
	const char *at = (const char *)image->bytes.data, *end = at + image->bytes.size;
	struct line line;

	while (read_line(&at, end, &line) == LINE_GOOD) {
		char name[NAME_LENGTH_MAX + 1], module[MODULE_SIZE];
		struct kernel_symbol symbol = { .name = name, .file = "", .module = module };
		int result;

		if (!name_filter_passes(filter, line.name.at, line.name.length) || line.name.at[0] == '$' ||
				!read_value(&line, &symbol.value))
			continue;
		copy_word(&line.name, name);
		copy_word(&line.module, module);
		symbol.scope = kernel_letter_scope(line.letter);
		if (is_transient(module) || !kernel_letter_class(marks, line.letter, symbol.value, *module, &symbol.class))
			continue;
		result = visitor(&symbol, context);
		if (result != 0)
			return result;
	}
	return 0;
}

static void close_list(struct kernel_image *image)
{
	free(image->state);
	image->state = NULL;
}

/* What has been read of a list, a block of whole lines behind the other. */
struct reading {
	struct kernel_marks *marks;
	uint64_t any; /* all values together */
	size_t count; /* of lines */
};

/* Lines of a list that somebody wants, as they stand there. */
struct keeping {
	const struct name_filter *expected;
	struct buffer text;
};

static bool begins_like_list(const char *at, const char *end, struct line *ret)
{
	uint64_t value;

	return end - at > 11 && read_line(&at, end, ret) == LINE_GOOD && read_value(ret, &value);
}

static int malformed(const struct kernel_image *image, size_t number, struct kml_err *err)
{
	return err_set(err, EINVAL, "%s: line %zu: not \"address letter name\" as in System.map", image->path, number);
}

/*
 * What read_line() does not look for in each line: NULs, and tabs with something else than a module behind them. before:
 * so many lines.
 */
static int check_characters(const struct kernel_image *image, const char *start, const char *end, size_t before,
	struct kml_err *err)
{
	const char *bad = memchr(start, '\0', end - start), *tab = start, *newline;
	size_t number = before + 1;

	while (!bad && (tab = memchr(tab, '\t', end - tab))) {
		newline = memchr(tab, '\n', end - tab);
		tab = newline ? newline : end;
		bad = tab[-1] == ']' ? NULL : tab - 1;
	}
	if (!bad)
		return 0;
	while ((start = memchr(start, '\n', bad - start))) {
		start++;
		number++;
	}
	return malformed(image, number, err);
}

/* The marks among these lines, and whether they are such lines. keeping: or NULL */
static int learn(const struct kernel_image *image, struct reading *reading, const char *start, const char *end,
	struct keeping *keeping, struct kml_err *err)
{
	const char *at = start, *begin = at;
	size_t before = reading->count;
	struct line line;
	enum line_result result;
	uint64_t value;

	for (; (result = read_line(&at, end, &line)) == LINE_GOOD; begin = at) {
		reading->count++;
		if (!read_value(&line, &value))
			return malformed(image, reading->count, err);
		reading->any |= value;
		if (!line.module.length)
			kernel_marks_learn(reading->marks, line.name.at, line.name.length, line.letter, value);
		if (keeping && name_filter_passes(keeping->expected, line.name.at, line.name.length))
			buffer_add(&keeping->text, begin, at - begin);
	}
	if (result == LINE_BAD)
		return malformed(image, reading->count + 1, err);
	return check_characters(image, start, end, before, err);
}

/* A System.map has its kernel in its name; kallsyms is the kernel that runs. */
static void read_release(struct kernel_image *image)
{
	const char *base = strrchr(image->path, '/');
	struct utsname name;

	base = base ? base + 1 : image->path;
	if (strcmp(image->path, "/proc/kallsyms") == 0 && uname(&name) == 0)
		snprintf(image->release, sizeof(image->release), "%.64s", name.release);
	else if (strncmp(base, "System.map-", 11) == 0)
		snprintf(image->release, sizeof(image->release), "%.64s", base + 11);
}

/* All of it has been read. */
static int describe(struct kernel_image *image, const struct reading *reading, struct kml_err *err)
{
	if (!reading->any)
		return err_set(err, EACCES, "%s: all addresses are zero, as the kernel shows it to ordinary users: "
			"make a copy as root ('sudo cat /proc/kallsyms >kallsyms') and give that, or set "
			"kernel.kptr_restrict to 0 and kernel.perf_event_paranoid to 1", image->path);
	image->kind = "list of symbols";
	if (image->machine == EM_NONE)
		image->machine = reading->marks->machine;
	image->lacks_data = kernel_marks_lack_data(reading->marks);
	read_release(image);
	return 1;
}

static int begin(struct kernel_image *image, struct reading *ret, struct kml_err *err)
{
	image->format = &kernel_list;
	image->state = calloc(1, sizeof(struct kernel_marks));
	*ret = (struct reading){ .marks = image->state };
	return image->state ? 0 : err_set(err, ENOMEM, "out of memory");
}

static int open_list(struct kernel_image *image, struct kml_err *err)
{
	const char *start = (const char *)image->bytes.data, *end = start + image->bytes.size;
	struct reading reading;
	struct line first;
	int result;

	if (!begins_like_list(start, end, &first))
		return 0;
	/* Debian has a file of one line in this place; it says where the real one is. */
	if (memmem(first.name.at, first.name.length, "System.map is in", 16))
		return err_set(err, EINVAL, "%s: is not the real one: that, and vmlinux, are in Debian's package "
			"linux-image-...-dbg; the compressed kernel /boot/vmlinuz-... will do, too", image->path);
	result = begin(image, &reading, err);
	if (result == 0)
		result = learn(image, &reading, start, end, NULL, err);
	return result < 0 ? result : describe(image, &reading, err);
}

/* 1 when all has been read. */
static int read_blocks(struct kernel_image *image, int fd, struct reading *reading, struct keeping *keeping,
	struct kml_err *err)
{
	_cleanup_free_ char *block = malloc(BLOCK_SIZE);
	size_t used = 0;
	struct line first;
	int result = 0;

	if (!block)
		return err_set(err, ENOMEM, "out of memory");
	for (bool ended = false; !ended && result == 0;) {
		ssize_t count = file_read_full(fd, block + used, BLOCK_SIZE - used);
		const char *end;

		if (count < 0)
			return err_set(err, -count, "%s: %s", image->path, strerror(-count));
		ended = used + count < BLOCK_SIZE;
		used += count;
		end = ended ? block + used : memrchr(block, '\n', used);
		if (!reading->count && !begins_like_list(block, block + used, &first))
			return 0;
		if (!end)
			return malformed(image, reading->count + 1, err);
		end += !ended;
		result = learn(image, reading, block, end, keeping, err);
		used -= end - block;
		memmove(block, end, used);
	}
	return result < 0 ? result : 1;
}

int kernel_list_read(int fd, const struct name_filter *expected, struct kernel_image *image, struct kml_err *err)
{
	struct keeping keeping = { .expected = expected };
	struct reading reading;
	int result = begin(image, &reading, err);

	if (result == 0)
		result = read_blocks(image, fd, &reading, &keeping, err);
	/* Nothing at all would be no list. */
	buffer_add_string(&keeping.text, "");
	if (result > 0 && keeping.text.failed)
		result = err_set(err, ENOMEM, "out of memory");
	if (result > 0)
		result = describe(image, &reading, err);
	if (result <= 0) {
		buffer_free(&keeping.text);
		close_list(image);
		image->format = NULL;
		return result;
	}
	image->bytes = (struct bytes){ .data = keeping.text.bytes, .size = keeping.text.size - 1 };
	return 1;
}

const struct kernel_format kernel_list = { .open = open_list, .visit = visit_list, .close = close_list };
