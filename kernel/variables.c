// SPDX-License-Identifier: GPL-2.0-only
/*
 * The snapshot of EFI variables that the payload, and the next kernel at run
 * time, will see.
 */
#define pr_fmt(fmt) "kexec_pe: " fmt

#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/ucs2_string.h>

#include <kernel/kexec_pe.h>

/* Bounds on what firmware may make us hold; real machines have 100 to 200. */
#define NAME_SIZE (EFI_VAR_NAME_LEN * sizeof(efi_char16_t))
#define DATA_SIZE SZ_1M
#define SNAPSHOT_SIZE SZ_4M
#define SNAPSHOT_COUNT 8192

#define ATTRIBUTES_BS_RT \
	(EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)

struct snapshot {
	u8 *data;
	u32 size;
	u32 room;
	u8 setup_mode; /* as firmware says it */
};

/* What to do with a variable of a name that some policy knows. */
enum rule_kind {
	SYNTHESISED, /* never copied: written from K1's own state */
	VOLATILE_ONLY, /* mirrors by shim: a non-volatile one is a forgery */
	STALE, /* says how the boot before this one went */
};

static const struct variable_rule {
	enum rule_kind kind;
	efi_guid_t guid;
	const char *name; /* NULL: every name of this GUID */
} rules[] = {
	{ SYNTHESISED, EFI_GLOBAL_VARIABLE_GUID, "SecureBoot" },
	{ SYNTHESISED, EFI_GLOBAL_VARIABLE_GUID, "SetupMode" },
	{ VOLATILE_ONLY, EFI_SHIM_LOCK_GUID, "MokSBStateRT" },
	{ VOLATILE_ONLY, EFI_SHIM_LOCK_GUID, "MokListRT" },
	{ VOLATILE_ONLY, EFI_SHIM_LOCK_GUID, "MokListXRT" },
	{ VOLATILE_ONLY, EFI_SHIM_LOCK_GUID, "SbatLevelRT" },
	/* Boot Loader Interface: the volatile ones, but for the rule below. */
	{ STALE, LINUX_EFI_LOADER_ENTRY_GUID, NULL },
};

/* Which disk the machine boots from is still true; systemd finds its ESP so. */
static const char lasting_name[] = "LoaderDevicePartUUID";

static bool has_name(const efi_char16_t *name, const char *ascii)
{
	while (*ascii && *name == *ascii) {
		name++;
		ascii++;
	}
	return !*ascii && !*name;
}

static bool is_wanted(const efi_char16_t *name, const efi_guid_t *guid,
		      u32 attributes)
{
	const struct variable_rule *rule;
	bool lasts = attributes & EFI_VARIABLE_NON_VOLATILE;

	for (rule = rules; rule < rules + ARRAY_SIZE(rules); rule++) {
		if (efi_guidcmp(rule->guid, *guid) ||
		    (rule->name && !has_name(name, rule->name)))
			continue;
		if (rule->kind == VOLATILE_ONLY)
			return !lasts;
		if (rule->kind == STALE)
			return lasts || has_name(name, lasting_name);
		return false;
	}
	return true;
}

