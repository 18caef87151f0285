// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine of the emulator's unit tests: emulator/arch.h, in a process.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <jump.h>

#include "machine.h"

struct machine machine;

static u8 *page_protection(u64 address)
{
	if (address - MACHINE_LOW < MACHINE_SIZE)
		return &machine.protection[0][(address - MACHINE_LOW) >>
					      EFI_PAGE_SHIFT];
	if (address - MACHINE_HIGH < MACHINE_SIZE)
		return &machine.protection[1][(address - MACHINE_HIGH) >>
					      EFI_PAGE_SHIFT];
	return NULL;
}

u32 machine_protection(u64 address)
{
	u8 *protection = page_protection(address);

	return protection ? *protection : 0;
}

void arch_console_byte(const struct handoff_console *console, u8 byte)
{
	if (console->type == HANDOFF_CONSOLE_NONE ||
	    machine.console_used + 1 >= sizeof(machine.console))
		return;
	machine.console[machine.console_used++] = (char)byte;
	machine.console[machine.console_used] = 0;
}

u64 arch_ticks(void)
{
	return machine.ticks;
}

void arch_pause(void)
{
	machine.ticks += MACHINE_PAUSE;
	if (machine.pauses_left && !--machine.pauses_left)
		arch_reset(&emu.handoff->reset);
}

void arch_reset(const struct handoff_reset *reset)
{
	(void)reset;
	machine.resets++;
	longjmp(machine.reset, 1);
}

bool arch_random(u64 *ret)
{
	*ret = 0x0123456789abcdefULL + machine.ticks++;
	return true;
}

void arch_mmu_start(void *pool, u64 pages, u64 flags)
{
	(void)pool;
	(void)pages;
	(void)flags;
	memset(machine.protection, 0, sizeof(machine.protection));
}

efi_status_t arch_mmu_map(u64 address, u64 size, u32 protection,
			  enum arch_memory memory)
{
	u64 at;

	(void)memory;
	if ((address | size) & (EFI_PAGE_SIZE - 1))
		return EFI_INVALID_PARAMETER;
	if (++machine.mmu_calls == machine.mmu_fail_at)
		return EFI_OUT_OF_RESOURCES;
	for (at = address; at < address + size; at += EFI_PAGE_SIZE) {
		if (page_protection(at))
			*page_protection(at) = (u8)protection;
	}
	return EFI_SUCCESS;
}

u64 arch_mmu_query(u64 address, u32 *ret_protection)
{
	*ret_protection = machine_protection(address);
	if (page_protection(address))
		return EFI_PAGE_SIZE - address % EFI_PAGE_SIZE;
	if (address < MACHINE_LOW)
		return MACHINE_LOW - address;
	if (address < MACHINE_HIGH)
		return MACHINE_HIGH - address;
	return 0 - address;
}

void arch_mmu_enable(void)
{
}

void arch_cache_sync(const void *start, u64 size)
{
	(void)start;
	machine.synced += size;
}

void arch_exceptions_start(void)
{
}

u64 arch_guard_page(unsigned int index)
{
	return index ? 0 : MACHINE_EMULATOR + 0x10000;
}

efi_status_t arch_call_image(u64 entry, efi_handle_t handle,
			     struct efi_system_table *systab,
			     struct arch_jump *jump)
{
	if (setjmp(jump->buffer))
		return jump->status;
	if (machine.entry)
		return machine.entry(handle, systab);
	return ((efi_image_entry_t)(uintptr_t)entry)(handle, systab);
}

void arch_leave_image(struct arch_jump *jump, efi_status_t status)
{
	jump->status = status;
	longjmp(jump->buffer, 1);
}

