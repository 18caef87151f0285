// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events, timers and task priority levels.
 */
// sources: tests/unit/emulator/runtime_start.S tests/unit/emulator/machine.c
// sources: emulator/device_tree.c
// sources: emulator/config_table.c emulator/connect.c emulator/console.c
// sources: emulator/crc32.c emulator/device_path.c emulator/event_group.c
// sources: emulator/events.c emulator/exit_boot.c emulator/handles.c
// sources: emulator/image.c emulator/image_file.c emulator/image_payload.c
// sources: emulator/image_start.c emulator/install_multiple.c
// sources: emulator/locate.c emulator/main.c emulator/memory.c
// sources: emulator/object.c emulator/open_protocol.c emulator/page_table.c
// sources: emulator/panic.c emulator/pool.c emulator/print.c
// sources: emulator/protocol_notify.c emulator/protocols.c emulator/region.c
// sources: emulator/runtime_services.c emulator/systab.c emulator/text.c
// sources: emulator/time.c emulator/timer.c emulator/tpl.c emulator/trace.c
// sources: emulator/variables.c emulator/protocol/device_path_to_text.c
// sources: emulator/protocol/device_path_utilities.c
// sources: emulator/protocol/load_file2.c emulator/protocol/loaded_image.c
// sources: emulator/protocol/memory_attribute.c emulator/protocol/rng.c
// sources: emulator/protocol/text_input.c emulator/protocol/text_output.c
// sources: emulator/runtime/unsupported.c emulator/runtime/variables.c
// sources: emulator/runtime/virtual_map.c image/pe.c image/pe_layout.c
// sources: image/rule.c arch/host/sha256.c tests/unit/emulator/runtime_end.S
// flags: -lmbedcrypto

#include "machine.h"
#include "unit.h"

#define MS 10000ULL /* in units of 100 ns */

static char order[32]; /* names of notification functions as they ran */
static efi_tpl_t level; /* at which the last one ran */

static void boot(void)
{
	machine_start();
	machine_memory();
	machine_run();
	protocols_start();
	memset(order, 0, sizeof(order));
}

static void EFIAPI note(efi_event_t event, void *context)
{
	(void)event;
	level = emu.protocols.events.tpl;
	strncat(order, context, 1);
}

static efi_event_t make(u32 type, efi_tpl_t tpl, const char *name)
{
	efi_event_t event = NULL;

	EXPECT_EQ(bs_create_event(type, tpl, note, (void *)(uintptr_t)name,
				  &event),
		  EFI_SUCCESS);
	return event;
}

static efi_event_t make_in(const struct efi_guid *group, efi_tpl_t tpl,
			   const char *name)
{
	efi_event_t event = NULL;

	EXPECT_EQ(bs_create_event_ex(EFI_EVT_NOTIFY_SIGNAL, tpl, note, name,
				     group, &event),
		  EFI_SUCCESS);
	return event;
}

UNIT_TEST(plain_event)
{
	efi_event_t event;

	boot();
	EXPECT_EQ(bs_create_event(0, 0, NULL, NULL, &event), EFI_SUCCESS);
	EXPECT_EQ(bs_check_event(event), EFI_NOT_READY);
	EXPECT_EQ(bs_signal_event(event), EFI_SUCCESS);
	EXPECT_EQ(bs_signal_event(event), EFI_SUCCESS);
	EXPECT_EQ(bs_check_event(event), EFI_SUCCESS);
	EXPECT_EQ(bs_check_event(event), EFI_NOT_READY);
	EXPECT_EQ(bs_close_event(event), EFI_SUCCESS);
	EXPECT_EQ(bs_close_event(event), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_signal_event(event), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_check_event(event), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_set_timer(event, EFI_TIMER_RELATIVE, 0),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(create_event_refuses)
{
	const struct efi_guid group = EFI_EVENT_GROUP_READY_TO_BOOT;
	efi_event_t event;

	boot();
	EXPECT_EQ(bs_create_event(0, 0, NULL, NULL, NULL),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, NULL,
				  NULL, &event),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_APPLICATION,
				  note, NULL, &event),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_HIGH_LEVEL,
				  note, NULL, &event),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_create_event(EFI_EVT_NOTIFY_SIGNAL | EFI_EVT_NOTIFY_WAIT,
				  EFI_TPL_CALLBACK, note, NULL, &event),
		  EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_create_event(0x10, 0, NULL, NULL, &event),
		  EFI_INVALID_PARAMETER);
	/* A group of its own and the one that the type stands for. */
	EXPECT_EQ(bs_create_event_ex(EFI_EVT_SIGNAL_EXIT_BOOT_SERVICES,
				     EFI_TPL_CALLBACK, note, NULL, &group,
				     &event),
		  EFI_INVALID_PARAMETER);
}

