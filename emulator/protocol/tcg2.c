// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EFI_TCG2_PROTOCOL (TCG EFI Protocol Specification, 6). All that is measured
 * in the emulator goes through measure(): the payload's own events, and those
 * of the images that it loads.
 */
#include <emulator/emu.h>

static struct tcg2 *state(void)
{
	return &emu.protocols.tcg2;
}

/* Extends first: an event that the log has no room for is measured all the same. */
static efi_status_t measure(const struct tpm_event *event, bool log)
{
	struct tpm *tpm = emu.tpm;

	if (event->type != EV_NO_ACTION &&
	    EFI_ERROR(tpm->extend(tpm, event->pcr, &event->digests))) {
		if (emu.handoff->tpm.flags & HANDOFF_TPM_FLAG_REQUIRED)
			emulator_panic("the TPM failed, and is required");
		return EFI_DEVICE_ERROR;
	}
	if (tpm->observe)
		tpm->observe(tpm, event);
	return log ? event_log_add(&state()->log, tpm, event) : EFI_SUCCESS;
}

static efi_status_t EFIAPI
get_capability(struct efi_tcg2 *self,
	       struct efi_tcg2_boot_service_capability *capability)
{
	struct efi_tcg2_boot_service_capability full = { .size = sizeof(full) };
	const struct tpm *tpm = emu.tpm;
	u64 room;

	EFI_ENTRY(TCG2_GET_CAPABILITY, self, capability);

	if (self != &state()->protocol ||
	    !pointer_valid(capability, sizeof(capability->size)))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	room = capability->size < sizeof(full) ? capability->size :
						 sizeof(full);
	if (room && !pointer_valid(capability, room))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	full.structure_version.major = 1;
	full.structure_version.minor = 1;
	full.protocol_version = full.structure_version;
	full.hash_algorithm_bitmap = tpm_bank_bits(tpm);
	full.supported_event_logs = EFI_TCG2_EVENT_LOG_FORMAT_TCG_2;
	full.tpm_present_flag = true;
	full.max_command_size = tpm->max_command_size;
	full.max_response_size = tpm->max_response_size;
	full.manufacturer_id = tpm->manufacturer;
	full.number_of_pcr_banks = tpm->bank_count;
	full.active_pcr_banks = tpm_bank_bits(tpm);
	/* What fits is filled in, and the size says what would (6.4.4). */
	memcpy(capability, &full, room);
	capability->size = sizeof(full);
	return EFI_EXIT(room < sizeof(full) ? EFI_BUFFER_TOO_SMALL :
					      EFI_SUCCESS);
}

static efi_status_t EFIAPI get_event_log(struct efi_tcg2 *self, u32 format,
					 u64 *location, u64 *last_entry,
					 efi_bool_t *truncated)
{
	struct event_log *log = &state()->log;

	EFI_ENTRY(TCG2_GET_EVENT_LOG, format, location, last_entry, truncated);

	if (self != &state()->protocol ||
	    format != EFI_TCG2_EVENT_LOG_FORMAT_TCG_2)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (location)
		*location = (u64)(uintptr_t)log->base;
	/* Where the last one starts: Linux finds the end from there. */
	if (last_entry)
		*last_entry = (u64)(uintptr_t)log->base + log->last;
	if (truncated)
		*truncated = log->truncated;
	log->fetched = true;
	return EFI_EXIT(EFI_SUCCESS);
}

/* HashLogExtendEvent's rules on its event (6.6.3, 6.6.4) */
static bool event_valid(const struct efi_tcg2_event *event)
{
	const u32 fixed = sizeof(*event);

	return pointer_valid(event, fixed) && event->size >= fixed &&
	       event->header.header_size == sizeof(event->header) &&
	       event->header.header_version == EFI_TCG2_EVENT_HEADER_VERSION &&
	       event->header.pcr_index < TCG_PCR_COUNT &&
	       pointer_valid(event, event->size);
}

static efi_status_t hash_data(u64 flags, u64 data, u64 size,
			      struct tpm_digests *ret)
{
	const void *bytes = (const void *)(uintptr_t)data;
	struct pe_image pe;

