/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM by its registers, for tests: FIFO, CRB and CRB with a start by SMC as
 * PTP 1.05 describes them, two commands behind them, and what can go wrong.
 */
#ifndef TESTS_UNIT_EMULATOR_TPM_MODEL_H
#define TESTS_UNIT_EMULATOR_TPM_MODEL_H

#include <emulator/tpm/virtual.h>
#include <kexec_pe/handoff.h>

#define MODEL_ADDRESS 0xfed40000ULL
#define MODEL_SIZE 0x5000ULL
#define MODEL_SMC 0xc2000001U
/* Where the buffer of a CRB with SMC start is: firmware's memory, at two ends */
#define MODEL_FIRMWARE_COMMAND 0xf0000000ULL
#define MODEL_FIRMWARE_RESPONSE 0xf0010800ULL

#define MODEL_ROOM 4096

enum model_state {
	MODEL_IDLE,
	MODEL_READY,
	MODEL_RECEPTION,
	MODEL_EXECUTION,
	MODEL_COMPLETION,
};

struct model {
	struct virtual_tpm tpm; /* the PCRs */
	u32 type; /* HANDOFF_TPM_* */

	/* What goes wrong, zero for nothing */
	u32 burst; /* bytes of a burst, 0: as many as there are */
	u32 slow; /* looks at the status before it changes */
	bool nobody; /* all registers are ones */
	bool no_grant; /* locality 0 is never given */
	bool no_ready;
	bool expect_early; /* wants no more before the last byte */
	bool expect_late; /* wants more after it */
	bool stuck; /* never ends a command */
	bool stuck_for_good; /* nor if it is cancelled */
	bool error; /* CTRL_STS says so */
	bool forgetful; /* idle, it has no buffer addresses */
	bool no_smc;
	u32 again; /* times it answers retry_code */
	u32 retry_code;
	u32 banks_per_read; /* 0: all */
	s32 lie; /* bytes that the header says too many */
	u32 claim; /* what the header says whatever there is, 0: the truth */
	u32 cut; /* bytes of the end that never come */
	u32 extra; /* bytes that come behind the end */
	u32 code; /* what every command is answered with */
	void (*spoil)(u8 *response, u32 *size); /* the last word */

	/* What happened */
	u32 commands; /* executed ones */
	u32 extends;
	u32 reads;
	u32 cancels;
	u32 misuse; /* accesses that a TPM need not understand */
	bool held; /* locality 0 is */
	u32 int_enable;

	/* Its own */
	enum model_state state;
	u32 wait;
	u8 command[MODEL_ROOM];
	u32 received;
	u8 response[MODEL_ROOM];
	u32 response_size;
	u32 sent;
	u32 start;
	u32 cancel;
	u64 buffer[2]; /* of command and response */
	u32 buffer_size[2];
};

extern struct model model;

/**
 * model_start() - a TPM that firmware and K1 have left in order
 * @type: HANDOFF_TPM_*
 * @banks: its active banks
 * @count: number of them
 * @ret: what K1 would say of it
 */
void model_start(u32 type, const u16 *banks, u32 count,
		 struct handoff_tpm *ret);

/**
 * model_quiet() - is it as K2's driver wants to find it?
 *
 * Return: true when no locality is held and no command under way
 */
bool model_quiet(void);

#endif /* TESTS_UNIT_EMULATOR_TPM_MODEL_H */
