// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches, from inside of QEMU, whether the arm64 emulator and what it starts
 * keep the rules of caches that QEMU itself does not have: from the emulator's
 * first instruction until a kernel leaves the identity map.
 *
 *	-plugin coherency.so,out=FILE
 *
 * Every line of memory that is stored to has to pass, before it is executed,
 * through DC to the point of unification (or coherency), DSB, IC, DSB and ISB
 * (Arm ARM, B2.4.4). While the MMU or the data cache is off, the emulator may
 * store into its own segment only, and only to lines that it dropped from the
 * caches before (DC IVAC) and drops again before they go on. lines.c has these
 * rules, here is what the guest does.
 *
 * DC and IC name addresses in registers. They are taken as physical ones: every
 * map of that time is the identity, as each store is seen to confirm.
 *
 * FILE gets lines of a key and a value. One processor is watched, whose blocks
 * of DC ZVA have 64 bytes.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <kexec_pe/handoff.h>

#include "lines.h"
#include "qemu_plugin.h"

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* What instructions do, as far as it is of interest. */
enum action {
	ACTION_NONE,
	ACTION_DROP,
	ACTION_CLEAN,
	ACTION_ZERO,
	ACTION_INVALIDATE,
	ACTION_INVALIDATE_ALL,
	ACTION_DATA_BARRIER,
	ACTION_INSTRUCTION_BARRIER,
	ACTION_CONTROL, /* SCTLR_EL1 or SCTLR_EL2 is written */
	ACTION_COUNT
};

/* A64 instructions of the Arm ARM, C5 and C6; bits 0 to 4 are a register. */
static const struct {
	u32 mask, value;
	enum action action;
} instructions[] = {
	{ 0xffffffe0, 0xd5087620, ACTION_DROP }, /* DC IVAC */
	{ 0xffffffe0, 0xd50b7a20, ACTION_CLEAN }, /* DC CVAC */
	{ 0xffffffe0, 0xd50b7b20, ACTION_CLEAN }, /* DC CVAU */
	{ 0xffffffe0, 0xd50b7e20, ACTION_CLEAN }, /* DC CIVAC */
	{ 0xffffffe0, 0xd50b7420, ACTION_ZERO }, /* DC ZVA */
	{ 0xffffffe0, 0xd50b7520, ACTION_INVALIDATE }, /* IC IVAU */
	{ 0xffffffff, 0xd508751f, ACTION_INVALIDATE_ALL }, /* IC IALLU */
	{ 0xffffffff, 0xd508711f, ACTION_INVALIDATE_ALL }, /* IC IALLUIS */
	{ 0xfffff0ff, 0xd503309f, ACTION_DATA_BARRIER },
	{ 0xfffff0ff, 0xd50330df, ACTION_INSTRUCTION_BARRIER },
	{ 0xffffffe0, 0xd5181000, ACTION_CONTROL },
	{ 0xffffffe0, 0xd51c1000, ACTION_CONTROL },
};

/* MSR DAIFSET, #15: how the emulator begins, and many other functions. */
#define FIRST_INSTRUCTION 0xd5034fdf

#define SCTLR_M 0x1
#define SCTLR_C 0x4
#define REGISTER_ZERO 31

/* What a callback is told in the one word that QEMU keeps for it. */
#define REGISTER_SHIFT ADDRESS_BITS
#define ACTION_SHIFT (REGISTER_SHIFT + 5)
#define ADDRESS_MASK ((1ULL << ADDRESS_BITS) - 1)

static struct {
	const char *out;
	qemu_plugin_id_t id;
	bool done;
	struct qemu_plugin_register *registers[REGISTER_ZERO];
	struct g_array *buffer;
	u64 entry, start, end; /* the emulator's segment */
	u64 first; /* program counter where watching began */
	bool cached; /* MMU and data cache are on */
	u64 counts[ACTION_COUNT];
	u64 stores, blocks;
} watch;

