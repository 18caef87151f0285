# SPDX-License-Identifier: GPL-2.0-or-later
"""What is run: each cell is one way from one kernel to the next, or one load.
All ways of a group take the same kernel, the same initrd, the same command
line, and are run in turns."""
import os
from dataclasses import dataclass, field

import machine
import mkuki
from machine import QUIET

MIB = 1 << 20
# Rounds of the ways that are compared, of those that are shown beside them, and
# of those around a distribution's kernel; growth is measured once.
ROUNDS = 5
ROUNDS_BESIDE = 2
ROUNDS_LARGE = 3
SIZES = (8, 32, 128, 512)
MEMORY = (1, 4, 64)
LOADS = (12, 44, 100)


@dataclass
class Cell:
    """group and name identify it; run() returns machine.Counted."""
    group: str
    name: str
    run: callable
    rounds: int = 1
    facts: dict = field(default_factory=dict)


class Ways:
    """The ways from K1 to one kernel. linux: the bare kernel; also the file
    that firmware starts."""

    def __init__(self, files, group, linux):
        self.files, self.group, self.linux = files, group, linux
        self.cmdline = QUIET[files.arch]

    def _name(self, name):
        return f'{self.group}-{name}'

    def uki(self, stub, initrd=None, name=''):
        return mkuki.make(
            self.files.path(f'{self._name(stub)}{name}.efi'),
            stub=self.files.bench.stub(stub), linux=self.linux,
            initrd=initrd or self.files.tiny, cmdline=self.cmdline)

    def native(self, mode=1, linux=None, initrd=None, before='', name='native',
               **options):
        """kexec_file_load() of the bare kernel; mode 2: through its EFI entry."""
        job = (f'sysctl {mode}\n{before}load /linux /initrd {self.cmdline}\n'
               'exec\n')
        return machine.run(
            self.files, self._name(name), job,
            {'linux': mkuki.read(linux or self.linux),
             'initrd': mkuki.read(initrd or self.files.tiny)}, **options)

    def entry(self, **options):
        return self.native(mode=2, name='entry', **options)

    def from_uki(self, stub, initrd=None, name='', before='', **options):
        uki = self.uki(stub, initrd, name)
        try:
            contents = {'uki': mkuki.read(uki)}
        finally:
            os.unlink(uki)
        return machine.run(self.files, self._name(f'uki{stub}{name}'),
                           f'sysctl 1\n{before}load /uki -\nexec\n', contents,
                           **options)

    def firmware(self):
        """A reset: the same kernel twice, so the first one starts it, too."""
        return machine.run(self.files, self._name('firmware'), 'reboot\n', {},
                           kernel=self.linux, stop=True)

    def kexec_tools(self, kexec, path):
        """kexec(8) takes the file apart and loads what is inside."""
        job = (f'run /kexec -s -l /file --initrd=/initrd '
               f'--command-line={self.cmdline.replace(" ", "~")}\nexec\n')
        return machine.run(
            self.files, self._name('kexec-tools'), job,
            {'kexec': mkuki.read(kexec), 'file': mkuki.read(path),
             'initrd': mkuki.read(self.files.tiny)})


def linux_of(files):
    return files.bench.file('bzImage' if files.arch == 'x86_64' else 'Image')


def _compared(files):
    """The small kernel of the tests: the sharpest judge of an overhead."""
    ways = Ways(files, 'small', linux_of(files))
    stubs = ('252', 'newest') if files.arch == 'x86_64' else ('252',)
    cells = [Cell('small', 'native', ways.native, ROUNDS),
             Cell('small', 'entry', ways.entry, ROUNDS),
             Cell('small', 'uki257', lambda: ways.from_uki('257'), ROUNDS),
             Cell('small', 'firmware', ways.firmware, ROUNDS)]
    return cells + [Cell('small', f'uki{stub}',
                         lambda stub=stub: ways.from_uki(stub), ROUNDS_BESIDE)
                    for stub in stubs]


def _large(files):
    """Debian's signed kernel, what users have."""
    ways = Ways(files, 'debian',
                files.bench.debian(f'vmlinuz-{files.arch}'))
    return [Cell('debian', name, run, ROUNDS_LARGE) for name, run in (
        ('native', ways.native), ('entry', ways.entry),
        ('uki257', lambda: ways.from_uki('257')),
        ('firmware', ways.firmware))]


def _zboot(files, kexec):
    """The compressed kernel of arm64, which no native loader takes."""
    ways = Ways(files, 'small', linux_of(files))
    zboot = files.bench.file('vmlinuz.efi')
    cells = [Cell('small', 'zboot',
                  lambda: ways.native(mode=1, linux=zboot, name='zboot'),
                  ROUNDS_BESIDE)]
    if kexec:
        cells.append(Cell('small', 'zboot-kexec-tools',
                          lambda: ways.kexec_tools(kexec, zboot),
                          ROUNDS_BESIDE))
    return cells


