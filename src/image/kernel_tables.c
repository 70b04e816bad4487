// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel without a symbol table still has the tables from which it makes
 * /proc/kallsyms. Nothing says where they are, but they cannot be mistaken:
 *
 *	number of symbols, names, markers, tokens, index of tokens, offsets, base
 *
 * one behind the other, each aligned (before 6.4 offsets and base came first,
 * and there may be the order of the names between markers and tokens).
 * A name is a length and so many numbers of tokens; the first character that
 * they make is the letter. A marker is where every 256th name begins.
 */
#include "kernel_image.h"

#include "common/cleanup.h"
#include "common/err.h"
#include "common/name_filter.h"
#include "image.h"
#include "kernel_letter.h"
#include "note.h"

#include <errno.h>
#include <string.h>

enum { TOKENS = 256, SYMBOLS_MIN = 256, SYMBOLS_MAX = 1 << 22, NAMES_SPAN = 32 << 20, NAME_SIZE_MAX = 512 };

struct tables {
	size_t tokens, index; /* all of these: offsets in the file */
	size_t count;
	size_t names, names_end;
	size_t offsets;
	uint64_t base;
	unsigned int word; /* size of an address: 8 or 4 */
	bool absolute_per_cpu; /* offsets that are not negative are values, others count down from the base */
	struct kernel_marks marks;
};

static uint32_t read_number(const struct bytes *bytes, size_t offset, unsigned int size)
{
	uint32_t number = 0;

	for (unsigned int i = size; i-- > 0;)
		number = number << 8 | bytes->data[offset + i];
	return number;
}

static bool has_range(const struct bytes *bytes, size_t offset, size_t size)
{
	return offset <= bytes->size && size <= bytes->size - offset;
}

static size_t align_up(size_t offset, size_t alignment)
{
	return (offset + alignment - 1) & ~(alignment - 1);
}

/* Follows the tokens to the end of the last; 0 if they run past the end of the file. */
static size_t skip_strings(const struct bytes *bytes, size_t at, int count)
{
	while (count-- > 0) {
		const unsigned char *end = memchr(bytes->data + at, '\0', bytes->size - at);

		if (!end)
			return 0;
		at = end - bytes->data + 1;
	}
	return at;
}

/* zero: where token '0' is. */
static bool check_tokens(const struct bytes *bytes, size_t zero, struct tables *tables)
{
	size_t end = skip_strings(bytes, zero, TOKENS - '0'), at;
	uint32_t before;

	if (!end)
		return false;
	tables->index = align_up(end, tables->word);
	if (!has_range(bytes, tables->index, TOKENS * 2))
		return false;
	before = read_number(bytes, tables->index + '0' * 2, 2);
	if (before > zero || read_number(bytes, tables->index, 2) != 0)
		return false;
	tables->tokens = at = zero - before;
	for (int i = 0; i < TOKENS; i++) {
		if (tables->tokens + read_number(bytes, tables->index + i * 2, 2) != at)
			return false;
		at = skip_strings(bytes, at, 1);
		if (!at)
			return false;
	}
	return at == end;
}

/* Steps over a name; false if it is not within the end. */
static bool next_name(const struct bytes *bytes, size_t end, size_t *at, size_t *ret_tokens, size_t *ret_length)
{
	size_t length;

	if (*at >= end)
		return false;
	length = bytes->data[(*at)++];
	if (length & 0x80) {
		if (*at >= end)
			return false;
		length = (length & 0x7f) | (size_t)bytes->data[(*at)++] << 7;
	}
	if (length == 0 || length > end - *at)
		return false;
	*ret_tokens = *at;
	*ret_length = length;
	*at += length;
	return true;
}

