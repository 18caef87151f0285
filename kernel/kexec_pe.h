/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the handler share: one load in progress, and its steps.
 */
#ifndef KERNEL_KEXEC_PE_H
#define KERNEL_KEXEC_PE_H

#include <linux/efi.h>
#include <linux/kexec.h>
#include <linux/kexec_pe.h>

#include <image/pe.h>
#include <image/uki.h>
#include <kernel/refusal.h>
#include <kexec_pe/handoff.h>
#include <stage/stage.h>

/* Values of the sysctl kernel.kexec_pe. */
enum kexec_pe_mode {
	KEXEC_PE_OFF, /* native loaders only */
	KEXEC_PE_LAST, /* what no native loader takes */
	KEXEC_PE_FIRST, /* every PE of this machine */
	KEXEC_PE_ONLY, /* nothing but PE, until the next boot */
};

/* A file that passed every parse rule. */
struct kexec_pe_file {
	struct pe_image pe;
	struct uki uki; /* of the selected profile; empty if it is none */
	bool is_uki;
};

/* Claims on memory while they are collected, a later one wins. */
struct kexec_pe_claims {
	struct handoff_memory *items;
	u32 count;
	u32 room;
};

/* RAM as firmware describes it: every kind of caching possible. */
#define KEXEC_PE_RAM_ATTRIBUTE \
	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

#define KEXEC_PE_TABLES_MAX 16
#define KEXEC_PE_DIGESTS_MAX 2
#define KEXEC_PE_CHECKS_MAX 4

/* What is in memory until the core has copied it to its segments. */
struct kexec_pe_buffers {
	void *emulator;
	void *payload;
	void *handoff;
	void *measurement_state;
};

/* One call of kexec_file_load(). */
struct kexec_pe_load {
	struct kimage *image;
	const void *data; /* the file, image->kernel_buf */
	unsigned long size;
	const char *cmdline; /* never NULL */
	unsigned long cmdline_size;
	void *initrd;
	unsigned long initrd_size;
	struct kexec_pe_file file;
	enum efi_secureboot_mode secure_boot;
	struct kexec_pe_buffers *buffers;
	struct kexec_pe_claims claims;
	struct handoff_table tables[KEXEC_PE_TABLES_MAX];
	struct handoff_digest digests[KEXEC_PE_DIGESTS_MAX];
	struct handoff_check checks[KEXEC_PE_CHECKS_MAX];
	void *variables;
	void *load_options;
	void *inner_options;
	struct kexec_pe_measurement *measurement; /* NULL: nothing queued */
	struct stage_plan plan;
};

/* sysctl.c */

/**
 * kexec_pe_mode() - the value of sysctl kernel.kexec_pe
 *
 * Return: the mode in force
 */
enum kexec_pe_mode kexec_pe_mode(void);

/* verify.c */

/**
 * kexec_pe_parse() - hold a file against every parse rule
 * @data: the file
 * @size: its length in bytes
 * @ret: the result, which refers to @data; untouched after a failure
 *
 * Logs the rule that a file breaks.
 *
 * Return: 0, -ENOEXEC for a file that is no PE of this machine, -ELIBBAD for a
 *         malformed one, -EFBIG for one of 4 GiB
 */
int kexec_pe_parse(const void *data, unsigned long size,
		   struct kexec_pe_file *ret);

/**
 * kexec_pe_is_foreign() - is a file no PE image of this machine?
 * @data: the file
 * @size: its length in bytes
 *
 * Return: the rule that makes it foreign, or RULE_OK, also for a malformed one
 */
enum rule kexec_pe_is_foreign(const void *data, unsigned long size);

/**
 * kexec_pe_verify_sig() - check the signature of a PE image
 * @data: the file
 * @size: its length in bytes
 *
 * Parses first: the kernel's verifier trusts offsets that it should not. Logs
 * why a file is not verified.
 *
 * Return: 0, what kexec_pe_parse() says, or what kexec_kernel_verify_pe_sig()
 *         says, but -EBADMSG for its -ELIBBAD, which means a bad file here
 */
int kexec_pe_verify_sig(const char *data, unsigned long size);

/**
 * kexec_pe_check_policy() - may this file be loaded, as far as trust goes?
 * @load: the load; takes the verdict that verify_sig left in the image
 *
 * Sets the flags VERIFIED and ENFORCED of the handoff.
 *
 * Return: 0 or -EPERM
 */
int kexec_pe_check_policy(struct kexec_pe_load *load);

/**
 * kexec_pe_locked_down() - does lockdown forbid what is about to be refused?
 *
 * Lockdown logs that it does, so who would not refuse does not ask.
 *
 * Return: true when it does
 */
bool kexec_pe_locked_down(void);

/**
 * kexec_pe_log_trust() - log what vouches for an image that was loaded
 * @load: the load, complete
 */
void kexec_pe_log_trust(const struct kexec_pe_load *load);

/* signer.c, with CONFIG_KEXEC_PE_VERIFY_SIG */

