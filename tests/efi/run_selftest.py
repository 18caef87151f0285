#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the EFI self-test application under another firmware, in QEMU.

Usage: run_selftest.py --firmware ovmf|uboot|aavmf --app selftest.efi
           [--result FILE] [--log FILE] [--deviations FILE] [--timeout SECONDS]
           [--options TEXT] [--disk] [--memory MIB] [--cpu MODEL] [--verbose]

OVMF gets the application as -kernel (or, with --disk, as U-Boot does, on a FAT
image as a removable medium). There is no network and no display; QEMU is ended
by its process id, at the latest after --timeout seconds.

The file of deviations has lines "FIRMWARE NAME reason": checks that this
firmware is known to fail. Exit status: 0 when exactly those failed, 1 when the
others did not all pass or a listed one did, 2 when the run did not end.
"""

import argparse
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

import fat
import result

OVMF = "/usr/share/OVMF/"
AAVMF = "/usr/share/AAVMF/"
UBOOT = "/usr/lib/u-boot/qemu-x86_64/u-boot.rom"
REMOVABLE = "EFI/BOOT/BOOTX64.EFI"

# What firmware prints when the application will never end by itself.
CRASHES = (b"X64 Exception Type", b"Synchronous Exception", b"Invalid Opcode", b"General Protection",
           b"Access Denied", b"resetting ...")


def copy(source, folder):
    target = os.path.join(folder, os.path.basename(source))
    with open(source, "rb") as a, open(target, "wb") as b:
        b.write(a.read())
    return target


def make_disk(app, folder):
    with open(app, "rb") as source:
        image = fat.make_image(source.read(), REMOVABLE)
    path = os.path.join(folder, "disk.img")
    with open(path, "wb") as target:
        target.write(image)
    return path


def aavmf_command(arguments, folder):
    """arm64, as tests/qemu runs it."""
    variables = copy(AAVMF + "AAVMF_VARS.fd", folder)
    command = ["qemu-system-aarch64", "-accel", "tcg", "-cpu", "cortex-a57",
               "-machine", "virt,gic-version=3", "-m", "1024", "-nodefaults",
               "-nographic", "-display", "none", "-serial", "stdio",
               "-monitor", "none", "-net", "none", "-no-reboot",
               "-device", "virtio-rng-pci",
               "-drive", "if=pflash,format=raw,readonly=on,file=" +
               AAVMF + "AAVMF_CODE.fd",
               "-drive", "if=pflash,format=raw,file=" + variables,
               "-kernel", arguments.app]
    if arguments.options:
        command += ["-append", arguments.options]
    return command


def qemu_command(arguments, folder):
    if arguments.firmware == "aavmf":
        return aavmf_command(arguments, folder)
    command = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", arguments.cpu,
               "-m", str(arguments.memory), "-nodefaults", "-nographic",
               "-display", "none", "-serial", "stdio", "-monitor", "none",
               "-net", "none", "-no-reboot"]
    disk = arguments.disk or arguments.firmware == "uboot"
    if arguments.firmware == "ovmf":
        variables = copy(OVMF + "OVMF_VARS_4M.fd", folder)
        command += ["-machine", "q35", "-device", "virtio-rng-pci"]
        command += ["-drive", "if=pflash,format=raw,readonly=on,file=" +
                    OVMF + "OVMF_CODE_4M.fd",
                    "-drive", "if=pflash,format=raw,file=" + variables]
    else:
        command += ["-machine", "pc", "-device", "virtio-rng-pci",
                    "-bios", UBOOT]
    if disk:
        command += ["-drive", "if=ide,format=raw,file=" +
                    make_disk(arguments.app, folder)]
    else:
        command += ["-kernel", arguments.app]
        if arguments.options:
            command += ["-append", arguments.options]
    return command


def watch(process, log, arguments):
    """Copies the console to the log until the run is over; returns it."""
    out = b""
    deadline = time.monotonic() + arguments.timeout
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], 1)
        data = os.read(process.stdout.fileno(), 65536) if ready else None
        if data == b"":
            break
        if data:
            out += data
            log.write(data)
            log.flush()
            if arguments.verbose:
                sys.stdout.write(data.decode(errors="replace"))
                sys.stdout.flush()
            # The application ran, and its console now shows a crash.
            start = out.find(b"SELFTEST-START")
            if start >= 0 and any(word in out[start:] for word in CRASHES):
                deadline = min(deadline, time.monotonic() + 2)
            if b"SELFTEST-END" in out:
                # QEMU ends by the reset; a firmware that can't is not waited
                # for.
                deadline = min(deadline, time.monotonic() + 5)
    return out


def run(arguments, log):
    with tempfile.TemporaryDirectory(prefix="selftest.") as folder:
        command = qemu_command(arguments, folder)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        try:
            out = watch(process, log, arguments)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
            process.wait()
            process.stdout.close()
    return result.Result(out.decode(errors="replace"))


def read_deviations(path, firmware):
    """{check that this firmware is known to fail: why that is its fault}."""
    known = {}
    if not path:
        return known
    with open(path, encoding="utf-8") as source:
        for line in source:
            words = line.split("#")[0].split(None, 2)
            if len(words) == 3 and words[0] == firmware:
                known[words[1]] = words[2].strip()
    return known


def judge(run_result, known):
    """Prints what was not expected; returns the exit status."""
    bad = 0
    for name, (verdict, detail) in run_result.checks.items():
        if verdict == "FAIL" and name not in known:
            print(f"FAIL {name} {detail}")
            bad += 1
        elif verdict == "PASS" and name in known:
            print(f"FAIL {name} passes, yet is listed as a deviation")
            bad += 1
    for name in sorted(set(known) - set(run_result.checks)):
        print(f"FAIL {name} is listed as a deviation, yet did not run")
        bad += 1
    listed = sum(run_result.checks.get(name, ("",))[0] == "FAIL"
                 for name in known)
    print(f"{run_result.count('PASS')} passed, {bad} failed, "
          f"{run_result.count('SKIP')} skipped, {listed} known deviations")
    return 1 if bad else 0


def parse():
    parser = argparse.ArgumentParser(
        description="Run the EFI self-test under OVMF or U-Boot in QEMU.")
    parser.add_argument("--firmware", choices=("ovmf", "uboot", "aavmf"), required=True)
    parser.add_argument("--app", required=True)
    parser.add_argument("--result", help="where the cleaned result goes")
    parser.add_argument("--log", help="where the whole console goes")
    parser.add_argument("--deviations", help="file of known deviations")
    parser.add_argument("--timeout", type=float, default=180)
    parser.add_argument("--options", default="", help="LoadOptions (OVMF)")
    parser.add_argument("--disk", action="store_true",
                        help="OVMF: boot from a FAT image")
    parser.add_argument("--memory", type=int, default=512)
    parser.add_argument("--cpu", default="max")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse()
    try:
        with open(arguments.log or os.devnull, "wb") as log:
            run_result = run(arguments, log)
    except ValueError as error:
        print(f"run_selftest: {error}", file=sys.stderr)
        return 2
    if arguments.result:
        with open(arguments.result, "w", encoding="utf-8") as target:
            target.write(run_result.text())
    if not run_result.ended:
        last = run_result.lines[-1] if run_result.lines else "nothing"
        print(f"FAIL the run did not end; last: {last}")
        return 2
    return judge(run_result, read_deviations(arguments.deviations,
                                             arguments.firmware))


if __name__ == "__main__":
    sys.exit(main())
