// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of the machine: runs one program, whose standard
 * descriptors are pipes, and carries data between these and the ports.
 *
 * The program does not get the ports themselves: they can be opened only once
 * (so /dev/stdout would not work), cut long writes short, and block for ever
 * where a pipe says EPIPE.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/stream.h"
#include "job.h"
#include "modules.h"
#include "setup.h"

enum { JOB_LIMIT = 64 << 20, PORT_PATIENCE_MS = 60000 };

struct guest {
	int port[JOB_PORT_END];
	int signals;
	struct stream in, out, err;
	int input_pipe;
	char line[128];	/* of the control port, as far as it has come */
	size_t line_used;
};

/* Restarting ends QEMU (-no-reboot), and the host sees that there was no verdict. */
__attribute__((noreturn, format(printf, 1, 2))) static void give_up(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "kml-init: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	fflush(stderr);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static void read_job(struct job *ret)
{
	int fd = open(JOB_FILE, O_RDONLY | O_CLOEXEC);
	char *data;
	size_t size;

	if (fd < 0)
		give_up("%s: %m", JOB_FILE);
	if (file_read_all(fd, JOB_LIMIT, &data, &size) < 0 || job_decode(data, size, ret) < 0)
		give_up("%s: not a job", JOB_FILE);
	close(fd);
	unlink(JOB_FILE);
	unlink("/init");
}

/* Ports appear one after the other, and each is connected some time after it has appeared. */
static int open_port(int number)
{
	char path[32];
	int fd = -1;

	snprintf(path, sizeof(path), "/dev/vport0p%d", number);
	for (int ms = 0; ms < PORT_PATIENCE_MS; ms++) {
		if (fd < 0)
			fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) {
			struct pollfd port = { .fd = fd };

			if (poll(&port, 1, 0) == 0)
				return fd;
		}
		usleep(1000);
	}
	give_up("%s: %m", path);
}

struct pipe_end {
	int ours, theirs;
};

static struct pipe_end make_pipe(bool we_write)
{
	int ends[2];
	struct pipe_end result;

	if (pipe2(ends, O_CLOEXEC) < 0)
		give_up("pipe: %m");
	result.ours = ends[we_write];
	result.theirs = ends[!we_write];
	fcntl(result.ours, F_SETFL, O_NONBLOCK | fcntl(result.ours, F_GETFL));
	return result;
}

__attribute__((noreturn)) static void become_program(const struct job *job, const int standard[3], int report)
{
	sigset_t none;
	int number;

	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(standard[fd], fd);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(job->path, job->argv, job->envp);
	number = errno;
	(void)!write(report, &number, sizeof(number));
	_exit(127);
}

/* The program's process, or -errno when it could not be executed. */
static pid_t start_program(struct guest *guest, const struct job *job)
{
	struct pipe_end in = make_pipe(true), out = make_pipe(false), err = make_pipe(false);
	const int standard[3] = { in.theirs, out.theirs, err.theirs };
	int report[2], number = 0;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		give_up("pipe: %m");
	pid = fork();
	if (pid < 0)
		give_up("fork: %m");
	if (pid == 0)
		become_program(job, standard, report[1]);
	for (int fd = 0; fd < 3; fd++)
		close(standard[fd]);
	guest->input_pipe = in.ours;
	stream_init(&guest->in, guest->port[JOB_PORT_STDIN], in.ours);
	stream_init(&guest->out, out.ours, guest->port[JOB_PORT_STDOUT]);
	stream_init(&guest->err, err.ours, guest->port[JOB_PORT_STDERR]);
	close(report[1]);
	/* Ends without data when the exec has closed the other end. */
	if (read(report[0], &number, sizeof(number)) == sizeof(number)) {
		waitpid(pid, NULL, 0);
		pid = -number;
	}
	close(report[0]);
	return pid;
}

static void obey(struct guest *guest, const char *line)
{
	unsigned long long number;

	if (sscanf(line, "eof %llu", &number) == 1) {
		guest->in.limit = number;
	} else if (sscanf(line, "closed %llu", &number) == 1) {
		struct stream *stream = number == 1 ? &guest->out : &guest->err;

		/* From now on the program gets EPIPE. */
		if (stream->from >= 0)
			close(stream->from);
		stream->from = -1;
		stream->start = stream->end = 0;
		stream->limit = stream->taken;
	}
}

static void read_control(struct guest *guest)
{
	ssize_t count = read(guest->port[JOB_PORT_CONTROL], guest->line + guest->line_used,
		sizeof(guest->line) - 1 - guest->line_used);
	char *newline;

	if (count <= 0)
		return;
	guest->line_used += count;
	guest->line[guest->line_used] = '\0';
	while ((newline = strchr(guest->line, '\n'))) {
		size_t length = newline + 1 - guest->line;

		*newline = '\0';
		obey(guest, guest->line);
		guest->line_used -= length;
		memmove(guest->line, newline + 1, guest->line_used + 1);
	}
}

