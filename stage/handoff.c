// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handoff writer: where each array of the blob goes, and its bytes.
 */
#include <stage/stage.h>

#include <kexec_pe/checked.h>
#include <kexec_pe/efi.h>
#include <kexec_pe/string.h>

/* RAM as firmware describes it: every kind of caching possible (7.2.3). */
#define RAM_ATTRIBUTE \
	(EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)

#define CHECKS 2 /* in every plan: emulator, headers of the payload */

/* Where everything in the blob lies. */
struct layout {
	struct handoff_array memory;
	struct handoff_array protections;
	struct handoff_array tables;
	struct handoff_array digests;
	struct handoff_array checks;
	struct handoff_array variables;
	struct handoff_array load_options;
	struct handoff_array event_log;
	struct handoff_array measurements;
	struct handoff_array inner_options;
	u32 size;
};

/*
 * Runs of equal protection, page by page: sections may share pages, and only
 * pe_protection() knows what a shared page is. Writes them when @ret is set.
 */
static u32 protection_runs(const struct pe_image *pe,
			   struct handoff_protection *ret)
{
	u64 rva, end = pe->image_size;
	u32 count = 0, last = 0;

	for (rva = 0; rva < end; rva += KPE_PAGE_SIZE) {
		u32 protection = pe_protection(pe, (u32)rva);

		if (!count || protection != last) {
			if (ret) {
				ret[count].rva = (u32)rva;
				ret[count].size = 0;
				ret[count].protection = protection;
				ret[count].reserved = 0;
			}
			count++;
			last = protection;
		}
		if (ret)
			ret[count - 1].size += KPE_PAGE_SIZE;
	}
	return count;
}

/* Give an array the next place, and move on. */
static bool place(u64 *cursor, u64 item, u64 count, struct handoff_array *ret)
{
	u64 bytes, end;

	if (!checked_mul(item, count, &bytes) ||
	    !checked_add(*cursor, bytes, &end) ||
	    !checked_align(end, 8, &end) || end != (u32)end)
		return false;
	ret->offset = (u32)*cursor;
	ret->count = (u32)count;
	*cursor = end;
	return true;
}

/* No claim has size 0. */
static u32 carve_out_count(const struct stage_plan *plan)
{
	return STAGE_CARVE_OUTS - !plan->initrd.size -
	       !plan->measurement_state.size;
}

static bool plan_layout(const struct stage_plan *plan, struct layout *ret)
{
	u64 cursor;

	if (!checked_align(sizeof(struct handoff), 8, &cursor) ||
	    !place(&cursor, sizeof(struct handoff_memory),
		   (u64)plan->memory_count + carve_out_count(plan),
		   &ret->memory) ||
	    !place(&cursor, sizeof(struct handoff_protection),
		   protection_runs(plan->pe, NULL), &ret->protections) ||
	    !place(&cursor, sizeof(struct handoff_table), plan->table_count,
		   &ret->tables) ||
	    !place(&cursor, sizeof(struct handoff_digest), plan->digest_count,
		   &ret->digests) ||
	    !place(&cursor, sizeof(struct handoff_check),
		   (u64)CHECKS + plan->check_count, &ret->checks) ||
	    !place(&cursor, 1, plan->variables_size, &ret->variables) ||
	    !place(&cursor, 1, plan->load_options_size, &ret->load_options) ||
	    !place(&cursor, 1, plan->event_log_size, &ret->event_log) ||
	    !place(&cursor, 1, plan->measurements_size, &ret->measurements) ||
	    !place(&cursor, 1, plan->inner_options_size, &ret->inner_options))
		return false;
	ret->size = (u32)cursor;
	return true;
}

static bool claims_are_sound(const struct stage_plan *plan)
{
	u64 end;
	u32 i;

	for (i = 0; i < plan->memory_count; i++) {
		const struct handoff_memory *claim = &plan->memory[i];

		if ((claim->address | claim->size) & ~KPE_PAGE_MASK ||
		    !claim->size ||
		    !checked_add(claim->address, claim->size, &end))
			return false;
	}
	return true;
}

enum stage_error stage_handoff_size(const struct stage_plan *plan, u32 *ret)
{
	struct layout layout;

	if (!claims_are_sound(plan))
		return STAGE_MEMORY_CLAIM;
	if (!plan_layout(plan, &layout))
		return STAGE_HANDOFF_TOO_LARGE;
	*ret = layout.size;
	return STAGE_OK;
}

static bool carve(struct handoff_memory *ret, u32 type, u64 address, u64 size)
{
	u64 end;

	if (address & ~KPE_PAGE_MASK ||
	    !checked_align(size, KPE_PAGE_SIZE, &size) ||
	    !checked_add(address, size, &end))
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->address = address;
	ret->size = size;
	ret->type = type;
	ret->attribute = RAM_ATTRIBUTE;
	return true;
}

/* A segment that a plan may do without. */
static bool carve_range(struct handoff_memory **ret,
			const struct handoff_range *range)
{
	return !range->size ||
	       carve((*ret)++, EFI_LOADER_DATA, range->address, range->size);
}

