/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What linker scripts do for the embedded image: the end, so last among
 * the objects of a program, of the code that K2 keeps.
 */
	.section .runtime, "ax", @progbits
	.balign 16
	.globl __runtime_end
	.hidden __runtime_end
__runtime_end:

	.section .note.GNU-stack, "", @progbits