/**
 * kexec_pe_check_digest() - is the digest that was signed one to rely on?
 * @pe: an image whose signature was found good
 * @ret_rule: why not, name and sentence; set with a negative result
 *
 * The kernel's verifier takes SHA-1, and never asks whether the image itself is
 * revoked. UEFI's dbx lists SHA-256, whatever was signed.
 *
 * Return: 0; -EKEYREJECTED for SHA-1 and for an image in the .blacklist keyring;
 *         or what kept it from finding out
 */
int kexec_pe_check_digest(const struct pe_image *pe, const char **ret_rule);

/**
 * kexec_pe_log_signer() - log by whom a verified image was signed
 * @pe: an image whose signature was found good
 */
void kexec_pe_log_signer(const struct pe_image *pe);

/* cmdline.c */

/**
 * kexec_pe_take_cmdline() - decide what of the command line reaches the payload
 * @load: the load; receives LoadOptions, and the sections of the profile that
 *        the command line selects
 *
 * Return: 0, -EPERM when lockdown forbids it, -EINVAL for bad text or a profile
 *         that does not exist, -ENOMEM
 */
int kexec_pe_take_cmdline(struct kexec_pe_load *load);

/**
 * kexec_pe_take_initrd() - decide how the extra initrd reaches the payload
 * @load: the load; receives HANDOFF_FLAG_INITRD_HIDDEN
 *
 * Return: 0, or -EPERM when lockdown forbids it
 */
int kexec_pe_take_initrd(struct kexec_pe_load *load);

/* crash.c, with CONFIG_CRASH_DUMP */

/**
 * kexec_pe_is_crash() - is this kernel to be started by a panic?
 * @load: the load
 *
 * Return: true if it is
 */
static inline bool kexec_pe_is_crash(const struct kexec_pe_load *load)
{
	return IS_ENABLED(CONFIG_CRASH_DUMP) &&
	       load->image->type == KEXEC_TYPE_CRASH;
}

#ifdef CONFIG_CRASH_DUMP

/**
 * kexec_pe_place_crash() - what every crash kernel has, before all else
 * @load: the load; of a crash kernel: the image receives elfcorehdr, the
 *        handoff its flag
 *
 * Return: 0, -EADDRNOTAVAIL where crashkernel= reserved too little, -ENOMEM
 */
int kexec_pe_place_crash(struct kexec_pe_load *load);

/**
 * kexec_pe_check_room() - is there room for the payload's way to its kernel?
 * @load: the load, its segments placed
 *
 * Logs how much crashkernel= a crash kernel needs for it.
 *
 * Return: 0 or -EADDRNOTAVAIL
 */
int kexec_pe_check_room(struct kexec_pe_load *load);

/**
 * kexec_pe_refuse_room() - refuse for lack of room
 * @load: the load; of a crash kernel, the log says how much would do
 *
 * Return: -EADDRNOTAVAIL
 */
int kexec_pe_refuse_room(struct kexec_pe_load *load);

#else

static inline int kexec_pe_place_crash(struct kexec_pe_load *load)
{
	return 0;
}

static inline int kexec_pe_check_room(struct kexec_pe_load *load)
{
	return 0;
}

static inline int kexec_pe_refuse_room(struct kexec_pe_load *load)
{
	return kexec_pe_refuse(REFUSAL_NO_ROOM);
}

#endif

/* firmware.c */

/**
 * kexec_pe_claim() - add a claim on memory
 * @claims: where
 * @address: multiple of 4 KiB
 * @size: multiple of 4 KiB; 0 adds nothing
 * @type: EFI memory type
 * @attribute: EFI memory attributes
 *
 * Return: 0 or -ENOMEM
 */
int kexec_pe_claim(struct kexec_pe_claims *claims, u64 address, u64 size,
		   u32 type, u64 attribute);

/**
 * kexec_pe_read_firmware() - memory map, tables and identity of the firmware
 * @load: the load; receives them
 *
 * Return: 0, -EOPNOTSUPP without EFI firmware, -ENOMEM, -EIO
 */
int kexec_pe_read_firmware(struct kexec_pe_load *load);

/**
 * kexec_pe_add_table() - pass a configuration table on
 * @load: the load
 * @guid: its name
 * @address: physical
 */
void kexec_pe_add_table(struct kexec_pe_load *load, const efi_guid_t *guid,
			u64 address);

/* memreserve.c */

/**
 * kexec_pe_keep_memreserve() - keep what LINUX_EFI_MEMRESERVE lists
 * @load: the load; receives the claims, and the table
 * @address: physical, of the first node of the list
 *
 * Return: 0, -ENOMEM, or -EIO for a list that makes no sense
 */
int kexec_pe_keep_memreserve(struct kexec_pe_load *load, u64 address);

/* variables.c */

/**
 * kexec_pe_read_variables() - take the snapshot of EFI variables
 * @load: the load; receives it
 *
 * Return: 0, -EPERM when lockdown forbids to go on without, -EIO, -ENOMEM
 */
int kexec_pe_read_variables(struct kexec_pe_load *load);

