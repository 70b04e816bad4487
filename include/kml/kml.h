/* SPDX-License-Identifier: MIT */
/*
 * What programs may include. Kernel functions, kernel data and sys_* need no
 * header: declare them, use them, and let kml-link find them.
 */
#ifndef KML_KML_H
#define KML_KML_H

#include <kml/abi.h>

#ifdef __x86_64__
/* Current privilege level of the CPU: 0 in a kernel-mode process, else 3. */
static inline unsigned int kml_cpl(void)
{
	unsigned short cs;

	__asm__ volatile("movw %%cs, %0" : "=r"(cs));
	return cs & 3;
}
#elif defined(__arm__)
/* The same for 32-bit ARM: 0 in SYS mode, which is a kernel-mode process's, else 3. */
static inline unsigned int kml_cpl(void)
{
	unsigned int cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr));
	return (cpsr & 31) == 31 ? 0 : 3;
}
#endif

#endif /* KML_KML_H */
