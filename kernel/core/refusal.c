// SPDX-License-Identifier: GPL-2.0-only
/* What was refused: counted by rule, and told in the kernel's log. */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/printk.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include "kml.h"

static const char *const kml_rule_names[KML_RULES] = {
	[KML_RULE_OWNER] = "owner",
	[KML_RULE_WRITABLE] = "writable",
	[KML_RULE_FORMAT] = "format",
	[KML_RULE_EXECUTABLE_MEMORY] = "executable_memory",
	[KML_RULE_MOUNT] = "mount",
	[KML_RULE_FILE_SYSTEM] = "file_system",
	[KML_RULE_LOCKDOWN] = "lockdown",
	[KML_RULE_CHROOT] = "chroot",
	[KML_RULE_NAMESPACE] = "namespace",
	[KML_RULE_SECCOMP] = "seccomp",
	[KML_RULE_NO_NEW_PRIVS] = "no_new_privs",
	[KML_RULE_TRACED] = "traced",
	[KML_RULE_DUMPABLE] = "dumpable",
	[KML_RULE_LIBRARY] = "library",
};

static atomic64_t kml_refused[KML_RULES];

const char *kml_rule_name(enum kml_rule rule)
{
	return kml_rule_names[rule];
}

u64 kml_refusals(enum kml_rule rule)
{
	return atomic64_read(&kml_refused[rule]);
}

/* Names of files and processes are whatever somebody chose, line ends included: %*pE */
void kml_refuse(enum kml_rule rule, struct dentry *file)
{
	struct name_snapshot name = { .name = QSTR_INIT("memory", 6) };
	char command[TASK_COMM_LEN];

	atomic64_inc(&kml_refused[rule]);
	get_task_comm(command, current);
	if (file)
		take_dentry_name_snapshot(&name, file);
	pr_notice_ratelimited("kml: rule %s refuses %*pE to process %d (%*pE) of user %u\n", kml_rule_name(rule),
			      (int)name.name.len, name.name.name, task_tgid_nr(current), (int)strlen(command),
			      command, from_kuid(&init_user_ns, current_uid()));
	if (file)
		release_dentry_name_snapshot(&name);
}
