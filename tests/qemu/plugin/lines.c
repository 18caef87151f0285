// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The states of lines of memory, and the rules that are broken.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "lines.h"

#define PAGE_SHIFT 12
#define PAGE_LINES ((1U << PAGE_SHIFT) / LINE_SIZE)
#define FLAWS_MAX 10

/* How far what was stored has come on its way to instruction fetch. */
enum progress {
	FETCHED, /* all the way, or never stored to */
	STORED, /* in the data cache, for all we know */
	CLEANING, /* DC was executed, DSB was not */
	CLEANED, /* fetch may still find what was there before */
	INVALIDATING, /* IC was executed, DSB was not */
	INVALIDATED, /* ISB is missing */
	UNORDERED, /* IC came between DC and DSB, and may have been first */
	UNORDERED_CLEANED, /* DSB was executed, IC has to come again */
};

#define LINE_PROGRESS 0x07
#define LINE_DROPPED 0x10 /* by DC IVAC, since caches were on */
#define LINE_UNCACHED 0x20 /* stored to with caches off, not dropped since */
#define LINE_WRITTEN 0x40 /* at any time */
#define LINE_EXECUTED 0x80 /* after that */

struct page {
	u64 address;
	u8 lines[PAGE_LINES];
	u64 writers[PAGE_LINES]; /* program counter of the last store */
	bool executed;
};

enum flaw {
	FLAW_STALE, /* executed before it came all the way */
	FLAW_UNORDERED, /* it did, but for the DSB between DC and IC */
	FLAW_PAYLOAD_STALE, /* the same two, stored by somebody else */
	FLAW_PAYLOAD_UNORDERED,
	FLAW_OUTSIDE, /* stored outside of the segment, caches off */
	FLAW_NOT_DROPPED, /* stored with caches off to a line of unknown state */
	FLAW_NOT_DROPPED_AGAIN, /* caches go on with such a line in them */
	FLAW_NOT_IDENTITY, /* a store's physical address is another */
	FLAW_KINDS
};

static const char *const flaw_names[FLAW_KINDS] = {
	[FLAW_STALE] = "stale",
	[FLAW_UNORDERED] = "unordered",
	[FLAW_PAYLOAD_STALE] = "payload-stale",
	[FLAW_PAYLOAD_UNORDERED] = "payload-unordered",
	[FLAW_OUTSIDE] = "outside",
	[FLAW_NOT_DROPPED] = "not-dropped",
	[FLAW_NOT_DROPPED_AGAIN] = "not-dropped-again",
	[FLAW_NOT_IDENTITY] = "not-identity",
};

static struct {
	u64 start, end; /* the emulator's segment */
	struct page **by_number;
	struct page **pages; /* the same as a list */
	u8 **pending; /* lines that wait for a barrier */
	u64 page_count, pending_count;
	u64 uncached_stores, pages_executed, lines_executed;
	u64 flaw_counts[FLAW_KINDS];
	struct {
		u64 address, pc;
	} flaws[FLAW_KINDS][FLAWS_MAX];
} model;

static void die(const char *why, u64 value)
{
	fprintf(stderr, "coherency: %s: %#" PRIx64 "\n", why, value);
	abort();
}

static void flaw(enum flaw kind, u64 address, u64 pc)
{
	u64 count = model.flaw_counts[kind]++;

	if (count < FLAWS_MAX) {
		model.flaws[kind][count].address = address;
		model.flaws[kind][count].pc = pc;
	}
}

static bool in_segment(u64 address)
{
	return address >= model.start && address < model.end;
}

/* Room for one more in a list whose room is always a power of two. */
static void *grow(void *list, u64 count)
{
	if (count & (count - 1))
		return list;
	list = realloc(list, (count ? 2 * count : 1) * sizeof(void *));
	if (!list)
		die("out of memory", count);
	return list;
}

static struct page *new_page(u64 address)
{
	struct page *page = calloc(1, sizeof(*page));

	if (!page)
		die("out of memory", address);
	page->address = address & ~0ULL << PAGE_SHIFT;
	model.pages = grow(model.pages, model.page_count);
	model.pages[model.page_count++] = page;
	return page;
}

static struct page *page_of(u64 address)
{
	struct page **page;

	if (address >> ADDRESS_BITS)
		die("no memory there", address);
	page = &model.by_number[address >> PAGE_SHIFT];
	if (!*page)
		*page = new_page(address);
	return *page;
}

static unsigned int index_of(u64 address)
{
	return address / LINE_SIZE % PAGE_LINES;
}

static u8 *line_of(u64 address)
{
	return &page_of(address)->lines[index_of(address)];
}

static enum progress progress_of(const u8 *line)
{
	return *line & LINE_PROGRESS;
}

static void advance(u8 *line, enum progress progress)
{
	if (progress_of(line) == progress)
		return;
	*line = (u8)((*line & ~LINE_PROGRESS) | progress);
	if (progress != CLEANING && progress != INVALIDATING)
		return;
	model.pending = grow(model.pending, model.pending_count);
	model.pending[model.pending_count++] = line;
}

void lines_start(u64 start, u64 end)
{
	model.start = start;
	model.end = end;
	model.by_number = calloc(1ULL << (ADDRESS_BITS - PAGE_SHIFT),
				 sizeof(struct page *));
	if (!model.by_number)
		die("out of memory", 0);
}

/* -- stores ----------------------------------------------------------------- */

