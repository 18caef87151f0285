# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the marks are: reads ELF files, writes what the plugin watches for
(tests/bench/count.c says how)."""
import struct

# Places in the emulator, in the order in which they are reached.
EMULATOR_PLACES = {
    'purgatory_main': 'purgatory', 'purgatory_verify': 'verify',
    'purgatory_relocate': 'verified', 'emulator_main': 'main',
    'systab_start': 'mapped', 'arch_call_image': 'payload',
    'bs_exit_boot_services': 'exit_boot'}
# Places in a kernel: the first is where every way into it ends.
KERNEL_PLACES = {
    'x86_64': {'startup_64': 'kernel', 'start_kernel': 'start_kernel',
               'machine_kexec': 'machine_kexec'},
    'arm64': {'primary_entry': 'kernel', 'start_kernel': 'start_kernel',
              'machine_kexec': 'machine_kexec'}}
# What a kernel's addresses are multiples of, randomised or not.
KERNEL_MASK = {'x86_64': 0x1fffff, 'arm64': 0xffff}
# Few enough that no relocation is among them.
CODE_BYTES = 8


class Elf:
    """Symbols and contents of a 64-bit little-endian ELF file."""

    def __init__(self, name):
        with open(name, 'rb') as f:
            self.data = f.read()
        sections, = struct.unpack_from('<Q', self.data, 0x28)
        size, count = struct.unpack_from('<HH', self.data, 0x3a)
        self.sections = [struct.unpack_from('<IIQQQQIIQQ', self.data,
                                            sections + i * size)
                         for i in range(count)]
        self.symbols, self.functions = {}, {}  # {name: address}, {address: name}
        for section in self.sections:
            if section[1] == 2:  # SHT_SYMTAB
                self._read_symbols(section)

    def _read_symbols(self, section):
        offset, size, link = section[4], section[5], section[6]
        strings = self.sections[link][4]
        for at in range(offset, offset + size, 24):
            name, kind, _, index, value = struct.unpack_from(
                '<IBBHQ', self.data, at)
            if not index or not name:
                continue
            end = self.data.index(b'\0', strings + name)
            text = self.data[strings + name:end].decode()
            self.symbols.setdefault(text, value)
            if kind & 15 == 2:  # STT_FUNC
                self.functions[value] = text

    def bytes_at(self, address, size):
        for _, kind, flags, start, offset, length, *_ in self.sections:
            if kind != 8 and flags & 2 and start <= address < start + length:
                at = offset + address - start
                return self.data[at:at + size]
        raise KeyError(hex(address))


def emulator_lines(emulator):
    header = emulator.bytes_at(0, 0x80)
    entry, _, _, _, memory = struct.unpack_from('<5Q', header, 0x10)
    lines = [f'image {entry:x} {memory:x} '
             f'{emulator.bytes_at(entry, 16).hex()}']
    lines += [f'at {emulator.symbols[symbol]:x} {name}'
              for symbol, name in EMULATOR_PLACES.items()]
    return lines


def kernel_lines(kernel, arch):
    mask = KERNEL_MASK[arch]
    return [f'code {kernel.symbols[symbol] & mask:x} {mask:x} '
            f'{kernel.bytes_at(kernel.symbols[symbol], CODE_BYTES).hex()} '
            f'{name}' for symbol, name in KERNEL_PLACES[arch].items()]


def write_watch(name, arch, emulator, kernel):
    with open(name, 'w', encoding='utf-8') as f:
        f.write('\n'.join(emulator_lines(emulator) +
                          kernel_lines(kernel, arch)) + '\n')
