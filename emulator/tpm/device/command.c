// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two commands that measuring takes, and the payload's own. What comes back
 * is believed as far as its sizes agree.
 */
#include <emulator/arch.h>
#include <emulator/tpm/bytes.h>
#include <emulator/tpm/device/device.h>
#include <kexec_pe/string.h>

/* TPM 2.0 part 2: 6.9, 6.5.2, 7.4 */
#define ST_NO_SESSIONS 0x8001
#define ST_SESSIONS 0x8002
#define CC_PCR_READ 0x17e
#define CC_PCR_EXTEND 0x182
#define RS_PW 0x40000009U

/* 6.6.3: warnings that say "once more" */
#define RC_YIELDED 0x908
#define RC_TESTING 0x90a
#define RC_NV_RATE 0x920
#define RC_RETRY 0x922

#define RETRY_MILLISECONDS 20

#define SELECT_SIZE 3 /* bytes of a bit map of 24 PCRs */

/* The largest: an extend of five banks; a response to reading eight digests. */
#define BUFFER_SIZE 1024

struct buffer {
	u8 bytes[BUFFER_SIZE];
	u32 at; /* of what is written or read next */
	u32 size; /* of a response */
	bool bad; /* what should have been read is not there */
};

static void add16(struct buffer *buffer, u16 value)
{
	put_be16(buffer->bytes + buffer->at, value);
	buffer->at += sizeof(value);
}

static void add32(struct buffer *buffer, u32 value)
{
	put_be32(buffer->bytes + buffer->at, value);
	buffer->at += sizeof(value);
}

static void add_bytes(struct buffer *buffer, const u8 *bytes, u32 size)
{
	memcpy(buffer->bytes + buffer->at, bytes, size);
	buffer->at += size;
}

static void begin(struct buffer *buffer, u16 tag, u32 code)
{
	buffer->at = 0;
	add16(buffer, tag);
	add32(buffer, 0); /* the size: transmit() */
	add32(buffer, code);
}

/* Zeros where the response has no more; @buffer->bad says so. */
static const u8 *take(struct buffer *buffer, u32 size)
{
	static const u8 nothing[TCG_DIGEST_MAX];
	const u8 *at = buffer->bytes + buffer->at;

	if (size > buffer->size - buffer->at || size > sizeof(nothing)) {
		buffer->bad = true;
		return nothing;
	}
	buffer->at += size;
	return at;
}

static u16 take16(struct buffer *buffer)
{
	return get_be16(take(buffer, sizeof(u16)));
}

static u32 take32(struct buffer *buffer)
{
	return get_be32(take(buffer, sizeof(u32)));
}

static bool is_retry(u32 code)
{
	return code == RC_RETRY || code == RC_YIELDED || code == RC_TESTING ||
	       code == RC_NV_RATE;
}

/* One way there and back; what is read next is what follows the header. */
static bool transmit_once(struct tpm_device *device,
			  const struct buffer *command, struct buffer *response,
			  u32 *ret_code)
{
	struct tpm_exchange exchange = {
		.command = command->bytes,
		.size = command->at,
		.response = response->bytes,
		.room = sizeof(response->bytes),
	};

	if (EFI_ERROR(tpm_device_transmit(device, &exchange)))
		return false;
	response->size = exchange.received;
	response->at = TPM_HEADER_SIZE;
	response->bad = false;
	*ret_code = get_be32(response->bytes + 6);
	/* An error has no sessions (part 3, 5.2). */
	return *ret_code ||
	       get_be16(response->bytes) == get_be16(command->bytes);
}

static void pause(struct tpm_device *device)
{
	struct tpm_wait wait = tpm_wait_start(device, RETRY_MILLISECONDS);

	while (tpm_wait_again(&wait))
		;
}

/* Whoever says "once more" until time is up is of no use. */
static bool transmit(struct tpm_device *device, struct buffer *command,
		     struct buffer *response)
{
	u32 code;

	put_be32(command->bytes + 2, command->at);
	tpm_device_begin(device, TPM_COMMAND_TIMEOUT);
	while (transmit_once(device, command, response, &code)) {
		if (!is_retry(code))
			return !code;
		pause(device);
	}
	device->dead = true;
	return false;
}

