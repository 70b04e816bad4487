// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of symbols as text, one a line: "address letter name", and behind a tab "[module]". */
#include "kernel_image.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "kernel_letter.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

#define NAME_MAX_SIZE 512 /* the kernel's own limit */

struct line {
	uint64_t value;
	unsigned int digits;
	char letter;
	char name[NAME_MAX_SIZE + 1];
	char module[64];
};

enum line_result { LINE_GOOD, LINE_BAD, LINE_END };

static const char *read_value(const char *at, const char *end, struct line *line)
{
	line->value = 0;
	for (line->digits = 0; at < end && line->digits <= 16; at++, line->digits++) {
		char c = *at;
		unsigned int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else
			break;
		line->value = line->value << 4 | digit;
	}
	return line->digits == 8 || line->digits == 16 ? at : NULL;
}

static bool copy_word(const char *start, const char *end, char *to, size_t room)
{
	if ((size_t)(end - start) >= room || start == end)
		return false;
	memcpy(to, start, end - start);
	to[end - start] = '\0';
	return memchr(to, '\0', end - start) == NULL;
}

/* Takes one line from *at. */
static enum line_result read_line(const char **at, const char *end, struct line *line)
{
	const char *start = *at, *newline, *word, *tab;

	if (start == end)
		return LINE_END;
	newline = memchr(start, '\n', end - start);
	*at = newline ? newline + 1 : end;
	if (newline)
		end = newline;
	start = read_value(start, end, line);
	if (!start || end - start < 4 || start[0] != ' ' || start[2] != ' ')
		return LINE_BAD;
	line->letter = start[1];
	word = start + 3;
	tab = memchr(word, '\t', end - word);
	line->module[0] = '\0';
	if (!copy_word(word, tab ? tab : end, line->name, sizeof(line->name)))
		return LINE_BAD;
	if (!tab)
		return LINE_GOOD;
	if (end - tab < 4 || tab[1] != '[' || end[-1] != ']' ||
			!copy_word(tab + 2, end - 1, line->module, sizeof(line->module)))
		return LINE_BAD;
	return LINE_GOOD;
}

/* What is not loaded from a file, but made while the kernel runs, nobody can count on. */
static bool is_transient(const struct line *line)
{
	return strcmp(line->module, "bpf") == 0 || strncmp(line->module, "__builtin__", 11) == 0;
}

static int visit_list(const struct kernel_image *image, kernel_visitor *visitor, void *context)
{
	const struct kernel_marks *marks = image->state;
	const char *at = (const char *)image->bytes.data, *end = at + image->bytes.size;
	struct line line;

	while (read_line(&at, end, &line) == LINE_GOOD) {
		struct kernel_symbol symbol = { .name = line.name, .value = line.value, .file = "",
			.module = line.module, .scope = kernel_letter_scope(line.letter) };
		int result;

		if (is_transient(&line) || line.name[0] == '$' ||
				!kernel_letter_class(marks, line.letter, line.value, *line.module, &symbol.class))
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

static bool begins_like_list(const struct bytes *bytes, struct line *line)
{
	const char *at = (const char *)bytes->data;

	return bytes->size > 11 && read_line(&at, at + bytes->size, line) == LINE_GOOD;
}

/* All marks, and whether the list is one to the end. */
static int learn(const struct kernel_image *image, struct kernel_marks *marks, struct kml_err *err)
{
	const char *at = (const char *)image->bytes.data, *end = at + image->bytes.size;
	size_t number = 0;
	bool zeros = true;
	struct line line;
	enum line_result result;

	while ((result = read_line(&at, end, &line)) == LINE_GOOD) {
		number++;
		zeros &= line.value == 0;
		if (!*line.module)
			kernel_marks_learn(marks, line.name, line.letter, line.value);
	}
	if (result == LINE_BAD)
		return err_set(err, EINVAL, "%s: line %zu: not \"address letter name\" as in System.map", image->path,
			number + 1);
	if (zeros)
		return err_set(err, EACCES, "%s: all addresses are zero, as the kernel shows it to ordinary users: "
			"make a copy as root ('sudo cat /proc/kallsyms >kallsyms') and give that, or set "
			"kernel.kptr_restrict to 0 and kernel.perf_event_paranoid to 1", image->path);
	return 0;
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

static int open_list(struct kernel_image *image, struct kml_err *err)
{
	struct kernel_marks *marks;
	struct line first;
	int result;

	if (!begins_like_list(&image->bytes, &first))
		return 0;
	/* Debian has a file of one line in this place; it says where the real one is. */
	if (strstr(first.name, "System.map is in"))
		return err_set(err, EINVAL, "%s: is not the real one: that, and vmlinux, are in Debian's package "
			"linux-image-...-dbg; the compressed kernel /boot/vmlinuz-... will do, too", image->path);
	image->state = marks = calloc(1, sizeof(*marks));
	if (!marks)
		return err_set(err, ENOMEM, "out of memory");
	result = learn(image, marks, err);
	if (result < 0)
		return result;
	image->kind = "list of symbols";
	if (image->machine == EM_NONE)
		image->machine = marks->machine;
	image->lacks_data = kernel_marks_lack_data(marks);
	read_release(image);
	return 1;
}

const struct kernel_format kernel_list = { .open = open_list, .visit = visit_list, .close = close_list };
