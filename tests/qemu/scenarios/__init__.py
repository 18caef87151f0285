# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of check.py. To add one: write a function that takes a Context
and raises Failure (by expect()), and put it into SCENARIOS of its file; a new
file also goes into MODULES below. Nothing that a scenario expects is computed
by what it tests."""
import importlib
import os
import secrets
from dataclasses import dataclass
from typing import Callable

import cpio
import mkuki
from bench import K1
from vm import Machine

# Files of scenarios, in the order in which they run.
MODULES = (
    'chains',
    'payloads',
    'arm64',
    'coherency',
    'trust',
    'policy',
    'signatures',
    'revocation',
    'inputs',
    'measure',
    'measured',
    'measured_faults',
    'selftest',
    'apps',
    'integrity',
    'native',
    'kdump',
    'kdump_slow',
    'slow',
    'trace',
    'upstream',
)
BOTH = ('x86_64', 'arm64')
# Seconds for K1's boot and for a payload, on a slow and busy machine.
BOOT = 180


class Failure(Exception):
    """What a scenario found wrong."""


def expect(condition, why):
    if not condition:
        raise Failure(why)


@dataclass
class Scenario:
    """One test; what: a sentence for --list."""
    name: str
    what: str
    run: Callable
    arch: tuple = ('x86_64',)
    slow: bool = False


def every(arch):
    """All scenarios of an architecture, in the order in which they run."""
    modules = (importlib.import_module('scenarios.' + name) for name in MODULES)
    return [s for module in modules for s in module.SCENARIOS if arch in s.arch]


class Context:
    """What a scenario works with: files of its own, machines, checks."""

    def __init__(self, bench, name, folder):
        self.bench, self.name, self.folder = bench, name, folder
        self._machines = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def _log(self):
        number = len(self._machines)
        return os.path.join(self.bench.out, 'logs', self.name +
                            (f'-{number + 1}' if number else '') + '.log')

    def k1(self, job, files=None, *, kind=K1, **options):
        """A machine with a log file; a scenario may have several."""
        self._machines.append(
            kind(self.bench, job, files, log=self._log(), **options))
        return self._machines[-1]

    def machine(self, **options):
        """The same without our K1: options has the kernel."""
        self._machines.append(
            Machine(arch=self.bench.arch, log=self._log(), **options))
        return self._machines[-1]

    def last_lines(self, count):
        """Of the newest console, for the report of a failure."""
        return [line.text for line in self._machines[-1].lines[-count:]] \
            if self._machines else []

    # -- what machines are given --------------------------------------------

    def initrd(self, marker, name='initrd', job=None, files=None):
        """The guests' initrd with /marker, which K2 prints; job is what K2
        runs before it powers off, files what the job finds in /job."""
        contents = {'marker': marker}
        if job is not None:
            contents['job/next'] = '. /lib/guest.sh\n' + job
        for key, source in (files or {}).items():
            contents['job/' + key] = source if isinstance(source, bytes) \
                else mkuki.read(source)
        return cpio.append(self.bench.initrd(), self.path(name), contents)

    def uki(self, name='uki.efi', *, stub=252, linux=None, initrd=None,
            cmdline='', signed=False, **more):
        """A UKI of the test kernel, whose cmdline has the console in it."""
        return mkuki.make(
            self.path(name), stub=self.bench.stub(stub),
            linux=linux or self.bench.kernel(), initrd=initrd,
            cmdline=cmdline, signed=signed, **more)

    def cmdline(self, *words):
        return ' '.join((self.bench.console(), 'kpe.role=k2', *words))


def marker():
    """A text that no other run has."""
    return 'marker-' + secrets.token_hex(8)


# -- what a job does ----------------------------------------------------------

def sysctl(value):
    return (f'echo {value} >/proc/sys/kernel/kexec_pe || '
            f'say JOB-FAIL no sysctl kernel.kexec_pe\n')


def load(what='/job/payload', *options, command='kexec-pe load'):
    """Loads, fails the job when the kernel refuses."""
    words = ' '.join((command, *options, what))
    return (f'{words} >/tmp/load 2>&1; status=$?\n'
            'while read -r line; do say "LOAD $line"; done </tmp/load\n'
            '[ $status = 0 ] || { say JOB-FAIL load: status $status; exit 1; }\n')


START = 'kexec-pe exec\nsay JOB-FAIL exec came back\n'
START_NATIVE = 'kload -e\nsay JOB-FAIL exec came back\n'


# -- what is expected of K2 ---------------------------------------------------

def run_to_end(machine, hops=1):
    """Waits for the kexecs and for the last payload's proof and power-off."""
    after = 0
    for _ in range(hops):
        after = machine.wait_kexec(BOOT, after)
        machine.wait(r'\] PROOF-BEGIN$', BOOT, after=after)
    machine.wait(r'\] PROOF-END$', BOOT, after=after)
    why = machine.wait_end(60)
    expect(why == 'guest-shutdown', f'K2 did not power off, but: {why}')


SAME = ('acpi_tables', 'smbios', 'smbios_bytes', 'secure_boot', 'setup_mode',
        'lockdown', 'keys', 'keyrings', 'blacklist', 'cpus', 'tpm')
# Of K1's System RAM, what the emulator may keep from a payload.
KEPT = 8 << 20


def check_k2(k1, k2, *, cmdline, marker_text, same=SAME, efi=True):
    """K2 has what it was given, and everything that K1 knows of the machine."""
    expect(k2.get('cmdline') == cmdline,
           f"command line {k2.get('cmdline')!r}, not {cmdline!r}")
    expect(k2.get('marker') == marker_text, f"initrd: {k2.get('marker')!r}")
    for key in same:
        expect(key in k1 and k2.get(key) == k1[key],
               f'{key}: K1 {k1.get(key)!r}, K2 {k2.get(key)!r}')
    expect(int(k2['ram']) >= int(k1['ram']) - KEPT,
           f"K2 has {k2['ram']} bytes of RAM, K1 {k1['ram']}")
    if not efi:
        return
    expect(k2['efi'] == k1['efi'] and k2['efi'], f"EFI: {k2['efi']!r}")
    expect('ACPI20=' in k2['efi_systab'] and 'SMBIOS' in k2['efi_systab'],
           f"configuration tables: {k2['efi_systab']}")
    known = set(k1.get('efi_warning', '').split('\n'))
    new = set(k2.get('efi_warning', '').split('\n')) - known - {''}
    expect(not new, f'K2 warns of EFI: {sorted(new)}')
