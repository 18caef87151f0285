// SPDX-License-Identifier: GPL-2.0-only
/*
 * K1's event log, as its TPM driver has read it from firmware or from an
 * emulator before us, with the final events.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/mm.h>
#include <linux/printk.h>

#include <image/event_log.h>
#include <kernel/measure.h>

/* Firmware's are of 10 to 30 KiB; beyond this something is wrong with it. */
#define LOG_MAX SZ_1M

/* Each record will have a digest for every bank of the log, no more or less. */
static bool has_bank(const struct handoff_tpm *tpm, u16 algorithm)
{
	u32 i;

	for (i = 0; i < tpm->bank_count; i++)
		if (tpm->banks[i] == algorithm)
			return true;
	return false;
}

static const char *fault_of(const struct view *log,
			    const struct handoff_tpm *tpm, u64 *ret_size)
{
	struct event_log_head head;
	u32 i;

	if (!log->size)
		return "this kernel has none";
	if (!event_log_head(log, &head))
		return "it is not in the crypto-agile format";
	for (i = 0; i < head.count; i++)
		if (!has_bank(tpm, head.algorithms[i]))
			return "it has a bank that the TPM has not";
	*ret_size = event_log_size(log, &head);
	return *ret_size > LOG_MAX ? "it has more than 1 MiB" : NULL;
}

int kexec_pe_take_event_log(struct kexec_pe_load *load, struct tpm_chip *chip)
{
	const u8 *start = chip->log.bios_event_log;
	const u8 *end = chip->log.bios_event_log_end;
	const struct view log = { start, start ? end - start : 0 };
	const char *fault;
	u64 size;

	fault = fault_of(&log, &load->plan.base.tpm, &size);
	if (fault) {
		pr_notice("event log: begins anew, %s\n", fault);
		return 0;
	}
	load->measurement->log = kvmalloc(size, GFP_KERNEL);
	if (!load->measurement->log)
		return -ENOMEM;
	memcpy(load->measurement->log, start, size);
	load->plan.event_log = load->measurement->log;
	load->plan.event_log_size = size;
	return 0;
}
