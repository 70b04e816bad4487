/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The rules that a program below the trusted directory, or its caller, can
 * fail: those of kernel/core/kml.h, by the same names, which stand in
 * /sys/kernel/kml/refused too. The kernel asks for owner and writable first,
 * from the file up to the trusted directory, then for the others in this order.
 */
enum trust_rule {
	RULE_OWNER,
	RULE_WRITABLE,
	RULE_FORMAT,
	RULE_EXECUTABLE_MEMORY,
	RULE_MOUNT,
	RULE_FILE_SYSTEM,
	RULE_LOCKDOWN,
	RULE_CHROOT,
	RULE_NAMESPACE,
	RULE_SECCOMP,
	RULE_NO_NEW_PRIVS,
	RULE_TRACED,
	RULE_DUMPABLE,
	RULE_LIBRARY,	/* asked when the program runs, of what it maps */
	TRUST_RULES
};

const char *rule_name(enum trust_rule rule);
