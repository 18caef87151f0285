#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns a position-independent ELF program into a PE32+ EFI application.

Usage: elf2pe.py INPUT.elf OUTPUT.efi

The input is linked by selftest/image.lds. What comes out keeps every rule of a
strict loader: sections sorted and without gaps in file and memory, none both
writable and executable, page-aligned, base relocations of type DIR64 in
blocks of a multiple of four bytes, NX_COMPAT set.
"""

import struct
import sys

FILE_ALIGNMENT = 0x200
SECTION_ALIGNMENT = 0x1000
OPTIONAL_HEADER_SIZE = 112 + 16 * 8

CODE, INITIALIZED = 0x20, 0x40
DISCARDABLE, EXECUTE = 0x02000000, 0x20000000
READ, WRITE = 0x40000000, 0x80000000

# ELF machine: (PE machine, number of the RELATIVE relocation)
MACHINES = {62: (0x8664, 8), 183: (0xAA64, 1027)}

SECTIONS = {
    ".text": CODE | EXECUTE | READ,
    ".rodata": INITIALIZED | READ,
    ".linux": INITIALIZED | READ,
    ".data": INITIALIZED | READ | WRITE,
}
# Sections that the linker makes for a dynamic loader.
DYNAMIC = {".rela", ".dynamic", ".dynsym", ".dynstr", ".hash"}

SHF_ALLOC = 2
SHT_NOBITS = 8


def fail(text):
    sys.exit(f"elf2pe: {text}")


def align(value, to):
    return (value + to - 1) // to * to


class Elf:
    """The few parts of an ELF file that matter here."""

    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            fail("not a little-endian ELF64 file")
        self.machine, = struct.unpack_from("<H", data, 18)
        self.entry, = struct.unpack_from("<Q", data, 24)
        table, = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        headers = [struct.unpack_from("<IIQQQQIIQQ", data, table + i * size)
                   for i in range(count)]
        base = headers[names][4]
        self.sections = {}
        for name, kind, flags, address, offset, length, *_ in headers:
            if not flags & SHF_ALLOC or not length:
                continue
            end = data.index(b"\0", base + name)
            text = data[base + name:end].decode()
            body = b"" if kind == SHT_NOBITS else data[offset:offset + length]
            self.sections[text] = (address, length, body)


def relocated_addresses(elf, number):
    """Addresses of the 64-bit words that hold an address, and their values."""
    _, _, body = elf.sections.get(".rela", (0, 0, b""))
    words = {}
    for offset, info, addend in struct.iter_unpack("<QQq", body):
        if info != number:
            fail(f"relocation {info:#x} at {offset:#x} is not RELATIVE")
        words[offset] = addend
    return words


def relocation_blocks(addresses):
    """The .reloc section: one block for each page (PE/COFF, 6.6)."""
    pages = {}
    for address in sorted(addresses):
        pages.setdefault(address & ~0xFFF, []).append(address & 0xFFF)
    out = b""
    for page, offsets in pages.items():
        entries = [10 << 12 | offset for offset in offsets]
        if len(entries) % 2:
            entries.append(0)  # ABSOLUTE: keeps the next block aligned
        out += struct.pack(f"<II{len(entries)}H", page, 8 + 2 * len(entries),
                           *entries)
    return out


def collect(elf, words):
    """List of (name, address, memory size, bytes, characteristics)."""
    unknown = set(elf.sections) - set(SECTIONS) - DYNAMIC - {".bss"}
    if unknown:
        fail(f"sections that have no place: {sorted(unknown)}")
    out = []
    for name, flags in SECTIONS.items():
        if name not in elf.sections and name == ".data":
            # Zero-filled data alone still needs a section.
            elf.sections[name] = elf.sections.get(".bss", (0, 0, b""))
        if name not in elf.sections:
            continue
        address, length, body = elf.sections[name]
        if name == ".data" and ".bss" in elf.sections:
            bss_address, bss_length, _ = elf.sections[".bss"]
            length = bss_address + bss_length - address
        out.append([name, address, length, bytearray(body), flags])
    for section in out:
        name, address, _, body, _ = section
        for where, value in words.items():
            if address <= where < address + len(body):
                struct.pack_into("<Q", body, where - address, value)
    return [s for s in out if s[2]]


def check_layout(sections, words):
    expected = SECTION_ALIGNMENT
    for name, address, length, _, flags in sections:
        if address != expected:
            fail(f"{name} at {address:#x}, expected {expected:#x}")
        if flags & WRITE and flags & EXECUTE:
            fail(f"{name} is writable and executable")
        expected = align(address + length, SECTION_ALIGNMENT)
    for where in words:
        if not any(flags & (WRITE | READ) and not flags & EXECUTE and
                   address <= where and where + 8 <= address + len(body)
                   for _, address, _, body, flags in sections):
            fail(f"relocation at {where:#x} is in no data")
    return expected


def headers(elf, machine, sections, image_size, relocations):
    """DOS header, PE header, optional header and section table."""
    count = len(sections)
    table_end = 0x40 + 4 + 20 + OPTIONAL_HEADER_SIZE + 40 * count
    headers_size = align(table_end, FILE_ALIGNMENT)
    code = sum(align(s[2], FILE_ALIGNMENT) for s in sections if s[4] & CODE)
    data = sum(align(s[2], FILE_ALIGNMENT) for s in sections if not s[4] & CODE)
    out = bytearray(b"MZ" + bytes(0x3A) + struct.pack("<I", 0x40))
    out += b"PE\0\0"
    out += struct.pack("<HHIIIHH", machine, count, 0, 0, 0,
                       OPTIONAL_HEADER_SIZE, 0x22)
    out += struct.pack("<HBBIIIII", 0x20B, 1, 0, code, data, 0, elf.entry,
                       sections[0][1])
    # ImageBase, alignments, OS / image / subsystem versions
    out += struct.pack("<QII6HI", 0, SECTION_ALIGNMENT, FILE_ALIGNMENT,
                       0, 0, 0, 0, 0, 0, 0)
    # EFI application; DYNAMIC_BASE and NX_COMPAT
    out += struct.pack("<IIIHHQQQQII", image_size, headers_size, 0, 10, 0x140,
                       0, 0, 0, 0, 0, 16)
    for index in range(16):
        out += struct.pack("<II", *relocations) if index == 5 else bytes(8)
    offset = headers_size
    for name, address, length, body, flags in sections:
        raw = align(len(body), FILE_ALIGNMENT)
        out += struct.pack("<8sIIIIIIHHI", name.encode(), length, address, raw,
                           offset if raw else 0, 0, 0, 0, 0, flags)
        offset += raw
    return out.ljust(headers_size, b"\0")


def convert(data):
    elf = Elf(data)
    if elf.machine not in MACHINES:
        fail(f"no support for ELF machine {elf.machine}")
    machine, number = MACHINES[elf.machine]
    words = relocated_addresses(elf, number)
    sections = collect(elf, words)
    end = check_layout(sections, words)
    blocks = relocation_blocks(words)
    relocations = (0, 0)
    if blocks:
        relocations = (end, len(blocks))
        sections.append([".reloc", end, len(blocks), blocks,
                         INITIALIZED | DISCARDABLE | READ])
        end = align(end + len(blocks), SECTION_ALIGNMENT)
    out = headers(elf, machine, sections, end, relocations)
    for section in sections:
        body = bytes(section[3])
        out += body.ljust(align(len(body), FILE_ALIGNMENT), b"\0")
    return bytes(out)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as source:
        image = convert(source.read())
    with open(sys.argv[2], "wb") as target:
        target.write(image)


if __name__ == "__main__":
    main()
