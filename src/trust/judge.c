// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "caller.h"
#include "common/cleanup.h"
#include "executable.h"
#include "filesystem.h"
#include "image/needs.h"
#include "loader.h"
#include "memory.h"
#include "trusted.h"
#include "walk.h"

static bool is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return !strncmp(path, directory, length) && path[length] == '/';
}

/* Keeps the first reason, which is that of the lowest place. Of places, the lowest decides; else, the first rule. */
static void fail(struct judgement *judgement, enum trust_rule rule, const struct kml_err *reason)
{
	if (!judgement->reasons[rule].text[0])
		judgement->reasons[rule] = *reason;
	if (judgement->decides == TRUST_RULES || (rule > RULE_WRITABLE && rule < judgement->decides))
		judgement->decides = rule;
}

static void judge_status(const char *path, struct judgement *judgement)
{
	struct kml_err reason;
	struct stat status;

	if (lstat(path, &status) < 0)
		return;
	if (trusted_check_owner(&status, path, 0, &reason) < 0)
		fail(judgement, RULE_OWNER, &reason);
	if (trusted_check_mode(&status, path, &reason) < 0)
		fail(judgement, RULE_WRITABLE, &reason);
}

static void judge_places(const char *path, const char *trusted_directory, struct judgement *judgement)
{
	char place[PATH_MAX];

	snprintf(place, sizeof(place), "%s", path);
	judge_status(place, judgement);
	while (is_below(place, trusted_directory)) {
		*strrchr(place, '/') = '\0';
		judge_status(place, judgement);
	}
}

static void keep(struct judgement *judgement, enum trust_rule rule, int result, const struct kml_err *reason)
{
	if (result == -EPERM || result == -ENOEXEC)
		fail(judgement, rule, reason);
}

/* What the program has to have mapped before it can begin; a library that is not there is nothing to the kernel. Uses needs up. */
static void judge_libraries(const char *path, struct elf_needs *needs, struct judgement *judgement)
{
	_cleanup_close_ int top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct walk_root root = { .fd = top, .name = "" };
	char directory[PATH_MAX];
	struct kml_err reason;

	snprintf(directory, sizeof(directory), "%s", path);
	*strrchr(directory, '/') = '\0';
	if (top >= 0 && loader_check(&root, directory, path, needs, &reason) == -EPERM)
		fail(judgement, RULE_LIBRARY, &reason);
}

static void judge_file(const char *path, struct judgement *judgement)
{
	_cleanup_close_ int readable = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	_cleanup_close_ int place = open(path, O_PATH | O_CLOEXEC);
	_cleanup_needs_ struct elf_needs needs = {};
	struct kml_err reason;

	/* Programs that may be executed only cannot be looked into. */
	if (readable >= 0 && executable_check_format(readable, path, false, &reason) < 0)
		fail(judgement, RULE_FORMAT, &reason);
	else if (readable >= 0 && elf_needs_read(readable, path, &needs, &reason) == 0) {
		keep(judgement, RULE_EXECUTABLE_MEMORY, memory_check_allowed(readable, path, &needs, &reason), &reason);
		judge_libraries(path, &needs, judgement);
	}
	if (place >= 0)
		keep(judgement, RULE_MOUNT, trusted_check_mount(place, path, &reason), &reason);
	if (place >= 0)
		keep(judgement, RULE_FILE_SYSTEM, filesystem_check(place, path, &reason), &reason);
}

void judge(const char *path, const char *trusted_directory, struct judgement *ret)
{
	struct kml_err reason;

	*ret = (struct judgement){ .is_below = is_below(path, trusted_directory), .decides = TRUST_RULES };
	if (!ret->is_below)
		return;
	judge_places(path, trusted_directory, ret);
	judge_file(path, ret);
	for (enum trust_rule rule = 0; rule < TRUST_RULES; rule++)
		if (caller_check_rule(rule, &reason) < 0)
			fail(ret, rule, &reason);
}
