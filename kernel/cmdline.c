// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arguments of the syscall beside the file: command line and initrd.
 */
#include <linux/slab.h>

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

static int set_load_options(struct kexec_pe_load *load, const struct view *text)
{
	u64 size;

	if (!text->size)
		return 0;
	if (!stage_utf16(text, NULL, &size))
		return kexec_pe_refuse(REFUSAL_CMDLINE_ENCODING);
	load->load_options = kvmalloc(size, GFP_KERNEL);
	if (!load->load_options)
		return -ENOMEM;
	stage_utf16(text, load->load_options, &size);
	load->plan.load_options = load->load_options;
	load->plan.load_options_size = size;
	return 0;
}

int kexec_pe_take_cmdline(struct kexec_pe_load *load)
{
	struct stage_cmdline argument;
	struct view text;
	int ret;

	stage_split_cmdline(load->cmdline, load->cmdline_size, &argument);
	text = argument.selector;
	text.size = argument.text.base + argument.text.size - text.base;
	if (load->file.is_uki) {
		ret = select_profile(load, &argument);
		if (!ret)
			ret = reduce(load, &argument, &text);
		if (ret)
			return ret;
	}
	return set_load_options(load, &text);
}

/*
 * systemd-stub up to 260 fails if somebody has registered an initrd before it:
 * the emulator then hides ours and appends it to the stub's.
 */
int kexec_pe_take_initrd(struct kexec_pe_load *load)
{
	if (!load->initrd_size || !load->file.uki.section[UKI_INITRD].base)
		return 0;
	if (kexec_pe_locked_down())
		return kexec_pe_refuse(REFUSAL_INITRD_LOCKED);
	load->plan.base.flags |= HANDOFF_FLAG_INITRD_HIDDEN;
	return 0;
}
