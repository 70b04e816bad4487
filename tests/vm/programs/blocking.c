// SPDX-License-Identifier: GPL-2.0-or-later
#include "blocking.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* The kernel's size of a signal set */
#define SIGSET_SIZE 8UL

/* The C library has no names for these */
struct waitv {
	uint64_t value, address;
	uint32_t flags, reserved;
};

struct sigset_argument {
	const void *set;
	size_t size;
};

static void must(int worked, const char *what)
{
	if (!worked)
		err(4, "%s", what);
}

static struct timespec in_patience(void)
{
	return (struct timespec){ .tv_sec = PATIENCE_MS / 1000, .tv_nsec = PATIENCE_MS % 1000 * 1000000L };
}

static struct timespec when_patience_ends(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	ts.tv_sec += PATIENCE_MS / 1000;
	return ts;
}

static long ms(const struct timespec *ts)
{
	return ts->tv_sec * 1000 + ts->tv_nsec / 1000000;
}

static void nothing(struct place *place)
{
	(void)place;
}

static void wake_by_signal(struct place *place)
{
	kill(place->child, SIGUSR2);
}

/* Time */

static long by_nanosleep(struct place *place)
{
	struct timespec request = in_patience(), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_nanosleep, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : ms(&left);
	return result;
}

static long by_clock_nanosleep(struct place *place)
{
	struct timespec request = in_patience(), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : ms(&left);
	return result;
}

static long by_clock_nanosleep_until(struct place *place)
{
	struct timespec request = when_patience_ends(CLOCK_REALTIME), left = { .tv_sec = -1, .tv_nsec = 999999999 };
	long result = pass(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &request, &left);

	place->left_ms = left.tv_sec < 0 ? -1 : ms(&left);
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

static long futex_waitv(struct place *place, struct timespec *timeout)
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
	struct timespec timeout = when_patience_ends(CLOCK_MONOTONIC);

	return futex_waitv(place, &timeout);
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

/* Reading and writing */

static void make_pipe(struct place *place)
{
	must(!pipe(place->fds), "pipe");
}

static void make_full_pipe(struct place *place)
{
	static char page[4096];

	make_pipe(place);
	fcntl(place->fds[1], F_SETPIPE_SZ, 4096);
	must(write(place->fds[1], page, sizeof(page)) == sizeof(page), "filling the pipe");
}

static void make_terminal(struct place *place)
{
	struct termios raw;
	int number, unlocked = 0;
	char path[32];

	place->fds[1] = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY);
	must(place->fds[1] >= 0 && !ioctl(place->fds[1], TIOCSPTLCK, &unlocked) &&
			!ioctl(place->fds[1], TIOCGPTN, &number),
		"ptmx");
	snprintf(path, sizeof(path), "/dev/pts/%d", number);
	place->fds[0] = open(path, O_RDWR | O_NOCTTY);
	must(place->fds[0] >= 0 && !tcgetattr(place->fds[0], &raw), path);
	cfmakeraw(&raw);
	tcsetattr(place->fds[0], TCSANOW, &raw);
}

static void make_sockets(struct place *place)
{
	must(!socketpair(AF_UNIX, SOCK_STREAM, 0, place->fds), "socketpair");
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
	must(!setsockopt(place->fds[1], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), "SO_SNDTIMEO");
}

static void make_patient_sockets(struct place *place)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };

	make_sockets(place);
	must(!setsockopt(place->fds[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "SO_RCVTIMEO");
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
	must(inotify_add_watch(place->fds[0], name, IN_MODIFY) > 0, "inotify");
	unlink(name);
}

static void make_userfaultfd(struct place *place)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_REMOVE };

	place->fds[0] = (int)syscall(SYS_userfaultfd, 0);
	must(place->fds[0] >= 0 && !ioctl(place->fds[0], UFFDIO_API, &api), "userfaultfd");
}

