// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much DER (X.690) as it takes to find the digest in an Authenticode
 * signature's SpcIndirectDataContent:
 *
 *	SEQUENCE { data, SEQUENCE { SEQUENCE { OID, ... }, OCTET STRING } }
 */
#include <string.h>

#include <kexec_pe/tcg.h>

#include <tools/kexec-pe/inspect/inspect.h>

#define DER_OID 0x06
#define DER_OCTET_STRING 0x04
#define DER_SEQUENCE 0x30

static const struct {
	u16 algorithm;
	u8 size;
	u8 oid[9];
} oids[] = {
	{ TCG_ALG_SHA1, 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1a } },
	{ TCG_ALG_SHA256,
	  9,
	  { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 } },
	{ TCG_ALG_SHA384,
	  9,
	  { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02 } },
	{ TCG_ALG_SHA512,
	  9,
	  { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03 } },
};

/* Length of the contents at *@at, which moves behind the length. */
static bool read_length(const struct view *from, u64 *at, u64 *ret)
{
	const u8 *byte = view_at(from, *at, 1);
	u32 more;

	if (!byte)
		return false;
	++*at;
	*ret = *byte;
	if (*byte < 0x80)
		return true;
	more = *byte & 0x7f;
	if (!more || more > 4)
		return false;
	for (*ret = 0; more; more--, ++*at) {
		byte = view_at(from, *at, 1);
		if (!byte)
			return false;
		*ret = *ret << 8 | *byte;
	}
	return true;
}

/* Takes one element off the front of @from, 0 for any tag. */
static bool next(struct view *from, u8 tag, struct view *ret)
{
	const u8 *byte = view_at(from, 0, 1);
	u64 at = 1, length;

	if (!byte || (tag && *byte != tag) ||
	    !read_length(from, &at, &length) ||
	    !view_cut(from, at, length, ret))
		return false;
	from->base += at + length;
	from->size -= at + length;
	return true;
}

static u16 find_algorithm(const struct view *oid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(oids); i++)
		if (oid->size == oids[i].size &&
		    !memcmp(oid->base, oids[i].oid, oid->size))
			return oids[i].algorithm;
	return 0;
}

bool der_digest_info(const struct view *content, u16 *ret_algorithm,
		     struct view *ret_digest)
{
	struct view rest = *content, indirect, data, info, algorithm, oid;

	if (!next(&rest, DER_SEQUENCE, &indirect) ||
	    !next(&indirect, 0, &data) ||
	    !next(&indirect, DER_SEQUENCE, &info) ||
	    !next(&info, DER_SEQUENCE, &algorithm) ||
	    !next(&algorithm, DER_OID, &oid) ||
	    !next(&info, DER_OCTET_STRING, ret_digest))
		return false;
	*ret_algorithm = find_algorithm(&oid);
	return true;
}

bool der_message(const struct view *from, u64 offset, struct view *ret)
{
	struct view rest, content;
	const u8 *start;

	if (offset > from->size ||
	    !view_cut(from, offset, from->size - offset, &rest))
		return false;
	start = rest.base;
	if (!next(&rest, DER_SEQUENCE, &content))
		return false;
	return view_cut(from, offset,
			(u64)(content.base - start) + content.size, ret);
}
