// SPDX-License-Identifier: GPL-2.0-or-later
#include "reach.h"

#include "address_set.h"
#include "common/cleanup.h"
#include "instruction.h"
#include "kernel.h"

#include <errno.h>
#include <string.h>

/* A function that calls itself clear of all that is forbidden does so within far fewer. */
enum { INSTRUCTIONS_MAX = 200000, CHAIN_MAX = 6, NOWHERE = -1 };

/* Where sleeping begins. All of it would be found further down, too, but with a longer explanation. */
static const char *const sleepers[] = {
	"schedule", "__schedule", "schedule_timeout", "schedule_preempt_disabled", "io_schedule", "preempt_schedule",
	"preempt_schedule_thunk", "preempt_schedule_notrace", "__might_sleep", "__might_resched", "__cond_resched",
	"dynamic_might_resched", "dynamic_cond_resched", "__SCT__might_resched", "__SCT__cond_resched",
	"__SCT__preempt_schedule", "mutex_lock", "mutex_lock_interruptible", "mutex_lock_killable", "mutex_lock_nested",
	"down", "down_read", "down_write", "down_interruptible", "wait_for_completion", "msleep", "usleep_range_state",
	"synchronize_rcu",
};

/* A place to go on from, and the calls that led there. */
struct step {
	uint64_t address;
	long caller; /* number of the step that called this function, or NOWHERE */
	uint64_t function;
};

struct walk {
	const struct kernel_image *image;
	struct step *steps;
	size_t count, room;
	struct address_set seen;      /* instructions */
	struct address_set functions; /* where functions begin */
	struct address_set sleepers;
	struct address_set pointers; /* what jumps to where a register says */
	uint64_t per_cpu; /* what was used, if that was found */
	uint64_t called;  /* the sleeper that was called */
	size_t left;	  /* instructions */
	const char *unknown;
	long unknown_step;
};

static int collect(const struct kernel_symbol *symbol, void *context)
{
	struct walk *walk = context;

	if (symbol->class != KERNEL_FUNCTION)
		return 0;
	for (size_t i = 0; i < sizeof(sleepers) / sizeof(sleepers[0]); i++)
		if (strcmp(symbol->name, sleepers[i]) == 0 && !address_set_add(&walk->sleepers, symbol->value))
			return -ENOMEM;
	if (strncmp(symbol->name, "__x86_indirect_", 15) == 0 && !address_set_add(&walk->pointers, symbol->value))
		return -ENOMEM;
	return address_set_add(&walk->functions, symbol->value) ? 0 : -ENOMEM;
}

static int add_step(struct walk *walk, uint64_t address, long caller, uint64_t function)
{
	if (address_set_has(&walk->seen, address))
		return 0;
	if (walk->count == walk->room) {
		size_t room = walk->room ? walk->room * 2 : 256;
		struct step *bigger = realloc(walk->steps, room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		walk->steps = bigger;
		walk->room = room;
	}
	walk->steps[walk->count++] = (struct step){ .address = address, .caller = caller, .function = function };
	return 0;
}

static void set_unknown(struct walk *walk, size_t step, const char *what)
{
	if (walk->unknown)
		return;
	walk->unknown = what;
	walk->unknown_step = step;
}

static bool is_relative(const struct instruction *instruction)
{
	return instruction->immediate && instruction->immediate->imm.is_relative;
}

static bool ends_the_flow(const struct instruction *instruction)
{
	switch (instruction->head.meta.category) {
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_UNCOND_BR:
	case ZYDIS_CATEGORY_SYSRET:
		return true;
	default:
		return instruction->head.mnemonic == ZYDIS_MNEMONIC_INT3;
	}
}

/* A jump or call to address; a function that begins there is called, even if it is by a jump at the end. */
static int go_to(struct walk *walk, size_t from, uint64_t address, bool call, enum reach_kind *ret)
{
	bool function = call || address_set_has(&walk->functions, address);

	if (function && address_set_has(&walk->sleepers, address)) {
		walk->called = address;
		*ret = REACH_SLEEP;
		return 0;
	}
	if (function && address != walk->steps[from].function)
		return add_step(walk, address, from, address);
	return add_step(walk, address, walk->steps[from].caller, walk->steps[from].function);
}

/* The address of the operand, if it is one of the CPU's own data. */
static bool uses_per_cpu(const struct instruction *instruction, uint64_t at, uint64_t *ret)
{
	ZyanU64 address = 0;

	if (!instruction->memory || instruction->memory->mem.segment != ZYDIS_REGISTER_GS ||
			instruction->head.mnemonic == ZYDIS_MNEMONIC_NOP || instruction->head.mnemonic == ZYDIS_MNEMONIC_LEA)
		return false;
	if (!ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction->head, instruction->memory, at, &address)))
		address = instruction->memory->mem.disp.value;
	*ret = address;
	return true;
}

