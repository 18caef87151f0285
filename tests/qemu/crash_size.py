#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the smallest crashkernel= with which a dump succeeds: the table of
Documentation/kdump.md.

    crash_size.py [--arch ARCH] [--out DIR] [KIND...]

KIND is native, entry (the bare kernel through its EFI entry) or uki. Prints for
each the smallest size that works and what the load said that it needs, in MiB."""
import argparse
import os
import re
import shutil
import sys
import tempfile

import cpio
import mkuki
from bench import Bench, K1
from crash import WORDS, Crash
from vm import MachineError

STEP = 8
LOWEST, HIGHEST = 16, 272
MEMORY = 768
READ = '''. /lib/guest.sh
dd if=/proc/vmcore of=/dev/null bs=1M 2>/tmp/dd && say "DUMP-END $(tail -n 1 /tmp/dd)"
'''
BARE = {'x86_64': 'bzImage', 'arm64': 'Image'}
NEEDS = re.compile(r'needs crashkernel=(\d+)M')


class Kind:
    """What is loaded, with which command."""

    def __init__(self, bench, name, folder):
        initrd = cpio.append(bench.initrd(), os.path.join(folder, 'initrd'),
                             {'job/next': READ})
        words = ' '.join((bench.console(), 'kpe.role=k2', 'kpe.facts=no',
                          *WORDS))
        kernel = bench.file(BARE[bench.arch])
        self.bench, self.folder = bench, folder
        self.files = {'payload': kernel, 'initrd': initrd}
        command = f"kexec-pe load --panic --initrd /job/initrd --append '{words}'"
        if name == 'native':
            command = f"kload -p -i /job/initrd -c '{words}'"
        elif name == 'entry':
            command = 'echo 2 >/proc/sys/kernel/kexec_pe\n' + command
        else:
            self.files = {'payload': mkuki.make(
                os.path.join(folder, 'uki.efi'), stub=bench.stub(252),
                linux=kernel, initrd=initrd, cmdline=words)}
            command = 'kexec-pe load --panic'
        self.load = f'{command} /job/payload || say JOB-FAIL load\n'

    def works(self, size):
        """Whether a dump succeeds; and what the load said that it needs."""
        crash = Crash(self.bench, self.folder)
        with K1(self.bench, crash.job(self.load),
                {**self.files, **crash.files()}, memory=MEMORY, tpm='none',
                log=os.path.join(self.bench.out, 'logs',
                                 f'crash-size-{self.bench.arch}.log'),
                append=f'crashkernel={size}M kpe.facts=no') as machine:
            try:
                crash.run(machine)
                good = True
            except MachineError:
                good = False
            line = machine.find(NEEDS.pattern)
            return good, line and int(NEEDS.search(line.text)[1])

    def smallest(self):
        low, high, need = LOWEST, HIGHEST, None
        while low < high:
            middle = (low + high) // 2 // STEP * STEP
            good, said = self.works(middle)
            need = need or said
            if good:
                high = middle
            else:
                low = middle + STEP
        return low, need


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    parser.add_argument('kinds', nargs='*', default=['native', 'entry', 'uki'])
    args = parser.parse_args()
    bench = Bench(args.out, args.arch)
    for name in args.kinds:
        folder = tempfile.mkdtemp(prefix='kexec-pe-size-')
        try:
            size, need = Kind(bench, name, folder).smallest()
            said = f', the load says {need} MiB' if need else ''
            print(f'{args.arch} {name}: {size} MiB works, {size - STEP} does not'
                  f'{said}', flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
