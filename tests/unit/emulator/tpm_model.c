// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers and commands of a TPM; see tpm_model.h. */
#include <emulator/arch.h>
#include <string.h>

#include "tpm_model.h"

struct model model;

/* Big-endian, apart from the code under test. */
static u32 be(const u8 *at, u32 size)
{
	u32 value = 0;

	while (size--)
		value = value << 8 | *at++;
	return value;
}

static void add(u32 value, u32 size)
{
	while (size--)
		model.response[model.response_size++] = (u8)(value >> 8 * size);
}

static void add_bytes(const u8 *bytes, u32 size)
{
	memcpy(model.response + model.response_size, bytes, size);
	model.response_size += size;
}

static u32 bank_of(u32 algorithm)
{
	u32 i;

	for (i = 0; i < model.tpm.tpm.bank_count; i++)
		if (model.tpm.tpm.banks[i] == algorithm)
			return i;
	return TPM_BANKS_MAX;
}

/* TPM2_PCR_Extend with a password session; 0 or TPM_RC_* */
static u32 extend(void)
{
	const u8 *at = model.command + 27, *end;
	struct tpm_digests digests = { 0 };
	u32 count = be(at, 4);

	end = model.command + model.received;
	if (be(model.command, 2) != 0x8002 || be(model.command + 14, 4) != 9 ||
	    be(model.command + 18, 4) != 0x40000009 ||
	    be(model.command + 22, 4) || model.command[26])
		return 0x9a2;
	for (at += 4; count--;) {
		u32 bank = bank_of(be(at, 2));
		u32 size = bank < TPM_BANKS_MAX ?
				   tpm_digest_size(model.tpm.tpm.banks[bank]) :
				   0;

		if (!size || at + 2 + size > end)
			return 0x1d5;
		memcpy(digests.digest[bank], at + 2, size);
		at += 2 + size;
	}
	model.extends++;
	if (at != end ||
	    model.tpm.tpm.extend(&model.tpm.tpm, be(model.command + 10, 4),
				 &digests))
		return 0x907;
	add(0, 4); /* parameters */
	add(0, 2);
	add(1, 1);
	add(0, 2);
	return 0;
}

static u32 read(void)
{
	const u8 *at = model.command + 14;
	u32 count = be(model.command + 10, 4), got = 0, bits = 0, pcr = 0, i;

	if (model.banks_per_read && count > model.banks_per_read)
		count = model.banks_per_read;
	bits = at[3] | (u32)at[4] << 8 | (u32)at[5] << 16;
	while (!(bits >> pcr & 1))
		pcr++;
	model.reads++;
	add(77, 4);
	add(count, 4);
	add_bytes(at, count * 6);
	add(count, 4);
	for (i = 0; i < count; i++, at += 6) {
		u32 bank = bank_of(be(at, 2));
		u32 size = tpm_digest_size((u16)be(at, 2));

		if (bank == TPM_BANKS_MAX || at[2] != 3)
			return 0x1c4;
		add(size, 2);
		add_bytes(model.tpm.pcr[pcr].digest[bank], size);
		got++;
	}
	return got ? 0 : 0x1c4;
}

static void finish(u32 code, u16 tag)
{
	u32 size;

	if (code) {
		model.response_size = 10;
		tag = 0x8001;
	}
	size = (u32)((s32)model.response_size + model.lie);
	if (model.claim)
		size = model.claim;
	model.response_size = 0;
	add(tag, 2);
	add(size, 4);
	add(code, 4);
}

static void execute(void)
{
	const u32 command = be(model.command + 6, 4);
	u32 code = 0x143, size;
	u16 tag = (u16)be(model.command, 2);

	model.commands++;
	memset(model.response, 0xa5, sizeof(model.response));
	model.response_size = 10;
	if (be(model.command + 2, 4) != model.received)
		code = 0x142;
	else if (model.again)
		code = model.again-- ? model.retry_code : 0;
	else if (model.code)
		code = model.code;
	else if (command == 0x182)
		code = extend();
	else if (command == 0x17e)
		code = read();
	else if (command == 0x17b) /* TPM2_GetRandom, to pass through */
		code = 0;
	size = code ? 10 : model.response_size;
	finish(code, tag);
	model.response_size = size - model.cut + model.extra;
	if (model.spoil)
		model.spoil(model.response, &model.response_size);
	model.sent = 0;
	model.state = MODEL_COMPLETION;
}

static bool is_done(void)
{
	if (model.state == MODEL_EXECUTION && !model.stuck && !model.wait--)
		execute();
	return model.state == MODEL_COMPLETION;
}

static void begin(void)
{
	model.wait = model.slow;
	model.state = MODEL_EXECUTION;
}

