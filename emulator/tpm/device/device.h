/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's TPM by its registers (TCG PC Client Platform TPM Profile 1.05,
 * PTP below). Where it is, and of which kind, K1 has told; nothing is probed.
 *
 * Between two commands no locality is held and a CRB is idle, so there is
 * nothing left to do when the payload exits boot services.
 */
#ifndef EMULATOR_TPM_DEVICE_DEVICE_H
#define EMULATOR_TPM_DEVICE_DEVICE_H

#include <emulator/tpm/tpm.h>
#include <kexec_pe/handoff.h>

/* Milliseconds, PTP 6.5.1.4 (TIS) and 6.5.3.8 (CRB) */
#define TPM_TIMEOUT_A 750
#define TPM_TIMEOUT_B 2000
#define TPM_TIMEOUT_C 200

/* For a whole command of ours; a TPM that takes longer is dead. */
#define TPM_COMMAND_TIMEOUT 2000
/* For one of the payload's, which may make keys; no hang beyond 10 s. */
#define TPM_SUBMIT_TIMEOUT 9000
/* For all commands together after a crash: a dump beats a measurement. */
#define TPM_CRASH_TIMEOUT 3000

/* TPM 2.0 part 2, 6 and 8: every command and response begins so */
#define TPM_HEADER_SIZE 10

struct tpm_device;

/* Bytes to the TPM, and its answer. */
struct tpm_exchange {
	const u8 *command;
	u32 size;
	u8 *response;
	u32 room; /* bytes of response, TPM_HEADER_SIZE at least */
	u32 received; /* out */
};

struct tpm_registers {
	/* Finds the TPM in whatever state K1 left it, leaves it idle. */
	bool (*start)(struct tpm_device *device);
	/*
	 * One command. EFI_BUFFER_TOO_SMALL: its answer did not fit;
	 * EFI_DEVICE_ERROR: the registers did not do what they should.
	 */
	efi_status_t (*exchange)(struct tpm_device *device,
				 struct tpm_exchange *exchange);
};

struct tpm_device {
	struct tpm tpm;
	const struct tpm_registers *registers;
	u64 address; /* of locality 0 */
	u64 size;
	u32 smc_function; /* CRB with SMC start only */
	bool dead; /* did not answer once: is not asked again */
	bool limited; /* end_of_all counts */
	u64 end_of_command; /* arch_ticks() */
	u64 end_of_all;
	u32 commands; /* figures for the summary */
	u32 polls;
};

/* The kinds, tis.c and crb.c */
extern const struct tpm_registers tis_registers, crb_registers,
	crb_smc_registers;

/* device.c */

/**
 * tpm_device_start() - take over the TPM of the handoff
 * @device: zeroed; all of it is filled in
 * @handoff: the handoff; its TPM is not of type NONE
 *
 * Banks and the like are set in any case, so that a log can be written.
 *
 * Return: true when the TPM answers to its registers
 */
bool tpm_device_start(struct tpm_device *device, const struct handoff *handoff);

/**
 * tpm_device_begin() - begin a command, which may take several tries
 * @device: the TPM
 * @milliseconds: for all of them
 */
void tpm_device_begin(struct tpm_device *device, u32 milliseconds);

/**
 * tpm_device_transmit() - one command, one answer
 * @device: the TPM; tpm_device_begin() has said how long
 * @exchange: what to send, where to receive
 *
 * Return: EFI_SUCCESS, and the answer is as long as it says; EFI_DEVICE_ERROR,
 *         and the TPM is dead; EFI_BUFFER_TOO_SMALL
 */
efi_status_t tpm_device_transmit(struct tpm_device *device,
				 struct tpm_exchange *exchange);

/* A bounded wait: while (!condition) if (!tpm_wait_again(&wait)) give up; */
struct tpm_wait {
	struct tpm_device *device;
	u64 end; /* arch_ticks() */
};

/**
 * tpm_wait_start() - begin to wait
 * @device: its command's end is the end of every wait in it
 * @milliseconds: how long at most
 *
 * Return: the wait
 */
struct tpm_wait tpm_wait_start(struct tpm_device *device, u32 milliseconds);

/**
 * tpm_wait_again() - wait a moment
 * @wait: from tpm_wait_start()
 *
 * Return: true when it makes sense to look again, false when time is up
 */
bool tpm_wait_again(struct tpm_wait *wait);

/* command.c */

/**
 * tpm_command_extend() - TPM2_PCR_Extend (TPM 2.0 part 3, 22.2), all banks
 * @tpm: a struct tpm_device
 * @pcr: less than TCG_PCR_COUNT
 * @digests: for each bank
 *
 * Return: EFI_SUCCESS, EFI_DEVICE_ERROR
 */
efi_status_t tpm_command_extend(struct tpm *tpm, u32 pcr,
				const struct tpm_digests *digests);

/**
 * tpm_command_read() - TPM2_PCR_Read (TPM 2.0 part 3, 22.4), all banks
 * @tpm: a struct tpm_device
 * @pcr: less than TCG_PCR_COUNT
 * @ret: a digest for each bank; untouched after a failure
 *
 * Return: EFI_SUCCESS, EFI_DEVICE_ERROR
 */
efi_status_t tpm_command_read(struct tpm *tpm, u32 pcr,
			      struct tpm_digests *ret);

/**
 * tpm_command_submit() - a command of the payload, as it is
 * @tpm: a struct tpm_device
 * @command: its bytes
 * @size: how many
 * @response: where to put the answer
 * @room: bytes there
 *
 * Return: EFI_SUCCESS whatever the TPM answered; EFI_INVALID_PARAMETER for what
 *         is no command, EFI_BUFFER_TOO_SMALL, EFI_DEVICE_ERROR
 */
efi_status_t tpm_command_submit(struct tpm *tpm, const u8 *command, u32 size,
				u8 *response, u32 room);

#endif /* EMULATOR_TPM_DEVICE_DEVICE_H */
