// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The random number protocol (UEFI 2.10, 37.5), where there is one.
 */
#include "selftest.h"

#define ALGORITHMS_MAX 16

static EFI_GUID rng_guid = EFI_RNG_PROTOCOL_GUID;
static EFI_GUID raw_guid = EFI_RNG_ALGORITHM_RAW;
static EFI_GUID nonsense = { 0x11111111, 2, 3, { 4, 5, 6, 7, 8, 9, 10, 11 } };

static EFI_RNG_PROTOCOL *rng(struct selftest *st)
{
	EFI_RNG_PROTOCOL *found = protocol_anywhere(st, &rng_guid);

	if (!found)
		selftest_skip(st, "no RNG protocol");
	return found;
}

static void rng_info(struct selftest *st)
{
	EFI_GUID list[ALGORITHMS_MAX];
	EFI_RNG_PROTOCOL *r = rng(st);
	UINTN size = 0;

	if (!r)
		return;
	EXPECT_STATUS(st, r->GetInfo(r, &size, NULL), EFI_BUFFER_TOO_SMALL);
	EXPECT(st, size && size % sizeof(EFI_GUID) == 0);
	EXPECT(st, size <= sizeof(list));
	size = sizeof(list);
	EXPECT_STATUS(st, r->GetInfo(r, &size, list), EFI_SUCCESS);
	EXPECT_STATUS(st, r->GetInfo(r, NULL, list), EFI_INVALID_PARAMETER);
}

static void two_differ(struct selftest *st, EFI_RNG_PROTOCOL *r,
		       EFI_GUID *algorithm)
{
	UINT8 a[35] = {}, b[35] = {};

	EXPECT_STATUS(st, r->GetRNG(r, algorithm, sizeof(a) - 1, a),
		      EFI_SUCCESS);
	EXPECT_STATUS(st, r->GetRNG(r, algorithm, sizeof(b) - 1, b),
		      EFI_SUCCESS);
	EXPECT(st, memcmp(a, b, sizeof(a)));
	EXPECT(st, !bytes_are(a, sizeof(a), 0));
	EXPECT(st, !a[34] && !b[34]);
}

static void rng_default(struct selftest *st)
{
	EFI_RNG_PROTOCOL *r = rng(st);

	if (r)
		two_differ(st, r, NULL);
}

static bool listed(struct selftest *st, EFI_RNG_PROTOCOL *r,
		   const EFI_GUID *guid)
{
	EFI_GUID list[ALGORITHMS_MAX];
	UINTN size = sizeof(list);

	if (!EXPECT_STATUS(st, r->GetInfo(r, &size, list), EFI_SUCCESS))
		return false;
	for (UINTN i = 0; i < size / sizeof(EFI_GUID); i++)
		if (guid_equal(&list[i], guid))
			return true;
	return false;
}

/* Linux asks for raw entropy first and for the default if refused. */
static void rng_raw(struct selftest *st)
{
	EFI_RNG_PROTOCOL *r = rng(st);
	UINT8 bytes[16];

	if (!r)
		return;
	if (listed(st, r, &raw_guid))
		two_differ(st, r, &raw_guid);
	else
		EXPECT_STATUS(st, r->GetRNG(r, &raw_guid, sizeof(bytes), bytes),
			      EFI_UNSUPPORTED);
}

static void rng_invalid(struct selftest *st)
{
	EFI_RNG_PROTOCOL *r = rng(st);
	UINT8 bytes[16];

	if (!r)
		return;
	EXPECT_STATUS(st, r->GetRNG(r, NULL, 0, bytes), EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, r->GetRNG(r, NULL, sizeof(bytes), NULL),
		      EFI_INVALID_PARAMETER);
	EXPECT_STATUS(st, r->GetRNG(r, &nonsense, sizeof(bytes), bytes),
		      EFI_UNSUPPORTED);
}

const struct check rng_checks[] = {
	{ "rng.info", rng_info, PHASE_BOOT },
	{ "rng.default", rng_default, PHASE_BOOT },
	{ "rng.raw", rng_raw, PHASE_BOOT },
	{ "rng.invalid", rng_invalid, PHASE_BOOT },
	{},
};
