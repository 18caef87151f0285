/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UEFI 2.10: the types, tables and constants that this project uses.
 *
 * In the kernel handler the same names come from <linux/efi.h>: constants are
 * spelled as there, so that code shared with the handler reads alike. Only
 * outside of it do the tables with their calling convention exist; that
 * convention is arch/ARCH/efiabi.h.
 */
#ifndef KEXEC_PE_EFI_H
#define KEXEC_PE_EFI_H

#include <kexec_pe/types.h>

#ifdef __KERNEL__

#include <linux/efi.h>

#else

#include <efiabi.h>

typedef u64 efi_status_t;
typedef void *efi_handle_t;
typedef void *efi_event_t;
typedef u64 efi_tpl_t;
typedef u16 efi_char16_t;
typedef u8 efi_bool_t;
typedef u64 efi_physical_addr_t;

/* Appendix D: status codes. */
#define EFI_ERROR_BIT 0x8000000000000000ULL
#define EFI_ERROR(status) ((u64)(status) >> 63)

#define EFI_SUCCESS 0ULL
#define EFI_LOAD_ERROR (1 | EFI_ERROR_BIT)
#define EFI_INVALID_PARAMETER (2 | EFI_ERROR_BIT)
#define EFI_UNSUPPORTED (3 | EFI_ERROR_BIT)
#define EFI_BAD_BUFFER_SIZE (4 | EFI_ERROR_BIT)
#define EFI_BUFFER_TOO_SMALL (5 | EFI_ERROR_BIT)
#define EFI_NOT_READY (6 | EFI_ERROR_BIT)
#define EFI_DEVICE_ERROR (7 | EFI_ERROR_BIT)
#define EFI_WRITE_PROTECTED (8 | EFI_ERROR_BIT)
#define EFI_OUT_OF_RESOURCES (9 | EFI_ERROR_BIT)
#define EFI_VOLUME_CORRUPTED (10 | EFI_ERROR_BIT)
#define EFI_VOLUME_FULL (11 | EFI_ERROR_BIT)
#define EFI_NO_MEDIA (12 | EFI_ERROR_BIT)
#define EFI_NOT_FOUND (14 | EFI_ERROR_BIT)
#define EFI_ACCESS_DENIED (15 | EFI_ERROR_BIT)
#define EFI_NO_MAPPING (17 | EFI_ERROR_BIT)
#define EFI_TIMEOUT (18 | EFI_ERROR_BIT)
#define EFI_NOT_STARTED (19 | EFI_ERROR_BIT)
#define EFI_ALREADY_STARTED (20 | EFI_ERROR_BIT)
#define EFI_ABORTED (21 | EFI_ERROR_BIT)
#define EFI_INCOMPATIBLE_VERSION (25 | EFI_ERROR_BIT)
#define EFI_SECURITY_VIOLATION (26 | EFI_ERROR_BIT)
#define EFI_COMPROMISED_DATA (33 | EFI_ERROR_BIT)
#define EFI_CRC_ERROR (27 | EFI_ERROR_BIT)
#define EFI_COMPROMISED_DATA (33 | EFI_ERROR_BIT)
#define EFI_WARN_UNKNOWN_GLYPH 1ULL

/* Bytes as stored, so that any address will do (device path nodes). */
struct efi_guid {
	u8 bytes[16];
};

/* An initialiser of struct efi_guid, from the notation of the specification. */
#define EFI_GUID_INIT(a, b, c, d...)                                      \
	{                                                                 \
		{                                                         \
			(u8)(a), (u8)((a) >> 8), (u8)((a) >> 16),         \
				(u8)((a) >> 24), (u8)(b), (u8)((b) >> 8), \
				(u8)(c), (u8)((c) >> 8), d                \
		}                                                         \
	}
#define EFI_GUID(a, b, c, d...) ((struct efi_guid)EFI_GUID_INIT(a, b, c, d))

