/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the payload asks of us: every service counts, remembers and, at log
 * level 2, prints its call. A service begins with EFI_ENTRY as its last
 * declaration and returns through EFI_EXIT:
 *
 *	efi_status_t EFIAPI bs_free_pool(void *buffer)
 *	{
 *		EFI_ENTRY(FREE_POOL, buffer);
 *
 *		return EFI_EXIT(pool_free(buffer));
 *	}
 */
#ifndef EMULATOR_TRACE_H
#define EMULATOR_TRACE_H

#include <kexec_pe/efi.h>

/*
 * Name and arguments of every service: x number, g GUID, s UTF-16 string.
 * At most four arguments are kept.
 */
#define TRACE_SERVICES(S)                                                 \
	S(RAISE_TPL, "RaiseTPL", "x")                                     \
	S(RESTORE_TPL, "RestoreTPL", "x")                                 \
	S(ALLOCATE_PAGES, "AllocatePages", "xxxx")                        \
	S(FREE_PAGES, "FreePages", "xx")                                  \
	S(GET_MEMORY_MAP, "GetMemoryMap", "xx")                           \
	S(ALLOCATE_POOL, "AllocatePool", "xxx")                           \
	S(FREE_POOL, "FreePool", "x")                                     \
	S(CREATE_EVENT, "CreateEvent", "xxxx")                            \
	S(SET_TIMER, "SetTimer", "xxx")                                   \
	S(WAIT_FOR_EVENT, "WaitForEvent", "xx")                           \
	S(SIGNAL_EVENT, "SignalEvent", "x")                               \
	S(CLOSE_EVENT, "CloseEvent", "x")                                 \
	S(CHECK_EVENT, "CheckEvent", "x")                                 \
	S(INSTALL_PROTOCOL, "InstallProtocolInterface", "xgxx")           \
	S(REINSTALL_PROTOCOL, "ReinstallProtocolInterface", "xgxx")       \
	S(UNINSTALL_PROTOCOL, "UninstallProtocolInterface", "xgx")        \
	S(HANDLE_PROTOCOL, "HandleProtocol", "xgx")                       \
	S(RESERVED, "Reserved", "")                                       \
	S(REGISTER_PROTOCOL_NOTIFY, "RegisterProtocolNotify", "gxx")      \
	S(LOCATE_HANDLE, "LocateHandle", "xgxx")                          \
	S(LOCATE_DEVICE_PATH, "LocateDevicePath", "gxx")                  \
	S(INSTALL_CONFIG_TABLE, "InstallConfigurationTable", "gx")        \
	S(LOAD_IMAGE, "LoadImage", "xxxx")                                \
	S(START_IMAGE, "StartImage", "x")                                 \
	S(EXIT, "Exit", "xx")                                             \
	S(UNLOAD_IMAGE, "UnloadImage", "x")                               \
	S(EXIT_BOOT_SERVICES, "ExitBootServices", "xx")                   \
	S(GET_NEXT_MONOTONIC_COUNT, "GetNextMonotonicCount", "x")         \
	S(STALL, "Stall", "x")                                            \
	S(SET_WATCHDOG_TIMER, "SetWatchdogTimer", "xx")                   \
	S(CONNECT_CONTROLLER, "ConnectController", "xxxx")                \
	S(DISCONNECT_CONTROLLER, "DisconnectController", "xxx")           \
	S(OPEN_PROTOCOL, "OpenProtocol", "xgxx")                          \
	S(CLOSE_PROTOCOL, "CloseProtocol", "xgxx")                        \
	S(OPEN_PROTOCOL_INFORMATION, "OpenProtocolInformation", "xgxx")   \
	S(PROTOCOLS_PER_HANDLE, "ProtocolsPerHandle", "xxx")              \
	S(LOCATE_HANDLE_BUFFER, "LocateHandleBuffer", "xgxx")             \
	S(LOCATE_PROTOCOL, "LocateProtocol", "gxx")                       \
	S(INSTALL_MULTIPLE, "InstallMultipleProtocolInterfaces", "x")     \
	S(UNINSTALL_MULTIPLE, "UninstallMultipleProtocolInterfaces", "x") \
	S(CALCULATE_CRC32, "CalculateCrc32", "xxx")                       \
	S(COPY_MEM, "CopyMem", "xxx")                                     \
	S(SET_MEM, "SetMem", "xxx")                                       \
	S(CREATE_EVENT_EX, "CreateEventEx", "xxxx")                       \
	S(GET_TIME, "GetTime", "xx")                                      \
	S(SET_TIME, "SetTime", "x")                                       \
	S(GET_WAKEUP_TIME, "GetWakeupTime", "xxx")                        \
	S(SET_WAKEUP_TIME, "SetWakeupTime", "xx")                         \
	S(SET_VIRTUAL_ADDRESS_MAP, "SetVirtualAddressMap", "xxxx")        \
	S(CONVERT_POINTER, "ConvertPointer", "xx")                        \
	S(GET_VARIABLE, "GetVariable", "sgxx")                            \
	S(GET_NEXT_VARIABLE_NAME, "GetNextVariableName", "xsg")           \
	S(SET_VARIABLE, "SetVariable", "sgxx")                            \
	S(GET_NEXT_HIGH_MONOTONIC, "GetNextHighMonotonicCount", "x")      \
	S(RESET_SYSTEM, "ResetSystem", "xx")                              \
	S(UPDATE_CAPSULE, "UpdateCapsule", "xxx")                         \
	S(QUERY_CAPSULE, "QueryCapsuleCapabilities", "xxxx")              \
	S(QUERY_VARIABLE_INFO, "QueryVariableInfo", "xxxx")               \
	/* Protocols; above is the order of the tables. */                \
	S(TEXT_OUTPUT, "TextOutput", "xx")                                \
	S(TEXT_INPUT, "TextInput", "x")                                   \
	S(LOAD_FILE2, "LoadFile2", "xxxx")                                \
	S(GET_RNG_INFO, "RNG.GetInfo", "xxx")                             \
	S(GET_RNG, "RNG.GetRNG", "xgx")                                   \
	S(GET_MEMORY_ATTRIBUTES, "GetMemoryAttributes", "xxxx")           \
	S(SET_MEMORY_ATTRIBUTES, "SetMemoryAttributes", "xxxx")           \
	S(CLEAR_MEMORY_ATTRIBUTES, "ClearMemoryAttributes", "xxxx")       \
	S(DEVICE_PATH_TO_TEXT, "DevicePathToText", "xxx")                 \
	S(DEVICE_PATH_UTILITIES, "DevicePathUtilities", "xxx")            \
	S(TCG2_GET_CAPABILITY, "TCG2.GetCapability", "xx")                \
	S(TCG2_GET_EVENT_LOG, "TCG2.GetEventLog", "xxxx")                 \
	S(TCG2_HASH_LOG_EXTEND, "TCG2.HashLogExtendEvent", "xxxx")        \
	S(TCG2_SUBMIT_COMMAND, "TCG2.SubmitCommand", "xxxx")              \
	S(TCG2_GET_ACTIVE_BANKS, "TCG2.GetActivePcrBanks", "xx")          \
	S(TCG2_SET_ACTIVE_BANKS, "TCG2.SetActivePcrBanks", "xx")          \
	S(TCG2_GET_RESULT_OF_SET, "TCG2.GetResultOfSet", "xxx")

