// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The instructions that fault in a process but not in firmware (Intel SDM
 * volume 2). What only changes the machine is accepted and forgotten; what can
 * be read back is remembered.
 */
#include <string.h>

#include <arch/host/privileged.h>

#define CR0_AT_ENTRY 0x80010033ULL /* PG, WP, NE, ET, MP, PE */
#define CR4_AT_ENTRY 0x668ULL /* PAE, MCE, OSFXSR, OSXMMEXCPT */
#define CR4_LA57 BIT_ULL(12)
#define EFER_AT_ENTRY 0xd00ULL /* LME, LMA, NXE */

#define MSR_EFER 0xc0000080U
#define MSR_APIC_BASE 0x1bU
#define MSR_APIC_BASE_AT_ENTRY 0xfee00900ULL
#define MSR_PAT 0x277U
#define MSR_PAT_AT_ENTRY 0x0007040600070406ULL

#define REX_W BIT(3)
#define REX_R BIT(2)
#define REX_X BIT(1)
#define REX_B BIT(0)

#define NO_REGISTER 16

struct decode {
	struct privileged_cpu *cpu;
	struct host_registers *registers;
	const u8 *code;
	u32 size;
	u32 at; /* next byte */
	bool short_read; /* the instruction goes on where nothing is */
	bool word; /* prefix 66 */
	u8 rex;
	/* ModRM */
	u32 mod, reg, rm;
	u64 address; /* of the operand in memory, if mod is not 3 */
	const char *name;
};

void privileged_reset(struct privileged_cpu *cpu, bool la57)
{
	memset(cpu->control, 0, sizeof(cpu->control));
	memset(cpu->debug, 0, sizeof(cpu->debug));
	cpu->control[0] = CR0_AT_ENTRY;
	cpu->control[4] = CR4_AT_ENTRY | (la57 ? CR4_LA57 : 0);
	cpu->efer = EFER_AT_ENTRY;
	cpu->gdt_base = 0;
	cpu->idt_base = 0;
	cpu->gdt_limit = 0;
	cpu->idt_limit = 0;
	cpu->ldt = 0;
	cpu->task = 0;
}

static u8 next(struct decode *d)
{
	if (d->at >= d->size) {
		d->short_read = true;
		return 0;
	}
	return d->code[d->at++];
}

static u32 next_u32(struct decode *d)
{
	u32 value = next(d);

	value |= (u32)next(d) << 8;
	value |= (u32)next(d) << 16;
	return value | (u32)next(d) << 24;
}

/* Of no meaning here; FS and GS have bases, which nobody here has set. */
static bool is_ignored(u8 byte)
{
	return byte == 0xf2 || byte == 0xf3 || byte == 0x26 || byte == 0x2e ||
	       byte == 0x36 || byte == 0x3e || byte == 0x64 || byte == 0x65;
}

/* Reads prefixes; returns the first byte of the opcode. */
static u8 prefixes(struct decode *d)
{
	for (;;) {
		u8 byte = next(d);

		if (d->short_read)
			return 0;
		if (byte == 0x66) {
			d->word = true;
		} else if ((byte & 0xf0) == 0x40) {
			d->rex = byte & 0xf;
			return next(d);
		} else if (!is_ignored(byte)) {
			return byte;
		}
	}
}

static u64 scaled_index(struct decode *d, u8 sib)
{
	u32 index = (sib >> 3 & 7) | (d->rex & REX_X ? 8 : 0);

	/* RSP is no index. */
	return index == HOST_RSP ? 0 :
				   d->registers->general[index] << (sib >> 6);
}

/* Base register of the operand, NO_REGISTER without; adds index and sizes. */
static u32 base_of(struct decode *d, u64 *ret_index, bool *ret_relative)
{
	u32 base = d->rm;
	u8 sib;

	*ret_index = 0;
	*ret_relative = false;
	if (base == HOST_RSP) {
		sib = next(d);
		*ret_index = scaled_index(d, sib);
		base = sib & 7;
		if (base == HOST_RBP && !d->mod)
			return NO_REGISTER;
	} else if (base == HOST_RBP && !d->mod) {
		*ret_relative = true;
		return NO_REGISTER;
	}
	return base | (d->rex & REX_B ? 8 : 0);
}

