/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handler refuses beyond the parse rules of image/rule.h: one name,
 * errno and sentence each. Documentation/errors.md lists them.
 */
#ifndef KERNEL_REFUSAL_H
#define KERNEL_REFUSAL_H

/* X(name, errno, text) */
#define REFUSAL_LIST(X)                                                  \
	X(FILE_SIZE, EFBIG, "the file has 4 GiB or more")                \
	X(CRASH_RESERVE, EADDRNOTAVAIL,                                  \
	  "no memory was reserved with crashkernel=")                    \
	X(CRASH_LOW, EADDRNOTAVAIL,                                      \
	  "crashkernel= reserved nothing below 4 GiB")                   \
	X(CRASH_ROOM, EADDRNOTAVAIL,                                     \
	  "crashkernel= reserved too little for this image")             \
	X(MEMORY_ENCRYPTION, EOPNOTSUPP,                                 \
	  "memory encryption (SEV, TDX, SME) is active")                 \
	X(GRANULE, EOPNOTSUPP, "this processor has no 4 KiB pages")      \
	X(NO_FIRMWARE, EOPNOTSUPP,                                       \
	  "this kernel was not started by 64-bit EFI firmware")          \
	X(FIRMWARE_TABLE, EIO, "the EFI system table can't be read")     \
	X(UNVERIFIED, EPERM, "lockdown wants a verified signature")      \
	X(SECURE_BOOT_UNKNOWN, EPERM,                                    \
	  "lockdown, but the state of Secure Boot is not known")         \
	X(VARIABLES_HIDDEN, EPERM,                                       \
	  "lockdown, but EFI variables can't be read")                   \
	X(VARIABLES_BROKEN, EIO,                                         \
	  "firmware fails to list its variables within bounds")          \
	X(CMDLINE_LOCKED, EPERM,                                         \
	  "lockdown, and the UKI carries its own command line")          \
	X(INITRD_LOCKED, EPERM,                                          \
	  "lockdown, and the UKI carries its own initrd")                \
	X(SBAT_MISSING, EPERM, "the UKI has no .sbat section")           \
	X(SBAT_MALFORMED, EPERM, "the .sbat section is malformed")       \
	X(SBAT_REVOKED, EPERM, "a component is of a revoked generation") \
	X(SBAT_LEVEL, EPERM, "SbatLevelRT can't be read")                \
	X(CMDLINE_ENCODING, EINVAL, "the command line is not UTF-8")     \
	X(PROFILE, EINVAL, "the UKI has no such profile")                \
	X(IMAGE_TOO_LARGE, ENOMEM,                                       \
	  "SizeOfImage exceeds half of this machine's memory")           \
	X(TPM_NONE, ENODEV, "tpm=require: there is no TPM 2.0")          \
	X(TPM_DEAD, EIO, "tpm=require: the TPM does not answer")         \
	X(TPM_OTHER, EOPNOTSUPP, "tpm=require: only K1 reaches the TPM") \
	X(NO_ROOM, EADDRNOTAVAIL, "no free memory for a segment")

enum refusal {
	REFUSAL_NONE,
#define REFUSAL_ENUM(name, error, text) REFUSAL_##name,
	REFUSAL_LIST(REFUSAL_ENUM)
#undef REFUSAL_ENUM
};

/**
 * kexec_pe_refuse() - log a refusal
 * @refusal: why
 *
 * Return: its negative errno, 0 for REFUSAL_NONE
 */
int kexec_pe_refuse(enum refusal refusal);

/**
 * kexec_pe_tolerate() - log what another policy would have refused
 * @refusal: what
 * @why: the setting that tolerates it
 */
void kexec_pe_tolerate(enum refusal refusal, const char *why);

#endif /* KERNEL_REFUSAL_H */
