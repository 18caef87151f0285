# SPDX-License-Identifier: GPL-2.0-or-later
"""Applications of a few instructions that come back: the emulator says what
they returned and resets the machine, it never falls through."""
import mkuki
from . import BOOT, BOTH, START, Scenario, expect, load

INVALID_OPCODE = {'x86_64': bytes.fromhex('0f0b'),  # ud2
                  'arm64': bytes(4)}  # udf #0


def built(name):
    """tests/efi/payload/ARCH/NAME.S"""
    return lambda t: mkuki.read(t.bench.file(f'efi/{name}.efi'))


def faulty(t):
    """The application that returns, with another first instruction."""
    data = bytearray(built('return')(t))
    pe = mkuki.Pe(data)
    for rva, size, offset, _ in pe.sections.values():
        if rva <= pe.entry < rva + size:
            at = offset + pe.entry - rva
            opcode = INVALID_OPCODE[t.bench.arch]
            data[at:at + len(opcode)] = opcode
    return bytes(data)


def app(payload, said):
    def run(t):
        with t.k1(load() + START, {'payload': payload(t)}) as machine:
            after = machine.wait_kexec(BOOT)
            machine.wait(said, 60, after=after)
            why = machine.wait_end(30)
            expect(why == 'guest-reset', f'no reset, but: {why}')
    return run


SCENARIOS = [
    Scenario('app-returns', 'an application that returns success',
             app(built('return'), r'kexec-pe: payload returned SUCCESS'), BOTH),
    Scenario('app-exits', 'an application that calls Exit() with an error',
             app(built('exit_error'), r'kexec-pe: payload returned LOAD_ERROR'),
             BOTH),
    Scenario('app-faults', 'an invalid instruction: reported, then reset',
             app(faulty, r'kexec-pe: exception: .*(opcode|undefined).* at payload\+'),
             BOTH),
    Scenario('app-overflows', 'a stack that runs into its guard page: reported',
             app(built('overflow'),
                 r'kexec-pe: exception: .*(guard page|page fault).* at payload\+'),
             BOTH),
    Scenario('app-writes-text', 'a payload that writes to its code: reported',
             app(built('write_text'),
                 r'kexec-pe: exception: (data abort|page fault),.* at payload\+'),
             BOTH),
]
