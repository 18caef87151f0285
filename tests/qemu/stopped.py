# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test sees of a machine that it has stopped: registers, memory and the
page tables that the processor uses, read by the architecture's manual and not by
what the emulator says; and the bits that a test flips in its memory."""
import mmap
import os
import re
import socket
import struct

from vm import MachineError, is_listening

PAGE = 4096
RAM = {'x86_64': 0, 'arm64': 0x40000000}
ADDRESS = 0x0000fffffffff000


class Stopped:
    """A stopped machine, a context manager: it goes on at the end. Memory is
    the first part of RAM, as it was when the machine stopped."""

    def __init__(self, machine, folder):
        self.machine, self._name = machine, os.path.join(folder, 'memory')
        self.base = RAM[machine.options['arch']]

    def __enter__(self):
        # On q35 with more than 2 GiB, RAM is not in one piece.
        size = min(self.machine.options['memory'], 2048) << 20
        self.machine.command('stop')
        self.machine.command('pmemsave', val=self.base, size=size,
                             filename=self._name)
        with open(self._name, 'rb') as file:
            self.memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        os.unlink(self._name)
        return self

    def __exit__(self, *_):
        self.memory.close()
        self.machine.command('cont')

    def read(self, address, size):
        at = address - self.base
        if at < 0 or at + size > len(self.memory):
            raise MachineError(f'{address:#x} is not in the memory saved')
        return self.memory[at:at + size]

    def registers(self):
        """Of the first processor, by QEMU's names for them."""
        text = self.machine.monitor('info registers')
        return {name: int(value, 16) for name, value in re.findall(
            r'\b([A-Z][A-Z0-9]+) ?= ?([0-9a-f]{8,16})\b', text)}

    def pages_with(self, content):
        """Addresses of all pages that begin with content."""
        found, at = [], self.memory.find(content)
        while at >= 0:
            if at % PAGE == 0:
                found.append(self.base + at)
            at = self.memory.find(content, at + 1)
        return found


# -- page tables --------------------------------------------------------------

def walk_x86(machine):
    """(start, end, 'rwx') of every leaf; Intel SDM volume 3, 4.5."""
    registers = machine.registers()
    levels = 5 if registers['CR4'] & 1 << 12 else 4

    def table(address, level, start, write, execute):
        for i, (entry,) in enumerate(struct.iter_unpack(
                '<Q', machine.read(address, PAGE))):
            shift = 12 + 9 * (level - 1)
            at = start + (i << shift)
            if not entry & 1:
                continue
            writes, runs = write and entry & 2, execute and not entry >> 63
            if level > 1 and not entry & 1 << 7:
                yield from table(entry & ADDRESS, level - 1, at, writes, runs)
            else:
                expect_identity(at, entry & ADDRESS & -(1 << shift))
                yield at, at + (1 << shift), \
                    'r' + ('w' if writes else '-') + ('x' if runs else '-')

    return list(table(registers['CR3'] & ADDRESS, levels, 0, True, True))


def walk_arm64(machine, root, control, two_privileges):
    """The same; Arm ARM D8.3, granule of 4 KiB, lower half. Of a regime with two
    privileges (EL1, EL2 with E2H) PXN counts, of the other XN."""
    levels = (64 - (control & 0x3f) - 12 + 8) // 9
    no_execute = 53 if two_privileges else 54

    def table(address, level, start):
        for i, (entry,) in enumerate(struct.iter_unpack(
                '<Q', machine.read(address, PAGE))):
            shift = 12 + 9 * (level - 1)
            at = start + (i << shift)
            if not entry & 1:
                continue
            if level > 1 and entry & 2:
                if entry >> 59:
                    raise MachineError('a table entry that restricts others')
                yield from table(entry & ADDRESS, level - 1, at)
            else:
                expect_identity(at, entry & ADDRESS & -(1 << shift))
                yield at, at + (1 << shift), 'r' + \
                    ('-' if entry & 1 << 7 else 'w') + \
                    ('-' if entry >> no_execute & 1 else 'x')

    return list(table(root & ADDRESS, levels, 0))


def expect_identity(virtual, physical):
    if virtual != physical:
        raise MachineError(f'{virtual:#x} is mapped to {physical:#x}')


def merged(leaves):
    """Neighbours of one protection as one."""
    result = []
    for start, end, protection in leaves:
        if result and result[-1][1] == start and result[-1][2] == protection:
            result[-1] = (result[-1][0], end, protection)
        else:
            result.append((start, end, protection))
    return result


def protection_of(leaves, address):
    """'rwx', or '' where nothing is mapped."""
    for start, end, protection in leaves:
        if start <= address < end:
            return protection
    return ''


# -- changes ------------------------------------------------------------------

GDB_SOCKET = 'gdb.sock'


def gdb_arguments(folder):
    """QEMU arguments of a stub that write() talks to."""
    path = os.path.join(folder, GDB_SOCKET)
    return ['-chardev', f'socket,id=gdb,path={path},server=on,wait=off',
            '-gdb', 'chardev:gdb']


class Gdb:
    """QEMU's GDB stub, on physical addresses; the machine stands still while
    somebody is connected."""

    def __init__(self, folder):
        path = os.path.join(folder, GDB_SOCKET)
        if not is_listening(path):
            raise MachineError('QEMU has no GDB stub')
        self._data = b''
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        self._socket.connect(path)
        self._command('Qqemu.PhyMemMode:1')

    def _packet(self):
        while not (match := re.match(rb'\+*\$([^#]*)#[0-9a-f]{2}', self._data)):
            more = self._socket.recv(65536)
            if not more:
                raise MachineError('QEMU closed its GDB stub')
            self._data += more
        self._data = self._data[match.end():]
        self._socket.sendall(b'+')
        return match[1].decode()

    def _command(self, text):
        self._socket.sendall(
            f'${text}#{sum(text.encode()) & 255:02x}'.encode())
        answer = self._packet()
        while answer.startswith('T'):  # it stopped, as it should
            answer = self._packet()
        if answer != 'OK':
            raise MachineError(f'GDB stub: {text[:20]}: {answer}')

    def write(self, address, data):
        self._command(f'M{address:x},{len(data):x}:{data.hex()}')

    def close(self):
        """Lets the machine go on."""
        self._command('D')
        self._socket.close()
