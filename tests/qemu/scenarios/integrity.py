# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds between load and the payload's first instruction: page tables that
the processor really uses, and bits that were flipped in memory meanwhile."""
import re
import struct
import time

import mkuki
from stopped import (PAGE, Gdb, Stopped, gdb_arguments, merged, protection_of,
                     walk_arm64, walk_x86)
from vm import MachineError
from . import BOOT, BOTH, START, Scenario, expect, load

GREETING = (r'kexec-pe: emulator of (\d+) bytes at 0x([0-9a-f]+), '
            r'handoff 0x([0-9a-f]+)')
PAYLOAD = r'kexec-pe: payload 0x([0-9a-f]+)-0x([0-9a-f]+), entry 0x([0-9a-f]+)'
DUMPED = re.compile(r'kexec-pe: page table: ([0-9a-f]+)-([0-9a-f]+) ([-rwx]+)')
# Of struct emulator_header and struct handoff; Documentation/handoff-abi.md
HEADER = struct.Struct('<QIIQQQQQQQQQ')
HANDOFF_SIZE = struct.Struct('<QII')
STACK_MAX = 1 << 20


def small(t):
    """What tests of the emulator need of a machine."""
    return {'memory': 512, 'tpm': 'none'}


def spin(t):
    return mkuki.read(t.bench.file('efi/spin.efi'))


# -- page tables --------------------------------------------------------------

def live_tables(stopped, arch):
    if arch == 'x86_64':
        return merged(walk_x86(stopped))
    registers = stopped.registers()
    vhe = registers['X22'] >> 34 & 1
    return merged(walk_arm64(stopped, registers['X20'], registers['X21'],
                             registers['X19'] == 1 << 2 or vhe))


def check_emulator(leaves, stopped, base, handoff):
    """Text, constants, handoff; returns the end of the emulator's pages."""
    (_, _, _, _, text, rodata, _, end, _, _, pool,
     pool_pages) = HEADER.unpack(stopped.read(base, HEADER.size))
    for address in range(base, base + text, PAGE):
        expect(protection_of(leaves, address) == 'r-x',
               f'emulator text at {address:#x}')
    for address in range(base + text, base + rodata, PAGE):
        expect(protection_of(leaves, address) == 'r--',
               f'constants of the emulator at {address:#x}')
    _, _, size = HANDOFF_SIZE.unpack(stopped.read(handoff, HANDOFF_SIZE.size))
    for address in range(handoff, handoff + size, PAGE):
        expect(protection_of(leaves, address) == 'r--',
               f'handoff at {address:#x}')
    return base + max(end, pool + pool_pages * PAGE)


def check_stack(leaves, pointer, base, end):
    """Below the stack there is a page of the emulator that is not mapped."""
    page = pointer & -PAGE
    while protection_of(leaves, page) == 'rw-' and pointer - page < STACK_MAX:
        page -= PAGE
    expect(base < page < end and not protection_of(leaves, page),
           f'no guard page below the stack at {pointer:#x}')


def check_payload(leaves, payload):
    """Of spin.efi: headers, and one section of code."""
    start, _, entry = (int(payload[i], 16) for i in (1, 2, 3))
    expect(protection_of(leaves, start) == 'r--', 'headers of the payload')
    expect(protection_of(leaves, entry) == 'r-x', 'code of the payload')


def page_tables(t):
    with t.k1(load('/job/payload', '--debug') + START, {'payload': spin(t)},
              **small(t)) as machine:
        after = machine.wait_kexec(BOOT)
        greeting = re.search(GREETING,
                             machine.wait(GREETING, BOOT, after=after).text)
        payload = re.search(PAYLOAD,
                            machine.wait(PAYLOAD, BOOT, after=after).text)
        entry = int(payload[3], 16)
        arrived(machine, entry, t.bench.arch)
        dumped = [(int(m[1], 16), int(m[2], 16), m[3]) for m in
                  map(DUMPED.search, (line.text for line in
                                      machine.lines[after:])) if m]
        with Stopped(machine, t.folder) as stopped:
            leaves = live_tables(stopped, t.bench.arch)
            base, handoff = int(greeting[2], 16), int(greeting[3], 16)
            end = check_emulator(leaves, stopped, base, handoff)
            check_stack(leaves, pointer(stopped.registers()), base, end)
    expect(leaves, 'nothing is mapped')
    expect(not protection_of(leaves, 0), 'page 0 is mapped')
    both = [leaf for leaf in leaves if 'w' in leaf[2] and 'x' in leaf[2]]
    expect(not both, f'writable and executable: {both}')
    check_payload(leaves, payload)
    expect(dumped == leaves, f'printed {dumped}, live {leaves}')


