// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an errno of the kernel means. The order of the checks is that of
 * Linux 6.12: kexec_load_permitted(), kernel_read_file(), the probes,
 * kimage_validate_signature(), the handler, sanity_check_segment_list().
 */

#define _GNU_SOURCE /* strerrorname_np() */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <tools/kexec-pe/commands.h>
#include <tools/kexec-pe/errors.h>

#define LOAD BIT(OPERATION_LOAD)
#define UNLOAD BIT(OPERATION_UNLOAD)
#define EXEC BIT(OPERATION_EXEC)
#define ANY_OPERATION (LOAD | UNLOAD | EXEC)

#define LOCKED_DOWN BIT(ENFORCEMENT_LOCKDOWN)
#define ANY_POLICY (BIT(ENFORCEMENT_COUNT) - 1)

#define LOG "dmesg | grep -e kexec -e PEFILE -e PKCS7"
#define PAGE "Documentation/errors.md"

static const struct error_row rows[] = {
	{ EPERM, ANY_OPERATION, ANY_POLICY, FACT_NO_CAPABILITY,
	  "the caller lacks CAP_SYS_BOOT", "capabilities(7)" },
	{ EPERM, LOAD | UNLOAD, ANY_POLICY, FACT_LOAD_DISABLED,
	  "kexec is frozen until the next boot: nothing can be loaded or unloaded",
	  "sysctl kernel.kexec_load_disabled" },
	{ EPERM, LOAD | UNLOAD, ANY_POLICY, FACT_CRASH | FACT_LIMIT_REACHED,
	  "the number of crash images that may be loaded is used up",
	  "sysctl kernel.kexec_load_limit_panic" },
	{ EPERM, LOAD | UNLOAD, ANY_POLICY, FACT_LIMIT_REACHED,
	  "the number of images that may be loaded is used up",
	  "sysctl kernel.kexec_load_limit_reboot" },
	{ EPERM, LOAD, LOCKED_DOWN, 0,
	  "the kernel is locked down and cannot vouch for the file: it is unsigned, changed, revoked or signed by a key that the kernel does not trust, or the load asks for more than lockdown allows, such as a command line beside a UKI's own; all of these are EPERM here",
	  LOG "; kernel_lockdown(7); " PAGE },
	{ EPERM, LOAD | UNLOAD, ANY_POLICY, 0,
	  "a policy of the kernel forbids it: what the handler refuses under lockdown, such as a command line beside a UKI's own, or a security module",
	  LOG "; " PAGE },
	{ EPERM, EXEC, ANY_POLICY, 0, "a security module forbids it", "dmesg" },

	{ EBUSY, ANY_OPERATION, ANY_POLICY, 0,
	  "another kexec operation is under way: try again", PAGE },

	{ ENOSYS, LOAD | UNLOAD, ANY_POLICY, 0,
	  "this kernel has no kexec_file_load(2): it was built without CONFIG_KEXEC_FILE",
	  "/proc/config.gz or /boot/config-*" },

	{ ETXTBSY, LOAD, ANY_POLICY, 0, "the file is open for writing",
	  "fuser -v FILE" },
	{ EFBIG, LOAD, ANY_POLICY, 0, "the file is larger than 4 GiB", PAGE },
	{ EBADF, LOAD, ANY_POLICY, 0, "the file cannot be read by the kernel",
	  "ls -l FILE" },
	{ EIO, LOAD, ANY_POLICY, 0,
	  "the file could not be read to its end, or the handler could not read what firmware left in memory, or measuring is required and the TPM does not answer",
	  "dmesg" },
	{ EACCES, LOAD, ANY_POLICY, FACT_IMA,
	  "IMA appraises kexec images, and this file, or its initrd, has no valid IMA signature",
	  "dmesg; the audit log; evmctl(1)" },
	{ EACCES, LOAD, ANY_POLICY, 0,
	  "a security module (IMA, SELinux) forbids the kernel to use the file",
	  "dmesg; the audit log" },

	{ ENOEXEC, LOAD, ANY_POLICY, FACT_NO_HANDLER,
	  "this kernel has no handler for PE images and the file is no native image",
	  "CONFIG_KEXEC_PE in /proc/config.gz or /boot/config-*" },
	{ ENOEXEC, LOAD, ANY_POLICY, FACT_HANDLER_OFF,
	  "the handler for PE images is switched off and the file is no native image",
	  "sysctl kernel.kexec_pe" },
	{ ENOEXEC, LOAD, ANY_POLICY, FACT_HANDLER_ONLY,
	  "only PE images for this machine are loaded until the next boot, and the file is none",
	  "sysctl kernel.kexec_pe; " LOG },
	{ ENOEXEC, LOAD, ANY_POLICY, 0,
	  "the file is neither a PE image for this machine nor a native kernel image",
	  LOG "; file FILE" },
	{ ELIBBAD, LOAD, ANY_POLICY, 0,
	  "the file is a malformed PE image; the kernel log names the rule that it breaks",
	  LOG "; " PAGE },

	{ ENODATA, LOAD, ANY_POLICY, 0,
	  "signatures are enforced and the file has none",
	  "sbverify --list FILE" },
	{ ENOKEY, LOAD, ANY_POLICY, 0,
	  "signatures are enforced and the file is signed by a key that the kernel does not trust",
	  "keyctl show %:.platform; sbverify --list FILE" },
	{ EKEYREJECTED, LOAD, ANY_POLICY, 0,
	  "signatures are enforced, and this one does not belong to the file, or its key or the file was revoked",
	  LOG "; sbverify --list FILE" },
	{ EBADMSG, LOAD, ANY_POLICY, 0,
	  "signatures are enforced, and this one is malformed",
	  LOG "; sbverify --list FILE" },
	{ EMSGSIZE, LOAD, ANY_POLICY, 0,
	  "signatures are enforced, and the size of this one is not as the kernel expects it",
	  LOG "; sbverify --list FILE" },
	{ ENOPKG, LOAD, ANY_POLICY, 0,
	  "signatures are enforced, and this one uses an algorithm that the kernel does not have",
	  LOG "; /proc/crypto" },
	{ KERNEL_ENOTSUPP, LOAD, ANY_POLICY, 0,
	  "signatures are enforced, and this one has a wrapper that the kernel does not know",
	  LOG "; sbverify --list FILE" },
	{ EOPNOTSUPP, LOAD, ANY_POLICY, 0,
	  "the handler does not support this machine: it was not booted by EFI, or its memory is encrypted, or measuring is required and payloads cannot reach its TPM",
	  LOG },
	{ ENODEV, LOAD, ANY_POLICY, 0,
	  "measuring is required (kexec_pe.tpm) and there is no TPM 2.0",
	  "/sys/module/kexec_pe/parameters/tpm; /sys/class/tpm" },

	{ EADDRNOTAVAIL, LOAD, ANY_POLICY, FACT_CRASH | FACT_NO_CRASH_MEMORY,
	  "no memory is reserved for a crash kernel",
	  "crashkernel= in Documentation/admin-guide/kdump of Linux" },
	{ EADDRNOTAVAIL, LOAD, ANY_POLICY, FACT_CRASH,
	  "the memory reserved for a crash kernel is too small for this image",
	  LOG " has the figure; /sys/kernel/kexec_crash_size" },
	{ EADDRNOTAVAIL, LOAD, ANY_POLICY, 0,
	  "no free range of memory is large enough", "/proc/iomem" },
	{ EINVAL, LOAD, ANY_POLICY, FACT_NO_HANDLER,
	  "this kernel has no handler for PE images, or the image does not fit into half of the memory",
	  "CONFIG_KEXEC_PE in /proc/config.gz or /boot/config-*" },
	{ EINVAL, LOAD, ANY_POLICY, FACT_DEBUG,
	  "the kernel does not know KEXEC_FILE_DEBUG (before Linux 6.8), or the image does not fit into half of the memory, or an argument is not usable",
	  LOG },
	{ EINVAL, LOAD, ANY_POLICY, 0,
	  "the image does not fit into half of the memory, or the command line is not UTF-8 or names a profile that the UKI does not have",
	  LOG "; " PAGE },
	{ EINVAL, EXEC, ANY_POLICY, 0, "nothing is loaded",
	  "kexec-pe status; /sys/kernel/kexec_loaded" },
	{ ENOMEM, LOAD, ANY_POLICY, 0,
	  "not enough memory: a load needs about twice the size of the image, and an image half of the memory at most",
	  "/proc/meminfo" },

	{ 0, ANY_OPERATION, ANY_POLICY, 0,
	  "no cause of this error is known for this operation", LOG "; " PAGE },
};