efi_status_t tpm_command_extend(struct tpm *tpm, u32 pcr,
				const struct tpm_digests *digests)
{
	struct buffer command, response;
	u32 i;

	begin(&command, ST_SESSIONS, CC_PCR_EXTEND);
	add32(&command, pcr);
	/* A password session with an empty password (part 1, 19.4): 9 bytes */
	add32(&command, 9);
	add32(&command, RS_PW);
	add16(&command, 0);
	add_bytes(&command, (const u8 *)"", 1);
	add16(&command, 0);
	add32(&command, tpm->bank_count);
	for (i = 0; i < tpm->bank_count; i++) {
		add16(&command, tpm->banks[i]);
		add_bytes(&command, digests->digest[i],
			  tpm_digest_size(tpm->banks[i]));
	}
	return transmit((struct tpm_device *)tpm, &command, &response) ?
		       EFI_SUCCESS :
		       EFI_DEVICE_ERROR;
}

/* @banks: one bit for each of tpm->banks that is still to be read */
static void begin_read(struct buffer *command, const struct tpm *tpm, u32 pcr,
		       u32 banks)
{
	u8 select[1 + SELECT_SIZE] = { SELECT_SIZE };
	u32 i, count = 0;

	select[1 + pcr / 8] = (u8)BIT(pcr % 8);
	for (i = 0; i < tpm->bank_count; i++)
		count += banks >> i & 1;
	begin(command, ST_NO_SESSIONS, CC_PCR_READ);
	add32(command, count);
	for (i = 0; i < tpm->bank_count; i++) {
		if (!(banks >> i & 1))
			continue;
		add16(command, tpm->banks[i]);
		add_bytes(command, select, sizeof(select));
	}
}

/* Which banks the TPM did read, in its order: their indices. */
static u32 take_selection(struct buffer *response, const struct tpm *tpm,
			  u32 pcr, u8 *ret)
{
	u32 count = take32(response), found = 0, i, bank;

	for (i = 0; i < count && !response->bad; i++) {
		const u16 algorithm = take16(response);
		const u8 size = *take(response, 1);
		const u8 *select = take(response, size);

		if (size <= pcr / 8 || !(select[pcr / 8] & BIT(pcr % 8)))
			continue;
		for (bank = 0; bank < tpm->bank_count; bank++)
			if (tpm->banks[bank] == algorithm)
				break;
		if (bank == tpm->bank_count || found == TPM_BANKS_MAX)
			response->bad = true;
		else
			ret[found++] = (u8)bank;
	}
	return found;
}

/* Return: bits of the banks that were read, 0 if the response makes no sense */
static u32 take_digests(struct buffer *response, const struct tpm *tpm, u32 pcr,
			struct tpm_digests *ret)
{
	u8 order[TPM_BANKS_MAX];
	u32 count, i, banks = 0;

	take32(response); /* pcrUpdateCounter */
	count = take_selection(response, tpm, pcr, order);
	if (take32(response) != count)
		return 0;
	for (i = 0; i < count; i++) {
		const u32 size = tpm_digest_size(tpm->banks[order[i]]);

		if (take16(response) != size)
			return 0;
		memcpy(ret->digest[order[i]], take(response, size), size);
		banks |= BIT(order[i]);
	}
	return response->bad ? 0 : banks;
}

/* A TPM may answer for some of the banks only (part 3, 22.4.1). */
efi_status_t tpm_command_read(struct tpm *tpm, u32 pcr, struct tpm_digests *ret)
{
	struct tpm_device *device = (struct tpm_device *)tpm;
	u32 missing = (u32)BIT(tpm->bank_count) - 1, got;
	struct tpm_digests digests = { 0 };
	struct buffer command, response;

	while (missing) {
		begin_read(&command, tpm, pcr, missing);
		if (!transmit(device, &command, &response))
			return EFI_DEVICE_ERROR;
		got = take_digests(&response, tpm, pcr, &digests);
		if (!(got & missing)) {
			device->dead = true;
			return EFI_DEVICE_ERROR;
		}
		missing &= ~got;
	}
	*ret = digests;
	return EFI_SUCCESS;
}

efi_status_t tpm_command_submit(struct tpm *tpm, const u8 *command, u32 size,
				u8 *response, u32 room)
{
	struct tpm_device *device = (struct tpm_device *)tpm;
	struct tpm_exchange exchange = {
		.command = command,
		.size = size,
		.response = response,
		.room = room,
	};

	if (size < TPM_HEADER_SIZE || size > tpm->max_command_size ||
	    get_be32(command + 2) != size)
		return EFI_INVALID_PARAMETER;
	if (room < TPM_HEADER_SIZE)
		return EFI_BUFFER_TOO_SMALL;
	tpm_device_begin(device, TPM_SUBMIT_TIMEOUT);
	return tpm_device_transmit(device, &exchange);
}