/* 7.2.1, 7.2.3: memory. */
#define EFI_RESERVED_TYPE 0
#define EFI_LOADER_CODE 1
#define EFI_LOADER_DATA 2
#define EFI_BOOT_SERVICES_CODE 3
#define EFI_BOOT_SERVICES_DATA 4
#define EFI_RUNTIME_SERVICES_CODE 5
#define EFI_RUNTIME_SERVICES_DATA 6
#define EFI_CONVENTIONAL_MEMORY 7
#define EFI_UNUSABLE_MEMORY 8
#define EFI_ACPI_RECLAIM_MEMORY 9
#define EFI_ACPI_MEMORY_NVS 10
#define EFI_MEMORY_MAPPED_IO 11
#define EFI_MEMORY_MAPPED_IO_PORT_SPACE 12
#define EFI_PAL_CODE 13
#define EFI_PERSISTENT_MEMORY 14
#define EFI_UNACCEPTED_MEMORY 15
#define EFI_MAX_MEMORY_TYPE 16
#define EFI_OEM_MEMORY_TYPE 0x70000000U /* this and above: OEM, OS loader */

#define EFI_MEMORY_UC BIT_ULL(0)
#define EFI_MEMORY_WC BIT_ULL(1)
#define EFI_MEMORY_WT BIT_ULL(2)
#define EFI_MEMORY_WB BIT_ULL(3)
#define EFI_MEMORY_UCE BIT_ULL(4)
#define EFI_MEMORY_WP BIT_ULL(12)
#define EFI_MEMORY_RP BIT_ULL(13)
#define EFI_MEMORY_XP BIT_ULL(14)
#define EFI_MEMORY_NV BIT_ULL(15)
#define EFI_MEMORY_MORE_RELIABLE BIT_ULL(16)
#define EFI_MEMORY_RO BIT_ULL(17)
#define EFI_MEMORY_SP BIT_ULL(18)
#define EFI_MEMORY_CPU_CRYPTO BIT_ULL(19)
#define EFI_MEMORY_HOT_PLUGGABLE BIT_ULL(20)
#define EFI_MEMORY_RUNTIME BIT_ULL(63)

#define EFI_MEMORY_DESCRIPTOR_VERSION 1
#define EFI_PAGE_SHIFT 12
#define EFI_PAGE_SIZE 4096ULL
#define EFI_SIZE_TO_PAGES(size) (((size) + EFI_PAGE_SIZE - 1) >> EFI_PAGE_SHIFT)

struct efi_memory_descriptor {
	u32 type;
	u32 pad;
	u64 physical_start;
	u64 virtual_start;
	u64 number_of_pages;
	u64 attribute;
};

static_assert(sizeof(struct efi_memory_descriptor) == 40, "UEFI 2.10, 7.2.3");

enum efi_allocate_type {
	EFI_ALLOCATE_ANY_PAGES,
	EFI_ALLOCATE_MAX_ADDRESS,
	EFI_ALLOCATE_ADDRESS,
	EFI_MAX_ALLOCATE_TYPE,
};

/* 7.1: events, timers, task priorities. */
#define EFI_EVT_TIMER 0x80000000U
#define EFI_EVT_RUNTIME 0x40000000U
#define EFI_EVT_NOTIFY_WAIT 0x00000100U
#define EFI_EVT_NOTIFY_SIGNAL 0x00000200U
#define EFI_EVT_SIGNAL_EXIT_BOOT_SERVICES 0x00000201U
#define EFI_EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE 0x60000202U

#define EFI_TPL_APPLICATION 4
#define EFI_TPL_CALLBACK 8
#define EFI_TPL_NOTIFY 16
#define EFI_TPL_HIGH_LEVEL 31

enum efi_timer_delay {
	EFI_TIMER_CANCEL,
	EFI_TIMER_PERIODIC,
	EFI_TIMER_RELATIVE,
};

/* 7.3: protocol handlers. */
enum efi_interface_type {
	EFI_NATIVE_INTERFACE,
};

