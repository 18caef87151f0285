// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of a file: the kernel's parsers, run in its order. */
#include <string.h>

#include <emulator/tpm/hash.h>
#include <emulator/tpm/tpm.h>
#include <image/authenticode.h>
#include <kexec_pe/pe.h>

#include <tools/kexec-pe/inspect/inspect.h>

#define SDMAGIC_START "LoaderInfo: "
#define SDMAGIC_END " ####"

const char *machine_name(u16 machine)
{
	switch (machine) {
	case IMAGE_FILE_MACHINE_AMD64:
		return "x86_64";
	case IMAGE_FILE_MACHINE_ARM64:
		return "aarch64";
	case IMAGE_FILE_MACHINE_RISCV64:
		return "riscv64";
	default:
		return "unknown";
	}
}

const char *algorithm_name(u16 algorithm)
{
	switch (algorithm) {
	case TCG_ALG_SHA1:
		return "sha1";
	case TCG_ALG_SHA256:
		return "sha256";
	case TCG_ALG_SHA384:
		return "sha384";
	case TCG_ALG_SHA512:
		return "sha512";
	default:
		return "unknown";
	}
}

struct view text_view(const struct view *view)
{
	struct view text = *view;

	while (text.size && (text.base[text.size - 1] <= ' '))
		text.size--;
	return text;
}

bool inspect_find(const struct pe_image *pe, const char *name, u32 nth,
		  struct view *ret)
{
	struct pe_section section;
	u32 i;

	for (i = 0; i < pe->section_count; i++) {
		pe_section(pe, i, &section);
		if (strcmp(section.name, name) || nth--)
			continue;
		pe_section_data(pe, &section, ret);
		return true;
	}
	return false;
}

u32 inspect_digest(const struct pe_image *pe, u16 algorithm, u8 *ret)
{
	struct view parts[AUTHENTICODE_RANGES];
	u32 count = 0;

	while (count < AUTHENTICODE_RANGES &&
	       authenticode_range(pe, count, &parts[count]))
		count++;
	return hash_parts(algorithm, parts, count, ret) ?
		       tpm_digest_size(algorithm) :
		       0;
}

/* .sdmagic is "#### LoaderInfo: systemd-stub 252 ####". */
static void find_stub(const struct pe_image *pe, struct view *ret)
{
	const u8 *start, *end;
	struct view magic;

	if (!inspect_find(pe, ".sdmagic", 0, &magic))
		return;
	start = memmem(magic.base, magic.size, SDMAGIC_START,
		       strlen(SDMAGIC_START));
	if (!start)
		return;
	start += strlen(SDMAGIC_START);
	end = memmem(start, (size_t)(magic.base + magic.size - start),
		     SDMAGIC_END, strlen(SDMAGIC_END));
	if (!end)
		return;
	ret->base = start;
	ret->size = (u64)(end - start);
}

static enum rule parse_content(struct inspection *ret)
{
	ret->is_uki = uki_is(&ret->pe);
	if (ret->is_uki)
		return uki_parse(&ret->pe, 0, &ret->uki);
	ret->is_zboot = zboot_is(&ret->pe);
	if (ret->is_zboot)
		return zboot_parse(&ret->pe, &ret->zboot);
	return RULE_OK;
}

void inspect_file(const char *path, const struct view *file,
		  struct inspection *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->path = path;
	ret->file = *file;
	ret->rule = pe_parse(file->base, file->size, 0, &ret->pe);
	if (ret->rule)
		return;
	ret->parsed = true;
	ret->rule = parse_content(ret);
	find_stub(&ret->pe, &ret->stub);
	inspect_digest(&ret->pe, TCG_ALG_SHA256, ret->sha256);
	ret->signature_count = inspect_signatures(&ret->pe, ret->signatures);
}