	if (!(flags & PE_COFF_IMAGE)) {
		tpm_hash_bytes(emu.tpm, bytes, size, ret);
		return EFI_SUCCESS;
	}
	if (pe_parse(bytes, size, 0, &pe) != RULE_OK)
		return EFI_UNSUPPORTED;
	tpm_hash_image(emu.tpm, &pe, ret);
	return EFI_SUCCESS;
}

static efi_status_t hash_log_extend(u64 flags, u64 data, u64 size,
				    const struct efi_tcg2_event *event)
{
	const u64 known = EFI_TCG2_EXTEND_ONLY | PE_COFF_IMAGE;
	struct tpm_event measured = { 0 };
	efi_status_t status;

	if (!event_valid(event) || flags & ~known)
		return EFI_INVALID_PARAMETER;
	measured.pcr = event->header.pcr_index;
	measured.type = event->header.event_type;
	measured.data = event->event;
	measured.size = event->size - sizeof(*event);
	/* Nothing is extended then, and the digests are zero (PFP 10.4.5). */
	if (measured.type == EV_NO_ACTION)
		return measure(&measured, !(flags & EFI_TCG2_EXTEND_ONLY));
	if (!data ||
	    (size && !pointer_valid((const void *)(uintptr_t)data, size)))
		return EFI_INVALID_PARAMETER;
	status = hash_data(flags, data, size, &measured.digests);
	if (EFI_ERROR(status))
		return status;
	return measure(&measured, !(flags & EFI_TCG2_EXTEND_ONLY));
}

static efi_status_t EFIAPI
hash_log_extend_event(struct efi_tcg2 *self, u64 flags, u64 data, u64 data_size,
		      const struct efi_tcg2_event *event)
{
	EFI_ENTRY(TCG2_HASH_LOG_EXTEND, flags, data, data_size, event);

	if (self != &state()->protocol)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(hash_log_extend(flags, data, data_size, event));
}

/* Only for a TPM whose registers are ours. */
static efi_status_t EFIAPI submit_command(struct efi_tcg2 *self,
					  u32 command_size, const u8 *command,
					  u32 response_size, u8 *response)
{
	struct tpm *tpm = emu.tpm;

	EFI_ENTRY(TCG2_SUBMIT_COMMAND, command_size, command, response_size,
		  response);

	if (self != &state()->protocol || !command || !command_size ||
	    !response || !response_size)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	if (!tpm->submit)
		return EFI_EXIT(EFI_UNSUPPORTED);
	if (!pointer_valid(command, command_size) ||
	    !pointer_valid(response, response_size))
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(tpm->submit(tpm, command, command_size, response,
				    response_size));
}

static efi_status_t EFIAPI get_active_pcr_banks(struct efi_tcg2 *self,
						u32 *banks)
{
	EFI_ENTRY(TCG2_GET_ACTIVE_BANKS, self, banks);

	if (self != &state()->protocol || !banks)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*banks = tpm_bank_bits(emu.tpm);
	return EFI_EXIT(EFI_SUCCESS);
}

/* A change would happen at the next reset of the platform: no kexec's affair. */
static efi_status_t EFIAPI set_active_pcr_banks(struct efi_tcg2 *self,
						u32 banks)
{
	EFI_ENTRY(TCG2_SET_ACTIVE_BANKS, self, banks);

	if (self != &state()->protocol || !banks)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	return EFI_EXIT(EFI_UNSUPPORTED);
}

static efi_status_t EFIAPI get_result_of_set_active_pcr_banks(
	struct efi_tcg2 *self, u32 *operation_present, u32 *response)
{
	EFI_ENTRY(TCG2_GET_RESULT_OF_SET, self, operation_present, response);

	if (self != &state()->protocol || !operation_present || !response)
		return EFI_EXIT(EFI_INVALID_PARAMETER);
	*operation_present = 0;
	*response = 0;
	return EFI_EXIT(EFI_SUCCESS);
}