/**
 * kexec_pe_find_variable() - a variable of the snapshot
 * @load: the load, after kexec_pe_read_variables()
 * @name: ASCII
 * @guid: whose
 * @ret: its data; untouched when there is none
 *
 * Return: true when there is one
 */
bool kexec_pe_find_variable(const struct kexec_pe_load *load, const char *name,
			    efi_guid_t guid, struct view *ret);

/* sbat.c */

/**
 * kexec_pe_check_sbat() - is a component of the file revoked?
 * @load: the load, its variables read
 *
 * Return: 0, or -EPERM where kexec_pe.sbat, Secure Boot or lockdown enforce it
 */
int kexec_pe_check_sbat(struct kexec_pe_load *load);

/* console.c */

/**
 * kexec_pe_find_console() - the serial port that this kernel's console uses
 * @ret: where it is; type NONE if there is none the emulator could drive
 */
void kexec_pe_find_console(struct handoff_console *ret);

/* digest.c */

/**
 * kexec_pe_sha256() - hash bytes with the fastest SHA-256 there is
 * @data: the bytes
 * @size: how many
 * @ret: 32 bytes
 *
 * Return: 0 or the error of the crypto API
 */
int kexec_pe_sha256(const void *data, size_t size, u8 *ret);

/**
 * kexec_pe_authenticode() - the SHA-256 Authenticode hash of a file
 * @pe: the parsed file
 * @ret: 32 bytes
 *
 * Return: 0 or the error of the crypto API
 */
int kexec_pe_authenticode(const struct pe_image *pe, u8 *ret);

/**
 * kexec_pe_vouch() - list the digests of what LoadImage() may be given
 * @load: the load; receives the file and, of a UKI, the inner kernel
 *
 * Return: 0 or the error of the crypto API
 */
int kexec_pe_vouch(struct kexec_pe_load *load);

/**
 * kexec_pe_check() - let purgatory verify memory of a crash kernel
 * @load: the load; receives the digest if it is one
 * @address: where the bytes will be, physical
 * @data: the bytes
 * @size: how many
 *
 * A kernel that is started by a kernel in good health needs no such digest:
 * what could have changed it there could change the digest, too.
 *
 * Return: 0 or the error of the crypto API
 */
int kexec_pe_check(struct kexec_pe_load *load, u64 address, const void *data,
		   size_t size);

/* measure.c, with CONFIG_KEXEC_PE_MEASURE */

#ifdef CONFIG_KEXEC_PE_MEASURE

/**
 * kexec_pe_queue_measurements() - describe the TPM, queue what is measured
 * @load: the load, its payload placed; receives queue, event log and the
 *        segment for their state
 *
 * Logs who will measure.
 *
 * Return: 0, -ENOMEM, no room, or why kexec_pe.tpm=require refuses
 */
int kexec_pe_queue_measurements(struct kexec_pe_load *load);

/**
 * kexec_pe_free_measurement() - free what a load has of its measurements
 * @load: the load
 */
void kexec_pe_free_measurement(struct kexec_pe_load *load);

#else

static inline int kexec_pe_queue_measurements(struct kexec_pe_load *load)
{
	return 0;
}

static inline void kexec_pe_free_measurement(struct kexec_pe_load *load)
{
}

#endif

/* purgatory/emulator_image.S: the embedded image. */

extern const u8 kexec_pe_image_start[];
extern const u8 kexec_pe_image_end[];

/* payload.c, segment.c */

/**
 * kexec_pe_add_segment() - find memory for a buffer and add it to the image
 * @load: the load
 * @name: for the log
 * @buffer: NULL, or @size bytes that live until cleanup
 * @size: bytes of the buffer
 * @memory: bytes of memory, the rest is zeroed
 * @align: power of two
 * @ret: physical address
 *
 * Return: 0 or the error of kexec_add_buffer()
 */
int kexec_pe_add_segment(struct kexec_pe_load *load, const char *name,
			 void *buffer, unsigned long size, u64 memory,
			 unsigned long align, u64 *ret);

/**
 * kexec_pe_place_payload() - lay the payload out where it will run
 * @load: the load; the image's segment and checks
 *
 * Return: 0, -ENOMEM, -ELIBBAD for bad relocations, or no room
 */
int kexec_pe_place_payload(struct kexec_pe_load *load);

/**
 * kexec_pe_place_emulator() - size the page-table pool, place the emulator
 * @load: the load, its claims complete
 *
 * Return: 0, -ENOMEM or no room
 */
int kexec_pe_place_emulator(struct kexec_pe_load *load);

/**
 * kexec_pe_place_initrd() - place the extra initrd, if there is one
 * @load: the load
 *
 * Return: 0 or no room
 */
int kexec_pe_place_initrd(struct kexec_pe_load *load);

/**
 * kexec_pe_place_handoff() - place and write the handoff, seal the emulator
 * @load: the load, everything else placed
 *
 * Return: 0, -ENOMEM or no room
 */
int kexec_pe_place_handoff(struct kexec_pe_load *load);

#endif /* KERNEL_KEXEC_PE_H */
