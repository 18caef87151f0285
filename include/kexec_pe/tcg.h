/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCG: the types and constants of "TCG EFI Protocol Specification" (rev 00.13)
 * and of "TCG PC Client Platform Firmware Profile" (1.05) that measured boot
 * needs; PFP below is the latter.
 */
#ifndef KEXEC_PE_TCG_H
#define KEXEC_PE_TCG_H

#include <kexec_pe/efi.h>

/* TCG Algorithm Registry, as in TPM2 commands and logs */
#define TCG_ALG_SHA1 0x0004
#define TCG_ALG_SHA256 0x000b
#define TCG_ALG_SHA384 0x000c
#define TCG_ALG_SHA512 0x000d
#define TCG_ALG_SM3_256 0x0012

#define TCG_SHA1_SIZE 20
#define TCG_DIGEST_MAX 64

#define TCG_PCR_COUNT 24

/* PFP 10.4.1: event types */
#define EV_NO_ACTION 0x00000003
#define EV_SEPARATOR 0x00000004
#define EV_EVENT_TAG 0x00000006
#define EV_IPL 0x0000000d
#define EV_EFI_BOOT_SERVICES_APPLICATION 0x80000003U
#define EV_EFI_ACTION 0x80000007U

/* PFP 10.2: the log, all of it packed. First record: */
struct tcg_pcr_event {
	u32 pcr_index;
	u32 event_type;
	u8 digest[TCG_SHA1_SIZE];
	u32 event_size;
	/* u8 event[event_size] */
} __packed;

/* All others; then digests, {u16 algorithm, u8 digest[]} each, */
struct tcg_pcr_event2 {
	u32 pcr_index;
	u32 event_type;
	u32 digest_count;
} __packed;

/* then {u32 size, u8 event[size]}. */

/* PFP 10.4.5.1: the event of the first record */
#define TCG_SPEC_ID_SIGNATURE "Spec ID Event03"

struct tcg_spec_id_event {
	u8 signature[16];
	u32 platform_class;
	u8 spec_version_minor;
	u8 spec_version_major;
	u8 spec_errata;
	u8 uintn_size; /* 1: 32 bits, 2: 64 bits */
	u32 algorithm_count;
	/* struct tcg_spec_id_algorithm [algorithm_count], u8 vendor_size */
} __packed;

struct tcg_spec_id_algorithm {
	u16 algorithm;
	u16 digest_size;
} __packed;

/* PFP 10.2.3: UEFI_IMAGE_LOAD_EVENT; the device path follows */
struct tcg_image_load_event {
	u64 image_location;
	u64 image_length;
	u64 image_link_time_address;
	u64 device_path_length;
} __packed;

/* PFP 10.4.2.1: TCG_PCClientTaggedEvent; the data follows */
struct tcg_tagged_event {
	u32 id;
	u32 size;
} __packed;

#ifndef __KERNEL__ /* it has some of this in linux/efi.h, and needs no more */

/* TCG EFI Protocol 6: EFI_TCG2_PROTOCOL */
#define EFI_TCG2_BOOT_HASH_ALG_SHA1 0x01U
#define EFI_TCG2_BOOT_HASH_ALG_SHA256 0x02U
#define EFI_TCG2_BOOT_HASH_ALG_SHA384 0x04U
#define EFI_TCG2_BOOT_HASH_ALG_SHA512 0x08U
#define EFI_TCG2_BOOT_HASH_ALG_SM3_256 0x10U

#define EFI_TCG2_EVENT_LOG_FORMAT_TCG_1_2 0x1U
#define EFI_TCG2_EVENT_LOG_FORMAT_TCG_2 0x2U

#define EFI_TCG2_EXTEND_ONLY 0x1ULL
#define PE_COFF_IMAGE 0x10ULL

#define EFI_TCG2_EVENT_HEADER_VERSION 1

struct efi_tcg2_version {
	u8 major;
	u8 minor;
};

struct efi_tcg2_boot_service_capability {
	u8 size;
	struct efi_tcg2_version structure_version;
	struct efi_tcg2_version protocol_version;
	u32 hash_algorithm_bitmap;
	u32 supported_event_logs;
	efi_bool_t tpm_present_flag;
	u16 max_command_size;
	u16 max_response_size;
	u32 manufacturer_id;
	u32 number_of_pcr_banks;
	u32 active_pcr_banks;
};

