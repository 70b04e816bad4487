// SPDX-License-Identifier: GPL-2.0-or-later
#include "start.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

#include <kml/abi.h>

#include "common/build.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "executable.h"
#include "judge.h"
#include "settings.h"

enum { VALUE_SIZE = 256 };

/* The first line of a file of the kernel. */
static int read_value(const char *path, char value[VALUE_SIZE], struct kml_err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, value, VALUE_SIZE - 1);

	if (size < 0)
		return err_errno(err, "%s", path);
	value[size] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

/* What the kernel says of itself, and what it will say of the program. */
struct outlook {
	char status[VALUE_SIZE], abi[VALUE_SIZE], directory[VALUE_SIZE];
	char *path;	/* without links */
	struct judgement judgement;
};

static void outlook_release(struct outlook *outlook)
{
	free(outlook->path);
}

static int look(const char *path, struct outlook *ret, struct kml_err *err)
{
	int result = read_value(KML_SYSFS_DIR "/status", ret->status, err);
	char further[SETTINGS_DIRECTORY_SIZE];

	if (result == 0)
		result = read_value(KML_SYSFS_DIR "/abi", ret->abi, err);
	if (result == 0)
		result = read_value(KML_SYSFS_DIR "/trusted_directory", ret->directory, err);
	if (result < 0)
		return result;
	ret->path = realpath(path, NULL);
	if (!ret->path)
		return err_errno(err, "%s", path);
	judge(ret->path, ret->directory, &ret->judgement);
	settings_directory(further);
	if (!ret->judgement.is_below && *further) {
		judge(ret->path, further, &ret->judgement);
		if (ret->judgement.is_below)
			snprintf(ret->directory, sizeof(ret->directory), "%s", further);
	}
	return 0;
}

static bool is_on(const struct outlook *outlook)
{
	return !strcmp(outlook->status, "on");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int start_is_possible(void)
{
	return kernel_mode_runs();
}

int start_program(const char *path, char *const argv[], char *const envp[], struct kml_err *err)
{
	_cleanup_(outlook_release) struct outlook outlook = {};
	const struct judgement *judgement = &outlook.judgement;
	int result = look(path, &outlook, err);

	if (result < 0)
		return result;
	/* A kernel with kernel mode may find the machine unsuitable, and then starts everything as ordinary processes. */
	if (!is_on(&outlook))
		return err_set(err, ENOTSUP, "this machine's kernel does without kernel mode: %s (try: kml-run --machine %s)",
			outlook.status, path);
	if (!judgement->is_below)
		return err_set(err, EPERM,
			"%s: not below %s; install it: sudo kml-install %s && %s/%s (or try it: kml-run --machine %s)",
			path, outlook.directory, path, outlook.directory, base_name(path), path);
	if (judgement->decides < TRUST_RULES)
		return err_set(err, EPERM, "%.400s: not in kernel mode by rule %s: %.500s", path,
			rule_name(judgement->decides), judgement->reasons[judgement->decides].text);
	execve(outlook.path, argv, envp);
	return err_errno(err, "%s: cannot be executed", outlook.path);
}

/* Rules of a later kernel, of which only the names are known. */
static void print_other_rules(FILE *out)
{
	DIR *list = opendir(KML_SYSFS_DIR "/refused");
	struct dirent *entry;

	while (list && (entry = readdir(list))) {
		enum trust_rule rule = 0;

		while (rule < TRUST_RULES && strcmp(entry->d_name, rule_name(rule)))
			rule++;
		if (rule == TRUST_RULES && entry->d_name[0] != '.')
			fprintf(out, "%-17s unknown: a rule of this kernel that this kml-run does not know\n", entry->d_name);
	}
	if (list)
		closedir(list);
}

static void print_judgement(const struct judgement *judgement, FILE *out)
{
	for (enum trust_rule rule = 0; rule < TRUST_RULES; rule++) {
		const char *reason = judgement->reasons[rule].text;

		fprintf(out, "%-17s %s%s\n", rule_name(rule), *reason ? "refuses: " : "passes", reason);
	}
	print_other_rules(out);
}

/* The last line of every explanation. */
static int conclude(const char *path, bool in_kernel_mode, const char *why, FILE *out)
{
	fprintf(out, "%s: %s %s\n", path, in_kernel_mode ? "in kernel mode," : "not in kernel mode,", why);
	return in_kernel_mode;
}

int start_explain(const char *path, FILE *out, struct kml_err *err)
{
	_cleanup_(outlook_release) struct outlook outlook = {};
	const struct judgement *judgement = &outlook.judgement;
	int result = look(path, &outlook, err);
	struct utsname name = {};
	char why[64];

	if (result < 0)
		return result;
	uname(&name);
	fprintf(out, "%-17s %s, kernel mode: %s, interface: %s\n", "kernel", name.release, outlook.status, outlook.abi);
	fprintf(out, "%-17s %s\n", "program", outlook.path);
	fprintf(out, "%-17s %s, and the program is %sbelow it\n", "directory", outlook.directory,
		judgement->is_below ? "" : "not ");
	if (judgement->is_below)
		print_judgement(judgement, out);
	if (!is_on(&outlook))
		return conclude(path, false, "as this machine's kernel does without", out);
	if (!judgement->is_below)
		return conclude(path, false, "as it is elsewhere; kml-install puts it there", out);
	snprintf(why, sizeof(why), "by rule %s", rule_name(judgement->decides < TRUST_RULES ? judgement->decides : 0));
	return judgement->decides < TRUST_RULES ? conclude(path, false, why, out) :
		conclude(path, true, "as all rules pass", out);
}

int start_explain_machine(int fd, const char *path, const char *kernel, bool user_mode, FILE *out)
{
	struct kml_err reason = {};

	fprintf(out, "%-17s a virtual machine with %s, for root, with all places and modes as they should be\n", "kernel",
		kernel);
	if (user_mode)
		return conclude(path, false, "as --user-mode puts it elsewhere", out);
	executable_check_format(fd, path, true, &reason);
	fprintf(out, "%-17s %s%s\n", rule_name(RULE_FORMAT), *reason.text ? "refuses: " : "passes", reason.text);
	return *reason.text ? conclude(path, false, "by rule format", out) :
		conclude(path, true, "as all other rules pass there", out);
}
