// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * code DIRECTORY: tries to get code into its own process, in all the ways that there are, and prints for each whether it
 * could, or the error. DIRECTORY has files that root made for it, each named for who could change it. A mapping is not
 * believed: its code is called.
 */
#include <errno.h>
#include <fcntl.h>
#include <kml/kml.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/personality.h>
#include <unistd.h>

#define PAGE 4096

#ifdef __x86_64__
/* mov $42, %eax; ret */
static const unsigned char answer[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
static const unsigned char nothing[] = { 0x90 };
#else
/* mov r0, #42; bx lr */
static const unsigned char answer[] = { 42, 0, 0xa0, 0xe3, 0x1e, 0xff, 0x2f, 0xe1 };
static const unsigned char nothing[] = { 0, 0xf0, 0x20, 0xe3 };
#endif

static const char *directory;

static void say(const char *name, int error)
{
	printf("%s: %s\n", name, error ? strerrorname_np(error) : "runs");
}

/* 0 if the code there can be called, and is ours */
static int call(void *code)
{
	__builtin___clear_cache(code, (char *)code + PAGE);
	return ((int (*)(void))code)() == 42 ? 0 : ENOEXEC;
}

static int map(int protection, int flags, int file, void **ret)
{
	*ret = mmap(NULL, PAGE, protection, flags, file, 0);
	return *ret == MAP_FAILED ? errno : 0;
}

static int protect(void *code, int protection)
{
	return mprotect(code, PAGE, protection) ? errno : 0;
}

static int anonymous(void)
{
	void *code;
	int error = map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, &code);

	if (error)
		return error;
	memcpy(code, answer, sizeof(answer));
	return call(code);
}

static int anonymous_shared(void)
{
	void *code;
	int error = map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, &code);

	if (error)
		return error;
	memcpy(code, answer, sizeof(answer));
	error = protect(code, PROT_READ | PROT_EXEC);
	return error ? error : call(code);
}

static int written_then_protected(void)
{
	void *code;
	int error = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, &code);

	if (error)
		return error;
	memcpy(code, answer, sizeof(answer));
	error = protect(code, PROT_READ | PROT_EXEC);
	return error ? error : call(code);
}

static int heap(void)
{
	void *code = aligned_alloc(PAGE, PAGE);
	int error;

	memcpy(code, answer, sizeof(answer));
	error = protect(code, PROT_READ | PROT_WRITE | PROT_EXEC);
	return error ? error : call(code);
}

static int stack(void)
{
	_Alignas(PAGE) unsigned char code[PAGE];
	int error;

	memcpy(code, answer, sizeof(answer));
	__asm__ volatile("" : : "r"(code) : "memory");
	error = protect(code, PROT_READ | PROT_WRITE | PROT_EXEC);
	return error ? error : call(code);
}

static int memory_file(void)
{
	int file = memfd_create("trusted", 0);
	void *code;
	int error;

	if (write(file, answer, sizeof(answer)) != sizeof(answer) || ftruncate(file, PAGE))
		return errno;
	error = map(PROT_READ | PROT_EXEC, MAP_PRIVATE, file, &code);
	return error ? error : call(code);
}

static int shared_segment(void)
{
	int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0700);
	void *data = shmat(id, NULL, 0), *code;

	memcpy(data, answer, sizeof(answer));
	code = shmat(id, NULL, SHM_EXEC | SHM_RDONLY);
	shmctl(id, IPC_RMID, NULL);
	return code == (void *)-1 ? errno : call(code);
}

/* What personality() makes executable that nobody has asked for */
static int read_implies_execute(void)
{
	void *code;
	int error;

	personality(READ_IMPLIES_EXEC);
	error = map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, &code);
	personality(0);
	if (error)
		return error;
	memcpy(code, answer, sizeof(answer));
	return call(code);
}

static int open_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int removed_file(void)
{
	char path[256];
	int file = open_file("removed"), error;
	void *code;

	if (file < 0)
		return errno;
	snprintf(path, sizeof(path), "%s/removed", directory);
	if (unlink(path) && errno != EACCES)
		return errno;
	error = map(PROT_READ | PROT_EXEC, MAP_PRIVATE, file, &code);
	close(file);
	return error ? error : call(code);
}

/* The files hold the code itself */
static int mapped_file(const char *name)
{
	int file = open_file(name), error;
	void *code;

	if (file < 0)
		return errno;
	error = map(PROT_READ | PROT_EXEC, MAP_PRIVATE, file, &code);
	close(file);
	return error ? error : call(code);
}

static int protected_file(const char *name)
{
	int file = open_file(name), error;
	void *code;

	if (file < 0)
		return errno;
	error = map(PROT_READ, MAP_PRIVATE, file, &code);
	close(file);
	if (!error)
		error = protect(code, PROT_READ | PROT_EXEC);
	return error ? error : call(code);
}

static int changed_file(int after)
{
	int file = open_file("roots"), error;
	void *code;

	if (file < 0)
		return errno;
	error = map(PROT_READ | PROT_WRITE, MAP_PRIVATE, file, &code);
	close(file);
	if (error)
		return error;
	for (size_t i = 0; i < 64; i++)
		((unsigned char *)code)[i] = nothing[i % sizeof(nothing)];
	memcpy((char *)code + 64, answer, sizeof(answer));
	error = protect(code, after);
	return error ? error : call(code);
}

static int changed_text(void)
{
	static char *page;
	int file = open_file("roots"), error;

	if (file < 0)
		return errno;
	error = map(PROT_READ | PROT_EXEC, MAP_PRIVATE, file, (void **)&page);
	close(file);
	if (!error)
		error = protect(page, PROT_READ | PROT_WRITE);
	if (error)
		return error;
	memcpy(page, answer, sizeof(answer));
	error = protect(page, PROT_READ | PROT_EXEC);
	return error ? error : call(page);
}

static int own_text(void)
{
	return protect((void *)((unsigned long)own_text & -PAGE), PROT_READ | PROT_EXEC);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: code DIRECTORY\n");
		return 64;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	directory = argv[1];
	printf("ring: %u\n", kml_cpl());
	say("anonymous memory", anonymous());
	say("anonymous memory, shared", anonymous_shared());
	say("anonymous memory, written, then protected", written_then_protected());
	say("anonymous memory, personality", read_implies_execute());
	say("the heap", heap());
	say("the stack", stack());
	say("a memory file", memory_file());
	say("a shared memory segment", shared_segment());
	say("root's file", mapped_file("roots"));
	say("root's file, protected later", protected_file("roots"));
	say("root's file, removed meanwhile", removed_file());
	say("root's file, changed in memory", changed_file(PROT_READ | PROT_EXEC));
	say("root's file, writable in memory", changed_file(PROT_READ | PROT_WRITE | PROT_EXEC));
	say("root's file, changed after it was code", changed_text());
	say("the program's code as it is", own_text());
	say("a user's file", mapped_file("users"));
	say("a user's file, protected later", protected_file("users"));
	say("a file that its group may write", mapped_file("groups"));
	say("a file that all may write", mapped_file("everyones"));
	say("root's file in a user's directory", mapped_file("users-directory/roots"));
	say("root's file in a directory for all", mapped_file("everyones-directory/roots"));
	say("root's file where set-user-ID does not count", mapped_file("nosuid/roots"));
	say("root's file, which somebody has open for writing", mapped_file("held"));
	say("root's file by a link", mapped_file("link"));
	say("a user's file by a link", mapped_file("users-link"));
	say("root's file in an overlay", mapped_file("overlay/roots"));
	say("a user's file in an overlay", mapped_file("overlay/users"));
	return 0;
}
