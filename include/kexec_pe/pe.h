/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants of the Microsoft PE/COFF specification (revision 11), as far as
 * UEFI images use them: where fields lie and what their values mean.
 *
 * No structures: nothing here is ever read by casting a pointer into a file.
 * Where <linux/pe.h> has a constant too, it has the same name, and the same
 * spelling of the value, so that kernel code may include both.
 */
#ifndef KEXEC_PE_PE_H
#define KEXEC_PE_PE_H

/* "MS-DOS Stub" and "Signature" */
#define MZ_MAGIC 0x5a4d
#define PE_MAGIC 0x00004550
#define PE_DOS_LFANEW 0x3c
#define PE_DOS_SIZE 0x40
#define PE_SIGNATURE_SIZE 4

/* "COFF File Header": offsets from the PE signature */
#define PE_COFF_MACHINE 4
#define PE_COFF_SECTION_COUNT 6
#define PE_COFF_OPTIONAL_SIZE 20
#define PE_COFF_CHARACTERISTICS 22
#define PE_COFF_END 24

#define IMAGE_FILE_MACHINE_AMD64 0x8664
#define IMAGE_FILE_MACHINE_ARM64 0xaa64
#define IMAGE_FILE_MACHINE_I386 0x014c
#define IMAGE_FILE_MACHINE_RISCV64 0x5064

#define IMAGE_FILE_RELOCS_STRIPPED 0x0001
#define IMAGE_FILE_EXECUTABLE_IMAGE 0x0002

/* "Optional Header" of PE32+: offsets from its start */
#define PE_OPTIONAL_MAGIC 0
#define PE_OPTIONAL_ENTRY 16
#define PE_OPTIONAL_IMAGE_BASE 24
#define PE_OPTIONAL_SECTION_ALIGNMENT 32
#define PE_OPTIONAL_FILE_ALIGNMENT 36
#define PE_OPTIONAL_IMAGE_SIZE 56
#define PE_OPTIONAL_HEADERS_SIZE 60
#define PE_OPTIONAL_CHECKSUM 64
#define PE_OPTIONAL_SUBSYSTEM 68
#define PE_OPTIONAL_DLL_CHARACTERISTICS 70
#define PE_OPTIONAL_DIRECTORY_COUNT 108
#define PE_OPTIONAL_DIRECTORIES 112

#define PE_OPT_MAGIC_PE32 0x010b
#define PE_OPT_MAGIC_PE32PLUS 0x020b

#define IMAGE_SUBSYSTEM_EFI_APPLICATION 10

#define IMAGE_DLL_CHARACTERISTICS_NX_COMPAT 0x0100

/* "Optional Header Data Directories": {RVA, size}, but a file offset in [4] */
#define PE_DIRECTORY_SIZE 8
#define PE_DIRECTORY_CERTIFICATE 4
#define PE_DIRECTORY_RELOCATION 5
#define PE_DIRECTORIES_MAX 16

/* "Section Table": offsets from the start of an entry */
#define PE_SECTION_NAME 0
#define PE_SECTION_NAME_SIZE 8
#define PE_SECTION_VIRTUAL_SIZE 8
#define PE_SECTION_VIRTUAL_ADDRESS 12
#define PE_SECTION_RAW_SIZE 16
#define PE_SECTION_RAW_OFFSET 20
#define PE_SECTION_CHARACTERISTICS 36
#define PE_SECTION_SIZE 40

#define IMAGE_SCN_MEM_EXECUTE 0x20000000 /* can be executed as code */
#define IMAGE_SCN_MEM_READ 0x40000000 /* readable */
#define IMAGE_SCN_MEM_WRITE 0x80000000 /* writeable */

/* "The .reloc Section" */
#define PE_RELOCATION_PAGE 0
#define PE_RELOCATION_BLOCK_SIZE 4
#define PE_RELOCATION_HEADER_SIZE 8
#define PE_RELOCATION_ENTRY_SIZE 2
#define PE_RELOCATION_ABSOLUTE 0
#define PE_RELOCATION_DIR64 10

/* "The Attribute Certificate Table": offsets in a WIN_CERTIFICATE */
#define PE_CERTIFICATE_LENGTH 0
#define PE_CERTIFICATE_HEADER_SIZE 8
#define PE_CERTIFICATE_ALIGNMENT 8

#endif /* KEXEC_PE_PE_H */
