// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting for children, for signals, and for messages of other processes. */
#include "blocking.h"

#include <mqueue.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>

/* Children and signals */

/* The grandchild ends when there is something in the pipe */
static pid_t start_grandchild(struct place *place)
{
	pid_t pid = fork();

	if (pid == 0) {
		char buffer[8];

		signal(SIGUSR1, SIG_IGN);
		(void)!read(place->fds[0], buffer, sizeof(buffer));
		_exit(5);
	}
	return pid;
}

static long by_wait4(struct place *place)
{
	int status = 0;
	pid_t pid = start_grandchild(place);
	long result = pass(SYS_wait4, -1L, &status, 0, NULL);

	return result == pid ? status : result;
}

static long by_waitid(struct place *place)
{
	siginfo_t info = { .si_status = 0 };
	pid_t pid = start_grandchild(place);
	long result = pass(SYS_waitid, P_PID, pid, &info, WEXITED, NULL);

	return result ? result : info.si_status;
}

static long by_pause(struct place *place)
{
	(void)place;
	return pass(SYS_pause);
}

static long by_rt_sigsuspend(struct place *place)
{
	uint64_t none = 0;

	(void)place;
	return pass(SYS_rt_sigsuspend, &none, SIGSET_SIZE);
}

static void block_sigwinch(struct place *place)
{
	sigset_t set;

	(void)place;
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static long by_rt_sigtimedwait(struct place *place)
{
	uint64_t set = 1UL << (SIGWINCH - 1);

	(void)place;
	return pass(SYS_rt_sigtimedwait, &set, NULL, NULL, SIGSET_SIZE);
}

static long by_rt_sigtimedwait_timed(struct place *place)
{
	uint64_t set = 1UL << (SIGWINCH - 1);
	struct timespec timeout = in_patience();

	(void)place;
	return pass(SYS_rt_sigtimedwait, &set, NULL, &timeout, SIGSET_SIZE);
}

/* System V and POSIX communication */

static void make_semaphore(struct place *place)
{
	place->id = semget(IPC_PRIVATE, 1, 0600);
	blocking_must(place->id >= 0, "semget");
}

static void remove_semaphore(struct place *place)
{
	semctl(place->id, 0, IPC_RMID);
}

static long by_semop(struct place *place)
{
	struct sembuf down = { .sem_op = -1 };

	return pass(SYS_semop, place->id, &down, 1);
}

static long by_semtimedop(struct place *place)
{
	struct sembuf down = { .sem_op = -1 };
	struct timespec timeout = in_patience();

	return pass(SYS_semtimedop, place->id, &down, 1, &timeout);
}

static void semaphore_up(struct place *place)
{
	struct sembuf up = { .sem_op = 1 };

	semop(place->id, &up, 1);
}

struct message {
	long type;
	char text[64];
};

static void make_queue(struct place *place)
{
	place->id = msgget(IPC_PRIVATE, 0600);
	blocking_must(place->id >= 0, "msgget");
}

static void make_full_queue(struct place *place)
{
	struct message message = { .type = 1 };

	make_queue(place);
	while (!msgsnd(place->id, &message, sizeof(message.text), IPC_NOWAIT))
		;
}

static void remove_queue(struct place *place)
{
	msgctl(place->id, IPC_RMID, NULL);
}

static long by_msgrcv(struct place *place)
{
	struct message message;

	return pass(SYS_msgrcv, place->id, &message, sizeof(message.text), 0, 0);
}

static long by_msgsnd(struct place *place)
{
	struct message message = { .type = 1 };

	return pass(SYS_msgsnd, place->id, &message, sizeof(message.text), 0);
}

static void put_message(struct place *place)
{
	struct message message = { .type = 1 };

	msgsnd(place->id, &message, 8, 0);
}

static void take_message(struct place *place)
{
	struct message message;

	blocking_must(msgrcv(place->id, &message, sizeof(message.text), 0, IPC_NOWAIT) > 0, "msgrcv");
}

static void make_mqueue(struct place *place)
{
	struct mq_attr attributes = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char name[32];

	snprintf(name, sizeof(name), "/blocking%d", getpid());
	place->fds[0] = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
	blocking_must(place->fds[0] >= 0, "mq_open");
	mq_unlink(name);
}

static void make_full_mqueue(struct place *place)
{
	make_mqueue(place);
	blocking_must(!mq_send(place->fds[0], "12345678", 8, 0), "mq_send");
}

static long by_mq_receive(struct place *place)
{
	char buffer[8];

	return pass(SYS_mq_timedreceive, place->fds[0], buffer, 8, NULL, NULL);
}

static long by_mq_receive_until(struct place *place)
{
	struct timespec timeout = when_patience_ends(CLOCK_REALTIME);
	char buffer[8];

	return pass(SYS_mq_timedreceive, place->fds[0], buffer, 8, NULL, &timeout);
}

static long by_mq_send(struct place *place)
{
	return pass(SYS_mq_timedsend, place->fds[0], "12345678", 8, 0, NULL);
}

static long by_mq_send_until(struct place *place)
{
	struct timespec timeout = when_patience_ends(CLOCK_REALTIME);

	return pass(SYS_mq_timedsend, place->fds[0], "12345678", 8, 0, &timeout);
}

static void mq_put(struct place *place)
{
	mq_send(place->fds[0], "12345678", 8, 0);
}

static void mq_take(struct place *place)
{
	char buffer[8];

	mq_receive(place->fds[0], buffer, 8, NULL);
}

static const struct blocking calls[] = {
	{ "wait4", make_pipe, by_wait4, wake_reader, NULL },
	{ "waitid", make_pipe, by_waitid, wake_reader, NULL },
	{ "pause", blocking_nothing, by_pause, wake_by_signal, NULL },
	{ "rt_sigsuspend", blocking_nothing, by_rt_sigsuspend, wake_by_signal, NULL },
	{ "rt_sigtimedwait", block_sigwinch, by_rt_sigtimedwait, send_watched_signal, NULL },
	{ "rt_sigtimedwait with a timeout", block_sigwinch, by_rt_sigtimedwait_timed, NULL, NULL },
	{ "semop", make_semaphore, by_semop, semaphore_up, remove_semaphore },
	{ "semtimedop", make_semaphore, by_semtimedop, NULL, remove_semaphore },
	{ "msgrcv", make_queue, by_msgrcv, put_message, remove_queue },
	{ "msgsnd", make_full_queue, by_msgsnd, take_message, remove_queue },
	{ "mq_timedreceive", make_mqueue, by_mq_receive, mq_put, NULL },
	{ "mq_timedreceive until", make_mqueue, by_mq_receive_until, NULL, NULL },
	{ "mq_timedsend", make_full_mqueue, by_mq_send, mq_take, NULL },
	{ "mq_timedsend until", make_full_mqueue, by_mq_send_until, NULL, NULL },
};
const struct blocking_family blocking_processes = { calls, sizeof(calls) / sizeof(*calls) };
