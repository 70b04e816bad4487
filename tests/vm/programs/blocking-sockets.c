// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets of the local kind. */
#include "blocking.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Sockets */

static void make_sockets(struct place *place)
{
	blocking_must(!socketpair(AF_UNIX, SOCK_STREAM, 0, place->fds), "socketpair");
}

static void make_full_sockets(struct place *place)
{
	static char page[4096];

	make_sockets(place);
	while (send(place->fds[1], page, sizeof(page), MSG_DONTWAIT) > 0)
		;
}

static void make_patient_full_sockets(struct place *place)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };

	make_full_sockets(place);
	blocking_must(!setsockopt(place->fds[1], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), "SO_SNDTIMEO");
}

static void make_patient_sockets(struct place *place)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };

	make_sockets(place);
	blocking_must(!setsockopt(place->fds[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "SO_RCVTIMEO");
}

static void drain(struct place *place)
{
	char page[4096];

	while (recv(place->fds[0], page, sizeof(page), MSG_DONTWAIT) > 0)
		;
}

static long by_recvfrom(struct place *place)
{
	char buffer[8];

	return pass(SYS_recvfrom, place->fds[0], buffer, 8, 0, NULL, NULL);
}

static long by_recvmsg(struct place *place)
{
	char buffer[8];
	struct iovec part = { buffer, 8 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return pass(SYS_recvmsg, place->fds[0], &message, 0);
}

static long by_recvmmsg(struct place *place)
{
	char buffer[8];
	struct iovec part = { buffer, 8 };
	struct mmsghdr message = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };

	return pass(SYS_recvmmsg, place->fds[0], &message, 1, 0, NULL);
}

static long by_sendto(struct place *place)
{
	return pass(SYS_sendto, place->fds[1], "12345678", 8, 0, NULL, 0);
}

static long by_sendmsg(struct place *place)
{
	struct iovec part = { "12345678", 8 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return pass(SYS_sendmsg, place->fds[1], &message, 0);
}

/* An abstract name: the first byte is NUL */
static socklen_t name_of(const struct place *place, struct sockaddr_un *name)
{
	*name = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)snprintf(name->sun_path + 1, 32, "blocking%d", place->id));
}

static void make_listener(struct place *place)
{
	struct sockaddr_un name;
	socklen_t size;

	place->id = getpid();
	size = name_of(place, &name);
	place->fds[0] = socket(AF_UNIX, SOCK_STREAM, 0);
	place->fds[1] = socket(AF_UNIX, SOCK_STREAM, 0);
	place->fds[2] = socket(AF_UNIX, SOCK_STREAM, 0);
	blocking_must(!bind(place->fds[0], (struct sockaddr *)&name, size) && !listen(place->fds[0], 0), "listen");
}

static long by_accept(struct place *place)
{
	long fd = pass(SYS_accept, place->fds[0], NULL, NULL);

	return fd < 0 ? fd : 0;
}

static void connect_to_it(struct place *place)
{
	struct sockaddr_un name;
	socklen_t size = name_of(place, &name);

	blocking_must(!connect(place->fds[1], (struct sockaddr *)&name, size), "connect");
}

static void make_busy_listener(struct place *place)
{
	make_listener(place);
	connect_to_it(place);
}

static long by_connect(struct place *place)
{
	struct sockaddr_un name;
	socklen_t size = name_of(place, &name);

	return pass(SYS_connect, place->fds[2], &name, size);
}

static void accept_one(struct place *place)
{
	blocking_must(accept(place->fds[0], NULL, NULL) >= 0, "accept");
}

static const struct blocking calls[] = {
	{ "write full socket", make_full_sockets, by_write, drain, NULL },
	{ "read socket", make_sockets, by_read, wake_reader, NULL },
	{ "recvfrom", make_sockets, by_recvfrom, wake_reader, NULL },
	{ "recvfrom with SO_RCVTIMEO", make_patient_sockets, by_recvfrom, NULL, NULL },
	{ "recvmsg", make_sockets, by_recvmsg, wake_reader, NULL },
	{ "recvmmsg", make_sockets, by_recvmmsg, wake_reader, NULL },
	{ "sendto", make_full_sockets, by_sendto, drain, NULL },
	{ "sendto with SO_SNDTIMEO", make_patient_full_sockets, by_sendto, NULL, NULL },
	{ "sendmsg", make_full_sockets, by_sendmsg, drain, NULL },
	{ "accept", make_listener, by_accept, connect_to_it, NULL },
	{ "connect", make_busy_listener, by_connect, accept_one, NULL },
};
const struct blocking_family blocking_sockets = { calls, sizeof(calls) / sizeof(*calls) };
