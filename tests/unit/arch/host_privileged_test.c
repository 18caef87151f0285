// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoding and emulation of privileged instructions, byte by byte; no fault is
 * taken.
 */
// sources: arch/host/privileged.c
#include <string.h>

#include <arch/host/privileged.h>

#include <unit.h>

static struct {
	u64 address;
	u8 data[16];
	u32 size;
	bool refuse;
	u16 port;
	u32 value;
	u32 width;
} seen;

static bool store(u64 address, const void *data, u32 size)
{
	if (seen.refuse)
		return false;
	seen.address = address;
	seen.size = size;
	memcpy(seen.data, data, size);
	return true;
}

static u32 port_in(u16 port, u32 width)
{
	seen.port = port;
	seen.width = width;
	return 0xa1b2c3d4;
}

static void port_out(u16 port, u32 value, u32 width)
{
	seen.port = port;
	seen.value = value;
	seen.width = width;
}

static struct privileged_cpu cpu = {
	.store = store,
	.port_in = port_in,
	.port_out = port_out,
};

static struct host_registers registers;
static const char *name;

static void reset(void)
{
	unsigned int i;

	memset(&seen, 0, sizeof(seen));
	privileged_reset(&cpu, false);
	for (i = 0; i < 16; i++)
		registers.general[i] = 0x1000 * (i + 1);
	registers.pc = 0x400000;
	name = NULL;
}

static enum privileged_result run(const char *code, u32 size)
{
	return privileged_emulate(&cpu, (const u8 *)code, size, &registers,
				  &name);
}

#define RUN(code) run(code, sizeof(code) - 1)

static u64 length(void)
{
	return registers.pc - 0x400000;
}

/* All that has no operand and nothing to remember. */
UNIT_TEST(plain)
{
	static const struct {
		const char *code;
		u32 size;
		const char *name;
	} table[] = {
		{ "\xfa", 1, "cli" },
		{ "\xfb", 1, "sti" },
		{ "\x0f\x06", 2, "clts" },
		{ "\x0f\x08", 2, "invd" },
		{ "\x0f\x09", 2, "wbinvd" },
		{ "\x0f\x01\xf8", 3, "swapgs" },
		{ "\x0f\x01\xd1", 3, "xsetbv" },
		{ "\x0f\x01\xca", 3, "clac" },
		{ "\x0f\x01\xcb", 3, "stac" },
		{ "\x0f\x01\x38", 3, "invlpg" }, /* (%rax) */
		{ "\x0f\x01\x7c\x24\x08", 5, "invlpg" }, /* 8(%rsp) */
		{ "\x0f\x01\xb8\x00\x01\x00\x00", 7, "invlpg" },
		{ "\x0f\x01\x3d\x00\x01\x00\x00", 7, "invlpg" },
		{ "\x0f\x01\x3c\x25\x00\x01\x00\x00", 8, "invlpg" },
		{ "\x41\x0f\x01\x3c\x24", 5, "invlpg" }, /* (%r12) */
		{ "\x0f\x01\x10", 3, "lgdt" },
		{ "\x0f\x01\x18", 3, "lidt" },
		{ "\x0f\x00\xd0", 3, "lldt" },
		{ "\x0f\x00\xd8", 3, "ltr" },
		{ "\x0f\x01\xf0", 3, "lmsw" },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		reset();
		EXPECT_EQ(run(table[i].code, table[i].size), PRIVILEGED_DONE);
		EXPECT_EQ(length(), table[i].size);
		EXPECT_STR_EQ(name, table[i].name);
		/* One byte less is no instruction, and changes nothing. */
		reset();
		EXPECT_EQ(run(table[i].code, table[i].size - 1), PRIVILEGED_NO);
		EXPECT_EQ(length(), 0);
	}
}

UNIT_TEST(others)
{
	reset();
	EXPECT_EQ(RUN(""), PRIVILEGED_NO);
	EXPECT_EQ(RUN("\x90"), PRIVILEGED_NO);
	EXPECT_EQ(RUN("\xcc"), PRIVILEGED_NO);
	EXPECT_EQ(RUN("\x48\x8b\x00"), PRIVILEGED_NO); /* mov (%rax), %rax */
	EXPECT_EQ(RUN("\x0f\x0b"), PRIVILEGED_NO); /* ud2 */
	EXPECT_EQ(RUN("\x0f\x05"), PRIVILEGED_NO); /* syscall */
	EXPECT_EQ(RUN("\x0f\x20\xc8"), PRIVILEGED_NO); /* there is no CR1 */
	EXPECT_EQ(RUN("\x0f\x20\xe8"), PRIVILEGED_NO); /* nor CR5 */
	EXPECT_EQ(RUN("\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66"
		      "\x66\x66\xfa"),
		  PRIVILEGED_NO); /* 16 bytes */
	EXPECT_EQ(length(), 0);
	EXPECT_FALSE(name);
	EXPECT_EQ(RUN("\xf4"), PRIVILEGED_HALT);
	EXPECT_EQ(length(), 1);
}

