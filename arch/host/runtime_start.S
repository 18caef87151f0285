/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What linker scripts do for the embedded image: the start, so first among
 * the objects of a program, of the code that K2 keeps.
 */
	.section .runtime, "ax", @progbits
	.balign 16
	.globl __runtime_start
	.hidden __runtime_start
__runtime_start:

	.section .note.GNU-stack, "", @progbits
