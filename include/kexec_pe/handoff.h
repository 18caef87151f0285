/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one ABI of the project: what a stager (the kernel handler, the hosted
 * runner) writes and the emulator reads. Documentation/handoff-abi.md says why.
 *
 * Two objects: the header at offset 0 of the embedded emulator image, in which
 * the stager fills a few slots, and the handoff blob that one slot points to.
 * All integers are little-endian, all addresses physical, all structures
 * packed and asserted. A reader refuses another version.
 */
#ifndef KEXEC_PE_HANDOFF_H
#define KEXEC_PE_HANDOFF_H

/* Offsets that assembly needs; asserted against the structure below. */
#define EMULATOR_HEADER_HANDOFF 0x40
#define EMULATOR_HEADER_SIZE 0x80

#define EMULATOR_MAGIC 0x554d4545504b6978 /* "xiKPEEMU", little-endian */
#define HANDOFF_MAGIC 0x46464f444e414850 /* "PHANDOFF" */
#define HANDOFF_VERSION 2

#ifndef __ASSEMBLER__

#include <kexec_pe/types.h>

#define HANDOFF_DIGEST_SIZE 32 /* SHA-256 */

/*
 * The emulator image in memory, all offsets from its header, all multiples of
 * 4 KiB except file_size:
 *
 *   0 .. text_end           header and code: read, execute
 *   text_end .. rodata_end  constants: read
 *   rodata_end .. file_size initialised data: read, write (end of the file)
 *   .. memory_end           zeroed data, stack with its guard pages
 *   .. pool_offset + pool_pages * 4 KiB: page tables; sized by the stager
 *
 * Slots marked [stager] are zero in the file.
 */
struct emulator_header {
	u64 magic;
	u32 version; /* HANDOFF_VERSION */
	u32 machine; /* IMAGE_FILE_MACHINE_* */
	u64 entry; /* offset of the first instruction after kexec */
	u64 text_end;
	u64 rodata_end;
	u64 file_size;
	u64 memory_end;
	u64 reserved;
	u64 handoff; /* [stager] physical address of struct handoff */
	u64 pool_offset; /* [stager] page-table pool, offset from header */
	u64 pool_pages; /* [stager] */
	/* [stager] SHA-256 of the handoff blob, handoff.size bytes. */
	u8 handoff_digest[HANDOFF_DIGEST_SIZE];
	u64 flags; /* [stager] EMULATOR_FLAG_* */
} __packed;

static_assert(sizeof(struct emulator_header) == EMULATOR_HEADER_SIZE, "ABI");
static_assert(offsetof(struct emulator_header, handoff) ==
		      EMULATOR_HEADER_HANDOFF,
	      "ABI");

#define EMULATOR_FLAG_LA57 BIT_ULL(0) /* K1 ran with 5-level page tables */

/* An array inside the blob: count items, or count bytes for byte strings. */
struct handoff_array {
	u32 offset; /* from the start of the blob, 8-byte aligned */
	u32 count;
} __packed;

/* A range of physical memory outside the blob. Size 0: there is none. */
struct handoff_range {
	u64 address;
	u64 size;
} __packed;

/*
 * One claim on physical memory. Claims are applied in order and a later one
 * wins over an earlier one, so a stager writes the layout of the machine
 * first, then what it carved out of it. Start and size are multiples of
 * 4 KiB; size 0 claims nothing. Type and attribute are those of
 * EFI_MEMORY_DESCRIPTOR (UEFI 2.10, 7.2.3); type HANDOFF_MEMORY_ABSENT removes
 * the range from the map.
 */
struct handoff_memory {
	u64 address;
	u64 size;
	u32 type;
	u32 reserved;
	u64 attribute;
} __packed;

#define HANDOFF_MEMORY_ABSENT 0xffffffffU

/* A page protection that must hold in the payload, start to end RVA. */
struct handoff_protection {
	u32 rva;
	u32 size;
	u32 protection; /* HANDOFF_PROT_* */
	u32 reserved;
} __packed;

#define HANDOFF_PROT_READ BIT(0)
#define HANDOFF_PROT_WRITE BIT(1)
#define HANDOFF_PROT_EXEC BIT(2)

/* An EFI configuration table that K1 passes on (UEFI 2.10, 4.6). */
struct handoff_table {
	u8 guid[16];
	u64 address;
} __packed;

/* A byte string that K1 vouches for: LoadImage accepts what is listed. */
struct handoff_digest {
	u64 size;
	u8 sha256[HANDOFF_DIGEST_SIZE];
	u32 kind; /* HANDOFF_DIGEST_* */
	u32 rva; /* where the payload has these bytes; 0: nowhere */
} __packed;

