// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * arch/x86/console.c, reset.c and random.c against a model of the registers.
 */
#include <arch/x86/cpu.h>
#include <arch/x86/mmu.h>
#include <kexec_pe/handoff.h>
#include <setjmp.h>
#include <stdlib.h>
#include <unit.h>

#define LOG_MAX 65536

/* What was written, in order. */
static struct {
	u64 address;
	u32 value;
	u8 width; /* 0: port */
} written[LOG_MAX];
static unsigned int writes;

static struct {
	u64 status_address; /* of the line status register */
	unsigned int busy; /* reads of it until there is room, ~0: for ever */
	unsigned int reads;
	unsigned int wrong_reads;
	u64 randoms[16];
	unsigned int random_at;
	u32 features_ecx;
} model;

static jmp_buf halted;

static u32 model_read(u64 address)
{
	if (address != model.status_address) {
		model.wrong_reads++;
		return 0;
	}
	model.reads++;
	if (model.busy == ~0U)
		return 0;
	if (model.busy) {
		model.busy--;
		return 0;
	}
	return 0x60;
}

static void model_write(u64 address, u32 value, u8 width)
{
	if (address == 0x80 || writes == LOG_MAX)
		return;
	written[writes].address = address;
	written[writes].value = value;
	written[writes++].width = width;
}

static bool model_random(u64 *ret)
{
	u64 value = model.randoms[model.random_at++ % 16];

	*ret = value;
	return value != 1; /* stands for carry clear */
}

static struct cpu_leaf model_id(u32 leaf)
{
	struct cpu_leaf ret = { 0 };

	if (leaf == CPU_LEAF_FEATURES)
		ret.ecx = model.features_ecx;
	return ret;
}

static void model_halt(void)
{
	longjmp(halted, 1);
}

#define cpu_in8(port) ((u8)model_read(port))
#define cpu_out8(port, value) model_write(port, value, 0)
#define cpu_read8(address) ((u8)model_read(address))
#define cpu_read32(address) model_read(address)
#define cpu_write8(address, value) model_write(address, value, 1)
#define cpu_write32(address, value) model_write(address, value, 4)
#define cpu_random(ret) model_random(ret)
#define cpu_id(leaf) model_id(leaf)
#define cpu_load_idt(table) ((void)(table))
#define cpu_breakpoint() ((void)0)
#define cpu_halt() model_halt()

static bool unreachable;

bool mmu_reach(u64 address)
{
	(void)address;
	return !unreachable;
}

#include <arch/x86/console.c>
#include <arch/x86/random.c>
#include <arch/x86/reset.c>

static void start(void)
{
	memset(&model, 0, sizeof(model));
	writes = 0;
}

static void expect_write(unsigned int at, u64 address, u32 value, u8 width)
{
	if (!EXPECT_TRUE(at < writes))
		return;
	EXPECT_EQ(written[at].address, address);
	EXPECT_EQ(written[at].value, value);
	EXPECT_EQ(written[at].width, width);
}

UNIT_TEST(port_waits_then_sends)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_8250_PORT,
					   .register_width = 1,
					   .address = 0x3f8 };

	start();
	model.status_address = 0x3fd;
	model.busy = 7;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(model.reads, 8);
	EXPECT_EQ(model.wrong_reads, 0);
	EXPECT_EQ(writes, 1);
	expect_write(0, 0x3f8, 'k', 0);
}

UNIT_TEST(memory_honours_shift_and_width)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_8250_MMIO,
					   .register_shift = 2,
					   .register_width = 4,
					   .address = 0xfe000000 };

	start();
	model.status_address = 0xfe000014;
	arch_console_byte(&console, 0xe2);
	expect_write(0, 0xfe000000, 0xe2, 4);
	console.register_width = 1;
	console.register_shift = 0;
	model.status_address = 0xfe000005;
	arch_console_byte(&console, 'x');
	expect_write(1, 0xfe000000, 'x', 1);
	EXPECT_EQ(model.wrong_reads, 0);
	/* Rather lost than a fault. */
	unreachable = true;
	arch_console_byte(&console, 'y');
	unreachable = false;
	EXPECT_EQ(writes, 2);
	EXPECT_EQ(model.reads, 2);
}

UNIT_TEST(a_dead_uart_loses_the_byte)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_8250_PORT,
					   .register_width = 1,
					   .address = 0x2f8 };

	start();
	model.status_address = 0x2fd;
	model.busy = ~0U;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(writes, 0);
	EXPECT_TRUE(model.reads > 1000);
	EXPECT_TRUE(model.reads < 1000000);
}

UNIT_TEST(other_consoles_are_left_alone)
{
	struct handoff_console console = { .type = HANDOFF_CONSOLE_NONE,
					   .address = 0x3f8 };

	start();
	arch_console_byte(&console, 'k');
	console.type = HANDOFF_CONSOLE_PL011;
	arch_console_byte(&console, 'k');
	EXPECT_EQ(writes, 0);
	EXPECT_EQ(model.reads + model.wrong_reads, 0);
}

static void run_reset(const struct handoff_reset *reset)
{
	if (!setjmp(halted))
		arch_reset(reset);
}

UNIT_TEST(reset_tries_all_means_best_first)
{
	struct handoff_reset reset = { .type = HANDOFF_RESET_PORT,
				       .value = 0xf1,
				       .address = 0x604 };

	start();
	run_reset(&reset);
	EXPECT_EQ(writes, 4);
	expect_write(0, 0x604, 0xf1, 0);
	expect_write(1, 0xcf9, 0x02, 0);
	expect_write(2, 0xcf9, 0x06, 0);
	expect_write(3, 0x64, 0xfe, 0);
	start();
	reset.type = HANDOFF_RESET_MMIO;
	reset.address = 0xfed00000;
	run_reset(&reset);
	expect_write(0, 0xfed00000, 0xf1, 1);
	expect_write(1, 0xcf9, 0x02, 0);
	start();
	reset.type = HANDOFF_RESET_DEFAULT;
	run_reset(&reset);
	EXPECT_EQ(writes, 3);
	expect_write(0, 0xcf9, 0x02, 0);
}

UNIT_TEST(random_only_where_the_processor_has_it)
{
	u64 value = 42;

	start();
	EXPECT_FALSE(arch_random(&value));
	EXPECT_EQ(value, 42);
	EXPECT_EQ(model.random_at, 0);
}

UNIT_TEST(random_tries_again_and_gives_up)
{
	u64 value = 42;
	unsigned int i;

	start();
	model.features_ecx = CPU_FEATURES_ECX_RDRAND;
	model.randoms[0] = 1; /* carry clear */
	model.randoms[1] = ~0ULL;
	model.randoms[2] = 0;
	model.randoms[3] = 0x123456789abcdef0;
	EXPECT_TRUE(arch_random(&value));
	EXPECT_EQ(value, 0x123456789abcdef0);
	for (i = 0; i < 16; i++)
		model.randoms[i] = ~0ULL;
	value = 42;
	EXPECT_FALSE(arch_random(&value));
	EXPECT_EQ(value, 42);
	EXPECT_EQ(model.random_at, 4 + 10);
}
