#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the EFI calls of payloads under OVMF and under the emulator.

Usage: trace_compare.py [--differences FILE] [--show] NAME=OVMF,EMULATOR ...

NAME is the payload; OVMF a console log with the TRACE lines of the interposer
(tests/efi/interpose); EMULATOR what "kexec-pe run --json" wrote, or, if its name ends
with .log, the console after a kexec with KEXEC_FILE_DEBUG. Compared are the
services of both tables: name, those arguments that are no addresses, and status.
Members of protocols are not, as the interposer sees tables only.

Sizes are told as the power of two they fit into, 0x100 at least: many are
lengths of texts that name the firmware. Each difference must be a line of
tests/efi/trace-differences.txt, with the number of times that it is there:

    PAYLOAD | COUNT | DIFFERENCE | REASON

PAYLOAD may hold * wildcards, then the count is that of each. DIFFERENCE is one of

    OVMF only: CALL = STATUS
    emulator only: CALL = STATUS
    CALL: OVMF STATUS, emulator STATUS

A line that is not so is an error as well. Exit status: 0, or 1 after one line for
each thing that is wrong. --show prints every difference.
"""

import argparse
import difflib
import fnmatch
import json
import os
import re
import sys
from collections import Counter, namedtuple

DIFFERENCES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                           "trace-differences.txt")
TRACE = re.compile(r"TRACE (\w+)((?: \S+)*) (\S+)$")
EMULATOR = re.compile(r"efi (\d+): ([\w.]+)\((.*)\) from \S+ = (\w+)$")
EMULATOR_END = re.compile(r"kexec-pe: ExitBootServices: (\d+) EFI calls")

# A call without addresses, and what came back; "-" when it never came back.
Call = namedtuple("Call", "text status")

GUIDS = {
    "5b1b31a1-9562-11d2-8e3f-00a0c969723b": "LOADED_IMAGE",
    "bc62157e-3e33-4fec-9920-2d3b36d750df": "LOADED_IMAGE_DEVICE_PATH",
    "09576e91-6d3f-11d2-8e39-00a0c969723b": "DEVICE_PATH",
    "8b843e20-8132-4852-90cc-551a4e4a7f1c": "DEVICE_PATH_TO_TEXT",
    "05c99a21-c70f-4ad2-8a5f-35df3343f51e": "DEVICE_PATH_FROM_TEXT",
    "4006c0c1-fcb3-403e-996d-4a6c8724e06d": "LOAD_FILE2",
    "964e5b22-6459-11d2-8e39-00a0c969723b": "SIMPLE_FILE_SYSTEM",
    "607f766c-7455-42be-930b-e4d76db2720f": "TCG2",
    "96751a3d-72f4-41a6-a794-ed5d0e67ae6b": "CC_MEASUREMENT",
    "f541796d-a62e-4954-a775-9584f61b9cdd": "TCG1",
    "f4560cf6-40ec-4b4a-a192-bf1d57d0b189": "MEMORY_ATTRIBUTE",
    "3152bca5-eade-433d-862e-c01cdc291f44": "RNG",
    "9042a9de-23dc-4a38-96fb-7aded080516a": "GRAPHICS_OUTPUT",
    "982c298b-f4fa-41cb-b838-77aa688fb839": "UGA",
    "4cf5b200-68b8-4ca5-9eec-b23e3f50029a": "PCI_IO",
    "8be4df61-93ca-11d2-aa0d-00e098032b8c": "GLOBAL",
    "605dab50-e046-4300-abb6-3dd810dd8b23": "SHIM",
    "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f": "LOADER",
    "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b": "RANDOM_SEED",
    "5568e427-68fc-4f3d-ac74-ca555231cc68": "INITRD_MEDIA",
    "800f683f-d08b-423a-a293-965c3c6fe2b4": "BOOT_MEMMAP",
    "b7799cb0-eca2-4943-9667-1fae07b747fa": "TPM_EVENT_LOG",
    "e20939be-32d4-41be-a150-897f85d49829": "MEMORY_OVERWRITE",
    "a46423e3-4617-49f1-b9ff-d1bfa9115839": "SECURITY",
    "1d85cd7f-f43d-11d2-9a0c-0090273fc14d": "UNICODE_COLLATION",
    "ef9fc172-a1b2-4693-b327-6d32fc416042": "HII_DATABASE",
    "752f3136-4e16-4fdc-a22a-e5f46812f4ca": "SHELL_PARAMETERS",
    "94ab2f58-1438-4ef1-9152-18941a3a0e68": "SECURITY2",
}

# The arguments to keep, by position. What is not here is an address, or depends on
# the size of the memory map.
KEPT = {
    "RaiseTPL": (0,), "RestoreTPL": (0,), "AllocatePages": (0, 1, 2),
    "FreePages": (1,), "GetMemoryMap": (), "AllocatePool": (0, 1),
    "FreePool": (), "CreateEvent": (0, 1), "SetTimer": (1, 2),
    "WaitForEvent": (0,), "SignalEvent": (), "CloseEvent": (),
    "CheckEvent": (), "InstallProtocolInterface": (1,),
    "ReinstallProtocolInterface": (1,), "UninstallProtocolInterface": (1,),
    "HandleProtocol": (1,), "Reserved": (), "RegisterProtocolNotify": (0,),
    "LocateHandle": (0, 1), "LocateDevicePath": (0,),
    "InstallConfigurationTable": (0,), "LoadImage": (), "StartImage": (),
    "Exit": (1,), "UnloadImage": (), "ExitBootServices": (),
    "GetNextMonotonicCount": (), "Stall": (0,), "SetWatchdogTimer": (0, 1),
    "ConnectController": (), "DisconnectController": (),
    "OpenProtocol": (1,), "CloseProtocol": (1,),
    "OpenProtocolInformation": (1,), "ProtocolsPerHandle": (),
    "LocateHandleBuffer": (0, 1), "LocateProtocol": (0,),
    "InstallMultipleProtocolInterfaces": (),
    "UninstallMultipleProtocolInterfaces": (), "CalculateCrc32": (1,),
    "CopyMem": (2,), "SetMem": (1, 2), "CreateEventEx": (0, 1),
    "GetTime": (), "SetTime": (), "GetWakeupTime": (), "SetWakeupTime": (0,),
    "SetVirtualAddressMap": (), "ConvertPointer": (0,),
    "GetVariable": (0, 1), "GetNextVariableName": (1, 2),
    "SetVariable": (0, 1, 2, 3), "GetNextHighMonotonicCount": (),
    "ResetSystem": (0, 1), "UpdateCapsule": (1,),
    "QueryCapsuleCapabilities": (1,), "QueryVariableInfo": (0,),
}
# Arguments of 32 bits: the rest of the slot is whatever the caller had there.
NARROW = {("AllocatePages", 0), ("AllocatePages", 1), ("AllocatePool", 0),
          ("LocateHandle", 0), ("LocateHandleBuffer", 0), ("SetVariable", 2),
          ("ResetSystem", 0), ("CreateEvent", 0), ("SetTimer", 1),
          ("QueryVariableInfo", 0)}
# Of 8 bits
BYTES = {("SetMem", 2)}
SIZES = {("AllocatePool", 1), ("CopyMem", 2), ("SetMem", 1),
         ("SetVariable", 3)}
# They return nothing: what stands in the register is no status.
VOID = {"RestoreTPL", "CopyMem", "SetMem", "ResetSystem", "RaiseTPL"}
# The payload's own texts and structures. How many depends on the processor too:
# systemd-stub copies so what CPUID says of a hypervisor.
SMALL_COPY = "CopyMem 0x100"
# Members of protocols in the emulator's log
PROTOCOLS = re.compile(r"TextOutput|TextInput|LoadFile2|RNG\.|TCG2\.|DevicePath|"
                       r"(Get|Set|Clear)MemoryAttributes")


def argument(service, position, text):
    """One argument as it is compared."""
    if text.startswith("0x"):
        value = int(text, 16)
        if (service, position) in NARROW:
            value &= 0xffffffff
        if (service, position) in BYTES:
            value &= 0xff
        if (service, position) in SIZES:
            value = max(0x100, 1 << (value - 1).bit_length()) if value else 0
        return f"{value:#x}"
    return GUIDS.get(text, text)


def reduce_call(service, arguments, status, before):
    """A Call; before is the one that came before it, or None."""
    if service not in KEPT:
        raise ValueError(f"service {service} is not known")
    words = [service] + [argument(service, i, arguments[i])
                         for i in KEPT[service]]
    if service == "AllocatePool" and before is not None and \
            before == Call("GetMemoryMap", "BUFFER_TOO_SMALL"):
        words[2] = "map"  # room for a map, as large as the machine has it
    if service == "FreePool" and int(arguments[0], 16) == 0:
        words.append("NULL")
    if service == "InstallConfigurationTable" and int(arguments[1], 16) == 0:
        words.append("NULL")
    return Call(" ".join(words), "-" if service in VOID else status)


def reduce_calls(raw):
    calls = []
    for service, arguments, status in raw:
        call = reduce_call(service, arguments, status,
                           calls[-1] if calls else None)
        if call.text != SMALL_COPY:
            calls.append(call)
    return calls


def read_ovmf(path):
    """The calls in a console log with the interposer's lines."""
    raw, ended = [], False
    with open(path, encoding="utf-8", errors="replace") as source:
        for line in source:
            line = line.rstrip()
            match = TRACE.search(line)
            if match:
                raw.append((match[1], match[2].replace('"', "").split(),
                            match[3]))
            elif "TRACE-ERROR" in line:
                raise ValueError(f"{path}: {line}")
            ended = ended or line.endswith("TRACE-END")
    if not ended:
        raise ValueError(f"{path}: ExitBootServices was not reached")
    return reduce_calls(raw)


