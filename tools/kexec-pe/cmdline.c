// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line of the running kernel, made fit for the next one. */

#include <string.h>

#include <tools/kexec-pe/cmdline.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Length of the word at the start, as next_arg() of the kernel's lib/cmdline.c */
static size_t word_length(const char *text)
{
	bool quoted = false;
	size_t i;

	for (i = 0; text[i] && (quoted || !is_space(text[i])); i++) {
		if (text[i] == '"')
			quoted = !quoted;
	}
	return i;
}

static bool starts_with(const char *word, const char *prefix)
{
	return !strncmp(word, prefix, strlen(prefix));
}

static bool is_of_this_boot(const char *word, bool panic)
{
	if (*word == '"')
		word++;
	return starts_with(word, "BOOT_IMAGE=") ||
	       starts_with(word, "initrd=") ||
	       starts_with(word, "elfcorehdr=") ||
	       (panic && starts_with(word, "crashkernel="));
}

void cmdline_reuse(const char *running, bool panic, char *ret)
{
	char *out = ret;
	size_t length;

	for (; *running; running += length) {
		while (is_space(*running))
			running++;
		length = word_length(running);
		if (!length || is_of_this_boot(running, panic))
			continue;
		if (out != ret)
			*out++ = ' ';
		memcpy(out, running, length);
		out += length;
	}
	*out = '\0';
}
