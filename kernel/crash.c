// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash kernels: what a panic starts lies in the memory that crashkernel= has
 * reserved, all of it, and knows of no other.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/crash_core.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/printk.h>
#include <linux/sizes.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>
#include <stage/crash.h>

static u64 reserved(void)
{
	u64 size = resource_size(&crashk_res);

	if (crashk_low_res.end)
		size += resource_size(&crashk_low_res);
	return size;
}

static void add_inner(const struct view *file, struct stage_crash *ret)
{
	struct pe_image pe;

	ret->kernel = kexec_pe_arch_kernel_size(file);
	if (!pe_parse(file->base, file->size, kexec_pe_arch_machine(), &pe))
		ret->inner_image = pe.image_size;
}

/* 0 for a sum that wraps, which no reservation holds. */
static u64 need(const struct kexec_pe_load *load)
{
	const struct view *sections = load->file.uki.section;
	struct stage_crash sizes = {
		.elfcorehdr = load->image->elf_headers_sz,
		.payload = load->file.pe.image_size,
		.initrd = load->initrd_size,
	};
	u64 ret = 0;

	if (load->file.is_uki) {
		sizes.own_initrd = sections[UKI_INITRD].size;
		add_inner(&sections[UKI_LINUX], &sizes);
	} else {
		sizes.kernel = kexec_pe_arch_kernel_size(&load->file.pe.file);
	}
	stage_crash_need(&sizes, &ret);
	return ret;
}

static void log_need(const struct kexec_pe_load *load)
{
	pr_info("crash kernel: this image needs crashkernel=%lluM to start, %lluM are reserved\n",
		need(load) / SZ_1M, reserved() / SZ_1M);
}

int kexec_pe_refuse_room(struct kexec_pe_load *load)
{
	if (!kexec_pe_is_crash(load))
		return kexec_pe_refuse(REFUSAL_NO_ROOM);
	log_need(load);
	return kexec_pe_refuse(REFUSAL_CRASH_ROOM);
}

int kexec_pe_place_crash(struct kexec_pe_load *load)
{
	int ret;

	if (!kexec_pe_is_crash(load))
		return 0;
	if (!crashk_res.end)
		return kexec_pe_refuse(REFUSAL_CRASH_RESERVE);
	/* Stubs get memory below 4 GiB, or fail (x86: into 5-level paging). */
	if (crashk_res.start >= SZ_4G && !crashk_low_res.end)
		return kexec_pe_refuse(REFUSAL_CRASH_LOW);
	load->plan.base.flags |= HANDOFF_FLAG_CRASH;
	ret = kexec_pe_arch_crash_segments(load);
	return ret == -EADDRNOTAVAIL ? kexec_pe_refuse_room(load) : ret;
}

int kexec_pe_check_room(struct kexec_pe_load *load)
{
	u64 size = need(load);

	if (!kexec_pe_is_crash(load))
		return 0;
	if (!size || size > reserved())
		return kexec_pe_refuse_room(load);
	log_need(load);
	return 0;
}
