// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "guest/job.h"

static char *arguments[] = { "prog", "", "two words\n", NULL };
static char *environment[] = { "A=b", NULL };

static void job_comes_back_as_it_went(void **state)
{
	const struct job job = { "/trusted/prog", arguments, environment };
	_cleanup_free_ char *data = NULL;
	struct job back;
	size_t size;

	(void)state;
	assert_int_equal(job_encode(&job, &data, &size), 0);
	assert_int_equal(job_decode(data, size, &back), 0);
	assert_string_equal(back.path, job.path);
	for (int i = 0; i < 3; i++)
		assert_string_equal(back.argv[i], arguments[i]);
	assert_null(back.argv[3]);
	assert_string_equal(back.envp[0], "A=b");
	assert_null(back.envp[1]);
	job_release(&back);
}

static void every_cut_job_is_refused(void **state)
{
	const struct job job = { "/trusted/prog", arguments, environment };
	_cleanup_free_ char *data = NULL;
	struct job back;
	size_t size;

	(void)state;
	assert_int_equal(job_encode(&job, &data, &size), 0);
	for (size_t cut = 0; cut < size; cut++) {
		/* Exactly as large as it is, so that a sanitizer sees every byte too many. */
		_cleanup_free_ char *copy = malloc(cut ? cut : 1);

		memcpy(copy, data, cut);
		assert_int_equal(job_decode(copy, cut, &back), -EBADMSG);
	}
}

static void impossible_counts_are_refused(void **state)
{
	char huge[] = JOB_MAGIC "\0/p\0" "18446744073709551615\0a\0" "0";
	char words[] = JOB_MAGIC "\0/p\0" "two\0a\0b\0" "0";
	char negative[] = JOB_MAGIC "\0/p\0" "-1\0a\0" "0";
	struct job back;

	(void)state;
	assert_int_equal(job_decode(huge, sizeof(huge), &back), -EBADMSG);
	assert_int_equal(job_decode(words, sizeof(words), &back), -EBADMSG);
	assert_int_equal(job_decode(negative, sizeof(negative), &back), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_comes_back_as_it_went),
		cmocka_unit_test(every_cut_job_is_refused),
		cmocka_unit_test(impossible_counts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