/* FIFO registers */

static u32 fifo_burst(u32 most)
{
	return model.burst && model.burst < most ? model.burst : most;
}

static bool fifo_expects(void)
{
	const u32 size = model.received < 6 ? ~0U : be(model.command + 2, 4);

	if (model.expect_early && model.received + 1 >= size)
		return false;
	return model.expect_late || model.received < size;
}

static u32 fifo_status(void)
{
	/* Not twice in a row has it anything to say. */
	static u32 turn;
	u32 status = 0x08000000, most = 0;

	if (!model.held)
		return 0xffffffff;
	if (model.state == MODEL_READY)
		status |= 0x40;
	if (model.state == MODEL_READY || model.state == MODEL_RECEPTION)
		most = 64;
	if (model.state == MODEL_RECEPTION)
		status |= 0x80 | (fifo_expects() ? 0x08 : 0);
	if (is_done()) {
		most = model.response_size - model.sent;
		status |= 0x80 | (most ? 0x10 : 0);
	}
	if (model.burst && ++turn % 2)
		most = 0;
	return status | fifo_burst(most) << 8;
}

static void fifo_write_status(u32 value)
{
	if (value & BIT(24)) {
		model.cancels++;
		model.stuck = model.stuck_for_good;
	} else if (value & 0x40) {
		if (!model.no_ready && !model.stuck)
			model.state = MODEL_READY;
		model.received = 0;
	} else if (value & 0x20 && model.state == MODEL_RECEPTION) {
		begin();
	} else {
		model.misuse++;
	}
}

static void fifo_write(u8 value)
{
	if (model.state == MODEL_READY)
		model.state = MODEL_RECEPTION;
	if (model.state != MODEL_RECEPTION || model.received == MODEL_ROOM)
		model.misuse++;
	else
		model.command[model.received++] = value;
}

static u8 fifo_read(void)
{
	if (!is_done() || model.sent == model.response_size) {
		model.misuse++;
		return 0xff;
	}
	return model.response[model.sent++];
}

static u8 tis_read8(u32 offset)
{
	if (offset == 0)
		return (u8)(0x81 | (model.held ? 0x20 : 0));
	if (offset == 0x24 && model.held)
		return fifo_read();
	model.misuse++;
	return 0xff;
}

static u32 tis_read32(u32 offset)
{
	if (offset == 0x18)
		return fifo_status();
	if (offset == 0xf00)
		return 0x00011014;
	model.misuse++;
	return 0xffffffff;
}

static void tis_write(u32 offset, u32 value)
{
	if (offset == 0 && value == 0x02)
		model.held = !model.no_grant;
	else if (offset == 0 && value == 0x20)
		model.held = false;
	else if (offset == 0x08 && model.held)
		model.int_enable = value;
	else if (offset == 0x18 && model.held)
		fifo_write_status(value);
	else if (offset == 0x24 && model.held)
		fifo_write((u8)value);
	else
		model.misuse++;
}

/* CRB registers */

static bool has_localities(void)
{
	return model.type == HANDOFF_TPM_CRB;
}

static void crb_go_idle(void)
{
	model.state = MODEL_IDLE;
	if (model.forgetful)
		memset(model.buffer, 0, sizeof(model.buffer));
}

static u32 crb_read(u32 offset)
{
	switch (offset) {
	case 0x00:
		return has_localities() ? 0x81 | (model.held ? 2 : 0) : ~0U;
	case 0x40:
		return model.no_ready ? 1 : 0;
	case 0x44:
		return (model.state == MODEL_IDLE ? 2 : 0) | model.error;
	case 0x4c:
		if (model.start && is_done())
			model.start = 0;
		return model.start;
	case 0x58:
		return model.buffer_size[0];
	case 0x5c:
		return (u32)model.buffer[0];
	case 0x60:
		return (u32)(model.buffer[0] >> 32);
	case 0x64:
		return model.buffer_size[1];
	case 0x68:
		return (u32)model.buffer[1];
	case 0x6c:
		return (u32)(model.buffer[1] >> 32);
	default:
		model.misuse++;
		return ~0U;
	}
}

static void crb_cancel(u32 value)
{
	model.cancel = value;
	model.cancels += value == 1;
	if (value == 1 && !model.stuck_for_good && model.start) {
		model.stuck = false;
		model.start = 0;
		model.state = MODEL_READY;
	}
}

static void crb_start(u32 value)
{
	/* Firmware does it when it is called. */
	if (value != 1 || (has_localities() && model.state != MODEL_READY))
		model.misuse++;
	model.start = 1;
	if (has_localities())
		begin();
}

