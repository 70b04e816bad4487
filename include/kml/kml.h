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
#endif

#endif /* KML_KML_H */