/* Are there count names from here on, each 256th where a marker says? */
static bool check_names(const struct bytes *bytes, struct tables *tables, size_t markers, size_t count)
{
	size_t at = tables->names, tokens, length;

	for (size_t i = 0; i < count; i++) {
		if (i % 256 == 0 && tables->names + read_number(bytes, markers + i / 256 * 4, 4) != at)
			return false;
		if (!next_name(bytes, markers, &at, &tokens, &length))
			return false;
	}
	tables->names_end = at;
	return true;
}

/* Do this many names begin here, with markers that end there? */
static bool try_names(const struct bytes *bytes, struct tables *tables, size_t names, size_t count, size_t markers_end)
{
	size_t size = align_up((count + 255) / 256 * 4, tables->word);

	/* Every name takes at least two bytes. */
	if (names > markers_end || size > markers_end - names || (markers_end - names - size) / 2 < count)
		return false;
	tables->names = names;
	tables->count = count;
	return check_names(bytes, tables, markers_end - size, 1) && check_names(bytes, tables, markers_end - size, count);
}

/* Searches backwards for the number of symbols that makes sense of what is between it and the tokens. */
static bool find_names(const struct bytes *bytes, struct tables *tables)
{
	size_t lowest = tables->tokens > NAMES_SPAN ? align_up(tables->tokens - NAMES_SPAN, tables->word) : 0;

	for (size_t at = tables->tokens & ~(size_t)(tables->word - 1); at >= lowest + tables->word; ) {
		size_t count, order_size;

		at -= tables->word;
		count = read_number(bytes, at, 4);
		if (count < SYMBOLS_MIN || count > SYMBOLS_MAX)
			continue;
		if (try_names(bytes, tables, at + tables->word, count, tables->tokens))
			return true;
		/* From 6.1 to 6.3 the order of the names by name is between markers and tokens. */
		order_size = align_up(count * 3, tables->word);
		if (order_size < tables->tokens &&
				try_names(bytes, tables, at + tables->word, count, tables->tokens - order_size))
			return true;
	}
	return false;
}

static uint64_t value_of(const struct bytes *bytes, const struct tables *tables, size_t number)
{
	uint32_t offset = read_number(bytes, tables->offsets + number * 4, 4);

	if (!tables->absolute_per_cpu)
		return tables->base + offset;
	return (int32_t)offset >= 0 ? offset : tables->base - 1 - (int64_t)(int32_t)offset;
}

/* Symbols are sorted by address, so the right place is where they are. */
static bool try_offsets(const struct bytes *bytes, struct tables *tables, size_t offsets, size_t base)
{
	uint64_t before = 0;

	if (!has_range(bytes, offsets, tables->count * 4) || !has_range(bytes, base, tables->word))
		return false;
	tables->offsets = offsets;
	tables->base = read_number(bytes, base, 4);
	if (tables->word == 8)
		tables->base |= (uint64_t)read_number(bytes, base + 4, 4) << 32;
	for (int absolute = 0; absolute < 2; absolute++) {
		size_t i;

		tables->absolute_per_cpu = absolute;
		for (i = 0, before = 0; i < tables->count; i++) {
			uint64_t value = value_of(bytes, tables, i);

			if (value < before)
				break;
			before = value;
		}
		if (i == tables->count)
			return true;
	}
	return false;
}

static bool find_offsets(const struct bytes *bytes, struct tables *tables)
{
	size_t word = tables->word, size = align_up(tables->count * 4, word), number = tables->names - word;
	size_t behind = align_up(tables->index + TOKENS * 2, word);

	return try_offsets(bytes, tables, behind, behind + size) ||
		(number >= size + word && try_offsets(bytes, tables, number - word - size, number - word));
}

static bool find_tables(const struct bytes *bytes, struct tables *tables)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const unsigned char *at = bytes->data, *end = at + bytes->size;

	for (; (at = memmem(at, end - at, digits, sizeof(digits))); at++)
		for (tables->word = 8; tables->word >= 4; tables->word /= 2)
			if (check_tokens(bytes, at - bytes->data, tables) && find_names(bytes, tables) &&
					find_offsets(bytes, tables))
				return true;
	return false;
}

