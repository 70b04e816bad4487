// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

void stream_init(struct stream *stream, int from, int to)
{
	*stream = (struct stream){ .from = from, .to = to, .limit = UINT64_MAX };
}

struct pollfd stream_wants(const struct stream *stream)
{
	struct pollfd wants = { .fd = -1 };

	if (stream->to < 0)
		return wants;
	if (stream->start < stream->end) {
		wants.fd = stream->to;
		wants.events = POLLOUT;
	} else if (stream->taken < stream->limit) {
		wants.fd = stream->from;
		wants.events = POLLIN;
	}
	return wants;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void fill(struct stream *stream)
{
	size_t space = sizeof(stream->buffer);
	ssize_t count;

	if (stream->limit - stream->taken < space)
		space = stream->limit - stream->taken;
	count = read(stream->from, stream->buffer, space);
	if (count > 0) {
		stream->start = 0;
		stream->end = count;
		stream->taken += count;
	} else if (count == 0 || !would_block()) {
		stream->limit = stream->taken;
	}
}

static void drain(struct stream *stream)
{
	size_t size = stream->end - stream->start;
	ssize_t count;

	/* More than this may block even after poll(). */
	if (stream->blocking_to && size > PIPE_BUF)
		size = PIPE_BUF;
	count = write(stream->to, stream->buffer + stream->start, size);
	if (count >= 0) {
		stream->start += count;
	} else if (!would_block()) {
		stream->error = errno;
		stream->to = -1;
	}
}

void stream_move(struct stream *stream)
{
	struct pollfd wants = stream_wants(stream);

	if (wants.events == POLLOUT) {
		drain(stream);
	} else if (wants.events == POLLIN) {
		fill(stream);
		/* Mostly it goes through at once, which saves a poll(). */
		if (!stream->blocking_to && stream->start < stream->end)
			drain(stream);
	}
}

bool stream_done(const struct stream *stream)
{
	return stream->to < 0 || (stream->start == stream->end && stream->taken >= stream->limit);
}
