// SPDX-License-Identifier: GPL-2.0-or-later
/* Sleeping, and waiting for futexes. */
#include "blocking.h"

#include <linux/futex.h>
#include <stdint.h>
#include <unistd.h>

/* The C library has no names for this */
struct waitv {
	uint64_t value, address;
	uint32_t flags, reserved;
};

/* Younger system calls count seconds in 64 bits, whatever libc does */
struct kernel_time {
	int64_t seconds, nanoseconds;
};

/* Time */

static long by_nanosleep(struct place *place)
{
	struct timespec request = in_patience(), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_nanosleep, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : in_ms(&left);
	return result;
}

static long by_clock_nanosleep(struct place *place)
{
	struct timespec request = in_patience(), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : in_ms(&left);
	return result;
}

static long by_clock_nanosleep_until(struct place *place)
{
	struct timespec request = when_patience_ends(CLOCK_REALTIME), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : in_ms(&left);
	return result;
}

/* Futexes */

static long by_futex(struct place *place)
{
	return pass(SYS_futex, &place->word, FUTEX_WAIT, 0, NULL);
}

static long by_futex_timed(struct place *place)
{
	struct timespec timeout = in_patience();

	return pass(SYS_futex, &place->word, FUTEX_WAIT, 0, &timeout);
}

static long by_futex_until(struct place *place)
{
	struct timespec timeout = when_patience_ends(CLOCK_MONOTONIC);

	return pass(SYS_futex, &place->word, FUTEX_WAIT_BITSET, 0, &timeout, NULL, FUTEX_BITSET_MATCH_ANY);
}

static void wake_futex(struct place *place)
{
	syscall(SYS_futex, &place->word, FUTEX_WAKE, 1);
}

static long futex_waitv(struct place *place, const struct kernel_time *timeout)
{
	struct waitv wait = { .address = (uintptr_t)&place->word, .flags = 2 /* 32 bits wide */ };

	return pass(449, &wait, 1, 0, timeout, CLOCK_MONOTONIC);
}

static long by_futex_waitv(struct place *place)
{
	return futex_waitv(place, NULL);
}

static long by_futex_waitv_until(struct place *place)
{
	const struct timespec end = when_patience_ends(CLOCK_MONOTONIC);

	return futex_waitv(place, &(struct kernel_time){ end.tv_sec, end.tv_nsec });
}

static void hold_pi(struct place *place)
{
	place->word = (unsigned int)getpid();
}

static long by_futex_lock_pi(struct place *place)
{
	return pass(SYS_futex, &place->word, FUTEX_LOCK_PI, 0, NULL);
}

static void release_pi(struct place *place)
{
	syscall(SYS_futex, &place->word, FUTEX_UNLOCK_PI);
}

static const struct blocking calls[] = {
	{ "nanosleep", blocking_nothing, by_nanosleep, NULL, NULL },
	{ "clock_nanosleep", blocking_nothing, by_clock_nanosleep, NULL, NULL },
	{ "clock_nanosleep until", blocking_nothing, by_clock_nanosleep_until, NULL, NULL },
	{ "futex", blocking_nothing, by_futex, wake_futex, NULL },
	{ "futex with a timeout, woken", blocking_nothing, by_futex_timed, wake_futex, NULL },
	{ "futex with a timeout", blocking_nothing, by_futex_timed, NULL, NULL },
	{ "futex until", blocking_nothing, by_futex_until, NULL, NULL },
	{ "futex_waitv", blocking_nothing, by_futex_waitv, wake_futex, NULL },
	{ "futex_waitv until", blocking_nothing, by_futex_waitv_until, NULL, NULL },
	{ "futex lock_pi", hold_pi, by_futex_lock_pi, release_pi, NULL },
};
const struct blocking_family blocking_time = { calls, sizeof(calls) / sizeof(*calls) };
