// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * arch/arm64/console.c, reset.c, random.c and cache.c against a model of the
 * registers and of the instructions.
 */
#include <arch/arm64/cpu.h>
#include <arch/arm64/exception.h>
#include <arch/arm64/mmu.h>
#include <emulator/arch.h>
#include <kexec_pe/handoff.h>
#include <setjmp.h>
#include <stdlib.h>
#include <unit.h>

#define LOG_MAX 64

enum action {
	WRITE8,
	WRITE32,
	SMC,
	HVC,
	FIRMWARE,
	CLEAN,
	INVALIDATE,
	DSB,
	ISB
};

/* What was done, in order. */
static struct {
	enum action action;
	u64 address;
	u32 value;
} done[LOG_MAX];
static unsigned int count;

static struct {
	u64 status_address;
	u32 busy_value, ready_value;
	unsigned int busy; /* reads of it until there is room, ~0: for ever */
	unsigned int reads, wrong_reads;
	u8 width;
	bool el2, unreachable;
	u64 isar0, cache_type, vbar;
	unsigned int random_failures, random_asked;
} model;

static jmp_buf halted;

static void act(enum action action, u64 address, u32 value)
{
	if (count == LOG_MAX)
		return;
	done[count].action = action;
	done[count].address = address;
	done[count++].value = value;
}

static u32 model_read(u64 address, u8 width)
{
	if (address != model.status_address || width != model.width) {
		model.wrong_reads++;
		return model.ready_value;
	}
	model.reads++;
	if (!model.busy)
		return model.ready_value;
	if (model.busy != ~0U)
		model.busy--;
	return model.busy_value;
}

static bool model_random(u64 *ret)
{
	*ret = 0x123456789abcdef0;
	return model.random_asked++ >= model.random_failures;
}

const u8 exception_skip_vectors[1], exception_again_vectors[1];

static u64 model_call(enum action action, u64 function)
{
	act(action, function, 0);
	EXPECT_EQ(model.vbar, (u64)exception_skip_vectors);
	return ~0ULL; /* not supported */
}

#define cpu_read8(address) ((u8)model_read(address, 1))
#define cpu_read32(address) model_read(address, 4)
#define cpu_write8(address, value) act(WRITE8, address, value)
#define cpu_write32(address, value) act(WRITE32, address, value)
#define cpu_pause() ((void)0)
#define cpu_halt() longjmp(halted, 1)
#define cpu_at_el2() (model.el2)
#define cpu_smc(function) model_call(SMC, function)
#define cpu_hvc(function) model_call(HVC, function)
#define cpu_write_vbar(value) ((void)(model.vbar = (value)))
#define cpu_isar0() (model.isar0)
#define cpu_random(ret) model_random(ret)
#define cpu_cache_type() (model.cache_type)
#define cpu_clean_to_unification(address) act(CLEAN, address, 0)
#define cpu_invalidate_instructions(address) act(INVALIDATE, address, 0)
#define cpu_barrier_data() act(DSB, 0, 0)
#define cpu_barrier_instructions() act(ISB, 0, 0)

void emulator_firmware_reset(void)
{
	act(FIRMWARE, model.vbar, 0);
}

bool mmu_reach(u64 address)
{
	(void)address;
	return !model.unreachable;
}

#include <arch/arm64/cache.c>
#include <arch/arm64/console.c>
#include <arch/arm64/random.c>
#include <arch/arm64/reset.c>

static void start(void)
{
	memset(&model, 0, sizeof(model));
	count = 0;
}

static void expect(unsigned int at, enum action action, u64 address)
{
	if (!EXPECT_TRUE(at < count))
		return;
	EXPECT_EQ(done[at].action, action);
	EXPECT_EQ(done[at].address, address);
}

static void start_uart(u64 status_address, u8 width, u32 busy, u32 ready)
{
	start();
	model.status_address = status_address;
	model.width = width;
	model.busy_value = busy;
	model.ready_value = ready;
}

UNIT_TEST(pl011_waits_then_sends)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_PL011,
					   .register_width = 4,
					   .address = 0x09000000 };

	/* TXFF and RXFE; RXFE and TXFE */
	start_uart(0x09000018, 4, 0x30, 0x90);
	model.busy = 7;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(model.reads, 8);
	EXPECT_EQ(model.wrong_reads, 0);
	EXPECT_EQ(count, 1);
	expect(0, WRITE32, 0x09000000);
	EXPECT_EQ(done[0].value, 'k');
	/* Rather lost than a fault. */
	model.unreachable = true;
	arch_console_byte(&console, 'x');
	EXPECT_EQ(count, 1);
	EXPECT_EQ(model.reads, 8);
}

