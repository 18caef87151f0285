// SPDX-License-Identifier: GPL-2.0-only
/*
 * LINUX_EFI_MEMRESERVE: memory that devices write to until the machine is
 * reset, so that no later kernel may use it. On arm64, the tables of a GICv3
 * whose LPIs can't be switched off again.
 */
#include <linux/efi.h>
#include <linux/io.h>
#include <linux/overflow.h>

#include <kernel/kexec_pe.h>

/* Bounds on a list that K1 wrote, and that an emulator may have chained. */
#define NODES_MAX 4096
#define ENTRIES_MAX 4096

static int keep(struct kexec_pe_load *load, u64 address, u64 size)
{
	u64 start = round_down(address, EFI_PAGE_SIZE);
	u64 end;

	if (!size)
		return 0;
	if (check_add_overflow(address, size, &end) ||
	    end > U64_MAX - EFI_PAGE_SIZE)
		return -EIO;
	end = round_up(end, EFI_PAGE_SIZE);
	kexec_dprintk("memory reserved for good: %#llx-%#llx\n", start, end);
	return kexec_pe_claim(&load->claims, start, end - start,
			      EFI_LOADER_DATA, KEXEC_PE_RAM_ATTRIBUTE);
}

static int keep_entries(struct kexec_pe_load *load, u64 node, int count)
{
	struct linux_efi_memreserve *list;
	int i, ret = 0;

	list = memremap(node, struct_size(list, entry, count), MEMREMAP_WB);
	if (!list)
		return -EIO;
	for (i = 0; i < count && !ret; i++)
		ret = keep(load, list->entry[i].base, list->entry[i].size);
	memunmap(list);
	return ret;
}

/* One node: its entries, and itself, for the next kernel reads it too. */
static int keep_node(struct kexec_pe_load *load, u64 node, u64 *ret_next)
{
	struct linux_efi_memreserve *list;
	int size, count, ret;

	list = memremap(node, sizeof(*list), MEMREMAP_WB);
	if (!list)
		return -EIO;
	size = list->size;
	count = atomic_read(&list->count);
	*ret_next = list->next;
	memunmap(list);
	if (size < 0 || size > ENTRIES_MAX)
		return -EIO;
	ret = keep(load, node, struct_size(list, entry, size));
	/* An atomic counter may have run past the end. */
	if (!ret && count > 0)
		ret = keep_entries(load, node, min(count, size));
	return ret;
}

int kexec_pe_keep_memreserve(struct kexec_pe_load *load, u64 address)
{
	unsigned int nodes = 0;
	u64 node = address;
	int ret;

	while (node) {
		if (nodes++ == NODES_MAX)
			return kexec_pe_refuse(REFUSAL_FIRMWARE_TABLE);
		ret = keep_node(load, node, &node);
		if (ret == -EIO)
			return kexec_pe_refuse(REFUSAL_FIRMWARE_TABLE);
		if (ret)
			return ret;
	}
	kexec_pe_add_table(load, &LINUX_EFI_MEMRESERVE_TABLE_GUID, address);
	return 0;
}
