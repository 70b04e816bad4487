/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Faults of a program: for faults.c, and for what it is on one architecture alone. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void function(void);

extern sigjmp_buf faults_back;
extern volatile sig_atomic_t faults_caught;
extern void *volatile faults_address;

/* Before each fault, as cmocka takes the signals for itself at the start of a test */
void faults_catch_signals(void);

/* The signal that the statement ends in; 0 if it comes through */
#define signal_of(statement) \
	({ \
		faults_catch_signals(); \
		faults_caught = 0; \
		if (!sigsetjmp(faults_back, 1)) { \
			statement; \
		} \
		(int)faults_caught; \
	})

/* A fresh page */
void *faults_map(int protection);

/* faults-ARCHITECTURE.c: instructions that no other has; the number of tests that failed */
int faults_of_architecture(void);
