// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the fuzz targets of the emulator share.
 */
#include "emulator.h"

/* Built again, for another MACHINE_SIZE. */
#include "../unit/emulator/machine.c"

/* Turns of a waiting loop after which a payload's wait ends in a reset. */
#define PAUSES 2000

u8 input_u8(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->data++;
}

u64 input_u64(struct input *input, unsigned int bytes)
{
	u64 value = 0;
	unsigned int i;

	for (i = 0; i < bytes; i++)
		value |= (u64)input_u8(input) << 8 * i;
	return value;
}

bool machine_has(u64 address, u64 size)
{
	return range_inside(address, size, MACHINE_LOW, MACHINE_SIZE) ||
	       range_inside(address, size, MACHINE_HIGH, MACHINE_SIZE);
}

void machine_boot(void)
{
	struct handoff *handoff = (void *)MACHINE_HANDOFF;

	machine_start();
	handoff->payload.flags = HANDOFF_PAYLOAD_NX_COMPAT;
	machine_memory();
	machine_run();
	protocols_start();
	machine.pauses_left = PAUSES;
}
