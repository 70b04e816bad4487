/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * The one clean-up idiom of the tree: what a scope owns is declared with
 * _cleanup_(), and take_ptr()/take_fd() give ownership away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		fclose(*file);
}

#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)

#define take_ptr(pointer) \
	({ typeof(pointer) *take_from_ = &(pointer); typeof(pointer) taken_ = *take_from_; *take_from_ = NULL; taken_; })

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
