// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/xattr.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/err.h"

_Static_assert(RECORD_DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is what SHA-256 makes");

/* The first word of the text; the rest may have another form some day. */
#define FORM "1"

enum { CHUNK_SIZE = 1 << 16, TEXT_SIZE = 256 };

static int compute(int fd, const char *name, unsigned char digest[RECORD_DIGEST_SIZE], struct kml_err *err)
{
	_cleanup_free_ unsigned char *chunk = malloc(CHUNK_SIZE);
	struct sha256_ctx context;
	off_t offset = 0;

	if (!chunk)
		return err_set(err, ENOMEM, "out of memory");
	sha256_init(&context);
	for (;;) {
		ssize_t count = pread(fd, chunk, CHUNK_SIZE, offset);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return err_errno(err, "%s: cannot be read", name);
		if (count == 0)
			break;
		sha256_update(&context, count, chunk);
		offset += count;
	}
	sha256_digest(&context, RECORD_DIGEST_SIZE, digest);
	return 0;
}

/* Not who sudo made of them. The kernel remembers it from the login on; without a login there is sudo's word. */
static uid_t find_caller(void)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/loginuid", "re");
	const char *sudo = secure_getenv("SUDO_UID");
	unsigned int uid;

	if (file && fscanf(file, "%u", &uid) == 1 && uid != UINT32_MAX)
		return uid;
	return sudo && sscanf(sudo, "%u", &uid) == 1 ? uid : getuid();
}

int record_make(int fd, const char *name, struct record *ret, struct kml_err *err)
{
	ret->by = find_caller();
	ret->when = time(NULL);
	return compute(fd, name, ret->digest, err);
}

int record_write(int fd, const char *name, const struct record *record, struct kml_err *err)
{
	char digest[2 * RECORD_DIGEST_SIZE + 1], text[TEXT_SIZE];
	int length;

	for (size_t i = 0; i < RECORD_DIGEST_SIZE; i++)
		snprintf(digest + 2 * i, 3, "%02x", record->digest[i]);
	length = snprintf(text, sizeof(text), FORM " %s %u %" PRId64, digest, record->by, record->when);
	if (fsetxattr(fd, RECORD_ATTRIBUTE, text, length, 0) < 0)
		return err_set(err, errno, "%s: cannot be recorded in the extended attribute " RECORD_ATTRIBUTE ": %s; "
			"--no-record does without", name, strerror(errno));
	return 0;
}

static int hex_value(char digit)
{
	const char *digits = "0123456789abcdef", *found = digit ? strchr(digits, digit) : NULL;

	return found ? found - digits : -1;
}

/* The text has a NUL behind it. */
static bool parse(const char *text, struct record *ret)
{
	int end = 0;

	if (strncmp(text, FORM " ", 2))
		return false;
	text += 2;
	for (size_t i = 0; i < RECORD_DIGEST_SIZE; i++, text += 2) {
		int high = hex_value(text[0]), low = high < 0 ? -1 : hex_value(text[1]);

		if (low < 0)
			return false;
		ret->digest[i] = high << 4 | low;
	}
	return sscanf(text, " %u %" SCNd64 "%n", &ret->by, &ret->when, &end) == 2 && text[end] == '\0';
}

int record_read(int fd, const char *name, struct record *ret, struct kml_err *err)
{
	char text[TEXT_SIZE] = "";
	ssize_t length = fgetxattr(fd, RECORD_ATTRIBUTE, text, sizeof(text) - 1);

	if (length < 0 && (errno == ENODATA || errno == ENOTSUP))
		return 0;
	if (length < 0 && errno != ERANGE)
		return err_errno(err, "%s: its record cannot be read", name);
	if (length < 0 || !parse(text, ret))
		return err_set(err, EBADMSG, "%s: its record makes no sense", name);
	return 1;
}

int record_verify(int fd, const char *name, const struct record *record, struct kml_err *err)
{
	unsigned char digest[RECORD_DIGEST_SIZE];
	int result = compute(fd, name, digest, err);

	if (result == 0 && memcmp(digest, record->digest, RECORD_DIGEST_SIZE))
		return err_set(err, EBADMSG, "%s: has changed since it was installed", name);
	return result;
}
