// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/stream.h"
#include "console.h"
#include "machine.h"

/* The mark is on its way when the verdict comes; only a kernel in trouble needs longer. */
enum { END_MARK_PATIENCE_MS = 10000 };

struct relay {
	const struct machine *machine;
	const struct relay_options *options;
	struct console *console;
	struct relay_result result;
	struct stream in, out, err;
	bool told_eof, told_closed[3];
	bool has_verdict, ended, console_ended, messages_ended;
	char line[128];	/* of the control port, as far as it has come */
	size_t line_used;
	size_t messages_used;
	int64_t deadline;	/* in ms, or INT64_MAX */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* The guest reads the port all the time, so such a line always fits. */
__attribute__((format(printf, 2, 3))) static void tell(struct relay *relay, const char *format, ...)
{
	char line[64];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	(void)file_write_all(relay->machine->channel[JOB_PORT_CONTROL], line, length);
}

static void tell_news(struct relay *relay)
{
	const struct stream *outputs[] = { NULL, &relay->out, &relay->err };

	if (!relay->told_eof && stream_done(&relay->in)) {
		relay->told_eof = true;
		tell(relay, "eof %llu\n", (unsigned long long)relay->in.taken);
	}
	for (int fd = 1; fd <= 2; fd++) {
		const struct stream *output = outputs[fd];

		if (relay->told_closed[fd] || output->to >= 0)
			continue;
		relay->told_closed[fd] = true;
		tell(relay, "closed %d\n", fd);
		if (output->error == EPIPE)
			relay->result.output_closed = true;
		else if (!relay->result.output_error)
			relay->result.output_error = output->error;
	}
}

static void take_verdict(struct relay *relay, const char *line)
{
	unsigned long long out, err;
	char what[16];
	int number;

	if (relay->has_verdict || sscanf(line, "%15s %d %llu %llu", what, &number, &out, &err) != 4)
		return;
	if (!strcmp(what, "exit"))
		relay->result.end = RELAY_EXIT;
	else if (!strcmp(what, "signal"))
		relay->result.end = RELAY_SIGNAL;
	else if (!strcmp(what, "exec"))
		relay->result.end = RELAY_EXEC;
	else
		return;
	relay->result.number = number;
	relay->has_verdict = true;
	relay->out.limit = out;
	relay->err.limit = err;
	/* From here on only our own readers can keep us waiting, and the mark. */
	relay->deadline = relay->options->wait_for_end_mark ? now_ms() + END_MARK_PATIENCE_MS : INT64_MAX;
}

/* Whether the other end is gone; -1 of a read that would block is not that. */
static bool has_ended(ssize_t count)
{
	return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

static void read_control(struct relay *relay)
{
	ssize_t count = read(relay->machine->channel[JOB_PORT_CONTROL], relay->line + relay->line_used,
		sizeof(relay->line) - 1 - relay->line_used);
	char *newline;

	if (count <= 0) {
		relay->ended = has_ended(count);
		return;
	}
	relay->line_used += count;
	relay->line[relay->line_used] = '\0';
	while ((newline = strchr(relay->line, '\n'))) {
		size_t length = newline + 1 - relay->line;

		*newline = '\0';
		take_verdict(relay, relay->line);
		relay->line_used -= length;
		memmove(relay->line, newline + 1, relay->line_used + 1);
	}
}

static int read_console(struct relay *relay)
{
	char buffer[4096];
	ssize_t count = read(relay->machine->channel[MACHINE_CONSOLE], buffer, sizeof(buffer));

	if (count <= 0) {
		relay->console_ended = has_ended(count);
		return 0;
	}
	if (relay->options->show_console)
		(void)file_write_all(STDERR_FILENO, buffer, count);
	return console_add(relay->console, buffer, count);
}

static void read_messages(struct relay *relay)
{
	char buffer[512], *messages = relay->result.messages;
	ssize_t count = read(relay->machine->channel[MACHINE_MESSAGES], buffer, sizeof(buffer));
	size_t space = sizeof(relay->result.messages) - 1 - relay->messages_used;

	if (count <= 0) {
		relay->messages_ended = has_ended(count);
		return;
	}
	if ((size_t)count > space)
		count = space;
	memcpy(messages + relay->messages_used, buffer, count);
	relay->messages_used += count;
	messages[relay->messages_used] = '\0';
}

static bool is_finished(const struct relay *relay)
{
	if (!stream_done(&relay->out) || !stream_done(&relay->err))
		return false;
	if (relay->ended)
		return relay->console_ended && relay->messages_ended;
	if (!relay->has_verdict)
		return false;
	return !relay->options->wait_for_end_mark || console_has_end_mark(relay->console);
}

static bool take_signal(struct relay *relay, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	relay->result.end = RELAY_INTERRUPTED;
	relay->result.number = info.ssi_signo;
	return true;
}

static int wait_time(const struct relay *relay)
{
	int64_t left;

	if (relay->deadline == INT64_MAX)
		return -1;
	left = relay->deadline - now_ms();
	return left < 0 ? 0 : left > 1000000 ? 1000000 : (int)left;
}

/* What to wait for: a channel that has ended would report that again and again. */
static struct pollfd channel_wants(const struct relay *relay, int channel, bool ended)
{
	return (struct pollfd){ .fd = ended ? -1 : relay->machine->channel[channel], .events = POLLIN };
}

static int carry(struct relay *relay, int signals)
{
	while (!is_finished(relay)) {
		struct pollfd wants[] = {
			{ .fd = signals, .events = POLLIN },
			channel_wants(relay, JOB_PORT_CONTROL, relay->ended),
			channel_wants(relay, MACHINE_CONSOLE, relay->console_ended),
			channel_wants(relay, MACHINE_MESSAGES, relay->messages_ended),
			stream_wants(&relay->out),
			stream_wants(&relay->err),
			stream_wants(&relay->in),
		};

		if (relay->has_verdict || relay->ended)
			wants[6].fd = -1;
		if (poll(wants, sizeof(wants) / sizeof(wants[0]), wait_time(relay)) < 0 && errno != EINTR)
			return -errno;
		if (wants[0].revents && take_signal(relay, signals))
			return 0;
		if (wants[4].revents)
			stream_move(&relay->out);
		if (wants[5].revents)
			stream_move(&relay->err);
		if (wants[6].revents)
			stream_move(&relay->in);
		if (wants[2].revents && read_console(relay) < 0)
			return -ENOMEM;
		if (wants[3].revents)
			read_messages(relay);
		if (wants[1].revents)
			read_control(relay);
		tell_news(relay);
		if (now_ms() >= relay->deadline) {
			if (!relay->has_verdict) {
				relay->result.end = RELAY_TIMEOUT;
				return 0;
			}
			if (stream_done(&relay->out) && stream_done(&relay->err))
				break;
			/* A slow reader; the mark has had its time. */
			relay->deadline = now_ms() + END_MARK_PATIENCE_MS;
		}
	}
	relay->result.no_end_mark = relay->options->wait_for_end_mark && !console_has_end_mark(relay->console);
	return 0;
}

int relay_run(const struct machine *machine, const struct relay_options *options, struct console *console,
	struct relay_result *ret, struct kml_err *err)
{
	struct relay relay = { .machine = machine, .options = options, .console = console, .deadline = INT64_MAX };
	_cleanup_close_ int signals = -1;
	sigset_t set;
	int result;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		return err_errno(err, "signalfd");
	relay.result.end = RELAY_NO_VERDICT;
	stream_init(&relay.in, STDIN_FILENO, machine->channel[JOB_PORT_STDIN]);
	stream_init(&relay.out, machine->channel[JOB_PORT_STDOUT], STDOUT_FILENO);
	stream_init(&relay.err, machine->channel[JOB_PORT_STDERR], STDERR_FILENO);
	relay.out.blocking_to = relay.err.blocking_to = true;
	if (options->timeout)
		relay.deadline = now_ms() + options->timeout * 1000LL;
	result = carry(&relay, signals);
	if (result < 0)
		return err_set(err, -result, "cannot attend to the machine: %s", strerror(-result));
	*ret = relay.result;
	return 0;
}
