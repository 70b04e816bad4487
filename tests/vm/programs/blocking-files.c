// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and writing what is not there yet, and locks of files. */
#include "blocking.h"

#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>

/* Reading and writing */

static void make_full_pipe(struct place *place)
{
	static char page[4096];

	make_pipe(place);
	fcntl(place->fds[1], F_SETPIPE_SZ, 4096);
	blocking_must(write(place->fds[1], page, sizeof(page)) == sizeof(page), "filling the pipe");
}

static void make_terminal(struct place *place)
{
	struct termios raw;
	int number, unlocked = 0;
	char path[32];

	place->fds[1] = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
	blocking_must(place->fds[1] >= 0 && !ioctl(place->fds[1], TIOCSPTLCK, &unlocked) &&
			!ioctl(place->fds[1], TIOCGPTN, &number),
		"ptmx");
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	place->fds[0] = open(path, O_RDWR | O_NOCTTY);
	blocking_must(place->fds[0] >= 0 && !tcgetattr(place->fds[0], &raw), path);
	cfmakeraw(&raw);
	tcsetattr(place->fds[0], TCSANOW, &raw);
}

static void make_eventfd(struct place *place)
{
	place->fds[0] = place->fds[1] = eventfd(0, 0);
}

static void make_timerfd(struct place *place)
{
	place->fds[0] = timerfd_create(CLOCK_MONOTONIC, 0);
}

static void make_signalfd(struct place *place)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	place->fds[0] = signalfd(-1, &set, 0);
}

static void make_inotify(struct place *place)
{
	char name[] = "/tmp/watchedXXXXXX";

	place->fds[1] = mkstemp(name);
	place->fds[0] = inotify_init();
	blocking_must(inotify_add_watch(place->fds[0], name, IN_MODIFY) > 0, "inotify");
	unlink(name);
}

static void make_userfaultfd(struct place *place)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_REMOVE };

	place->fds[0] = (int)syscall(SYS_userfaultfd, 0);
	blocking_must(place->fds[0] >= 0 && !ioctl(place->fds[0], UFFDIO_API, &api), "userfaultfd");
}

static long by_readv(struct place *place)
{
	char buffer[2][8];
	struct {
		void *base;
		size_t size;
	} parts[] = { { buffer[0], 8 }, { buffer[1], 8 } };

	return pass(SYS_readv, place->fds[0], parts, 2);
}

static void wake_writer(struct place *place)
{
	char page[4096];

	blocking_must(read(place->fds[0], page, sizeof(page)) > 0, "draining");
}

static void set_timer(struct place *place)
{
	struct itimerspec soon = { .it_value = { .tv_nsec = 1000 } };

	timerfd_settime(place->fds[0], 0, &soon, NULL);
}

static long by_splice(struct place *place)
{
	int to[2];

	blocking_must(!pipe(to), "pipe");
	return pass(SYS_splice, place->fds[0], NULL, to[1], NULL, 8, 0);
}

static long by_tee(struct place *place)
{
	int to[2];

	blocking_must(!pipe(to), "pipe");
	return pass(SYS_tee, place->fds[0], to[1], 8, 0);
}

static void make_fifo(struct place *place)
{
	char name[32];

	place->id = getpid();
	snprintf(name, sizeof(name), "/tmp/fifo%d", place->id);
	blocking_must(!mkfifo(name, 0600), name);
}

static long by_open(struct place *place)
{
	char name[32];
	long fd;

	snprintf(name, sizeof(name), "/tmp/fifo%d", place->id);
	fd = pass(SYS_openat, AT_FDCWD, name, O_RDONLY, 0);
	return fd < 0 ? fd : 0;
}

static void open_other_end(struct place *place)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/fifo%d", place->id);
	(void)!open(name, O_WRONLY);
}

static void remove_fifo(struct place *place)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/fifo%d", place->id);
	unlink(name);
}

/* Locks of files: the driver has one, the blocker opens the file for itself */

static void make_file(struct place *place)
{
	char name[32];

	place->id = getpid();
	snprintf(name, sizeof(name), "/tmp/file%d", place->id);
	place->fds[0] = open(name, O_RDWR | O_CREAT, 0600);
	blocking_must(place->fds[0] >= 0, name);
}

static int open_file(const struct place *place)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/file%d", place->id);
	return open(name, O_RDWR);
}

static void remove_file(struct place *place)
{
	char name[32];

	snprintf(name, sizeof(name), "/tmp/file%d", place->id);
	unlink(name);
}

static void hold_flock(struct place *place)
{
	make_file(place);
	blocking_must(!flock(place->fds[0], LOCK_EX), "flock");
}

static long by_flock(struct place *place)
{
	return pass(SYS_flock, open_file(place), LOCK_EX);
}

static void release_flock(struct place *place)
{
	flock(place->fds[0], LOCK_UN);
}

static void set_range_lock(struct place *place, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_len = 10 };

	blocking_must(!fcntl(place->fds[0], F_SETLK, &lock), "F_SETLK");
}

static void hold_range(struct place *place)
{
	make_file(place);
	set_range_lock(place, F_WRLCK);
}

static long by_setlkw(struct place *place)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10 };

	return pass(SYS_fcntl, open_file(place), F_SETLKW, &lock);
}

static long by_ofd_setlkw(struct place *place)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10 };

	return pass(SYS_fcntl, open_file(place), F_OFD_SETLKW, &lock);
}

static void release_range(struct place *place)
{
	set_range_lock(place, F_UNLCK);
}

static const struct blocking calls[] = {
	{ "read pipe", make_pipe, by_read, wake_reader, NULL },
	{ "readv pipe", make_pipe, by_readv, wake_reader, NULL },
	{ "read terminal", make_terminal, by_read, wake_reader, NULL },
	{ "read eventfd", make_eventfd, by_read, wake_reader, NULL },
	{ "read timerfd", make_timerfd, by_read, set_timer, NULL },
	{ "read signalfd", make_signalfd, by_read, send_watched_signal, NULL },
	{ "read inotify", make_inotify, by_read, wake_reader, NULL },
	{ "write full pipe", make_full_pipe, by_write, wake_writer, NULL },
	{ "splice", make_pipe, by_splice, wake_reader, NULL },
	{ "tee", make_pipe, by_tee, wake_reader, NULL },
	{ "open fifo", make_fifo, by_open, open_other_end, remove_fifo },
	{ "flock", hold_flock, by_flock, release_flock, remove_file },
	{ "fcntl F_SETLKW", hold_range, by_setlkw, release_range, remove_file },
	{ "fcntl F_OFD_SETLKW", hold_range, by_ofd_setlkw, release_range, remove_file },
	{ "read userfaultfd", make_userfaultfd, by_read, wake_by_signal, NULL },
};
const struct blocking_family blocking_files = { calls, sizeof(calls) / sizeof(*calls) };
