// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a program learns where the gates are: by entries of the auxiliary vector on its stack, as with the other host. The
 * kernel has built the stack already, so all that lies below the end of the vector moves down to make room.
 */
#include <linux/auxvec.h>
#include <linux/binfmts.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <kml/abi.h>
#include "kml.h"

#define KML_ROOM	(KML_AUXV_ENTRIES * 2 * sizeof(u64))

/* Behind the words up to and including the next that is 0; NULL if it is not there */
static u64 __user *kml_behind_zero(u64 __user *word)
{
	u64 value;

	do {
		if (get_user(value, word++))
			return NULL;
	} while (value);
	return word;
}

/* The AT_NULL that ends the vector; the stack has argc, the arguments, 0, the environment, 0, and the vector */
static u64 __user *kml_end_of_vector(unsigned long stack)
{
	u64 __user *word = kml_behind_zero((u64 __user *)stack + 1);
	u64 type;

	if (word)
		word = kml_behind_zero(word);
	for (; word; word += 2) {
		if (get_user(type, word))
			return NULL;
		if (type == AT_NULL)
			return word;
	}
	return NULL;
}

static bool kml_move_down(char __user *from, size_t size)
{
	char part[256];

	while (size) {
		size_t length = min(size, sizeof(part));

		if (copy_from_user(part, from, length) || copy_to_user(from - KML_ROOM, part, length))
			return false;
		from += length;
		size -= length;
	}
	return true;
}

static bool kml_extend_vector(unsigned long stack)
{
	u64 __user *end = kml_end_of_vector(stack);
	u64 entries[KML_AUXV_ENTRIES][2];
	unsigned int index;

	if (!end || !kml_move_down((char __user *)stack, (unsigned long)end - stack))
		return false;
	for (index = 0; index < KML_AUXV_ENTRIES; index++) {
		entries[index][0] = AT_KML_ABI + index;
		entries[index][1] = kml_auxv_value(index);
	}
	return !copy_to_user((char __user *)end - KML_ROOM, entries, sizeof(entries));
}

/* Adds to a vector with room for so many words, or as many as there is room for; returns the words that it has then */
static unsigned int kml_add_entries(unsigned long *vector, unsigned int room)
{
	unsigned int at, index;

	for (at = 0; at + 1 < room && vector[at] != AT_NULL && vector[at] != AT_KML_ABI; at += 2)
		;
	for (index = 0; index < KML_AUXV_ENTRIES && at + 3 < room; index++, at += 2) {
		vector[at] = AT_KML_ABI + index;
		vector[at + 1] = kml_auxv_value(index);
		vector[at + 2] = AT_NULL;
		vector[at + 3] = 0;
	}
	return at + 2;
}

/* What prctl(PR_GET_AUXV) gives. What the kernel has saved has no room for all entries. */
long kml_get_auxv(void __user *to, unsigned long size)
{
	unsigned long vector[AT_VECTOR_SIZE + KML_AUXV_ENTRIES * 2];
	unsigned long have;

	memcpy(vector, current->mm->saved_auxv, AT_VECTOR_SIZE * sizeof(*vector));
	have = kml_add_entries(vector, ARRAY_SIZE(vector)) * sizeof(*vector);
	return copy_to_user(to, vector, min(size, have)) ? -EFAULT : have;
}

void kml_tell_gates(struct linux_binprm *bprm)
{
	if (!kml_extend_vector(bprm->p)) {
		send_sig(SIGKILL, current, 1);
		return;
	}
	/* For /proc/PID/auxv */
	kml_add_entries(current->mm->saved_auxv, AT_VECTOR_SIZE);
	bprm->p -= KML_ROOM;
	current->mm->start_stack = bprm->p;
}
