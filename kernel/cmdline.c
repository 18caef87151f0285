// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arguments of the syscall beside the file: command line and initrd.
 */
#include <linux/slab.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>
#include <stage/cmdline.h>

/*
 * Which sections count: systemd-stub numbers the .profile sections from 0 and
 * starts the first if it is not told otherwise; a UKI without any has a base
 * only.
 */
static int select_profile(struct kexec_pe_load *load,
			  const struct stage_cmdline *argument)
{
	unsigned int count = uki_profile_count(&load->file.pe);
	unsigned int profile = argument->profile;

	if (!count && !profile)
		return 0;
	if (profile >= count ||
	    uki_parse(&load->file.pe, profile + 1, &load->file.uki))
		return kexec_pe_refuse(REFUSAL_PROFILE);
	return 0;
}

/*
 * What is left of the argument for a UKI: nothing that says only what the UKI
 * says anyway, so that nothing more than at power-on is measured.
 */
static int reduce(const struct kexec_pe_load *load,
		  const struct stage_cmdline *argument, struct view *ret)
{
	const struct view *own = &load->file.uki.section[UKI_CMDLINE];

	if (!argument->text.size || stage_same_cmdline(&argument->text, own))
		*ret = argument->selector;
	else if (own->base && kexec_pe_locked_down())
		return kexec_pe_refuse(REFUSAL_CMDLINE_LOCKED);
	return 0;
}

/* UTF-16 in a buffer of its own; nothing for no text. */
static int convert(const struct view *text, void **ret, u32 *ret_size)
{
	u64 size;

	if (!text->size)
		return 0;
	if (!stage_utf16(text, NULL, &size))
		return kexec_pe_refuse(REFUSAL_CMDLINE_ENCODING);
	*ret = kvmalloc(size, GFP_KERNEL);
	if (!*ret)
		return -ENOMEM;
	stage_utf16(text, *ret, &size);
	*ret_size = size;
	return 0;
}

static int set_load_options(struct kexec_pe_load *load, const struct view *text)
{
	struct stage_plan *plan = &load->plan;
	int ret = convert(text, &load->load_options, &plan->load_options_size);

	plan->load_options = load->load_options;
	return ret;
}

static int set_inner_options(struct kexec_pe_load *load,
			     const struct view *text)
{
	struct stage_plan *plan = &load->plan;
	int ret =
		convert(text, &load->inner_options, &plan->inner_options_size);

	plan->inner_options = load->inner_options;
	return ret;
}

/* What this machine's kernels find the dump by, and text behind it. */
static int join(const struct kexec_pe_load *load, const struct view *text,
		struct view *ret)
{
	char option[40];
	size_t size;
	u8 *joined;

	kexec_pe_arch_crash_option(load->image, option, sizeof(option));
	size = strlen(option);
	joined = kvmalloc(size + text->size + 1, GFP_KERNEL);
	if (!joined)
		return -ENOMEM;
	memcpy(joined, option, size);
	if (text->size)
		memcpy(joined + size, text->base, text->size);
	joined[size + text->size] = 0;
	ret->base = joined;
	ret->size = strlen((char *)joined);
	return 0;
}

/*
 * A crash kernel gets what the syscall says, as natively, whether its stub cares
 * for LoadOptions or not: those of the kernel inside a UKI are replaced. Without
 * an argument the UKI's own command line counts.
 */
static int take_crash_cmdline(struct kexec_pe_load *load,
			      const struct stage_cmdline *argument,
			      const struct view *outer)
{
	const struct view *rest = &argument->text;
	struct view text;
	int ret;

	if (load->file.is_uki && !rest->size)
		rest = &load->file.uki.section[UKI_CMDLINE];
	ret = join(load, rest, &text);
	if (ret)
		return ret;
	if (load->file.is_uki)
		ret = set_inner_options(load, &text) ?:
			      set_load_options(load, outer);
	else
		ret = set_load_options(load, &text);
	kvfree(text.base);
	return ret;
}

int kexec_pe_take_cmdline(struct kexec_pe_load *load)
{
	struct stage_cmdline argument;
	struct view text;
	int ret;

	stage_split_cmdline(load->cmdline, load->cmdline_size, &argument);
	text = argument.selector;
	text.size = argument.text.base + argument.text.size - text.base;
	ret = load->file.is_uki ? select_profile(load, &argument) : 0;
	if (ret)
		return ret;
	if (kexec_pe_is_crash(load))
		return take_crash_cmdline(load, &argument, &text);
	if (load->file.is_uki)
		ret = reduce(load, &argument, &text);
	return ret ?: set_load_options(load, &text);
}

/*
 * systemd-stub up to 260 fails if somebody has registered an initrd before it:
 * the emulator then hides ours and appends it to the stub's. A crash kernel
 * gets ours instead of the stub's: it was made for the dump.
 */
int kexec_pe_take_initrd(struct kexec_pe_load *load)
{
	if (!load->initrd_size || !load->file.uki.section[UKI_INITRD].base)
		return 0;
	if (!kexec_pe_is_crash(load) && kexec_pe_locked_down())
		return kexec_pe_refuse(REFUSAL_INITRD_LOCKED);
	load->plan.base.flags |= HANDOFF_FLAG_INITRD_HIDDEN;
	return 0;
}