UNIT_TEST(notification_runs_at_its_level)
{
	efi_event_t event;

	boot();
	event = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY, "a");
	EXPECT_EQ(bs_check_event(event), EFI_INVALID_PARAMETER);
	bs_signal_event(event);
	EXPECT_STR_EQ(order, "a");
	EXPECT_EQ(level, EFI_TPL_NOTIFY);
	bs_signal_event(event);
	EXPECT_STR_EQ(order, "aa");
	EXPECT_EQ(bs_raise_tpl(EFI_TPL_HIGH_LEVEL), EFI_TPL_APPLICATION);
	bs_restore_tpl(EFI_TPL_APPLICATION);
}

UNIT_TEST(highest_level_first_then_oldest)
{
	efi_event_t low1, low2, high1, high2;
	efi_tpl_t old;

	boot();
	low1 = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, "a");
	low2 = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, "b");
	high1 = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY, "C");
	high2 = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY, "D");
	old = bs_raise_tpl(EFI_TPL_HIGH_LEVEL);
	bs_signal_event(low2);
	bs_signal_event(high2);
	bs_signal_event(low1);
	bs_signal_event(high1);
	bs_signal_event(high2); /* is signalled already */
	EXPECT_STR_EQ(order, "");
	bs_restore_tpl(EFI_TPL_CALLBACK);
	EXPECT_STR_EQ(order, "DC");
	bs_restore_tpl(old);
	EXPECT_STR_EQ(order, "DCba");
}

UNIT_TEST(raised_level_holds_notifications_back)
{
	efi_event_t event;
	u64 index;

	boot();
	event = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, "a");
	bs_raise_tpl(EFI_TPL_CALLBACK);
	bs_signal_event(event);
	EXPECT_STR_EQ(order, "");
	EXPECT_EQ(bs_wait_for_event(1, &event, &index), EFI_UNSUPPORTED);
	bs_close_event(event); /* never to be heard of again */
	bs_restore_tpl(EFI_TPL_APPLICATION);
	EXPECT_STR_EQ(order, "");
}

static efi_event_t inner;

static void EFIAPI signal_inner(efi_event_t event, void *context)
{
	strncat(order, "(", 2);
	bs_signal_event(inner);
	strncat(order, ")", 2);
	(void)context;
	bs_close_event(event);
}

UNIT_TEST(notification_interrupts_lower_level_only)
{
	efi_event_t outer;

	boot();
	inner = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY, "i");
	bs_create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, signal_inner,
			NULL, &outer);
	bs_signal_event(outer);
	EXPECT_STR_EQ(order, "(i)");
	EXPECT_EQ(bs_signal_event(outer), EFI_INVALID_PARAMETER);

	bs_close_event(inner);
	inner = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, "j");
	bs_create_event(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, signal_inner,
			NULL, &outer);
	bs_signal_event(outer);
	EXPECT_STR_EQ(order, "(i)()j");
}

static void EFIAPI become_ready(efi_event_t event, void *context)
{
	u32 *left = context;

	if (!--*left)
		bs_signal_event(event);
}

