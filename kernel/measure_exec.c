// SPDX-License-Identifier: GPL-2.0-only
/*
 * At exec: this kernel's driver extends what a kexec measures, while it still
 * has the TPM.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/device.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/slab.h>

#include <kernel/measure.h>

/* What the image's own segments hold, mapped; nothing else knows of a queue. */
struct loaded {
	const struct emulator_header *emulator;
	const struct handoff *handoff;
	struct measurement_state *state;
};

static const struct kexec_segment *segment_of(const struct kimage *image,
					      unsigned long address)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++)
		if (address - image->segment[i].mem < image->segment[i].memsz)
			return &image->segment[i];
	return NULL;
}

/* kimage_map_segment() maps from the start of a segment only. */
static void *map_segment(struct kimage *image, unsigned long address,
			 unsigned long size)
{
	const struct kexec_segment *segment = segment_of(image, address);

	if (!segment || size > segment->memsz)
		return NULL;
	return kimage_map_segment(image, segment->mem, size ?: segment->memsz);
}

static void unmap(struct loaded *loaded)
{
	kimage_unmap_segment((void *)loaded->emulator);
	kimage_unmap_segment((void *)loaded->handoff);
	kimage_unmap_segment(loaded->state);
}

/* Return: true when there is a queue; unmap() in any case */
static bool map_queue(struct kimage *image, struct loaded *ret)
{
	ret->emulator = map_segment(image, image->start, PAGE_SIZE);
	if (!ret->emulator)
		return false;
	ret->handoff = map_segment(image, ret->emulator->handoff, 0);
	if (!ret->handoff || !ret->handoff->measurement_state.size)
		return false;
	ret->state =
		map_segment(image, ret->handoff->measurement_state.address, 0);
	return ret->state;
}

/* The emulator settles by @before what is STARTED when it takes over. */
static int extend_item(struct tpm_chip *chip,
		       const struct handoff_measurement *measurement,
		       struct measurement_item *item)
{
	int ret;

	ret = kexec_pe_tpm_read(chip, measurement->pcr, item->before);
	if (ret)
		return ret;
	item->state = MEASUREMENT_STARTED;
	ret = kexec_pe_tpm_extend(chip, measurement->pcr, measurement->digests);
	if (!ret)
		item->state = MEASUREMENT_DONE;
	return ret;
}

static int extend_queue(struct tpm_chip *chip, struct loaded *loaded,
			u32 *ret_count)
{
	const struct handoff *handoff = loaded->handoff;
	const void *at = (const u8 *)handoff + handoff->measurements.offset;
	u32 i;
	int ret;

	/* The digests are in the order of the driver that made the queue. */
	if (handoff->tpm.bank_count != chip->nr_allocated_banks)
		return -ENODEV;
	ret = kexec_pe_tpm_ping(chip);
	if (ret)
		return ret;
	for (i = 0; i < loaded->state->count; i++) {
		const struct handoff_measurement *measurement = at;

		ret = extend_item(chip, measurement, &loaded->state->items[i]);
		if (ret)
			return ret;
		++*ret_count;
		at += measurement->item_size;
	}
	return 0;
}

/* Nothing starts that is not measured. */
static void reset_if_required(void)
{
	if (!kexec_pe_tpm_required())
		return;
	pr_emerg("kexec_pe.tpm=require: reset\n");
	emergency_restart();
}

/* The rest is the emulator's, which knows what was required at load. */
static void measure_pe(struct tpm_chip *chip, struct loaded *loaded)
{
	u32 count = 0;
	int ret = extend_queue(chip, loaded, &count);

	if (!ret) {
		pr_info("measured %u events in %u banks\n", count,
			chip->nr_allocated_banks);
		return;
	}
	pr_err("measured %u of %u events, then the TPM failed (%d): the emulator tries the rest\n",
	       count, loaded->state->count, ret);
	kexec_pe_tpm_abandon(chip);
	if (!(loaded->handoff->tpm.flags & HANDOFF_TPM_FLAG_REQUIRED))
		reset_if_required();
}

/* A good signature counts where no image could have done without. */
static bool is_verified(const struct kimage *image)
{
	return image->file_mode && image->sig_verdict > 0 &&
	       (image->sig_enforced || lockdown_restricts_kexec());
}

/* No one after this kernel could do it, so there is no state to keep. */
static int extend_native(struct tpm_chip *chip, struct stage_queue *queue)
{
	struct stage_measurement item;
	struct handoff_tpm tpm;
	int ret;
	u32 i;

	ret = kexec_pe_tpm_describe(chip, &tpm);
	if (!ret)
		ret = kexec_pe_hash_queue(&tpm, queue);
	for (i = 0; !ret && stage_queue_item(queue, i, &item); i++)
		ret = kexec_pe_tpm_extend(chip, item.pcr,
					  queue->digests[item.what].digest);
	return ret;
}

static void measure_native(struct tpm_chip *chip, const struct kimage *image)
{
	struct stage_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	int ret = -ENOMEM;

	if (queue) {
		queue->native = true;
		queue->unverified = !is_verified(image);
		ret = extend_native(chip, queue);
		kfree(queue);
	}
	if (!ret) {
		pr_info("measured the kexec of another loader's image\n");
		return;
	}
	pr_emerg("not measured: the TPM failed (%d)\n", ret);
	kexec_pe_tpm_abandon(chip);
	reset_if_required();
}

static void measure(struct tpm_chip *chip, struct kimage *image)
{
	struct loaded loaded = { 0 };

	if (kexec_pe_image(image) && map_queue(image, &loaded))
		measure_pe(chip, &loaded);
	/* A PE that was loaded before there was a TPM has no queue. */
	else if (kexec_pe_image(image) || kexec_pe_measures_native())
		measure_native(chip, image);
	unmap(&loaded);
}

static int before_kexec(struct notifier_block *block, unsigned long action,
			void *data)
{
	struct tpm_chip *chip;

	if (!kexec_in_progress || !kexec_image)
		return NOTIFY_DONE;
	chip = kexec_pe_tpm_get();
	if (chip) {
		measure(chip, kexec_image);
		put_device(&chip->dev);
	}
	return NOTIFY_DONE;
}

/* Behind whoever still measures, before IMA hands its list over at INT_MIN. */
static struct notifier_block before_kexec_block = {
	.notifier_call = before_kexec,
	.priority = INT_MIN + 1,
};

static int __init register_before_kexec(void)
{
	return register_reboot_notifier(&before_kexec_block);
}
late_initcall(register_before_kexec);
