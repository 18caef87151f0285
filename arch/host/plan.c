// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The second stager: does for a process what kernel/ does for a machine, with
 * the same planner. Runs in the child, before the payload does.
 */
#include <string.h>
#include <sys/random.h>

#include <arch/host/child.h>
#include <image/uki.h>
#include <image/zboot.h>
#include <kexec_pe/pe.h>
#include <purgatory/sha256.h>
#include <stage/cmdline.h>
#include <stage/stage.h>

#define RAM_ATTRIBUTE \
	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

#define NANOSECONDS 1000000000ULL
#define CMDLINE_MAX 65536

/* Header, guard page, stack, guard page; then what stands for page tables. */
#define EMULATOR_TEXT EFI_PAGE_SIZE
#define EMULATOR_MEMORY (HOST_STACK_END + EFI_PAGE_SIZE)
#define POOL_PAGES 1

static struct {
	struct stage_plan plan;
	struct pe_image pe;
	struct uki uki;
	bool is_uki;
	struct handoff_memory memory[HOST_CLAIMS_MAX];
	struct handoff_digest digests[2];
	u16 load_options[CMDLINE_MAX];
	u8 variables[256];
	u64 free_end[HOST_CLAIMS_MAX]; /* of each claim: segments are above */
} staging;

static void read_file(const struct host_request *request)
{
	struct zboot zboot;
	enum rule rule = pe_parse(request->file, request->size, ARCH_PE_MACHINE,
				  &staging.pe);

	if (!rule)
		staging.is_uki = uki_is(&staging.pe);
	if (!rule && staging.is_uki)
		rule = uki_parse(&staging.pe, 0, &staging.uki);
	else if (!rule && zboot_is(&staging.pe))
		rule = zboot_parse(&staging.pe, &zboot);
	if (rule)
		tell_failed("%s", rule_text(rule));
}

static void claim(u64 address, u64 size)
{
	staging.memory[staging.plan.memory_count++] = (struct handoff_memory){
		.address = address,
		.size = size,
		.type = EFI_CONVENTIONAL_MEMORY,
		.attribute = RAM_ATTRIBUTE,
	};
}

static void make_memory(const struct host_request *request)
{
	struct stage_plan *plan = &staging.plan;
	u32 i;

	plan->memory = staging.memory;
	if (request->memory_count) {
		plan->memory_count = request->memory_count;
		memcpy(staging.memory, request->memory,
		       request->memory_count * sizeof(*staging.memory));
	} else {
		claim(HOST_LOW_START, HOST_MEMORY_DEFAULT / 2 - HOST_LOW_START);
		claim(HOST_HIGH_START, HOST_MEMORY_DEFAULT / 2);
	}
	arena_map(staging.memory, plan->memory_count);
	for (i = 0; i < plan->memory_count; i++)
		staging.free_end[i] =
			staging.memory[i].address + staging.memory[i].size;
}

/* As the kernel does it: from the top. Memory that must not be 0. */
static u64 place_segment(const char *what, u64 size, u64 align)
{
	u32 i = staging.plan.memory_count;
	u64 at;

	while (i--) {
		const struct handoff_memory *memory = &staging.memory[i];

		if (memory->type != EFI_CONVENTIONAL_MEMORY ||
		    size > staging.free_end[i] - memory->address)
			continue;
		at = (staging.free_end[i] - size) & ~(align - 1);
		if (at < memory->address || !at)
			continue;
		staging.free_end[i] = at;
		return at;
	}
	tell_failed("the machine has no memory for %s of %lu bytes", what,
		    size);
}

static u64 pages_of(u64 size)
{
	return (size + EFI_PAGE_SIZE - 1) & ~(EFI_PAGE_SIZE - 1);
}

/* Systemd-stub's numbers count .profile sections, see kernel/cmdline.c. */
static void select_profile(const struct stage_cmdline *argument)
{
	unsigned int count = uki_profile_count(&staging.pe);

	if (!count && !argument->profile)
		return;
	if (argument->profile >= count ||
	    uki_parse(&staging.pe, argument->profile + 1, &staging.uki))
		tell_failed("the UKI has no such profile");
}

/* What is left of the argument, as K1 decides it without lockdown. */
static void take_cmdline(const char *cmdline)
{
	struct stage_plan *plan = &staging.plan;
	struct stage_cmdline argument;
	struct view text;
	u64 size;

	if (!cmdline)
		cmdline = "";
	stage_split_cmdline(cmdline, strlen(cmdline), &argument);
	text = argument.selector;
	text.size = (u64)(argument.text.base + argument.text.size - text.base);
	if (staging.is_uki) {
		select_profile(&argument);
		if (!argument.text.size ||
		    stage_same_cmdline(&argument.text,
				       &staging.uki.section[UKI_CMDLINE]))
			text = argument.selector;
	}
	if (!text.size)
		return;
	if (text.size >= CMDLINE_MAX)
		tell_failed("the command line is too long");
	if (!stage_utf16(&text, staging.load_options, &size))
		tell_failed("the command line is not UTF-8");
	plan->load_options = staging.load_options;
	plan->load_options_size = (u32)size;
}

static void vouch(u32 kind, const void *data, u64 size)
{
	struct handoff_digest *digest =
		&staging.digests[staging.plan.digest_count++];

	digest->size = size;
	digest->kind = kind;
	sha256(data, size, digest->sha256);
}

static void vouch_all(const struct host_request *request)
{
	const struct view *inner = &staging.uki.section[UKI_LINUX];

	staging.plan.digests = staging.digests;
	vouch(HANDOFF_DIGEST_PAYLOAD, request->file, request->size);
	if (staging.is_uki)
		vouch(HANDOFF_DIGEST_LINUX, inner->base, inner->size);
}

