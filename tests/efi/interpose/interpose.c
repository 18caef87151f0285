// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An EFI application that runs the payload in its .linux section and tells, on
 * the first serial port, each service that the payload calls:
 *
 *	TRACE HandleProtocol 0x7e0f1a18 5b1b31a1-... 0x7e8c60c0 SUCCESS
 *
 * A call is the payload's when it returns into the payload's image, into an
 * image that the payload loaded, or into LoaderCode that it allocated: systemd-stub
 * from 258 on loads its kernel itself. The port is driven directly, as a call of
 * ConOut may change the memory map between the payload's calls. LoadOptions are
 * handed on, and an .initrd section is offered as a boot loader does: QEMU gives
 * no initrd to what is no Linux. After ExitBootServices, "TRACE-END", and the
 * payload goes on.
 */
#include <stdbool.h>
#include <stddef.h>

#include <efi.h>

#include <kexec_pe/types.h>

#include "services.h"

#define COM1 0x3f8
#define LINE_STATUS 5
#define LINE_STATUS_ROOM 0x20
#define RANGES 32
#define LINE_SIZE 512
#define TOLD_ARGUMENTS 4

/*
 * Any service: every argument is one slot of eight bytes (2.3.4.2). The variadic
 * ones have as many as they like; these are eight interfaces and the NULL.
 */
typedef UINT64(EFIAPI *service_fn)(UINT64 a, UINT64 b, UINT64 c, UINT64 d,
				   UINT64 e, UINT64 f, UINT64 g, UINT64 h,
				   UINT64 i, UINT64 j, UINT64 k, UINT64 l,
				   UINT64 m, UINT64 n, UINT64 o, UINT64 p,
				   UINT64 q, UINT64 r);

enum service {
#define SERVICE_ENUM(name, kinds) SERVICE_##name,
	BOOT_SERVICES(SERVICE_ENUM) BOOT_COUNT,
	RUNTIME_BEFORE = BOOT_COUNT - 1,
	RUNTIME_SERVICES(SERVICE_ENUM) SERVICE_COUNT,
#undef SERVICE_ENUM
};

struct service_name {
	const char *name;
	const char *kinds;
};

static const struct service_name names[SERVICE_COUNT] = {
#define SERVICE_NAME(service, kinds) [SERVICE_##service] = { #service, kinds },
	BOOT_SERVICES(SERVICE_NAME) RUNTIME_SERVICES(SERVICE_NAME)
#undef SERVICE_NAME
};

static const char *const error_names[] = {
	"",
	"LOAD_ERROR",
	"INVALID_PARAMETER",
	"UNSUPPORTED",
	"BAD_BUFFER_SIZE",
	"BUFFER_TOO_SMALL",
	"NOT_READY",
	"DEVICE_ERROR",
	"WRITE_PROTECTED",
	"OUT_OF_RESOURCES",
	"VOLUME_CORRUPTED",
	"VOLUME_FULL",
	"NO_MEDIA",
	"MEDIA_CHANGED",
	"NOT_FOUND",
	"ACCESS_DENIED",
	"NO_RESPONSE",
	"NO_MAPPING",
	"TIMEOUT",
	"NOT_STARTED",
	"ALREADY_STARTED",
	"ABORTED",
	"ICMP_ERROR",
	"TFTP_ERROR",
	"PROTOCOL_ERROR",
	"INCOMPATIBLE_VERSION",
	"SECURITY_VIOLATION",
	"CRC_ERROR",
};

struct line {
	unsigned int length;
	char text[LINE_SIZE];
};

/* A hook is told nothing but the service's own arguments. */
static struct {
	EFI_BOOT_SERVICES *boot;
	EFI_RUNTIME_SERVICES *runtime;
	service_fn original[SERVICE_COUNT];
	UINT32 runtime_crc;
	unsigned int ranges;
	struct {
		UINT64 start;
		UINT64 size;
	} range[RANGES];
} state;

static EFI_GUID loaded_image_guid = LOADED_IMAGE_PROTOCOL;
static EFI_GUID image_path_guid = EFI_LOADED_IMAGE_DEVICE_PATH_PROTOCOL_GUID;

EFI_STATUS EFIAPI interpose_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab);

/* -- the serial port ------------------------------------------------------- */