static void report(const char *end)
{
	FILE *out = fopen(watch.out, "w");

	if (!out)
		return;
	fprintf(out, "end %s\nentry %#" PRIx64 "\nfirst %#" PRIx64 "\n", end,
		watch.entry, watch.first);
	fprintf(out, "segment %#" PRIx64 " %#" PRIx64 "\n", watch.start,
		watch.end);
	fprintf(out, "blocks %" PRIu64 "\nstores %" PRIu64 "\n", watch.blocks,
		watch.stores);
	fprintf(out, "drops %" PRIu64 "\ncleans %" PRIu64 "\n",
		watch.counts[ACTION_DROP], watch.counts[ACTION_CLEAN]);
	fprintf(out, "invalidations %" PRIu64 "\n",
		watch.counts[ACTION_INVALIDATE] +
			watch.counts[ACTION_INVALIDATE_ALL]);
	lines_report(out);
	fclose(out);
}

static void uninstalled(qemu_plugin_id_t id)
{
	(void)id;
}

/* The rest of the guest's life runs at full speed. */
static void finish(const char *end)
{
	if (watch.done)
		return;
	watch.done = true;
	report(end);
	qemu_plugin_uninstall(watch.id, uninstalled);
}

/* -- what the guest does ---------------------------------------------------- */

static void on_store(unsigned int cpu, u32 info, u64 address, void *user)
{
	struct qemu_plugin_hwaddr *where =
		qemu_plugin_get_hwaddr(info, address);
	u64 last = address + (1ULL << qemu_plugin_mem_size_shift(info)) - 1;
	u64 pc = (uintptr_t)user;

	(void)cpu;
	watch.stores++;
	if (qemu_plugin_hwaddr_is_io(where)) {
		lines_store_device(address, pc, watch.cached);
		return;
	}
	if (qemu_plugin_hwaddr_phys_addr(where) != address)
		lines_not_identity(address, pc);
	lines_store(address, pc, watch.cached);
	if (last / LINE_SIZE != address / LINE_SIZE)
		lines_store(last, pc, watch.cached);
}

/* user: a block's first address, and its length in the bits above. */
static void on_block(unsigned int cpu, void *user)
{
	u64 at = (uintptr_t)user & ADDRESS_MASK;
	u64 end = at + ((uintptr_t)user >> ADDRESS_BITS);

	(void)cpu;
	if (!watch.blocks++)
		watch.first = at;
	for (at -= at % LINE_SIZE; at < end; at += LINE_SIZE)
		lines_execute(at);
}

static void find_registers(void)
{
	struct g_array *list = qemu_plugin_get_registers();
	const struct qemu_plugin_reg_descriptor *item = list->data;
	unsigned int i, number;
	char rest;

	for (i = 0; i < list->length; i++) {
		if (sscanf(item[i].name, "x%u%c", &number, &rest) == 1 &&
		    number < REGISTER_ZERO)
			watch.registers[number] = item[i].handle;
	}
}

static u64 read_register(unsigned int number)
{
	u64 value;

	if (number == REGISTER_ZERO)
		return 0;
	g_byte_array_set_size(watch.buffer, 0);
	if (!watch.registers[number] ||
	    qemu_plugin_read_register(watch.registers[number], watch.buffer) !=
		    sizeof(value)) {
		fprintf(stderr, "coherency: x%u can't be read\n", number);
		abort();
	}
	memcpy(&value, watch.buffer->data, sizeof(value));
	return value;
}

/* Whoever turns the MMU off behind the emulator's back is a kernel. */
static void control_written(u64 value, u64 pc)
{
	bool cached = value & SCTLR_M && value & SCTLR_C;

	if (pc < watch.start || pc >= watch.end) {
		if (!cached)
			finish("kernel");
		return;
	}
	if (cached && !watch.cached)
		lines_caches_on();
	watch.cached = cached;
}

static void act(enum action action, u64 value, u64 pc)
{
	watch.counts[action]++;
	switch (action) {
	case ACTION_DROP:
		return lines_drop(value);
	case ACTION_CLEAN:
		return lines_clean(value);
	case ACTION_ZERO:
		return lines_store(value, pc, watch.cached);
	case ACTION_INVALIDATE:
		return lines_invalidate(value);
	case ACTION_INVALIDATE_ALL:
		return lines_invalidate_all();
	case ACTION_DATA_BARRIER:
		return lines_data_barrier();
	case ACTION_INSTRUCTION_BARRIER:
		return lines_instruction_barrier();
	case ACTION_CONTROL:
		return control_written(value, pc);
	default:
		return;
	}
}