enum efi_locate_search_type {
	EFI_LOCATE_ALL_HANDLES,
	EFI_LOCATE_BY_REGISTER_NOTIFY,
	EFI_LOCATE_BY_PROTOCOL,
};

#define EFI_OPEN_PROTOCOL_BY_HANDLE_PROTOCOL 0x01U
#define EFI_OPEN_PROTOCOL_GET_PROTOCOL 0x02U
#define EFI_OPEN_PROTOCOL_TEST_PROTOCOL 0x04U
#define EFI_OPEN_PROTOCOL_BY_CHILD_CONTROLLER 0x08U
#define EFI_OPEN_PROTOCOL_BY_DRIVER 0x10U
#define EFI_OPEN_PROTOCOL_EXCLUSIVE 0x20U

struct efi_open_protocol_information_entry {
	efi_handle_t agent_handle;
	efi_handle_t controller_handle;
	u32 attributes;
	u32 open_count;
};

static_assert(sizeof(struct efi_open_protocol_information_entry) == 24,
	      "UEFI 2.10, 7.3.11");

/* 8.2: variables. */
#define EFI_VARIABLE_NON_VOLATILE 0x01U
#define EFI_VARIABLE_BOOTSERVICE_ACCESS 0x02U
#define EFI_VARIABLE_RUNTIME_ACCESS 0x04U
#define EFI_VARIABLE_HARDWARE_ERROR_RECORD 0x08U
#define EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS 0x10U
#define EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS 0x20U
#define EFI_VARIABLE_APPEND_WRITE 0x40U
#define EFI_VARIABLE_ENHANCED_AUTHENTICATED_ACCESS 0x80U

/* 8.3: time. */
struct efi_time {
	u16 year;
	u8 month;
	u8 day;
	u8 hour;
	u8 minute;
	u8 second;
	u8 pad1;
	u32 nanosecond;
	s16 timezone;
	u8 daylight;
	u8 pad2;
};

static_assert(sizeof(struct efi_time) == 16, "UEFI 2.10, 8.3.1");

struct efi_time_capabilities {
	u32 resolution;
	u32 accuracy;
	efi_bool_t sets_to_zero;
};

enum efi_reset_type {
	EFI_RESET_COLD,
	EFI_RESET_WARM,
	EFI_RESET_SHUTDOWN,
	EFI_RESET_PLATFORM_SPECIFIC,
};

struct efi_capsule_header {
	struct efi_guid capsule_guid;
	u32 header_size;
	u32 flags;
	u32 capsule_image_size;
};

/* 10: device paths. Nodes have any alignment, so all of them are packed. */
struct efi_device_path {
	u8 type;
	u8 sub_type;
	u8 length[2]; /* little-endian, header included */
} __packed;

static_assert(sizeof(struct efi_device_path) == 4, "UEFI 2.10, 10.2");

#define EFI_DEVICE_PATH_HARDWARE 0x01
#define EFI_DEVICE_PATH_HARDWARE_MEMORY 3
#define EFI_DEVICE_PATH_HARDWARE_VENDOR 4
#define EFI_DEVICE_PATH_ACPI 0x02
#define EFI_DEVICE_PATH_MESSAGING 0x03
#define EFI_DEVICE_PATH_MEDIA 0x04
#define EFI_DEVICE_PATH_MEDIA_VENDOR 3
#define EFI_DEVICE_PATH_MEDIA_FILE 4
#define EFI_DEVICE_PATH_END 0x7f
#define EFI_DEVICE_PATH_END_INSTANCE 0x01
#define EFI_DEVICE_PATH_END_ENTIRE 0xff

struct efi_device_path_memory {
	struct efi_device_path header;
	u32 memory_type;
	u64 start;
	u64 end; /* inclusive */
} __packed;

struct efi_device_path_vendor {
	struct efi_device_path header;
	struct efi_guid guid;
} __packed;

static_assert(sizeof(struct efi_device_path_memory) == 24, "10.3.2.3");
static_assert(sizeof(struct efi_device_path_vendor) == 20, "10.3.5.3");

