// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of tools/kexec-pe/errors.c: the table of errnos and their causes. */
// sources: tools/kexec-pe/errors.c tools/kexec-pe/policy.c
// sources: tools/kexec-pe/files.c

#include <errno.h>
#include <unit.h>

#include <tools/kexec-pe/errors.h>

/* What kexec_file_load(2) of Linux 6.12 and the handler can answer. */
static const int load_errors[] = {
	EPERM,		 EBUSY,		EBADF,	 EINVAL,  ENOSYS,
	ETXTBSY,	 EFBIG,		EIO,	 EACCES,  ENOEXEC,
	ENOKEY,		 ENOPKG,	ENODATA, EBADMSG, EMSGSIZE,
	EKEYREJECTED,	 EADDRNOTAVAIL, ENOMEM,	 ELIBBAD, EOPNOTSUPP,
	KERNEL_ENOTSUPP,
};

static const struct error_row *find(int error, unsigned int facts)
{
	return error_find(error, OPERATION_LOAD, ENFORCEMENT_NONE, facts);
}

static bool says(const struct error_row *row, const char *words)
{
	return strstr(row->meaning, words);
}

static bool reachable(const struct error_row *row)
{
	int operation, enforcement;

	for (operation = 0; operation < OPERATION_COUNT; operation++) {
		for (enforcement = 0; enforcement < ENFORCEMENT_COUNT;
		     enforcement++) {
			if (error_find(row->error, (enum operation)operation,
				       (enum enforcement)enforcement,
				       row->facts) == row)
				return true;
		}
	}
	return false;
}

UNIT_TEST(no_row_hides_another)
{
	const struct error_row *rows;
	size_t i, count;

	rows = error_rows(&count);
	for (i = 0; i < count; i++) {
		if (!EXPECT_TRUE(reachable(&rows[i])))
			UNIT_NOTE("row %zu: %s", i, rows[i].meaning);
	}
}

UNIT_TEST(sentences_are_one_line_without_full_stop)
{
	const struct error_row *rows;
	size_t i, count;

	rows = error_rows(&count);
	for (i = 0; i < count; i++) {
		size_t length = strlen(rows[i].meaning);

		EXPECT_TRUE(length > 10);
		EXPECT_TRUE(rows[i].meaning[length - 1] != '.');
		EXPECT_FALSE(strchr(rows[i].meaning, '\n'));
		EXPECT_TRUE(strlen(rows[i].look) > 0);
	}
}

UNIT_TEST(every_error_of_a_load_is_known_under_every_policy)
{
	const struct error_row *rows, *row;
	size_t i, count;
	int policy;

	rows = error_rows(&count);
	for (i = 0; i < ARRAY_SIZE(load_errors); i++) {
		for (policy = 0; policy < ENFORCEMENT_COUNT; policy++) {
			row = error_find(load_errors[i], OPERATION_LOAD,
					 (enum enforcement)policy, 0);
			if (!EXPECT_TRUE(row != &rows[count - 1]))
				UNIT_NOTE("%s", error_name(load_errors[i]));
			EXPECT_EQ(row->error, load_errors[i]);
		}
	}
}

UNIT_TEST(an_unknown_error_is_called_unknown)
{
	EXPECT_TRUE(says(find(EDOM, 0), "no cause"));
	EXPECT_TRUE(
		says(error_find(ELIBBAD, OPERATION_EXEC, ENFORCEMENT_NONE, 0),
		     "no cause"));
}

UNIT_TEST(eperm_is_explained_in_the_order_of_the_checks)
{
	unsigned int all = FACT_NO_CAPABILITY | FACT_LOAD_DISABLED |
			   FACT_LIMIT_REACHED;
	const struct error_row *row;

	row = error_find(EPERM, OPERATION_LOAD, ENFORCEMENT_LOCKDOWN, all);
	EXPECT_TRUE(says(row, "CAP_SYS_BOOT"));
	all &= ~(unsigned int)FACT_NO_CAPABILITY;
	row = error_find(EPERM, OPERATION_LOAD, ENFORCEMENT_LOCKDOWN, all);
	EXPECT_TRUE(says(row, "frozen"));
	row = error_find(EPERM, OPERATION_LOAD, ENFORCEMENT_LOCKDOWN,
			 FACT_LIMIT_REACHED);
	EXPECT_TRUE(says(row, "used up"));
	EXPECT_TRUE(strstr(row->look, "limit_reboot"));
	row = error_find(EPERM, OPERATION_LOAD, ENFORCEMENT_LOCKDOWN,
			 FACT_LIMIT_REACHED | FACT_CRASH);
	EXPECT_TRUE(strstr(row->look, "limit_panic"));
}

