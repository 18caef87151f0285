// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ranges of the Authenticode hash. The specification sorts sections and
 * hashes them one by one; in a file that pe_parse() took, headers, sections
 * and trailer follow each other, so all that is left are the holes for
 * CheckSum, for the certificate table's directory entry, and for that table.
 */
#include <image/authenticode.h>
#include <kexec_pe/pe.h>

bool authenticode_range(const struct pe_image *pe, unsigned int index,
			struct view *ret)
{
	const u64 entry_end = (u64)pe->certificate_entry + PE_DIRECTORY_SIZE;
	const u64 checksum_end = (u64)pe->checksum + sizeof(u32);
	const u64 end = pe->certificate_offset ? pe->certificate_offset :
						 pe->file.size;

	switch (index) {
	case 0:
		return view_cut(&pe->file, 0, pe->checksum, ret);
	case 1:
		return view_cut(&pe->file, checksum_end,
				pe->certificate_entry - checksum_end, ret);
	case 2:
		return view_cut(&pe->file, entry_end, end - entry_end, ret);
	default:
		return false;
	}
}
