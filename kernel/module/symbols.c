// SPDX-License-Identifier: GPL-2.0-only
#define KML_REACH_BY_NAME
#include <linux/kprobes.h>
#include <linux/string.h>
#include "host.h"

#define KML_DEFINE_REACHED_FUNCTION(name) DEFINE_STATIC_CALL_NULL(kml_reach_##name, name);
KML_REACHED_FUNCTIONS(KML_DEFINE_REACHED_FUNCTION)
DEFINE_STATIC_CALL_NULL(kml_reach_stock_exit, kml_stock_exit);

#define KML_DEFINE_REACHED_DATA(name) typeof(name) *KML_REACH(name) __ro_after_init;
KML_REACHED_DATA(KML_DEFINE_REACHED_DATA)

unsigned long kml_reach_load_gs_index __ro_after_init;
unsigned long kml_reach_iret __ro_after_init;
unsigned long kml_reach_return __ro_after_init;

/*
 * Probes find symbols that are not exported. One may stand behind the first instruction of its function, which the name
 * of its place tells.
 */
static unsigned long __init kml_find_by_probe(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	char place[KSYM_SYMBOL_LEN];
	unsigned long offset;

	if (register_kprobe(&probe))
		return 0;
	unregister_kprobe(&probe);
	sprint_symbol_no_offset(place, (unsigned long)probe.addr);
	if (strcmp(place, name))
		return 0;
	sprint_symbol(place, (unsigned long)probe.addr);
	if (sscanf(place + strlen(name), "+%lx", &offset) != 1)
		return 0;
	return (unsigned long)probe.addr - offset;
}

static const char *kml_missing __initdata;

static unsigned long __init kml_find(const char *name)
{
	unsigned long address = static_call(kml_reach_kallsyms_lookup_name)(name);

	if (!address && !kml_missing)
		kml_missing = name;
	return address;
}

const char *__init kml_symbols_init(void)
{
	unsigned long lookup = kml_find_by_probe("kallsyms_lookup_name");

	if (!lookup)
		return "kallsyms_lookup_name";
	static_call_update(kml_reach_kallsyms_lookup_name, (typeof(&kallsyms_lookup_name))lookup);

#define KML_REACH_FUNCTION(name) { \
	unsigned long address = kml_find(#name); \
	\
	if (address) \
		static_call_update(kml_reach_##name, (typeof(&name))address); \
}
	KML_REACHED_FUNCTIONS(KML_REACH_FUNCTION)

#define KML_REACH_DATA(name) KML_REACH(name) = (void *)kml_find(#name);
	KML_REACHED_DATA(KML_REACH_DATA)

	kml_reach_load_gs_index = kml_find("asm_load_gs_index");
	kml_reach_iret = kml_find("native_irq_return_iret");
	kml_reach_return = kml_find("swapgs_restore_regs_and_return_to_usermode");
	if (kml_reach_return)
		static_call_update(kml_reach_stock_exit, (void (*)(void))kml_reach_return);
	return kml_missing;
}