/* Intel SDM volume 2, 2.1.5 and 2.2.1. No immediates follow here. */
static void modrm(struct decode *d)
{
	u8 byte = next(d);
	bool relative;
	u64 index;
	u32 base;

	d->mod = byte >> 6;
	d->reg = byte >> 3 & 7;
	d->rm = byte & 7;
	if (d->mod == 3)
		return;
	base = base_of(d, &index, &relative);
	d->address = index;
	if (base != NO_REGISTER)
		d->address += d->registers->general[base];
	if (d->mod == 1)
		d->address += (u64)(s64)(s8)next(d);
	else if (d->mod == 2 || base == NO_REGISTER)
		d->address += (u64)(s64)(s32)next_u32(d);
	if (relative)
		d->address += d->registers->pc + d->at;
}

/* Moves to and from control registers ignore mod (Intel SDM volume 2). */
static void modrm_register(struct decode *d)
{
	u8 byte = next(d);

	d->mod = 3;
	d->reg = byte >> 3 & 7;
	d->rm = byte & 7;
}

static u64 *rm_register(struct decode *d)
{
	return &d->registers->general[d->rm | (d->rex & REX_B ? 8 : 0)];
}

static enum privileged_result done(struct decode *d, const char *name)
{
	d->name = name;
	return d->short_read ? PRIVILEGED_NO : PRIVILEGED_DONE;
}

/* Writes the low bytes of AL, AX or EAX as an instruction of that width. */
static void set_accumulator(struct host_registers *registers, u32 value,
			    u32 width)
{
	u64 *rax = &registers->general[HOST_RAX];

	if (width == 1)
		*rax = (*rax & ~0xffULL) | (value & 0xff);
	else if (width == 2)
		*rax = (*rax & ~0xffffULL) | (value & 0xffff);
	else
		*rax = value;
}

/* E4-E7, EC-EF: bit 0 is the width, bit 1 the direction, bit 3 DX. */
static enum privileged_result port(struct decode *d, u8 opcode)
{
	u32 width = !(opcode & 1) ? 1 : d->word ? 2 : 4;
	u64 *general = d->registers->general;
	u16 number = opcode & 8 ? (u16)general[HOST_RDX] : next(d);

	if (d->short_read)
		return PRIVILEGED_NO;
	if (opcode & 2) {
		d->cpu->port_out(number, (u32)general[HOST_RAX], width);
		return done(d, "out");
	}
	set_accumulator(d->registers, d->cpu->port_in(number, width), width);
	return done(d, "in");
}

static enum privileged_result control(struct decode *d, u8 opcode)
{
	u32 number = d->reg | (d->rex & REX_R ? 8 : 0);
	u64 *value = rm_register(d);

	if (d->short_read || number == 1 || (number > 4 && number != 8))
		return PRIVILEGED_NO;
	if (opcode == 0x20)
		*value = d->cpu->control[number];
	else
		d->cpu->control[number] = *value;
	return done(d, "mov cr");
}

static enum privileged_result debug(struct decode *d, u8 opcode)
{
	u64 *value = rm_register(d);

	if (d->short_read || d->rex & REX_R)
		return PRIVILEGED_NO;
	if (opcode == 0x21)
		*value = d->cpu->debug[d->reg];
	else
		d->cpu->debug[d->reg] = *value;
	return done(d, "mov dr");
}

static u64 read_msr(const struct privileged_cpu *cpu, u32 number)
{
	switch (number) {
	case MSR_EFER:
		return cpu->efer;
	case MSR_APIC_BASE:
		return MSR_APIC_BASE_AT_ENTRY;
	case MSR_PAT:
		return MSR_PAT_AT_ENTRY;
	default:
		return 0;
	}
}

static enum privileged_result msr(struct decode *d, bool write)
{
	u64 *general = d->registers->general;
	u32 number = (u32)general[HOST_RCX];
	u64 value = (u32)general[HOST_RAX] | general[HOST_RDX] << 32;

	if (write) {
		if (number == MSR_EFER)
			d->cpu->efer = value;
		return done(d, "wrmsr");
	}
	value = read_msr(d->cpu, number);
	general[HOST_RAX] = (u32)value;
	general[HOST_RDX] = value >> 32;
	return done(d, "rdmsr");
}

static enum privileged_result store(struct decode *d, const void *data,
				    u32 size, const char *name)
{
	if (d->short_read || !d->cpu->store(d->address, data, size))
		return PRIVILEGED_NO;
	return done(d, name);
}

