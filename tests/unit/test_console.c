// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/cleanup.h"
#include "guest/job.h"
#include "vm/console.h"

static void feed(struct console *console, const char *text)
{
	/* As the serial line may cut it. */
	for (; *text; text++)
		assert_int_equal(console_add(console, text, 1), 0);
}

static void panic_is_found_with_its_reason(void **state)
{
	_cleanup_(cleanup_console) struct console *console = console_new();

	(void)state;
	feed(console, "hello\r\n[    1.0] Kernel panic - not syncing: Attempted to kill init!");
	assert_null(console_panic(console));
	feed(console, "\r\n");
	assert_string_equal(console_panic(console), "Attempted to kill init!");
}

static void first_splat_is_kept(void **state)
{
	_cleanup_(cleanup_console) struct console *console = console_new();

	(void)state;
	feed(console, "fine\nWARNING: CPU: 0 PID: 1 at here\nBUG: later\n");
	assert_string_equal(console_splat(console), "WARNING: CPU: 0 PID: 1 at here");
}

static void tolerated_text_is_no_splat(void **state)
{
	_cleanup_(cleanup_console) struct console *console = console_new();

	(void)state;
	console_tolerate(console, (const char *const[]){ "Oops:", "at here", NULL });
	feed(console, "Oops: 0000 [#1]\nWARNING: CPU: 0 PID: 1 at here\n");
	assert_null(console_splat(console));
	feed(console, "WARNING: CPU: 0 PID: 1 at there\n");
	assert_string_equal(console_splat(console), "WARNING: CPU: 0 PID: 1 at there");
}

static void faults_of_the_kernel_are_splats(void **state)
{
	static const char *const splats[] = {
		"BUG: unable to handle page fault for address: 0000000000001000",
		"BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585",
		"BUG: scheduling while atomic: clock/78/0x00000002",
		"Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] PREEMPT SMP",
		"WARNING: possible circular locking dependency detected",
		"WARNING: inconsistent lock state",
		"WARNING: suspicious RCU usage",
		"rcu: INFO: rcu_preempt self-detected stall on CPU",
		"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 26s!",
		"INFO: task clock:78 blocked for more than 120 seconds.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(splats) / sizeof(splats[0]); i++)
		assert_true(console_line_is_splat(splats[i]));
}

static void faults_of_programs_are_none(void **state)
{
	static const char *const lines[] = {
		"traps: ring[78] general protection fault ip:401136 sp:7ffc error:0 in ring[401000+1000]",
		"ring[78]: segfault at 0 ip 0000000000401136 sp 00007ffc error 6 in ring[401000+1000]",
		"acpi PNP0A03:00: fail to add MMCONFIG information",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(console_line_is_splat(lines[i]));
}

static void endless_output_is_survived(void **state)
{
	_cleanup_(cleanup_console) struct console *console = console_new();
	_cleanup_fclose_ FILE *out = fopen("/dev/null", "w");

	(void)state;
	feed(console, "BUG: first\n");
	for (int i = 0; i < 20000; i++)
		feed(console, "line\n");
	console_print(console, out, true);
	console_print(console, out, false);
	assert_string_equal(console_splat(console), "BUG: first");
}

static void end_mark_is_found(void **state)
{
	_cleanup_(cleanup_console) struct console *console = console_new();

	(void)state;
	assert_false(console_has_end_mark(console));
	feed(console, JOB_END_MARK "\r\n");
	assert_true(console_has_end_mark(console));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panic_is_found_with_its_reason),
		cmocka_unit_test(first_splat_is_kept),
		cmocka_unit_test(tolerated_text_is_no_splat),
		cmocka_unit_test(faults_of_the_kernel_are_splats),
		cmocka_unit_test(faults_of_programs_are_none),
		cmocka_unit_test(endless_output_is_survived),
		cmocka_unit_test(end_mark_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
