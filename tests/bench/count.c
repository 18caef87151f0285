// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A QEMU TCG plugin that counts the instructions of one processor between marks.
 *
 *	-plugin count.so,watch=FILE,out=FILE
 *
 * A mark is one of
 *	- an instruction that does nothing anywhere else, with a number in it,
 *	  which the bench's own guest program executes (tests/bench/mark.h);
 *	- a place in the embedded emulator, which is found by the bytes at its
 *	  entry, wherever it is loaded; so what is measured has no marks in it;
 *	- a place in a kernel, known by the address modulo its alignment and by
 *	  the bytes there.
 *
 * The watch file says which, one a line, numbers in hex:
 *	image ENTRY SIZE BYTES	the emulator
 *	at OFFSET NAME		a place in it
 *	code VALUE MASK BYTES NAME	a place elsewhere
 *
 * Written are "mark NAME TOTAL INSIDE" and, from the emulator's entry to the
 * mark "kernel", "call OFFSET COUNT" for each stay inside the emulator: where
 * it was entered and how many instructions it took until it was left. TOTAL and
 * INSIDE are instructions since reset, of all and inside the emulator.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin_api.h"

#define PLACES_MAX 32
#define BYTES_MAX 16
#define NAME_MAX_SIZE 32

/* 0f 1f 80: nopl disp32(%rax), the displacement is "KP" and the number. */
#define MARK_X86_SIZE 7
/* movz xzr, #number, lsl #48 */
#define MARK_ARM64_MASK 0xffe0001fU
#define MARK_ARM64 0xd2e0001fU

struct place {
	uint64_t value, mask;
	uint8_t bytes[BYTES_MAX];
	size_t size; /* of bytes; 0: a place in the emulator */
	char name[NAME_MAX_SIZE];
};

/* A translated instruction that has a mark on it. Never freed: TBs are not. */
struct marked {
	uint64_t behind; /* instructions of its TB from it on */
	uint64_t base; /* of the emulator, if this is its entry */
	char name[NAME_MAX_SIZE];
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct place places[PLACES_MAX];
static size_t place_count;
static struct place image; /* mask: size in memory; value: offset of entry */
static uint64_t total, inside;
static uint64_t base; /* of the emulator, once it was seen */
static bool leaving; /* the guest is about to kexec: the emulator may come */
static bool calls_on, in_call;
static uint64_t call_start, call_at;
static bool is_x86;
static FILE *out;

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "count: %s: %s\n", what, text);
	exit(1);
}

/* -- the watch file ------------------------------------------------------- */

static void read_bytes(const char *hex, struct place *ret)
{
	unsigned int byte;

	for (ret->size = 0; ret->size < BYTES_MAX; ret->size++, hex += 2) {
		if (sscanf(hex, "%2x", &byte) != 1)
			break;
		ret->bytes[ret->size] = (uint8_t)byte;
	}
	if (!ret->size)
		fail("no bytes", hex);
}

static void read_line(const char *line)
{
	struct place *place = &places[place_count];
	char hex[2 * BYTES_MAX + 1];

	if (line[0] == '\n' || line[0] == '#')
		return;
	if (place_count == PLACES_MAX)
		fail("too many places", line);
	if (sscanf(line, "image %" SCNx64 " %" SCNx64 " %32s", &image.value,
		   &image.mask, hex) == 3) {
		read_bytes(hex, &image);
	} else if (sscanf(line, "at %" SCNx64 " %31s", &place->value,
			  place->name) == 2) {
		place_count++;
	} else if (sscanf(line, "code %" SCNx64 " %" SCNx64 " %32s %31s",
			  &place->value, &place->mask, hex, place->name) == 4) {
		read_bytes(hex, place);
		place_count++;
	} else {
		fail("not understood", line);
	}
}

static void read_watch(const char *name)
{
	FILE *file = fopen(name, "r");
	char line[256];

	if (!file)
		fail(name, "cannot be read");
	while (fgets(line, sizeof(line), file))
		read_line(line);
	fclose(file);
}

/* -- while the guest runs -------------------------------------------------- */

static void end_call(void)
{
	if (in_call)
		fprintf(out, "call %" PRIx64 " %" PRIu64 "\n", call_at,
			total - call_start);
	in_call = false;
}

static void at_mark(unsigned int cpu, void *data)
{
	const struct marked *mark = data;

	(void)cpu;
	if (mark->base) {
		base = mark->base;
		calls_on = true;
		leaving = false;
	}
	if (!strcmp(mark->name, "guest4")) /* MARK_EXEC */
		leaving = image.size > 0;
	fprintf(out, "mark %s %" PRIu64 " %" PRIu64 "\n", mark->name,
		total - mark->behind, inside);
	fflush(out);
	if (!strcmp(mark->name, "kernel")) {
		end_call();
		calls_on = false;
	}
}