/* 4.2: what all tables begin with. */
struct efi_table_header {
	u64 signature;
	u32 revision;
	u32 header_size;
	u32 crc32;
	u32 reserved;
};

static_assert(sizeof(struct efi_table_header) == 24, "UEFI 2.10, 4.2.1");

#define EFI_SYSTEM_TABLE_SIGNATURE 0x5453595320494249ULL
#define EFI_BOOT_SERVICES_SIGNATURE 0x56524553544f4f42ULL
#define EFI_RUNTIME_SERVICES_SIGNATURE 0x56524553544e5552ULL
#define EFI_REVISION(major, minor) ((u32)(major) << 16 | (minor))

struct efi_input_key {
	u16 scan_code;
	efi_char16_t unicode_char;
};

/* 12.3 */
struct efi_simple_text_input {
	efi_status_t(EFIAPI *reset)(struct efi_simple_text_input *self,
				    efi_bool_t extended);
	efi_status_t(EFIAPI *read_key_stroke)(
		struct efi_simple_text_input *self, struct efi_input_key *key);
	efi_event_t wait_for_key;
};

/* 12.4 */
struct efi_simple_text_output_mode {
	s32 max_mode;
	s32 mode;
	s32 attribute;
	s32 cursor_column;
	s32 cursor_row;
	efi_bool_t cursor_visible;
};

struct efi_simple_text_output {
	efi_status_t(EFIAPI *reset)(struct efi_simple_text_output *self,
				    efi_bool_t extended);
	efi_status_t(EFIAPI *output_string)(struct efi_simple_text_output *self,
					    const efi_char16_t *string);
	efi_status_t(EFIAPI *test_string)(struct efi_simple_text_output *self,
					  const efi_char16_t *string);
	efi_status_t(EFIAPI *query_mode)(struct efi_simple_text_output *self,
					 u64 mode, u64 *columns, u64 *rows);
	efi_status_t(EFIAPI *set_mode)(struct efi_simple_text_output *self,
				       u64 mode);
	efi_status_t(EFIAPI *set_attribute)(struct efi_simple_text_output *self,
					    u64 attribute);
	efi_status_t(EFIAPI *clear_screen)(struct efi_simple_text_output *self);
	efi_status_t(EFIAPI *set_cursor_position)(
		struct efi_simple_text_output *self, u64 column, u64 row);
	efi_status_t(EFIAPI *enable_cursor)(struct efi_simple_text_output *self,
					    efi_bool_t visible);
	struct efi_simple_text_output_mode *mode;
};

static_assert(sizeof(struct efi_simple_text_output) == 80, "UEFI 2.10, 12.4.1");

struct efi_system_table;

typedef void(EFIAPI *efi_event_notify_t)(efi_event_t event, void *context);

typedef efi_status_t(EFIAPI *efi_image_entry_t)(
	efi_handle_t handle, struct efi_system_table *systab);

/* 4.4: every slot has its type, so that no call needs a cast. */
struct efi_boot_services {
	struct efi_table_header hdr;

	efi_tpl_t(EFIAPI *raise_tpl)(efi_tpl_t new_tpl);
	void(EFIAPI *restore_tpl)(efi_tpl_t old_tpl);

	efi_status_t(EFIAPI *allocate_pages)(u32 type, u32 memory_type,
					     u64 pages, u64 *memory);
	efi_status_t(EFIAPI *free_pages)(u64 memory, u64 pages);
	efi_status_t(EFIAPI *get_memory_map)(u64 *map_size,
					     struct efi_memory_descriptor *map,
					     u64 *map_key, u64 *descriptor_size,
					     u32 *descriptor_version);
	efi_status_t(EFIAPI *allocate_pool)(u32 memory_type, u64 size,
					    void **buffer);
	efi_status_t(EFIAPI *free_pool)(void *buffer);