static int make_room(struct snapshot *snapshot, u32 size)
{
	u32 room = snapshot->room ?: SZ_64K;
	u8 *data;

	while (room - snapshot->size < size)
		room *= 2;
	if (room == snapshot->room)
		return 0;
	data = kvzalloc(room, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	if (snapshot->size)
		memcpy(data, snapshot->data, snapshot->size);
	kvfree(snapshot->data);
	snapshot->data = data;
	snapshot->room = room;
	return 0;
}

static int append(struct snapshot *snapshot, const efi_char16_t *name,
		  const efi_guid_t *guid, u32 attributes, const void *data,
		  u32 data_size)
{
	u32 name_size =
		ucs2_strsize(name, EFI_VAR_NAME_LEN - 1) + sizeof(efi_char16_t);
	struct handoff_variable *item;
	u32 size;
	int ret;

	size = ALIGN(sizeof(*item) + name_size + data_size, 8);
	if (size > SNAPSHOT_SIZE - snapshot->size)
		return kexec_pe_refuse(REFUSAL_VARIABLES_BROKEN);
	ret = make_room(snapshot, size);
	if (ret)
		return ret;
	item = (void *)(snapshot->data + snapshot->size);
	item->item_size = size;
	item->attributes = attributes;
	memcpy(item->guid, guid, sizeof(item->guid));
	item->name_size = name_size;
	item->data_size = data_size;
	memcpy(item + 1, name, name_size - sizeof(efi_char16_t));
	memcpy((u8 *)(item + 1) + name_size, data, data_size);
	snapshot->size += size;
	return 0;
}

/* Read one variable; NOT_FOUND means that it went away since it was listed. */
static int copy_variable(struct snapshot *snapshot, efi_char16_t *name,
			 efi_guid_t *guid)
{
	unsigned long size = 0;
	efi_status_t status;
	u32 attributes = 0;
	void *data;
	int ret;

	status = efivar_get_variable(name, guid, NULL, &size, NULL);
	if (status == EFI_NOT_FOUND)
		return 0;
	if (status != EFI_BUFFER_TOO_SMALL || size > DATA_SIZE)
		return kexec_pe_refuse(REFUSAL_VARIABLES_BROKEN);
	data = kzalloc(size, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	status = efivar_get_variable(name, guid, &attributes, &size, data);
	if (status != EFI_SUCCESS)
		ret = kexec_pe_refuse(REFUSAL_VARIABLES_BROKEN);
	else if (!is_wanted(name, guid, attributes))
		ret = 0;
	else
		ret = append(snapshot, name, guid, attributes, data, size);
	if (status == EFI_SUCCESS && size == 1 && has_name(name, "SetupMode") &&
	    !efi_guidcmp(*guid, EFI_GLOBAL_VARIABLE_GUID))
		snapshot->setup_mode = *(u8 *)data;
	kfree(data);
	return ret;
}

/* Called with the efivar lock held. */
static int copy_all(struct snapshot *snapshot, efi_char16_t *name)
{
	unsigned int count = 0;
	efi_guid_t guid = {};
	efi_status_t status;
	unsigned long size;
	int ret;

	for (;;) {
		size = NAME_SIZE;
		status = efivar_get_next_variable(&size, name, &guid);
		if (status == EFI_NOT_FOUND)
			return 0;
		/* Firmware that repeats a name would never come to an end. */
		if (status != EFI_SUCCESS || count++ == SNAPSHOT_COUNT)
			return kexec_pe_refuse(REFUSAL_VARIABLES_BROKEN);
		name[EFI_VAR_NAME_LEN - 1] = 0;
		ret = copy_variable(snapshot, name, &guid);
		if (ret)
			return ret;
		cond_resched();
	}
}

static int copy_firmware(struct snapshot *snapshot)
{
	efi_char16_t *name = kzalloc(NAME_SIZE, GFP_KERNEL);
	int ret;

	if (!name)
		return -ENOMEM;
	ret = efivar_lock();
	if (!ret) {
		ret = copy_all(snapshot, name);
		efivar_unlock();
	}
	kfree(name);
	return ret;
}

/*
 * Secure Boot as K1 was booted with, not as firmware says it now: the state
 * never weakens on the way. "Unknown" can't be said in these variables; a stub
 * takes a missing SecureBoot as "disabled", hence the refusal under lockdown.
 */
static int synthesise(struct kexec_pe_load *load, struct snapshot *snapshot)
{
	efi_guid_t guid = EFI_GLOBAL_VARIABLE_GUID;
	bool enabled = load->secure_boot == efi_secureboot_mode_enabled;
	u8 secure_boot = enabled;
	u8 setup_mode = enabled ? 0 : snapshot->setup_mode;
	int ret;

	if (!enabled && load->secure_boot != efi_secureboot_mode_disabled)
		return kexec_pe_locked_down() ?
			       kexec_pe_refuse(REFUSAL_SECURE_BOOT_UNKNOWN) :
			       0;
	ret = append(snapshot, L"SecureBoot", &guid, ATTRIBUTES_BS_RT,
		     &secure_boot, sizeof(secure_boot));
	if (ret)
		return ret;
	return append(snapshot, L"SetupMode", &guid, ATTRIBUTES_BS_RT,
		      &setup_mode, sizeof(setup_mode));
}

int kexec_pe_read_variables(struct kexec_pe_load *load)
{
	struct snapshot snapshot = {};
	int ret = 0;

	if (efivar_is_available())
		ret = copy_firmware(&snapshot);
	else if (kexec_pe_locked_down())
		ret = kexec_pe_refuse(REFUSAL_VARIABLES_HIDDEN);
	if (!ret)
		ret = synthesise(load, &snapshot);
	load->variables = snapshot.data;
	load->plan.variables = snapshot.data;
	load->plan.variables_size = snapshot.size;
	return ret;
}

bool kexec_pe_find_variable(const struct kexec_pe_load *load, const char *name,
			    efi_guid_t guid, struct view *ret)
{
	const struct handoff_variable *item;
	u64 at;

	for (at = 0; at < load->plan.variables_size; at += item->item_size) {
		item = load->variables + at;
		if (memcmp(item->guid, &guid, sizeof(guid)) ||
		    !has_name((const efi_char16_t *)(item + 1), name))
			continue;
		ret->base = (const u8 *)(item + 1) + item->name_size;
		ret->size = item->data_size;
		return true;
	}
	return false;
}
