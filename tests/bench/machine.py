# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine that is counted: the guest's files, QEMU with the plugin, and
what the plugin wrote."""
import os
import subprocess
import time
from dataclasses import dataclass, field

import cpio
from bench import Bench
from symbols import Elf, write_watch
from vm import Machine, MachineError

# Of the guest program, tests/bench/mark.h.
GUEST_MARKS = {'guest1': 'init', 'guest2': 'load', 'guest3': 'loaded',
               'guest4': 'exec'}
# No processor of QEMU tells its frequencies, and finding them out is a loop
# that takes as many instructions as the host is fast.
QUIET = {'x86_64': 'console=ttyS0 quiet no_timer_check lpj=1000000 '
                   'tsc_early_khz=1000000',
         'arm64': 'console=ttyAMA0 quiet lpj=1000000'}


@dataclass
class Counted:
    """What one run gave: marks in order, (name, total, inside), the stays in
    the emulator, (offset, count), and the lines that the guest said."""
    marks: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    said: list = field(default_factory=list)


class Files:
    """What all runs of an architecture share."""

    def __init__(self, out, arch):
        self.bench = Bench(out, arch)
        self.arch = arch
        self.folder = os.path.join(self.bench.out, 'bench')
        os.makedirs(self.folder, exist_ok=True)
        self.emulator = Elf(self.bench.file('emulator.elf'))
        self.watch = os.path.join(self.folder, f'watch-{arch}')
        write_watch(self.watch, arch, self.emulator,
                    Elf(self.bench.file('vmlinux')))
        with open(os.path.join(self.folder, f'guest-{arch}'), 'rb') as f:
            self.guest = f.read()
        self.tiny = self.initrd('tiny', {})

    def path(self, name):
        return os.path.join(self.folder, f'{self.arch}-{name}')

    def initrd(self, name, files):
        """An initrd of the guest program and files beside it."""
        path = self.path(name + '.cpio')
        with open(path + '.new', 'wb') as f:
            f.write(cpio.archive({'init': self.guest, **files}))
        os.rename(path + '.new', path)
        return path


class CountedMachine(Machine):
    """A machine with the plugin; may reset, and may have more memory than the
    host, as long as the guest touches little of it."""

    def __init__(self, files, initrd, *, append='', marks, kernel=None,
                 banks='sha256', **options):
        self._files, self._marks, self._banks = files, marks, banks
        options.setdefault('tpm', 'none')
        super().__init__(arch=files.arch, initrd=initrd,
                         kernel=kernel or files.bench.kernel(),
                         append=f'{QUIET[files.arch]} {append}'.strip(),
                         **options)

    def _make_tpm_state(self, folder):
        super()._make_tpm_state(folder)
        subprocess.run(['swtpm_setup', '--tpm2', '--tpmstate', folder,
                        '--pcr-banks', self._banks], check=True,
                       capture_output=True)

    def _command(self):
        command = [word for word in super()._command() if word != '-no-reboot']
        memory = self.options['memory']
        at = command.index('-machine') + 1
        command[at] += ',memory-backend=ram'
        return command + [
            '-object', f'memory-backend-ram,id=ram,size={memory}M,reserve=off',
            '-plugin', f'{self._files.folder}/count.so,'
                       f'watch={self._files.watch},out={self._marks}']

    def read_marks(self):
        """What the plugin wrote so far."""
        result = Counted()
        try:
            with open(self._marks, encoding='utf-8') as f:
                text = f.read()
        except FileNotFoundError:
            return result
        for line in text.split('\n')[:-1]:
            kind, name, *numbers = line.split()
            if kind == 'mark':
                result.marks.append((GUEST_MARKS.get(name, name),
                                     *map(int, numbers)))
            else:
                result.calls.append((int(name, 16), int(numbers[0])))
        return result

    def wait_marks(self, count, name, timeout):
        """Until the plugin has seen a mark count times, or the guest ended."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = self.read_marks()
            if sum(mark[0] == name for mark in found.marks) >= count:
                return found
            if self._processes[-1].poll() is not None:
                found = self.read_marks()
                if sum(mark[0] == name for mark in found.marks) >= count:
                    return found
                break
            self.linger(0.1)
        raise MachineError(f'no {count}. mark {name!r}{self.where()}: ' +
                           ' '.join(m[0] for m in self.read_marks().marks) +
                           '\n' + self.tail())


def run(files, name, job, contents, *, until=2, stop=False, timeout=600,
        **options):
    """Runs a job until the guest program began that many times, or, with 0,
    until the machine is off; returns Counted. stop: end it then."""
    job = job if isinstance(job, bytes) else job.encode()
    initrd = files.initrd(name, {'job': job, **contents})
    marks = files.path(name + '.marks')
    log = os.path.join(files.bench.out, 'logs', f'bench-{files.arch}-{name}.log')
    if os.path.exists(marks):
        os.unlink(marks)
    try:
        with CountedMachine(files, initrd, marks=marks, log=log,
                            **options) as machine:
            if until:
                machine.wait_marks(until, 'init', timeout)
            if not stop:
                machine.wait_end(timeout)
            result = machine.read_marks()
            result.said = [line.text for line in machine.lines]
    finally:
        os.unlink(initrd)
    if any('BENCH FAIL' in line for line in result.said):
        raise MachineError(f'{name}: the job failed{machine.where()}')
    return result
