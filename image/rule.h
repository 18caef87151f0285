/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that an image can break, one code and one sentence each. The
 * sentence ends up in the log line of a refusal; Documentation/errors.md lists
 * them all.
 */
#ifndef IMAGE_RULE_H
#define IMAGE_RULE_H

#include <kexec_pe/types.h>

/*
 * X(name, foreign, text): foreign rules say "this is no PE for this machine",
 * so that another loader may have it (ENOEXEC); all others say "malformed"
 * (ELIBBAD). The list is in the order in which the checks are made: rules of
 * the whole file, of each section, of relocations, then of what is inside.
 */
/* clang-format off */
#define RULE_LIST(X) \
	X(DOS_MAGIC, true, "no MZ header") \
	X(PE_SIGNATURE, true, "no PE signature where e_lfanew points") \
	X(MACHINE, true, "made for another machine") \
	X(PE32, true, "a PE32 image, not PE32+") \
	X(FILE_SIZE, false, "the file has 4 GiB or more") \
	X(PE_OFFSET, false, "the PE header lies inside the DOS header") \
	X(HEADERS_TRUNCATED, false, \
	  "the file ends inside the COFF or optional header") \
	X(OPTIONAL_MAGIC, false, \
	  "the optional header is neither PE32 nor PE32+") \
	X(DIRECTORY_COUNT, false, "NumberOfRvaAndSizes is not 5 to 16") \
	X(OPTIONAL_SIZE, false, \
	  "SizeOfOptionalHeader does not fit NumberOfRvaAndSizes") \
	X(NOT_EXECUTABLE, false, \
	  "the linker did not mark the image as executable") \
	X(RELOCS_STRIPPED, false, \
	  "relocations are stripped: it cannot be moved") \
	X(SUBSYSTEM, false, "the subsystem is not EFI application") \
	X(SECTION_ALIGNMENT, false, \
	  "SectionAlignment is no power of two from 512 to 2 MiB") \
	X(FILE_ALIGNMENT, false, \
	  "FileAlignment is no power of two from 512 to 64 KiB, or larger than SectionAlignment") \
	X(IMAGE_BASE_ALIGNMENT, false, "ImageBase is no multiple of 4 KiB") \
	X(IMAGE_BASE_WRAPS, false, \
	  "the image at ImageBase wraps around the address space") \
	X(SECTION_COUNT, false, "not 1 to 96 sections") \
	X(HEADERS_SIZE, false, \
	  "SizeOfHeaders does not cover the section table") \
	X(HEADERS_ALIGNMENT, false, \
	  "SizeOfHeaders is no multiple of FileAlignment") \
	X(HEADERS_FILE, false, "the file ends inside SizeOfHeaders") \
	X(IMAGE_SIZE_HEADERS, false, \
	  "SizeOfImage is smaller than SizeOfHeaders") \
	X(IMAGE_SIZE_LIMIT, false, \
	  "SizeOfImage is over 128 MiB more than the file") \
	X(CERTIFICATE_ENTRY, false, \
	  "certificate table with an offset but no size, or a size but no offset") \
	X(CERTIFICATE_ALIGNMENT, false, \
	  "the certificate table is not 8-byte aligned") \
	X(CERTIFICATE_HEADERS, false, \
	  "the certificate table starts inside the headers") \
	X(CERTIFICATE_END, false, \
	  "the certificate table does not end where the file ends") \
	X(CERTIFICATE_LENGTH, false, \
	  "the length of a certificate does not fit the table") \
	X(SECTION_NAME, false, "a section name goes on behind its NUL") \
	X(SECTION_TWICE, false, "two sections .reloc or .sbat") \
	X(SECTION_VIRTUAL_SIZE, false, \
	  "a section with data has VirtualSize 0") \
	X(SECTION_HEADERS, false, \
	  "a section starts inside the headers in memory") \
	X(SECTION_ORDER, false, \
	  "a section starts before the one before it ends") \
	X(SECTION_IMAGE, false, "a section ends outside SizeOfImage") \
	X(SECTION_FILE, false, "the data of a section end outside the file") \
	X(SECTION_CERTIFICATES, false, \
	  "the data of a section reach into the certificate table") \
	X(DATA_HEADERS, false, \
	  "the data of a section start inside the headers") \
	X(DATA_ORDER, false, \
	  "the data of a section start before those before them end") \
	X(DATA_GAP, false, "bytes between sections belong to none") \
	X(SECTION_WX, false, "a section is writable and executable") \
	X(PAGE_WX, false, \
	  "sections on one page make it writable and executable") \
	X(ENTRY, false, "the entry point lies in no executable section") \
	X(RELOC_SIZE, false, "more than 4 MiB of relocations") \
	X(RELOC_DIRECTORY, false, \
	  "the relocations are not data of one section") \
	X(RELOC_BLOCK_ALIGNMENT, false, \
	  "a relocation block is not 4-byte aligned") \
	X(RELOC_BLOCK_SIZE, false, \
	  "a relocation block is odd or shorter than its header") \
	X(RELOC_BLOCK_END, false, \
	  "a relocation block ends outside the directory") \
	X(RELOC_PAGE, false, "a relocation block patches but names no page") \
	X(RELOC_TYPE, false, "a relocation is neither ABSOLUTE nor DIR64") \
	X(RELOC_TARGET, false, \
	  "a relocation patches bytes outside of every section") \
	X(RELOC_SELF, false, "a relocation patches the relocations") \
	X(UKI_PROFILE, false, "the UKI has no such profile") \
	X(UKI_DUPLICATE, false, "a UKI section exists twice in one profile") \
	X(UKI_SECTION_DATA, false, \
	  "a UKI section is larger in memory than in the file") \
	X(UKI_LINUX, false, "the UKI has no .linux, or an empty one") \
	X(UKI_INNER, false, "the .linux section is no PE for this machine") \
	X(UKI_NESTED, false, "the .linux section is a UKI itself") \
	X(UKI_DTB_MAGIC, false, "the .dtb section is no device tree") \
	X(UKI_DTB_SIZE, false, "the device tree is larger than its section") \
	X(ZBOOT_PAYLOAD, false, \
	  "the zboot payload is not data of one section") \
	X(ZBOOT_COMPRESSION, false, \
	  "the zboot compression has no proper name")
/* clang-format on */

enum rule {
	RULE_OK,
#define RULE_ENUM(name, foreign, text) RULE_##name,
	RULE_LIST(RULE_ENUM)
#undef RULE_ENUM
};

/**
 * rule_text() - the sentence that names a rule
 * @rule: the rule
 *
 * Return: constant string, "accepted" for RULE_OK
 */
const char *rule_text(enum rule rule);

/**
 * rule_name() - the short name of a rule, as tests and tools print it
 * @rule: the rule
 *
 * Return: constant string such as "PE_SIGNATURE", "OK" for RULE_OK
 */
const char *rule_name(enum rule rule);

/**
 * rule_is_foreign() - does the rule say "not ours" rather than "malformed"?
 * @rule: the rule
 *
 * Return: true for rules that answer ENOEXEC
 */
bool rule_is_foreign(enum rule rule);

#endif /* IMAGE_RULE_H */
