/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slots of both service tables, in the order of UEFI 2.10, 4.4 and 4.5, with
 * names and arguments as the emulator's log has them: x number, g GUID, s UTF-16
 * string. Arguments after the fourth are not told.
 */
#ifndef TESTS_EFI_INTERPOSE_SERVICES_H
#define TESTS_EFI_INTERPOSE_SERVICES_H

#define BOOT_SERVICES(S)                            \
	S(RaiseTPL, "x")                            \
	S(RestoreTPL, "x")                          \
	S(AllocatePages, "xxxx")                    \
	S(FreePages, "xx")                          \
	S(GetMemoryMap, "xx")                       \
	S(AllocatePool, "xxx")                      \
	S(FreePool, "x")                            \
	S(CreateEvent, "xxxx")                      \
	S(SetTimer, "xxx")                          \
	S(WaitForEvent, "xx")                       \
	S(SignalEvent, "x")                         \
	S(CloseEvent, "x")                          \
	S(CheckEvent, "x")                          \
	S(InstallProtocolInterface, "xgxx")         \
	S(ReinstallProtocolInterface, "xgxx")       \
	S(UninstallProtocolInterface, "xgx")        \
	S(HandleProtocol, "xgx")                    \
	S(Reserved, "")                             \
	S(RegisterProtocolNotify, "gxx")            \
	S(LocateHandle, "xgxx")                     \
	S(LocateDevicePath, "gxx")                  \
	S(InstallConfigurationTable, "gx")          \
	S(LoadImage, "xxxx")                        \
	S(StartImage, "x")                          \
	S(Exit, "xx")                               \
	S(UnloadImage, "x")                         \
	S(ExitBootServices, "xx")                   \
	S(GetNextMonotonicCount, "x")               \
	S(Stall, "x")                               \
	S(SetWatchdogTimer, "xx")                   \
	S(ConnectController, "xxxx")                \
	S(DisconnectController, "xxx")              \
	S(OpenProtocol, "xgxx")                     \
	S(CloseProtocol, "xgxx")                    \
	S(OpenProtocolInformation, "xgxx")          \
	S(ProtocolsPerHandle, "xxx")                \
	S(LocateHandleBuffer, "xgxx")               \
	S(LocateProtocol, "gxx")                    \
	S(InstallMultipleProtocolInterfaces, "x")   \
	S(UninstallMultipleProtocolInterfaces, "x") \
	S(CalculateCrc32, "xxx")                    \
	S(CopyMem, "xxx")                           \
	S(SetMem, "xxx")                            \
	S(CreateEventEx, "xxxx")

#define RUNTIME_SERVICES(S)                 \
	S(GetTime, "xx")                    \
	S(SetTime, "x")                     \
	S(GetWakeupTime, "xxx")             \
	S(SetWakeupTime, "xx")              \
	S(SetVirtualAddressMap, "xxxx")     \
	S(ConvertPointer, "xx")             \
	S(GetVariable, "sgxx")              \
	S(GetNextVariableName, "xsg")       \
	S(SetVariable, "sgxx")              \
	S(GetNextHighMonotonicCount, "x")   \
	S(ResetSystem, "xx")                \
	S(UpdateCapsule, "xxx")             \
	S(QueryCapsuleCapabilities, "xxxx") \
	S(QueryVariableInfo, "xxxx")

#endif /* TESTS_EFI_INTERPOSE_SERVICES_H */