UNIT_TEST(wait_function_is_asked)
{
	efi_event_t event;
	u32 left = 3;
	u64 index = 9;

	boot();
	bs_create_event(EFI_EVT_NOTIFY_WAIT, EFI_TPL_NOTIFY, become_ready,
			&left, &event);
	EXPECT_EQ(bs_check_event(event), EFI_NOT_READY);
	EXPECT_EQ(left, 2);
	EXPECT_EQ(bs_wait_for_event(1, &event, &index), EFI_SUCCESS);
	EXPECT_EQ(index, 0);
	EXPECT_EQ(left, 0);
}

UNIT_TEST(wait_for_event)
{
	efi_event_t events[2], signal;
	u64 index = 9;

	boot();
	signal = make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK, "a");
	bs_create_event(0, 0, NULL, NULL, &events[0]);
	bs_create_event(EFI_EVT_TIMER, 0, NULL, NULL, &events[1]);
	EXPECT_EQ(bs_wait_for_event(0, events, &index), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_set_timer(events[1], EFI_TIMER_RELATIVE, 50 * MS),
		  EFI_SUCCESS);
	machine.ticks = 0;
	EXPECT_EQ(bs_wait_for_event(2, events, &index), EFI_SUCCESS);
	EXPECT_EQ(index, 1);
	EXPECT_TRUE(machine.ticks >= 50000 && machine.ticks < 60000);
	bs_signal_event(events[0]);
	EXPECT_EQ(bs_wait_for_event(2, events, &index), EFI_SUCCESS);
	EXPECT_EQ(index, 0);
	events[0] = signal;
	index = 9;
	EXPECT_EQ(bs_wait_for_event(2, events, &index), EFI_INVALID_PARAMETER);
	EXPECT_EQ(index, 0);
}

UNIT_TEST(endless_wait_resets)
{
	efi_event_t key;
	u64 index;

	boot();
	key = emu.systab->con_in->wait_for_key;
	EXPECT_EQ(bs_check_event(key), EFI_NOT_READY);
	EXPECT_FALSE(MACHINE_SURVIVES(bs_wait_for_event(1, &key, &index)));
	EXPECT_TRUE(strstr(machine.console, "nothing can happen"));
}

UNIT_TEST(timers)
{
	efi_event_t once, often;

	boot();
	once = make(EFI_EVT_TIMER | EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK,
		    "1");
	often = make(EFI_EVT_TIMER | EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK,
		     "p");
	EXPECT_EQ(bs_set_timer(once, 3, 0), EFI_INVALID_PARAMETER);
	EXPECT_EQ(bs_set_timer(once, EFI_TIMER_RELATIVE, 25 * MS), EFI_SUCCESS);
	EXPECT_EQ(bs_set_timer(often, EFI_TIMER_PERIODIC, 10 * MS),
		  EFI_SUCCESS);
	machine.ticks += 9000;
	events_poll();
	EXPECT_STR_EQ(order, "");
	machine.ticks += 1000;
	events_poll();
	EXPECT_STR_EQ(order, "p");
	machine.ticks += 10000;
	bs_restore_tpl(EFI_TPL_APPLICATION);
	EXPECT_STR_EQ(order, "pp");
	machine.ticks += 10000;
	events_poll();
	EXPECT_STR_EQ(order, "pp1p");
	EXPECT_EQ(bs_set_timer(often, EFI_TIMER_CANCEL, 0), EFI_SUCCESS);
	machine.ticks += 100000;
	events_poll();
	EXPECT_STR_EQ(order, "pp1p");
	/* As far away as can be said, and not in the past. */
	EXPECT_EQ(bs_set_timer(once, EFI_TIMER_RELATIVE, ~0ULL), EFI_SUCCESS);
	events_poll();
	EXPECT_STR_EQ(order, "pp1p");
	/* 0: at the next tick of the clock. */
	EXPECT_EQ(bs_set_timer(once, EFI_TIMER_RELATIVE, 0), EFI_SUCCESS);
	machine.ticks += 10000;
	events_poll();
	EXPECT_STR_EQ(order, "pp1p1");
}

UNIT_TEST(timers_run_in_stall)
{
	efi_event_t often;

	boot();
	often = make(EFI_EVT_TIMER | EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK,
		     "p");
	bs_set_timer(often, EFI_TIMER_PERIODIC, 10 * MS);
	bs_stall(35000);
	EXPECT_STR_EQ(order, "ppp");
}

