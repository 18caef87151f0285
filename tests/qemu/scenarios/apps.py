# SPDX-License-Identifier: GPL-2.0-or-later
"""Applications of a few instructions that come back: the emulator says what
they returned and resets the machine, it never falls through."""
import struct

from . import BOOT, START, Scenario, expect, load

IMAGE_BASE = 0x10000
EFI_NOT_READY = 6

# EFI_STATUS entry(rcx: image, rdx: system table) { return 0; }
RETURN_SUCCESS = bytes.fromhex('31c0 c3')
# system_table->boot_services (0x60)->exit (0xd8) (image, EFI_NOT_READY, 0, NULL)
EXIT_ERROR = (bytes.fromhex('488b4260'            # mov rax, [rdx + 0x60]
                            '48ba') +             # mov rdx, ...
              struct.pack('<Q', 1 << 63 | EFI_NOT_READY) +
              bytes.fromhex('4531c0 4531c9'       # xor r8d, r8d; xor r9d, r9d
                            '4883ec28'            # sub rsp, 0x28
                            'ff90d8000000'        # call [rax + 0xd8]
                            '0f0b'))              # ud2
INVALID_OPCODE = bytes.fromhex('0f0b')


def application(code):
    """A PE32+ file with one section of code."""
    dos = b'MZ' + bytes(58) + struct.pack('<I', 64)
    coff = struct.pack('<4sHHIIIHH', b'PE\0\0', 0x8664, 1, 0, 0, 0, 240, 0x22e)
    optional = struct.pack(
        '<HBBIIIIIQIIHHHHHHIIIIHHQQQQII', 0x20b, 0, 0, 0x200, 0, 0, 0x1000,
        0x1000, IMAGE_BASE, 0x1000, 0x200, 0, 0, 0, 0, 0, 0, 0, 0x2000, 0x200, 0,
        10, 0x100, 0, 0, 0, 0, 0, 16) + bytes(16 * 8)
    section = struct.pack('<8sIIIIIIHHI', b'.text', len(code), 0x1000, 0x200,
                          0x200, 0, 0, 0, 0, 0x60000020)
    return (dos + coff + optional + section).ljust(0x200, b'\0') + \
        code.ljust(0x200, b'\0')


def app(code, said):
    def run(t):
        with t.k1(load() + START, {'payload': application(code)}) as machine:
            after = machine.wait_kexec(BOOT)
            machine.wait(said, 60, after=after)
            why = machine.wait_end(30)
            expect(why == 'guest-reset', f'no reset, but: {why}')
    return run


SCENARIOS = [
    Scenario('app-returns', 'an application that returns success',
             app(RETURN_SUCCESS, r'(?i)payload.*return.*(success|status 0|\b0x0)')),
    Scenario('app-exits', 'an application that calls Exit() with an error',
             app(EXIT_ERROR, r'(?i)(exit|return).*(not.ready|8000000000000006)')),
    Scenario('app-faults', 'an invalid instruction: reported, then reset',
             app(INVALID_OPCODE, r'(?i)(invalid opcode|exception|vector).*')),
]
