// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the payload leaves behind: memory map, configuration tables, variables.
 */
#include <string.h>

#include <arch/host/child.h>

/* As GetMemoryMap merges them. */
static bool looks_alike(const struct region *a, const struct region *b)
{
	return region_end(a) == b->start && a->type == b->type &&
	       !((a->attribute ^ b->attribute) & ~REGION_ALLOCATED);
}

void state_memory(void)
{
	static struct efi_memory_descriptor map[REGION_MAX];
	u32 i, count = 0;

	/* After a wild store the map may be anything. */
	for (i = 0; i < emu.map.count && i < REGION_MAX; i++) {
		const struct region *region = &emu.map.regions[i];

		if (i && looks_alike(region - 1, region)) {
			map[count - 1].number_of_pages += region->pages;
			continue;
		}
		memset(&map[count], 0, sizeof(map[count]));
		map[count].type = region->type;
		map[count].physical_start = region->start;
		map[count].number_of_pages = region->pages;
		map[count].attribute = region->attribute & ~REGION_ALLOCATED;
		count++;
	}
	tell(RECORD_MEMORY, map, count * sizeof(*map), NULL, 0);
}

static void state_tables(void)
{
	struct host_table tables[CONFIG_TABLES_MAX];
	u32 i;

	for (i = 0; i < emu.table_count && i < CONFIG_TABLES_MAX; i++) {
		tables[i].guid = emu.data->tables[i].guid;
		tables[i].address = (u64)(uintptr_t)emu.data->tables[i].table;
	}
	tell(RECORD_TABLES, tables, i * sizeof(*tables), NULL, 0);
}

/* Names beyond ASCII are rare and shown as '?'. */
static void ascii_name(const u8 *name, u32 size, char *ret)
{
	u32 i;

	for (i = 0; i + 1 < HOST_TEXT && 2 * i + 1 < size; i++) {
		u16 code = (u16)(name[2 * i] | name[2 * i + 1] << 8);

		if (!code)
			break;
		ret[i] = code >= ' ' && code <= '~' ? (char)code : '?';
	}
	ret[i] = 0;
}

static void state_variables(void)
{
	const struct variables *variables = &emu.variables;
	u32 offset = 0;

	while (offset < variables->overlay_used) {
		const struct handoff_variable *item =
			(const void *)(variables->overlay + offset);
		const u8 *name = (const u8 *)(item + 1);
		struct host_variable told = {
			.attributes = item->attributes,
			.data_size = item->data_size,
		};

		if (!item->item_size ||
		    item->item_size > variables->overlay_used - offset)
			return;
		memcpy(&told.guid, item->guid, sizeof(told.guid));
		ascii_name(name, item->name_size, told.name);
		tell(RECORD_VARIABLE, &told, sizeof(told),
		     name + item->name_size, item->data_size);
		offset += item->item_size;
	}
}

void state_all(void)
{
	state_memory();
	state_tables();
	state_variables();
}
