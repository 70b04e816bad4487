/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/*
 * What kml-run and the guest's init say to each other.
 *
 * The job is a file in the initramfs: strings, each ended by NUL:
 * JOB_MAGIC, path, number of arguments, arguments, number of environment
 * strings, environment strings. Nothing is behind the last one.
 *
 * The streams go over virtio-serial ports as they are, without framing.
 * What else must be said goes over the control port, in lines:
 *
 *   host to guest   eof COUNT          standard input ends after COUNT bytes
 *                   closed FD          nobody reads the program's output FD any more
 *   guest to host   exit N OUT ERR     the program's end, and how many bytes it
 *                   signal N OUT ERR   wrote to its outputs: as the ports are
 *                   exec ERRNO 0 0     independent, the host may get them later
 *
 * A port is never closed to tell something: data that the other side has not
 * read yet would be lost.
 */
#include <stddef.h>

#define JOB_FILE	"/.kml-job"
#define JOB_MAGIC	"kml-job 1"

/* Console line, written when the program has ended: what the kernel had to say before is out by then. */
#define JOB_END_MARK	"kml-init: end of run"

enum job_port {
	JOB_PORT_STDIN = 1,	/* port 0 is reserved for consoles */
	JOB_PORT_STDOUT,
	JOB_PORT_STDERR,
	JOB_PORT_CONTROL,
	JOB_PORT_END,
};

struct job {
	char *path;
	char **argv;	/* NULL at the end */
	char **envp;	/* NULL at the end */
};

/* The bytes of the job file, to be freed by the caller; 0 or -ENOMEM. */
int job_encode(const struct job *job, char **ret_data, size_t *ret_size);

/*
 * Strings of the result lie in data. job_release() frees only the two arrays.
 * -EBADMSG when data is no job.
 */
int job_decode(char *data, size_t size, struct job *ret);
void job_release(struct job *job);
