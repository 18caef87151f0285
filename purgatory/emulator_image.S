/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The embedded image inside vmlinux, from where the handler copies it into a
 * segment. EMULATOR_BIN is its path (purgatory/image.mk).
 */
	.section .rodata, "a"

	.balign	8
	.globl	kexec_pe_image_start
kexec_pe_image_start:
	.incbin	EMULATOR_BIN
	.globl	kexec_pe_image_end
kexec_pe_image_end:

	.section .note.GNU-stack, "", @progbits
