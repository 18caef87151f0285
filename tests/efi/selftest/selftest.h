/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The framework of the EFI self-test: a check is a function, an expectation
 * that does not hold makes it fail, and it goes on unless it says otherwise:
 *
 *	static void pool_free_null(struct selftest *st)
 *	{
 *		EXPECT_STATUS(st, st->boot->FreePool(NULL),
 *			      EFI_INVALID_PARAMETER);
 *	}
 *
 * Each check prints one line, "SELFTEST name PASS|FAIL|SKIP detail".
 */
#ifndef TESTS_EFI_SELFTEST_SELFTEST_H
#define TESTS_EFI_SELFTEST_SELFTEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <efi.h>

#include <kexec_pe/types.h>

#define SELFTEST_DETAIL 160
#define SELFTEST_OPTIONS 128

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP, VERDICT_COUNT };

/* In this order; the second one ends with ExitBootServices. */
enum phase { PHASE_BOOT, PHASE_EXIT, PHASE_RUNTIME, PHASE_COUNT };

struct selftest {
	EFI_HANDLE image;
	EFI_SYSTEM_TABLE *systab;
	EFI_BOOT_SERVICES *boot; /* never used once exited is set */
	EFI_RUNTIME_SERVICES *runtime;
	EFI_LOADED_IMAGE *loaded;
	char options[SELFTEST_OPTIONS]; /* LoadOptions as ASCII */
	bool exited; /* ExitBootServices succeeded */
	bool virtual_map; /* SetVirtualAddressMap succeeded */

	/* of the check that runs */
	enum verdict verdict;
	char detail[SELFTEST_DETAIL];

	unsigned int counts[VERDICT_COUNT];
};

struct check {
	const char *name;
	void (*run)(struct selftest *st);
	enum phase phase;
};

/* The tables of the files, each ended by an entry without a name. */
extern const struct check memory_checks[];
extern const struct check map_checks[];
extern const struct check pool_checks[];
extern const struct check protocol_checks[];
extern const struct check open_checks[];
extern const struct check locate_checks[];
extern const struct check device_path_checks[];
extern const struct check image_checks[];
extern const struct check child_checks[];
extern const struct check own_loader_checks[];
extern const struct check event_checks[];
extern const struct check timer_checks[];
extern const struct check variable_checks[];
extern const struct check text_checks[];
extern const struct check load_file2_checks[];
extern const struct check rng_checks[];
extern const struct check memory_attribute_checks[];
extern const struct check config_table_checks[];
extern const struct check misc_checks[];
extern const struct check exit_checks[];
extern const struct check runtime_checks[];

/* Expectations; each is true when it holds. */
#define EXPECT(st, condition) \
	selftest_expect(st, condition, __FILE_NAME__, __LINE__, #condition)
#define EXPECT_STATUS(st, call, wanted) \
	selftest_expect_status(st, call, wanted, __FILE_NAME__, __LINE__, #call)
#define EXPECT_EITHER(st, call, wanted, other)                         \
	selftest_expect_either(st, call, wanted, other, __FILE_NAME__, \
			       __LINE__, #call)

/**
 * selftest_expect() - note whether a condition holds
 * @st: the self-test
 * @good: the condition
 * @file: where it stands
 * @line: where it stands
 * @what: its text
 *
 * Return: @good
 */
bool selftest_expect(struct selftest *st, bool good, const char *file, int line,
		     const char *what);

/**
 * selftest_expect_status() - note whether a service answered as it must
 * @st: the self-test
 * @got: what it answered
 * @wanted: what it must answer
 * @file: where the call stands
 * @line: where the call stands
 * @what: the text of the call
 *
 * Return: true when they are equal
 */
bool selftest_expect_status(struct selftest *st, EFI_STATUS got,
			    EFI_STATUS wanted, const char *file, int line,
			    const char *what);

/**
 * selftest_expect_either() - the same where the specification allows two codes
 * @st: the self-test
 * @got: what the service answered
 * @wanted: what it may answer
 * @other: what it may answer as well
 * @file: where the call stands
 * @line: where the call stands
 * @what: the text of the call
 *
 * Return: true when it is one of them
 */
bool selftest_expect_either(struct selftest *st, EFI_STATUS got,
			    EFI_STATUS wanted, EFI_STATUS other,
			    const char *file, int line, const char *what);

/**
 * selftest_skip() - say that a check can't be made here, and why
 * @st: the self-test
 * @format: as selftest_format()
 *
 * A failure that was noted before stays a failure.
 */
void selftest_skip(struct selftest *st, const char *format, ...);

/**
 * selftest_note() - put something worth knowing behind the verdict
 * @st: the self-test
 * @format: as selftest_format()
 *
 * Ignored when the check has a detail already: the first one counts.
 */
void selftest_note(struct selftest *st, const char *format, ...);

/**
 * selftest_option() - do LoadOptions hold a word?
 * @st: the self-test
 * @word: the word, or how it begins
 *
 * Return: true when they do
 */
bool selftest_option(struct selftest *st, const char *word);

/**
 * selftest_line() - print one line on the console, or the serial port later
 * @st: the self-test
 * @format: as selftest_format()
 */
void selftest_line(struct selftest *st, const char *format, ...);

/**
 * selftest_format() - a small snprintf
 * @buffer: where to
 * @size: of @buffer in bytes; the text is cut there, NUL always added
 * @format: %s string, %d int, %u and %x UINT64, %r EFI_STATUS by name
 * @args: the arguments
 */
void selftest_format(char *buffer, size_t size, const char *format,
		     va_list args);

/**
 * status_name() - the name of a status code
 * @status: the code
 *
 * Return: such as "NOT_FOUND", or NULL for a code without a name
 */
const char *status_name(EFI_STATUS status);

/**
 * guid_equal() - compare two GUIDs
 * @a: one
 * @b: the other
 *
 * Return: true when equal
 */
bool guid_equal(const EFI_GUID *a, const EFI_GUID *b);

/**
 * bytes_are() - is every byte of a buffer the same given value?
 * @bytes: the buffer
 * @size: in bytes
 * @value: the value
 *
 * Return: true when all are; true for an empty buffer
 */
bool bytes_are(const void *bytes, size_t size, UINT8 value);

/**
 * crc32_of() - CRC-32 as EFI tables use it, computed here
 * @data: the bytes
 * @size: their number
 *
 * Return: the checksum
 */
UINT32 crc32_of(const void *data, size_t size);

/**
 * crc32_table_good() - does the checksum of an EFI table hold?
 * @header: the table
 *
 * Return: true when it does; the table is left as it is
 */
bool crc32_table_good(const EFI_TABLE_HEADER *header);

/**
 * config_table() - look up a configuration table
 * @st: the self-test
 * @guid: its GUID
 *
 * Return: its address, or NULL
 */
void *config_table(struct selftest *st, const EFI_GUID *guid);

/**
 * protocol_on() - the interface that a handle has for a protocol
 * @st: the self-test
 * @handle: the handle
 * @guid: the protocol
 *
 * Return: the interface, or NULL
 */
void *protocol_on(struct selftest *st, EFI_HANDLE handle, EFI_GUID *guid);

/**
 * protocol_anywhere() - the first interface of a protocol
 * @st: the self-test
 * @guid: the protocol
 *
 * Return: the interface, or NULL
 */
void *protocol_anywhere(struct selftest *st, EFI_GUID *guid);

/* Provided here for the compiler too, which calls them on its own. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

#endif /* TESTS_EFI_SELFTEST_SELFTEST_H */
