// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe run, the report for people.
 */
#include <emulator/trace.h>

#include <tools/kexec-pe/run.h>

#define LAST_CALLS 16

static void print_arguments(FILE *to, const struct host_call *call)
{
	u32 i;

	for (i = 0; i < HOST_ARGUMENTS && call->kinds[i]; i++) {
		if (i)
			fputs(", ", to);
		if (call->kinds[i] == 's' && call->text[i][0])
			fprintf(to, "\"%s\"", call->text[i]);
		else if (call->text[i][0])
			fputs(call->text[i], to);
		else
			fprintf(to, "0x%lx", call->arguments[i]);
	}
}

/* Relative to its image; the payload's addresses need no name. */
static void print_place(FILE *to, const struct host_report *report, u64 image,
			u64 address)
{
	if (!image)
		fprintf(to, "0x%lx", address);
	else if (image == report->payload)
		fprintf(to, "payload+0x%lx", address - image);
	else
		fprintf(to, "image 0x%lx+0x%lx", image, address - image);
}

static void print_call(FILE *to, const struct host_report *report,
		       const struct host_call *call)
{
	char status[32];

	run_status_name(call->status, status, sizeof(status));
	fprintf(to, "%6u %s(", call->id, run_service_name(call->service));
	print_arguments(to, call);
	fprintf(to, ") = %s from ",
		call->returned ? status : "(has not returned)");
	print_place(to, report, call->image, call->caller);
	fputc('\n', to);
}

static void print_calls(FILE *to, const struct host_report *report, u32 first)
{
	u32 id, gap = 0;

	for (id = first; id - 1 < report->call_count; id++) {
		const struct host_call *call = host_report_call(report, id);

		if (call)
			print_call(to, report, call);
		else if (!gap++)
			fprintf(to, "       (some calls are left out here)\n");
	}
}

/* A payload's escape sequences are not for this terminal, nor is U+009B. */
static bool is_control(const char *text)
{
	unsigned char c = (unsigned char)text[0], next;

	if (c < ' ' || c == 0x7f)
		return c != '\n' && c != '\t';
	next = c == 0xc2 ? (unsigned char)text[1] : 0;
	return next >= 0x80 && next < 0xa0;
}

static void print_console(FILE *to, const struct host_report *report)
{
	u64 i;

	fputs("Console:\n", to);
	for (i = 0; i < report->console_size; i++) {
		if (!is_control(&report->console[i]))
			fputc(report->console[i], to);
	}
	if (i && report->console[i - 1] != '\n')
		fputc('\n', to);
}

static void print_memory(FILE *to, const struct host_report *report)
{
	u32 i;

	fputs("Memory map:\n", to);
	for (i = 0; i < report->memory_count; i++) {
		const struct efi_memory_descriptor *item = &report->memory[i];

		fprintf(to, "  %012lx-%012lx %8lu pages, %s%s\n",
			item->physical_start,
			item->physical_start +
				(item->number_of_pages << EFI_PAGE_SHIFT) - 1,
			item->number_of_pages, run_memory_type(item->type),
			item->attribute & EFI_MEMORY_RUNTIME ? ", runtime" :
							       "");
	}
}

static void print_tables(FILE *to, const struct host_report *report)
{
	char guid[37];
	u32 i;

	fputs("Configuration tables:\n", to);
	for (i = 0; i < report->table_count; i++) {
		run_guid(&report->tables[i].guid, guid);
		fprintf(to, "  %s at 0x%lx\n", guid, report->tables[i].address);
	}
}

static void print_variables(FILE *to, const struct host_report *report)
{
	char guid[37];
	u32 i, j;

	fputs("Variables set:\n", to);
	for (i = 0; i < report->variable_count; i++) {
		const struct host_variable *item = &report->variables[i];

		run_guid(&item->guid, guid);
		fprintf(to, "  %s-%s, %u bytes%s", item->name, guid,
			item->data_size, item->data_size ? ":" : ", deleted");
		for (j = 0; j < item->data_size && j < 16; j++)
			fprintf(to, " %02x", item->data[j]);
		fputs(item->data_size > 16 ? " ...\n" : "\n", to);
	}
}

