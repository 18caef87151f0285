#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the seeds of the fuzz targets whose inputs are no files: seeds.py DIR

DIR/NAME/ is for tests/fuzz/fuzz_NAME.c, which says what its input looks like.
The same seeds every time.
"""

import pathlib
import random
import struct
import sys

END = bytes([0x7F, 0xFF, 4, 0])
END_INSTANCE = bytes([0x7F, 1, 4, 0])
CHANCE = 20  # any number, but always the same


def node(kind, sub_kind, data=b""):
    return struct.pack("<BBH", kind, sub_kind, 4 + len(data)) + data


def device_paths():
    nodes = [
        node(1, 1, b"\x02\x1f"),
        node(1, 3, struct.pack("<IQQ", 11, 0x1000, 0x1FFF)),
        node(2, 1, struct.pack("<II", 0x0A0341D0, 0)),
        node(3, 10, bytes(range(20))),
        node(4, 1, struct.pack("<IQQ16sBB", 1, 64, 128, bytes(16), 2, 2)),
        node(4, 3, bytes.fromhex("27e4685568fc3d4fac74ca555231cc68")),
        node(4, 4, "\\a\0".encode("utf-16le")),
        node(5, 9, b"other"),
    ]
    for i, first in enumerate(nodes):
        a = first + END
        b = nodes[i - 1] + END_INSTANCE + first + nodes[i - 2] + END
        yield struct.pack("<H", len(a)) + a + b


def patch(offset, data):
    return struct.pack("<HB", offset, len(data)) + data


def handoffs():
    yield patch(0, b"")
    # Each member of the fixed part as 0, as all ones and as a small number.
    for offset in range(0, 256, 8):
        for value in (0, 0xFFFFFFFFFFFFFFFF, 0x1001):
            yield patch(offset, struct.pack("<Q", value))
    # And each word of the arrays behind it.
    for offset in range(256, 1024, 8):
        yield patch(offset, struct.pack("<Q", 0x20080001))


def cpio_entry(name, data=b"", mode=0o100644):
    numbers = [1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % number for number in numbers)
    head += name + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def cpios():
    trailer = cpio_entry(b"TRAILER!!!", mode=0)
    folder = cpio_entry(b"a", mode=0o40755)
    whole = folder + cpio_entry(b"a/b", b"data") + trailer
    yield whole
    yield trailer
    yield whole + bytes(-len(whole) % 512)
    yield whole + whole
    yield whole[:-8]


def efi_calls():
    chance = random.Random(CHANCE)
    for size in range(20, 660, 16):
        yield bytes(chance.randrange(256) for _ in range(size))


def main():
    makers = {
        "cpio": cpios,
        "device_path": device_paths,
        "efi_calls": efi_calls,
        "handoff": handoffs,
    }
    for name, maker in makers.items():
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(maker()):
            (folder / f"{number:03}").write_bytes(data)


if __name__ == "__main__":
    main()
