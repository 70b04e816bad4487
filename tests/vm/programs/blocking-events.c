// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting for one of many things, and asynchronous I/O. */
#include "blocking.h"

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

/* Architectures that had another one before call it so */
#ifndef SYS_select
#define SYS_select SYS__newselect
#endif

struct sigset_argument {
	const void *set;
	size_t size;
};

/* Waiting for many things */

static long by_poll(struct place *place)
{
	struct pollfd fd = { .fd = place->fds[0], .events = POLLIN };

	return pass(SYS_poll, &fd, 1, -1L);
}

static long by_poll_timed(struct place *place)
{
	struct pollfd fd = { .fd = place->fds[0], .events = POLLIN };

	return pass(SYS_poll, &fd, 1, PATIENCE_MS);
}

static long by_ppoll(struct place *place)
{
	struct pollfd fd = { .fd = place->fds[0], .events = POLLIN };
	uint64_t none = 0;

	return pass(SYS_ppoll, &fd, 1, NULL, &none, SIGSET_SIZE);
}

static long by_ppoll_timed(struct place *place)
{
	struct pollfd fd = { .fd = place->fds[0], .events = POLLIN };
	struct timespec timeout = in_patience();
	long result = pass(SYS_ppoll, &fd, 1, &timeout, NULL, SIGSET_SIZE);

	place->left_ms = in_ms(&timeout);
	return result;
}

static long by_select(struct place *place)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(place->fds[0], &set);
	return pass(SYS_select, place->fds[0] + 1, &set, NULL, NULL, NULL);
}

static long by_select_timed(struct place *place)
{
	struct timeval timeout = { .tv_sec = PATIENCE_MS / 1000 };
	fd_set set;
	long result;

	FD_ZERO(&set);
	FD_SET(place->fds[0], &set);
	result = pass(SYS_select, place->fds[0] + 1, &set, NULL, NULL, &timeout);
	place->left_ms = timeout.tv_sec * 1000 + timeout.tv_usec / 1000;
	return result;
}

static long by_pselect(struct place *place)
{
	uint64_t none = 0;
	struct sigset_argument mask = { &none, SIGSET_SIZE };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(place->fds[0], &set);
	return pass(SYS_pselect6, place->fds[0] + 1, &set, NULL, NULL, NULL, &mask);
}

static long by_pselect_timed(struct place *place)
{
	struct timespec timeout = in_patience();
	fd_set set;
	long result;

	FD_ZERO(&set);
	FD_SET(place->fds[0], &set);
	result = pass(SYS_pselect6, place->fds[0] + 1, &set, NULL, NULL, &timeout, NULL);
	place->left_ms = in_ms(&timeout);
	return result;
}

static void make_epoll(struct place *place)
{
	struct epoll_event event = { .events = EPOLLIN };

	make_pipe(place);
	place->fds[2] = epoll_create1(0);
	blocking_must(!epoll_ctl(place->fds[2], EPOLL_CTL_ADD, place->fds[0], &event), "epoll");
}

static long by_epoll_wait(struct place *place)
{
	struct epoll_event event;

	return pass(SYS_epoll_wait, place->fds[2], &event, 1, -1L);
}

static long by_epoll_wait_timed(struct place *place)
{
	struct epoll_event event;

	return pass(SYS_epoll_wait, place->fds[2], &event, 1, PATIENCE_MS);
}

static long by_epoll_pwait(struct place *place)
{
	struct epoll_event event;
	uint64_t none = 0;

	return pass(SYS_epoll_pwait, place->fds[2], &event, 1, -1L, &none, SIGSET_SIZE);
}

static long by_epoll_pwait2(struct place *place)
{
	struct epoll_event event;
	struct timespec timeout = in_patience();
	uint64_t none = 0;

	return pass(441, place->fds[2], &event, 1, &timeout, &none, SIGSET_SIZE);
}

/* Asynchronous I/O. Contexts belong to a process, so the blocker makes them. */

static aio_context_t aio_with_a_poll(const struct place *place)
{
	struct iocb request = { .aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (uint32_t)place->fds[0], .aio_buf = POLLIN };
	struct iocb *requests[] = { &request };
	aio_context_t context = 0;

	blocking_must(!syscall(SYS_io_setup, 1, &context) && syscall(SYS_io_submit, context, 1, requests) == 1, "io_submit");
	return context;
}

static long by_io_getevents(struct place *place)
{
	struct io_event event;

	return pass(SYS_io_getevents, aio_with_a_poll(place), 1, 1, &event, NULL);
}

static long by_io_getevents_timed(struct place *place)
{
	struct timespec timeout = in_patience();
	struct io_event event;

	return pass(SYS_io_getevents, aio_with_a_poll(place), 1, 1, &event, &timeout);
}

static long by_io_pgetevents(struct place *place)
{
	uint64_t none = 0;
	struct sigset_argument mask = { &none, SIGSET_SIZE };
	struct io_event event;

	return pass(SYS_io_pgetevents, aio_with_a_poll(place), 1, 1, &event, NULL, &mask);
}

static long by_io_uring_enter(struct place *place)
{
	struct io_uring_params parameters = { .flags = 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &parameters);
	size_t size = parameters.sq_off.array + 4;
	char *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry =
		mmap(NULL, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);

	blocking_must(ring >= 0 && queue != MAP_FAILED && entry != MAP_FAILED, "io_uring");
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = place->fds[0], .poll32_events = POLLIN };
	*(volatile unsigned int *)(queue + parameters.sq_off.tail) = 1;
	blocking_must(syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1, "io_uring_enter");
	return pass(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static const struct blocking calls[] = {
	{ "poll", make_pipe, by_poll, wake_reader, NULL },
	{ "poll with a timeout", make_pipe, by_poll_timed, NULL, NULL },
	{ "ppoll", make_pipe, by_ppoll, wake_reader, NULL },
	{ "ppoll with a timeout", make_pipe, by_ppoll_timed, NULL, NULL },
	{ "select", make_pipe, by_select, wake_reader, NULL },
	{ "select with a timeout", make_pipe, by_select_timed, NULL, NULL },
	{ "pselect", make_pipe, by_pselect, wake_reader, NULL },
	{ "pselect with a timeout", make_pipe, by_pselect_timed, NULL, NULL },
	{ "epoll_wait", make_epoll, by_epoll_wait, wake_reader, NULL },
	{ "epoll_wait with a timeout", make_epoll, by_epoll_wait_timed, NULL, NULL },
	{ "epoll_pwait", make_epoll, by_epoll_pwait, wake_reader, NULL },
	{ "epoll_pwait2 with a timeout", make_epoll, by_epoll_pwait2, NULL, NULL },
	{ "io_getevents", make_pipe, by_io_getevents, wake_reader, NULL },
	{ "io_getevents with a timeout", make_pipe, by_io_getevents_timed, NULL, NULL },
	{ "io_pgetevents", make_pipe, by_io_pgetevents, wake_reader, NULL },
	{ "io_uring_enter", make_pipe, by_io_uring_enter, wake_reader, NULL },
};
const struct blocking_family blocking_events = { calls, sizeof(calls) / sizeof(*calls) };