UNIT_TEST(memory_8250_honours_shift_and_width)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_8250_MMIO,
					   .register_shift = 2,
					   .register_width = 4,
					   .address = 0xfe000000 };

	start_uart(0xfe000014, 4, 0x00, 0x60);
	model.busy = 3;
	arch_console_byte(&console, 0xe2);
	EXPECT_EQ(model.reads, 4);
	expect(0, WRITE32, 0xfe000000);
	start_uart(0xfe000005, 1, 0x00, 0x20);
	console.register_width = 1;
	console.register_shift = 0;
	arch_console_byte(&console, 'x');
	expect(0, WRITE8, 0xfe000000);
	EXPECT_EQ(model.wrong_reads, 0);
}

UNIT_TEST(a_dead_uart_loses_the_byte)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_PL011,
					   .register_width = 4 };

	start_uart(0x18, 4, 0x20, 0);
	model.busy = ~0U;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(count, 0);
	EXPECT_TRUE(model.reads > 1000);
	EXPECT_TRUE(model.reads < 1000000);
	console.type = HANDOFF_CONSOLE_8250_PORT;
	model.reads = 0;
	arch_console_byte(&console, 'k');
	console.type = HANDOFF_CONSOLE_NONE;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(model.reads + model.wrong_reads + count, 0);
}

static void run_reset(u32 type, bool el2)
{
	struct handoff_reset reset = { .type = type,
				       .value = 0xf1,
				       .address = 0xfed00000 };

	start();
	model.el2 = el2;
	if (!setjmp(halted))
		arch_reset(&reset);
	expect(count - 1, FIRMWARE, (u64)exception_again_vectors);
}

UNIT_TEST(reset_tries_all_means_best_first)
{
	const u64 psci = 0x84000009;

	run_reset(HANDOFF_RESET_PSCI_SMC, false);
	EXPECT_EQ(count, 4);
	expect(0, SMC, psci);
	run_reset(HANDOFF_RESET_PSCI_HVC, false);
	expect(0, HVC, psci);
	expect(2, SMC, psci);
	run_reset(HANDOFF_RESET_MMIO, false);
	expect(0, WRITE8, 0xfed00000);
	EXPECT_EQ(done[0].value, 0xf1);
	expect(1, HVC, psci);
	run_reset(HANDOFF_RESET_DEFAULT, true);
	EXPECT_EQ(count, 2);
	expect(0, SMC, psci);
}

UNIT_TEST(random_asks_again_and_gives_up)
{
	u64 value = 42;

	start();
	EXPECT_FALSE(arch_random(&value));
	EXPECT_EQ(model.random_asked, 0);
	model.isar0 = 1ULL << 60;
	model.random_failures = 100;
	EXPECT_FALSE(arch_random(&value));
	EXPECT_EQ(value, 42);
	EXPECT_EQ(model.random_asked, 10);
	model.random_asked = 0;
	model.random_failures = 3;
	EXPECT_TRUE(arch_random(&value));
	EXPECT_EQ(value, 0x123456789abcdef0);
}

#define LINES_64_32 (4ULL << 16 | 3) /* data 64 bytes, instructions 32 */

UNIT_TEST(every_line_is_cleaned_then_invalidated)
{
	start();
	model.cache_type = LINES_64_32;
	arch_cache_sync((const void *)0x103f, 2);
	EXPECT_EQ(count, 2 + 1 + 2 + 1 + 1);
	expect(0, CLEAN, 0x1000);
	expect(1, CLEAN, 0x1040);
	expect(2, DSB, 0);
	expect(3, INVALIDATE, 0x1020);
	expect(4, INVALIDATE, 0x1040);
	expect(5, DSB, 0);
	expect(6, ISB, 0);
}

UNIT_TEST(coherent_caches_need_less)
{
	start();
	model.cache_type = LINES_64_32 | 1ULL << 28; /* IDC */
	arch_cache_sync((const void *)0x1000, 32);
	EXPECT_EQ(count, 1 + 1 + 1 + 1);
	expect(0, DSB, 0);
	expect(1, INVALIDATE, 0x1000);
	start();
	model.cache_type = LINES_64_32 | 3ULL << 28; /* and DIC */
	arch_cache_sync((const void *)0x1000, 4096);
	EXPECT_EQ(count, 2);
	expect(0, DSB, 0);
	expect(1, ISB, 0);
}
