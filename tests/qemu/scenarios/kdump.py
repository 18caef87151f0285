# SPDX-License-Identifier: GPL-2.0-or-later
"""A panic, and a dump that is complete and can be read: the native handler as
the measure, then PE files as crash kernels. Documentation/kdump.md."""
import threading

import mkuki
from crash import COPY, WORDS, Crash, How
from dump import DumpError
from tpm import TpmK1, calculator
from . import BOTH, Failure, Scenario, expect, load, marker, sysctl
from .measured import check_log, check_pcrs

# One machine for all; what a crash kernel needs is measured elsewhere.
MEMORY = 768
CRASHKERNEL = '256M'
NATIVE = {'x86_64': 'bzImage', 'arm64': 'Image'}
# What K2's MemTotal, in KiB, may be more than a native crash kernel's: where
# KASLR puts a kernel moves what its page tables take. On arm64 a range may touch
# one more section of 128 MiB, and struct pages of a whole one take 2 MiB.
SLACK = {'x86_64': 512, 'arm64': 512 + 2048}
_native = {}
_native_lock = threading.Lock()


def crash(t, load_job, files, how=How(), then=None, **machine):
    """K1 loads and panics, K2 copies the dump, which is read and checked, and
    so is what else then() wants of the machine; returns the machine's facts of
    both and the dump's task."""
    options = {'memory': MEMORY, **machine}
    options['append'] = ' '.join(filter(None, (
        f"crashkernel={options.pop('crashkernel', CRASHKERNEL)}",
        options.get('append'))))
    one = Crash(t.bench, t.folder, how)
    with t.k1(one.job(load_job), {**files, **one.files()}, extra=one.extra(),
              **options) as k1:
        one.run(k1)
        try:
            task = one.check(k1)
        except DumpError as error:
            raise Failure(f'the dump: {error}') from None
        if then:
            then(k1)
        return k1.facts(), k1.facts(1), task


def kdump_words(t):
    """The command line as kdumpctl passes it."""
    return t.cmdline(*WORDS)


def native_crash(t):
    files = {'payload': t.bench.file(NATIVE[t.bench.arch]),
             'initrd': t.initrd(marker(), 'native', job=COPY)}
    return crash(t, load('/job/payload',
                         f"-p -i /job/initrd -c '{kdump_words(t)}'",
                         command='kload'), files)


def native_mem_total(t):
    """MemTotal of a native crash kernel here, in KiB; found out once."""
    with _native_lock:
        if t.bench.arch not in _native:
            _native[t.bench.arch] = int(native_crash(t)[1]['mem_total'])
        return _native[t.bench.arch]


def native(t):
    expect(native_mem_total(t) > 0, 'no MemTotal')


def check_k2(t, k2, words, text, ours=True):
    """K2 has the command line that it was given, this initrd and no other, and
    no more memory than a native one."""
    rest = [word for word in k2['cmdline'].split()
            if not word.startswith('elfcorehdr=')]
    expect(rest == words.split(), f"{k2['cmdline']!r}, not {words!r}")
    expect(k2.get('marker') == text, f"initrd: {k2.get('marker')!r}")
    if not ours:
        return
    most = native_mem_total(t) + SLACK[t.bench.arch]
    expect(int(k2['mem_total']) <= most,
           f"MemTotal {k2['mem_total']} KiB, a native K2's at most {most}")


def check_measured(machine, payload):
    """PCRs and log of K2: those of K1, the crash separator and the payload."""
    before, found = machine.state('k1'), machine.state('k2')
    events = list(calculator.crash(payload, before.pcrs, verified=False))
    check_pcrs('K2', before.pcrs, found.pcrs,
               calculator.after(before.pcrs, events), verified=False)
    check_log('K2', before.log, found.log, events)


def uki(stub, linux=None, how=How(), arguments=True, measured=False, **machine):
    """A UKI. With arguments, it has command line and initrd of its own for
    another purpose, and those of the system call have to win; without, its own
    are made for the dump. linux: a function for another kernel than ours.
    measured: K1 and K2 tell what their TPM has."""
    def scenario(t):
        text, words = marker(), kdump_words(t)
        before, after = ('tpm_state k1\n', 'tpm_state k2\n') if measured else ('', '')
        initrd = t.initrd(text, 'kdump.initrd', job=COPY + after)
        files = {}
        options = '--panic'
        if arguments:
            files['initrd'] = initrd
            options += f" --initrd /job/initrd --append '{words}'"
        files['payload'] = t.uki(
            stub=stub, linux=linux and linux(t),
            initrd=t.initrd('the system') if arguments else initrd,
            cmdline='root=/dev/none' if arguments else words)
        tpm = {'kind': TpmK1, 'then': lambda k1: check_measured(
            k1, mkuki.read(files['payload']))} if measured else {}
        _, k2, task = crash(t, load('/job/payload', options) + before, files, how,
                            **tpm, **machine)
        check_k2(t, k2, words, text, linux is None)
        return task
    return scenario


def by_entry(name, mode=2, **machine):
    """A kernel by itself, through its EFI entry."""
    def scenario(t):
        text, words = marker(), kdump_words(t)
        files = {'payload': t.bench.file(name),
                 'initrd': t.initrd(text, job=COPY)}
        job = sysctl(mode) + load('/job/payload', '--panic --initrd /job/initrd',
                                  f"--append '{words}'")
        _, k2, _ = crash(t, job, files, **machine)
        check_k2(t, k2, words, text)
    return scenario


SCENARIOS = [
    Scenario('kdump-native', 'the native handler: the measure for ours', native,
             BOTH),
    Scenario('kdump-uki-252', 'UKI of stub 252 as the crash kernel, measured',
             uki(252, measured=True), BOTH),
    Scenario('kdump-bzimage', 'bzImage through its EFI entry',
             by_entry('bzImage')),
    Scenario('kdump-image', 'Image through its EFI entry', by_entry('Image'),
             ('arm64',)),
]
