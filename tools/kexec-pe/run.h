/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands that run a payload hosted have in common: arguments into a
 * request, and a report for people and for programs.
 */
#ifndef TOOLS_KEXEC_PE_RUN_H
#define TOOLS_KEXEC_PE_RUN_H

#include <stdio.h>

#include <arch/host/run.h>

/**
 * run_map_file() - bring a file into memory
 * @path: its path
 * @ret: the bytes, to be freed with run_unmap_file(); untouched after a failure
 * @ret_size: how many
 *
 * Complains when that fails.
 *
 * Return: true when it is a regular file that is not empty
 */
bool run_map_file(const char *path, const void **ret, u64 *ret_size);

/**
 * run_unmap_file() - give the memory of a file back
 * @data: of run_map_file(), NULL for none
 * @size: of run_map_file()
 */
void run_unmap_file(const void *data, u64 size);

/**
 * run_parse_memory() - the argument of --mem
 * @text: SIZE for the usual layout of that much memory, or
 *        SIZE@ADDRESS[,SIZE@ADDRESS...]; K, M, G and T may follow a number
 * @request: memory and memory_count are set
 *
 * Return: NULL, or the sentence that says what is wrong
 */
const char *run_parse_memory(const char *text, struct host_request *request);

/**
 * run_service_name() - name of an EFI service
 * @service: as in struct host_call
 *
 * Return: constant string, the specification's name
 */
const char *run_service_name(u32 service);

/**
 * run_status_name() - name of an EFI status
 * @status: the status
 * @ret: where to put it, as "NOT_FOUND" or as a number
 * @size: bytes of @ret; 32 are enough
 */
void run_status_name(u64 status, char *ret, size_t size);

/**
 * run_memory_type() - name of an EFI memory type
 * @type: the type
 *
 * Return: constant string
 */
const char *run_memory_type(u32 type);

/**
 * run_outcome_name() - one word for how a run ended
 * @outcome: the outcome
 *
 * Return: constant string, part of the JSON schema
 */
const char *run_outcome_name(enum host_outcome outcome);

/**
 * run_guid() - a GUID as text
 * @guid: the GUID
 * @ret: where to put it
 */
void run_guid(const struct efi_guid *guid, char ret[37]);

/**
 * run_print_text() - the report for people
 * @to: where to
 * @report: of host_run()
 */
void run_print_text(FILE *to, const struct host_report *report);

/**
 * run_print_json() - the report for programs, see kexec-pe(8)
 * @to: where to
 * @report: of host_run()
 */
void run_print_json(FILE *to, const struct host_report *report);

#endif /* TOOLS_KEXEC_PE_RUN_H */
