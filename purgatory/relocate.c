// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Self-relocation. The image is linked at 0; what points into it is a constant
 * (text is PC-relative throughout, tools/check-image.sh proves that).
 */
#include <kexec_pe/checked.h>
#include <purgatory/purgatory.h>
#include <relative.h>

static bool rela_good(const struct emulator_header *header,
		      const struct purgatory_rela *rela)
{
	return rela->info == ARCH_RELATIVE &&
	       range_inside(rela->offset, sizeof(u64), header->text_end,
			    header->file_size - header->text_end) &&
	       rela->addend >= 0 && (u64)rela->addend < header->memory_end;
}

enum purgatory_verdict purgatory_relocate(struct emulator_header *header,
					  const struct purgatory_rela *rela,
					  u64 count)
{
	u8 *base = (u8 *)header;
	u64 i;

	for (i = 0; i < count; i++) {
		if (!rela_good(header, &rela[i]))
			return PURGATORY_RELOCATION;
	}
	for (i = 0; i < count; i++)
		*(u64 *)(base + rela[i].offset) =
			(u64)base + (u64)rela[i].addend;
	return PURGATORY_OK;
}
