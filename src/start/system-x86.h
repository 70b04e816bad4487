/* SPDX-License-Identifier: MIT */
#pragma once
/* What system.h has, for x86-64. */

static inline long system_raw(long number, long first, long second, long third)
{
	long result;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"(number), "D"(first), "S"(second), "d"(third)
		: "rcx", "r11", "memory");
	return result;
}

static inline void system_write(int fd, const char *bytes, unsigned long size)
{
	(void)system_raw(1, fd, (long)bytes, (long)size);
}

static inline int system_open(const char *path)
{
	return (int)system_raw(2, (long)path, 02000000 /* O_RDONLY, O_CLOEXEC */, 0);
}

static inline long system_pread(int fd, void *buffer, unsigned long size, unsigned long offset)
{
	long result;
	register unsigned long fourth __asm__("r10") = offset;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"(17l), "D"((long)fd), "S"(buffer), "d"(size), "r"(fourth)
		: "rcx", "r11", "memory");
	return result;
}

static inline void system_close(int fd)
{
	(void)system_raw(3, fd, 0, 0);
}

static inline int system_uname(struct system_name *ret)
{
	return (int)system_raw(63, (long)ret, 0, 0);
}

static inline void system_protect(void *address, unsigned long size, long protection)
{
	(void)system_raw(10, (long)address, (long)size, protection);
}

/* Copies the auxiliary vector, by prctl(PR_GET_AUXV); returns its size, or an error for older kernels. */
static inline long system_auxv(void *buffer, unsigned long size)
{
	long result;
	register long fourth __asm__("r10") = 0;
	register long fifth __asm__("r8") = 0;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"(157l), "D"(0x41555856l), "S"(buffer), "d"(size), "r"(fourth), "r"(fifth)
		: "rcx", "r11", "memory");
	return result;
}

static inline _Noreturn void system_exit(int status)
{
	for (;;)
		(void)system_raw(231, status, 0, 0);
}

/* One argument is all that the lookup needs. The gate clobbers what a C function may. */
static inline unsigned long system_call_gate(unsigned long gate, unsigned long function, unsigned long argument)
{
	unsigned long result = function;

	__asm__ volatile("call *%[gate]"
		: "+a"(result), "+D"(argument)
		: [gate] "r"(gate)
		: "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc",
		  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
		  "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return result;
}
