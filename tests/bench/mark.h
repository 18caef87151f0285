/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An instruction that does nothing and carries a number, for count.c to see.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#if defined(__x86_64__)
/* nopl 0x4b50NNNN(%rax); the bytes, for the assembler may take another form */
#define MARK(number)                                       \
	asm volatile(".byte 0x0f, 0x1f, 0x80\n\t.long %c0" \
		     :                                     \
		     : "i"(0x4b500000 | (number))          \
		     : "memory")
#elif defined(__aarch64__)
/* movz xzr, #NNNN, lsl #48: no compiler writes to the zero register so. */
#define MARK(number) \
	asm volatile(".inst %c0" : : "i"(0xd2e0001f | (number) << 5) : "memory")
#else
#error "no mark for this machine"
#endif

enum mark {
	MARK_INIT = 1, /* first instruction of the first process */
	MARK_LOAD, /* before kexec_file_load() */
	MARK_LOADED, /* behind it */
	MARK_EXEC, /* before reboot() */
	MARK_PARSE, /* around the parsers: parse.c */
	MARK_PARSED,
};

#endif /* BENCH_MARK_H */