/* Past the caches it goes to memory at once, but fetch may hold another. */
static void store_uncached(u8 *line, u64 address, u64 pc)
{
	model.uncached_stores++;
	if (!in_segment(address))
		flaw(FLAW_OUTSIDE, address, pc);
	else if (!(*line & LINE_DROPPED))
		flaw(FLAW_NOT_DROPPED, address, pc);
	*line |= LINE_UNCACHED;
	advance(line, CLEANING);
}

void lines_store(u64 address, u64 pc, bool cached)
{
	struct page *page = page_of(address);
	u8 *line = &page->lines[index_of(address)];

	page->writers[index_of(address)] = pc;
	*line = (u8)((*line | LINE_WRITTEN) & ~LINE_EXECUTED);
	if (cached)
		advance(line, STORED);
	else
		store_uncached(line, address, pc);
}

void lines_store_device(u64 address, u64 pc, bool cached)
{
	if (!cached)
		flaw(FLAW_OUTSIDE, address, pc);
}

void lines_not_identity(u64 address, u64 pc)
{
	flaw(FLAW_NOT_IDENTITY, address, pc);
}

/* -- maintenance ------------------------------------------------------------ */

void lines_clean(u64 address)
{
	if (progress_of(line_of(address)) == STORED)
		advance(line_of(address), CLEANING);
}

void lines_drop(u64 address)
{
	u8 *line = line_of(address);

	*line = (u8)((*line | LINE_DROPPED) & ~LINE_UNCACHED);
}

static enum progress after_invalidation(enum progress progress)
{
	switch (progress) {
	case CLEANING:
		return UNORDERED;
	case CLEANED:
	case UNORDERED_CLEANED:
		return INVALIDATING;
	default:
		return progress;
	}
}

static enum progress after_data_barrier(enum progress progress)
{
	switch (progress) {
	case CLEANING:
		return CLEANED;
	case INVALIDATING:
		return INVALIDATED;
	case UNORDERED:
		return UNORDERED_CLEANED;
	default:
		return progress;
	}
}

static void invalidate(u8 *line)
{
	advance(line, after_invalidation(progress_of(line)));
}

void lines_invalidate(u64 address)
{
	invalidate(line_of(address));
}

void lines_invalidate_all(void)
{
	unsigned int j;
	u64 i;

	for (i = 0; i < model.page_count; i++) {
		for (j = 0; j < PAGE_LINES; j++)
			invalidate(&model.pages[i]->lines[j]);
	}
}

/* A line goes on to its next state and waits for the next barrier, or no more. */
void lines_data_barrier(void)
{
	u64 i, kept = 0;
	u8 *line;

	for (i = 0; i < model.pending_count; i++) {
		line = model.pending[i];
		advance(line, after_data_barrier(progress_of(line)));
		if (progress_of(line) == INVALIDATED)
			model.pending[kept++] = line;
	}
	model.pending_count = kept;
}

void lines_instruction_barrier(void)
{
	u64 i, kept = 0;
	u8 *line;

	for (i = 0; i < model.pending_count; i++) {
		line = model.pending[i];
		if (progress_of(line) == INVALIDATED)
			advance(line, FETCHED);
		else
			model.pending[kept++] = line;
	}
	model.pending_count = kept;
}

/* What was stored to past the caches must not be found in them. */
void lines_caches_on(void)
{
	unsigned int j;
	u64 i;

	for (i = 0; i < model.page_count; i++) {
		struct page *page = model.pages[i];

		for (j = 0; j < PAGE_LINES; j++) {
			u8 *line = &page->lines[j];

			if (*line & LINE_UNCACHED)
				flaw(FLAW_NOT_DROPPED_AGAIN,
				     page->address + j * LINE_SIZE,
				     page->writers[j]);
			*line = (u8)(*line & ~(LINE_UNCACHED | LINE_DROPPED));
		}
	}
}

/* -- execution -------------------------------------------------------------- */

static void not_fetched(enum progress progress, u64 address, u64 writer)
{
	bool unordered = progress == UNORDERED || progress == UNORDERED_CLEANED;

	if (in_segment(writer))
		flaw(unordered ? FLAW_UNORDERED : FLAW_STALE, address, writer);
	else
		flaw(unordered ? FLAW_PAYLOAD_UNORDERED : FLAW_PAYLOAD_STALE,
		     address, writer);
}

void lines_execute(u64 address)
{
	struct page *page = page_of(address);
	u8 *line = &page->lines[index_of(address)];

	model.pages_executed += !page->executed;
	page->executed = true;
	if (!(*line & LINE_WRITTEN) || *line & LINE_EXECUTED)
		return;
	*line |= LINE_EXECUTED;
	model.lines_executed++;
	if (progress_of(line) != FETCHED)
		not_fetched(progress_of(line), address,
			    page->writers[index_of(address)]);
}

void lines_report(FILE *out)
{
	u64 i, kind;

	fprintf(out, "uncached-stores %" PRIu64 "\n", model.uncached_stores);
	fprintf(out, "pages-executed %" PRIu64 "\n", model.pages_executed);
	fprintf(out, "lines-written-and-executed %" PRIu64 "\n",
		model.lines_executed);
	for (kind = 0; kind < FLAW_KINDS; kind++) {
		fprintf(out, "flaws-%s %" PRIu64 "\n", flaw_names[kind],
			model.flaw_counts[kind]);
		for (i = 0; i < model.flaw_counts[kind] && i < FLAWS_MAX; i++)
			fprintf(out, "flaw %s %#" PRIx64 " %#" PRIx64 "\n",
				flaw_names[kind], model.flaws[kind][i].address,
				model.flaws[kind][i].pc);
	}
}
