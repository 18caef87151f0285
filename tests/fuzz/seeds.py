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


def tpm_read(algorithms, sizes):
    selection = b"".join(struct.pack(">HB3s", a, 3, b"\x10\0\0")
                         for a in algorithms)
    digests = b"".join(struct.pack(">H", n) + bytes(n) for n in sizes)
    body = struct.pack(">II", 1, len(algorithms)) + selection
    body += struct.pack(">I", len(sizes)) + digests
    return struct.pack(">HII", 0x8001, 10 + len(body), 0) + body


def tpm_answers():
    """Kind of registers and command, size to add, then the answer."""
    answers = [b"", tpm_read([4, 11, 18], [20, 32, 32]), tpm_read([4], [20]),
               tpm_read([11], [20]), tpm_read([], []), tpm_read([39], [32]),
               tpm_read([4, 4], [20, 20]),
               struct.pack(">HII", 0x8001, 10, 0x922),
               struct.pack(">HII", 0x8002, 19, 0) + bytes(9),
               struct.pack(">HII", 0x8001, 0xFFFFFFFF, 0),
               struct.pack(">HII", 0x8001, 9, 0)]
    for kind in (0, 1, 2, 64, 65, 66, 129, 130, 131):
        for answer in answers:
            yield bytes([kind, 0]) + answer
        yield bytes([kind, 255])
        yield bytes([kind, 100])


def event_logs():
    head = b"Spec ID Event03\0" + bytes(4) + b"\0\2\0\2"
    head += struct.pack("<IHHHHB", 2, 4, 20, 11, 32, 0)
    head = struct.pack("<II20sI", 0, 3, bytes(20), len(head)) + head
    record = struct.pack("<IIIH20sH32sI", 4, 13, 2, 4, bytes(20), 11,
                         bytes(32), 5) + b"event"
    yield head
    yield head + record
    yield head + record + record
    yield head + record + bytes(100)
    yield head + record[:-1]
    yield head[:-1]
    yield head.replace(b"\x0b\0", b"\x0c\0") + record


def main():
    makers = {
        "event_log": event_logs,
        "tpm": tpm_answers,
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
