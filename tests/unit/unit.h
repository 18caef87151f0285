/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runner of the unit tests: one header, included once by each test program.
 *
 *	UNIT_TEST(adds_up)
 *	{
 *		EXPECT_EQ(1 + 1, 2);
 *	}
 *
 * Tests run in the order of the file. Each prints "ok NAME" or, for every
 * expectation that does not hold, "FAIL NAME: ..."; a test goes on after a
 * failed EXPECT, whose value is whether it held: "if (!EXPECT_TRUE(p)) return;".
 * The program ends with the line "N passed, N failed" and exits with 1 if any
 * failed.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct unit_test {
	const char *name;
	void (*run)(void);
	struct unit_test *next;
};

static struct {
	struct unit_test *first;
	struct unit_test **last;
	const char *name;
	bool failed;
	char **arguments; /* of the program, NULL-terminated */
} unit;

static inline void unit_register(struct unit_test *test)
{
	if (!unit.last)
		unit.last = &unit.first;
	*unit.last = test;
	unit.last = &test->next;
}

static inline bool unit_check(bool good, const char *file, int line,
			      const char *what)
{
	if (good)
		return true;
	unit.failed = true;
	printf("FAIL %s: %s:%d: %s", unit.name, file, line, what);
	return false;
}

static inline bool unit_check_true(bool good, const char *file, int line,
				   const char *what)
{
	if (!unit_check(good, file, line, what))
		printf(" does not hold\n");
	return good;
}

static inline bool unit_check_eq(uint64_t have, uint64_t want, const char *file,
				 int line, const char *what)
{
	if (!unit_check(have == want, file, line, what))
		printf(" is %#llx, expected %#llx\n", (unsigned long long)have,
		       (unsigned long long)want);
	return have == want;
}

static inline bool unit_check_str(const char *have, const char *want,
				  const char *file, int line, const char *what)
{
	bool good = have && want ? !strcmp(have, want) : have == want;

	if (!unit_check(good, file, line, what))
		printf(" is \"%s\", expected \"%s\"\n", have ? have : "(null)",
		       want ? want : "(null)");
	return good;
}

static inline bool unit_check_mem(const void *have, const void *want,
				  size_t size, const char *file, int line,
				  const char *what)
{
	const unsigned char *a = have, *b = want;
	size_t i = 0;

	while (i < size && a[i] == b[i])
		i++;
	if (!unit_check(i == size, file, line, what))
		printf(" differs at byte %zu: %#x, expected %#x\n", i, a[i],
		       b[i]);
	return i == size;
}

#define UNIT_TEST(name_)                                                     \
	static void name_(void);                                             \
	__attribute__((constructor)) static void unit_register_##name_(void) \
	{                                                                    \
		static struct unit_test test_ = {                            \
			.name = #name_,                                      \
			.run = name_,                                        \
		};                                                           \
		unit_register(&test_);                                       \
	}                                                                    \
	static void name_(void)

#define EXPECT_TRUE(x) unit_check_true(!!(x), __FILE__, __LINE__, #x)
#define EXPECT_FALSE(x) unit_check_true(!(x), __FILE__, __LINE__, "!(" #x ")")
/* Integers and, cast by the caller to uintptr_t, pointers. */
#define EXPECT_EQ(have, want)                                                 \
	unit_check_eq((uint64_t)(have), (uint64_t)(want), __FILE__, __LINE__, \
		      #have)
#define EXPECT_STR_EQ(have, want) \
	unit_check_str(have, want, __FILE__, __LINE__, #have)
#define EXPECT_MEM_EQ(have, want, size) \
	unit_check_mem(have, want, size, __FILE__, __LINE__, #have)

/* Explain a failure further: printed under a "FAIL" line, never counted. */
#define UNIT_NOTE(...)               \
	do {                         \
		printf("     ");     \
		printf(__VA_ARGS__); \
		printf("\n");        \
	} while (0)

int main(int argc, char **argv)
{
	unsigned int passed = 0, failed = 0;
	struct unit_test *test;

	(void)argc;
	setvbuf(stdout, NULL, _IOLBF, 0);
	unit.arguments = argv + 1;
	for (test = unit.first; test; test = test->next) {
		unit.name = test->name;
		unit.failed = false;
		test->run();
		if (unit.failed) {
			failed++;
			continue;
		}
		passed++;
		printf("ok %s\n", test->name);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0;
}

#endif /* TESTS_UNIT_UNIT_H */