def read_emulator(path):
    """The calls in the report of kexec-pe run."""
    with open(path, encoding="utf-8") as source:
        report = json.load(source)
    if report["outcome"] != "exited-boot-services":
        raise ValueError(f"{path}: {report['sentence']}")
    calls = report["calls"]
    if len(calls) != report["call_count"]:
        raise ValueError(f"{path}: {len(calls)} of {report['call_count']} calls")
    return reduce_calls((call["service"],
                         [text.replace(" ", "_") for text in call["arguments"]],
                         call["status"] or "-") for call in calls
                        if not PROTOCOLS.match(call["service"]))


def read_console(path):
    """The calls that the emulator printed after a kexec. What has not returned is
    not among them: StartImage, and the ExitBootServices that succeeded."""
    raw, total = {}, None
    with open(path, encoding="utf-8", errors="replace") as source:
        for line in source:
            match = EMULATOR.search(line.rstrip())
            if match:
                words = match[3].replace('"', "").split(", ")
                raw[int(match[1])] = (match[2], words, match[4])
            match = EMULATOR_END.search(line)
            if match:
                total = int(match[1])
    if not total or total in raw:
        raise ValueError(f"{path}: ExitBootServices was not reached")
    raw[total] = ("ExitBootServices", [], "SUCCESS")
    calls = [raw.get(i, ("StartImage", [], "-")) for i in range(1, total + 1)]
    return reduce_calls(call for call in calls if not PROTOCOLS.match(call[0]))


