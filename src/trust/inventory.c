// SPDX-License-Identifier: GPL-2.0-or-later
#include "inventory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "executable.h"
#include "image/needs.h"
#include "imports.h"
#include "install.h"
#include "loader.h"
#include "place.h"
#include "record.h"
#include "trusted.h"

/* One entry, as far as it could be looked at. */
struct entry {
	int fd;
	char *path;		/* for messages */
	struct elf_needs needs;
	struct record record;
	bool has_record;
	struct imports *imports;	/* or NULL */
};

static void entry_release(struct entry *entry)
{
	if (entry->fd >= 0)
		close(entry->fd);
	free(entry->path);
	elf_needs_release(&entry->needs);
	imports_close(entry->imports);
}

static bool is_temporary(const char *name)
{
	return !strncmp(name, PLACE_TEMPORARY, strlen(PLACE_TEMPORARY));
}

/* What nobody can start, and the next installation removes. */
static bool is_harmless(const struct place *place, const char *name)
{
	struct stat status;

	return is_temporary(name) && fstatat(place->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(status.st_mode) && !(status.st_mode & 0111);
}

static int check_status(const struct place *place, const char *name, const struct entry *entry, struct kml_err *err)
{
	struct stat status;
	int result;

	if (fstat(entry->fd, &status) < 0)
		return err_errno(err, "%s", entry->path);
	if (S_ISDIR(status.st_mode))
		return err_set(err, EISDIR, "%s: is a directory: kml-install makes none here, but what is in it starts in "
			"kernel mode", entry->path);
	result = trusted_check_status(&status, entry->path, place->owner, err);
	if (result == 0)
		result = install_check_rights(entry->fd, &status, entry->path, err);
	if (result < 0)
		return result;
	if (!(status.st_mode & S_IXOTH))
		return err_set(err, EACCES, "%s: not executable for everybody (mode %04o)", entry->path,
			status.st_mode & 07777);
	if (is_temporary(name))
		return err_set(err, EEXIST, "%s: left by a run that was cut off; the next installation removes it",
			entry->path);
	if (name[0] == '.')
		return err_set(err, EINVAL, "%s: hidden by its name, which kml-install gives to none", entry->path);
	return 0;
}

/* Fills the entry as far as it goes; the first thing that is wrong is the result. */
static int examine(const struct place *place, const char *name, struct entry *entry, struct kml_err *err)
{
	struct kml_err later, *sentence = &later;
	int result, further;

	if (asprintf(&entry->path, "%s/%s", place->name, name) < 0) {
		entry->path = NULL;
		return err_set(err, ENOMEM, "%s: out of memory", name);
	}
	entry->fd = walk_open_name(place->directory, name, O_RDONLY | O_NONBLOCK, 0);
	if (entry->fd < 0 && errno == ELOOP)
		return err_set(err, ELOOP, "%s: is a symbolic link", entry->path);
	if (entry->fd < 0 && errno == EXDEV)
		return err_set(err, EXDEV, "%s: something is mounted there", entry->path);
	if (entry->fd < 0)
		return err_errno(err, "%s: cannot be read", entry->path);
	result = check_status(place, name, entry, err);
	if (result == 0)
		sentence = err;
	further = executable_read(entry->fd, entry->path, *place->root.name, &entry->needs, sentence);
	if (further == 0)
		further = imports_open(entry->fd, entry->path, &entry->imports, sentence);
	if (further == 0)
		further = record_read(entry->fd, entry->path, &entry->record, sentence);
	entry->has_record = further > 0;
	if (result == 0 && further < 0)
		result = further;
	return result;
}

/* One that has no tabs and line ends of its own. */
static void print_word(const char *word, FILE *out)
{
	for (; *word; word++)
		putc((unsigned char)*word < ' ' || *word == 0x7f ? '?' : *word, out);
}

/* The users of an image are not those of this system. */
static void print_user(const struct place *place, uid_t uid, FILE *out)
{
	const struct passwd *user = *place->root.name ? NULL : getpwuid(uid);

	if (user)
		fprintf(out, "\t%s", user->pw_name);
	else
		fprintf(out, "\t%u", uid);
}

static void print_record(const struct place *place, const struct record *record, FILE *out)
{
	time_t when = record->when;
	struct tm parts;
	char text[64];

	putc('\t', out);
	for (size_t i = 0; i < RECORD_DIGEST_SIZE; i++)
		fprintf(out, "%02x", record->digest[i]);
	print_user(place, record->by, out);
	if (!gmtime_r(&when, &parts) || !strftime(text, sizeof(text), "%FT%TZ", &parts))
		strcpy(text, "-");
	fprintf(out, "\t%s\t", text);
}

static void list_one(const struct place *place, const char *name, FILE *out)
{
	_cleanup_(entry_release) struct entry entry = { .fd = -1 };
	struct kml_err problem;
	int result = examine(place, name, &entry, &problem);

	print_word(name, out);
	if (entry.has_record)
		print_record(place, &entry.record, out);
	else
		fputs("\t-\t-\t-\t", out);
	if (entry.imports)
		imports_print(entry.imports, out);
	else
		putc('-', out);
	if (result < 0) {
		size_t used = entry.path ? strlen(entry.path) : 0;

		/* Its sentence begins with the path. */
		putc('\t', out);
		print_word(problem.text + (strncmp(problem.text, entry.path ?: "", used) ? 0 : used + 2), out);
	}
	putc('\n', out);
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

/* Calls visit for each entry in order. */
static int visit_all(const struct place *place, void (*visit)(const struct place *place, const char *name, void *context),
	void *context, struct kml_err *err)
{
	struct dirent **entries;
	int count = scandirat(place->directory, ".", &entries, is_entry, alphasort);

	if (count < 0)
		return err_errno(err, "%s", place->name);
	for (int i = 0; i < count; i++) {
		if (!is_harmless(place, entries[i]->d_name))
			visit(place, entries[i]->d_name, context);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static void list_entry(const struct place *place, const char *name, void *context)
{
	list_one(place, name, context);
}

int inventory_list(const struct place *place, FILE *out, struct kml_err *err)
{
	return visit_all(place, list_entry, out, err);
}

struct verification {
	void (*tell)(const struct kml_err *problem);
	int wrong;
};

static int verify_entry(const struct place *place, const char *name, struct kml_err *err)
{
	_cleanup_(entry_release) struct entry entry = { .fd = -1 };
	int result = examine(place, name, &entry, err);

	if (result < 0)
		return result;
	if (!entry.has_record)
		return err_set(err, ENODATA, "%s: has no record: kml-install did not put it there as it is", entry.path);
	result = record_verify(entry.fd, entry.path, &entry.record, err);
	if (result == 0)
		result = loader_check(&place->root, place->path, entry.path, &entry.needs, err);
	return result < 0 ? result : imports_check(entry.imports, entry.path, place->kernel, err);
}

static void verify_one(const struct place *place, const char *name, void *context)
{
	struct verification *verification = context;
	struct kml_err problem;

	if (verify_entry(place, name, &problem) == 0)
		return;
	verification->tell(&problem);
	verification->wrong++;
}

int inventory_verify(const struct place *place, char *const *names, size_t count, void (*tell)(const struct kml_err *problem),
	struct kml_err *err)
{
	struct verification verification = { .tell = tell };
	int result = 0;

	for (size_t i = 0; i < count; i++)
		verify_one(place, names[i], &verification);
	if (!count)
		result = visit_all(place, verify_one, &verification, err);
	return result < 0 ? result : verification.wrong;
}
