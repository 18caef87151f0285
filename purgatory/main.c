// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the first instructions to the emulator: verify, relocate, go on. Until
 * everything is verified only the stack is written to, and until the image is
 * relocated no constant may be reached through a pointer in memory.
 */
#include <emulator/arch.h>
#include <emulator/emu.h>
#include <purgatory/purgatory.h>

/* Of the linker script. */
extern const struct purgatory_rela rela_start[], rela_end[];

/*
 * Arrays, not pointers: those are not relocated yet. The first two verdicts
 * leave no console to say it on.
 */
static const char sentences[][64] = {
	[PURGATORY_HANDOFF_DIGEST] = "the handoff does not match its digest",
	[PURGATORY_SLOTS] = "the emulator's header is damaged",
	[PURGATORY_CHECKS] = "the digests do not lie inside the handoff",
	[PURGATORY_DIGEST] = "memory does not match its digest, from",
	[PURGATORY_RELOCATION] = "a relocation of the emulator is damaged",
};

static void say(const struct handoff_console *console, const char *text)
{
	for (; *text; text++)
		arch_console_byte(console, (u8)*text);
}

static void say_hex(const struct handoff_console *console, u64 value)
{
	static const char digits[16] = "0123456789abcdef";
	int shift;

	say(console, " 0x");
	for (shift = 60; shift >= 0; shift -= 4)
		arch_console_byte(console, (u8)digits[value >> shift & 15]);
}

/*
 * A handoff that does not match its digest still names a console, most likely
 * the right one; but its reset register is not written to.
 */
static void __noreturn give_up(const struct handoff *handoff,
			       enum purgatory_verdict verdict, u64 address)
{
	static const struct handoff_reset reset = { 0 };

	if (!handoff)
		arch_reset(&reset);
	say(&handoff->console, "\r\nkexec-pe: ");
	say(&handoff->console, sentences[verdict]);
	if (verdict == PURGATORY_DIGEST)
		say_hex(&handoff->console, address);
	say(&handoff->console, "; reset\r\n");
	if (verdict == PURGATORY_HANDOFF_DIGEST)
		arch_reset(&reset);
	arch_reset(&handoff->reset);
}

void __noreturn purgatory_main(struct emulator_header *header)
{
	const struct handoff *handoff = NULL;
	enum purgatory_verdict verdict;
	u64 address = 0;

	verdict = purgatory_find(header, &handoff);
	if (verdict == PURGATORY_OK)
		verdict = purgatory_verify(header, handoff, &address);
	if (verdict == PURGATORY_OK)
		verdict = purgatory_relocate(header, rela_start,
					     (u64)(rela_end - rela_start));
	if (verdict != PURGATORY_OK)
		give_up(handoff, verdict, address);
	emu.measurement = &machine_measurement;
	emulator_main(header, handoff);
}
