// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy in force, read from /proc, /sys and the kernel configuration. */

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tools/kexec-pe/files.h>
#include <tools/kexec-pe/policy.h>

#define SYSCTL "/proc/sys/kernel/"
#define SECURITYFS "/sys/kernel/security/"

/* EFI_GLOBAL_VARIABLE (UEFI 2.10, 3.3); efivarfs puts 4 attribute bytes first. */
#define SECURE_BOOT_VARIABLE                    \
	"/sys/firmware/efi/efivars/SecureBoot-" \
	"8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFIVARFS_ATTRIBUTES 4

#define CONFIG_SIZE_MAX 1048576UL

static const char *const lockdown_names[] = {
	[LOCKDOWN_UNKNOWN] = "unknown",
	[LOCKDOWN_NONE] = "none",
	[LOCKDOWN_INTEGRITY] = "integrity",
	[LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

const char *lockdown_name(enum lockdown lockdown)
{
	return lockdown_names[lockdown];
}

const char *handler_text(int handler)
{
	switch (handler) {
	case HANDLER_ABSENT:
		return "this kernel has no handler for PE images";
	case HANDLER_OFF:
		return "off";
	case HANDLER_LAST:
		return "native handlers first";
	case HANDLER_FIRST:
		return "every PE image through its EFI entry";
	case HANDLER_ONLY:
		return "PE images only, until the next boot";
	default:
		return "a value that this program does not know";
	}
}

/* The file shows all levels, with the one in force in brackets. */
static enum lockdown read_lockdown(const char *root)
{
	char text[128], word[32];
	int level;

	file_read(root, SECURITYFS "lockdown", sizeof(text), text);
	for (level = LOCKDOWN_NONE; level <= LOCKDOWN_CONFIDENTIALITY;
	     level++) {
		snprintf(word, sizeof(word), "[%s]", lockdown_names[level]);
		if (strstr(text, word))
			return (enum lockdown)level;
	}
	return LOCKDOWN_UNKNOWN;
}

static enum answer read_secure_boot(const char *root)
{
	char variable[EFIVARFS_ATTRIBUTES + 3]; /* one more than fits */

	if (file_read(root, SECURE_BOOT_VARIABLE, sizeof(variable), variable) !=
	    EFIVARFS_ATTRIBUTES + 1)
		return ANSWER_UNKNOWN;
	return variable[EFIVARFS_ATTRIBUTES] == 1 ? ANSWER_YES : ANSWER_NO;
}

/* The policy can be read only with IMA_READ_POLICY. */
static enum answer read_ima(const char *root)
{
	char text[16384], *line, *rest = text;

	if (file_read(root, SECURITYFS "ima/policy", sizeof(text), text) < 0)
		return ANSWER_UNKNOWN;
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, "appraise ", strlen("appraise ")) &&
		    strstr(line, "func=KEXEC_KERNEL_CHECK"))
			return ANSWER_YES;
	}
	return ANSWER_NO;
}

void policy_read(const char *root, struct policy *ret)
{
	ret->handler =
		file_read_number(root, SYSCTL "kexec_pe", HANDLER_ABSENT);
	ret->load_disabled =
		file_read_number(root, SYSCTL "kexec_load_disabled", -1);
	ret->limit_reboot =
		file_read_number(root, SYSCTL "kexec_load_limit_reboot", -1);
	ret->limit_panic =
		file_read_number(root, SYSCTL "kexec_load_limit_panic", -1);
	ret->crash_size =
		file_read_number(root, "/sys/kernel/kexec_crash_size", -1);
	ret->lockdown = read_lockdown(root);
	ret->secure_boot = read_secure_boot(root);
	ret->ima_appraises = read_ima(root);
	ret->signature_forced = ANSWER_UNKNOWN;
}

static bool config_has(const char *config, const char *option)
{
	size_t length = strlen(option);
	const char *hit = config;

	while ((hit = strstr(hit, option))) {
		if ((hit == config || hit[-1] == '\n') &&
		    !strncmp(hit + length, "=y\n", 3))
			return true;
		hit += length;
	}
	return false;
}

enum answer policy_scan_config(const char *config, enum answer secure_boot)
{
	if (!config_has(config, "CONFIG_KEXEC_SIG"))
		return ANSWER_NO;
	if (config_has(config, "CONFIG_KEXEC_SIG_FORCE"))
		return ANSWER_YES;
	if (config_has(config, "CONFIG_IMA_ARCH_POLICY"))
		return secure_boot;
	return ANSWER_NO;
}

/* Starts gzip -dc for a file. Returns its pid and a pipe, or -1. */
static pid_t start_gzip(const char *path, int *ret_fd)
{
	char name[] = "gzip", unpack[] = "-dc";
	char *argv[] = { name, unpack, (char *)path, NULL };
	char *envp[] = { NULL };
	posix_spawn_file_actions_t actions;
	int fds[2];
	pid_t pid = -1;

	if (pipe(fds))
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclose(&actions, fds[0]);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, fds[1]);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	if (posix_spawn(&pid, "/bin/gzip", &actions, NULL, argv, envp))
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (pid < 0)
		close(fds[0]);
	else
		*ret_fd = fds[0];
	return pid;
}

/* Fills @config from /proc/config.gz; false when that cannot be had. */
static bool read_config_gz(const char *root, char *config)
{
	char path[PATH_MAX];
	size_t have = 0;
	ssize_t got;
	pid_t pid;
	int fd = -1, status;

	snprintf(path, sizeof(path), "%s/proc/config.gz", root);
	if (access(path, R_OK))
		return false;
	pid = start_gzip(path, &fd);
	if (pid < 0)
		return false;
	while (have < CONFIG_SIZE_MAX - 1 &&
	       (got = read(fd, config + have, CONFIG_SIZE_MAX - 1 - have)) > 0)
		have += (size_t)got;
	close(fd);
	config[have] = '\0';
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

static bool read_config_boot(const char *root, char *config)
{
	struct utsname name;
	char path[PATH_MAX];

	if (uname(&name))
		return false;
	snprintf(path, sizeof(path), "/boot/config-%s", name.release);
	return file_read(root, path, CONFIG_SIZE_MAX, config) > 0;
}

void policy_read_config(const char *root, struct policy *policy)
{
	char *config = malloc(CONFIG_SIZE_MAX);

	policy->signature_forced = ANSWER_UNKNOWN;
	if (config &&
	    (read_config_gz(root, config) || read_config_boot(root, config)))
		policy->signature_forced =
			policy_scan_config(config, policy->secure_boot);
	free(config);
}

/*
 * kimage_validate_signature() returns the verdict itself where signatures are
 * forced, and asks lockdown only after that.
 */
enum enforcement policy_enforcement(const struct policy *policy)
{
	if (policy->signature_forced == ANSWER_YES)
		return ENFORCEMENT_SIGNATURE;
	if (policy->lockdown >= LOCKDOWN_INTEGRITY)
		return ENFORCEMENT_LOCKDOWN;
	return ENFORCEMENT_NONE;
}