enum {
	HANDOFF_DIGEST_PAYLOAD, /* the whole file */
	HANDOFF_DIGEST_LINUX, /* inner .linux, cut at VirtualSize */
	HANDOFF_DIGEST_ADDON,
};

/* Memory to be verified before the payload starts. */
struct handoff_check {
	u64 address;
	u64 size;
	u8 sha256[HANDOFF_DIGEST_SIZE];
} __packed;

/*
 * One variable of the snapshot. Items follow each other at 8-byte boundaries
 * until handoff.variables.count bytes are used; the same format serves the
 * runtime services after ExitBootServices.
 */
struct handoff_variable {
	u32 item_size; /* this structure, name and data, rounded up to 8 */
	u32 attributes; /* EFI_VARIABLE_* */
	u8 guid[16];
	u32 name_size; /* bytes of UTF-16, final NUL included */
	u32 data_size;
	/* u8 name[name_size], data[data_size] */
} __packed;

enum {
	HANDOFF_CONSOLE_NONE,
	HANDOFF_CONSOLE_8250_PORT, /* x86 port I/O */
	HANDOFF_CONSOLE_8250_MMIO,
	HANDOFF_CONSOLE_PL011,
};

struct handoff_console {
	u32 type; /* HANDOFF_CONSOLE_* */
	u8 register_shift; /* 8250: register n is at n << shift */
	u8 register_width; /* access width in bytes: 1 or 4 */
	u16 reserved;
	u64 address; /* port or physical address */
} __packed;

enum {
	HANDOFF_RESET_DEFAULT, /* what the architecture has without help */
	HANDOFF_RESET_PORT, /* ACPI reset register in port space */
	HANDOFF_RESET_MMIO, /* ACPI reset register in memory */
	HANDOFF_RESET_PSCI_SMC,
	HANDOFF_RESET_PSCI_HVC,
};

struct handoff_reset {
	u32 type; /* HANDOFF_RESET_* */
	u32 value; /* to be written, 8 bits wide */
	u64 address;
} __packed;

/* The payload as laid out: headers and sections at their RVAs, relocated. */
struct handoff_payload {
	u64 address;
	u64 size; /* SizeOfImage rounded up to pages */
	u64 entry; /* RVA */
	u64 file_size; /* of the PE file it was made from */
	u32 headers_size; /* SizeOfHeaders */
	u32 flags; /* HANDOFF_PAYLOAD_* */
} __packed;

#define HANDOFF_PAYLOAD_NX_COMPAT BIT(0)
#define HANDOFF_PAYLOAD_UKI BIT(1)

/*
 * The TPM, as K1 knows it: nothing is probed after kexec. OTHER is one that only
 * K1's driver can reach (SPI, I2C, a start method that needs AML).
 */
enum {
	HANDOFF_TPM_NONE,
	HANDOFF_TPM_TIS, /* PTP FIFO registers */
	HANDOFF_TPM_CRB,
	HANDOFF_TPM_CRB_SMC, /* CRB started by smc_function */
	HANDOFF_TPM_OTHER,
};

#define HANDOFF_BANKS_MAX 5

struct handoff_tpm {
	u32 type; /* HANDOFF_TPM_* */
	u32 flags; /* HANDOFF_TPM_FLAG_* */
	u64 address; /* of locality 0 */
	u64 size; /* bytes of registers, localities included */
	u32 smc_function;
	u32 manufacturer;
	u32 bank_count; /* active banks, in the order of K1's driver */
	u16 banks[HANDOFF_BANKS_MAX]; /* TCG_ALG_* */
	u16 reserved;
	u64 acpi_table; /* physical, of ACPI's TPM2; 0: none */
} __packed;

/* No payload starts unmeasured: rather reset. */
#define HANDOFF_TPM_FLAG_REQUIRED BIT(0)

#define HANDOFF_TPM_DIGEST_MAX 64

/*
 * One measurement that belongs before the payload's own. Items follow each
 * other at 8-byte boundaries until handoff.measurements.count bytes are used.
 * Digests stand in the order of handoff.tpm.banks, each in a whole slot; a bank
 * that K1 cannot hash has all ones.
 */
struct handoff_measurement {
	u32 item_size; /* this structure and the event, rounded up to 8 */
	u32 pcr;
	u32 event_type; /* EV_* */
	u32 event_size; /* bytes of event */
	u8 digests[HANDOFF_BANKS_MAX][HANDOFF_TPM_DIGEST_MAX];
	/* u8 event[event_size] */
} __packed;

