// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command response buffer: PTP 6.5.3. A start by SMC (ACPI start method 11) has
 * the control area alone, no localities and no power states.
 *
 * Never 64 bits at once: QEMU and some hardware do not take that.
 */
#include <emulator/arch.h>
#include <emulator/emu.h>
#include <emulator/tpm/bytes.h>
#include <emulator/tpm/device/device.h>

#define LOC_STATE 0x00
#define LOC_STATE_MASK 0x9e /* valid, which locality, assigned */
#define LOC_STATE_MINE 0x82 /* valid, locality 0, assigned */
#define LOC_CTRL 0x08
#define LOC_CTRL_REQUEST 1
#define LOC_CTRL_RELINQUISH 2

#define CTRL_REQ 0x40
#define CTRL_REQ_READY 1
#define CTRL_REQ_IDLE 2
#define CTRL_STS 0x44
#define CTRL_STS_ERROR 1
#define CTRL_CANCEL 0x48
#define CTRL_START 0x4c
#define INT_ENABLE 0x50
#define CMD_SIZE 0x58
#define CMD_LOW 0x5c
#define CMD_HIGH 0x60
#define RSP_SIZE 0x64
#define RSP_LOW 0x68
#define RSP_HIGH 0x6c

/* Where a PTP TPM has its buffer, for both directions. */
#define DATA 0x80
#define DATA_SIZE 0xf80

#define BUFFER_MAX 0x10000

struct buffers {
	u64 command;
	u64 response;
	u32 command_size;
	u32 response_size;
};

static u32 get(const struct tpm_device *device, u32 offset)
{
	return arch_read32(device->address + offset);
}

static void set(const struct tpm_device *device, u32 offset, u32 value)
{
	arch_write32(device->address + offset, value);
}

static bool wait_register(struct tpm_device *device, u32 offset, u32 mask,
			  u32 want, u32 milliseconds)
{
	struct tpm_wait wait = tpm_wait_start(device, milliseconds);

	while ((get(device, offset) & mask) != want) {
		if (!tpm_wait_again(&wait))
			return false;
	}
	return true;
}

static bool has_localities(const struct tpm_device *device)
{
	return device->registers == &crb_registers;
}

/* LOC_STATE and not LOC_STS, whose "granted" some TPMs forget. */
static bool take(struct tpm_device *device)
{
	if (!has_localities(device))
		return true;
	set(device, LOC_CTRL, LOC_CTRL_REQUEST);
	return wait_register(device, LOC_STATE, LOC_STATE_MASK, LOC_STATE_MINE,
			     TPM_TIMEOUT_A);
}

static bool make_ready(struct tpm_device *device)
{
	if (!has_localities(device))
		return true;
	set(device, CTRL_REQ, CTRL_REQ_READY);
	return wait_register(device, CTRL_REQ, CTRL_REQ_READY, 0,
			     TPM_TIMEOUT_C);
}

static void release(struct tpm_device *device)
{
	if (!has_localities(device))
		return;
	set(device, CTRL_REQ, CTRL_REQ_IDLE);
	wait_register(device, CTRL_REQ, CTRL_REQ_IDLE, 0, TPM_TIMEOUT_C);
	set(device, LOC_CTRL, LOC_CTRL_RELINQUISH);
}

/*
 * Intel's forgets its buffers when it goes idle, and takes any address; what
 * has them fixed ignores this, and says so when they are read.
 */
static void place_buffers(struct tpm_device *device)
{
	const u64 data = device->address + DATA;

	set(device, CMD_SIZE, DATA_SIZE);
	set(device, CMD_LOW, (u32)data);
	set(device, CMD_HIGH, (u32)(data >> 32));
	set(device, RSP_SIZE, DATA_SIZE);
	set(device, RSP_LOW, (u32)data);
	set(device, RSP_HIGH, (u32)(data >> 32));
}

