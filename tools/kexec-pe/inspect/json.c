// SPDX-License-Identifier: GPL-2.0-or-later
/* The result for programs; the schema is in Documentation/measure-json.md. */
#include <string.h>

#include <kexec_pe/pe.h>
#include <stage/cmdline.h>

#include <tools/kexec-pe/inspect/inspect.h>

/* UTF-8 stays as it is; of anything else each byte becomes a character. */
static void put_view(FILE *to, const struct view *text)
{
	u64 i, size;
	bool utf8 = stage_utf16(text, NULL, &size);

	fputc('"', to);
	for (i = 0; i < text->size; i++) {
		u8 c = text->base[i];

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < ' ' || c == 0x7f || (c > 0x7f && !utf8))
			fprintf(to, "\\u%04x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void put_string(FILE *to, const char *text)
{
	const struct view view = { (const u8 *)text, strlen(text) };

	put_view(to, &view);
}

/* A text of the file, null if there is none. */
static void put_text(FILE *to, const char *name, const struct view *content)
{
	struct view text;

	fprintf(to, ", \"%s\": ", name);
	if (!content->base) {
		fputs("null", to);
		return;
	}
	text = text_view(content);
	put_view(to, &text);
}

static void put_member(FILE *to, const char *name, const char *text)
{
	fprintf(to, ", \"%s\": ", name);
	if (text && text[0])
		put_string(to, text);
	else
		fputs("null", to);
}

static void put_bool(FILE *to, const char *name, bool value)
{
	fprintf(to, ", \"%s\": %s", name, value ? "true" : "false");
}

static void put_signatures(FILE *to, const struct inspection *inspection)
{
	u32 i;

	fputs(", \"signatures\": [", to);
	for (i = 0; i < inspection->signature_count; i++) {
		const struct signature *signature = &inspection->signatures[i];
		u16 algorithm = signature->digest_algorithm;

		fprintf(to, "%s{\"fault\": ", i ? ", " : "");
		if (signature->fault)
			put_string(to, signature->fault);
		else
			fputs("null", to);
		put_member(to, "subject", signature->subject);
		put_member(to, "issuer", signature->issuer);
		put_member(to, "serial", signature->serial);
		put_member(to, "algorithm", signature->algorithm);
		put_member(to, "digest_algorithm",
			   algorithm ? algorithm_name(algorithm) : NULL);
		put_bool(to, "digest_matches", signature->digest_matches);
		put_bool(to, "valid", signature->valid);
		fputc('}', to);
	}
	fputc(']', to);
}

static void put_entry(FILE *to, const struct sbat_entry *entry)
{
	fputs("{\"component\": ", to);
	put_view(to, &entry->name);
	fprintf(to, ", \"generation\": %u", entry->generation);
	fputs(", \"vendor\": ", to);
	put_view(to, &entry->vendor);
	fputs(", \"package\": ", to);
	put_view(to, &entry->package);
	fputs(", \"version\": ", to);
	put_view(to, &entry->version);
	fputs(", \"url\": ", to);
	put_view(to, &entry->url);
	fputc('}', to);
}

static void put_sbat(FILE *to, const struct pe_image *pe)
{
	enum sbat_fault fault = SBAT_OK;
	struct sbat_entry entry;
	struct view rest;
	u32 i, count;

	if (!inspect_find(pe, ".sbat", 0, &rest)) {
		fputs(", \"sbat\": null, \"sbat_fault\": null", to);
		return;
	}
	fault = sbat_check(&rest, &count);
	fputs(", \"sbat\": [", to);
	for (i = 0; !fault && sbat_next(&rest, &entry); i++) {
		fputs(i ? ", " : "", to);
		put_entry(to, &entry);
	}
	fputc(']', to);
	put_member(to, "sbat_fault", fault ? sbat_fault_text(fault) : NULL);
}

static void put_initrd(FILE *to, const struct view *initrd)
{
	enum cpio_fault fault = CPIO_OK;
	u64 size;
	u32 count;

	if (!initrd->base) {
		fputs(", \"initrd\": null", to);
		return;
	}
	fprintf(to, ", \"initrd\": {\"size\": %llu, \"entries\": ",
		(unsigned long long)initrd->size);
	if (cpio_is(initrd))
		fault = cpio_check(initrd, &count, &size);
	if (cpio_is(initrd) && !fault)
		fprintf(to, "%u", count);
	else
		fputs("null", to);
	put_member(to, "fault", fault ? cpio_fault_text(fault) : NULL);
	fputc('}', to);
}

static void put_profiles(FILE *to, const struct pe_image *pe)
{
	u32 i, count = uki_profile_count(pe);
	struct view profile, text;

	fputs(", \"profiles\": [", to);
	for (i = 0; i < count && inspect_find(pe, ".profile", i, &profile);
	     i++) {
		struct uki uki = { 0 };

		fprintf(to, "%s{\"profile\": ", i ? ", " : "");
		text = text_view(&profile);
		put_view(to, &text);
		uki_parse(pe, i + 1, &uki);
		put_text(to, "cmdline", &uki.section[UKI_CMDLINE]);
		fputc('}', to);
	}
	fputc(']', to);
}

static void put_sections(FILE *to, const struct pe_image *pe)
{
	struct pe_section section;
	u32 i;

	fputs(", \"sections\": [", to);
	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		fprintf(to, "%s{\"name\": ", i ? ", " : "");
		put_string(to, section.name);
		fprintf(to,
			", \"virtual_address\": %u, \"virtual_size\": %u, \"raw_offset\": %u, \"raw_size\": %u, \"characteristics\": %u}",
			section.virtual_address, section.virtual_size,
			section.raw_offset, section.raw_size,
			section.characteristics);
	}
	fputc(']', to);
}

static void put_parsed(FILE *to, const struct inspection *inspection)
{
	const struct pe_image *pe = &inspection->pe;
	const struct uki *uki = &inspection->uki;
	u32 i;

	put_member(to, "machine", machine_name(pe->machine));
	put_member(to, "kind",
		   inspection->is_uki	? "uki" :
		   inspection->is_zboot ? "zboot" :
					  "pe");
	put_bool(to, "nx_compat",
		 pe->dll_characteristics & IMAGE_DLL_CHARACTERISTICS_NX_COMPAT);
	fputs(", \"authenticode\": {\"sha256\": \"", to);
	for (i = 0; i < sizeof(inspection->sha256); i++)
		fprintf(to, "%02x", inspection->sha256[i]);
	fputs("\"}", to);
	put_signatures(to, inspection);
	put_text(to, "stub", &inspection->stub);
	put_text(to, "osrel", &uki->section[UKI_OSREL]);
	put_text(to, "uname", &uki->section[UKI_UNAME]);
	put_text(to, "cmdline", &uki->section[UKI_CMDLINE]);
	put_initrd(to, &uki->section[UKI_INITRD]);
	put_sbat(to, pe);
	put_profiles(to, pe);
	put_sections(to, pe);
}

void print_json(FILE *to, const struct inspection *inspection)
{
	fputs("{\"file\": ", to);
	put_string(to, inspection->path);
	fprintf(to, ", \"size\": %llu",
		(unsigned long long)inspection->file.size);
	put_bool(to, "accepted", !inspection->rule);
	put_member(to, "rule",
		   inspection->rule ? rule_name(inspection->rule) : NULL);
	put_member(to, "why",
		   inspection->rule ? rule_text(inspection->rule) : NULL);
	if (inspection->parsed)
		put_parsed(to, inspection);
	fputs("}\n", to);
}
