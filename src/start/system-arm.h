/* SPDX-License-Identifier: MIT */
#pragma once
/* What system.h has, for 32-bit ARM. */

/* The compiler clears larger variables by a call; libc is not there yet. */
void *memset(void *bytes, int value, __SIZE_TYPE__ size) __asm__(".kml.memset") __attribute__((visibility("hidden")));

static inline long system_raw(long number, long first, long second, long third)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = first;
	register long r1 __asm__("r1") = second;
	register long r2 __asm__("r2") = third;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
	return r0;
}

static inline void system_write(int fd, const char *bytes, unsigned long size)
{
	(void)system_raw(4, fd, (long)bytes, (long)size);
}

static inline int system_open(const char *path)
{
	return (int)system_raw(5, (long)path, 02000000 /* O_RDONLY, O_CLOEXEC */, 0);
}

/* 64 bits are passed in two registers, of which the first is an even one. */
static inline long system_pread(int fd, void *buffer, unsigned long size, unsigned long offset)
{
	register long r7 __asm__("r7") = 180;
	register long r0 __asm__("r0") = fd;
	register long r1 __asm__("r1") = (long)buffer;
	register long r2 __asm__("r2") = (long)size;
	register long r4 __asm__("r4") = (long)offset;
	register long r5 __asm__("r5") = 0;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r4), "r"(r5) : "memory");
	return r0;
}

static inline void system_close(int fd)
{
	(void)system_raw(6, fd, 0, 0);
}

static inline int system_uname(struct system_name *ret)
{
	return (int)system_raw(122, (long)ret, 0, 0);
}

static inline void system_protect(void *address, unsigned long size, long protection)
{
	(void)system_raw(125, (long)address, (long)size, protection);
}

/* Copies the auxiliary vector, by prctl(PR_GET_AUXV); returns its size, or an error for older kernels. */
static inline long system_auxv(void *buffer, unsigned long size)
{
	register long r7 __asm__("r7") = 172;
	register long r0 __asm__("r0") = 0x41555856;
	register long r1 __asm__("r1") = (long)buffer;
	register long r2 __asm__("r2") = (long)size;
	register long r3 __asm__("r3") = 0;
	register long r4 __asm__("r4") = 0;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
	return r0;
}

static inline _Noreturn void system_exit(int status)
{
	for (;;)
		(void)system_raw(248, status, 0, 0);
}

/* One argument is all that the lookup needs. The gate clobbers what a C function may, the kernel no VFP registers. */
static inline unsigned long system_call_gate(unsigned long gate, unsigned long function, unsigned long argument)
{
	register unsigned long ip __asm__("ip") = function;
	register unsigned long r0 __asm__("r0") = argument;

	__asm__ volatile("blx %[gate]" : "+r"(r0), "+r"(ip) : [gate] "r"(gate) : "r1", "r2", "r3", "lr", "memory", "cc");
	return r0;
}
