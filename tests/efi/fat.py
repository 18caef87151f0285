#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a disk image with one FAT16 partition that holds one file.

Usage: fat.py FILE PATH OUTPUT      e.g. fat.py app.efi EFI/BOOT/BOOTX64.EFI disk

PATH has names of the form 8.3 in upper case. No tool is needed, nothing is
mounted; the image boots on any UEFI as a removable medium.
"""

import struct
import sys

SECTOR = 512
START = 2048                 # first sector of the partition
SECTORS = 65536              # of the partition: 32 MiB
CLUSTER_SECTORS = 4
RESERVED = 1
FATS = 2
FAT_SECTORS = 64
ROOT_ENTRIES = 512
ROOT_SECTORS = ROOT_ENTRIES * 32 // SECTOR
DATA = RESERVED + FATS * FAT_SECTORS + ROOT_SECTORS
CLUSTER = CLUSTER_SECTORS * SECTOR
END_OF_CHAIN = 0xFFFF
DIRECTORY, ARCHIVE = 0x10, 0x20


def boot_record():
    """Partition table with one active EFI system partition."""
    entry = struct.pack("<B3sB3sII", 0x80, b"\xfe\xff\xff", 0xEF,
                        b"\xfe\xff\xff", START, SECTORS)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


def volume_header():
    header = struct.pack("<3s8sHBHBHHBHHHII", b"\xeb\x3c\x90", b"KEXECPE ",
                         SECTOR, CLUSTER_SECTORS, RESERVED, FATS,
                         ROOT_ENTRIES, 0, 0xF8, FAT_SECTORS, 63, 255, START,
                         SECTORS)
    header += struct.pack("<BBBI11s8s", 0x80, 0, 0x29, 0x20240101,
                          b"SELFTEST   ", b"FAT16   ")
    return header.ljust(510, b"\0") + b"\x55\xaa"


def short_name(name):
    base, _, extension = name.partition(".")
    if not 0 < len(base) <= 8 or len(extension) > 3 or name != name.upper():
        sys.exit(f"fat: {name} is no 8.3 name")
    return base.ljust(8).encode() + extension.ljust(3).encode()


def entry(name, attributes, cluster, size):
    return struct.pack("<11sBBBHHHHHHHI", name, attributes, 0, 0, 0, 0x21,
                       0x21, 0, 0, 0x21, cluster, size)


class Volume:
    """Clusters and their chains, as they are handed out."""

    def __init__(self):
        self.fat = [0xFFF8, END_OF_CHAIN]
        self.clusters = b""

    def store(self, data):
        """Appends data; returns its first cluster."""
        count = max(1, -(-len(data) // CLUSTER))
        first = len(self.fat)
        self.fat += range(first + 1, first + count)
        self.fat.append(END_OF_CHAIN)
        self.clusters += data.ljust(count * CLUSTER, b"\0")
        return first


def make_image(data, path):
    """The bytes of a disk with data as the file path."""
    volume = Volume()
    *folders, name = path.split("/")
    line = entry(short_name(name), ARCHIVE, volume.store(data), len(data))
    # From the inside out: a folder's entry needs its cluster. ".." stays 0,
    # which FAT reads as the root and nobody here follows.
    for folder in reversed(folders):
        here = len(volume.fat)
        body = entry(b".".ljust(11), DIRECTORY, here, 0)
        body += entry(b"..".ljust(11), DIRECTORY, 0, 0)
        line = entry(short_name(folder), DIRECTORY, volume.store(body + line),
                     0)
    table = struct.pack(f"<{len(volume.fat)}H", *volume.fat)
    table = table.ljust(FAT_SECTORS * SECTOR, b"\0")
    body = volume_header() + table * FATS + line.ljust(ROOT_SECTORS * SECTOR,
                                                      b"\0")
    body += volume.clusters
    if len(body) > SECTORS * SECTOR:
        sys.exit("fat: the file is too large")
    disk = boot_record().ljust(START * SECTOR, b"\0") + body
    return disk.ljust((START + SECTORS) * SECTOR, b"\0")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as source:
        image = make_image(source.read(), sys.argv[2])
    with open(sys.argv[3], "wb") as target:
        target.write(image)


if __name__ == "__main__":
    main()
