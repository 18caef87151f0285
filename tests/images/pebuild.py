# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds PE32+ files with any field wrong on purpose; mkpe.py says which."""

import struct

MACHINES = {'x86_64': 0x8664, 'aarch64': 0xaa64}

# Return EFI_SUCCESS at once.
CODE = {
    0x8664: bytes.fromhex('31c0c3'),
    0xaa64: bytes.fromhex('000080d2c0035fd6'),
}

TEXT = 0x60000020  # code, read, execute
RODATA = 0x40000040
DATA = 0xc0000040  # initialised data, read, write
RELOC = 0x42000040  # discardable

COFF = ('machine', 'section_count', 'time', 'symbols', 'symbol_count',
        'optional_size', 'characteristics')
COFF_FORMAT = '<HHIIIHH'
OPTIONAL = ('magic', 'linker', 'code_size', 'data_size', 'bss_size', 'entry',
            'code_base', 'image_base', 'section_alignment', 'file_alignment',
            'os_version', 'image_version', 'subsystem_version', 'win32_version',
            'image_size', 'headers_size', 'checksum', 'subsystem',
            'dll_characteristics', 'stack_reserve', 'stack_commit',
            'heap_reserve', 'heap_commit', 'loader_flags', 'directory_count')
OPTIONAL_FORMAT = '<HHIIIIIQIIIIIIIIIHHQQQQII'


def align(value, to):
    return (value + to - 1) // to * to


def block(page, entries, size=None):
    """A base relocation block; entries are (type, offset)."""
    words = b''.join(struct.pack('<H', kind << 12 | offset)
                     for kind, offset in entries)
    if size is None:
        size = 8 + len(words)
    return struct.pack('<II', page, size) + words


def certificate(length=None, size=0x20):
    """A WIN_CERTIFICATE that holds no signature."""
    if length is None:
        length = size
    return struct.pack('<IHH', length, 0x200, 2) + bytes(size - 8)


class Section:
    """A section; raw_offset and raw_size None mean: as the data has them."""

    def __init__(self, name, data=b'', va=0, flags=RODATA, vs=None,
                 raw_offset=None, raw_size=None):
        self.name = name.encode() if isinstance(name, str) else name
        self.data = data
        self.va = va
        self.vs = len(data) if vs is None else vs
        self.flags = flags
        self.raw_offset = raw_offset
        self.raw_size = raw_size
        self.gap = 0  # bytes in the file before the data

    def header(self):
        return struct.pack('<8sIIIIIIHHI', self.name, self.vs, self.va,
                           self.raw_size, self.raw_offset, 0, 0, 0, 0,
                           self.flags)


class Image:
    """A PE file; set() overrides whatever the layout would put there."""

    def __init__(self, machine):
        self.machine = machine
        self.lfanew = 0x40
        self.dos = {}  # file offset -> bytes, applied to the DOS part
        self.sections = []
        self.directories = [(0, 0)] * 6
        self.trailer = b''
        self.certificates = b''
        self.certificate_entry = None  # override (offset, size)
        self.after = b''  # behind the certificate table
        self.file_alignment = 0x200
        self.headers_room = 0  # at least this much for the headers
        self.overrides = {}

    def set(self, **fields):
        self.overrides.update(fields)
        return self

    def add(self, *args, **kwargs):
        section = Section(*args, **kwargs)
        self.sections.append(section)
        return section

    def __getitem__(self, name):
        return next(s for s in self.sections if s.name == name.encode())

    def table_end(self):
        return (self.lfanew + 24 + 112 + 8 * len(self.directories) +
                40 * len(self.sections))

    def headers_size(self):
        return align(max(self.table_end(), self.headers_room),
                     self.file_alignment)

    def place(self):
        """Give every section its place in the file; returns the contents."""
        body = b''
        start = self.headers_size()
        for s in self.sections:
            if not s.data:
                s.raw_size = s.raw_size or 0
                s.raw_offset = s.raw_offset or 0
                continue
            body += bytes(s.gap)
            offset = start + len(body)
            padded = s.data + bytes(align(len(s.data), self.file_alignment) -
                                    len(s.data))
            s.raw_offset = offset if s.raw_offset is None else s.raw_offset
            s.raw_size = len(padded) if s.raw_size is None else s.raw_size
            body += padded
        return body

    def headers(self, directories):
        alignment = self.overrides.get('section_alignment', 0x1000)
        end = max([s.va + s.vs for s in self.sections] or [self.headers_size()])
        text = next((s for s in self.sections if s.flags & 0x20000000), None)
        fields = {
            'machine': self.machine,
            'section_count': len(self.sections),
            'optional_size': 112 + 8 * len(directories),
            'characteristics': 0x206,
            'magic': 0x20b,
            'entry': text.va if text else 0x1000,
            'section_alignment': 0x1000,
            'file_alignment': self.file_alignment,
            'image_size': align(end, alignment if alignment > 3 else 0x1000),
            'headers_size': self.headers_size(),
            'subsystem': 10,
            'dll_characteristics': 0x100,
            'directory_count': len(directories),
        }
        fields.update(self.overrides)
        raw = b'PE\0\0'
        raw += struct.pack(COFF_FORMAT, *(fields.get(f, 0) for f in COFF))
        raw += struct.pack(OPTIONAL_FORMAT,
                           *(fields.get(f, 0) for f in OPTIONAL))
        raw += b''.join(struct.pack('<II', *d) for d in directories)
        return raw + b''.join(s.header() for s in self.sections)

    def build(self):
        body = self.place() + self.trailer
        directories = list(self.directories)
        size = self.headers_size() + len(body)
        if self.certificates:
            body += bytes(align(size, 8) - size)
            size = align(size, 8)
            directories[4] = (size, len(self.certificates))
        if self.certificate_entry:
            directories[4] = self.certificate_entry
        out = bytearray(self.headers_size())
        out[0:2] = b'MZ'
        struct.pack_into('<I', out, 0x3c, self.lfanew)
        headers = self.headers(directories)
        out[self.lfanew:self.lfanew + len(headers)] = headers
        for offset, data in self.dos.items():
            out[offset:offset + len(data)] = data
        return bytes(out) + body + self.certificates + self.after