static int follow(struct walk *walk, size_t number, uint64_t at, const struct instruction *instruction,
	enum reach_kind *ret)
{
	bool call = instruction->head.meta.category == ZYDIS_CATEGORY_CALL;
	bool branch = instruction->head.meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
		instruction->head.meta.category == ZYDIS_CATEGORY_COND_BR;
	ZyanU64 target = 0;

	if (!call && !branch)
		return 0;
	if (!is_relative(instruction)) {
		set_unknown(walk, number, call ? "calls a function by a pointer" : "jumps to where a pointer says");
		return 0;
	}
	if (!ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction->head, instruction->immediate, at, &target)))
		return 0;
	if (address_set_has(&walk->pointers, target)) {
		set_unknown(walk, number, "calls a function by a pointer");
		return 0;
	}
	return go_to(walk, number, target, call, ret);
}

/* From one place to where the flow ends. */
static int walk_step(struct walk *walk, size_t number, enum reach_kind *ret)
{
	uint64_t at = walk->steps[number].address;
	bool may_be_over = false; /* behind a call, which may not come back */
	int result = 0;

	while (result == 0 && *ret == REACH_HARMLESS && !address_set_has(&walk->seen, at)) {
		struct instruction instruction;
		size_t size;
		const unsigned char *code = kernel_image_code(walk->image, at, &size);

		/* Nobody falls into another function, so the last call was one that does not return. */
		if (may_be_over && at != walk->steps[number].address && address_set_has(&walk->functions, at))
			return 0;
		if (!code || !instruction_decode(code, size, &instruction)) {
			set_unknown(walk, number, "has code that cannot be read");
			return 0;
		}
		if (walk->left-- == 0) {
			set_unknown(walk, number, "reaches more code than is looked at");
			walk->left = 0;
			return 0;
		}
		if (!address_set_add(&walk->seen, at))
			return -ENOMEM;
		if (uses_per_cpu(&instruction, at, &walk->per_cpu)) {
			walk->called = at;
			*ret = REACH_PER_CPU;
			walk->count = number + 1;
			return 0;
		}
		result = follow(walk, number, at, &instruction, ret);
		if (ends_the_flow(&instruction))
			return result;
		if (instruction.head.mnemonic != ZYDIS_MNEMONIC_NOP)
			may_be_over = instruction.head.meta.category == ZYDIS_CATEGORY_CALL ||
				instruction.head.mnemonic == ZYDIS_MNEMONIC_UD2;
		at += instruction.head.length;
	}
	return result;
}

/* The names of some addresses. */
struct naming {
	const uint64_t *addresses;
	char (*names)[80];
	size_t count;
};

static int name_functions(const struct kernel_symbol *symbol, void *context)
{
	const struct naming *naming = context;

	for (size_t i = 0; i < naming->count; i++)
		if (symbol->class == KERNEL_FUNCTION && symbol->value == naming->addresses[i] &&
				(!*naming->names[i] || symbol->scope == KERNEL_GLOBAL))
			snprintf(naming->names[i], sizeof(naming->names[i]), "%s", symbol->name);
	return 0;
}

struct nearest_variable {
	uint64_t address, best;
	char name[80];
};

static int name_variable(const struct kernel_symbol *symbol, void *context)
{
	struct nearest_variable *nearest = context;

	if (symbol->class != KERNEL_PER_CPU || symbol->value > nearest->address ||
			(*nearest->name && symbol->value < nearest->best) || strncmp(symbol->name, "__per_cpu", 9) == 0)
		return 0;
	nearest->best = symbol->value;
	snprintf(nearest->name, sizeof(nearest->name), "%s", symbol->name);
	return 0;
}