def pointer(registers):
    return registers['RSP'] if 'RSP' in registers else registers['SP']


def arrived(machine, entry, arch):
    """Waits until the processor is at the payload's loop."""
    name = 'RIP' if arch == 'x86_64' else 'PC'
    end = time.monotonic() + BOOT
    while time.monotonic() < end:
        match = re.search(rf'\b{name}=([0-9a-f]+)',
                          machine.monitor('info registers'))
        if match and entry < int(match[1], 16) < entry + PAGE:
            machine.linger(0.2)
            return
        machine.linger(0.2)
    raise MachineError('the payload did not get to its loop')


# -- bits flipped between load and exec ---------------------------------------

def emulator_page(t, stopped):
    """A page of late code, for the first code is what verifies."""
    image = mkuki.read(t.bench.file('emulator.bin'))
    text = HEADER.unpack_from(image)[4]
    content = image[text - 2 * PAGE:text - PAGE]
    return stopped.pages_with(content)


def handoff_page(_, stopped):
    return stopped.pages_with(struct.pack('<Q', 0x46464f444e414850))


def headers_page(t, stopped):
    """As laid out: up to ImageBase, which the loader sets, as in the file; but
    zeros where the file has its first section."""
    pe = spin(t)
    optional = struct.unpack_from('<I', pe, 0x3c)[0] + 24
    size = struct.unpack_from('<I', pe, optional + 60)[0]
    return [page for page in stopped.pages_with(pe[:optional + 24])
            if not any(stopped.read(page + size, PAGE - size))]


def tampered(find, offset, said):
    def run(t):
        # Its clock stands still while the machine does.
        with t.k1(load() + 'say LOADED\nsleep 4\n' + START,
                  {'payload': spin(t)}, **small(t),
                  extra=gdb_arguments(t.folder)) as machine:
            machine.wait(r'\] LOADED$', BOOT, fail=r'\] JOB-(FAIL|EXIT)')
            flip(t, machine, find, offset)
            after = machine.wait_kexec(BOOT)
            machine.wait(said, 60, after=after, fail=PAYLOAD)
            why = machine.wait_end(30)
            expect(why == 'guest-reset', f'no reset, but: {why}')
    return run


def flip(t, machine, find, offset):
    """One bit, in every page that may be the one of the segment."""
    with Stopped(machine, t.folder) as stopped:
        pages = find(t, stopped)
        old = [stopped.read(page + offset, 1)[0] for page in pages]
    expect(pages, 'the page was not found in memory')
    gdb = Gdb(t.folder)
    for page, byte in zip(pages, old):
        gdb.write(page + offset, bytes([byte ^ 4]))
    gdb.close()


SCENARIOS = [
    Scenario('page-tables', 'live page tables at the entry of a payload',
             page_tables, BOTH),
    Scenario('tampered-emulator', 'a bit of the emulator flipped after load',
             tampered(emulator_page, 64,
                      r'kexec-pe: memory does not match its digest'), BOTH),
    Scenario('tampered-handoff', 'a bit of the handoff flipped after load',
             tampered(handoff_page, 0x20,
                      r'kexec-pe: the handoff does not match its digest'),
             BOTH),
    Scenario('tampered-headers', 'a bit of the payload\'s headers flipped',
             tampered(headers_page, 0x44,
                      r'kexec-pe: memory does not match its digest'), BOTH),
]
