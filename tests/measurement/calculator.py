#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Says what a kexec measures, before it happens, from the payload's file alone:
written after Documentation/measurement.md and the sources of systemd-stub and
Linux, with Python's hashlib, and sharing no code with what it judges.

    calculator.py [--cmdline TEXT] [--initrd FILE] [--unverified]
                  [--before FILE] PAYLOAD

FILE has lines "pcr-sha256/11:HEX" as sysfs names them; without it PCRs start
from zero. Prints the records and the PCRs after them.
"""
import argparse
import hashlib
import re
import struct
import sys
from dataclasses import dataclass

EV_EVENT_TAG = 0x6
EV_IPL = 0xd
EV_EFI_BOOT_SERVICES_APPLICATION = 0x80000003
ALGORITHM_IDS = {'sha1': 0x4, 'sha256': 0xb, 'sha384': 0xc, 'sha512': 0xd}

SEPARATED = (4, 8, 9, 11, 12, 13, 14, 15)
TAG_SEPARATOR, SEPARATOR = 0x4b504501, b'kexec-separator'
TAG_UNVERIFIED, UNVERIFIED = 0x4b504502, b'kexec-unverified'
CRASH_SEPARATED = (4, 7, 8, 9, 11, 12, 13, 14, 15)
TAG_CRASH_SEPARATOR = 0x4b504504
CRASH_SEPARATOR = b'kexec-crash-separator'
TAG_PCR_VALUE = 0x4b504503
TAG_CMDLINE = 0x4b504505
# {3d1f0b6e-52c7-4c0e-9a41-7e6b8f2d5c90} as a hardware vendor node, end node
PAYLOAD_PATH = bytes.fromhex('01041400' '6e0b1f3dc7520e4c9a417e6b8f2d5c90'
                             '7fff0400')
# Linux, drivers/firmware/efi/libstub/efi-stub-helper.c: efi_measure_tagged_event
TAG_INITRD, TAG_LOAD_OPTIONS = 0x8f3b22ec, 0x8f3b22ed
# systemd-stub 252: the sections that it measures, in its order. Newer ones make
# more initrds, which are measured, too.
STUB_SECTIONS = ('.linux', '.osrel', '.cmdline', '.initrd', '.splash', '.dtb')
STUB_MAGIC = b'systemd-stub 252'


@dataclass
class Event:
    """One expected record. hashed: what its digests are of, unless digests has
    them by bank; event: its bytes, or None where an address stands in them."""
    pcr: int
    type: int
    hashed: bytes = None
    event: bytes = None
    digests: dict = None

    def digest(self, bank):
        if self.digests:
            return self.digests[bank]
        return hashlib.new(bank, self.hashed).digest()


class Pe:
    """A PE32+ file after Microsoft's specification."""

    def __init__(self, data):
        self.data = data
        start, = struct.unpack_from('<I', data, 0x3c)
        count, = struct.unpack_from('<H', data, start + 6)
        optional_size, = struct.unpack_from('<H', data, start + 20)
        self._optional = optional = start + 24
        magic, = struct.unpack_from('<H', data, optional)
        if data[start:start + 4] != b'PE\0\0' or magic != 0x20b:
            raise ValueError('no PE32+ file')
        self._base, = struct.unpack_from('<Q', data, optional + 24)
        self._headers_size, = struct.unpack_from('<I', data, optional + 60)
        directories, = struct.unpack_from('<I', data, optional + 108)
        # The fifth directory has a file offset instead of an address.
        self._certificates = optional + 112 + 4 * 8 if directories > 4 else None
        self._table = [struct.unpack_from('<8sIIII', data,
                                          optional + optional_size + 40 * n)
                       for n in range(count)]

    def section(self, name):
        """Its content as a stub sees it in memory, cut or padded to the virtual
        size; None without it."""
        for found, size, _, raw_size, raw in self._table:
            if found.rstrip(b'\0').decode('latin-1') == name:
                return self.data[raw:raw + min(size, raw_size)].ljust(size, b'\0')
        return None

    def authenticode(self, bank):
        """"Windows Authenticode Portable Executable Signature Format", the
        calculation of the PE image hash."""
        result = hashlib.new(bank)
        data, checksum = self.data, self._optional + 64
        result.update(data[:checksum])
        certificates_size = 0
        if self._certificates is None:
            result.update(data[checksum + 4:self._headers_size])
        else:
            _, certificates_size = struct.unpack_from('<II', data,
                                                      self._certificates)
            result.update(data[checksum + 4:self._certificates])
            result.update(data[self._certificates + 8:self._headers_size])
        hashed = self._headers_size
        for _, _, _, size, raw in sorted(self._table, key=lambda s: s[4]):
            if size:
                result.update(data[raw:raw + size])
                hashed += size
        result.update(data[hashed:len(data) - certificates_size])
        return result.digest()


    def load_event(self, path):
        """UEFI_IMAGE_LOAD_EVENT of the file before it is anywhere."""
        return struct.pack('<QQQQ', 0, len(self.data), self._base,
                           len(path)) + path


def tagged(tag, data):
    """TCG_PCClientTaggedEvent."""
    return struct.pack('<II', tag, len(data)) + data


def utf16(text):
    return text.encode('utf-16-le') + b'\0\0'