static void crb_request(u32 value)
{
	if (!has_localities() || (value != 1 && value != 2))
		model.misuse++;
	else if (value == 2)
		crb_go_idle();
	else if (!model.no_ready) {
		model.state = MODEL_READY;
		model.received = 0;
	}
}

static void set_half(u64 *value, u32 shift, u32 half)
{
	if (model.forgetful)
		*value = (*value & ~(0xffffffffULL << shift)) |
			 (u64)half << shift;
}

static void crb_write(u32 offset, u32 value)
{
	switch (offset) {
	case 0x08:
		model.held = value == 1 && !model.no_grant;
		model.misuse += value != 1 && value != 2;
		break;
	case 0x40:
		crb_request(value);
		break;
	case 0x48:
		crb_cancel(value);
		break;
	case 0x4c:
		crb_start(value);
		break;
	case 0x50:
		model.int_enable = value;
		break;
	case 0x58:
	case 0x64:
		model.misuse += !has_localities();
		break; /* fixed */
	case 0x5c:
		set_half(&model.buffer[0], 0, value);
		break;
	case 0x60:
		set_half(&model.buffer[0], 32, value);
		break;
	case 0x68:
		set_half(&model.buffer[1], 0, value);
		break;
	case 0x6c:
		set_half(&model.buffer[1], 32, value);
		break;
	default:
		model.misuse++;
	}
}

static bool in_buffer(u64 address, u32 which)
{
	return address - model.buffer[which] < model.buffer_size[which];
}

static u8 crb_read8(u64 address)
{
	const u64 at = address - model.buffer[1];

	if (!in_buffer(address, 1) || model.start) {
		model.misuse++;
		return 0xff;
	}
	return at < model.response_size ? model.response[at] : 0xee;
}

static void crb_write8(u64 address, u8 value)
{
	const u64 at = address - model.buffer[0];

	if (!in_buffer(address, 0) || model.start ||
	    (has_localities() && model.state != MODEL_READY)) {
		model.misuse++;
		return;
	}
	model.command[at] = value;
	model.received = (u32)at + 1;
}

/* emulator/arch.h */

static u32 offset_of(u64 address)
{
	return (u32)(address - MODEL_ADDRESS);
}

static bool is_fifo(void)
{
	return model.type == HANDOFF_TPM_TIS;
}

u8 arch_read8(u64 address)
{
	if (model.nobody)
		return 0xff;
	return is_fifo() ? tis_read8(offset_of(address)) : crb_read8(address);
}

u32 arch_read32(u64 address)
{
	model.misuse += address % 4;
	if (model.nobody)
		return ~0U;
	return is_fifo() ? tis_read32(offset_of(address)) :
			   crb_read(offset_of(address));
}

void arch_write8(u64 address, u8 value)
{
	if (is_fifo())
		tis_write(offset_of(address), value);
	else
		crb_write8(address, value);
}

void arch_write32(u64 address, u32 value)
{
	model.misuse += address % 4;
	if (is_fifo())
		tis_write(offset_of(address), value);
	else
		crb_write(offset_of(address), value);
}

bool arch_firmware_call(u32 function, u64 *ret)
{
	if (model.type != HANDOFF_TPM_CRB_SMC || function != MODEL_SMC)
		model.misuse++;
	if (model.no_smc)
		return false;
	*ret = 0;
	begin();
	return true;
}

void model_start(u32 type, const u16 *banks, u32 count, struct handoff_tpm *ret)
{
	memset(&model, 0, sizeof(model));
	virtual_tpm_start(&model.tpm, banks, count);
	model.type = type;
	model.int_enable = 0x80000000;
	model.buffer[0] = MODEL_ADDRESS + 0x80;
	model.buffer[1] = MODEL_ADDRESS + 0x80;
	model.buffer_size[0] = 0xf80;
	model.buffer_size[1] = 0xf80;
	if (type == HANDOFF_TPM_CRB_SMC) {
		model.buffer[0] = MODEL_FIRMWARE_COMMAND;
		model.buffer[1] = MODEL_FIRMWARE_RESPONSE;
		model.buffer_size[0] = 0x800;
		model.buffer_size[1] = 0x800;
	}
	memset(ret, 0, sizeof(*ret));
	ret->type = type;
	ret->address = MODEL_ADDRESS;
	ret->size = MODEL_SIZE;
	ret->smc_function = MODEL_SMC;
	ret->manufacturer = 0x49424d00;
	ret->bank_count = count;
	memcpy(ret->banks, banks, count * sizeof(*banks));
}

bool model_quiet(void)
{
	return !model.held && !model.start && !model.misuse &&
	       model.state != MODEL_EXECUTION &&
	       (model.type != HANDOFF_TPM_CRB || model.state == MODEL_IDLE);
}
