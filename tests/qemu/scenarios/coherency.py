# SPDX-License-Identifier: GPL-2.0-or-later
"""Caches on arm64, which QEMU does not have: a plugin sees what the emulator and
its payload store, maintain and execute (tests/qemu/plugin). It needs a QEMU whose
plugins can read registers, newer than Debian 12's.

The same with emulators that were broken on purpose, in the kernel image, says
whether the plugin notices."""
import struct
import subprocess

import mkuki
from . import (BOOT, START, Scenario, expect, load, marker, run_to_end)

NOP = 0xd503201f
# Register operands are bits 0 to 4.
DC_CVAU, DC_IVAC, IC_IVAU = 0xd50b7b20, 0xd5087620, 0xd50b7520
HVC, SMC = 0xd4000002, 0xd4000003
DSB, DSB_MASK = 0xd503309f, 0xfffff0ff
# In the emulator's entry: two that nothing there depends on, as no C function has
# run yet, and a store 64 MiB below the emulator in their place.
MOV_X29_XZR, MSR_FPCR_XZR = 0xaa1f03fd, 0xd51b441f
ADRP_X29_BELOW, STR_XZR_X29 = 0x90fe001d, 0xf90003bf
# In struct emulator_header of kexec_pe/handoff.h.
HEADER_TEXT_END = 24
FLAWS = ('stale', 'unordered', 'payload-stale', 'payload-unordered', 'outside',
         'not-dropped', 'not-dropped-again', 'not-identity')


class Report:
    """What the plugin wrote."""

    def __init__(self, path):
        self.values, self.flaws = {}, []
        with open(path, encoding='utf-8') as lines:
            for line in lines:
                key, *values = line.split()
                if key == 'flaw':
                    self.flaws.append(' '.join(values))
                else:
                    self.values[key] = values

    def number(self, key):
        return int(self.values[key][0], 0)

    def found(self):
        """The kinds of rules that were broken."""
        return {kind for kind in FLAWS if self.number('flaws-' + kind)}


def watched(t, name, payload, kernel=None, to_end=True, **options):
    """A kexec under the plugin's eyes; returns what that saw."""
    out = t.path(name)
    with t.k1(load() + START, {'payload': payload}, kernel=kernel,
              qemu=t.bench.debian('qemu-arm64'),
              extra=['-plugin', f"{t.bench.file('coherency.so')},out={out}"],
              **options) as machine:
        if to_end:
            run_to_end(machine)
        else:
            machine.wait('Linux version', BOOT, after=machine.wait_kexec(BOOT))
    seen = Report(out)
    entry = seen.number('entry')
    expect(seen.values['end'] == ['kernel'], f"it saw no kernel: {seen.values}")
    expect(entry <= seen.number('first') < entry + 64,
           f'{name}: watching began late: {seen.values}')
    return seen


def uki(t, stub, linux):
    return t.uki(f'{stub}-{linux}.efi', stub=stub, linux=t.bench.file(linux),
                 initrd=t.initrd(marker()), cmdline=t.cmdline())


def coherent(t):
    """Whoever stores code: the emulator, stubs that load it, kernels that unpack
    themselves. The stub of 6.12 forgets the DSB between DC and IC after it has
    unpacked itself (efi_cache_sync_image()), which is not ours to judge. Only a
    cortex-a57 needs DC at all, by its CLIDR_EL1; of the processors that need it
    none has VHE."""
    runs = (('el1', (257, 'vmlinuz.efi'), {'payload-unordered'},
             {'cpu': 'cortex-a57'}),
            ('nvhe', (252, 'Image'), set(), {'cpu': 'cortex-a57', 'el2': True}),
            ('vhe', (252, 'Image'), {'payload-stale'},
             {'cpu': 'cortex-a76', 'el2': True}))
    for name, payload, allowed, options in runs:
        seen = watched(t, name, uki(t, *payload), **options)
        expect(seen.found() <= allowed, f'{name}: {seen.flaws}')
        for key in ('drops', 'cleans', 'invalidations', 'uncached-stores',
                    'lines-written-and-executed'):
            expect(seen.number(key) > 100, f'{name}: {key} {seen.number(key)}')
        expect(seen.number('pages-executed') > 20, f'{name}: {seen.values}')


def function(t, name):
    """Where a function of the emulator lies, as a range of words; all of its
    text without a name."""
    if not name:
        header = mkuki.read(t.bench.file('emulator.bin'))[:HEADER_TEXT_END + 8]
        end, = struct.unpack_from('<Q', header, HEADER_TEXT_END)
        return range(end // 4)
    lines = subprocess.run(
        ['aarch64-linux-gnu-nm', '-S', t.bench.file('emulator.elf')],
        check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    for fields in map(str.split, lines):
        if fields[-1] == name:
            start, size = int(fields[0], 16), int(fields[1], 16)
            return range(start // 4, (start + size) // 4)
    raise RuntimeError(f'no function {name} in the emulator')


def without(instruction, mask=0xffffffe0):
    """Breaks an emulator: that instruction is gone where it stands."""
    def change(words, where):
        count = 0
        for i in where:
            if words[i] & mask == instruction & mask:
                words[i] = NOP
                count += 1
        return count
    return change


def without_calls(words, where):
    """Breaks an emulator: nothing but itself can reset the machine."""
    return sum(without(call, ~0)(words, where) for call in (HVC, SMC))


def store_below(words, where):
    """Breaks an emulator: it stores to memory of others before caches are on."""
    entry = list(words[where.start:where.stop])
    words[where.start + entry.index(MOV_X29_XZR)] = ADRP_X29_BELOW
    words[where.start + entry.index(MSR_FPCR_XZR)] = STR_XZR_X29
    return 2


def broken_kernel(t, name, place, change):
    """The test kernel with a broken emulator inside: bytes are exchanged, so that
    everything else is what it always is."""
    kernel, image = (mkuki.read(t.bench.file(n)) for n in ('Image', 'emulator.bin'))
    expect(kernel.count(image) == 1, 'the emulator is not in Image once')
    size = len(image) // 4
    words = list(struct.unpack(f'<{size}I', image[:4 * size]))
    expect(change(words, function(t, place)), f'{name}: nothing to break')
    result = t.path(f'{name}.Image')
    with open(result, 'wb') as f:
        f.write(kernel.replace(
            image, struct.pack(f'<{size}I', *words) + image[4 * size:]))
    return result


BROKEN = (
    ('no-clean', 'arch_cache_sync', without(DC_CVAU), {'stale'}),
    ('no-invalidation', 'arch_cache_sync', without(IC_IVAU), {'stale'}),
    ('no-barrier', 'arch_cache_sync', without(DSB, DSB_MASK),
     {'unordered'}),
    ('no-drop', None, without(DC_IVAC),
     {'not-dropped', 'not-dropped-again'}),
    ('store-outside', 'emulator_entry', store_below,
     {'outside', 'not-dropped-again'}),
)


def broken(t):
    """An emulator that forgets one step, and the plugin that says which."""
    payload = uki(t, 252, 'Image')
    for name, place, change, wanted in BROKEN:
        seen = watched(t, name, payload, broken_kernel(t, name, place, change),
                       to_end=False, cpu='cortex-a57')
        expect(seen.found() == wanted, f'{name}: found {seen.found()}, not {wanted}')


SCENARIOS = [
    Scenario('arm64-coherency', 'stores, cache maintenance, executed pages',
             coherent, ('arm64',)),
    Scenario('arm64-coherency-broken', 'emulators that forget it are noticed',
             broken, ('arm64',)),
]