	efi_status_t(EFIAPI *create_event)(u32 type, efi_tpl_t notify_tpl,
					   efi_event_notify_t notify,
					   void *context, efi_event_t *event);
	efi_status_t(EFIAPI *set_timer)(efi_event_t event, u32 delay,
					u64 trigger_time);
	efi_status_t(EFIAPI *wait_for_event)(u64 number, efi_event_t *events,
					     u64 *index);
	efi_status_t(EFIAPI *signal_event)(efi_event_t event);
	efi_status_t(EFIAPI *close_event)(efi_event_t event);
	efi_status_t(EFIAPI *check_event)(efi_event_t event);

	efi_status_t(EFIAPI *install_protocol_interface)(
		efi_handle_t *handle, const struct efi_guid *protocol,
		u32 interface_type, void *interface);
	efi_status_t(EFIAPI *reinstall_protocol_interface)(
		efi_handle_t handle, const struct efi_guid *protocol,
		void *old_interface, void *new_interface);
	efi_status_t(EFIAPI *uninstall_protocol_interface)(
		efi_handle_t handle, const struct efi_guid *protocol,
		void *interface);
	efi_status_t(EFIAPI *handle_protocol)(efi_handle_t handle,
					      const struct efi_guid *protocol,
					      void **interface);
	efi_status_t(EFIAPI *reserved)(void);
	efi_status_t(EFIAPI *register_protocol_notify)(
		const struct efi_guid *protocol, efi_event_t event,
		void **registration);
	efi_status_t(EFIAPI *locate_handle)(u32 search_type,
					    const struct efi_guid *protocol,
					    void *search_key, u64 *buffer_size,
					    efi_handle_t *buffer);
	efi_status_t(EFIAPI *locate_device_path)(
		const struct efi_guid *protocol,
		struct efi_device_path **device_path, efi_handle_t *device);
	efi_status_t(EFIAPI *install_configuration_table)(
		const struct efi_guid *guid, void *table);

	efi_status_t(EFIAPI *load_image)(efi_bool_t boot_policy,
					 efi_handle_t parent,
					 struct efi_device_path *device_path,
					 void *source_buffer, u64 source_size,
					 efi_handle_t *image);
	efi_status_t(EFIAPI *start_image)(efi_handle_t image,
					  u64 *exit_data_size,
					  efi_char16_t **exit_data);
	efi_status_t(EFIAPI *exit)(efi_handle_t image, efi_status_t status,
				   u64 exit_data_size, efi_char16_t *exit_data);
	efi_status_t(EFIAPI *unload_image)(efi_handle_t image);
	efi_status_t(EFIAPI *exit_boot_services)(efi_handle_t image,
						 u64 map_key);

	efi_status_t(EFIAPI *get_next_monotonic_count)(u64 *count);
	efi_status_t(EFIAPI *stall)(u64 microseconds);
	efi_status_t(EFIAPI *set_watchdog_timer)(u64 timeout, u64 code,
						 u64 data_size,
						 efi_char16_t *data);

	efi_status_t(EFIAPI *connect_controller)(
		efi_handle_t controller, efi_handle_t *drivers,
		struct efi_device_path *remaining, efi_bool_t recursive);
	efi_status_t(EFIAPI *disconnect_controller)(efi_handle_t controller,
						    efi_handle_t driver,
						    efi_handle_t child);

	efi_status_t(EFIAPI *open_protocol)(efi_handle_t handle,
					    const struct efi_guid *protocol,
					    void **interface,
					    efi_handle_t agent,
					    efi_handle_t controller,
					    u32 attributes);
	efi_status_t(EFIAPI *close_protocol)(efi_handle_t handle,
					     const struct efi_guid *protocol,
					     efi_handle_t agent,
					     efi_handle_t controller);
	efi_status_t(EFIAPI *open_protocol_information)(
		efi_handle_t handle, const struct efi_guid *protocol,
		struct efi_open_protocol_information_entry **entries,
		u64 *count);

