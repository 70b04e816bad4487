// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule.h"

static const char *const names[TRUST_RULES] = {
	[RULE_OWNER] = "owner",
	[RULE_WRITABLE] = "writable",
	[RULE_FORMAT] = "format",
	[RULE_EXECUTABLE_MEMORY] = "executable_memory",
	[RULE_MOUNT] = "mount",
	[RULE_FILE_SYSTEM] = "file_system",
	[RULE_LOCKDOWN] = "lockdown",
	[RULE_CHROOT] = "chroot",
	[RULE_NAMESPACE] = "namespace",
	[RULE_SECCOMP] = "seccomp",
	[RULE_NO_NEW_PRIVS] = "no_new_privs",
	[RULE_TRACED] = "traced",
	[RULE_DUMPABLE] = "dumpable",
	[RULE_LIBRARY] = "library",
};

const char *rule_name(enum trust_rule rule)
{
	return names[rule];
}
