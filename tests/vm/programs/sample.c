// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uses what the module kml_sample has:
 *   sample use   its data and functions, exported and not
 *   sample hold  keeps it from being removed, until SIGTERM
 *   sample wait  waits in it, and prints what it returns
 *   sample go    ends that
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern long kml_sample_value, kml_sample_calls;
extern long kml_sample_add(long a, long b);
extern long kml_sample_wait(void);
extern volatile bool kml_sample_go;
extern void *__symbol_get(const char *name);
extern void __symbol_put(const char *name);

static int use(void)
{
	long calls = kml_sample_calls;

	kml_sample_value++;
	if (kml_sample_value != 43 || kml_sample_add(40, 2) != 42 || kml_sample_calls != calls + 1)
		return 1;
	kml_sample_value--;
	return 0;
}

static int hold(void)
{
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!__symbol_get("kml_sample_add"))
		return 1;
	puts("held");
	fflush(stdout);
	sigwait(&set, &number);
	if (use())
		return 1;
	__symbol_put("kml_sample_add");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "use"))
		return use();
	if (argc == 2 && !strcmp(argv[1], "hold"))
		return hold();
	if (argc == 2 && !strcmp(argv[1], "wait"))
		return printf("%ld\n", kml_sample_wait()) < 0;
	if (argc == 2 && !strcmp(argv[1], "go"))
		return !(kml_sample_go = true);
	return 64;
}
