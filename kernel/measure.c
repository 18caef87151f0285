// SPDX-License-Identifier: GPL-2.0-only
/*
 * At load: who will measure, and the queue of what a kexec measures before the
 * payload does.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/device.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <image/authenticode.h>
#include <kernel/measure.h>

/* Under the lock of kexec, under which images are verified and loaded. */
static struct {
	const void *file;
	struct kexec_pe_digest digest;
} kept;

/**
 * kexec_pe_keep_digest() - keep a digest that the check of a signature made
 * @file: the file, as in memory
 * @algorithm: its name in the crypto API
 * @digest: the Authenticode digest
 * @size: bytes of it
 */
void kexec_pe_keep_digest(const void *file, const char *algorithm,
			  const void *digest, unsigned int size)
{
	kept.digest.algorithm = kexec_pe_algorithm(algorithm);
	if (size > sizeof(kept.digest.bytes) || !kept.digest.algorithm)
		return;
	kept.file = file;
	kept.digest.size = size;
	memcpy(kept.digest.bytes, digest, size);
}

/* Of this very file: a good verdict says that it was hashed just now. */
static const struct kexec_pe_digest *
take_digest(const struct kexec_pe_load *load)
{
	bool fits = kept.file == load->data && load->image->sig_verdict > 0;

	kept.file = NULL;
	kexec_dprintk("measuring %lu bytes, %s\n", load->size,
		      fits ? "one digest is that of the signature" :
			     "every digest is made anew");
	return fits ? &kept.digest : NULL;
}

static bool is_crash(const struct kexec_pe_load *load)
{
	return load->image->type == KEXEC_TYPE_CRASH;
}

/* Of a TPM that cannot be used for a payload. A dump beats a measurement. */
static int go_without(const struct kexec_pe_load *load, enum refusal refusal,
		      const char *text)
{
	if (kexec_pe_tpm_required() && !is_crash(load))
		return kexec_pe_refuse(refusal);
	pr_notice("not measured: %s\n", text);
	return 0;
}

static void describe_queue(struct kexec_pe_load *load)
{
	const struct stage_plan *plan = &load->plan;
	struct stage_queue *queue = &load->measurement->queue;

	queue->crash = is_crash(load);
	queue->unverified = !(plan->base.flags & HANDOFF_FLAG_VERIFIED) ||
			    !(plan->base.flags & HANDOFF_FLAG_ENFORCED);
	queue->file_size = load->size;
	queue->image_base = load->file.pe.image_base;
	/* A UKI measures what it accepts itself. */
	if (!load->file.is_uki) {
		queue->cmdline.base = plan->load_options;
		queue->cmdline.size = plan->load_options_size;
	}
}

/* Over the file: what was laid out is relocated. */
static int hash_payload(struct kexec_pe_load *load)
{
	struct stage_queue *queue = &load->measurement->queue;
	struct view parts[AUTHENTICODE_RANGES];
	u32 count = 0;

	while (count < AUTHENTICODE_RANGES &&
	       authenticode_range(&load->file.pe, count, &parts[count]))
		count++;
	return kexec_pe_hash(&load->plan.base.tpm, parts, count,
			     take_digest(load),
			     &queue->digests[STAGE_MEASURED_PAYLOAD]);
}

int kexec_pe_hash_queue(const struct handoff_tpm *tpm,
			struct stage_queue *queue)
{
	int what, ret = 0;

	for (what = 0; !ret && what < STAGE_MEASURED_COUNT; what++) {
		struct view data = stage_queue_data(queue, what);

		if (data.size)
			ret = kexec_pe_hash(tpm, &data, 1, NULL,
					    &queue->digests[what]);
	}
	return ret;
}

static int write_queue(struct kexec_pe_load *load)
{
	struct stage_queue *queue = &load->measurement->queue;
	struct stage_plan *plan = &load->plan;
	u32 size = stage_queue_size(queue);

	load->measurement->items = kvmalloc(size, GFP_KERNEL);
	if (!load->measurement->items)
		return -ENOMEM;
	stage_write_queue(queue, load->measurement->items);
	plan->measurements = load->measurement->items;
	plan->measurements_size = size;
	return 0;
}

