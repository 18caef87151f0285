#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts a PE image by kexec, in a virtual machine of its own: "make try".

K1 boots under OVMF or AAVMF, loads PAYLOAD with kexec_file_load(2) and executes it;
what the console shows from then on goes to stdout. Exit status: 0 when EXPECT
matched after the kexec, 1 when not, 2 for a bad request. Variables:

  PAYLOAD=FILE     a UKI, a kernel, or any EFI application (needed)
  EXPECT=REGEX     what must appear on the console (default: "Linux version")
  APPEND=STR       command line; a UKI keeps its own, a kernel gets the console
  INITRD=FILE      initrd; beside a UKI's own it is an extra one
  SYSCTL=1         kernel.kexec_pe: 0 off, 1 native handlers first, 2 ours
                   first, 3 PE only
  MEM=2048 SMP=1 CPU=max      MiB, processors, QEMU's -cpu
  SIGN=0           1: sign PAYLOAD with the firmware's snakeoil key first
  SECUREBOOT=0     1: the firmware enforces Secure Boot, K1 is locked down
  TPM=crb          crb, tis or none; arm64 has tis (default) or none
  GDB=0            1: stop at reset and wait for gdb on port 1234
  DEBUG=0          1: load with KEXEC_FILE_DEBUG, every EFI call is printed
  DUMP_TABLES=0    1: print the page tables as the payload finds them
  TIMEOUT=300      seconds for each of K1's boot and the payload
"""
import argparse
import os
import re
import sys
import time

import mkuki
from bench import Bench, K1, is_uki, quote
from vm import TPM, MachineError


def variable(name, default):
    return os.environ.get(name) or default


class Request:
    """The variables, checked."""

    def __init__(self, bench):
        self.payload = variable('PAYLOAD', '')
        self.initrd = variable('INITRD', '')
        if not self.payload:
            raise ValueError('PAYLOAD=FILE is needed; what else there is:\n\n'
                             + __doc__.partition('\n\n')[2])
        for name in filter(None, (self.payload, self.initrd)):
            if not os.path.isfile(name):
                raise ValueError(f'{name} is no file')
        self.expect = variable('EXPECT', 'Linux version')
        re.compile(self.expect)
        self.append = variable('APPEND', '')
        if not self.append and not is_uki(self.payload):
            self.append = bench.console()
        self.timeout = float(variable('TIMEOUT', '300'))
        self.sysctl = int(variable('SYSCTL', '1'))
        if self.sysctl not in range(4):
            raise ValueError('SYSCTL is 0, 1, 2 or 3')
        self.sign = variable('SIGN', '0') == '1'
        self.gdb = variable('GDB', '0') == '1'
        self.calls = variable('DEBUG', '0') == '1'
        self.debug = self.calls or variable('DUMP_TABLES', '0') == '1'
        self.machine = {
            'memory': int(variable('MEM', '2048')),
            'smp': int(variable('SMP', '1')),
            'cpu': variable('CPU', 'max'),
            'secure_boot': variable('SECUREBOOT', '0') == '1',
            'tpm': variable('TPM', TPM[bench.arch]),
            'gdb': self.gdb,
        }
        if self.machine['tpm'] not in ('crb', 'tis', 'none'):
            raise ValueError('TPM is crb, tis or none')

    def job(self):
        """What K1 runs."""
        load = 'kexec-pe load' + (' --debug' if self.debug else '')
        if self.initrd:
            load += ' --initrd /job/initrd'
        if self.append:
            load += ' --append ' + quote(self.append)
        return f'''
echo {self.sysctl} >/proc/sys/kernel/kexec_pe || say JOB-FAIL no sysctl kexec_pe
{load} /job/payload >/tmp/load 2>&1
status=$?
while read -r line; do say "LOAD $line"; done </tmp/load
[ $status = 0 ] || {{ say JOB-FAIL kexec-pe load: exit status $status; exit 1; }}
say LOADED
kexec-pe exec
say JOB-FAIL kexec-pe exec came back
'''


def note(text):
    print('try: ' + text, file=sys.stderr, flush=True)


def show_k1(line):
    """While K1 runs: what kexec-pe says of the load."""
    match = re.match(r'^(\[[ 0-9.]+\] )(LOAD|JOB-FAIL) (.*)', line.text)
    if match:
        note('K1: ' + match[3])


def show(line, calls):
    """After the kexec; with KEXEC_FILE_DEBUG the emulator prints each call."""
    if calls or not re.match(r'efi \d+: ', line.text):
        print(line.text, flush=True)


def run(bench, request, folder):
    payload = request.payload
    if request.sign:
        payload = mkuki.sign(payload, os.path.join(folder, 'try-payload.signed'))
    files = {'payload': payload}
    if request.initrd:
        files['initrd'] = request.initrd
    log = os.path.join(folder, 'try.log')
    with K1(bench, request.job(), files, log=log, on_line=show_k1,
            **request.machine) as machine:
        note(f'K1 boots, {request.machine["memory"]} MiB, '
             f'log {os.path.relpath(log)}')
        if request.gdb:
            note(f'stopped at reset: gdb {bench.file("vmlinux")} '
                 "-ex 'target remote 127.0.0.1:1234'")
        timeout = 24 * 3600 if request.gdb else request.timeout
        machine.wait(r'\] LOADED$', timeout, fail=r'\] JOB-(FAIL|EXIT)')
        after = machine.wait_kexec(60)
        note('kexec')
        machine.on_line = lambda line: show(line, request.calls)
        start = time.monotonic()
        try:
            machine.wait(request.expect, timeout, after=after)
        except MachineError as error:
            note(str(error))
            return 1
        found = time.monotonic() - start
        machine.linger(3)
        note(f'{request.expect!r} matched {found:.1f} s after the kexec')
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    args = parser.parse_args()
    bench = Bench(args.out, args.arch)
    try:
        request = Request(bench)
    except (ValueError, re.error) as error:
        note(str(error))
        return 2
    folder = os.path.join(bench.out, 'logs')
    os.makedirs(folder, exist_ok=True)
    try:
        return run(bench, request, folder)
    except (MachineError, RuntimeError) as error:
        note(str(error))
        return 1


if __name__ == '__main__':
    sys.exit(main())