static bool carve_outs(const struct stage_plan *plan, u64 emulator_size,
		       u32 handoff_size, struct handoff_memory *ret)
{
	u64 text = plan->emulator.text_end;
	struct handoff_memory *more = ret + 4;

	return carve(&ret[0], EFI_LOADER_CODE, plan->emulator_address, text) &&
	       carve(&ret[1], EFI_LOADER_DATA, plan->emulator_address + text,
		     emulator_size - text) &&
	       carve(&ret[2], EFI_LOADER_DATA, plan->handoff_address,
		     handoff_size) &&
	       carve(&ret[3], EFI_LOADER_CODE, plan->payload_address,
		     plan->pe->image_size) &&
	       carve_range(&more, &plan->initrd) &&
	       carve_range(&more, &plan->measurement_state);
}

/* The header is left out: its slots are sealed after this was hashed. */
static void write_checks(const struct stage_plan *plan,
			 struct handoff_check *ret)
{
	ret[0].address = plan->emulator_address + EMULATOR_HEADER_SIZE;
	ret[0].size = plan->emulator.file_size - EMULATOR_HEADER_SIZE;
	memcpy(ret[0].sha256, plan->emulator_sha256, HANDOFF_DIGEST_SIZE);
	ret[1].address = plan->payload_address;
	ret[1].size = plan->pe->headers_size;
	memcpy(ret[1].sha256, plan->headers_sha256, HANDOFF_DIGEST_SIZE);
	if (plan->check_count)
		memcpy(&ret[CHECKS], plan->checks,
		       plan->check_count * sizeof(*plan->checks));
}

static void write_payload(const struct stage_plan *plan,
			  struct handoff_payload *ret)
{
	ret->address = plan->payload_address;
	ret->size = ((u64)plan->pe->image_size + KPE_PAGE_SIZE - 1) &
		    KPE_PAGE_MASK;
	ret->entry = plan->pe->entry;
	ret->headers_size = plan->pe->headers_size;
}

static void write_header(const struct stage_plan *plan,
			 const struct layout *layout, u64 emulator_size,
			 struct handoff *ret)
{
	*ret = plan->base;
	ret->magic = HANDOFF_MAGIC;
	ret->version = HANDOFF_VERSION;
	ret->size = layout->size;
	ret->address = plan->handoff_address;
	ret->emulator.address = plan->emulator_address;
	ret->emulator.size = emulator_size;
	ret->initrd = plan->initrd;
	write_payload(plan, &ret->payload);
	ret->memory = layout->memory;
	ret->protections = layout->protections;
	ret->tables = layout->tables;
	ret->digests = layout->digests;
	ret->checks = layout->checks;
	ret->variables = layout->variables;
	ret->load_options = layout->load_options;
	ret->event_log = layout->event_log;
	ret->measurements = layout->measurements;
	ret->measurement_state = plan->measurement_state;
	ret->inner_options = layout->inner_options;
	stage_sealed_header(plan, &ret->header);
}

static void *array_at(void *buffer, const struct handoff_array *array)
{
	return (u8 *)buffer + array->offset;
}

static void copy_array(void *buffer, const struct handoff_array *array,
		       const void *from, u64 item)
{
	if (array->count)
		memcpy(array_at(buffer, array), from, item * array->count);
}

static void copy_arrays(const struct stage_plan *plan,
			const struct layout *layout, void *buffer)
{
	if (plan->memory_count)
		memcpy(array_at(buffer, &layout->memory), plan->memory,
		       plan->memory_count * sizeof(*plan->memory));
	copy_array(buffer, &layout->tables, plan->tables,
		   sizeof(*plan->tables));
	copy_array(buffer, &layout->digests, plan->digests,
		   sizeof(*plan->digests));
	copy_array(buffer, &layout->variables, plan->variables, 1);
	copy_array(buffer, &layout->load_options, plan->load_options, 1);
	copy_array(buffer, &layout->event_log, plan->event_log, 1);
	copy_array(buffer, &layout->measurements, plan->measurements, 1);
	copy_array(buffer, &layout->inner_options, plan->inner_options, 1);
}

enum stage_error stage_write_handoff(const struct stage_plan *plan,
				     void *buffer, u32 size)
{
	struct handoff_memory *claims;
	struct layout layout;
	enum stage_error error;
	u64 emulator_size;
	u32 planned;

	error = stage_handoff_size(plan, &planned);
	if (error)
		return error;
	if (size != planned || !plan_layout(plan, &layout))
		return STAGE_HANDOFF_BUFFER;
	error = stage_emulator_size(&plan->emulator, plan->pool_pages,
				    &emulator_size);
	if (error)
		return error;
	memset(buffer, 0, size);
	claims = array_at(buffer, &layout.memory);
	if (!carve_outs(plan, emulator_size, size, claims + plan->memory_count))
		return STAGE_MEMORY_CLAIM;
	copy_arrays(plan, &layout, buffer);
	protection_runs(plan->pe, array_at(buffer, &layout.protections));
	write_checks(plan, array_at(buffer, &layout.checks));
	write_header(plan, &layout, emulator_size, buffer);
	return STAGE_OK;
}
