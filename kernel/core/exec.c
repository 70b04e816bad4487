// SPDX-License-Identifier: GPL-2.0-only
/* Starting programs in kernel mode: at exec, where the policy says so. */
#include <linux/binfmts.h>
#include <linux/capability.h>
#include <linux/init.h>
#include <linux/personality.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "kml.h"
#include "program.h"

static const char *kml_refusal __ro_after_init = "not started yet";

const char *kml_refused_by_machine(void)
{
	return kml_refusal;
}

void kml_exec(struct linux_binprm *bprm)
{
	struct kml_program_wishes wishes = {};
	bool allowed = !kml_refusal && kml_policy_allows(bprm, &wishes) && kml_host_prepare_current();

	if (allowed) {
		/* Its memory is as good as the kernel's: nobody dumps or traces it by being of the same user */
		bprm->interp_flags |= BINPRM_FLAGS_ENFORCE_NONDUMP;
		/* As for setuid programs: what the caller has prepared does not reach into it */
		if (!capable(CAP_SYS_ADMIN)) {
			bprm->secureexec = 1;
			bprm->per_clear |= PER_CLEAR_ON_SETID;
		}
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

const char *__init kml_init(const char *refusal)
{
	kml_refusal = refusal ?: kml_arch_init();
	if (kml_refusal)
		pr_warn("kml: kernel mode is off: %s\n", kml_refusal);
	else
		pr_info("kml: programs below %s start in kernel mode, ABI %d\n", KML_TRUSTED_DIR, KML_ABI_VERSION);
	return kml_refusal;
}
