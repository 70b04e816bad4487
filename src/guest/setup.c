// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	const char *type, *path, *options;
	unsigned long flags;
	mode_t mode;
	/* Files that the user asked for may already be there: they must not vanish below a mount. */
	int only_if_empty;
};

static const struct place places[] = {
	{ "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0555, 0 },
	{ "sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0555, 0 },
	{ "debugfs", "/sys/kernel/debug", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0700, 0 },
	{ "devtmpfs", "/dev", NULL, MS_NOSUID, 0755, 0 },
	{ "devpts", "/dev/pts", "ptmxmode=0666", MS_NOSUID | MS_NOEXEC, 0755, 0 },
	{ "tmpfs", "/dev/shm", NULL, MS_NOSUID | MS_NODEV, 01777, 0 },
	{ "tmpfs", "/tmp", NULL, MS_NOSUID | MS_NODEV, 01777, 1 },
	{ "tmpfs", "/run", "mode=0755", MS_NOSUID | MS_NODEV, 0755, 1 },
};

static void mount_places(void)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct place *place = &places[i];

		if (place->only_if_empty && rmdir(place->path) < 0 && errno == ENOTEMPTY) {
			chmod(place->path, place->mode);
			continue;
		}
		mkdir(place->path, place->mode);
		/* A kernel without one of them is still good for most programs. */
		if (mount(place->type, place->path, place->type, place->flags, place->options) < 0 && errno != ENODEV &&
		    errno != EBUSY && errno != ENOENT)
			fprintf(stderr, "kml-init: cannot mount %s: %m\n", place->path);
	}
}

static void raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

/* What udev makes elsewhere; shells and many programs rely on them. */
static void link_descriptors(void)
{
	(void)!symlink("/proc/self/fd", "/dev/fd");
	(void)!symlink("/proc/self/fd/0", "/dev/stdin");
	(void)!symlink("/proc/self/fd/1", "/dev/stdout");
	(void)!symlink("/proc/self/fd/2", "/dev/stderr");
}

void guest_setup(void)
{
	/* The file system that the kernel has unpacked everything into starts as open as /tmp. */
	chmod("/", 0755);
	umask(0);
	mount_places();
	link_descriptors();
	umask(022);
	raise_loopback();
	if (sethostname("kml", strlen("kml")) < 0)
		fprintf(stderr, "kml-init: cannot set the host name: %m\n");
}
