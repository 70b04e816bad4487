// SPDX-License-Identifier: GPL-2.0-only
/* Starting programs in kernel mode: at exec, where the policy says so. */
#include <linux/binfmts.h>
#include <linux/capability.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/personality.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "kml.h"
#include "program.h"

DEFINE_STATIC_KEY_FALSE(kml_in_use);

static const char *kml_refusal __ro_after_init = "not started yet";

const char *kml_refused_by_machine(void)
{
	return kml_refusal;
}

void kml_exec(struct linux_binprm *bprm)
{
	struct kml_program_wishes wishes = {};
	bool allowed = !kml_refusal && kml_policy_allows(bprm, &wishes);

	if (allowed) {
		/* Its memory is as good as the kernel's: nobody dumps or traces it by being of the same user */
		bprm->interp_flags |= BINPRM_FLAGS_ENFORCE_NONDUMP;
		/* As for setuid programs: what the caller has prepared does not reach into it */
		if (!capable(CAP_SYS_ADMIN)) {
			bprm->secureexec = 1;
			bprm->per_clear |= PER_CLEAR_ON_SETID;
		}
		kml_host_first_use();
		kml_count_start();
	}
	kml_host_mark_current(allowed, allowed && wishes.asks_for_executable_memory);
}

unsigned long kml_auxv_value(unsigned int index)
{
	switch (AT_KML_ABI + index) {
	case AT_KML_ABI:
		return KML_ABI_VERSION;
	case AT_KML_SYSCALL_GATE:
		return kml_arch_syscall_gate();
	case AT_KML_CALL_GATE:
		return kml_arch_call_gate();
	case AT_KML_SLIDE:
		return kml_arch_slide();
	case AT_KML_LOOKUP:
		return (unsigned long)kml_lookup;
	}
	return 0;
}

static bool kml_switched_off __initdata;

static int __init kml_parameter(char *value)
{
	if (!value || strcmp(value, "off"))
		return -EINVAL;
	kml_switched_off = true;
	return 0;
}
early_param("kml", kml_parameter);

static int __init kml_init(void)
{
	kml_refusal = kml_switched_off ? "switched off by kml=off" : kml_arch_init();
	if (kml_refusal)
		pr_warn("kml: kernel mode is off: %s\n", kml_refusal);
	else
		pr_info("kml: programs below %s start in kernel mode, ABI %d\n", KML_TRUSTED_DIR, KML_ABI_VERSION);
	return 0;
}
arch_initcall(kml_init);