/* A selector or the status word, into memory or a register. */
static enum privileged_result store_word(struct decode *d, u16 value,
					 const char *name)
{
	if (d->mod != 3)
		return store(d, &value, sizeof(value), name);
	*rm_register(d) = value;
	return done(d, name);
}

static enum privileged_result store_table(struct decode *d, u16 limit, u64 base,
					  const char *name)
{
	u8 bytes[10];

	memcpy(bytes, &limit, sizeof(limit));
	memcpy(bytes + sizeof(limit), &base, sizeof(base));
	return store(d, bytes, sizeof(bytes), name);
}

/* 0F 00 */
static enum privileged_result group_6(struct decode *d)
{
	switch (d->reg) {
	case 0:
		return store_word(d, d->cpu->ldt, "sldt");
	case 1:
		return store_word(d, d->cpu->task, "str");
	case 2:
		return done(d, "lldt");
	case 3:
		return done(d, "ltr");
	default:
		return PRIVILEGED_NO;
	}
}

/* 0F 01 with a register operand: instructions of their own. */
static enum privileged_result group_7_register(struct decode *d)
{
	switch (d->reg << 3 | d->rm) {
	case 0x0a:
		return done(d, "clac");
	case 0x0b:
		return done(d, "stac");
	case 0x11:
		return done(d, "xsetbv");
	case 0x38:
		return done(d, "swapgs");
	default:
		break;
	}
	if (d->reg == 4)
		return store_word(d, (u16)d->cpu->control[0], "smsw");
	return d->reg == 6 ? done(d, "lmsw") : PRIVILEGED_NO;
}

/* 0F 01 with an operand in memory */
static enum privileged_result group_7(struct decode *d)
{
	switch (d->reg) {
	case 0:
		return store_table(d, d->cpu->gdt_limit, d->cpu->gdt_base,
				   "sgdt");
	case 1:
		return store_table(d, d->cpu->idt_limit, d->cpu->idt_base,
				   "sidt");
	case 2:
		return done(d, "lgdt");
	case 3:
		return done(d, "lidt");
	case 4:
		return store_word(d, (u16)d->cpu->control[0], "smsw");
	case 6:
		return done(d, "lmsw");
	case 7:
		return done(d, "invlpg");
	default:
		return PRIVILEGED_NO;
	}
}

static enum privileged_result two_bytes(struct decode *d)
{
	u8 opcode = next(d);

	switch (opcode) {
	case 0x00:
		modrm(d);
		return group_6(d);
	case 0x01:
		modrm(d);
		return d->mod == 3 ? group_7_register(d) : group_7(d);
	case 0x06:
		return done(d, "clts");
	case 0x08:
		return done(d, "invd");
	case 0x09:
		return done(d, "wbinvd");
	case 0x20:
	case 0x22:
		modrm_register(d);
		return control(d, opcode);
	case 0x21:
	case 0x23:
		modrm_register(d);
		return debug(d, opcode);
	case 0x30:
		return msr(d, true);
	case 0x32:
		return msr(d, false);
	default:
		return PRIVILEGED_NO;
	}
}

static enum privileged_result one(struct decode *d)
{
	u8 opcode = prefixes(d);

	switch (opcode) {
	case 0x0f:
		return two_bytes(d);
	case 0xe4 ... 0xe7:
	case 0xec ... 0xef:
		return port(d, opcode);
	case 0xf4:
		done(d, "hlt");
		return PRIVILEGED_HALT;
	case 0xfa:
		return done(d, "cli");
	case 0xfb:
		return done(d, "sti");
	default:
		return PRIVILEGED_NO;
	}
}

enum privileged_result privileged_emulate(struct privileged_cpu *cpu,
					  const u8 *code, u32 size,
					  struct host_registers *registers,
					  const char **ret_name)
{
	struct host_registers changed = *registers;
	struct decode d = {
		.cpu = cpu,
		.registers = &changed,
		.code = code,
		.size = size < PRIVILEGED_CODE ? size : PRIVILEGED_CODE,
	};
	enum privileged_result result = one(&d);

	if (result == PRIVILEGED_NO || d.short_read)
		return PRIVILEGED_NO;
	changed.pc += d.at;
	*registers = changed;
	*ret_name = d.name;
	return result;
}
