// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload's segment: headers and sections at their RVAs, relocated for the
 * address where they will run.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/mm.h>
#include <linux/pe.h>
#include <linux/printk.h>
#include <linux/vmalloc.h>

#include <kernel/kexec_pe.h>

/*
 * SizeOfImage is only a number in the file: refuse what the core would refuse
 * later, before memory is filled with it.
 */
static int allocate(struct kexec_pe_load *load, unsigned long size)
{
	void *buffer;

	if (size >> PAGE_SHIFT > totalram_pages() / 2)
		return kexec_pe_refuse(REFUSAL_IMAGE_TOO_LARGE);
	buffer = __vmalloc(size, GFP_KERNEL | __GFP_NOWARN);
	if (!buffer)
		return -ENOMEM;
	load->buffers->payload = buffer;
	return 0;
}

static int relocate(struct kexec_pe_load *load)
{
	enum rule rule;

	rule = pe_relocate(&load->file.pe, load->buffers->payload,
			   load->plan.payload_address);
	if (!rule)
		return 0;
	pr_notice("refused: %s: %s\n", rule_name(rule), rule_text(rule));
	return -ELIBBAD;
}

static void describe(struct kexec_pe_load *load)
{
	struct handoff_payload *payload = &load->plan.base.payload;

	load->plan.pe = &load->file.pe;
	payload->file_size = load->size;
	if (load->file.pe.dll_characteristics &
	    IMAGE_DLL_CHARACTERISTICS_NX_COMPAT)
		payload->flags |= HANDOFF_PAYLOAD_NX_COMPAT;
	if (load->file.is_uki)
		payload->flags |= HANDOFF_PAYLOAD_UKI;
}

int kexec_pe_place_payload(struct kexec_pe_load *load)
{
	const struct pe_image *pe = &load->file.pe;
	unsigned long size = PAGE_ALIGN((unsigned long)pe->image_size);
	int ret;

	describe(load);
	ret = allocate(load, size);
	if (ret)
		return ret;
	pe_layout(pe, load->buffers->payload);
	memset(load->buffers->payload + pe->image_size, 0,
	       size - pe->image_size);
	ret = kexec_pe_add_segment(load, "payload", load->buffers->payload,
				   size, size, pe->section_alignment,
				   &load->plan.payload_address);
	if (!ret)
		ret = relocate(load);
	if (ret)
		return ret;
	ret = kexec_pe_sha256(load->buffers->payload, pe->headers_size,
			      load->plan.headers_sha256);
	if (ret)
		return ret;
	return kexec_pe_check(load, load->plan.payload_address,
			      load->buffers->payload, size);
}
