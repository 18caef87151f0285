// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kexec-pe run --json. Addresses are strings in hexadecimal: many readers of
 * JSON have no integers of 64 bits.
 */
#include <inttypes.h>

#include <emulator/trace.h>

#include <tools/kexec-pe/json.h>
#include <tools/kexec-pe/run.h>

static void put_key(FILE *to, const char *key)
{
	json_string(to, key);
	fputs(": ", to);
}

static void put_string(FILE *to, const char *key, const char *value)
{
	put_key(to, key);
	json_string(to, value);
}

static void put_address(FILE *to, const char *key, u64 value)
{
	put_key(to, key);
	fprintf(to, "\"0x%" PRIx64 "\"", value);
}

static void put_number(FILE *to, const char *key, u64 value)
{
	put_key(to, key);
	fprintf(to, "%" PRIu64, value);
}

static void put_arguments(FILE *to, const struct host_call *call)
{
	u32 i;

	put_key(to, "arguments");
	fputc('[', to);
	for (i = 0; i < HOST_ARGUMENTS && call->kinds[i]; i++) {
		if (i)
			fputs(", ", to);
		if (call->text[i][0])
			json_string(to, call->text[i]);
		else
			fprintf(to, "\"0x%" PRIx64 "\"", call->arguments[i]);
	}
	fputc(']', to);
}

static void put_call(FILE *to, const struct host_call *call)
{
	char status[32];

	run_status_name(call->status, status, sizeof(status));
	fputs("{", to);
	put_number(to, "id", call->id);
	fputs(", ", to);
	put_string(to, "service", run_service_name(call->service));
	fputs(", ", to);
	put_arguments(to, call);
	fputs(", ", to);
	put_string(to, "status", call->returned ? status : NULL);
	fputs(", ", to);
	put_address(to, "caller", call->caller);
	fputs(", ", to);
	put_key(to, "image");
	if (call->image)
		fprintf(to, "\"0x%" PRIx64 "\"", call->image);
	else
		fputs("null", to);
	fputs("}", to);
}

static void put_calls(FILE *to, const struct host_report *report)
{
	const char *comma = "";
	u32 id;

	put_key(to, "calls");
	fputc('[', to);
	for (id = 1; id - 1 < report->call_count; id++) {
		const struct host_call *call = host_report_call(report, id);

		if (!call)
			continue;
		fprintf(to, "%s\n    ", comma);
		put_call(to, call);
		comma = ",";
	}
	fputs("\n  ]", to);
}

static void put_memory(FILE *to, const struct host_report *report)
{
	u32 i;

	put_key(to, "memory_map");
	fputc('[', to);
	for (i = 0; i < report->memory_count; i++) {
		const struct efi_memory_descriptor *item = &report->memory[i];

		fputs(i ? ",\n    {" : "\n    {", to);
		put_address(to, "start", item->physical_start);
		fputs(", ", to);
		put_number(to, "pages", item->number_of_pages);
		fputs(", ", to);
		put_number(to, "type", item->type);
		fputs(", ", to);
		put_string(to, "name", run_memory_type(item->type));
		fputs(", ", to);
		put_address(to, "attribute", item->attribute);
		fputc('}', to);
	}
	fputs("\n  ]", to);
}

static void put_tables(FILE *to, const struct host_report *report)
{
	char guid[37];
	u32 i;

	put_key(to, "tables");
	fputc('[', to);
	for (i = 0; i < report->table_count; i++) {
		run_guid(&report->tables[i].guid, guid);
		fputs(i ? ",\n    {" : "\n    {", to);
		put_string(to, "guid", guid);
		fputs(", ", to);
		put_address(to, "address", report->tables[i].address);
		fputc('}', to);
	}
	fputs("\n  ]", to);
}

static void put_variable(FILE *to, const struct host_variable *item)
{
	char guid[37];
	u32 i;

	run_guid(&item->guid, guid);
	put_string(to, "name", item->name);
	fputs(", ", to);
	put_string(to, "guid", guid);
	fputs(", ", to);
	put_number(to, "attributes", item->attributes);
	fputs(", ", to);
	put_key(to, "data");
	fputc('"', to);
	for (i = 0; i < item->data_size; i++)
		fprintf(to, "%02x", item->data[i]);
	fputc('"', to);
}

static void put_variables(FILE *to, const struct host_report *report)
{
	u32 i;

	put_key(to, "variables");
	fputc('[', to);
	for (i = 0; i < report->variable_count; i++) {
		fputs(i ? ",\n    {" : "\n    {", to);
		put_variable(to, &report->variables[i]);
		fputc('}', to);
	}
	fputs("\n  ]", to);
}

static void put_privileged(FILE *to, const struct host_report *report)
{
	u32 i;

	put_key(to, "privileged");
	fputc('{', to);
	for (i = 0; i < report->privileged_count; i++) {
		if (i)
			fputs(", ", to);
		put_number(to, report->privileged[i].name,
			   report->privileged[i].count);
	}
	fputc('}', to);
}

static void put_kernel(FILE *to, const struct host_report *report)
{
	put_key(to, "kernel_entry");
	if (report->kernel_entry)
		fprintf(to, "\"0x%" PRIx64 "\"", report->kernel_entry);
	else
		fputs("null", to);
}

static bool has_fault(const struct host_report *report)
{
	return report->outcome == HOST_FAULT ||
	       report->outcome == HOST_HALTED || report->outcome == HOST_LIMIT;
}

static void put_fault(FILE *to, const struct host_report *report)
{
	const struct host_fault *fault = &report->fault;
	unsigned int i;

	put_key(to, "fault");
	if (!has_fault(report)) {
		fputs("null", to);
		return;
	}
	fputs("{", to);
	put_string(to, "name", fault->name);
	fputs(", ", to);
	put_number(to, "vector", fault->vector);
	fputs(", ", to);
	put_number(to, "code", fault->code);
	fputs(", ", to);
	put_address(to, "address", fault->address);
	fputs(", ", to);
	put_string(to, "in", fault->emulator ? "emulator" : "payload");
	fputs(", ", to);
	put_address(to, "offset", fault->offset);
	fputs(",\n    ", to);
	for (i = 0; i < HOST_GENERAL && host_register_name(i); i++) {
		put_address(to, host_register_name(i),
			    fault->registers.general[i]);
		fputs(", ", to);
	}
	put_address(to, host_register_name(HOST_REGISTER_PC),
		    fault->registers.pc);
	fputs("}", to);
}

static void put_console(FILE *to, const struct host_report *report)
{
	put_string(to, "console", report->console ? report->console : "");
}

void run_print_json(FILE *to, const struct host_report *report)
{
	void (*const parts[])(FILE *, const struct host_report *) = {
		put_kernel, put_fault,	   put_privileged, put_console,
		put_tables, put_variables, put_memory,	   put_calls,
	};
	size_t i;

	fputs("{\n  ", to);
	put_string(to, "outcome", run_outcome_name(report->outcome));
	fputs(",\n  ", to);
	put_string(to, "sentence", report->sentence);
	fputs(",\n  ", to);
	put_address(to, "payload", report->payload);
	fputs(",\n  ", to);
	put_address(to, "entry", report->entry);
	fputs(",\n  ", to);
	put_number(to, "call_count", report->call_count);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		fputs(",\n  ", to);
		parts[i](to, report);
	}
	fputs("\n}\n", to);
}
