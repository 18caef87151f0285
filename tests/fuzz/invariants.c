// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What holds in the emulator between any two calls of its services.
 */
#include <string.h>

#include "invariants.h"

#define LIST_MAX 100000U /* no list is longer, unless it is a loop */
#define WRITE_EXEC (HANDOFF_PROT_WRITE | HANDOFF_PROT_EXEC)
#define READ_WRITE (HANDOFF_PROT_READ | HANDOFF_PROT_WRITE)

static u64 boot_pages;
static u8 boot_protection[2][MACHINE_PAGES];

static u64 sum_pages(void)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < emu.map.count; i++)
		sum += emu.map.regions[i].pages;
	return sum;
}

void invariants_boot(void)
{
	boot_pages = sum_pages();
	memcpy(boot_protection, machine.protection, sizeof(boot_protection));
}

void invariants_note(struct before *before)
{
	before->key = emu.map.key;
	before->count = emu.map.count;
	memcpy(before->regions, emu.map.regions,
	       emu.map.count * sizeof(*emu.map.regions));
}

/* Sorted, disjoint, no equal neighbours, as many pages as ever. */
static void check_map(void)
{
	const struct region *at = emu.map.regions;
	u32 i;

	FUZZ_CHECK(emu.map.count && emu.map.count <= REGION_MAX);
	for (i = 0; i < emu.map.count; i++, at++) {
		FUZZ_CHECK(at->pages && at->start % EFI_PAGE_SIZE == 0);
		if (!i)
			continue;
		FUZZ_CHECK(region_end(at - 1) <= at->start);
		FUZZ_CHECK(region_end(at - 1) < at->start ||
			   at->type != at[-1].type ||
			   at->attribute != at[-1].attribute);
	}
	FUZZ_CHECK(sum_pages() == boot_pages);
}

static void check_key(const struct before *before, bool transient)
{
	bool same = before->count == emu.map.count &&
		    !memcmp(before->regions, emu.map.regions,
			    emu.map.count * sizeof(*emu.map.regions));

	FUZZ_CHECK(before->key <= emu.map.key);
	FUZZ_CHECK(same || before->key != emu.map.key);
	FUZZ_CHECK(!same || transient || before->key == emu.map.key);
}

static bool is_payload(u64 address)
{
	return address - MACHINE_PAYLOAD < MACHINE_PAYLOAD_SIZE;
}

static void check_page(const struct region *region, u64 address, u8 at_boot)
{
	u32 protection = machine_protection(address);
	bool allocated = region->attribute & REGION_ALLOCATED;

	if (region->type == EFI_CONVENTIONAL_MEMORY)
		FUZZ_CHECK(protection == READ_WRITE);
	else if (!allocated && !is_payload(address))
		FUZZ_CHECK(protection == at_boot);
	if ((protection & WRITE_EXEC) == WRITE_EXEC)
		FUZZ_CHECK(allocated &&
			   (memory_protection(region->type, address) &
			    WRITE_EXEC) == WRITE_EXEC);
}

static void check_pages(void)
{
	static const u64 starts[] = { MACHINE_LOW, MACHINE_HIGH };
	u32 stretch, page;

	for (stretch = 0; stretch < 2; stretch++) {
		for (page = 0; page < MACHINE_PAGES; page++) {
			u64 address = starts[stretch] + page * EFI_PAGE_SIZE;
			const struct region *region =
				region_find(&emu.map, address);

			FUZZ_CHECK(region);
			check_page(region, address,
				   boot_protection[stretch][page]);
		}
	}
}

/* Number of links, all of which are objects that live where objects do. */
static u32 check_list(const struct list *head)
{
	const struct list *link, *previous = head;
	u32 count = 0;

	for (link = head->next; link && link != head; link = link->next) {
		FUZZ_CHECK(object_pages((u64)(uintptr_t)link, 1));
		FUZZ_CHECK(link->prev == previous && ++count < LIST_MAX);
		previous = link;
	}
	FUZZ_CHECK(!head->next || head->prev == previous);
	return count;
}

static void check_protocols(const struct handle *handle)
{
	struct list *link, *other;

	/* A handle goes with its last protocol. */
	FUZZ_CHECK(check_list(&handle->protocols));
	list_for_each(link, &handle->protocols) {
		struct protocol *protocol =
			list_object(link, struct protocol, link);

		FUZZ_CHECK(!protocol->doomed);
		FUZZ_CHECK(protocol->sequence <=
			   emu.protocols.handles.sequence);
		check_list(&protocol->opens);
		list_for_each(other, &protocol->opens)
			FUZZ_CHECK(
				list_object(other, struct open, link)->count);
		other = list_next(&handle->protocols, link);
		for (; other; other = list_next(&handle->protocols, other))
			FUZZ_CHECK(!guid_equal(
				&protocol->guid,
				&list_object(other, struct protocol, link)
					 ->guid));
	}
}

static void check_handles(void)
{
	struct handles *handles = &emu.protocols.handles;
	struct list *link;

	check_list(&handles->list);
	list_for_each(link, &handles->list)
		check_protocols(list_object(link, struct handle, link));
	check_list(&handles->notifies);
	list_for_each(link, &handles->notifies)
		FUZZ_CHECK(event_find(
			list_object(link, struct notify, link)->event));
	check_list(&emu.protocols.images.list);
}

/* Nothing waits that the current level lets through. */
static void check_events(void)
{
	struct events *events = &emu.protocols.events;
	u32 queued = 0;
	struct list *link;

	check_list(&events->list);
	list_for_each(link, &events->list)
		queued += list_object(link, struct event, link)->queued;
	FUZZ_CHECK(check_list(&events->pending) == queued);
	list_for_each(link, &events->pending) {
		struct event *event = list_object(link, struct event, pending);

		FUZZ_CHECK(event->queued && event_find(event));
		FUZZ_CHECK(event->notify_tpl <= events->tpl);
	}
	FUZZ_CHECK(events->tpl >= EFI_TPL_APPLICATION &&
		   events->tpl <= EFI_TPL_HIGH_LEVEL);
}

static void check_variables(void)
{
	const struct variables *variables = &emu.variables;

	FUZZ_CHECK(variables->overlay_used <= variables->overlay_size);
	FUZZ_CHECK(
		variables_check(variables->overlay, variables->overlay_used));
}

static void check_tables(void)
{
	struct efi_system_table copy = *emu.systab;
	u32 crc = copy.hdr.crc32, i, j;

	copy.hdr.crc32 = 0;
	FUZZ_CHECK(crc32(&copy, sizeof(copy)) == crc);
	FUZZ_CHECK(copy.number_of_table_entries == emu.table_count);
	FUZZ_CHECK(emu.table_count <= CONFIG_TABLES_MAX);
	for (i = 0; i < emu.table_count; i++)
		for (j = 0; j < i; j++)
			FUZZ_CHECK(!guid_equal(&emu.data->tables[i].guid,
					       &emu.data->tables[j].guid));
}

void invariants_check(const struct before *before, bool transient)
{
	check_map();
	check_key(before, transient);
	check_pages();
	check_handles();
	check_events();
	check_variables();
	check_tables();
}