/* Runs before the block is counted. @data: 0, or 1 + offset in the emulator */
static void at_block(unsigned int cpu, void *data)
{
	uint64_t offset = (uintptr_t)data;

	(void)cpu;
	if (!calls_on || in_call == (offset != 0))
		return;
	if (!offset) {
		end_call();
		return;
	}
	in_call = true;
	call_start = total;
	call_at = offset - 1;
}

/* -- while it is translated ------------------------------------------------ */

/* Bytes of the block from an instruction on; returns how many. */
static size_t bytes_at(const struct qemu_plugin_tb *tb, size_t index,
		       uint8_t *ret)
{
	size_t size = 0, i, count = qemu_plugin_tb_n_insns(tb);

	for (i = index; i < count && size < BYTES_MAX; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		size_t part = qemu_plugin_insn_size(insn);

		if (part > BYTES_MAX - size)
			part = BYTES_MAX - size;
		memcpy(ret + size, qemu_plugin_insn_data(insn), part);
		size += part;
	}
	return size;
}

/* As far as the block goes, which branches may end early. */
static bool same_bytes(const struct place *place,
		       const struct qemu_plugin_tb *tb, size_t index)
{
	uint8_t bytes[BYTES_MAX];
	size_t size = bytes_at(tb, index, bytes);

	if (size > place->size)
		size = place->size;
	return !memcmp(bytes, place->bytes, size);
}

static bool is_own_mark(const uint8_t *data, size_t size, unsigned int *ret)
{
	uint32_t word;

	if (size >= 4)
		memcpy(&word, data, 4);
	if (!is_x86 && size == 4 && (word & MARK_ARM64_MASK) == MARK_ARM64) {
		*ret = word >> 5 & 0xffff;
		return true;
	}
	if (!is_x86 || size != MARK_X86_SIZE || data[0] != 0x0f ||
	    data[1] != 0x1f || data[2] != 0x80 || data[5] != 'P' ||
	    data[6] != 'K')
		return false;
	*ret = data[3] | data[4] << 8;
	return true;
}

static bool is_here(const struct place *place, const struct qemu_plugin_tb *tb,
		    size_t index, uint64_t address)
{
	if (!place->size)
		return base && address == base + place->value;
	return (address & place->mask) == place->value &&
	       same_bytes(place, tb, index);
}

/* Fills the name, and the base for the emulator's entry. */
static bool find_mark(const struct qemu_plugin_tb *tb, size_t index,
		      struct marked *ret)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, index);
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	unsigned int number;
	size_t i;

	if (is_own_mark(qemu_plugin_insn_data(insn),
			qemu_plugin_insn_size(insn), &number)) {
		snprintf(ret->name, sizeof(ret->name), "guest%u", number);
		return true;
	}
	if (leaving && (address & 0xfff) == (image.value & 0xfff) &&
	    same_bytes(&image, tb, index)) {
		ret->base = address - image.value;
		/* Blocks of it that follow are translated before it runs. */
		base = ret->base;
		strcpy(ret->name, "emulator");
		return true;
	}
	for (i = 0; i < place_count; i++) {
		if (is_here(&places[i], tb, index, address)) {
			strcpy(ret->name, places[i].name);
			return true;
		}
	}
	return false;
}

static void mark_instructions(struct qemu_plugin_tb *tb)
{
	size_t i, count = qemu_plugin_tb_n_insns(tb);

	for (i = 0; i < count; i++) {
		struct marked found = { .behind = count - i }, *mark;

		if (!find_mark(tb, i, &found))
			continue;
		mark = malloc(sizeof(*mark));
		if (!mark)
			fail("no memory", "");
		*mark = found;
		qemu_plugin_register_vcpu_insn_exec_cb(
			qemu_plugin_tb_get_insn(tb, i), at_mark,
			QEMU_PLUGIN_CB_NO_REGS, mark);
	}
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t count = qemu_plugin_tb_n_insns(tb), offset;

	(void)id;
	mark_instructions(tb);
	offset = qemu_plugin_tb_vaddr(tb) - base;
	if (!base || offset >= image.mask)
		offset = UINT64_MAX;
	if (base)
		qemu_plugin_register_vcpu_tb_exec_cb(
			tb, at_block, QEMU_PLUGIN_CB_NO_REGS,
			(void *)(uintptr_t)(offset + 1));
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &total, count);
	if (offset != UINT64_MAX)
		qemu_plugin_register_vcpu_tb_exec_inline(
			tb, QEMU_PLUGIN_INLINE_ADD_U64, &inside, count);
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	fprintf(out, "mark end %" PRIu64 " %" PRIu64 "\n", total, inside);
	fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const qemu_info_t *info, int argc,
					   char **argv)
{
	int i;

	is_x86 = !strcmp(info->target_name, "x86_64");
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "watch=", 6))
			read_watch(argv[i] + 6);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else
			fail("unknown option", argv[i]);
	}
	if (!out)
		fail("out=", "cannot be written");
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
