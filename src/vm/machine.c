// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.h"

#include "architecture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/cleanup.h"
#include "common/err.h"

enum { ARGUMENTS = 96 };

/* Arguments for exec; strings are freed with it. */
struct arguments {
	char *list[ARGUMENTS];
	size_t count;
	bool failed;
};

static void arguments_release(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->list[i]);
}

__attribute__((format(printf, 2, 3))) static void add(struct arguments *arguments, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (arguments->count == ARGUMENTS - 1 || vasprintf(&text, format, args) < 0)
		arguments->failed = true;
	else
		arguments->list[arguments->count++] = text;
	va_end(args);
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void add_machine(struct arguments *arguments, const struct machine_options *options)
{
	add(arguments, "%s", options->architecture->qemu);
	add(arguments, "-no-user-config");
	add(arguments, "-nodefaults");
	add(arguments, "-display");
	add(arguments, "none");
	add(arguments, "-no-reboot");
	add(arguments, "-accel");
	add(arguments, "tcg,thread=%s", !options->icount && (options->parallel || !options->architecture->takes_turns) ?
		"multi" : "single");
	for (const char *const *option = options->board->options; *option; option++)
		add(arguments, "%s", *option);
	if (options->board->description) {
		add(arguments, "-dtb");
		add(arguments, "%.*s%s", (int)(file_name(options->kernel) - options->kernel), options->kernel,
			options->board->description);
	}
	add(arguments, "-smp");
	add(arguments, "%u", options->icount ? 1 : options->cpus);
	if (options->icount) {
		add(arguments, "-icount");
		add(arguments, "shift=0,sleep=off");
	}
	add(arguments, "-m");
	add(arguments, "%u", options->memory);
	add(arguments, "-kernel");
	add(arguments, "%s", options->kernel);
	add(arguments, "-initrd");
	add(arguments, "/proc/self/fd/%d", options->initramfs);
	add(arguments, "-append");
	add(arguments, "%s", options->command_line);
}

/* theirs: QEMU's ends of the channels. */
static void add_channels(struct arguments *arguments, const char *bus, const int theirs[MACHINE_CHANNELS])
{
	add(arguments, "-device");
	add(arguments, "%s", bus);
	for (int channel = JOB_PORT_STDIN; channel < JOB_PORT_END; channel++) {
		add(arguments, "-chardev");
		add(arguments, "socket,id=port%d,fd=%d", channel, theirs[channel]);
		add(arguments, "-device");
		add(arguments, "virtserialport,nr=%d,chardev=port%d", channel, channel);
	}
	add(arguments, "-chardev");
	add(arguments, "socket,id=console,fd=%d", theirs[MACHINE_CONSOLE]);
	add(arguments, "-serial");
	add(arguments, "chardev:console");
}

/*
 * In the child. SIGINT and the like stay blocked as they are in the parent: a
 * Ctrl-C that reaches the whole process group is for the parent to handle.
 */
__attribute__((noreturn)) static void become_qemu(const struct arguments *arguments,
	const struct machine_options *options, const int theirs[MACHINE_CHANNELS], pid_t parent, int report)
{
	int number;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* If it is gone already, the signal above never comes. */
	if (getppid() != parent)
		_exit(1);
	for (int channel = JOB_PORT_STDIN; channel <= MACHINE_CONSOLE; channel++)
		fcntl(theirs[channel], F_SETFD, 0);
	fcntl(options->initramfs, F_SETFD, 0);
	signal(SIGPIPE, SIG_DFL);
	number = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(number, STDIN_FILENO);
	dup2(number, STDOUT_FILENO);
	dup2(theirs[MACHINE_MESSAGES], STDERR_FILENO);
	execvp(arguments->list[0], arguments->list);
	number = errno;
	(void)!write(report, &number, sizeof(number));
	_exit(1);
}

static int open_channels(int ours[MACHINE_CHANNELS], int theirs[MACHINE_CHANNELS])
{
	for (int channel = JOB_PORT_STDIN; channel < MACHINE_CHANNELS; channel++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			return -errno;
		ours[channel] = pair[0];
		theirs[channel] = pair[1];
		fcntl(pair[0], F_SETFL, O_NONBLOCK | fcntl(pair[0], F_GETFL));
	}
	return 0;
}

static void close_channels(int channels[MACHINE_CHANNELS])
{
	for (int channel = 0; channel < MACHINE_CHANNELS; channel++) {
		if (channels[channel] >= 0)
			close(channels[channel]);
		channels[channel] = -1;
	}
}

/* Whether the exec of QEMU has worked. */
static int read_report(int report, const struct vm_architecture *architecture, struct kml_err *err)
{
	int number;

	if (read(report, &number, sizeof(number)) != sizeof(number))
		return 0;
	if (number == ENOENT)
		return err_set(err, ENOENT, "%s is not installed: apt install %s", architecture->qemu,
			architecture->qemu_package);
	return err_set(err, number, "cannot start %s: %s", architecture->qemu, strerror(number));
}

static int fork_qemu(const struct arguments *arguments, const struct machine_options *options,
	const int theirs[MACHINE_CHANNELS], pid_t *ret_pid, struct kml_err *err)
{
	_cleanup_close_ int report_in = -1, report_out = -1;
	pid_t parent = getpid(), pid;
	int report[2];

	if (pipe2(report, O_CLOEXEC) < 0)
		return err_errno(err, "pipe");
	report_out = report[0];
	report_in = report[1];
	pid = fork();
	if (pid < 0)
		return err_errno(err, "fork");
	if (pid == 0)
		become_qemu(arguments, options, theirs, parent, report_in);
	*ret_pid = pid;
	close(take_fd(&report_in));
	return read_report(report_out, options->architecture, err);
}

int machine_start(const struct machine_options *options, struct machine *ret, struct kml_err *err)
{
	_cleanup_(arguments_release) struct arguments arguments = {};
	struct machine machine = {};
	int theirs[MACHINE_CHANNELS];
	int result;

	memset(machine.channel, -1, sizeof(machine.channel));
	memset(theirs, -1, sizeof(theirs));
	result = open_channels(machine.channel, theirs);
	if (result < 0)
		err_set(err, -result, "cannot make sockets: %s", strerror(-result));
	if (result == 0) {
		add_machine(&arguments, options);
		add_channels(&arguments, options->architecture->serial_bus, theirs);
		if (arguments.failed)
			result = err_set(err, ENOMEM, "out of memory");
	}
	if (result == 0)
		result = fork_qemu(&arguments, options, theirs, &machine.pid, err);
	close_channels(theirs);
	if (result < 0) {
		machine_stop(&machine);
		close_channels(machine.channel);
		return result;
	}
	*ret = machine;
	return 0;
}

void machine_stop(struct machine *machine)
{
	if (machine->pid > 0) {
		kill(machine->pid, SIGKILL);
		while (waitpid(machine->pid, NULL, 0) < 0 && errno == EINTR)
			;
		machine->pid = 0;
		close_channels(machine->channel);
	}
}