UNIT_TEST(group_is_signalled_as_one)
{
	const struct efi_guid group = EFI_EVENT_GROUP_READY_TO_BOOT;
	efi_event_t low, plain;

	boot();
	low = make_in(&group, EFI_TPL_CALLBACK, "a");
	make_in(&group, EFI_TPL_NOTIFY, "B");
	make(EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_NOTIFY, "x");
	EXPECT_EQ(bs_create_event_ex(0, 0, NULL, NULL, &group, &plain),
		  EFI_SUCCESS);
	bs_signal_event(low);
	EXPECT_STR_EQ(order, "Ba");
	EXPECT_EQ(bs_check_event(plain), EFI_SUCCESS);
}

/* UEFI 2.10, 7.5.8; a table that is not there is not removed. */
UNIT_TEST(a_configuration_table_is_a_group)
{
	const struct efi_guid group =
		EFI_GUID_INIT(0x12345678, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0);
	const struct efi_guid other =
		EFI_GUID_INIT(0x12345678, 1, 2, 4, 0, 0, 0, 0, 0, 0, 0);

	boot();
	make_in(&group, EFI_TPL_CALLBACK, "t");
	EXPECT_EQ(bs_install_configuration_table(&other, order), EFI_SUCCESS);
	EXPECT_EQ(bs_install_configuration_table(&group, NULL), EFI_NOT_FOUND);
	EXPECT_STR_EQ(order, "");
	EXPECT_EQ(bs_install_configuration_table(&group, order), EFI_SUCCESS);
	EXPECT_STR_EQ(order, "t");
	EXPECT_EQ(bs_install_configuration_table(&group, &level), EFI_SUCCESS);
	EXPECT_EQ(bs_install_configuration_table(&group, NULL), EFI_SUCCESS);
	EXPECT_STR_EQ(order, "ttt");
}

UNIT_TEST(memory_map_change)
{
	const struct efi_guid group = EFI_EVENT_GROUP_MEMORY_MAP_CHANGE;
	u64 address = 0;

	boot();
	make_in(&group, EFI_TPL_CALLBACK, "m");
	events_poll();
	memset(order, 0, sizeof(order));
	events_poll();
	EXPECT_STR_EQ(order, "");
	EXPECT_EQ(bs_allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, 1,
				    &address),
		  EFI_SUCCESS);
	events_poll();
	EXPECT_STR_EQ(order, "m");
}

UNIT_TEST(exit_boot_services_tells_everybody)
{
	const struct efi_guid before =
		EFI_EVENT_GROUP_BEFORE_EXIT_BOOT_SERVICES;
	const struct efi_guid exit = EFI_EVENT_GROUP_EXIT_BOOT_SERVICES;
	efi_event_t timer;

	boot();
	make(EFI_EVT_SIGNAL_EXIT_BOOT_SERVICES, EFI_TPL_CALLBACK, "e");
	make_in(&exit, EFI_TPL_NOTIFY, "E");
	make_in(&before, EFI_TPL_CALLBACK, "b");
	make(EFI_EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, EFI_TPL_NOTIFY, "v");
	timer = make(EFI_EVT_TIMER | EFI_EVT_NOTIFY_SIGNAL, EFI_TPL_CALLBACK,
		     "t");
	bs_set_timer(timer, EFI_TIMER_RELATIVE, 0);

	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key + 1),
		  EFI_INVALID_PARAMETER);
	EXPECT_STR_EQ(order, "b");
	/* Told once, however often the key is wrong (UEFI 2.10, 7.4.6). */
	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key + 1),
		  EFI_INVALID_PARAMETER);
	EXPECT_STR_EQ(order, "b");
	EXPECT_EQ(bs_exit_boot_services(NULL, emu.map.key), EFI_SUCCESS);
	EXPECT_STR_EQ(order, "bEe");
	machine.ticks += 1000000;
	events_poll();
	EXPECT_STR_EQ(order, "bEe");
}
