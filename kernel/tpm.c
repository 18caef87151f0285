// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands to the TPM, through the driver that has it. References are to "TPM
 * 2.0 Library", part 3.
 */
#include <linux/device.h>
#include <linux/string.h>

#include <kernel/tpm.h>

#define PT_MANUFACTURER 0x105 /* part 2, 6.13 */
#define SELECT_SIZE 3 /* bytes of 24 PCRs */

struct tpm_chip *kexec_pe_tpm_get(void)
{
	struct tpm_chip *chip = tpm_default_chip();

	if (!chip)
		return NULL;
	if ((chip->flags & TPM_CHIP_FLAG_TPM2) && chip->nr_allocated_banks &&
	    chip->nr_allocated_banks <= HANDOFF_BANKS_MAX)
		return chip;
	put_device(&chip->dev);
	return NULL;
}

static int transact(struct tpm_chip *chip, struct tpm_buf *buf)
{
	ssize_t ret = tpm_try_get_ops(chip);

	if (ret)
		return ret;
	ret = tpm_transmit_cmd(chip, buf, 0, NULL);
	tpm_put_ops(chip);
	/* What is positive is the answer of a TPM that refuses. */
	return ret > 0 ? -EIO : ret;
}

/* 30.2: TPM2_GetCapability */
static int read_manufacturer(struct tpm_chip *chip, u32 *ret)
{
	off_t offset = TPM_HEADER_SIZE;
	struct tpm_buf buf;
	int error;

	error = tpm_buf_init(&buf, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_CAPABILITY);
	if (error)
		return error;
	tpm_buf_append_u32(&buf, TPM2_CAP_TPM_PROPERTIES);
	tpm_buf_append_u32(&buf, PT_MANUFACTURER);
	tpm_buf_append_u32(&buf, 1);
	error = transact(chip, &buf);
	if (!error) {
		tpm_buf_read_u8(&buf, &offset); /* more data */
		tpm_buf_read_u32(&buf, &offset); /* capability */
		tpm_buf_read_u32(&buf, &offset); /* properties */
		tpm_buf_read_u32(&buf, &offset); /* the first of them */
		*ret = tpm_buf_read_u32(&buf, &offset);
		if (buf.flags & TPM_BUF_BOUNDARY_ERROR)
			error = -EIO;
	}
	tpm_buf_destroy(&buf);
	return error;
}

int kexec_pe_tpm_ping(struct tpm_chip *chip)
{
	u32 manufacturer;

	return read_manufacturer(chip, &manufacturer);
}

void kexec_pe_tpm_abandon(struct tpm_chip *chip)
{
	chip->flags &= ~TPM_CHIP_FLAG_TPM2;
}

int kexec_pe_tpm_describe(struct tpm_chip *chip, struct handoff_tpm *ret)
{
	u32 i;

	memset(ret, 0, sizeof(*ret));
	kexec_pe_tpm_locate(chip, ret);
	ret->bank_count = chip->nr_allocated_banks;
	for (i = 0; i < ret->bank_count; i++)
		ret->banks[i] = chip->allocated_banks[i].alg_id;
	return read_manufacturer(chip, &ret->manufacturer);
}

static void append_selection(struct tpm_chip *chip, u32 pcr,
			     struct tpm_buf *buf)
{
	u8 select[SELECT_SIZE] = { 0 };
	u32 i;

	select[pcr / 8] = BIT(pcr % 8);
	tpm_buf_append_u32(buf, chip->nr_allocated_banks);
	for (i = 0; i < chip->nr_allocated_banks; i++) {
		tpm_buf_append_u16(buf, chip->allocated_banks[i].alg_id);
		tpm_buf_append_u8(buf, SELECT_SIZE);
		tpm_buf_append(buf, select, SELECT_SIZE);
	}
}

/* The answer has the selection again, less what the TPM left out. */
static int check_selection(struct tpm_chip *chip, struct tpm_buf *buf,
			   off_t *offset)
{
	u32 i;

	tpm_buf_read_u32(buf, offset); /* update counter */
	if (tpm_buf_read_u32(buf, offset) != chip->nr_allocated_banks)
		return -EIO;
	for (i = 0; i < chip->nr_allocated_banks; i++) {
		if (tpm_buf_read_u16(buf, offset) !=
			    chip->allocated_banks[i].alg_id ||
		    tpm_buf_read_u8(buf, offset) != SELECT_SIZE)
			return -EIO;
		*offset += SELECT_SIZE;
	}
	return 0;
}

static int take_digests(struct tpm_chip *chip, struct tpm_buf *buf,
			u8 (*ret)[HANDOFF_TPM_DIGEST_MAX])
{
	off_t offset = TPM_HEADER_SIZE;
	u32 i, size;

	if (check_selection(chip, buf, &offset) ||
	    tpm_buf_read_u32(buf, &offset) != chip->nr_allocated_banks)
		return -EIO;
	for (i = 0; i < chip->nr_allocated_banks; i++) {
		size = tpm_buf_read_u16(buf, &offset);
		if (size != chip->allocated_banks[i].digest_size ||
		    size > HANDOFF_TPM_DIGEST_MAX ||
		    offset + size > tpm_buf_length(buf))
			return -EIO;
		memset(ret[i], 0, HANDOFF_TPM_DIGEST_MAX);
		memcpy(ret[i], buf->data + offset, size);
		offset += size;
	}
	return buf->flags & TPM_BUF_BOUNDARY_ERROR ? -EIO : 0;
}

/* 22.4: TPM2_PCR_Read; tpm_pcr_read() takes one command per bank. */
int kexec_pe_tpm_read(struct tpm_chip *chip, u32 pcr,
		      u8 (*ret)[HANDOFF_TPM_DIGEST_MAX])
{
	struct tpm_buf buf;
	int error;

	error = tpm_buf_init(&buf, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_READ);
	if (error)
		return error;
	append_selection(chip, pcr, &buf);
	error = transact(chip, &buf);
	if (!error)
		error = take_digests(chip, &buf, ret);
	tpm_buf_destroy(&buf);
	return error;
}

int kexec_pe_tpm_extend(struct tpm_chip *chip, u32 pcr,
			const u8 (*digests)[HANDOFF_TPM_DIGEST_MAX])
{
	struct tpm_digest all[HANDOFF_BANKS_MAX] = { 0 };
	u32 i;
	int ret;

	for (i = 0; i < chip->nr_allocated_banks; i++) {
		all[i].alg_id = chip->allocated_banks[i].alg_id;
		memcpy(all[i].digest, digests[i],
		       min_t(size_t, chip->allocated_banks[i].digest_size,
			     sizeof(all[i].digest)));
	}
	ret = tpm_pcr_extend(chip, pcr, all);
	return ret > 0 ? -EIO : ret;
}