static void print_privileged(FILE *to, const struct host_report *report)
{
	u32 i;

	if (!report->privileged_count)
		return;
	fputs("Privileged instructions, emulated:\n", to);
	for (i = 0; i < report->privileged_count; i++)
		fprintf(to, "  %6lu %s, first at 0x%lx\n",
			report->privileged[i].count, report->privileged[i].name,
			report->privileged[i].pc);
}

static void print_mapping(FILE *to, const char *what, u64 address,
			  u32 protection, const struct host_report *report)
{
	u32 i;

	fprintf(to, "  %s 0x%lx: ", what, address);
	for (i = 0; i < report->memory_count; i++) {
		const struct efi_memory_descriptor *item = &report->memory[i];

		if (address - item->physical_start >= item->number_of_pages
							      << EFI_PAGE_SHIFT)
			continue;
		fprintf(to, "%s, %c%c%c\n", run_memory_type(item->type),
			protection & HANDOFF_PROT_READ ? 'r' : '-',
			protection & HANDOFF_PROT_WRITE ? 'w' : '-',
			protection & HANDOFF_PROT_EXEC ? 'x' : '-');
		return;
	}
	fputs("not memory of the machine\n", to);
}

static void print_registers(FILE *to, const struct host_registers *registers)
{
	unsigned int i;

	for (i = 0; i < HOST_GENERAL && host_register_name(i); i++)
		fprintf(to, "  %-3s %016lx%s", host_register_name(i),
			registers->general[i], i % 4 == 3 ? "\n" : "");
	fprintf(to, "  %-3s %016lx  %s %lx\n",
		host_register_name(HOST_REGISTER_PC), registers->pc,
		host_register_name(HOST_REGISTER_FLAGS), registers->flags);
}

static void print_fault(FILE *to, const struct host_report *report)
{
	const struct host_fault *fault = &report->fault;
	u64 pc = fault->registers.pc;
	u32 i;

	fprintf(to, "Fault: %s, vector %u, code %lx, address 0x%lx, at ",
		fault->name, fault->vector, fault->code, fault->address);
	if (fault->emulator)
		fprintf(to, "emulator+0x%lx", fault->offset);
	else
		print_place(to, report, fault->image, pc);
	fputc('\n', to);
	print_registers(to, &fault->registers);
	if (!fault->emulator)
		print_mapping(to, host_register_name(HOST_REGISTER_PC), pc,
			      fault->pc_protection, report);
	print_mapping(to, "stack", fault->registers.sp,
		      HANDOFF_PROT_READ | HANDOFF_PROT_WRITE, report);
	print_mapping(to, "address", fault->address, fault->address_protection,
		      report);
	fputs("  code", to);
	for (i = 0; i < fault->code_size; i++)
		fprintf(to, " %02x", fault->code_bytes[i]);
	fputs(fault->code_size ? "\n" : " cannot be read\n", to);
	fprintf(to, "Last EFI calls, of %u:\n", report->call_count);
	print_calls(to, report,
		    report->call_count > LAST_CALLS ?
			    report->call_count - LAST_CALLS + 1 :
			    1);
}

static void print_kernel(FILE *to, const struct host_report *report)
{
	if (report->kernel_entry)
		fprintf(to, "Kernel entry: 0x%lx, in LoaderCode 0x%lx-0x%lx\n",
			report->kernel_entry, report->kernel_start,
			report->kernel_start + report->kernel_size - 1);
	else
		fputs("Kernel entry: not known\n", to);
}

void run_print_text(FILE *to, const struct host_report *report)
{
	fprintf(to, "Payload: 0x%lx-0x%lx, entry 0x%lx\n", report->payload,
		report->payload + report->payload_size - 1, report->entry);
	fprintf(to, "EFI calls: %u\n", report->call_count);
	print_calls(to, report, 1);
	print_console(to, report);
	print_memory(to, report);
	print_tables(to, report);
	print_variables(to, report);
	print_privileged(to, report);
	if (report->outcome == HOST_EXITED_BOOT_SERVICES)
		print_kernel(to, report);
	if (report->outcome == HOST_FAULT || report->outcome == HOST_HALTED ||
	    report->outcome == HOST_LIMIT)
		print_fault(to, report);
	fprintf(to, "Result: %s: %s\n", run_outcome_name(report->outcome),
		report->sentence);
}
