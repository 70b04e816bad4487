// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_string(FILE *out, const char *string)
{
	fwrite(string, strlen(string) + 1, 1, out);
}

static void put_strings(FILE *out, char *const *strings)
{
	size_t count = 0;

	while (strings[count])
		count++;
	fprintf(out, "%zu", count);
	putc('\0', out);
	while (*strings)
		put_string(out, *strings++);
}

int job_encode(const struct job *job, char **ret_data, size_t *ret_size)
{
	char *data = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&data, &size);
	int bad;

	if (!out)
		return -ENOMEM;
	put_string(out, JOB_MAGIC);
	put_string(out, job->path);
	put_strings(out, job->argv);
	put_strings(out, job->envp);
	bad = ferror(out);
	if (fclose(out) || bad) {
		free(data);
		return -ENOMEM;
	}
	*ret_data = data;
	*ret_size = size;
	return 0;
}

static char *get_string(char **at, char *end)
{
	char *string = *at;
	char *nul = memchr(string, '\0', end - string);

	if (!nul)
		return NULL;
	*at = nul + 1;
	return string;
}

static char **get_strings(char **at, char *end)
{
	const char *number = get_string(at, end);
	unsigned long count;
	char **strings, *rest;

	if (!number || !*number)
		return NULL;
	count = strtoul(number, &rest, 10);
	/* A string takes a byte at least. */
	if (*rest || count > (size_t)(end - *at))
		return NULL;
	strings = calloc(count + 1, sizeof(*strings));
	if (!strings)
		return NULL;
	for (unsigned long i = 0; i < count; i++) {
		strings[i] = get_string(at, end);
		if (!strings[i]) {
			free(strings);
			return NULL;
		}
	}
	return strings;
}

int job_decode(char *data, size_t size, struct job *ret)
{
	char *at = data, *end = data + size;
	struct job job = {};
	const char *magic = get_string(&at, end);

	if (!magic || strcmp(magic, JOB_MAGIC))
		return -EBADMSG;
	job.path = get_string(&at, end);
	if (job.path)
		job.argv = get_strings(&at, end);
	if (job.argv)
		job.envp = get_strings(&at, end);
	if (!job.envp || at != end) {
		job_release(&job);
		return -EBADMSG;
	}
	*ret = job;
	return 0;
}

void job_release(struct job *job)
{
	free(job->argv);
	free(job->envp);
	job->argv = NULL;
	job->envp = NULL;
}