/* Firmware's memory is no memory of ours, whatever the registers say. */
static bool reach(const struct tpm_device *device, u64 address, u64 size)
{
	const u64 first = address & ~(EFI_PAGE_SIZE - 1);
	const struct region *region = region_find(&emu.map, address);
	u32 protection;
	u64 end;

	if (range_inside(address, size, device->address, device->size))
		return true;
	if (!checked_add(address, size, &end) ||
	    !checked_align(end, EFI_PAGE_SIZE, &end) ||
	    (region && (region->type != EFI_RESERVED_TYPE &&
			region->type != EFI_MEMORY_MAPPED_IO &&
			region->type != EFI_ACPI_MEMORY_NVS)))
		return false;
	arch_mmu_query(address, &protection);
	return protection ||
	       !EFI_ERROR(arch_mmu_map(first, end - first,
				       HANDOFF_PROT_READ | HANDOFF_PROT_WRITE,
				       ARCH_MEMORY_DEVICE));
}

static bool find_buffers(struct tpm_device *device, struct buffers *ret)
{
	if (has_localities(device))
		place_buffers(device);
	ret->command_size = get(device, CMD_SIZE);
	ret->command = (u64)get(device, CMD_HIGH) << 32 | get(device, CMD_LOW);
	ret->response_size = get(device, RSP_SIZE);
	ret->response = (u64)get(device, RSP_HIGH) << 32 | get(device, RSP_LOW);
	return ret->command_size && ret->command_size <= BUFFER_MAX &&
	       ret->response_size >= TPM_HEADER_SIZE &&
	       ret->response_size <= BUFFER_MAX &&
	       reach(device, ret->command, ret->command_size) &&
	       reach(device, ret->response, ret->response_size);
}

static bool cancel(struct tpm_device *device)
{
	bool good;

	set(device, CTRL_CANCEL, 1);
	good = wait_register(device, CTRL_START, 1, 0, TPM_TIMEOUT_B);
	set(device, CTRL_CANCEL, 0);
	return good;
}

static bool run(struct tpm_device *device)
{
	u64 result;

	set(device, CTRL_START, 1);
	if (!has_localities(device) &&
	    (!arch_firmware_call(device->smc_function, &result) || result))
		return false;
	if (wait_register(device, CTRL_START, 1, 0, TPM_SUBMIT_TIMEOUT))
		return !(get(device, CTRL_STS) & CTRL_STS_ERROR);
	/* So that it is nobody's trouble later. Too late for this command. */
	set(device, CTRL_CANCEL, 1);
	return false;
}

/* An answer is as long as its header says. */
static efi_status_t receive(const struct buffers *buffers,
			    struct tpm_exchange *exchange)
{
	u8 *bytes = exchange->response;
	u32 size, i;

	for (i = 0; i < TPM_HEADER_SIZE; i++)
		bytes[i] = arch_read8(buffers->response + i);
	size = get_be32(bytes + 2);
	if (size < TPM_HEADER_SIZE || size > buffers->response_size)
		return EFI_DEVICE_ERROR;
	if (size > exchange->room)
		return EFI_BUFFER_TOO_SMALL;
	for (; i < size; i++)
		bytes[i] = arch_read8(buffers->response + i);
	exchange->received = size;
	return EFI_SUCCESS;
}

static efi_status_t exchange_bytes(struct tpm_device *device,
				   struct tpm_exchange *exchange)
{
	struct buffers buffers;
	u32 i;

	if (!make_ready(device) || !find_buffers(device, &buffers) ||
	    exchange->size > buffers.command_size)
		return EFI_DEVICE_ERROR;
	for (i = 0; i < exchange->size; i++)
		arch_write8(buffers.command + i, exchange->command[i]);
	if (!run(device))
		return EFI_DEVICE_ERROR;
	return receive(&buffers, exchange);
}

static efi_status_t exchange(struct tpm_device *device,
			     struct tpm_exchange *exchange)
{
	efi_status_t result;

	if (!take(device))
		return EFI_DEVICE_ERROR;
	result = exchange_bytes(device, exchange);
	release(device);
	return result;
}

/* K1 may have been in the middle of a command when it crashed. */
static bool start(struct tpm_device *device)
{
	bool good;

	if (!take(device))
		return false;
	good = !(get(device, CTRL_START) & 1) || cancel(device);
	if (good && has_localities(device))
		set(device, INT_ENABLE, 0);
	release(device);
	return good;
}

const struct tpm_registers crb_registers = {
	.start = start,
	.exchange = exchange,
};

const struct tpm_registers crb_smc_registers = {
	.start = start,
	.exchange = exchange,
};
