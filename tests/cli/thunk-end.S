/* SPDX-License-Identifier: GPL-2.0-or-later */
	.section .data.cases, "aw"
	.quad 0, 0
	.section .note.GNU-stack, "", @progbits
