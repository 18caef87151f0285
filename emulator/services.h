/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The services that the payload calls through its tables, in the order of the
 * tables (UEFI 2.10, 4.4, 4.5). Each is described where it is defined.
 */
#ifndef EMULATOR_SERVICES_H
#define EMULATOR_SERVICES_H

#include <kexec_pe/efi.h>

/* Hidden, or taking their addresses would need a table of absolute ones. */
#pragma GCC visibility push(hidden)

/* events.c */
efi_tpl_t EFIAPI bs_raise_tpl(efi_tpl_t new_tpl);
void EFIAPI bs_restore_tpl(efi_tpl_t old_tpl);

/* memory.c */
efi_status_t EFIAPI bs_allocate_pages(u32 type, u32 memory_type, u64 pages,
				      u64 *memory);
efi_status_t EFIAPI bs_free_pages(u64 memory, u64 pages);
efi_status_t EFIAPI bs_get_memory_map(u64 *map_size,
				      struct efi_memory_descriptor *map,
				      u64 *map_key, u64 *descriptor_size,
				      u32 *descriptor_version);

/* pool.c */
efi_status_t EFIAPI bs_allocate_pool(u32 memory_type, u64 size, void **buffer);
efi_status_t EFIAPI bs_free_pool(void *buffer);

/* events.c */
efi_status_t EFIAPI bs_create_event(u32 type, efi_tpl_t notify_tpl,
				    efi_event_notify_t notify, void *context,
				    efi_event_t *event);
efi_status_t EFIAPI bs_set_timer(efi_event_t event, u32 delay,
				 u64 trigger_time);
efi_status_t EFIAPI bs_wait_for_event(u64 number, efi_event_t *events,
				      u64 *index);
efi_status_t EFIAPI bs_signal_event(efi_event_t event);
efi_status_t EFIAPI bs_close_event(efi_event_t event);
efi_status_t EFIAPI bs_check_event(efi_event_t event);

/* handles.c */
efi_status_t EFIAPI bs_install_protocol_interface(
	efi_handle_t *handle, const struct efi_guid *protocol,
	u32 interface_type, void *interface);
efi_status_t EFIAPI bs_reinstall_protocol_interface(
	efi_handle_t handle, const struct efi_guid *protocol,
	void *old_interface, void *new_interface);
efi_status_t EFIAPI bs_uninstall_protocol_interface(
	efi_handle_t handle, const struct efi_guid *protocol, void *interface);
efi_status_t EFIAPI bs_handle_protocol(efi_handle_t handle,
				       const struct efi_guid *protocol,
				       void **interface);

/* systab.c */
efi_status_t EFIAPI bs_reserved(void);

/* handles.c */
efi_status_t EFIAPI bs_register_protocol_notify(const struct efi_guid *protocol,
						efi_event_t event,
						void **registration);
efi_status_t EFIAPI bs_locate_handle(u32 search_type,
				     const struct efi_guid *protocol,
				     void *search_key, u64 *buffer_size,
				     efi_handle_t *buffer);
efi_status_t EFIAPI bs_locate_device_path(const struct efi_guid *protocol,
					  struct efi_device_path **device_path,
					  efi_handle_t *device);

/* config_table.c */
efi_status_t EFIAPI bs_install_configuration_table(const struct efi_guid *guid,
						   void *table);

/* image.c */
efi_status_t EFIAPI bs_load_image(efi_bool_t boot_policy, efi_handle_t parent,
				  struct efi_device_path *device_path,
				  void *source_buffer, u64 source_size,
				  efi_handle_t *image);
efi_status_t EFIAPI bs_start_image(efi_handle_t image, u64 *exit_data_size,
				   efi_char16_t **exit_data);
efi_status_t EFIAPI bs_exit(efi_handle_t image, efi_status_t status,
			    u64 exit_data_size, efi_char16_t *exit_data);
efi_status_t EFIAPI bs_unload_image(efi_handle_t image);

/* exit_boot.c */
efi_status_t EFIAPI bs_exit_boot_services(efi_handle_t image, u64 map_key);

/* time.c */
efi_status_t EFIAPI bs_get_next_monotonic_count(u64 *count);
efi_status_t EFIAPI bs_stall(u64 microseconds);
efi_status_t EFIAPI bs_set_watchdog_timer(u64 timeout, u64 code, u64 data_size,
					  efi_char16_t *data);