static long by_read(struct place *place)
{
	char buffer[256];

	return pass(SYS_read, place->fds[0], buffer, sizeof(buffer));
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

static long by_write(struct place *place)
{
	return pass(SYS_write, place->fds[1], "12345678", 8);
}

static void wake_reader(struct place *place)
{
	must(write(place->fds[1], "12345678", 8) == 8, "waking");
}

static void wake_writer(struct place *place)
{
	char page[4096];

	must(read(place->fds[0], page, sizeof(page)) > 0, "draining");
}

static void drain(struct place *place)
{
	char page[4096];

	while (recv(place->fds[0], page, sizeof(page), MSG_DONTWAIT) > 0)
		;
}

static void set_timer(struct place *place)
{
	struct itimerspec soon = { .it_value = { .tv_nsec = 1000 } };

	timerfd_settime(place->fds[0], 0, &soon, NULL);
}

static void send_watched_signal(struct place *place)
{
	kill(place->child, SIGWINCH);
}

static long by_splice(struct place *place)
{
	int to[2];

	must(!pipe(to), "pipe");
	return pass(SYS_splice, place->fds[0], NULL, to[1], NULL, 8, 0);
}

static long by_tee(struct place *place)
{
	int to[2];

	must(!pipe(to), "pipe");
	return pass(SYS_tee, place->fds[0], to[1], 8, 0);
}

static void make_fifo(struct place *place)
{
	char name[32];

	place->id = getpid();
	snprintf(name, sizeof(name), "/tmp/fifo%d", place->id);
	must(!mkfifo(name, 0600), name);
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

/* Sockets */

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
	must(!bind(place->fds[0], (struct sockaddr *)&name, size) && !listen(place->fds[0], 0), "listen");
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

	must(!connect(place->fds[1], (struct sockaddr *)&name, size), "connect");
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
	must(accept(place->fds[0], NULL, NULL) >= 0, "accept");
}

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

	place->left_ms = ms(&timeout);
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
	place->left_ms = ms(&timeout);
	return result;
}

static void make_epoll(struct place *place)
{
	struct epoll_event event = { .events = EPOLLIN };

	make_pipe(place);
	place->fds[2] = epoll_create1(0);
	must(!epoll_ctl(place->fds[2], EPOLL_CTL_ADD, place->fds[0], &event), "epoll");
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
	must(place->id >= 0, "semget");
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
	must(place->id >= 0, "msgget");
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

	must(msgrcv(place->id, &message, sizeof(message.text), 0, IPC_NOWAIT) > 0, "msgrcv");
}

static void make_mqueue(struct place *place)
{
	struct mq_attr attributes = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char name[32];

	snprintf(name, sizeof(name), "/blocking%d", getpid());
	place->fds[0] = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
	must(place->fds[0] >= 0, "mq_open");
	mq_unlink(name);
}