def differences(ovmf, emulator):
    """What differs, as texts in the order of the calls."""
    found = []
    matcher = difflib.SequenceMatcher(None, [call.text for call in ovmf],
                                      [call.text for call in emulator], False)
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        if what == "equal":
            found += [f"{x.text}: OVMF {x.status}, emulator {y.status}"
                      for x, y in zip(ovmf[a:a_end], emulator[b:b_end])
                      if x.status != y.status]
            continue
        found += [f"OVMF only: {x.text} = {x.status}" for x in ovmf[a:a_end]]
        found += [f"emulator only: {y.text} = {y.status}"
                  for y in emulator[b:b_end]]
    return found


def read_reasons(path):
    """[(payload, count, difference, reason)]"""
    reasons = []
    with open(path, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            if line.startswith("#") or not line.strip():
                continue
            fields = [field.strip() for field in line.split(" | ")]
            if len(fields) != 4 or not all(fields) or not fields[1].isdigit():
                raise ValueError(f"{path}:{number}: not as it should be")
            reasons.append((fields[0], int(fields[1]), *fields[2:]))
    return reasons


def judge(found, reasons):
    """What is wrong with {payload: [difference]}, as sentences."""
    wrong = []
    for payload, texts in found.items():
        listed = Counter()
        for pattern, count, text, _ in reasons:
            if fnmatch.fnmatchcase(payload, pattern):
                listed[text] += count
        counts = Counter(texts)
        for text in dict.fromkeys([*counts, *listed]):
            if counts[text] != listed[text]:
                wrong.append(f"{payload}: {counts[text]} times, "
                             f"{listed[text]} explained: {text}")
    wrong += [f"{reason[0]} is listed, yet it is no payload"
              for reason in reasons if not fnmatch.filter(found, reason[0])]
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--differences", default=DIFFERENCES)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("runs", nargs="+", metavar="NAME=OVMF,EMULATOR")
    arguments = parser.parse_args()
    found = {}
    try:
        for run in arguments.runs:
            name, _, files = run.partition("=")
            ovmf, _, emulator = files.partition(",")
            read = read_console if emulator.endswith(".log") else read_emulator
            found[name] = differences(read_ovmf(ovmf), read(emulator))
        wrong = judge(found, read_reasons(arguments.differences))
    except (OSError, ValueError) as error:
        print(f"trace_compare: {error}", file=sys.stderr)
        return 1
    if arguments.show:
        for name, texts in found.items():
            for text, count in Counter(texts).items():
                print(f"{name} | {count} | {text}")
    print("".join(f"{text}\n" for text in wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
