// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Own GDT, IDT and task state, so that a fault of the emulator or of the
 * payload becomes a line on the console instead of a silent triple fault.
 */
#include <arch/x86/exception.h>
#include <emulator/arch.h>

#define SEGMENT_CODE 0x00af9b000000ffffULL /* 64-bit, ring 0, accessed */
#define SEGMENT_DATA 0x00cf93000000ffffULL /* flat, writable, accessed */

#define TASK_PRESENT_AVAILABLE 0x89ULL
#define GATE_PRESENT_INTERRUPT 0x8e

/*
 * Every vector runs on the one stack of the interrupt stack table: after a hit
 * on a guard page the running stack is useless, and no handler ever returns.
 */
#define GATE_STACK 1

/* Intel SDM volume 3, 8.7. */
struct task_state {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 interrupt_stack[7]; /* gates count from 1 */
	u64 reserved2;
	u16 reserved3;
	u16 io_map; /* at or past the limit: there is none */
} __packed;

static_assert(sizeof(struct task_state) == 104, "hardware");

/* Intel SDM volume 3, 6.14.1. */
struct gate {
	u16 offset_low;
	u16 selector;
	u8 stack;
	u8 type;
	u16 offset_middle;
	u32 offset_high;
	u32 reserved;
} __packed;

static_assert(sizeof(struct gate) == 16, "hardware");

/* Read and, the busy bit of the task segment, written by the processor. */
static struct {
	u64 gdt[EXCEPTION_TASK_SELECTOR / 8 + 2];
	struct gate idt[EXCEPTION_VECTORS];
	struct task_state task;
} tables __aligned(16);

/* Arrays, not pointers: a table of pointers would need relocations. */
static const char names[EXCEPTION_VECTORS][22] = {
	"divide error",
	"debug",
	"NMI",
	"breakpoint",
	"overflow",
	"bound range",
	"invalid opcode",
	"no FPU",
	"double fault",
	"coprocessor overrun",
	"invalid TSS",
	"segment not present",
	"stack fault",
	"general protection",
	"page fault",
	"vector 15",
	"x87 error",
	"alignment check",
	"machine check",
	"SIMD error",
	"virtualization",
	"control protection",
	"vector 22",
	"vector 23",
	"vector 24",
	"vector 25",
	"vector 26",
	"vector 27",
	"hypervisor injection",
	"VMM communication",
	"security",
	"vector 31",
};

#define VECTOR_PAGE_FAULT 14

static void fill_gate(struct gate *gate, u64 handler)
{
	gate->offset_low = (u16)handler;
	gate->selector = EXCEPTION_CODE_SELECTOR;
	gate->stack = GATE_STACK;
	gate->type = GATE_PRESENT_INTERRUPT;
	gate->offset_middle = (u16)(handler >> 16);
	gate->offset_high = (u32)(handler >> 32);
}

/* A task segment takes two slots (Intel SDM volume 3, 8.2.3). */
static void fill_task_segment(u64 *slot, u64 base, u64 limit)
{
	slot[0] = limit | (base & 0xffffff) << 16 |
		  TASK_PRESENT_AVAILABLE << 40 | (base >> 24 & 0xff) << 56;
	slot[1] = base >> 32;
}

void arch_exceptions_start(void)
{
	struct cpu_table gdt = { sizeof(tables.gdt) - 1, (u64)tables.gdt };
	struct cpu_table idt = { sizeof(tables.idt) - 1, (u64)tables.idt };
	unsigned int i;

	tables.gdt[EXCEPTION_CODE_SELECTOR / 8] = SEGMENT_CODE;
	tables.gdt[EXCEPTION_DATA_SELECTOR / 8] = SEGMENT_DATA;
	fill_task_segment(&tables.gdt[EXCEPTION_TASK_SELECTOR / 8],
			  (u64)&tables.task, sizeof(tables.task) - 1);
	tables.task.interrupt_stack[GATE_STACK - 1] = (u64)exception_stack_end;
	tables.task.io_map = sizeof(tables.task);
	for (i = 0; i < EXCEPTION_VECTORS; i++)
		fill_gate(&tables.idt[i],
			  (u64)exception_vectors + i * EXCEPTION_VECTOR_SIZE);
	exception_load(&gdt, &idt);
}

u64 arch_guard_page(unsigned int index)
{
	switch (index) {
	case 0:
		return (u64)stack_start - KPE_PAGE_SIZE;
	case 1:
		return (u64)stack_end;
	case 2:
		return (u64)exception_stack_end;
	default:
		return 0;
	}
}

void __noreturn exception_report(const struct exception_frame *frame)
{
	u64 address = frame->vector == VECTOR_PAGE_FAULT ? cpu_read_cr2() : 0;

	emulator_exception(names[frame->vector % EXCEPTION_VECTORS],
			   frame->code, frame->rip, address, frame->rsp);
}
