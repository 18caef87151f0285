#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a copy of /proc/vmcore on the host, whatever machine it is of.

    dump.py VMCORE VMLINUX TYPES VMCORE-DMESG

What K1 was doing comes from gdb, its log from kexec-tools' vmcore-dmesg, and
memory by physical address from the program headers. No code of the kernels under
test takes part."""
import mmap
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PT_LOAD, PT_NOTE = 1, 4
HEADER = struct.Struct('<16sHHIQQQIHHHHHH')
PROGRAM_HEADER = struct.Struct('<IIQQQQQQ')
NOTE = struct.Struct('<III')


class DumpError(Exception):
    """What is wrong with a dump."""


def padded(size):
    return (size + 3) & ~3


class Dump:
    """One dump; a context manager. info is its VMCOREINFO, {name: text}."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, 'rb')
        if os.fstat(self._file.fileno()).st_size < HEADER.size:
            raise DumpError(f'{path} is empty')
        self._map = mmap.mmap(self._file.fileno(), 0, prot=mmap.PROT_READ)
        self._loads, self.info, self.cpus = [], {}, 0
        self._read_headers()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._map.close()
        self._file.close()

    def _read_headers(self):
        fields = HEADER.unpack_from(self._map)
        if fields[0][:6] != b'\x7fELF\x02\x01':
            raise DumpError('no ELF file of 64 bits')
        for i in range(fields[10]):
            kind, _, offset, _, address, size, memory, _ = \
                PROGRAM_HEADER.unpack_from(
                    self._map, fields[5] + i * PROGRAM_HEADER.size)
            if offset + size > len(self._map):
                raise DumpError(f'cut off: {len(self._map)} bytes, segment {i} '
                                f'ends at {offset + size}')
            if kind == PT_LOAD:
                self._loads.append((address, memory, offset))
            elif kind == PT_NOTE:
                self._read_notes(offset, size)

    def _read_notes(self, at, size):
        end = at + size
        while at + NOTE.size <= end:
            name_size, text_size, kind = NOTE.unpack_from(self._map, at)
            at += NOTE.size
            name = self._map[at:at + name_size].rstrip(b'\0')
            at += padded(name_size)
            text = self._map[at:at + text_size]
            at += padded(text_size)
            if name == b'VMCOREINFO':
                self.info = dict(line.split('=', 1) for line in
                                 text.rstrip(b'\0').decode().splitlines()
                                 if '=' in line)
            elif name == b'CORE' and kind == 1:
                self.cpus += 1

    def memory(self, address, size):
        """Bytes of K1's memory, by physical address."""
        for start, length, offset in self._loads:
            if start <= address and address + size <= start + length:
                at = offset + address - start
                return self._map[at:at + size]
        raise DumpError(f'no memory at {address:#x} in the dump')

    def ranges(self):
        """Physical memory that the dump has: [(first, one after the last)]."""
        return sorted((start, start + size) for start, size, _ in self._loads)

    def log(self, vmcore_dmesg):
        """K1's whole log, as lines."""
        done = subprocess.run([vmcore_dmesg, self.path], capture_output=True,
                              text=True, errors='replace', check=False)
        if done.returncode:
            raise DumpError(f'vmcore-dmesg: {done.stderr}')
        return done.stdout.splitlines()

    def panic_task(self, vmlinux, types):
        """(CPU, PID, name) of what ran where K1 panicked."""
        offset = int(self.info.get('KERNELOFFSET', '0'), 16)
        names = repr((vmlinux, types, self.path, offset))
        done = subprocess.run(
            ['gdb-multiarch', '-nx', '-batch',
             '-ex', 'python vmlinux, types, core, offset = ' + names,
             '-x', os.path.join(HERE, 'dump_gdb.py')],
            capture_output=True, text=True, errors='replace', check=False)
        for line in done.stdout.splitlines():
            if line.startswith('PANIC-TASK '):
                _, cpu, pid, name = line.split(' ', 3)
                return int(cpu), int(pid), name
        raise DumpError(f'gdb: {done.stdout[-500:]}{done.stderr[-1000:]}')


def main():
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    path, vmlinux, types, vmcore_dmesg = sys.argv[1:]
    with Dump(path) as dump:
        print('\n'.join(dump.log(vmcore_dmesg)))
        for first, end in dump.ranges():
            print(f'memory {first:#x}-{end - 1:#x}')
        cpu, pid, name = dump.panic_task(vmlinux, types)
        print(f'CPU {cpu} of {dump.cpus}, PID {pid}, {name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