static void make_full_mqueue(struct place *place)
{
	make_mqueue(place);
	must(!mq_send(place->fds[0], "12345678", 8, 0), "mq_send");
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

/* Locks of files: the driver has one, the blocker opens the file for itself */

static void make_file(struct place *place)
{
	char name[32];

	place->id = getpid();
	snprintf(name, sizeof(name), "/tmp/file%d", place->id);
	place->fds[0] = open(name, O_RDWR | O_CREAT, 0600);
	must(place->fds[0] >= 0, name);
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
	must(!flock(place->fds[0], LOCK_EX), "flock");
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

	must(!fcntl(place->fds[0], F_SETLK, &lock), "F_SETLK");
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

/* Asynchronous I/O. Contexts belong to a process, so the blocker makes them. */

static aio_context_t aio_with_a_poll(const struct place *place)
{
	struct iocb request = { .aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (uint32_t)place->fds[0], .aio_buf = POLLIN };
	struct iocb *requests[] = { &request };
	aio_context_t context = 0;

	must(!syscall(SYS_io_setup, 1, &context) && syscall(SYS_io_submit, context, 1, requests) == 1, "io_submit");
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

	must(ring >= 0 && queue != MAP_FAILED && entry != MAP_FAILED, "io_uring");
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = place->fds[0], .poll32_events = POLLIN };
	*(volatile unsigned int *)(queue + parameters.sq_off.tail) = 1;
	must(syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1, "io_uring_enter");
	return pass(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

const struct blocking blockings[] = {
	{ "nanosleep", nothing, by_nanosleep, NULL, NULL },
	{ "clock_nanosleep", nothing, by_clock_nanosleep, NULL, NULL },
	{ "clock_nanosleep until", nothing, by_clock_nanosleep_until, NULL, NULL },
	{ "futex", nothing, by_futex, wake_futex, NULL },
	{ "futex with a timeout, woken", nothing, by_futex_timed, wake_futex, NULL },
	{ "futex with a timeout", nothing, by_futex_timed, NULL, NULL },
	{ "futex until", nothing, by_futex_until, NULL, NULL },
	{ "futex_waitv", nothing, by_futex_waitv, wake_futex, NULL },
	{ "futex_waitv until", nothing, by_futex_waitv_until, NULL, NULL },
	{ "futex lock_pi", hold_pi, by_futex_lock_pi, release_pi, NULL },
	{ "read pipe", make_pipe, by_read, wake_reader, NULL },
	{ "readv pipe", make_pipe, by_readv, wake_reader, NULL },
	{ "read terminal", make_terminal, by_read, wake_reader, NULL },
	{ "read socket", make_sockets, by_read, wake_reader, NULL },
	{ "read eventfd", make_eventfd, by_read, wake_reader, NULL },
	{ "read timerfd", make_timerfd, by_read, set_timer, NULL },
	{ "read signalfd", make_signalfd, by_read, send_watched_signal, NULL },
	{ "read inotify", make_inotify, by_read, wake_reader, NULL },
	{ "write full pipe", make_full_pipe, by_write, wake_writer, NULL },
	{ "write full socket", make_full_sockets, by_write, drain, NULL },
	{ "splice", make_pipe, by_splice, wake_reader, NULL },
	{ "tee", make_pipe, by_tee, wake_reader, NULL },
	{ "open fifo", make_fifo, by_open, open_other_end, remove_fifo },
	{ "recvfrom", make_sockets, by_recvfrom, wake_reader, NULL },
	{ "recvfrom with SO_RCVTIMEO", make_patient_sockets, by_recvfrom, NULL, NULL },
	{ "recvmsg", make_sockets, by_recvmsg, wake_reader, NULL },
	{ "recvmmsg", make_sockets, by_recvmmsg, wake_reader, NULL },
	{ "sendto", make_full_sockets, by_sendto, drain, NULL },
	{ "sendto with SO_SNDTIMEO", make_patient_full_sockets, by_sendto, NULL, NULL },
	{ "sendmsg", make_full_sockets, by_sendmsg, drain, NULL },
	{ "accept", make_listener, by_accept, connect_to_it, NULL },
	{ "connect", make_busy_listener, by_connect, accept_one, NULL },
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
	{ "wait4", make_pipe, by_wait4, wake_reader, NULL },
	{ "waitid", make_pipe, by_waitid, wake_reader, NULL },
	{ "pause", nothing, by_pause, wake_by_signal, NULL },
	{ "rt_sigsuspend", nothing, by_rt_sigsuspend, wake_by_signal, NULL },
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
	{ "flock", hold_flock, by_flock, release_flock, remove_file },
	{ "fcntl F_SETLKW", hold_range, by_setlkw, release_range, remove_file },
	{ "fcntl F_OFD_SETLKW", hold_range, by_ofd_setlkw, release_range, remove_file },
	{ "io_getevents", make_pipe, by_io_getevents, wake_reader, NULL },
	{ "io_getevents with a timeout", make_pipe, by_io_getevents_timed, NULL, NULL },
	{ "io_pgetevents", make_pipe, by_io_pgetevents, wake_reader, NULL },
	{ "io_uring_enter", make_pipe, by_io_uring_enter, wake_reader, NULL },
	{ "read userfaultfd", make_userfaultfd, by_read, wake_by_signal, NULL },
};
const size_t blocking_count = sizeof(blockings) / sizeof(*blockings);