static void stretch(u64 address)
{
	void *at = mmap((void *)address, MACHINE_SIZE,
			PROT_READ | PROT_WRITE | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (at != (void *)address)
		abort();
	memset(at, 0xa5, MACHINE_SIZE);
}

void machine_start(void)
{
	struct emulator_header *header = (void *)MACHINE_EMULATOR;
	struct handoff *handoff = (void *)MACHINE_HANDOFF;

	memset(&machine, 0, sizeof(machine));
	memset(&emu, 0, sizeof(emu));
	stretch(MACHINE_LOW);
	stretch(MACHINE_HIGH);

	memset(header, 0, sizeof(*header));
	header->magic = EMULATOR_MAGIC;
	header->version = HANDOFF_VERSION;
	header->text_end = 0x8000;
	header->rodata_end = 0xa000;
	header->file_size = 0xb123;
	header->memory_end = 0x12000;
	header->pool_offset = 0x12000;
	header->pool_pages = 8;

	memset(handoff, 0, MACHINE_HANDOFF_SIZE);
	handoff->magic = HANDOFF_MAGIC;
	handoff->version = HANDOFF_VERSION;
	handoff->size = MACHINE_HANDOFF_SIZE;
	handoff->address = MACHINE_HANDOFF;
	handoff->timer_frequency = MACHINE_FREQUENCY;
	handoff->log_level = 1;
	handoff->console.type = HANDOFF_CONSOLE_8250_PORT;
	handoff->emulator.address = MACHINE_EMULATOR;
	handoff->emulator.size = MACHINE_EMULATOR_SIZE;
	handoff->payload.address = MACHINE_PAYLOAD;
	handoff->payload.size = MACHINE_PAYLOAD_SIZE;
	handoff->payload.entry = 0x1000;
	machine.blob = (u8 *)handoff;
	machine.blob_used = (sizeof(*handoff) + 7) & ~7U;
	emu.header = header;
	emu.handoff = handoff;
}

void machine_add(struct handoff_array *array, u32 count, const void *data,
		 u32 size)
{
	if (machine.blob_used + size > MACHINE_HANDOFF_SIZE)
		abort();
	if (array) {
		array->offset = machine.blob_used;
		array->count = count;
	}
	memcpy(machine.blob + machine.blob_used, data, size);
	machine.blob_used += (size + 7) & ~7U;
}

void machine_variable(const char *name, const struct efi_guid *guid,
		      u32 attributes, const void *data, u32 size)
{
	struct handoff *handoff = (void *)machine.blob;
	u32 name_size = 2 * ((u32)strlen(name) + 1), i;
	struct handoff_variable item = {
		.attributes = attributes,
		.name_size = name_size,
		.data_size = size,
	};
	u8 bytes[4096] = { 0 };

	item.item_size = ((u32)sizeof(item) + name_size + size + 7) & ~7U;
	memcpy(item.guid, guid, sizeof(item.guid));
	memcpy(bytes, &item, sizeof(item));
	for (i = 0; name[i]; i++)
		bytes[sizeof(item) + 2 * i] = (u8)name[i];
	memcpy(bytes + sizeof(item) + name_size, data, size);
	if (!handoff->variables.count)
		handoff->variables.offset = machine.blob_used;
	handoff->variables.count += item.item_size;
	machine_add(NULL, 0, bytes, item.item_size);
}

void machine_memory(void)
{
	const struct handoff_memory claims[] = {
		{ 0, 0x1000, EFI_CONVENTIONAL_MEMORY, 0, EFI_MEMORY_WB },
		{ MACHINE_LOW, MACHINE_SIZE, EFI_CONVENTIONAL_MEMORY, 0,
		  EFI_MEMORY_WB },
		{ MACHINE_HIGH, MACHINE_SIZE, EFI_CONVENTIONAL_MEMORY, 0,
		  EFI_MEMORY_WB },
		{ MACHINE_EMULATOR, MACHINE_EMULATOR_SIZE, EFI_LOADER_DATA, 0,
		  EFI_MEMORY_WB },
		{ MACHINE_HANDOFF, MACHINE_HANDOFF_SIZE, EFI_LOADER_DATA, 0,
		  EFI_MEMORY_WB },
		{ MACHINE_PAYLOAD, MACHINE_PAYLOAD_SIZE, EFI_LOADER_CODE, 0,
		  EFI_MEMORY_WB },
	};
	struct handoff *handoff = (void *)machine.blob;

	machine_add(&handoff->memory, ARRAY_SIZE(claims), claims,
		    sizeof(claims));
}

void machine_run(void)
{
	const struct handoff_array *memory = &emu.handoff->memory;

	if (EFI_ERROR(region_build(&emu.map, handoff_array(memory),
				   memory->count)))
		abort();
	memory_map_start();
	systab_start();
	variables_start();
	runtime_start();
	config_table_start();
	systab_seal();
}

efi_char16_t *machine_utf16(const char *ascii)
{
	static efi_char16_t buffers[8][256];
	static u32 turn;
	efi_char16_t *buffer = buffers[turn++ % 8];
	u32 i;

	for (i = 0; ascii[i] && i < 255; i++)
		buffer[i] = (u8)ascii[i];
	buffer[i] = 0;
	return buffer;
}
