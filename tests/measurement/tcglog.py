#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a TCG event log and replays it: written after "TCG PC Client Platform
Firmware Profile" 1.05, chapter 10, and sharing nothing with what it judges.

    tcglog.py LOG          one line for each record, then the PCRs that it makes
"""
import hashlib
import struct
import sys
from dataclasses import dataclass

# TCG Algorithm Registry
ALGORITHMS = {0x4: 'sha1', 0xb: 'sha256', 0xc: 'sha384', 0xd: 'sha512'}
SIZES = {'sha1': 20, 'sha256': 32, 'sha384': 48, 'sha512': 64}
PCRS = 24
EV_NO_ACTION = 3
EV_EVENT_TAG = 6
EV_IPL = 0xd
EV_EFI_BOOT_SERVICES_APPLICATION = 0x80000003
# 10.4.5.1: the header; 9.4.5.3: who started the machine from which locality
SIGNATURE = b'Spec ID Event03\0'
STARTUP_LOCALITY = b'StartupLocality\0'


class LogError(ValueError):
    """What the log is not."""


@dataclass
class Record:
    """One record; digests by bank; raw: its bytes in the log."""
    pcr: int
    type: int
    digests: dict
    event: bytes
    raw: bytes


class Reader:
    """Takes little-endian numbers and bytes from the front of a buffer."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def bytes(self, size):
        if size > len(self.data) - self.at:
            raise LogError(f'{size} bytes at {self.at} of {len(self.data)}')
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.bytes(size), 'little')

    def left(self):
        return len(self.data) - self.at


class Log:
    """banks: names in the order of the header; records: all after the header;
    header: the bytes of the first record."""

    def __init__(self, data):
        self.data = data
        reader = Reader(data)
        self.banks = self._header(reader)
        self.header = data[:reader.at]
        self.records = []
        while reader.left():
            self.records.append(self._record(reader))

    @staticmethod
    def _header(reader):
        pcr, kind = reader.number(4), reader.number(4)
        digest, event = reader.bytes(20), reader.bytes(reader.number(4))
        if (pcr, kind, digest) != (0, EV_NO_ACTION, bytes(20)):
            raise LogError('the first record is no header')
        if event[:16] != SIGNATURE:
            raise LogError(f'signature {event[:16]}')
        event = Reader(event, 24)
        banks = []
        for _ in range(event.number(4)):
            algorithm, size = event.number(2), event.number(2)
            name = ALGORITHMS.get(algorithm)
            if name is None or SIZES[name] != size:
                raise LogError(f'algorithm {algorithm:#x} with {size} bytes')
            banks.append(name)
        vendor = event.number(1)
        if vendor != event.left() or not banks:
            raise LogError('the header ends elsewhere')
        return banks

    def _record(self, reader):
        start = reader.at
        pcr, kind, count = (reader.number(4) for _ in range(3))
        # 10.2.2 leaves it open, but every known parser stops at another list.
        if count != len(self.banks):
            raise LogError(f'{count} digests in record {len(self.records)}')
        digests = {}
        for _ in range(count):
            name = ALGORITHMS.get(reader.number(2))
            if name not in self.banks or name in digests:
                raise LogError(f'bank {name} in record {len(self.records)}')
            digests[name] = reader.bytes(SIZES[name])
        event = reader.bytes(reader.number(4))
        return Record(pcr, kind, digests, event, reader.data[start:reader.at])

    def start_values(self, bank):
        """10.4.5.3: PCR 0 starts from the locality of the start; 17 to 22, of a
        dynamic launch, from ones."""
        values = {pcr: (b'\xff' if 17 <= pcr <= 22 else b'\0') * SIZES[bank]
                  for pcr in range(PCRS)}
        for record in self.records:
            if record.type == EV_NO_ACTION and \
                    record.event[:16] == STARTUP_LOCALITY:
                values[0] = bytes(SIZES[bank] - 1) + record.event[16:17]
        return values

    def replay(self, bank):
        """{PCR: value} after all records."""
        return replay(self.records, bank, self.start_values(bank))


def extend(bank, value, digest):
    """TPM 2.0 part 1, 17.2: PCR_Extend."""
    return hashlib.new(bank, value + digest).digest()


def replay(records, bank, start):
    """{PCR: value}: start, and what the records make of it."""
    values = dict(start)
    for record in records:
        if record.type != EV_NO_ACTION:
            values[record.pcr] = extend(bank, values[record.pcr],
                                        record.digests[bank])
    return values


def tags(event):
    """10.4.2.1: {id: data} of an EV_EVENT_TAG; several may follow each other."""
    found, at = {}, 0
    while at < len(event):
        tag, size = struct.unpack_from('<II', event, at)
        data = event[at + 8:at + 8 + size]
        if len(data) != size or tag in found:
            raise LogError(f'tag {tag:#x} of {size} bytes')
        found[tag] = data
        at += 8 + size
    return found


def show(data):
    log = Log(data)
    print('banks:', ' '.join(log.banks))
    for number, record in enumerate(log.records):
        print(f'{number:3} PCR {record.pcr:2} {record.type:#x} '
              f'{record.digests[log.banks[-1]].hex()[:16]} {record.event[:80]!r}')
    for bank in log.banks:
        for pcr, value in log.replay(bank).items():
            if value.strip(b'\0') and value.strip(b'\xff'):
                print(f'{bank} {pcr:2} {value.hex()}')


if __name__ == '__main__':
    with open(sys.argv[1], 'rb') as f:
        show(f.read())