	efi_status_t(EFIAPI *protocols_per_handle)(efi_handle_t handle,
						   struct efi_guid ***protocols,
						   u64 *count);
	efi_status_t(EFIAPI *locate_handle_buffer)(
		u32 search_type, const struct efi_guid *protocol,
		void *search_key, u64 *count, efi_handle_t **buffer);
	efi_status_t(EFIAPI *locate_protocol)(const struct efi_guid *protocol,
					      void *registration,
					      void **interface);
	efi_status_t(EFIAPI *install_multiple_protocol_interfaces)(
		efi_handle_t *handle, ...);
	efi_status_t(EFIAPI *uninstall_multiple_protocol_interfaces)(
		efi_handle_t handle, ...);

	efi_status_t(EFIAPI *calculate_crc32)(const void *data, u64 size,
					      u32 *crc32);

	void(EFIAPI *copy_mem)(void *destination, const void *source, u64 size);
	void(EFIAPI *set_mem)(void *buffer, u64 size, u8 value);
	efi_status_t(EFIAPI *create_event_ex)(u32 type, efi_tpl_t notify_tpl,
					      efi_event_notify_t notify,
					      const void *context,
					      const struct efi_guid *group,
					      efi_event_t *event);
};

static_assert(sizeof(struct efi_boot_services) == 376, "UEFI 2.10, 4.4.1");

/* 4.5 */
struct efi_runtime_services {
	struct efi_table_header hdr;

	efi_status_t(EFIAPI *get_time)(
		struct efi_time *time,
		struct efi_time_capabilities *capabilities);
	efi_status_t(EFIAPI *set_time)(struct efi_time *time);
	efi_status_t(EFIAPI *get_wakeup_time)(efi_bool_t *enabled,
					      efi_bool_t *pending,
					      struct efi_time *time);
	efi_status_t(EFIAPI *set_wakeup_time)(efi_bool_t enable,
					      struct efi_time *time);

	efi_status_t(EFIAPI *set_virtual_address_map)(
		u64 map_size, u64 descriptor_size, u32 descriptor_version,
		struct efi_memory_descriptor *map);
	efi_status_t(EFIAPI *convert_pointer)(u64 debug_disposition,
					      void **address);

	efi_status_t(EFIAPI *get_variable)(const efi_char16_t *name,
					   const struct efi_guid *vendor,
					   u32 *attributes, u64 *data_size,
					   void *data);
	efi_status_t(EFIAPI *get_next_variable_name)(u64 *name_size,
						     efi_char16_t *name,
						     struct efi_guid *vendor);
	efi_status_t(EFIAPI *set_variable)(const efi_char16_t *name,
					   const struct efi_guid *vendor,
					   u32 attributes, u64 data_size,
					   const void *data);

	efi_status_t(EFIAPI *get_next_high_monotonic_count)(u32 *high_count);
	void(EFIAPI *reset_system)(u32 type, efi_status_t status, u64 data_size,
				   void *data);

	efi_status_t(EFIAPI *update_capsule)(struct efi_capsule_header **headers,
					     u64 count,
					     u64 scatter_gather_list);
	efi_status_t(EFIAPI *query_capsule_capabilities)(
		struct efi_capsule_header **headers, u64 count,
		u64 *maximum_size, u32 *reset_type);
	efi_status_t(EFIAPI *query_variable_info)(u32 attributes,
						  u64 *maximum_storage,
						  u64 *remaining_storage,
						  u64 *maximum_size);
};

static_assert(sizeof(struct efi_runtime_services) == 136, "UEFI 2.10, 4.5.1");

/* 4.6 */
struct efi_configuration_table {
	struct efi_guid guid;
	void *table;
};

static_assert(sizeof(struct efi_configuration_table) == 24, "UEFI 2.10, 4.6");

/* 4.3 */
struct efi_system_table {
	struct efi_table_header hdr;
	efi_char16_t *firmware_vendor;
	u32 firmware_revision;
	efi_handle_t console_in_handle;
	struct efi_simple_text_input *con_in;
	efi_handle_t console_out_handle;
	struct efi_simple_text_output *con_out;
	efi_handle_t standard_error_handle;
	struct efi_simple_text_output *std_err;
	struct efi_runtime_services *runtime_services;
	struct efi_boot_services *boot_services;
	u64 number_of_table_entries;
	struct efi_configuration_table *configuration_table;
};