static_assert(sizeof(struct efi_tcg2_boot_service_capability) == 36,
	      "TCG EFI Protocol 6.4.4");

struct efi_tcg2_event_header {
	u32 header_size;
	u16 header_version;
	u32 pcr_index;
	u32 event_type;
} __packed;

static_assert(sizeof(struct efi_tcg2_event_header) == 14,
	      "TCG EFI Protocol 6.6.3");

struct efi_tcg2_event {
	u32 size; /* of the whole */
	struct efi_tcg2_event_header header;
	u8 event[];
} __packed;

/* 7: where events go, too, once the log was fetched; the records follow */
#define EFI_TCG2_FINAL_EVENTS_TABLE_VERSION 1

struct efi_tcg2_final_events_table {
	u64 version;
	u64 number_of_events;
};

/*
 * Linux' own configuration table (drivers/firmware/efi/libstub/tpm.c), with the
 * log behind it. What of the final events the log has is left out of them.
 */
struct linux_efi_tpm_event_log {
	u32 size; /* of the log */
	u32 final_events_preboot_size;
	u8 version; /* EFI_TCG2_EVENT_LOG_FORMAT_* */
	u8 log[];
} __packed;

struct efi_tcg2 {
	efi_status_t(EFIAPI *get_capability)(
		struct efi_tcg2 *self,
		struct efi_tcg2_boot_service_capability *capability);
	efi_status_t(EFIAPI *get_event_log)(struct efi_tcg2 *self, u32 format,
					    u64 *location, u64 *last_entry,
					    efi_bool_t *truncated);
	efi_status_t(EFIAPI *hash_log_extend_event)(
		struct efi_tcg2 *self, u64 flags, u64 data, u64 data_size,
		const struct efi_tcg2_event *event);
	efi_status_t(EFIAPI *submit_command)(struct efi_tcg2 *self,
					     u32 command_size,
					     const u8 *command,
					     u32 response_size, u8 *response);
	efi_status_t(EFIAPI *get_active_pcr_banks)(struct efi_tcg2 *self,
						   u32 *banks);
	efi_status_t(EFIAPI *set_active_pcr_banks)(struct efi_tcg2 *self,
						   u32 banks);
	efi_status_t(EFIAPI *get_result_of_set_active_pcr_banks)(
		struct efi_tcg2 *self, u32 *operation_present, u32 *response);
};

#endif /* __KERNEL__ */

/* What a kexec measures itself (Documentation/measurement.md) */
#define KEXEC_SEPARATOR_TAG 0x4b504501U
#define KEXEC_SEPARATOR_DATA "kexec-separator"
#define KEXEC_UNVERIFIED_TAG 0x4b504502U
#define KEXEC_UNVERIFIED_DATA "kexec-unverified"
/* Beside a separator, unmeasured: {u16 algorithm, u8 digest[]} of the PCR before */
#define KEXEC_PCR_VALUE_TAG 0x4b504503U
#define KEXEC_CRASH_SEPARATOR_TAG 0x4b504504U
#define KEXEC_CRASH_SEPARATOR_DATA "kexec-crash-separator"
/* LoadOptions of a payload that is no UKI, UTF-16, PCR 12 */
#define KEXEC_CMDLINE_TAG 0x4b504505U
/*
 * Vendor path of the device that a payload is told it comes from:
 * {3d1f0b6e-52c7-4c0e-9a41-7e6b8f2d5c90}, as stored.
 */
#define KEXEC_PAYLOAD_DEVICE_GUID                                           \
	{                                                                   \
		0x6e, 0x0b, 0x1f, 0x3d, 0xc7, 0x52, 0x0e, 0x4c, 0x9a, 0x41, \
			0x7e, 0x6b, 0x8f, 0x2d, 0x5c, 0x90                  \
	}
/* PCR 4, 8, 9, 11 to 15 */
#define KEXEC_SEPARATOR_PCRS                                                \
	(BIT(4) | BIT(8) | BIT(9) | BIT(11) | BIT(12) | BIT(13) | BIT(14) | \
	 BIT(15))

#endif /* KEXEC_PE_TCG_H */