enum trace_service {
#define TRACE_ENUM(symbol, name, arguments) SERVICE_##symbol,
	TRACE_SERVICES(TRACE_ENUM)
#undef TRACE_ENUM
		SERVICE_MAX,
};

#define TRACE_RING 8

struct trace_call {
	u32 id; /* number of the call, the first is 1 */
	u32 service;
	bool returned;
	u64 caller; /* return address */
	u64 arguments[4];
	efi_status_t status;
};

struct trace {
	u32 calls; /* of all services; id of the last call */
	u32 counts[SERVICE_MAX];
	struct trace_call ring[TRACE_RING]; /* call id is at id % TRACE_RING */
};

/**
 * trace_enter() - a service was called; through EFI_ENTRY only
 * @service: which
 * @caller: return address
 * @a: first argument
 * @b: second argument
 * @c: third argument
 * @d: fourth argument
 *
 * Return: number of the call, for trace_exit()
 */
u32 trace_enter(enum trace_service service, const void *caller, u64 a, u64 b,
		u64 c, u64 d);

/**
 * trace_exit() - a service is about to return; through EFI_EXIT only
 * @id: what trace_enter() returned
 * @status: what the service will return
 *
 * Return: @status
 */
efi_status_t trace_exit(u32 id, efi_status_t status);

/**
 * trace_name() - name of a service
 * @service: which
 * @ret_arguments: kinds of its arguments, see TRACE_SERVICES; may be NULL
 *
 * Return: the specification's name
 */
const char *trace_name(u32 service, const char **ret_arguments);

/**
 * trace_place() - say where an address is
 * @buffer: where to put the text
 * @size: bytes of @buffer; 64 is enough
 * @address: of an instruction
 *
 * The text is relative to the payload or to the emulator if it lies in one,
 * as that is what a debugger wants.
 */
void trace_place(char *buffer, u64 size, u64 address);

/**
 * trace_status() - name of a status
 * @status: EFI_SUCCESS or an error
 *
 * Return: the specification's name without EFI_, NULL for any other value
 */
const char *trace_status(efi_status_t status);

/**
 * trace_dump() - print the last calls, oldest first
 */
void trace_dump(void);

#define TRACE_ARGUMENT(x) ((u64)(uintptr_t)(x))
#define TRACE_ENTER(service, a, b, c, d, ...)                                \
	trace_enter(SERVICE_##service, __builtin_return_address(0),          \
		    TRACE_ARGUMENT(a), TRACE_ARGUMENT(b), TRACE_ARGUMENT(c), \
		    TRACE_ARGUMENT(d))

#define EFI_ENTRY(service, ...) \
	const u32 trace_id = TRACE_ENTER(service, ##__VA_ARGS__, 0, 0, 0, 0, 0)
#define EFI_EXIT(status) trace_exit(trace_id, status)

#endif /* EMULATOR_TRACE_H */