const struct error_row *error_rows(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(rows);
	return rows;
}

static bool row_fits(const struct error_row *row, int error,
		     enum operation operation, enum enforcement enforcement,
		     unsigned int facts)
{
	return row->error == error && row->operations & BIT(operation) &&
	       row->enforcements & BIT(enforcement) &&
	       (row->facts & facts) == row->facts;
}

const struct error_row *error_find(int error, enum operation operation,
				   enum enforcement enforcement,
				   unsigned int facts)
{
	const struct error_row *last = &rows[ARRAY_SIZE(rows) - 1];
	const struct error_row *row;

	for (row = rows; row < last; row++) {
		if (row_fits(row, error, operation, enforcement, facts))
			return row;
	}
	return last;
}

unsigned int error_facts(const struct policy *policy, bool crash, bool may_boot)
{
	unsigned int facts = 0;

	if (!may_boot)
		facts |= FACT_NO_CAPABILITY;
	if (policy->load_disabled == 1)
		facts |= FACT_LOAD_DISABLED;
	if (!(crash ? policy->limit_panic : policy->limit_reboot))
		facts |= FACT_LIMIT_REACHED;
	if (policy->handler == HANDLER_ABSENT)
		facts |= FACT_NO_HANDLER;
	if (policy->handler == HANDLER_OFF)
		facts |= FACT_HANDLER_OFF;
	if (policy->handler == HANDLER_ONLY)
		facts |= FACT_HANDLER_ONLY;
	if (crash)
		facts |= FACT_CRASH;
	if (!policy->crash_size)
		facts |= FACT_NO_CRASH_MEMORY;
	if (policy->ima_appraises == ANSWER_YES)
		facts |= FACT_IMA;
	return facts;
}

const char *error_name(int error)
{
	const char *name = strerrorname_np(error);

	if (error == KERNEL_ENOTSUPP)
		return "ENOTSUPP";
	return name ? name : "unknown";
}

void error_explain(const char *subject, int error, enum operation operation,
		   struct policy *policy, unsigned int facts)
{
	const struct error_row *row;

	policy_read_config("", policy);
	row = error_find(error, operation, policy_enforcement(policy), facts);
	complain("%s: refused by the kernel: %s (%s)", subject,
		 error == KERNEL_ENOTSUPP ? "Not supported" : strerror(error),
		 error_name(error));
	complain("%s", row->meaning);
	complain("look: %s", row->look);
}

void complain(const char *format, ...)
{
	va_list arguments;

	fputs("kexec-pe: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

int finish_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_DONE;
	complain("stdout: %s", strerror(errno));
	return STATUS_USAGE;
}