/*
 * What became of them: a segment of its own, outside every digest, which K1
 * still writes in its reboot notifier. Item n belongs to the n-th measurement.
 * A STARTED one is settled by reading the PCR: either the value before, or that
 * value extended; anything else is an error.
 */
enum {
	MEASUREMENT_PENDING,
	MEASUREMENT_STARTED,
	MEASUREMENT_DONE,
};

struct measurement_item {
	u32 state; /* MEASUREMENT_* */
	u32 reserved;
	/* Of the PCR before it; written before STARTED is. */
	u8 before[HANDOFF_BANKS_MAX][HANDOFF_TPM_DIGEST_MAX];
} __packed;

struct measurement_state {
	u64 magic; /* HANDOFF_MAGIC */
	u32 version; /* HANDOFF_VERSION */
	u32 count;
	struct measurement_item items[];
} __packed;

#define HANDOFF_SEED_SIZE 64

struct handoff {
	u64 magic;
	u32 version;
	u32 size; /* bytes of the whole blob */
	u64 address; /* where the stager placed the blob */
	u64 flags; /* HANDOFF_FLAG_* */
	u64 timer_frequency; /* Hz of the TSC or of CNTVCT */
	u64 firmware_vendor; /* 0, or physical address of K1's UTF-16 string */
	u32 firmware_revision;
	u32 efi_revision; /* of K1's system table: major << 16 | minor */
	u64 runtime_services; /* 0, or firmware's table to pass through */
	u32 runtime_supported; /* EFI_RT_SUPPORTED_* of that table */
	u32 log_level; /* 0 errors, 1 summary, 2 every EFI call */
	struct handoff_range emulator; /* image, data and pool */
	struct handoff_range initrd; /* for LoadFile2; size 0: none */
	struct handoff_payload payload;
	struct handoff_console console;
	struct handoff_reset reset;
	struct handoff_array memory; /* struct handoff_memory */
	struct handoff_array protections; /* struct handoff_protection */
	struct handoff_array tables; /* struct handoff_table */
	struct handoff_array digests; /* struct handoff_digest */
	struct handoff_array checks; /* struct handoff_check */
	struct handoff_array variables; /* bytes: struct handoff_variable... */
	struct handoff_array load_options; /* bytes of UTF-16 with NUL, or 0 */
	struct handoff_tpm tpm;
	struct handoff_array event_log; /* bytes: K1's whole log, TCG 2 format */
	struct handoff_array measurements; /* bytes: handoff_measurement... */
	struct handoff_range measurement_state; /* size 0: nothing queued */
	/*
	 * Bytes of UTF-16 with NUL, or 0: the LoadOptions of the kernel inside
	 * a UKI, whatever its stub makes of its own; of a crash kernel only.
	 */
	struct handoff_array inner_options;
	/* As sealed, but for handoff_digest, which is 0: nothing else covers it. */
	struct emulator_header header;
	u8 seed[HANDOFF_SEED_SIZE]; /* fresh for every load */
} __packed;

#define HANDOFF_FLAG_CRASH BIT_ULL(0) /* started by a panic */
#define HANDOFF_FLAG_VERIFIED BIT_ULL(1) /* signature checked and good */
#define HANDOFF_FLAG_ENFORCED BIT_ULL(2) /* an unsigned file is refused */
#define HANDOFF_FLAG_INITRD_HIDDEN BIT_ULL(3) /* UKI has its own: append */
#define HANDOFF_FLAG_DUMP_TABLES BIT_ULL(4) /* print the page tables */

/*
 * What the emulator leaves to K2 in a configuration table of its own, so that
 * the stager of the next hop knows what may be reclaimed then.
 */
#define HANDOFF_KEPT_MAX 8

struct handoff_kept {
	u64 magic; /* HANDOFF_MAGIC */
	u32 version;
	u32 hops; /* how many kexecs of this kind since firmware */
	u32 efi_calls; /* calls of the payload before ExitBootServices */
	u32 count; /* valid entries of ranges[] */
	u64 emulator_size; /* bytes of the image file */
	struct handoff_range ranges[HANDOFF_KEPT_MAX];
} __packed;

/* {9a3e2a14-6d0b-4f7e-8c55-2b1f6a0e97d3}, as stored. */
#define HANDOFF_KEPT_GUID                                                   \
	{                                                                   \
		0x14, 0x2a, 0x3e, 0x9a, 0x0b, 0x6d, 0x7e, 0x4f, 0x8c, 0x55, \
			0x2b, 0x1f, 0x6a, 0x0e, 0x97, 0xd3                  \
	}

#endif /* __ASSEMBLER__ */
#endif /* KEXEC_PE_HANDOFF_H */
