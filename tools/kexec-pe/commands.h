/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of kexec-pe: one function and one file each. A new command is
 * a file, a declaration here and a row in main.c.
 */
#ifndef TOOLS_KEXEC_PE_COMMANDS_H
#define TOOLS_KEXEC_PE_COMMANDS_H

#include <stdio.h>

#include <kexec_pe/types.h>

/* What the program exits with: part of its interface, see kexec-pe(8). */
enum {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1, /* by the kernel; run: the payload failed */
	STATUS_USAGE = 2, /* or a file that cannot be read */
};

/**
 * command_load() - give a PE image to the kernel with kexec_file_load(2)
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*
 */
int command_load(int argc, char **argv);

/**
 * command_unload() - drop the loaded image
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*
 */
int command_unload(int argc, char **argv);

/**
 * command_exec() - start the loaded image with reboot(2)
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*, if it returns
 */
int command_exec(int argc, char **argv);

/**
 * command_status() - show what is loaded and which policy is in force
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*
 */
int command_status(int argc, char **argv);

/**
 * command_run() - run a payload in a process, up to ExitBootServices
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*
 */
int command_run(int argc, char **argv);

/**
 * command_measure() - which measurements a kexec or a boot of a file makes
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*
 */
int command_measure(int argc, char **argv);

/**
 * command_verify_log() - does an event log account for what is in the PCRs?
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_*; STATUS_REFUSED when it does not
 */
int command_verify_log(int argc, char **argv);

/**
 * command_inspect() - start kexec-pe-inspect, which says what a file is
 * @argc: number of arguments, the name of the command included
 * @argv: the arguments
 *
 * Return: STATUS_USAGE, if it returns: it could not be started
 */
int command_inspect(int argc, char **argv);

/**
 * complain() - print one line with the program's name in front on stderr
 * @format: as of printf(), without newline
 */
void complain(const char *format, ...) __printf(1, 2);

/**
 * finish_output() - flush stdout and notice what could not be written
 *
 * Return: STATUS_DONE, or STATUS_USAGE after a complaint
 */
int finish_output(void);

#endif /* TOOLS_KEXEC_PE_COMMANDS_H */