/* handles.c */
efi_status_t EFIAPI bs_connect_controller(efi_handle_t controller,
					  efi_handle_t *drivers,
					  struct efi_device_path *remaining,
					  efi_bool_t recursive);
efi_status_t EFIAPI bs_disconnect_controller(efi_handle_t controller,
					     efi_handle_t driver,
					     efi_handle_t child);
efi_status_t EFIAPI bs_open_protocol(efi_handle_t handle,
				     const struct efi_guid *protocol,
				     void **interface, efi_handle_t agent,
				     efi_handle_t controller, u32 attributes);
efi_status_t EFIAPI bs_close_protocol(efi_handle_t handle,
				      const struct efi_guid *protocol,
				      efi_handle_t agent,
				      efi_handle_t controller);
efi_status_t EFIAPI bs_open_protocol_information(
	efi_handle_t handle, const struct efi_guid *protocol,
	struct efi_open_protocol_information_entry **entries, u64 *count);
efi_status_t EFIAPI bs_protocols_per_handle(efi_handle_t handle,
					    struct efi_guid ***protocols,
					    u64 *count);
efi_status_t EFIAPI bs_locate_handle_buffer(u32 search_type,
					    const struct efi_guid *protocol,
					    void *search_key, u64 *count,
					    efi_handle_t **buffer);
efi_status_t EFIAPI bs_locate_protocol(const struct efi_guid *protocol,
				       void *registration, void **interface);
efi_status_t EFIAPI
bs_install_multiple_protocol_interfaces(efi_handle_t *handle, ...);
efi_status_t EFIAPI
bs_uninstall_multiple_protocol_interfaces(efi_handle_t handle, ...);

/* systab.c */
efi_status_t EFIAPI bs_calculate_crc32(const void *data, u64 size,
				       u32 *ret_crc);
void EFIAPI bs_copy_mem(void *destination, const void *source, u64 size);
void EFIAPI bs_set_mem(void *buffer, u64 size, u8 value);

/* events.c */
efi_status_t EFIAPI bs_create_event_ex(u32 type, efi_tpl_t notify_tpl,
				       efi_event_notify_t notify,
				       const void *context,
				       const struct efi_guid *group,
				       efi_event_t *event);

/* runtime_services.c */
efi_status_t EFIAPI rt_get_time(struct efi_time *time,
				struct efi_time_capabilities *capabilities);
efi_status_t EFIAPI rt_set_time(struct efi_time *time);
efi_status_t EFIAPI rt_get_wakeup_time(efi_bool_t *enabled, efi_bool_t *pending,
				       struct efi_time *time);
efi_status_t EFIAPI rt_set_wakeup_time(efi_bool_t enable,
				       struct efi_time *time);
efi_status_t EFIAPI rt_set_virtual_address_map(
	u64 map_size, u64 descriptor_size, u32 descriptor_version,
	struct efi_memory_descriptor *map);
efi_status_t EFIAPI rt_convert_pointer(u64 debug_disposition, void **address);
efi_status_t EFIAPI rt_get_next_high_monotonic_count(u32 *high_count);
void EFIAPI rt_reset_system(u32 type, efi_status_t status, u64 data_size,
			    void *data);
efi_status_t EFIAPI rt_update_capsule(struct efi_capsule_header **headers,
				      u64 count, u64 scatter_gather_list);
efi_status_t EFIAPI
rt_query_capsule_capabilities(struct efi_capsule_header **headers, u64 count,
			      u64 *maximum_size, u32 *reset_type);

/* variables.c */
efi_status_t EFIAPI rt_get_variable(const efi_char16_t *name,
				    const struct efi_guid *vendor,
				    u32 *attributes, u64 *data_size,
				    void *data);
efi_status_t EFIAPI rt_get_next_variable_name(u64 *name_size,
					      efi_char16_t *name,
					      struct efi_guid *vendor);
efi_status_t EFIAPI rt_set_variable(const efi_char16_t *name,
				    const struct efi_guid *vendor,
				    u32 attributes, u64 data_size,
				    const void *data);
efi_status_t EFIAPI rt_query_variable_info(u32 attributes, u64 *maximum_storage,
					   u64 *remaining_storage,
					   u64 *maximum_size);

#pragma GCC visibility pop

#endif /* EMULATOR_SERVICES_H */
