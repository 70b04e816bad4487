/* SPDX-License-Identifier: GPL-2.0-only */
/* What the assembly of the core asks of its host; see host.h. */
#include <asm/asm-offsets.h>
#include <asm/kml.h>
#include "../../../arch/x86/entry/calling.h"

/* Per-CPU places: a word that entry code may use, the current task, and the top of its kernel stack */
#define KML_HOST_SCRATCH	cpu_tss_rw + TSS_sp2
#define KML_HOST_CURRENT	pcpu_hot + X86_current_task
#define KML_HOST_TOP_OF_STACK	pcpu_hot + X86_top_of_stack