UNIT_TEST(control)
{
	reset();
	EXPECT_EQ(RUN("\x0f\x20\xc3"), PRIVILEGED_DONE); /* %cr0, %rbx */
	EXPECT_EQ(registers.general[HOST_RBX], 0x80010033);
	EXPECT_EQ(RUN("\x41\x0f\x22\xd1"), PRIVILEGED_DONE); /* %r9, %cr2 */
	EXPECT_EQ(cpu.control[2], 0xa000);
	EXPECT_EQ(RUN("\x44\x0f\x20\xc0"), PRIVILEGED_DONE); /* %cr8, %rax */
	EXPECT_EQ(registers.general[HOST_RAX], 0);
	/* The mod field says nothing: no displacement follows. */
	registers.pc = 0x400000;
	EXPECT_EQ(RUN("\x0f\x20\x43"), PRIVILEGED_DONE);
	EXPECT_EQ(length(), 3);
	EXPECT_EQ(RUN("\x0f\x23\xf9"), PRIVILEGED_DONE); /* %rcx, %db7 */
	EXPECT_EQ(cpu.debug[7], 0x2000);
	EXPECT_EQ(RUN("\x0f\x21\xfa"), PRIVILEGED_DONE); /* %db7, %rdx */
	EXPECT_EQ(registers.general[HOST_RDX], 0x2000);
	privileged_reset(&cpu, true);
	EXPECT_TRUE(cpu.control[4] & BIT(12));
	privileged_reset(&cpu, false);
	EXPECT_FALSE((cpu.control[4] & BIT(12)));
}

UNIT_TEST(msr)
{
	reset();
	registers.general[HOST_RCX] = 0xc0000080;
	EXPECT_EQ(RUN("\x0f\x32"), PRIVILEGED_DONE);
	EXPECT_EQ(registers.general[HOST_RAX], 0xd00);
	EXPECT_EQ(registers.general[HOST_RDX], 0);
	registers.general[HOST_RAX] = 0xffffffff00000500;
	registers.general[HOST_RDX] = 1;
	EXPECT_EQ(RUN("\x0f\x30"), PRIVILEGED_DONE);
	EXPECT_EQ(cpu.efer, 0x100000500);
	registers.general[HOST_RCX] = 0x12345;
	EXPECT_EQ(RUN("\x0f\x32"), PRIVILEGED_DONE);
	EXPECT_EQ(registers.general[HOST_RAX], 0);
}

UNIT_TEST(ports)
{
	reset();
	registers.general[HOST_RAX] = 0x1122334455667788;
	registers.general[HOST_RDX] = 0xffff03f8;
	EXPECT_EQ(RUN("\xec"), PRIVILEGED_DONE); /* inb (%dx), %al */
	EXPECT_EQ(registers.general[HOST_RAX], 0x11223344556677d4);
	EXPECT_EQ(seen.port, 0x3f8);
	EXPECT_EQ(seen.width, 1);
	EXPECT_EQ(RUN("\x66\xed"), PRIVILEGED_DONE); /* inw */
	EXPECT_EQ(registers.general[HOST_RAX], 0x112233445566c3d4);
	EXPECT_EQ(seen.width, 2);
	EXPECT_EQ(RUN("\xed"), PRIVILEGED_DONE); /* inl clears the rest */
	EXPECT_EQ(registers.general[HOST_RAX], 0xa1b2c3d4);
	EXPECT_EQ(RUN("\xe6\x80"), PRIVILEGED_DONE); /* outb %al, $0x80 */
	EXPECT_EQ(seen.port, 0x80);
	EXPECT_EQ(seen.width, 1);
	EXPECT_EQ(RUN("\xef"), PRIVILEGED_DONE); /* outl */
	EXPECT_EQ(seen.value, 0xa1b2c3d4);
	EXPECT_EQ(seen.width, 4);
	EXPECT_EQ(RUN("\xe4"), PRIVILEGED_NO);
}

/* Where SGDT stores, for each form of an address. */
UNIT_TEST(addresses)
{
	static const struct {
		const char *code;
		u32 size;
		u64 address;
	} table[] = {
		{ "\x0f\x01\x00", 3, 0x1000 }, /* (%rax) */
		{ "\x0f\x01\x40\xf8", 4, 0xff8 }, /* -8(%rax) */
		{ "\x0f\x01\x80\x00\x01\x00\x00", 7, 0x1100 },
		{ "\x41\x0f\x01\x00", 4, 0x9000 }, /* (%r8) */
		{ "\x0f\x01\x04\x24", 4, 0x5000 }, /* (%rsp) */
		{ "\x0f\x01\x04\xc8", 4, 0x11000 }, /* (%rax,%rcx,8) */
		{ "\x42\x0f\x01\x04\xa0", 5, 0x35000 }, /* (%rax,%r12,4) */
		{ "\x0f\x01\x04\x25\x78\x56\x34\x12", 8, 0x12345678 },
		{ "\x0f\x01\x05\x10\x00\x00\x00", 7, 0x400017 }, /* %rip */
		{ "\x0f\x01\x45\x00", 4, 0x6000 }, /* 0(%rbp) */
		{ "\x41\x0f\x01\x45\x00", 5, 0xe000 }, /* 0(%r13) */
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		reset();
		EXPECT_EQ(run(table[i].code, table[i].size), PRIVILEGED_DONE);
		EXPECT_EQ(seen.address, table[i].address);
		EXPECT_EQ(seen.size, 10);
		EXPECT_EQ(length(), table[i].size);
		reset();
		seen.refuse = true;
		EXPECT_EQ(run(table[i].code, table[i].size), PRIVILEGED_NO);
		EXPECT_EQ(length(), 0);
	}
}