UNIT_TEST(eperm_means_lockdown_only_under_lockdown)
{
	EXPECT_TRUE(
		says(error_find(EPERM, OPERATION_LOAD, ENFORCEMENT_LOCKDOWN, 0),
		     "locked down"));
	EXPECT_FALSE(says(find(EPERM, 0), "locked down"));
	EXPECT_FALSE(says(error_find(EPERM, OPERATION_LOAD,
				     ENFORCEMENT_SIGNATURE, 0),
			  "locked down"));
	EXPECT_FALSE(says(error_find(EPERM, OPERATION_UNLOAD,
				     ENFORCEMENT_LOCKDOWN, 0),
			  "locked down"));
}

UNIT_TEST(enoexec_depends_on_the_handler)
{
	EXPECT_TRUE(says(find(ENOEXEC, FACT_NO_HANDLER), "has no handler"));
	EXPECT_TRUE(says(find(ENOEXEC, FACT_HANDLER_OFF), "switched off"));
	EXPECT_TRUE(says(find(ENOEXEC, FACT_HANDLER_ONLY), "only PE images"));
	EXPECT_TRUE(says(find(ENOEXEC, 0), "neither a PE image"));
}

UNIT_TEST(memory_of_a_crash_kernel)
{
	EXPECT_TRUE(says(find(EADDRNOTAVAIL, FACT_CRASH | FACT_NO_CRASH_MEMORY),
			 "no memory is reserved"));
	EXPECT_TRUE(says(find(EADDRNOTAVAIL, FACT_CRASH), "too small"));
	EXPECT_TRUE(says(find(EADDRNOTAVAIL, FACT_NO_CRASH_MEMORY),
			 "no free range"));
}

UNIT_TEST(exec_without_an_image)
{
	EXPECT_TRUE(says(error_find(EINVAL, OPERATION_EXEC, ENFORCEMENT_NONE,
				    FACT_NO_HANDLER),
			 "nothing is loaded"));
}

UNIT_TEST(facts_come_from_the_policy)
{
	struct policy policy = {
		.handler = HANDLER_LAST,
		.load_disabled = 0,
		.limit_reboot = -1,
		.limit_panic = 0,
		.crash_size = -1,
		.ima_appraises = ANSWER_UNKNOWN,
	};

	EXPECT_EQ(error_facts(&policy, false, true), 0);
	EXPECT_EQ(error_facts(&policy, true, true),
		  FACT_CRASH | FACT_LIMIT_REACHED);
	EXPECT_EQ(error_facts(&policy, false, false), FACT_NO_CAPABILITY);
	policy.handler = HANDLER_ABSENT;
	policy.load_disabled = 1;
	policy.crash_size = 0;
	policy.ima_appraises = ANSWER_YES;
	EXPECT_EQ(error_facts(&policy, false, true),
		  FACT_NO_HANDLER | FACT_LOAD_DISABLED | FACT_NO_CRASH_MEMORY |
			  FACT_IMA);
	policy.handler = HANDLER_OFF;
	EXPECT_TRUE(error_facts(&policy, false, true) & FACT_HANDLER_OFF);
	policy.handler = HANDLER_ONLY;
	EXPECT_TRUE(error_facts(&policy, false, true) & FACT_HANDLER_ONLY);
}

UNIT_TEST(names)
{
	EXPECT_STR_EQ(error_name(EPERM), "EPERM");
	EXPECT_STR_EQ(error_name(KERNEL_ENOTSUPP), "ENOTSUPP");
	EXPECT_STR_EQ(error_name(100000), "unknown");
}
