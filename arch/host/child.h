/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside arch/host: the records that the child sends, its machine, and what its
 * files call of each other.
 */
#ifndef ARCH_HOST_CHILD_H
#define ARCH_HOST_CHILD_H

#include <emulator/emu.h>

#include <arch/host/run.h>

#ifdef __SANITIZE_ADDRESS__
#define HOST_SANITIZED
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HOST_SANITIZED
#endif
#endif

/* What follows a record's header. */
enum record {
	RECORD_FAILED, /* a sentence; nothing was run */
	RECORD_START, /* struct record_start */
	RECORD_CALL, /* struct host_call */
	RECORD_RETURN, /* struct record_return */
	RECORD_CONSOLE, /* bytes */
	RECORD_PRIVILEGED, /* struct host_privileged */
	RECORD_MEMORY, /* struct efi_memory_descriptor... */
	RECORD_TABLES, /* struct host_table... */
	RECORD_VARIABLE, /* struct host_variable, then its data */
	RECORD_NOTE, /* u32 kind, then its data */
	RECORD_EXITED, /* nothing: boot services are exited */
	RECORD_KERNEL, /* struct record_kernel */
	RECORD_FAULT, /* struct host_fault */
	RECORD_END, /* struct record_end, the last one */
};

struct record_header {
	u32 type;
	u32 size; /* of what follows */
};

#define RECORD_SIZE (HOST_NOTE_SIZE + 0x1000)

struct record_start {
	u64 payload;
	u64 payload_size;
	u64 entry;
};

struct record_return {
	u32 id;
	u32 reserved;
	u64 status;
};

struct record_kernel {
	u64 entry;
	u64 start;
	u64 size;
};

struct record_end {
	u32 outcome; /* enum host_outcome */
	u32 reserved;
	u64 status;
	char sentence[HOST_SENTENCE];
};

/*
 * Where memory of the machine may be: below AddressSanitizer's shadow, and far
 * above it, but inside 46 bits, which is all that Linux takes for physical.
 */
#define HOST_LOW_START 0x100000ULL
#define HOST_LOW_END 0x7fff0000ULL
#define HOST_HIGH_START 0x200000000000ULL
#define HOST_HIGH_END 0x20ff00000000ULL

/* The emulator's segment: header, guard page, stack, guard page, "tables". */
#define HOST_STACK_SIZE 0x80000ULL
#define HOST_STACK_OFFSET 0x2000ULL
#define HOST_STACK_END (HOST_STACK_OFFSET + HOST_STACK_SIZE)

/* tell.c */

/**
 * tell_start() - where records go
 * @fd: the pipe to the parent
 */
void tell_start(int fd);

/**
 * tell() - send a record, in one piece
 * @type: which
 * @head: first part of what follows
 * @head_size: its bytes
 * @data: second part, may be NULL
 * @data_size: its bytes; cut so that the record has RECORD_SIZE at most
 *
 * Safe in a signal handler: a record that was interrupted is finished first,
 * see tell_busy().
 */
void tell(enum record type, const void *head, u32 head_size, const void *data,
	  u32 data_size);

/**
 * tell_busy() - is a record on its way?
 *
 * Return: true when a signal handler must not send any
 */
bool tell_busy(void);

/**
 * tell_later() - call a function when the record is finished
 * @function: what to call then
 */
void tell_later(void (*function)(void));

/**
 * tell_console() - a byte of the console, sent line by line
 * @byte: the byte
 */
void tell_console(u8 byte);

/**
 * tell_failed() - say why nothing can be run, and end the child
 * @format: as of printf()
 */
void __noreturn tell_failed(const char *format, ...) __printf(1, 2);

/**
 * tell_end() - say how it ended, and end the child
 * @outcome: how
 * @status: of HOST_RETURNED
 * @sentence: for people
 */
void __noreturn tell_end(enum host_outcome outcome, u64 status,
			 const char *sentence);

/* state.c */

/**
 * state_memory() - send the memory map as it is
 */
void state_memory(void);

