/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sound PE32+ image with every field at a known place, for tests that then
 * spoil one.
 *
 *	0x0000	DOS header, e_lfanew 0x40
 *	0x0040	PE signature, COFF header
 *	0x0058	optional header, six directories at 0x00c8
 *	0x00f8	section table, room for 96
 *	0x1000	SizeOfHeaders; data of the sections, each padded to 0x200
 */
#ifndef TESTS_UNIT_IMAGE_BUILD_H
#define TESTS_UNIT_IMAGE_BUILD_H

#include <kexec_pe/pe.h>
#include <kexec_pe/types.h>

#define BUILD_COFF 0x40
#define BUILD_OPTIONAL 0x58
#define BUILD_DIRECTORY(n) (0xc8 + PE_DIRECTORY_SIZE * (n))
#define BUILD_SECTION(n) (0xf8 + PE_SECTION_SIZE * (n))
#define BUILD_HEADERS_SIZE 0x1000
#define BUILD_FILE_ALIGNMENT 0x200

#define BUILD_TEXT 0x60000020U
#define BUILD_RODATA 0x40000040U
#define BUILD_DATA 0xc0000040U

struct build {
	u8 *data; /* a heap block of exactly this size */
	size_t size;
};

struct build_section {
	const char *name;
	u32 va;
	u32 vs; /* 0: size */
	const void *data;
	u32 size;
	u32 flags;
};

/**
 * build_image() - make an image for x86-64
 * @build: the result, to be freed by build_free()
 * @sections: its sections, entry point at the start of the first
 * @count: number of sections, at most 96
 *
 * Aborts the program when there is no memory.
 */
void build_image(struct build *build, const struct build_section *sections,
		 unsigned int count);

/**
 * build_app() - the image that most tests start from
 * @build: the result, to be freed by build_free()
 *
 * .text at 0x1000, .data at 0x2000 with 0x80 bytes and zero fill to 0x3800,
 * .reloc at 0x4000 with one DIR64 for 0x2008. 0x1600 bytes, image 0x5000.
 */
void build_app(struct build *build);

/**
 * build_append() - put bytes at the end
 * @build: the image
 * @data: the bytes, NULL for zeros
 * @size: number of bytes
 */
void build_append(struct build *build, const void *data, size_t size);

/**
 * build_cut() - make an image shorter
 * @build: the image
 * @size: its new size
 */
void build_cut(struct build *build, size_t size);

/**
 * build_sign() - append a certificate table that holds no signature
 * @build: the image, its size a multiple of 8
 * @size: bytes of the table, which is one WIN_CERTIFICATE
 */
void build_sign(struct build *build, u32 size);

/**
 * build_put() - change a field
 * @build: the image
 * @offset: file offset
 * @width: bytes of the field
 * @value: the new value
 */
void build_put(struct build *build, u64 offset, unsigned int width, u64 value);

/**
 * build_free() - free an image
 * @build: the image
 */
void build_free(struct build *build);

#endif /* TESTS_UNIT_IMAGE_BUILD_H */
