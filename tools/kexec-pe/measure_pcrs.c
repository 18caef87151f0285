// SPDX-License-Identifier: GPL-2.0-or-later
/* PCR values that tools or the kernel have written down. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/files.h>
#include <tools/kexec-pe/measure.h>

#define PCR_FILE_SIZE 65536

static const struct {
	u16 algorithm;
	const char *name;
} algorithms[MEASURE_ALGORITHMS] = {
	{ TCG_ALG_SHA1, "sha1" },
	{ TCG_ALG_SHA256, "sha256" },
	{ TCG_ALG_SHA384, "sha384" },
	{ TCG_ALG_SHA512, "sha512" },
};

u16 measure_algorithm(u32 index)
{
	return algorithms[index].algorithm;
}

const char *measure_algorithm_name(u16 algorithm)
{
	u32 i;

	for (i = 0; i < MEASURE_ALGORITHMS; i++)
		if (algorithms[i].algorithm == algorithm)
			return algorithms[i].name;
	return "unknown";
}

int measure_algorithm_index(const char *name, size_t length)
{
	int i;

	for (i = 0; i < MEASURE_ALGORITHMS; i++)
		if (strlen(algorithms[i].name) == length &&
		    !memcmp(algorithms[i].name, name, length))
			return i;
	return -1;
}

static const char *skip_space(const char *text)
{
	while (*text == ' ' || *text == '\t' || *text == '\r')
		text++;
	return text;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "0x" and exactly @size bytes in hexadecimal, then nothing. */
static bool parse_hex(const char *text, u32 size, u8 *ret)
{
	u32 i;

	text = skip_space(text);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	for (i = 0; i < size; i++, text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return false;
		ret[i] = (u8)(high << 4 | low);
	}
	return !*skip_space(text);
}

/* "N:" or "N :", then the value; @bank -1: nobody has said of which bank */
static bool parse_value(const char *text, int bank, struct measure_pcrs *ret)
{
	u8 value[TCG_DIGEST_MAX];
	unsigned long pcr;
	char *end;

	if (bank < 0 || *text < '0' || *text > '9')
		return false;
	pcr = strtoul(text, &end, 10);
	text = skip_space(end);
	if (pcr >= TCG_PCR_COUNT || *text != ':' ||
	    !parse_hex(text + 1, tpm_digest_size(measure_algorithm((u32)bank)),
		       value))
		return false;
	memcpy(ret->pcr[bank][pcr].value, value, sizeof(value));
	ret->pcr[bank][pcr].known = true;
	return true;
}

/* "[...]pcr-sha256/11:HEX" */
static bool parse_sysfs(const char *text, struct measure_pcrs *ret)
{
	const char *name = strstr(text, "pcr-"), *slash;

	if (!name)
		return false;
	name += strlen("pcr-");
	slash = strchr(name, '/');
	return slash && parse_value(slash + 1,
				    measure_algorithm_index(
					    name, (size_t)(slash - name)),
				    ret);
}

/* "sha256:" alone: what follows is of that bank; others are skipped. */
static bool parse_heading(const char *text, int *ret_bank)
{
	const char *colon = strchr(text, ':');

	if (!colon || *skip_space(colon + 1))
		return false;
	*ret_bank = measure_algorithm_index(text, strcspn(text, " :"));
	return true;
}

u32 measure_parse_pcrs(const char *text, struct measure_pcrs *ret)
{
	u32 number = 0;
	int bank = -1;

	while (*text) {
		const size_t length = strcspn(text, "\n");
		char line[1024];
		const char *at;

		number++;
		if (length >= sizeof(line))
			return number;
		memcpy(line, text, length);
		line[length] = '\0';
		text += length + (text[length] == '\n');
		at = skip_space(line);
		if (!*at || *at == '#')
			continue;
		if (!parse_heading(at, &bank) && !parse_value(at, bank, ret) &&
		    !parse_sysfs(at, ret))
			return number;
	}
	return 0;
}

static bool any_known(const struct measure_pcrs *pcrs)
{
	u32 i, pcr;

	for (i = 0; i < MEASURE_ALGORITHMS; i++)
		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++)
			if (pcrs->pcr[i][pcr].known)
				return true;
	return false;
}

static void read_folder(const char *path, struct measure_pcrs *ret)
{
	char name[64], value[2 * TCG_DIGEST_MAX + 16], line[256];
	u32 i, pcr;

	for (i = 0; i < MEASURE_ALGORITHMS; i++) {
		for (pcr = 0; pcr < TCG_PCR_COUNT; pcr++) {
			snprintf(name, sizeof(name), "/pcr-%s/%u",
				 algorithms[i].name, pcr);
			if (file_read(path, name, sizeof(value), value) <= 0)
				continue;
			value[strcspn(value, "\n")] = '\0';
			snprintf(line, sizeof(line), "%u:%s", pcr, value);
			parse_value(line, (int)i, ret);
		}
	}
}

bool measure_read_pcrs(const char *path, struct measure_pcrs *ret)
{
	static char text[PCR_FILE_SIZE];
	struct stat status;
	u32 line;

	if (stat(path, &status)) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(status.st_mode)) {
		read_folder(path, ret);
	} else {
		if (file_read("", path, sizeof(text), text) < 0) {
			complain("%s: %s", path, strerror(errno));
			return false;
		}
		line = measure_parse_pcrs(text, ret);
		if (line) {
			complain("%s:%u: no PCR value", path, line);
			return false;
		}
	}
	if (!any_known(ret))
		complain("%s: no PCR values in it", path);
	return any_known(ret);
}