def _big_initrd(files, size):
    """The guest's initrd and a member that fills it up to size bytes."""
    return files.initrd(f'big-{size}', {
        'fill': bytes(size - len(files.guest) - 1024)})


def _size(files, mib):
    ways = Ways(files, f'size{mib}', linux_of(files))
    size = mib * MIB - os.path.getsize(ways.linux)

    def run(what):
        initrd = _big_initrd(files, size)
        try:
            options = {'memory': 4096, 'initrd': initrd, 'timeout': 900}
            if what == 'native':
                return ways.native(**options)
            return ways.from_uki('257', **options)
        finally:
            os.unlink(initrd)
    return [Cell('size', f'{what}-{mib}', lambda what=what: run(what),
                 facts={'mib': mib}) for what in ('native', 'uki257')]


def _memory(files, gib):
    """The debug load before tells which segments there are."""
    ways = Ways(files, f'memory{gib}', linux_of(files))
    options = {'memory': gib * 1024, 'timeout': 900}
    debug = f'debug /linux /initrd {ways.cmdline}\n'
    return [Cell('memory', f'native-{gib}', lambda: ways.native(**options),
                 facts={'gib': gib}),
            Cell('memory', f'entry-{gib}',
                 lambda: ways.entry(before=debug, append='loglevel=7',
                                    **options),
                 facts={'gib': gib})]


def _load(files, mib, signed):
    """Native and UKI in turns, in one guest: kernel and initrd are mib together
    in either."""
    ways = Ways(files, f'load{mib}', linux_of(files))

    def run():
        initrd = _big_initrd(files, mib * MIB - os.path.getsize(ways.linux))
        uki, linux = ways.uki('257', initrd), ways.linux
        made = [initrd, uki]
        if signed:
            linux = files.bench.signed_by_builder(
                linux, files.path(f'load{mib}-linux.signed'))
            made.append(linux)
            uki = files.bench.signed_by_builder(uki, uki + '.signed')
            made.append(uki)
        contents = {'linux': mkuki.read(linux), 'uki': mkuki.read(uki),
                    'initrd': mkuki.read(initrd)}
        for path in made:
            os.unlink(path)
        turn = f'load /linux /initrd {ways.cmdline}\nload /uki -\n'
        return machine.run(files, f'load{mib}', 'sysctl 1\n' + 3 * turn,
                           contents, memory=2048, until=0)
    return Cell('load', f"{'signed' if signed else 'unsigned'}-{mib}", run,
                facts={'mib': mib, 'signed': signed})


def _peak(files, mib):
    ways = Ways(files, f'peak{mib}', linux_of(files))

    def run():
        initrd = _big_initrd(files, mib * MIB - os.path.getsize(ways.linux))
        uki = ways.uki('257', initrd)
        contents = {'linux': mkuki.read(ways.linux), 'uki': mkuki.read(uki),
                    'initrd': mkuki.read(initrd)}
        size = len(contents['uki'])
        os.unlink(initrd)
        os.unlink(uki)
        found = machine.run(
            files, f'peak{mib}', 'sysctl 1\n'
            f'peak /linux /initrd {ways.cmdline}\nunload\npeak /uki -\n',
            contents, memory=2048, smp=2, until=0)
        found.said.append(f'BENCH SIZE {size}')
        return found
    return Cell('peak', f'{mib}', run, facts={'mib': mib})


def _tpm(files):
    """Measured kexec: the same UKI with a TPM of one bank and of four."""
    ways = Ways(files, 'tpm', linux_of(files))
    kind = 'crb' if files.arch == 'x86_64' else 'tis'
    return [Cell('tpm', name, lambda options=options, name=name: ways.from_uki(
        '257', name=name, **options), 2)
            for name, options in (
                ('none', {}),
                ('sha256', {'tpm': kind, 'banks': 'sha256'}),
                ('four', {'tpm': kind,
                          'banks': 'sha1,sha256,sha384,sha512'}))]


def every(files, kexec=None):
    """All cells of an architecture, in the order of their first round."""
    cells = _compared(files)
    if files.arch == 'arm64':
        cells += _zboot(files, kexec)
    cells += [_load(files, mib, False) for mib in LOADS]
    cells += [_load(files, 44, True)]
    for gib in MEMORY:
        cells += _memory(files, gib)
    cells += _large(files)
    if any(name.startswith('tcg2') for name in files.emulator.symbols):
        cells += _tpm(files)
    cells.append(_peak(files, 44))
    for mib in SIZES:
        cells += _size(files, mib)
    return cells


def quick(files):
    """What bench-quick runs: once each."""
    return [Cell(c.group, c.name, c.run) for c in _compared(files)
            if c.name in ('native', 'entry', 'uki257')] + [
                _load(files, 44, False)]
