// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other segments: emulator, initrd, handoff.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

/*
 * The core asks memblock, or the list of System RAM, what is free. Neither knows
 * of memory that a device writes to (memreserve.c): nothing may be put there.
 */
static const struct handoff_memory *taken(const struct kexec_pe_claims *claims,
					  const struct kexec_buf *kbuf)
{
	u32 i;

	for (i = 0; i < claims->count; i++) {
		const struct handoff_memory *claim = &claims->items[i];

		if (claim->type != EFI_CONVENTIONAL_MEMORY &&
		    kbuf->mem < claim->address + claim->size &&
		    kbuf->mem + kbuf->memsz > claim->address)
			return claim;
	}
	return NULL;
}

/* Each time below what was in the way, so this comes to an end. */
static int add_buffer(struct kexec_pe_load *load, struct kexec_buf *kbuf)
{
	const struct handoff_memory *claim;
	int error;

	for (;;) {
		kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
		error = kexec_add_buffer(kbuf);
		if (error)
			return error;
		claim = taken(&load->claims, kbuf);
		if (!claim)
			return 0;
		load->image->nr_segments--;
		if (claim->address <= kbuf->buf_min)
			return -EADDRNOTAVAIL;
		kbuf->buf_max = claim->address - 1;
	}
}

int kexec_pe_add_segment(struct kexec_pe_load *load, const char *name,
			 void *buffer, unsigned long size, u64 memory,
			 unsigned long align, u64 *ret)
{
	/* Below 1 MiB the next kernel wants room for its trampolines. */
	struct kexec_buf kbuf = {
		.image = load->image,
		.buffer = buffer,
		.bufsz = size,
		.memsz = memory,
		.buf_align = align,
		.buf_min = SZ_1M,
		.buf_max = ULONG_MAX,
		.top_down = true,
	};
	int error = add_buffer(load, &kbuf);

	if (error == -EADDRNOTAVAIL)
		return kexec_pe_refuse_room(load);
	if (error)
		return error;
	*ret = kbuf.mem;
	kexec_dprintk("%-8s %#lx, %lu bytes of %lu\n", name, kbuf.mem,
		      kbuf.bufsz, kbuf.memsz);
	return 0;
}

/* A planner's error is a fault of this build, never of the file. */
static int planned(enum stage_error error)
{
	if (!error)
		return 0;
	pr_err("refused: PLAN: %s\n", stage_error_text(error));
	return -EINVAL;
}

static int size_emulator(struct kexec_pe_load *load, u64 *ret)
{
	u64 size = kexec_pe_image_end - kexec_pe_image_start;
	struct stage_plan *plan = &load->plan;
	struct stage_paging paging;
	enum stage_error error;

	error = stage_read_emulator(kexec_pe_image_start, size,
				    kexec_pe_arch_machine(), &plan->emulator);
	if (error)
		return planned(error);
	plan->emulator.flags = kexec_pe_arch_emulator_flags();
	kexec_pe_arch_paging(&paging);
	plan->pool_pages =
		stage_pool_pages(plan->memory, plan->memory_count, &paging);
	error = stage_emulator_size(&plan->emulator, plan->pool_pages, ret);
	return planned(error);
}

int kexec_pe_place_emulator(struct kexec_pe_load *load)
{
	struct stage_plan *plan = &load->plan;
	u64 size;
	int ret;

	ret = size_emulator(load, &size);
	if (ret)
		return ret;
	load->buffers->emulator = vmalloc(plan->emulator.file_size);
	if (!load->buffers->emulator)
		return -ENOMEM;
	memcpy(load->buffers->emulator, kexec_pe_image_start,
	       plan->emulator.file_size);
	ret = kexec_pe_add_segment(load, "emulator", load->buffers->emulator,
				   plan->emulator.file_size, size, PAGE_SIZE,
				   &plan->emulator_address);
	if (ret)
		return ret;
	load->image->start = plan->emulator_address + plan->emulator.entry;
	return kexec_pe_sha256(load->buffers->emulator + EMULATOR_HEADER_SIZE,
			       plan->emulator.file_size - EMULATOR_HEADER_SIZE,
			       plan->emulator_sha256);
}

int kexec_pe_place_initrd(struct kexec_pe_load *load)
{
	struct handoff_range *range = &load->plan.initrd;
	u64 address;
	int ret;

	if (!load->initrd_size)
		return 0;
	ret = kexec_pe_add_segment(load, "initrd", load->initrd,
				   load->initrd_size, load->initrd_size,
				   PAGE_SIZE, &address);
	if (ret)
		return ret;
	range->address = address;
	range->size = load->initrd_size;
	return kexec_pe_check(load, address, load->initrd, load->initrd_size);
}

static int write_handoff(struct kexec_pe_load *load, u32 size)
{
	struct stage_plan *plan = &load->plan;
	u8 sha256[HANDOFF_DIGEST_SIZE];
	int ret;

	ret = planned(stage_write_handoff(plan, load->buffers->handoff, size));
	if (!ret)
		ret = kexec_pe_sha256(load->buffers->handoff, size, sha256);
	if (ret)
		return ret;
	stage_seal_emulator(plan, sha256, load->buffers->emulator);
	return 0;
}

int kexec_pe_place_handoff(struct kexec_pe_load *load)
{
	u32 size;
	int ret;

	ret = planned(stage_handoff_size(&load->plan, &size));
	if (ret)
		return ret;
	load->buffers->handoff = vmalloc(size);
	if (!load->buffers->handoff)
		return -ENOMEM;
	ret = kexec_pe_add_segment(load, "handoff", load->buffers->handoff,
				   size, size, PAGE_SIZE,
				   &load->plan.handoff_address);
	if (ret)
		return ret;
	return write_handoff(load, size);
}
