/* SPDX-License-Identifier: MIT */
#pragma once
/* One line of text, built without the C library. What does not fit is cut; room for the newline is kept. */

struct text {
	unsigned long length;
	char bytes[512];
};

static inline void text_add(struct text *text, const char *string)
{
	unsigned long limit = sizeof(text->bytes) - (string[0] == '\n' ? 0 : 1);

	while (*string && text->length < limit)
		text->bytes[text->length++] = *string++;
}

/* Divides by 10 and returns the remainder. What division would be on 32-bit ARM is a call of the compiler's library. */
static inline unsigned long text_take_digit(unsigned long *number)
{
#ifdef __arm__
	unsigned long tenth = (unsigned long)(*number * 0xcccccccdull >> 35), digit = *number - tenth * 10;
#else
	unsigned long tenth = *number / 10, digit = *number % 10;
#endif

	*number = tenth;
	return digit;
}

static inline void text_add_number(struct text *text, unsigned long number)
{
	char digits[24];
	unsigned int at = sizeof(digits);

	digits[--at] = '\0';
	do
		digits[--at] = (char)('0' + text_take_digit(&number));
	while (number);
	text_add(text, digits + at);
}

static inline const char *text_base_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' && path[1])
			name = path + 1;
	return name;
}