/* Letter and name in one. */
static bool expand(const struct bytes *bytes, const struct tables *tables, size_t at, size_t length,
	char name[NAME_SIZE_MAX])
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		size_t token = tables->tokens + read_number(bytes, tables->index + bytes->data[at + i] * 2, 2);

		/* check_tokens() has seen that there is a NUL. */
		for (; bytes->data[token]; token++) {
			if (used + 1 >= NAME_SIZE_MAX)
				return false;
			name[used++] = bytes->data[token];
		}
	}
	name[used] = '\0';
	return used >= 2;
}

typedef int name_visitor(const char *letter_and_name, uint64_t value, void *context);

static int visit_names(const struct bytes *bytes, const struct tables *tables, name_visitor *visitor, void *context)
{
	size_t at = tables->names, tokens, length;
	char name[NAME_SIZE_MAX];

	for (size_t i = 0; i < tables->count && next_name(bytes, tables->names_end, &at, &tokens, &length); i++) {
		int result = expand(bytes, tables, tokens, length, name) ?
			visitor(name, value_of(bytes, tables, i), context) : 0;

		if (result != 0)
			return result;
	}
	return 0;
}

static int learn(const char *name, uint64_t value, void *context)
{
	struct kernel_marks *marks = context;

	kernel_marks_learn(marks, name + 1, strlen(name + 1), name[0], value);
	return 0;
}

struct visit {
	const struct tables *tables;
	const struct name_filter *filter;
	kernel_visitor *visitor;
	void *context;
};

static int pass_on(const char *name, uint64_t value, void *context)
{
	const struct visit *visit = context;
	struct kernel_symbol symbol = { .name = name + 1, .value = value, .file = "", .module = "",
		.scope = kernel_letter_scope(name[0]) };

	if (!name_filter_passes(visit->filter, name + 1, strlen(name + 1)) || name[1] == '$' || !kernel_letter_class(&visit->tables->marks, name[0], value, false, &symbol.class))
		return 0;
	return visit->visitor(&symbol, visit->context);
}

static int visit_tables(const struct kernel_image *image, const struct name_filter *filter, kernel_visitor *visitor,
	void *context)
{
	struct visit visit = { .tables = image->state, .filter = filter, .visitor = visitor, .context = context };

	return visit_names(&image->bytes, image->state, pass_on, &visit);
}

/* On x86-64 the kernel is compressed as an ELF file, without its symbol table. */
static void read_build_id(struct kernel_image *image)
{
	struct image elf = {};
	struct kml_err ignored;

	if (image->bytes.size < SELFMAG || memcmp(image->bytes.data, ELFMAG, SELFMAG) != 0)
		return;
	elf_version(EV_CURRENT);
	if (image_parse_any(image->path, elf_memory((char *)image->bytes.data, image->bytes.size), &elf, &ignored) < 0)
		return;
	image->has_build_id = image->is_linked = note_build_id(&elf, image->build_id);
	image_close(&elf);
}

static void close_tables(struct kernel_image *image)
{
	free(image->state);
	image->state = NULL;
}

static int open_tables(struct kernel_image *image, struct kml_err *err)
{
	struct tables *tables = calloc(1, sizeof(*tables));

	if (!tables)
		return err_set(err, ENOMEM, "out of memory");
	if (!find_tables(&image->bytes, tables)) {
		free(tables);
		return 0;
	}
	image->state = tables;
	image->kind = "kernel image";
	visit_names(&image->bytes, tables, learn, &tables->marks);
	if (image->machine == EM_NONE)
		image->machine = tables->marks.machine;
	image->lacks_data = kernel_marks_lack_data(&tables->marks);
	kernel_find_release(image->bytes.data, image->bytes.size, image->release);
	read_build_id(image);
	return 1;
}

const struct kernel_format kernel_tables = { .open = open_tables, .visit = visit_tables, .close = close_tables };