/**
 * state_all() - send memory map, configuration tables and variables
 */
void state_all(void);

/* mmu.c */

/**
 * arena_map() - give the machine its memory
 * @claims: of the machine; only Conventional ones are memory
 * @count: how many
 *
 * Does not return if an address is taken: tell_failed().
 */
void arena_map(const struct handoff_memory *claims, u32 count);

/**
 * arena_protection() - how a page of the machine is mapped
 * @address: any address
 *
 * Return: HANDOFF_PROT_*, 0 outside of the machine's memory
 */
u32 arena_protection(u64 address);

/**
 * arena_has() - does an address belong to the machine?
 * @address: any address
 *
 * Return: true for memory of the machine, mapped or not
 */
bool arena_has(u64 address);

/**
 * arena_readable() - can bytes of the machine be read?
 * @address: of the first
 * @size: how many
 *
 * Return: how many of them can
 */
u64 arena_readable(u64 address, u64 size);

/* place.c */

/**
 * place_find() - which image does an address lie in?
 * @address: of an instruction
 * @ret_size: bytes of the image; untouched if there is none
 *
 * Knows the payload, what LoadImage loaded, and what a payload has laid out
 * itself together with its headers.
 *
 * Return: address of the image, 0 if there is none
 */
u64 place_find(u64 address, u64 *ret_size);

/* The start of this program and its end; the linker's. */
extern const u8 __runtime_symbol __ehdr_start[];
extern const u8 __runtime_symbol _end[];

/* plan.c */

/**
 * plan_machine() - make the machine with the payload on it
 * @request: what to run
 *
 * Does not return if that cannot be: tell_failed().
 *
 * Return: header of the emulator, its slots filled
 */
struct emulator_header *plan_machine(const struct host_request *request);

/* after.c */

/**
 * after_boot_services() - the payload has left boot services
 * @caller: address of the code that did
 *
 * Takes the right to execute from all loader code but the caller's image: the
 * next jump into it is the one into the kernel.
 */
void after_boot_services(u64 caller);

/**
 * after_fault() - is a fault the jump into the kernel?
 * @pc: of the instruction
 * @address: that could not be accessed
 *
 * Ends the child if it is.
 */
void after_fault(u64 pc, u64 address);

/* fault.c */

/**
 * fault_start() - take over the signals that instructions raise
 */
void fault_start(void);

/* confine.c */

/**
 * confine() - give up everything but writing records and ending
 * @request: with the limits
 * @fd: of the records
 */
void confine(const struct host_request *request, int fd);

/* hook.c; by the linker: __real_ are the emulator's own functions */

u32 __real_trace_enter(enum trace_service service, const void *caller, u64 a,
		       u64 b, u64 c, u64 d);
efi_status_t __real_trace_exit(u32 id, efi_status_t status);
efi_status_t __real_image_run_payload(void);

/**
 * __wrap_trace_enter() - trace_enter(), and tell of the call
 * @service: which
 * @caller: return address
 * @a: first argument
 * @b: second argument
 * @c: third argument
 * @d: fourth argument
 *
 * Return: number of the call
 */
u32 __wrap_trace_enter(enum trace_service service, const void *caller, u64 a,
		       u64 b, u64 c, u64 d);

/**
 * __wrap_trace_exit() - trace_exit(), and tell of the status
 * @id: number of the call
 * @status: what the service will return
 *
 * Return: @status
 */
efi_status_t __wrap_trace_exit(u32 id, efi_status_t status);

/**
 * __wrap_image_run_payload() - image_run_payload(), and tell how it ended
 *
 * Return: never
 */
efi_status_t __wrap_image_run_payload(void);

/* child.c */

/**
 * child_main() - the child, from fork() to its end
 * @request: what to run
 * @fd: where to send records
 */
void __noreturn child_main(const struct host_request *request, int fd);

/**
 * host_before_payload() - nothing, where a debugger shall stop
 * @entry: of the payload, the next to run
 */
void host_before_payload(u64 entry);

#endif /* ARCH_HOST_CHILD_H */