/* A global variable of one byte, ASCII name; in the snapshot's format. */
static void add_variable(const char *name, u8 value)
{
	const struct efi_guid guid = EFI_GLOBAL_VARIABLE_GUID;
	struct handoff_variable item = {
		.attributes = EFI_VARIABLE_BOOTSERVICE_ACCESS |
			      EFI_VARIABLE_RUNTIME_ACCESS,
		.name_size = 2 * (u32)(strlen(name) + 1),
		.data_size = sizeof(value),
	};
	u8 *at = staging.variables + staging.plan.variables_size;
	u32 i;

	item.item_size = (u32)(sizeof(item) + item.name_size + 8) & ~7U;
	memcpy(item.guid, &guid, sizeof(guid));
	memcpy(at, &item, sizeof(item));
	for (i = 0; name[i]; i++)
		at[sizeof(item) + 2 * i] = (u8)name[i];
	at[sizeof(item) + item.name_size] = value;
	staging.plan.variables_size += item.item_size;
}

/* Unless the caller has others: a machine without Secure Boot. */
static void take_variables(const struct host_request *request)
{
	staging.plan.variables = request->variables;
	staging.plan.variables_size = request->variables_size;
	if (request->variables)
		return;
	staging.plan.variables = staging.variables;
	add_variable("SecureBoot", 0);
	add_variable("SetupMode", 0);
}

static void describe_machine(const struct host_request *request)
{
	struct handoff *base = &staging.plan.base;

	base->timer_frequency = NANOSECONDS;
	base->efi_revision = EFI_REVISION(2, 100);
	base->console.type = HANDOFF_CONSOLE_8250_PORT;
	base->payload.file_size = request->size;
	if (staging.pe.dll_characteristics &
	    IMAGE_DLL_CHARACTERISTICS_NX_COMPAT)
		base->payload.flags |= HANDOFF_PAYLOAD_NX_COMPAT;
	if (staging.is_uki)
		base->payload.flags |= HANDOFF_PAYLOAD_UKI;
	if (getrandom(base->seed, sizeof(base->seed), 0) != sizeof(base->seed))
		tell_failed("no random numbers");
	staging.plan.pe = &staging.pe;
}

static void place_emulator(void)
{
	struct stage_plan *plan = &staging.plan;
	struct emulator_header *header = &plan->emulator;
	u64 size;

	header->magic = EMULATOR_MAGIC;
	header->version = HANDOFF_VERSION;
	header->machine = ARCH_PE_MACHINE;
	header->entry = EMULATOR_HEADER_SIZE;
	header->text_end = EMULATOR_TEXT;
	header->rodata_end = EMULATOR_TEXT;
	header->file_size = EMULATOR_TEXT;
	header->memory_end = EMULATOR_MEMORY;
	plan->pool_pages = POOL_PAGES;
	if (stage_emulator_size(header, plan->pool_pages, &size))
		tell_failed("the emulator's size");
	plan->emulator_address =
		place_segment("the emulator", size, EFI_PAGE_SIZE);
	memcpy((void *)plan->emulator_address, header, sizeof(*header));
	sha256((void *)(plan->emulator_address + sizeof(*header)),
	       header->file_size - sizeof(*header), plan->emulator_sha256);
}

static void place_payload(void)
{
	struct stage_plan *plan = &staging.plan;
	const struct pe_image *pe = &staging.pe;
	u64 align = pe->section_alignment;
	enum rule rule;

	if (align < EFI_PAGE_SIZE)
		align = EFI_PAGE_SIZE;
	plan->payload_address =
		place_segment("the payload", pages_of(pe->image_size), align);
	pe_layout(pe, (void *)plan->payload_address);
	rule = pe_relocate(pe, (void *)plan->payload_address,
			   plan->payload_address);
	if (rule)
		tell_failed("%s", rule_text(rule));
	sha256((void *)plan->payload_address, pe->headers_size,
	       plan->headers_sha256);
}

static void place_initrd(const struct host_request *request)
{
	struct stage_plan *plan = &staging.plan;

	if (!request->initrd_size)
		return;
	plan->initrd.size = request->initrd_size;
	plan->initrd.address = place_segment(
		"the initrd", pages_of(request->initrd_size), EFI_PAGE_SIZE);
	memcpy((void *)plan->initrd.address, request->initrd,
	       request->initrd_size);
	if (staging.uki.section[UKI_INITRD].base)
		plan->base.flags |= HANDOFF_FLAG_INITRD_HIDDEN;
}

static void write_handoff(void)
{
	struct stage_plan *plan = &staging.plan;
	u8 digest[HANDOFF_DIGEST_SIZE];
	enum stage_error error;
	u32 size;

	error = stage_handoff_size(plan, &size);
	if (!error) {
		plan->handoff_address = place_segment(
			"the handoff", pages_of(size), EFI_PAGE_SIZE);
		error = stage_write_handoff(plan, (void *)plan->handoff_address,
					    size);
	}
	if (error)
		tell_failed("%s", stage_error_text(error));
	sha256((void *)plan->handoff_address, size, digest);
	stage_seal_emulator(plan, digest, (void *)plan->emulator_address);
}

struct emulator_header *plan_machine(const struct host_request *request)
{
	read_file(request);
	take_cmdline(request->cmdline);
	make_memory(request);
	describe_machine(request);
	take_variables(request);
	vouch_all(request);
	place_emulator();
	place_payload();
	place_initrd(request);
	write_handoff();
	return (struct emulator_header *)staging.plan.emulator_address;
}
