/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * One direction of data between two descriptors, to be driven by poll(). It
 * owns neither of them.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream {
	int from;		/* -1: nothing more comes */
	int to;			/* -1: nobody takes it any more */
	bool blocking_to; /* to is somebody's blocking descriptor; then what poll() promises is written, not more */
	int error;		/* errno of the write that set to to -1 */
	uint64_t taken;		/* bytes read so far */
	uint64_t limit;		/* the stream ends after so many bytes */
	size_t start, end;	/* what is in the buffer */
	char buffer[32768];	/* as much as a virtio port takes at once */
};

void stream_init(struct stream *stream, int from, int to);

/* The side to wait for; fd is -1 when there is nothing to wait for. */
struct pollfd stream_wants(const struct stream *stream);

/* Moves what can be moved now; to be called after poll() has reported what stream_wants() wanted. */
void stream_move(struct stream *stream);

/* Whether all up to the limit, or up to end of file, has been written, or can never be. */
bool stream_done(const struct stream *stream);