/* user: the instruction's address, its register, what it does. */
static void on_instruction(unsigned int cpu, void *user)
{
	u64 packed = (uintptr_t)user;

	(void)cpu;
	act((enum action)(packed >> ACTION_SHIFT),
	    read_register(packed >> REGISTER_SHIFT & 31),
	    packed & ADDRESS_MASK);
}

static void on_kernel(unsigned int cpu, void *user)
{
	(void)cpu;
	(void)user;
	finish("kernel");
}

static enum action action_of(u32 word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(instructions); i++) {
		if ((word & instructions[i].mask) == instructions[i].value)
			return instructions[i].action;
	}
	return ACTION_NONE;
}

static u32 word_of(const struct qemu_plugin_insn *insn)
{
	u32 word = 0;

	qemu_plugin_insn_data(insn, &word, sizeof(word));
	return word;
}

static void watch_instruction(struct qemu_plugin_insn *insn)
{
	u64 pc = qemu_plugin_insn_vaddr(insn), packed;
	u32 word = word_of(insn);
	enum action action = action_of(word);

	qemu_plugin_register_vcpu_mem_cb(insn, on_store, QEMU_PLUGIN_CB_NO_REGS,
					 QEMU_PLUGIN_MEM_W,
					 (void *)(uintptr_t)pc);
	if (action == ACTION_NONE)
		return;
	packed = pc | (u64)(word & 31) << REGISTER_SHIFT |
		 (u64)action << ACTION_SHIFT;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction,
					       QEMU_PLUGIN_CB_R_REGS,
					       (void *)(uintptr_t)packed);
}

static void watch_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, count = qemu_plugin_tb_n_insns(tb);
	u64 at = qemu_plugin_tb_vaddr(tb);
	u64 packed = at | (u64)count * sizeof(u32) << ADDRESS_BITS;
	bool kernel = at >> ADDRESS_BITS;

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, kernel ? on_kernel : on_block,
					     QEMU_PLUGIN_CB_NO_REGS,
					     (void *)(uintptr_t)packed);
	for (i = 0; i < count && !kernel; i++)
		watch_instruction(qemu_plugin_tb_get_insn(tb, i));
}

/* -- until the emulator is entered ------------------------------------------ */

static void at_exit(qemu_plugin_id_t id, void *user)
{
	(void)id;
	(void)user;
	if (!watch.done)
		report(watch.entry ? "exit" : "never-entered");
}

static void begin(qemu_plugin_id_t id)
{
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, watch_block);
}

/*
 * Is that the emulator's entry? K1 leaves the MMU off. Blocks that were
 * translated before do not call this plugin: a reset has all translated anew,
 * from the next block on.
 */
static void on_candidate(unsigned int cpu, void *user)
{
	struct emulator_header header;
	u64 pc = (uintptr_t)user, at = pc & ~0xfffULL;

	(void)cpu;
	if (watch.entry ||
	    !qemu_plugin_read_memory_vaddr(at, watch.buffer, sizeof(header)))
		return;
	memcpy(&header, watch.buffer->data, sizeof(header));
	if (header.magic != EMULATOR_MAGIC || header.entry != pc - at)
		return;
	watch.entry = pc;
	watch.start = at;
	watch.end = at + header.pool_offset + header.pool_pages * 4096;
	lines_start(watch.start, watch.end);
	find_registers();
	qemu_plugin_reset(watch.id, begin);
}

static void search_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	u64 at = qemu_plugin_tb_vaddr(tb);

	(void)id;
	if (!(at >> ADDRESS_BITS) &&
	    word_of(qemu_plugin_tb_get_insn(tb, 0)) == FIRST_INSTRUCTION)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_candidate,
						     QEMU_PLUGIN_CB_R_REGS,
						     (void *)(uintptr_t)at);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count,
			char **arguments)
{
	(void)info;
	if (count != 1 || strncmp(arguments[0], "out=", 4)) {
		fprintf(stderr, "coherency: out=FILE is missing\n");
		return -1;
	}
	watch.out = strdup(arguments[0] + 4);
	watch.id = id;
	watch.buffer = g_byte_array_new();
	if (!watch.out)
		return -1;
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, search_block);
	return 0;
}
