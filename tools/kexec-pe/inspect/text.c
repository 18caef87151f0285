// SPDX-License-Identifier: GPL-2.0-or-later
/* The result for people. What comes from the file cannot move the cursor. */
#include <kexec_pe/pe.h>

#include <tools/kexec-pe/inspect/inspect.h>

static void put(FILE *to, const struct view *text)
{
	u64 i;

	for (i = 0; i < text->size; i++) {
		u8 c = text->base[i];

		if (c == '\n')
			fputs("\n               ", to);
		else if (c < ' ' || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fputc(c, to);
	}
}

static void put_line(FILE *to, const char *name, const struct view *content)
{
	struct view text;

	if (!content->base)
		return;
	text = text_view(content);
	fprintf(to, "%-15s", name);
	put(to, &text);
	fputc('\n', to);
}

static const char *kind(const struct inspection *inspection)
{
	if (inspection->is_uki)
		return "unified kernel image";
	return inspection->is_zboot ? "zboot image" : "EFI application";
}

static void put_signature(FILE *to, const struct signature *signature,
			  u32 number)
{
	char label[32];

	snprintf(label, sizeof(label), "signature %u:", number);
	fprintf(to, "%-15s", label);
	if (signature->fault) {
		fprintf(to, "%s\n", signature->fault);
		return;
	}
	fprintf(to, "%s, digest %s %s\n",
		signature->algorithm[0] ? signature->algorithm : "unknown",
		algorithm_name(signature->digest_algorithm),
		signature->digest_matches ? "is that of the file" :
					    "IS NOT THAT OF THE FILE");
	if (!signature->subject[0]) {
		fprintf(to, "  its certificate is not there (serial %s)\n",
			signature->serial);
		return;
	}
	fprintf(to,
		"  subject:     %s\n  issuer:      %s\n  serial:      %s%s\n",
		signature->subject, signature->issuer, signature->serial,
		signature->valid ? "" : "\n  NOT made with this key");
}

static void put_sbat(FILE *to, const struct view *section)
{
	struct view rest = *section;
	struct sbat_entry entry;
	enum sbat_fault fault;
	u32 count;

	if (!section->base)
		return;
	fault = sbat_check(section, &count);
	if (fault) {
		fprintf(to, "sbat:          malformed: %s\n",
			sbat_fault_text(fault));
		return;
	}
	for (count = 0; sbat_next(&rest, &entry); count++) {
		fprintf(to, "%-15s", count ? "" : "sbat:");
		put(to, &entry.name);
		fprintf(to, " generation %u (", entry.generation);
		put(to, &entry.package);
		fputc(' ', to);
		put(to, &entry.version);
		fputs(")\n", to);
	}
}

static void put_initrd(FILE *to, const struct view *initrd)
{
	enum cpio_fault fault;
	u64 size;
	u32 count;

	if (!initrd->base)
		return;
	fprintf(to, "initrd:        %llu bytes, ",
		(unsigned long long)initrd->size);
	if (!cpio_is(initrd)) {
		fputs("compressed\n", to);
		return;
	}
	fault = cpio_check(initrd, &count, &size);
	if (fault)
		fprintf(to, "malformed: %s\n", cpio_fault_text(fault));
	else
		fprintf(to, "first an archive of %u entries, %llu bytes\n",
			count, (unsigned long long)size);
}

static void put_profiles(FILE *to, const struct inspection *inspection)
{
	u32 i, count = uki_profile_count(&inspection->pe);
	struct view profile = { 0 };
	char label[32];
	struct uki uki;

	for (i = 0; i < count; i++) {
		snprintf(label, sizeof(label), "profile @%u:", i);
		inspect_find(&inspection->pe, ".profile", i, &profile);
		put_line(to, label, &profile);
		if (!uki_parse(&inspection->pe, i + 1, &uki))
			put_line(to, "  cmdline:", &uki.section[UKI_CMDLINE]);
	}
}

static void put_sections(FILE *to, const struct pe_image *pe)
{
	struct pe_section section;
	u32 i;

	fprintf(to, "\n%-9s %10s %10s %10s  flags\n", "section", "address",
		"memory", "file");
	for (i = 0; i < pe->section_count; i++) {
		u32 flags;

		pe_section(pe, i, &section);
		flags = section.characteristics;
		fprintf(to, "%-9s 0x%08x %10u %10u  %c%c%c 0x%08x\n",
			section.name, section.virtual_address,
			section.virtual_size, section.raw_size,
			flags & IMAGE_SCN_MEM_READ ? 'r' : '-',
			flags & IMAGE_SCN_MEM_WRITE ? 'w' : '-',
			flags & IMAGE_SCN_MEM_EXECUTE ? 'x' : '-', flags);
	}
}

void print_text(FILE *to, const struct inspection *inspection)
{
	const struct pe_image *pe = &inspection->pe;
	const struct uki *uki = &inspection->uki;
	struct view sbat = { 0 };
	u32 i;

	fprintf(to, "%s: %s for %s, %llu bytes%s\n", inspection->path,
		kind(inspection), machine_name(pe->machine),
		(unsigned long long)inspection->file.size,
		pe->dll_characteristics & IMAGE_DLL_CHARACTERISTICS_NX_COMPAT ?
			", NX_COMPAT" :
			"");
	if (inspection->rule)
		fprintf(to, "kernel:        refuses it: %s: %s\n",
			rule_name(inspection->rule),
			rule_text(inspection->rule));
	else
		fputs("kernel:        its parse rules accept it\n", to);
	fputs("authenticode:  sha256 ", to);
	for (i = 0; i < sizeof(inspection->sha256); i++)
		fprintf(to, "%02x", inspection->sha256[i]);
	fputc('\n', to);
	if (!inspection->signature_count)
		fputs("signature:     none\n", to);
	for (i = 0; i < inspection->signature_count; i++)
		put_signature(to, &inspection->signatures[i], i + 1);
	put_line(to, "stub:", &inspection->stub);
	if (inspection->is_zboot && !inspection->rule)
		fprintf(to, "compression:   %s\n",
			inspection->zboot.compression);
	put_line(to, "osrel:", &uki->section[UKI_OSREL]);
	put_line(to, "uname:", &uki->section[UKI_UNAME]);
	put_line(to, "cmdline:", &uki->section[UKI_CMDLINE]);
	put_initrd(to, &uki->section[UKI_INITRD]);
	inspect_find(pe, ".sbat", 0, &sbat);
	put_sbat(to, &sbat);
	put_profiles(to, inspection);
	put_sections(to, pe);
}
