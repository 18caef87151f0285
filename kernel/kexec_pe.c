// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load() for PE images: the loader's operations and the order of a
 * load.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/err.h>
#include <linux/kexec_pe.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <kernel/arch.h>
#include <kernel/kexec_pe.h>

/*
 * Ahead of the native loaders. Under 2 every PE of this machine is ours, even
 * a malformed one, lest it fall to another loader; under 3 everything is, for
 * load() to refuse what is no PE.
 */
static int probe_first(const char *data, unsigned long size)
{
	switch (kexec_pe_mode()) {
	case KEXEC_PE_FIRST:
		return kexec_pe_is_foreign(data, size) ? -ENOEXEC : 0;
	case KEXEC_PE_ONLY:
		return 0;
	default:
		return -ENOEXEC;
	}
}

/* Behind the native loaders: nobody is left to take what we don't. */
static int probe_last(const char *data, unsigned long size)
{
	enum rule rule;

	if (kexec_pe_mode() == KEXEC_PE_OFF)
		return -ENOEXEC;
	rule = kexec_pe_is_foreign(data, size);
	if (!rule)
		return 0;
	pr_notice("refused: %s: %s\n", rule_name(rule), rule_text(rule));
	return -ENOEXEC;
}

static int check_file(struct kexec_pe_load *load)
{
	int ret = load->image->sig_verdict;

	/* Said in the log by verify_sig, swallowed where nothing enforces. */
	if (ret == -ELIBBAD || ret == -EFBIG)
		return ret;
	ret = kexec_pe_parse(load->data, load->size, &load->file);
	if (ret)
		return ret;
	return kexec_pe_refuse(kexec_pe_arch_refusal());
}

static int describe_machine(struct kexec_pe_load *load)
{
	struct handoff *base = &load->plan.base;

	base->timer_frequency = kexec_pe_arch_timer();
	base->log_level = kexec_file_dbg_print ? 2 : 1;
	if (kexec_file_dbg_print)
		base->flags |= HANDOFF_FLAG_DUMP_TABLES;
	kexec_pe_find_console(&base->console);
	kexec_pe_arch_reset(&base->reset);
	get_random_bytes(base->seed, sizeof(base->seed));
	return 0;
}

/* Its claims count for the page tables of the emulator. */
static int place_arch(struct kexec_pe_load *load)
{
	int ret = kexec_pe_arch_segments(load);

	load->plan.memory = load->claims.items;
	load->plan.memory_count = load->claims.count;
	return ret;
}

/* Each step finds what the ones before it left in the load. */
static int (*const steps[])(struct kexec_pe_load *load) = {
	check_file,
	kexec_pe_check_policy,
	kexec_pe_place_crash,
	kexec_pe_take_cmdline,
	kexec_pe_take_initrd,
	kexec_pe_read_firmware,
	kexec_pe_read_variables,
	kexec_pe_check_sbat,
	describe_machine,
	kexec_pe_vouch,
	place_arch,
	kexec_pe_place_emulator,
	kexec_pe_place_payload,
	kexec_pe_place_initrd,
	kexec_pe_queue_measurements,
	kexec_pe_place_handoff,
	kexec_pe_check_room,
};

static int take_steps(struct kexec_pe_load *load)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(steps) && !ret; i++)
		ret = steps[i](load);
	return ret;
}

static void free_buffers(struct kexec_pe_buffers *buffers)
{
	vfree(buffers->emulator);
	vfree(buffers->payload);
	vfree(buffers->handoff);
	vfree(buffers->measurement_state);
}

static void free_load(struct kexec_pe_load *load)
{
	kfree(load->claims.items);
	kvfree(load->variables);
	kvfree(load->load_options);
	kvfree(load->inner_options);
	kexec_pe_free_measurement(load);
	kfree_sensitive(load);
}

/* The core calls this, then frees the structure itself. */
static int cleanup(void *loader_data)
{
	if (loader_data)
		free_buffers(loader_data);
	return 0;
}

/* The file is laid out by now: the core need not hold it while it copies. */
static void finish(struct kexec_pe_load *load)
{
	struct kimage *image = load->image;

	kexec_pe_log_trust(load);
	pr_info("%s of %lu bytes staged, emulator of %llu bytes at %#llx\n",
		load->file.is_uki ? "UKI" : "PE image", load->size,
		load->plan.emulator.file_size, load->plan.emulator_address);
	vfree(image->kernel_buf);
	image->kernel_buf = NULL;
}

static int run(struct kexec_pe_load *load, struct kexec_pe_buffers *buffers)
{
	int ret;

	load->buffers = buffers;
	ret = take_steps(load);
	if (ret)
		free_buffers(buffers);
	else
		finish(load);
	return ret;
}

static void *load_image(struct kimage *image, char *data, unsigned long size,
			char *initrd, unsigned long initrd_size, char *cmdline,
			unsigned long cmdline_size)
{
	struct kexec_pe_buffers *buffers;
	struct kexec_pe_load *load;
	int ret = -ENOMEM;

	load = kzalloc(sizeof(*load), GFP_KERNEL);
	buffers = kzalloc(sizeof(*buffers), GFP_KERNEL);
	if (load && buffers) {
		load->image = image;
		load->data = data;
		load->size = size;
		load->initrd = initrd;
		load->initrd_size = initrd_size;
		load->cmdline = cmdline ?: "";
		load->cmdline_size = cmdline ? cmdline_size : 0;
		ret = run(load, buffers);
	}
	if (load)
		free_load(load);
	if (!ret)
		return buffers;
	kfree(buffers);
	return ERR_PTR(ret);
}

const struct kexec_file_ops kexec_pe_first_ops = {
	.probe = probe_first,
	.load = load_image,
	.cleanup = cleanup,
#ifdef CONFIG_KEXEC_PE_VERIFY_SIG
	.verify_sig = kexec_pe_verify_sig,
#endif
};

const struct kexec_file_ops kexec_pe_ops = {
	.probe = probe_last,
	.load = load_image,
	.cleanup = cleanup,
#ifdef CONFIG_KEXEC_PE_VERIFY_SIG
	.verify_sig = kexec_pe_verify_sig,
#endif
};
