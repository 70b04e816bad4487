// SPDX-License-Identifier: GPL-2.0-or-later
/* Receives the audit records of all system calls of a process; they must be the same each way. */
#include "observe.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

static int audit;

static void request(unsigned short type, const void *data, size_t size)
{
	struct {
		struct nlmsghdr header;
		char data[sizeof(struct audit_rule_data) + 64];
	} message = { .header = { .nlmsg_len = (unsigned int)NLMSG_LENGTH(size), .nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK } };

	memcpy(message.data, data, size);
	if (send(audit, &message, message.header.nlmsg_len, 0) < 0)
		err(1, "audit request %d", type);
}

/* All system calls of this process are to be recorded */
static void change_rule(unsigned short request_type, pid_t pid)
{
	struct audit_rule_data rule = { .flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS, .field_count = 1 };

	memset(rule.mask, 0xff, sizeof(rule.mask));
	rule.fields[0] = AUDIT_PID;
	rule.values[0] = (unsigned int)pid;
	rule.fieldflags[0] = AUDIT_EQUAL;
	request(request_type, &rule, sizeof(rule));
}

/* The process, or one of its children */
static bool is_relative(const char *word, pid_t child)
{
	long value = !strncmp(word, "exit=", 5) ? strtol(word + 5, NULL, 10) :
		!strncmp(word, "a0=", 3) ? strtol(word + 3, NULL, 16) : 0;

	return value >= child && value < child + 50;
}

/* Without times, process ids and addresses on the stack, which differ from run to run */
static void print_record(FILE *out, int type, char *text, pid_t child)
{
	fprintf(out, "%d", type);
	strsep(&text, " ");
	for (char *word; (word = strsep(&text, " \n"));) {
		const char *value = strchr(word, '=');

		if (!strncmp(word, "ppid=", 5) || !strncmp(word, "pid=", 4) || !strncmp(word, "exe=", 4))
			continue;
		if (value && !strncmp(value + 1, "7ff", 3) && strlen(value + 1) >= 11)
			fprintf(out, " %.*s stack", (int)(value - word), word);
		else if (is_relative(word, child))
			fprintf(out, " %.*s process", (int)(value - word), word);
		else
			fprintf(out, " %s", word);
	}
	fprintf(out, "\n");
}

static bool receive(FILE *out, pid_t child)
{
	static char message[16384];
	const struct nlmsghdr *header = (const struct nlmsghdr *)message;
	ssize_t size = recv(audit, message, sizeof(message) - 1, 0);
	char *text = NLMSG_DATA(header), pid[32];
	bool last;

	if (size < (ssize_t)sizeof(*header))
		return false;
	message[size] = 0;
	if (header->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = NLMSG_DATA(header);

		if (error->error)
			errx(1, "audit request %d: %s", error->msg.nlmsg_type, strerror(-error->error));
		return false;
	}
	snprintf(pid, sizeof(pid), " pid=%d ", child);
	if (header->nlmsg_type != AUDIT_SYSCALL || !strstr(text, pid))
		return false;
	last = strstr(text, " syscall=231 ");
	print_record(out, header->nlmsg_type, text, child);
	return last;
}

static void record(FILE *out, const struct way *way, const void *argument)
{
	pid_t child = start_traced(way, "traced", argument);
	struct pollfd wait = { .fd = audit, .events = POLLIN };
	int status;

	change_rule(AUDIT_ADD_RULE, child);
	ptrace(PTRACE_DETACH, child, NULL, NULL);
	if (waitpid(child, &status, 0) != child)
		err(1, "wait");
	/* They come by way of a kernel thread */
	while (poll(&wait, 1, 10000) > 0)
		if (receive(out, child))
			break;
	change_rule(AUDIT_DEL_RULE, child);
	print_status(out, status);
}

int main(void)
{
	const struct audit_status on = { .mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID | AUDIT_STATUS_BACKLOG_LIMIT,
		.enabled = 1, .pid = (unsigned int)getpid(), .backlog_limit = 8192 };
	const struct audit_status off = { .mask = AUDIT_STATUS_ENABLED };
	int failures;

	audit = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	if (audit < 0)
		err(1, "audit socket");
	request(AUDIT_SET, &on, sizeof(on));
	failures = same_each_way("audit records of system calls", record, "calls", 55);
	failures += same_each_way("audit records of a parent", record, "children", 10);
	request(AUDIT_SET, &off, sizeof(off));
	return failures;
}