static_assert(sizeof(struct efi_system_table) == 120, "UEFI 2.10, 4.3.1");

/* 4.6.2 */
struct efi_rt_properties_table {
	u16 version;
	u16 length;
	u32 runtime_services_supported;
};

static_assert(sizeof(struct efi_rt_properties_table) == 8, "UEFI 2.10, 4.6.2");

#define EFI_RT_PROPERTIES_TABLE_VERSION 1

#define EFI_RT_SUPPORTED_GET_TIME 0x0001U
#define EFI_RT_SUPPORTED_SET_TIME 0x0002U
#define EFI_RT_SUPPORTED_GET_WAKEUP_TIME 0x0004U
#define EFI_RT_SUPPORTED_SET_WAKEUP_TIME 0x0008U
#define EFI_RT_SUPPORTED_GET_VARIABLE 0x0010U
#define EFI_RT_SUPPORTED_GET_NEXT_VARIABLE_NAME 0x0020U
#define EFI_RT_SUPPORTED_SET_VARIABLE 0x0040U
#define EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS_MAP 0x0080U
#define EFI_RT_SUPPORTED_CONVERT_POINTER 0x0100U
#define EFI_RT_SUPPORTED_GET_NEXT_HIGH_MONOTONIC_COUNT 0x0200U
#define EFI_RT_SUPPORTED_RESET_SYSTEM 0x0400U
#define EFI_RT_SUPPORTED_UPDATE_CAPSULE 0x0800U
#define EFI_RT_SUPPORTED_QUERY_CAPSULE_CAPABILITIES 0x1000U
#define EFI_RT_SUPPORTED_QUERY_VARIABLE_INFO 0x2000U
#define EFI_RT_SUPPORTED_ALL 0x3fffU

/* 9.1 */
#define EFI_LOADED_IMAGE_PROTOCOL_REVISION 0x1000U

struct efi_loaded_image {
	u32 revision;
	efi_handle_t parent_handle;
	struct efi_system_table *system_table;
	efi_handle_t device_handle;
	struct efi_device_path *file_path;
	void *reserved;
	u32 load_options_size;
	void *load_options;
	void *image_base;
	u64 image_size;
	u32 image_code_type;
	u32 image_data_type;
	efi_status_t(EFIAPI *unload)(efi_handle_t image);
};

static_assert(sizeof(struct efi_loaded_image) == 96, "UEFI 2.10, 9.1.1");

/* 13.1, 13.2: LoadFile and LoadFile2 look alike. */
struct efi_load_file2 {
	efi_status_t(EFIAPI *load_file)(struct efi_load_file2 *self,
					struct efi_device_path *file_path,
					efi_bool_t boot_policy,
					u64 *buffer_size, void *buffer);
};

/* 37.5 */
struct efi_rng {
	efi_status_t(EFIAPI *get_info)(struct efi_rng *self, u64 *list_size,
				       struct efi_guid *list);
	efi_status_t(EFIAPI *get_rng)(struct efi_rng *self,
				      const struct efi_guid *algorithm,
				      u64 size, u8 *value);
};

/* 7.5.1 */
struct efi_memory_attribute {
	efi_status_t(EFIAPI *get_memory_attributes)(
		struct efi_memory_attribute *self, u64 base, u64 length,
		u64 *attributes);
	efi_status_t(EFIAPI *set_memory_attributes)(
		struct efi_memory_attribute *self, u64 base, u64 length,
		u64 attributes);
	efi_status_t(EFIAPI *clear_memory_attributes)(
		struct efi_memory_attribute *self, u64 base, u64 length,
		u64 attributes);
};

#include <kexec_pe/efi_guid.h>

#endif /* __KERNEL__ */
#endif /* KEXEC_PE_EFI_H */
