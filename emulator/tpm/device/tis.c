// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFO registers: TIS 1.3 and PTP 6.5.2. Locality 0 alone, without interrupts.
 */
#include <emulator/arch.h>
#include <emulator/tpm/bytes.h>
#include <emulator/tpm/device/device.h>

#define ACCESS 0x00
#define ACCESS_REQUEST_USE 0x02
#define ACCESS_ACTIVE 0x20 /* written: relinquish */
#define ACCESS_VALID 0x80

#define INT_ENABLE 0x08

#define STS 0x18
#define STS_EXPECT 0x08
#define STS_DATA 0x10
#define STS_GO 0x20
#define STS_READY 0x40
#define STS_VALID 0x80
#define STS_ZERO 0x23 /* bits that read as zero, unless nobody is there */
#define STS_BURST(sts) ((sts) >> 8 & 0xffff)
#define STS_CANCEL BIT(24)

#define FIFO 0x24

#define DID_VID 0xf00
#define DID_VID_NOBODY 0xffffffffU

static u32 status(const struct tpm_device *device)
{
	return arch_read32(device->address + STS);
}

/* Until all bits of a mask are as they should be. */
static bool wait_status(struct tpm_device *device, u32 mask, u32 want,
			u32 milliseconds)
{
	struct tpm_wait wait = tpm_wait_start(device, milliseconds);

	while ((status(device) & mask) != want) {
		if (!tpm_wait_again(&wait))
			return false;
	}
	return true;
}

/* Bytes that may be moved at once; 0 when there never are any. */
static u32 wait_burst(struct tpm_device *device)
{
	struct tpm_wait wait = tpm_wait_start(device, TPM_COMMAND_TIMEOUT);
	u32 burst;

	while (!(burst = STS_BURST(status(device)))) {
		if (!tpm_wait_again(&wait))
			return 0;
	}
	return burst;
}

static bool take(struct tpm_device *device)
{
	const u8 want = ACCESS_VALID | ACCESS_ACTIVE;
	struct tpm_wait wait = tpm_wait_start(device, TPM_TIMEOUT_A);

	arch_write8(device->address + ACCESS, ACCESS_REQUEST_USE);
	while ((arch_read8(device->address + ACCESS) & want) != want) {
		if (!tpm_wait_again(&wait))
			return false;
	}
	return !(status(device) & STS_ZERO);
}

static void release(struct tpm_device *device)
{
	arch_write8(device->address + STS, STS_READY);
	arch_write8(device->address + ACCESS, ACCESS_ACTIVE);
}

/* Ends whatever was under way, too. */
static bool make_ready(struct tpm_device *device)
{
	arch_write8(device->address + STS, STS_READY);
	return wait_status(device, STS_READY, STS_READY, TPM_TIMEOUT_B);
}

static bool send_bytes(struct tpm_device *device, const u8 *bytes, u32 size)
{
	u32 burst;

	while (size) {
		burst = wait_burst(device);
		if (!burst)
			return false;
		for (; burst && size; burst--, size--)
			arch_write8(device->address + FIFO, *bytes++);
	}
	return true;
}

/* The last byte apart: before it the TPM expects more, after it no more. */
static bool send(struct tpm_device *device, const struct tpm_exchange *exchange)
{
	const u32 mask = STS_VALID | STS_EXPECT, most = exchange->size - 1;

	return send_bytes(device, exchange->command, most) &&
	       wait_status(device, mask, mask, TPM_TIMEOUT_C) &&
	       send_bytes(device, exchange->command + most, 1) &&
	       wait_status(device, mask, STS_VALID, TPM_TIMEOUT_C);
}

static bool receive_bytes(struct tpm_device *device, u8 *bytes, u32 size)
{
	const u32 mask = STS_VALID | STS_DATA;
	u32 burst;

	while (size) {
		if (!wait_status(device, mask, mask, TPM_TIMEOUT_C))
			return false;
		burst = wait_burst(device);
		if (!burst)
			return false;
		for (; burst && size; burst--, size--)
			*bytes++ = arch_read8(device->address + FIFO);
	}
	return true;
}

/* An answer is as long as its header says: not a byte more or less. */
static efi_status_t receive(struct tpm_device *device,
			    struct tpm_exchange *exchange)
{
	u8 *bytes = exchange->response;
	u32 size;

	if (!receive_bytes(device, bytes, TPM_HEADER_SIZE))
		return EFI_DEVICE_ERROR;
	size = get_be32(bytes + 2);
	if (size < TPM_HEADER_SIZE || size > device->tpm.max_response_size)
		return EFI_DEVICE_ERROR;
	if (size > exchange->room)
		return EFI_BUFFER_TOO_SMALL;
	if (!receive_bytes(device, bytes + TPM_HEADER_SIZE,
			   size - TPM_HEADER_SIZE) ||
	    !wait_status(device, STS_VALID | STS_DATA, STS_VALID,
			 TPM_TIMEOUT_C))
		return EFI_DEVICE_ERROR;
	exchange->received = size;
	return EFI_SUCCESS;
}

static efi_status_t exchange_bytes(struct tpm_device *device,
				   struct tpm_exchange *exchange)
{
	const u32 done = STS_VALID | STS_DATA;

	if (!make_ready(device) || !send(device, exchange))
		return EFI_DEVICE_ERROR;
	arch_write8(device->address + STS, STS_GO);
	if (!wait_status(device, done, done, TPM_SUBMIT_TIMEOUT))
		return EFI_DEVICE_ERROR;
	return receive(device, exchange);
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

	if (arch_read32(device->address + DID_VID) == DID_VID_NOBODY ||
	    !take(device))
		return false;
	arch_write32(device->address + INT_ENABLE, 0);
	good = make_ready(device);
	if (!good) {
		arch_write32(device->address + STS, STS_CANCEL);
		good = make_ready(device);
	}
	release(device);
	return good;
}

const struct tpm_registers tis_registers = {
	.start = start,
	.exchange = exchange,
};
