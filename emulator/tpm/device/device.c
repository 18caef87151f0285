// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all kinds of TPM registers share: time, and the end of a TPM that does
 * not answer in time.
 */
#include <emulator/arch.h>
#include <emulator/time.h>
#include <emulator/tpm/bytes.h>
#include <emulator/tpm/device/device.h>
#include <kexec_pe/string.h>

#define POLL_MICROSECONDS 30
#define MILLISECOND 1000

/* Of the FIFO nobody says; PTP 6.5.3.5 has as much for a CRB. */
#define COMMAND_SIZE 0xf80

static bool is_past(u64 moment)
{
	return (s64)(arch_ticks() - moment) >= 0;
}

static bool is_over(const struct tpm_device *device)
{
	return is_past(device->end_of_command) ||
	       (device->limited && is_past(device->end_of_all));
}

struct tpm_wait tpm_wait_start(struct tpm_device *device, u32 milliseconds)
{
	const struct tpm_wait wait = {
		.device = device,
		.end = arch_ticks() +
		       time_ticks((u64)milliseconds * MILLISECOND),
	};

	return wait;
}

bool tpm_wait_again(struct tpm_wait *wait)
{
	const u64 next = arch_ticks() + time_ticks(POLL_MICROSECONDS);

	wait->device->polls++;
	if (is_past(wait->end) || is_over(wait->device))
		return false;
	do
		arch_pause();
	while (!is_past(next));
	return true;
}

void tpm_device_begin(struct tpm_device *device, u32 milliseconds)
{
	device->end_of_command =
		arch_ticks() + time_ticks((u64)milliseconds * MILLISECOND);
}

efi_status_t tpm_device_transmit(struct tpm_device *device,
				 struct tpm_exchange *exchange)
{
	efi_status_t status = EFI_DEVICE_ERROR;

	if (!device->dead && !is_over(device)) {
		device->commands++;
		status = device->registers->exchange(device, exchange);
	}
	if (status == EFI_DEVICE_ERROR)
		device->dead = true;
	return status;
}

static const struct tpm_registers *find_registers(u32 type)
{
	switch (type) {
	case HANDOFF_TPM_TIS:
		return &tis_registers;
	case HANDOFF_TPM_CRB:
		return &crb_registers;
	case HANDOFF_TPM_CRB_SMC:
		return &crb_smc_registers;
	default:
		return NULL;
	}
}

/* All of them known: a command must name every one that is active. */
static bool set_banks(struct tpm *tpm, const struct handoff_tpm *from)
{
	u32 i;

	if (!from->bank_count || from->bank_count > TPM_BANKS_MAX)
		return false;
	for (i = 0; i < from->bank_count; i++) {
		tpm->banks[i] = from->banks[i];
		if (!tpm_digest_size(tpm->banks[i]))
			return false;
	}
	tpm->bank_count = from->bank_count;
	return true;
}

bool tpm_device_start(struct tpm_device *device, const struct handoff *handoff)
{
	const struct handoff_tpm *from = &handoff->tpm;

	memset(device, 0, sizeof(*device));
	device->tpm.manufacturer = from->manufacturer;
	device->tpm.max_command_size = COMMAND_SIZE;
	device->tpm.max_response_size = COMMAND_SIZE;
	device->tpm.extend = tpm_command_extend;
	device->tpm.read = tpm_command_read;
	device->tpm.submit = tpm_command_submit;
	device->address = from->address;
	device->size = from->size;
	device->smc_function = from->smc_function;
	device->registers = find_registers(from->type);
	device->limited = handoff->flags & HANDOFF_FLAG_CRASH;
	device->end_of_all =
		arch_ticks() + time_ticks(TPM_CRASH_TIMEOUT * MILLISECOND);
	tpm_device_begin(device, TPM_COMMAND_TIMEOUT + TPM_TIMEOUT_B);
	device->dead = !set_banks(&device->tpm, from) || !device->registers ||
		       !device->registers->start(device);
	return !device->dead;
}