/* Whether the program is among the processes that have ended. */
static bool reap(struct guest *guest, pid_t program, int *ret_status)
{
	struct signalfd_siginfo info;
	bool ended = false;
	int status;
	pid_t pid;

	(void)!read(guest->signals, &info, sizeof(info));
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == program) {
			*ret_status = status;
			ended = true;
		}
	return ended;
}

static void close_finished_input(struct guest *guest)
{
	if (guest->input_pipe >= 0 && stream_done(&guest->in)) {
		close(guest->input_pipe);
		guest->input_pipe = -1;
		guest->in.to = -1;
	}
}

/* Carries data until the program has ended; its wait status. */
static int attend(struct guest *guest, pid_t program)
{
	for (;;) {
		struct pollfd wants[] = {
			{ .fd = guest->signals, .events = POLLIN },
			{ .fd = guest->port[JOB_PORT_CONTROL], .events = POLLIN },
			stream_wants(&guest->in),
			stream_wants(&guest->out),
			stream_wants(&guest->err),
		};
		int status = 0;

		if (poll(wants, 5, -1) < 0)
			continue;
		if (wants[1].revents)
			read_control(guest);
		if (wants[2].revents)
			stream_move(&guest->in);
		close_finished_input(guest);
		if (wants[3].revents)
			stream_move(&guest->out);
		if (wants[4].revents)
			stream_move(&guest->err);
		if (wants[0].revents && reap(guest, program, &status))
			return status;
	}
}

/* What is in the pipe now is the program's; what its children write later is not waited for. */
static void finish_output(struct stream *stream)
{
	int left;

	if (stream->from < 0)
		return;
	if (ioctl(stream->from, FIONREAD, &left) == 0 && stream->taken + left < stream->limit)
		stream->limit = stream->taken + left;
}

static void finish_outputs(struct guest *guest)
{
	finish_output(&guest->out);
	finish_output(&guest->err);
	while (!stream_done(&guest->out) || !stream_done(&guest->err)) {
		struct pollfd wants[] = {
			stream_wants(&guest->out),
			stream_wants(&guest->err),
			{ .fd = guest->port[JOB_PORT_CONTROL], .events = POLLIN },
		};

		if (poll(wants, 3, -1) < 0)
			continue;
		if (wants[2].revents)
			read_control(guest);
		if (wants[0].revents)
			stream_move(&guest->out);
		if (wants[1].revents)
			stream_move(&guest->err);
	}
}

static void mark_console(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "<4>" JOB_END_MARK "\n", strlen("<4>" JOB_END_MARK "\n"));
	close(fd);
}

static void send_verdict(struct guest *guest, const char *what, int number)
{
	int port = guest->port[JOB_PORT_CONTROL];
	char line[96];

	snprintf(line, sizeof(line), "%s %d %llu %llu\n", what, number, (unsigned long long)guest->out.taken,
		(unsigned long long)guest->err.taken);
	fcntl(port, F_SETFL, fcntl(port, F_GETFL) & ~O_NONBLOCK);
	if (file_write_all(port, line, strlen(line)) < 0)
		give_up("cannot report the program's end");
}

static void run(struct guest *guest)
{
	struct job job;
	sigset_t child;
	pid_t program;
	int status;

	read_job(&job);
	for (int number = JOB_PORT_STDIN; number < JOB_PORT_END; number++)
		guest->port[number] = open_port(number);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	guest->signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	if (guest->signals < 0)
		give_up("signalfd: %m");
	program = start_program(guest, &job);
	if (program < 0) {
		mark_console();
		send_verdict(guest, "exec", -program);
		return;
	}
	status = attend(guest, program);
	finish_outputs(guest);
	mark_console();
	if (WIFSIGNALED(status))
		send_verdict(guest, "signal", WTERMSIG(status));
	else
		send_verdict(guest, "exit", WEXITSTATUS(status));
}

int main(void)
{
	static struct guest guest;
	char failed[NAME_MAX + 1];
	int error;

	if (getpid() != 1) {
		fprintf(stderr, "kml-init: runs as the first process of kml-run's machine only\n");
		return 1;
	}
	guest_setup();
	error = modules_load(failed);
	if (error)
		give_up("%s: cannot be loaded: %s; the kernel's log says why", failed, strerror(error));
	run(&guest);
	/* The host ends the machine. */
	for (;;)
		pause();
}