/* PFP 3.3.4.4: an application that is loaded goes into PCR 4. */
static efi_status_t measure_image(const struct pe_image *pe, u64 address,
				  const struct efi_device_path *path)
{
	struct tcg_image_load_event load = {
		.image_location = address,
		.image_length = pe->file.size,
		.image_link_time_address = pe->image_base,
	};
	struct tpm_event event = {
		.pcr = 4,
		.type = EV_EFI_BOOT_SERVICES_APPLICATION,
	};
	efi_status_t status;
	u64 path_size = 0;
	void *data;

	if (path && !device_path_size(path, &path_size))
		return EFI_INVALID_PARAMETER;
	load.device_path_length = path_size;
	event.size = (u32)(sizeof(load) + path_size);
	status = pool_allocate(EFI_LOADER_DATA, event.size, &data);
	if (EFI_ERROR(status))
		return status;
	memcpy(data, &load, sizeof(load));
	if (path)
		memcpy((u8 *)data + sizeof(load), path, path_size);
	event.data = data;
	tpm_hash_image(emu.tpm, pe, &event.digests);
	status = measure(&event, true);
	pool_free(data);
	/* A full log is no reason: the image was measured. */
	return status == EFI_VOLUME_FULL ? EFI_SUCCESS : status;
}

static void *pages(u32 type, u64 count)
{
	u64 address;

	if (EFI_ERROR(memory_allocate(type, count, 0, &address)))
		emulator_panic("no memory for the event log");
	memset((void *)(uintptr_t)address, 0, count << EFI_PAGE_SHIFT);
	return (void *)(uintptr_t)address;
}

/* The payload copies the log; of the final events K2 reads the very table. */
void tcg2_log_start(const struct tpm *tpm)
{
	const struct handoff_array *from = &emu.handoff->event_log;
	struct event_log *log = &state()->log;
	u64 count = EFI_SIZE_TO_PAGES((u64)from->count) + TCG2_LOG_PAGES;
	u64 taken;

	log->base = pages(EFI_LOADER_DATA, count);
	log->room = count << EFI_PAGE_SHIFT;
	log->final = pages(EFI_ACPI_MEMORY_NVS, TCG2_FINAL_PAGES);
	log->final_room =
		(TCG2_FINAL_PAGES << EFI_PAGE_SHIFT) - sizeof(*log->final);
	taken = event_log_import(log, handoff_array(from), from->count);
	if (taken < from->count)
		summary("kexec-pe: %lu of %u bytes of K1's event log make sense\n",
			taken, from->count);
	if (!taken && EFI_ERROR(event_log_start(log, tpm)))
		emulator_panic("no room for the head of the event log");
}

/*
 * Newer stubs measure SMBIOS into PCR 1 where nobody says that it was done: K1's
 * firmware or stub did, and PCR 1 is not ours.
 */
static void show_smbios_measured(void)
{
	static const efi_char16_t name[] = L"LoaderPcrSMBIOS", pcr[] = L"1";

	variables_show(name, &SYSTEMD_LOADER_GUID, pcr, sizeof(pcr));
}

static void start(efi_handle_t *handle)
{
	struct tcg2 *tcg2 = state();
	efi_status_t status;

	if (!tcg2->log.base)
		tcg2_log_start(emu.tpm);
	tcg2->protocol.get_capability = get_capability;
	tcg2->protocol.get_event_log = get_event_log;
	tcg2->protocol.hash_log_extend_event = hash_log_extend_event;
	tcg2->protocol.submit_command = submit_command;
	tcg2->protocol.get_active_pcr_banks = get_active_pcr_banks;
	tcg2->protocol.set_active_pcr_banks = set_active_pcr_banks;
	tcg2->protocol.get_result_of_set_active_pcr_banks =
		get_result_of_set_active_pcr_banks;
	status = handle_install(handle, &EFI_TCG2_PROTOCOL_GUID,
				&tcg2->protocol);
	if (!EFI_ERROR(status))
		status = config_table_install(&LINUX_EFI_TPM_FINAL_LOG_GUID,
					      tcg2->log.final);
	if (EFI_ERROR(status))
		emulator_panic("cannot install TCG2: %s", trace_status(status));
	show_smbios_measured();
}

const struct measurement tcg2_measurement = {
	.start = start,
	.image = measure_image,
};
