/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hosted stager: runs a payload in a process of its own under the same
 * emulator that a kexec uses, up to ExitBootServices, and reports what it did.
 *
 * The payload runs in a confined child; whoever calls host_run() is not at its
 * mercy: all that comes back is checked data.
 */
#ifndef ARCH_HOST_RUN_H
#define ARCH_HOST_RUN_H

#include <kexec_pe/efi.h>
#include <kexec_pe/handoff.h>

#define HOST_CLAIMS_MAX 16
#define HOST_SENTENCE 192

/* What to run, and on which machine. Zero is a good default for every member. */
struct host_request {
	const void *file; /* the PE file */
	u64 size;
	const char *cmdline; /* argument of the load, NULL: none */
	const void *initrd; /* NULL: none */
	u64 initrd_size;
	struct handoff_memory memory[HOST_CLAIMS_MAX];
	u32 memory_count; /* 0: HOST_MEMORY_DEFAULT */
	/* struct handoff_variable items; NULL: those without Secure Boot */
	const void *variables;
	u32 variables_size; /* bytes */
	u32 seconds; /* of time and of processor, 0: no limit */
	bool debug; /* do not confine: gdb, or another, is to look into it */
	/* NULL, or called in the child before it is confined. */
	void (*prepare)(void *argument);
	void *prepare_argument;
};

#define HOST_MEMORY_DEFAULT 0x80000000ULL /* 2 GiB, half of it low */

enum host_outcome {
	HOST_RUN, /* not over */
	HOST_EXITED_BOOT_SERVICES,
	HOST_RETURNED, /* the payload did, with report->status */
	HOST_RESET, /* the payload called ResetSystem */
	HOST_PANIC, /* the emulator gave up; the console says why */
	HOST_FAULT, /* see report->fault */
	HOST_HALTED, /* HLT, where no interrupt will come */
	HOST_LIMIT, /* report->fault says where it was */
	HOST_LOST, /* the child died without a word, report->sentence */
};

#define HOST_ARGUMENTS 4
#define HOST_TEXT 80

struct host_call {
	u32 id; /* the first is 1 */
	u32 service; /* enum trace_service */
	bool returned;
	char kinds[HOST_ARGUMENTS + 1]; /* as of TRACE_SERVICES */
	u64 arguments[HOST_ARGUMENTS];
	/* What a GUID or a string argument says, as text; else empty. */
	char text[HOST_ARGUMENTS][HOST_TEXT];
	u64 caller; /* return address */
	u64 image; /* base of the image that it lies in, 0: in none */
	u64 status;
};

/* Calls that are kept: the first ones of all, and of what follows the last. */
#define HOST_CALLS_FIRST 49152
#define HOST_CALLS_LAST 16384

/* Room for those of any machine; host_register_name() knows which there are. */
#define HOST_GENERAL 32

struct host_registers {
	u64 general[HOST_GENERAL]; /* as instructions number them */
	u64 pc;
	u64 sp; /* is in general, too */
	u64 flags;
};

/* For host_register_name(): not one of general. */
#define HOST_REGISTER_PC HOST_GENERAL
#define HOST_REGISTER_FLAGS (HOST_GENERAL + 1)

struct host_fault {
	char name[48]; /* such as "page fault" */
	u32 signal;
	u32 vector; /* of the processor */
	u64 code; /* its error code */
	u64 address; /* that could not be accessed, if there is one */
	bool emulator; /* happened in the emulator's code, not the payload's */
	u64 offset; /* of pc in the image or the program that it lies in */
	u64 image; /* base of that image, 0: in none */
	u32 pc_protection; /* HANDOFF_PROT_* */
	u32 address_protection;
	u8 code_bytes[16]; /* at pc */
	u32 code_size; /* 0: pc is not readable */
	struct host_registers registers;
};

struct host_table {
	struct efi_guid guid;
	u64 address;
};

struct host_variable {
	struct efi_guid guid;
	char name[HOST_TEXT]; /* as UTF-8 */
	u32 attributes;
	u32 data_size;
	u8 *data; /* data_size bytes */
};

/* One privileged instruction that was emulated. */
struct host_privileged {
	char name[16];
	u64 pc; /* of the first */
	u64 count;
};

#define HOST_PRIVILEGED_MAX 32

/* Something that emulator code of the child has told through host_note(). */
struct host_note {
	u32 kind;
	u32 size;
	u8 *data;
};

struct host_report {
	enum host_outcome outcome;
	char sentence[HOST_SENTENCE]; /* for people: how it ended */
	u64 status; /* of HOST_RETURNED */
	struct host_fault fault; /* of HOST_FAULT, HOST_HALTED, HOST_LIMIT */

	struct host_call *calls; /* use host_report_call() */
	u32 call_count; /* of all, kept or not */

	struct efi_memory_descriptor *memory; /* final, or at the fault */
	u32 memory_count;
	struct host_table *tables;
	u32 table_count;
	struct host_variable *variables; /* set or deleted by the payload */
	u32 variable_count;
	struct host_note *notes; /* in order */
	u32 note_count;

	char *console; /* what payload and emulator wrote, NUL-terminated */
	u64 console_size; /* bytes without the NUL */

	struct host_privileged privileged[HOST_PRIVILEGED_MAX];
	u32 privileged_count;

	u64 payload; /* where it was put */
	u64 payload_size;
	u64 entry; /* address */

	/* After ExitBootServices: the first jump into other loader code. */
	u64 kernel_entry; /* 0: not known */
	u64 kernel_start; /* the memory of that code */
	u64 kernel_size;
};

/**
 * host_run() - run a payload up to ExitBootServices
 * @request: what and how; its buffers must live until the call returns
 * @report: zeroed; free with host_report_free() whatever is returned
 *
 * Return: 0 when the payload ran, however it ended (@report->outcome);
 *         -1 when it could not be started: @report->sentence says why and
 *         @report->outcome is HOST_RUN
 */
int host_run(const struct host_request *request, struct host_report *report);

/**
 * host_register_name() - the machine's name for a register
 * @index: into general of struct host_registers, or HOST_REGISTER_*
 *
 * Return: constant string, NULL when the machine has no such register
 */
const char *host_register_name(u32 index);

/**
 * host_report_call() - a call by its number
 * @report: of host_run()
 * @id: 1 to @report->call_count
 *
 * Return: the call, NULL if it was not kept
 */
const struct host_call *host_report_call(const struct host_report *report,
					 u32 id);

/**
 * host_report_free() - free what a report points to
 * @report: of host_run()
 */
void host_report_free(struct host_report *report);

/**
 * host_note() - in the child: append to report->notes
 * @kind: HOST_NOTE_*, or any number that caller and reader agree on
 * @data: bytes
 * @size: how many, at most HOST_NOTE_SIZE
 *
 * For emulator code that has more to tell than a call has arguments, such as
 * the virtual TPM. Works until the child ends, a fault included.
 */
void host_note(u32 kind, const void *data, u32 size);

#define HOST_NOTE_SIZE 0x100000

#endif /* ARCH_HOST_RUN_H */