/* "it calls 'a', which calls 'b'": from the function that was asked about to the step, and to last behind it if it is not 0 */
static bool describe_calls(const struct walk *walk, long step, uint64_t last, struct reach *ret)
{
	uint64_t addresses[CHAIN_MAX + 1];
	char names[CHAIN_MAX + 1][80] = {};
	struct naming naming = { .addresses = addresses, .names = names };
	size_t used = 0, calls = last != 0, skipped = 0;

	for (long at = step; walk->steps[at].caller != NOWHERE; at = walk->steps[at].caller)
		calls++;
	skipped = calls > CHAIN_MAX ? calls - CHAIN_MAX : 0;
	naming.count = calls - skipped;
	for (size_t i = naming.count; i-- > 0;) {
		if (last) {
			addresses[i] = last;
			last = 0;
			continue;
		}
		addresses[i] = walk->steps[step].function;
		step = walk->steps[step].caller;
	}
	(void)kernel_image_visit(walk->image, name_functions, &naming);
	for (size_t i = 0; i < naming.count && used < sizeof(ret->how); i++)
		used += snprintf(ret->how + used, sizeof(ret->how) - used, "%s '%s'", i ? ", which calls" : skipped ?
			"through others, it calls" : "it calls", *names[i] ? names[i] : "a part of it");
	return naming.count > 0;
}

static void add_text(struct reach *reach, const char *one, const char *other)
{
	size_t used = strlen(reach->how);

	snprintf(reach->how + used, sizeof(reach->how) - used, "%s%s", one, other);
}

static void describe_per_cpu(const struct walk *walk, struct reach *ret)
{
	struct nearest_variable nearest = { .address = walk->per_cpu };
	bool through = describe_calls(walk, walk->count - 1, 0, ret);

	(void)kernel_image_visit(walk->image, name_variable, &nearest);
	/* The task is the first of what is hot; before, it had a variable of its own. */
	if (strcmp(nearest.name, "current_task") == 0 ||
			(strcmp(nearest.name, "pcpu_hot") == 0 && nearest.best == nearest.address))
		ret->kind = REACH_CURRENT;
	add_text(ret, through ? ", which uses " : "it uses ", ret->kind == REACH_CURRENT ? "the running task's descriptor" :
		strcmp(nearest.name, "fixed_percpu_data") == 0 || strcmp(nearest.name, "__stack_chk_guard") == 0 ?
		"the canary of the stack protector" : *nearest.name ? nearest.name : "a variable of the CPU");
}

static int walk_all(struct walk *walk, uint64_t address, struct reach *ret)
{
	int result = kernel_image_visit(walk->image, collect, walk);

	if (result == 0)
		result = add_step(walk, address, NOWHERE, address);
	if (result == 0 && address_set_has(&walk->sleepers, address)) {
		ret->kind = REACH_SLEEP;
		snprintf(ret->how, sizeof(ret->how), "that is what it is for");
		return 0;
	}
	for (size_t i = 0; result == 0 && ret->kind == REACH_HARMLESS && i < walk->count; i++) {
		result = walk_step(walk, i, &ret->kind);
		if (ret->kind == REACH_SLEEP)
			describe_calls(walk, i, walk->called, ret);
	}
	if (ret->kind == REACH_PER_CPU)
		describe_per_cpu(walk, ret);
	if (ret->kind != REACH_HARMLESS || !walk->unknown)
		return result;
	ret->kind = REACH_UNKNOWN;
	add_text(ret, describe_calls(walk, walk->unknown_step, 0, ret) ? ", which " : "it ", walk->unknown);
	return result;
}

int reach_find(const struct kernel *kernel, uint64_t address, struct reach *ret)
{
	struct walk walk = { .image = &kernel->images[0], .left = INSTRUCTIONS_MAX };
	int result;

	*ret = (struct reach){};
	result = walk_all(&walk, address, ret);
	free(walk.steps);
	address_set_free(&walk.seen);
	address_set_free(&walk.functions);
	address_set_free(&walk.sleepers);
	address_set_free(&walk.pointers);
	return result;
}