/* A segment of its own: K1 writes it at exec, though not after a panic. */
static int place_state(struct kexec_pe_load *load)
{
	const struct stage_queue *queue = &load->measurement->queue;
	struct handoff_range *range = &load->plan.measurement_state;
	u32 size = stage_measurement_state_size(queue);
	void *state = vzalloc(size);
	u64 address;
	int ret;

	load->buffers->measurement_state = state;
	if (!state)
		return -ENOMEM;
	stage_write_measurement_state(queue, state);
	ret = kexec_pe_add_segment(load, "state", state, size, size, PAGE_SIZE,
				   &address);
	if (ret)
		return ret;
	range->address = address;
	range->size = size;
	return kexec_pe_check(load, address, state, size);
}

static int queue_all(struct kexec_pe_load *load, struct tpm_chip *chip)
{
	int ret;

	load->measurement = kzalloc(sizeof(*load->measurement), GFP_KERNEL);
	if (!load->measurement)
		return -ENOMEM;
	describe_queue(load);
	ret = hash_payload(load);
	if (!ret)
		ret = kexec_pe_hash_queue(&load->plan.base.tpm,
					  &load->measurement->queue);
	if (!ret)
		ret = write_queue(load);
	if (!ret)
		ret = kexec_pe_take_event_log(load, chip);
	return ret ?: place_state(load);
}

static const char *type_name(u32 type)
{
	switch (type) {
	case HANDOFF_TPM_TIS:
		return "FIFO";
	case HANDOFF_TPM_CRB:
		return "CRB";
	default:
		return "CRB started by SMC";
	}
}

static void say_who(const struct kexec_pe_load *load,
		    const struct handoff_tpm *tpm)
{
	if (tpm->type == HANDOFF_TPM_OTHER)
		pr_notice(
			"measured by this kernel only: no payload reaches this TPM\n");
	else
		pr_info("measured by %s the payload: TPM with %s at %#llx, %u banks\n",
			is_crash(load) ? "emulator and" : "this kernel and by",
			type_name(tpm->type), tpm->address, tpm->bank_count);
}

/* Without a queue and with type NONE, the emulator has no TPM. */
static int describe_tpm(struct kexec_pe_load *load, struct tpm_chip *chip,
			bool *ret_usable)
{
	struct handoff_tpm tpm;

	*ret_usable = false;
	if (!chip)
		return go_without(load, REFUSAL_TPM_NONE,
				  "there is no TPM 2.0");
	if (kexec_pe_tpm_describe(chip, &tpm))
		return go_without(load, REFUSAL_TPM_DEAD,
				  "the TPM does not answer");
	/* Under auto this kernel still measures; after a panic it can't. */
	if (tpm.type == HANDOFF_TPM_OTHER &&
	    (kexec_pe_tpm_required() || is_crash(load)))
		return go_without(load, REFUSAL_TPM_OTHER,
				  "only this kernel reaches the TPM");
	if (kexec_pe_tpm_required() && !is_crash(load))
		tpm.flags |= HANDOFF_TPM_FLAG_REQUIRED;
	tpm.acpi_table = kexec_pe_tpm_table();
	load->plan.base.tpm = tpm;
	say_who(load, &tpm);
	*ret_usable = true;
	return 0;
}

int kexec_pe_queue_measurements(struct kexec_pe_load *load)
{
	struct tpm_chip *chip = kexec_pe_tpm_get();
	bool usable;
	int ret;

	ret = describe_tpm(load, chip, &usable);
	if (!ret && usable)
		ret = queue_all(load, chip);
	if (chip)
		put_device(&chip->dev);
	return ret;
}

void kexec_pe_free_measurement(struct kexec_pe_load *load)
{
	if (!load->measurement)
		return;
	kvfree(load->measurement->items);
	kvfree(load->measurement->log);
	kfree(load->measurement);
}