static void out8(UINT16 port, UINT8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static UINT8 in8(UINT16 port)
{
	UINT8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static void send(char byte)
{
	/* Bounded: without a port there is nobody to tell. */
	for (unsigned int turns = 0; turns < 100000; turns++)
		if (in8(COM1 + LINE_STATUS) & LINE_STATUS_ROOM)
			break;
	out8(COM1, byte);
}

static void send_string(const char *text)
{
	while (*text)
		send(*text++);
}

/* A line of its own, whatever the payload wrote last. */
static void send_line(const char *text)
{
	send_string("\r\n");
	send_string(text);
	send_string("\r\n");
}

/* -- one line --------------------------------------------------------------- */

static void put(struct line *line, char c)
{
	if (line->length < LINE_SIZE - 1)
		line->text[line->length++] = c;
	line->text[line->length] = '\0';
}

static void put_string(struct line *line, const char *text)
{
	while (*text)
		put(line, *text++);
}

static void put_digits(struct line *line, UINT64 value, unsigned int digits)
{
	while (digits--)
		put(line, "0123456789abcdef"[value >> 4 * digits & 15]);
}

static void put_hex(struct line *line, UINT64 value)
{
	unsigned int digits = 1;

	while (digits < 16 && value >> 4 * digits)
		digits++;
	put_string(line, "0x");
	put_digits(line, value, digits);
}

static void put_guid(struct line *line, const EFI_GUID *guid)
{
	put_digits(line, guid->Data1, 8);
	put(line, '-');
	put_digits(line, guid->Data2, 4);
	put(line, '-');
	put_digits(line, guid->Data3, 4);
	for (unsigned int i = 0; i < 8; i++) {
		if (i == 0 || i == 2)
			put(line, '-');
		put_digits(line, guid->Data4[i], 2);
	}
}

/* Blanks end a word here, so a name has none. */
static void put_wide(struct line *line, const CHAR16 *text)
{
	put(line, '"');
	for (; *text; text++)
		put(line, *text > ' ' && *text < 0x7f ? *text : '_');
	put(line, '"');
}

static void put_argument(struct line *line, char kind, UINT64 value)
{
	if (kind == 'g' && value)
		put_guid(line, (const EFI_GUID *)value);
	else if (kind == 's' && value)
		put_wide(line, (const CHAR16 *)value);
	else
		put_hex(line, value);
}

static void put_status(struct line *line, EFI_STATUS status)
{
	UINT64 code = status & ~EFIERR(0);

	if (status == EFI_SUCCESS)
		put_string(line, "SUCCESS");
	else if (EFI_ERROR(status) && code < ARRAY_SIZE(error_names))
		put_string(line, error_names[code]);
	else
		put_hex(line, status);
}

static void put_call(struct line *line, enum service service,
		     const UINT64 *arguments)
{
	const char *kinds = names[service].kinds;

	line->length = 0;
	put_string(line, "TRACE ");
	put_string(line, names[service].name);
	for (unsigned int i = 0; i < TOLD_ARGUMENTS && kinds[i]; i++) {
		put(line, ' ');
		put_argument(line, kinds[i], arguments[i]);
	}
	put(line, ' ');
}

/* -- whose call ------------------------------------------------------------- */

static void add_range(UINT64 start, UINT64 size)
{
	if (state.ranges == RANGES) {
		send_line("TRACE-ERROR too many images");
		return;
	}
	state.range[state.ranges].start = start;
	state.range[state.ranges++].size = size;
}

static void add_image(EFI_HANDLE image)
{
	service_fn handle_protocol = state.original[SERVICE_HandleProtocol];
	EFI_LOADED_IMAGE *loaded = NULL;

	handle_protocol((UINT64)image, (UINT64)&loaded_image_guid,
			(UINT64)&loaded, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			0, 0);
	if (loaded)
		add_range((UINT64)loaded->ImageBase, loaded->ImageSize);
}

static bool of_payload(UINT64 address)
{
	for (unsigned int i = 0; i < state.ranges; i++)
		if (address - state.range[i].start < state.range[i].size)
			return true;
	return false;
}

/* -- the hooks -------------------------------------------------------------- */

/* K2 maps the runtime regions only: nothing of ours may stay in the table. */
static void restore_runtime(void)
{
	service_fn *slots = (service_fn *)(&state.runtime->Hdr + 1);

	for (unsigned int i = BOOT_COUNT; i < SERVICE_COUNT; i++)
		slots[i - BOOT_COUNT] = state.original[i];
	state.runtime->Hdr.CRC32 = state.runtime_crc;
}

static void after_call(enum service service, const UINT64 *arguments,
		       EFI_STATUS status)
{
	if (status != EFI_SUCCESS)
		return;
	if (service == SERVICE_ExitBootServices) {
		restore_runtime();
		send_line("TRACE-END");
	} else if (service == SERVICE_LoadImage) {
		add_image(*(EFI_HANDLE *)arguments[5]);
	} else if (service == SERVICE_AllocatePages &&
		   (UINT32)arguments[1] == EfiLoaderCode) {
		add_range(*(UINT64 *)arguments[3], arguments[2] << 12);
	}
}

/* Those that may never return are told before. */
static bool told_before(enum service service)
{
	return service == SERVICE_StartImage || service == SERVICE_Exit ||
	       service == SERVICE_ResetSystem;
}

static UINT64 call(enum service service, const UINT64 *a)
{
	return state.original[service](a[0], a[1], a[2], a[3], a[4], a[5], a[6],
				       a[7], a[8], a[9], a[10], a[11], a[12],
				       a[13], a[14], a[15], a[16], a[17]);
}

static UINT64 hooked(enum service service, void *caller,
		     const UINT64 *arguments)
{
	struct line line;
	UINT64 status;

	if (!of_payload((UINT64)caller))
		return call(service, arguments);
	put_call(&line, service, arguments);
	if (told_before(service)) {
		put(&line, '-');
		send_line(line.text);
		return call(service, arguments);
	}
	status = call(service, arguments);
	put_status(&line, status);
	send_line(line.text);
	after_call(service, arguments, status);
	return status;
}

/* Slots that the caller did not fill are of its stack: read, never used. */
#define HOOK(name, kinds)                                                     \
	static UINT64 EFIAPI hook_##name(                                     \
		UINT64 a, UINT64 b, UINT64 c, UINT64 d, UINT64 e, UINT64 f,   \
		UINT64 g, UINT64 h, UINT64 i, UINT64 j, UINT64 k, UINT64 l,   \
		UINT64 m, UINT64 n, UINT64 o, UINT64 p, UINT64 q, UINT64 r)   \
	{                                                                     \
		return hooked(SERVICE_##name, __builtin_return_address(0),    \
			      (const UINT64[]){ a, b, c, d, e, f, g, h, i, j, \
						k, l, m, n, o, p, q, r });    \
	}
BOOT_SERVICES(HOOK)
RUNTIME_SERVICES(HOOK)
#undef HOOK

static const service_fn hooks[SERVICE_COUNT] = {
#define HOOK_ENTRY(name, kinds) [SERVICE_##name] = hook_##name,
	BOOT_SERVICES(HOOK_ENTRY) RUNTIME_SERVICES(HOOK_ENTRY)
#undef HOOK_ENTRY
};

static void hook_table(EFI_TABLE_HEADER *header, enum service first,
		       enum service end)
{
	service_fn crc32 = state.original[SERVICE_CalculateCrc32];
	service_fn *slots = (service_fn *)(header + 1);
	UINT32 crc = 0;

	for (enum service i = first; i < end; i++) {
		state.original[i] = slots[i - first];
		slots[i - first] = hooks[i];
	}
	if (!crc32)
		crc32 = state.original[SERVICE_CalculateCrc32];
	header->CRC32 = 0;
	crc32((UINT64)header, header->HeaderSize, (UINT64)&crc, 0, 0, 0, 0, 0,
	      0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	header->CRC32 = crc;
}

/* -- the payload ------------------------------------------------------------ */

struct pe_section {
	char name[8];
	UINT32 virtual_size;
	UINT32 virtual_address;
	UINT8 rest[24];
};

static bool is_named(const struct pe_section *section, const char *name)
{
	for (unsigned int i = 0; i < sizeof(section->name); i++) {
		if (section->name[i] != name[i])
			return false;
		if (!name[i])
			break;
	}
	return true;
}

/* Our own headers, so they are as they were made. */
static const struct pe_section *find_section(const UINT8 *base,
					     const char *name)
{
	const UINT8 *pe = base + *(const UINT32 *)(base + 0x3c);
	UINT16 count = *(const UINT16 *)(pe + 6);
	const struct pe_section *section =
		(const void *)(pe + 24 + *(const UINT16 *)(pe + 20));

	for (; count--; section++)
		if (is_named(section, name))
			return section;
	return NULL;
}

/* EFI_LOAD_FILE2 (13.2), and where Linux looks for it. */
struct load_file2 {
	EFI_STATUS(EFIAPI *load_file)
	(struct load_file2 *this, VOID *path, BOOLEAN policy, UINTN *size,
	 VOID *buffer);
	const UINT8 *data;
	UINTN size;
};

static struct load_file2 initrd;

static EFI_GUID load_file2_guid = { 0x4006c0c1,
				    0xfcb3,
				    0x403e,
				    { 0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0,
				      0x6d } };
static EFI_GUID device_path_guid = DEVICE_PATH_PROTOCOL;

static struct {
	EFI_DEVICE_PATH_PROTOCOL vendor;
	EFI_GUID guid;
	EFI_DEVICE_PATH_PROTOCOL end;
} __packed initrd_path = {
	{ MEDIA_DEVICE_PATH, MEDIA_VENDOR_DP, { 20, 0 } },
	{ 0x5568e427,
	  0x68fc,
	  0x4f3d,
	  { 0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68 } },
	{ 0x7f, 0xff, { 4, 0 } },
};

static EFI_STATUS EFIAPI load_initrd(struct load_file2 *this, VOID *path,
				     BOOLEAN policy, UINTN *size, VOID *buffer)
{
	UINT8 *to = buffer;

	if (!path || !size)
		return EFI_INVALID_PARAMETER;
	if (policy)
		return EFI_UNSUPPORTED;
	if (!buffer || *size < this->size) {
		*size = this->size;
		return EFI_BUFFER_TOO_SMALL;
	}
	for (*size = 0; *size < this->size; ++*size)
		to[*size] = this->data[*size];
	return EFI_SUCCESS;
}

static EFI_STATUS offer_initrd(EFI_LOADED_IMAGE *self)
{
	const struct pe_section *section =
		find_section(self->ImageBase, ".initrd");
	EFI_HANDLE handle = NULL;
	EFI_STATUS status;

	if (!section)
		return EFI_SUCCESS;
	initrd.load_file = load_initrd;
	initrd.data = (UINT8 *)self->ImageBase + section->virtual_address;
	initrd.size = section->virtual_size;
	status = state.boot->InstallProtocolInterface(
		&handle, &device_path_guid, EFI_NATIVE_INTERFACE, &initrd_path);
	if (EFI_ERROR(status))
		return status;
	return state.boot->InstallProtocolInterface(
		&handle, &load_file2_guid, EFI_NATIVE_INTERFACE, &initrd);
}

static EFI_STATUS load_payload(EFI_HANDLE image, EFI_LOADED_IMAGE *self,
			       EFI_HANDLE *ret)
{
	const struct pe_section *section =
		find_section(self->ImageBase, ".linux");
	EFI_BOOT_SERVICES *boot = state.boot;
	EFI_LOADED_IMAGE *loaded = NULL;
	VOID *path = NULL;
	EFI_STATUS status;

	if (!section)
		return EFI_NOT_FOUND;
	/* Ours, so that it finds the device that we came from. */
	boot->HandleProtocol(image, &image_path_guid, &path);
	status = boot->LoadImage(FALSE, image, path,
				 (UINT8 *)self->ImageBase +
					 section->virtual_address,
				 section->virtual_size, ret);
	if (EFI_ERROR(status))
		return status;
	status = boot->HandleProtocol(*ret, &loaded_image_guid,
				      (VOID **)&loaded);
	if (EFI_ERROR(status))
		return status;
	loaded->LoadOptions = self->LoadOptions;
	loaded->LoadOptionsSize = self->LoadOptionsSize;
	add_range((UINT64)loaded->ImageBase, loaded->ImageSize);
	return EFI_SUCCESS;
}

static void report(const char *what, EFI_STATUS status)
{
	struct line line = { .length = 0 };

	put_string(&line, what);
	put_status(&line, status);
	send_line(line.text);
}

EFI_STATUS EFIAPI interpose_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *systab)
{
	EFI_LOADED_IMAGE *self = NULL;
	EFI_HANDLE payload = NULL;
	EFI_STATUS status;

	state.boot = systab->BootServices;
	state.runtime = systab->RuntimeServices;
	status = state.boot->HandleProtocol(image, &loaded_image_guid,
					    (VOID **)&self);
	if (!EFI_ERROR(status))
		status = offer_initrd(self);
	if (!EFI_ERROR(status))
		status = load_payload(image, self, &payload);
	if (EFI_ERROR(status)) {
		report("TRACE-ERROR no payload: ", status);
		return status;
	}
	send_line("TRACE-START");
	state.runtime_crc = state.runtime->Hdr.CRC32;
	hook_table(&state.boot->Hdr, 0, BOOT_COUNT);
	hook_table(&state.runtime->Hdr, BOOT_COUNT, SERVICE_COUNT);
	status = state.boot->StartImage(payload, NULL, NULL);
	/* The hooks are in memory that our return would free. */
	report("TRACE-RETURNED ", status);
	state.runtime->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
	return status;
}