def image(data, banks, path=None):
    """A PE file that is started; without a path, that and the address are not
    known here."""
    pe = Pe(data)
    return Event(4, EV_EFI_BOOT_SERVICES_APPLICATION,
                 event=path and pe.load_event(path),
                 digests={bank: pe.authenticode(bank) for bank in banks})


def separators(before, banks, pcrs=SEPARATED, tag=TAG_SEPARATOR, text=SEPARATOR):
    """before: {bank: {PCR: bytes}}. The value before is beside, unmeasured."""
    for pcr in pcrs:
        values = b''.join(struct.pack('<H', ALGORITHM_IDS[bank]) +
                          before[bank][pcr] for bank in banks)
        yield Event(pcr, EV_EVENT_TAG, text,
                    tagged(tag, text) + tagged(TAG_PCR_VALUE, values))


def unverified():
    return Event(7, EV_EVENT_TAG, UNVERIFIED,
                 tagged(TAG_UNVERIFIED, UNVERIFIED))


def linux_stub(options, initrd):
    """Linux's own stub: the options as it got them, then the initrd."""
    if options:
        yield Event(9, EV_EVENT_TAG, options,
                    tagged(TAG_LOAD_OPTIONS, b'LOADED_IMAGE::LoadOptions\0'))
    if initrd:
        yield Event(9, EV_EVENT_TAG, initrd,
                    tagged(TAG_INITRD, b'Linux initrd\0'))


def systemd_stub(pe, banks, cmdline, initrd):
    """Stub 252: sections, a command line from outside, then the kernel."""
    # objcopy loses the magic of arm64's 252, which is behind its sections.
    if STUB_MAGIC not in (pe.section('.sdmagic') or STUB_MAGIC):
        raise ValueError('no UKI of systemd-stub 252')
    for name in STUB_SECTIONS:
        content = pe.section(name)
        if content is not None:
            for hashed in (name.encode() + b'\0', content):
                yield Event(11, EV_IPL, hashed, utf16(name))
    own = pe.section('.cmdline')
    if cmdline:
        yield Event(12, EV_IPL, utf16(cmdline), utf16(cmdline))
    yield image(pe.section('.linux'), banks)
    text = cmdline or (own.decode() if own else '')
    yield from linux_stub(utf16(text) if text else b'',
                          concatenated(pe.section('.initrd'), initrd))


def concatenated(first, second):
    """Archives follow each other at multiples of four."""
    if first and second:
        return first + bytes(-len(first) % 4) + second
    return first or second


def expected(payload, before, *, cmdline='', initrd=None, verified=True):
    """The Events of a kexec of these bytes; the banks are those of before."""
    banks, pe = list(before), Pe(payload)
    is_uki = pe.section('.linux') is not None
    if is_uki and (pe.section('.cmdline') or b'').decode() == cmdline:
        cmdline = ''
    yield from separators(before, banks)
    yield image(payload, banks, PAYLOAD_PATH)
    if not verified:
        yield unverified()
    if is_uki:
        yield from systemd_stub(pe, banks, cmdline, initrd)
        return
    if cmdline:
        yield Event(12, EV_EVENT_TAG, utf16(cmdline),
                    tagged(TAG_CMDLINE, utf16(cmdline)))
    yield from linux_stub(utf16(cmdline) if cmdline else b'', initrd)


def native(before, verified=True):
    """What a native image gets; no log shows it."""
    yield from separators(before, list(before))
    if not verified:
        yield unverified()


def crash(payload, before, verified=True):
    """What a UKI gets as crash kernel: its stub finds no EFI_TCG2_PROTOCOL."""
    banks = list(before)
    yield from separators(before, banks, CRASH_SEPARATED, TAG_CRASH_SEPARATOR,
                          CRASH_SEPARATOR)
    yield image(payload, banks, PAYLOAD_PATH)
    if not verified:
        yield unverified()


def after(before, events):
    """{bank: {PCR: bytes}} after the events."""
    values = {bank: dict(pcrs) for bank, pcrs in before.items()}
    for event in events:
        for bank, pcrs in values.items():
            pcrs[event.pcr] = hashlib.new(
                bank, pcrs[event.pcr] + event.digest(bank)).digest()
    return values


def read_pcrs(name):
    values = {}
    with open(name, encoding='utf-8') as f:
        for line in f:
            match = re.search(r'pcr-(sha\d+)/(\d+):([0-9A-Fa-f]+)$', line.strip())
            if match:
                bank = values.setdefault(match[1], {})
                bank[int(match[2])] = bytes.fromhex(match[3])
    return values


def read(name):
    with open(name, 'rb') as f:
        return f.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--before')
    parser.add_argument('--cmdline', default='')
    parser.add_argument('--initrd')
    parser.add_argument('--unverified', action='store_true')
    parser.add_argument('payload')
    args = parser.parse_args()
    before = read_pcrs(args.before) if args.before else \
        {'sha256': {pcr: bytes(32) for pcr in range(24)}}
    events = list(expected(read(args.payload), before, cmdline=args.cmdline,
                           initrd=read(args.initrd) if args.initrd else None,
                           verified=not args.unverified))
    for event in events:
        print(f'PCR {event.pcr:2} {event.type:#x}',
              *(event.digest(bank).hex() for bank in before))
    touched = sorted({event.pcr for event in events})
    for bank, pcrs in after(before, events).items():
        for pcr in touched:
            print(f'pcr-{bank}/{pcr}:{pcrs[pcr].hex()}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
