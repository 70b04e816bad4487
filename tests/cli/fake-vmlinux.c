// SPDX-License-Identifier: GPL-2.0-or-later
/* What kml-link reads of a kernel: symbols of all the kinds that it tells apart. Nobody runs this. */
#ifdef SECOND
static long several(void) { return 2; }
long (*const keep_several_2)(void) = several;
#else
const char linux_banner[128] = "Linux version 6.12.0-fake (someone@somewhere) #1";
unsigned long jiffies = 1;
unsigned char kvar[4096] = { 1 };
struct { int x; struct { long y; } z[4]; } kstruct = { 2 };
int kflag = 3;
double kdouble = 4;
const char kbanner[32] = "read-only";
long kcounter = 5;
long int_sqrt(long number) { return number; }
long schedule_timeout(long timeout) { return timeout; }
long schedule_timeout_uninterruptible(long timeout) { return timeout; }
long kadd6(long a, long b, long c, long d, long e, long f) { return a + b + c + d + e + f; }
int _printk(const char *format, ...) { return format[0]; }
void *memcpy(void *to, const void *from, unsigned long size) { (void)from; (void)size; return to; }
long __x64_sys_clock_gettime(const void *regs) { return regs != 0; }
long __x64_sys_write(const void *regs) { return regs != 0; }
long __x64_sys_getpid(const void *regs) { return regs != 0; }
long __x64_sys_vfork(const void *regs) { return regs != 0; }
long __x64_sys_mmap(const void *regs) { return regs != 0; }
long __x64_sys_newstat(const void *regs) { return regs != 0; }
__attribute__((weak)) long __x64_sys_acct(const void *regs) { return regs != 0; }
__attribute__((section(".data..percpu"))) int runqueues = 6;
__attribute__((section(".init.text"))) int start_kernel(void) { return 0; }
__attribute__((section(".init.data"))) int early_value = 7;
static long several(void) { return 1; }
long (*const keep_several_1)(void) = several;
long only_suffixed(void) __asm__("only_suffixed.constprop.0");
long only_suffixed(void) { return 8; }
long only_part(void) __asm__("only_part.part.0");
long only_part(void) { return 9; }
long only_cold(void) __asm__("only_cold.cold");
long only_cold(void) { return 10; }
#endif
