# SPDX-License-Identifier: GPL-2.0-or-later
"""Payloads that must reach user space through their EFI entry, over the kinds
of payload and of machine."""
import cpio
from bench import KEXEC
from . import (BOOT, BOTH, SAME, START, Scenario, check_k2, expect, load, marker, run_to_end,
               sysctl)

# No EFI variables in Debian's kernel: efivarfs is a module there. It trusts
# keys of its own.
DEBIAN_SAME = tuple(key for key in SAME if key not in
                    ('secure_boot', 'setup_mode', 'keys', 'keyrings',
                     'blacklist', 'lockdown'))


def k1_and_k2(t, job, files, **machine):
    """Runs to K2's power-off; returns the facts of both."""
    with t.k1(job, files, **machine) as k1:
        run_to_end(k1)
        return k1.facts(), k1.facts(1)


def uki(stub, *words, la57=None, **machine):
    """A UKI; words: of its command line; la57: what K2 must have of it."""
    def run(t):
        text = marker()
        cmdline = t.cmdline(*words)
        payload = t.uki(stub=stub, initrd=t.initrd(text), cmdline=cmdline)
        k1, k2 = k1_and_k2(t, load() + START, {'payload': payload}, **machine)
        check_k2(k1, k2, cmdline=cmdline, marker_text=text)
        expect(k2['uname'] == k1['uname'], f"uname {k2['uname']!r}")
        expect(k2['cpus'] == str(machine.get('smp', 1)), f"CPUs: {k2['cpus']}")
        for facts, wanted in ((k1, la57), (k2, la57 and 'no5lvl' not in words)):
            expect(la57 is None or facts['la57'] == str(int(wanted)),
                   f"la57: {facts['la57']}")
    return run


def uki_debian_kernel(t):
    """Debian's kernel verifies nothing here; what it proves is that a stock
    kernel of 12 MB, built by others, starts like ours."""
    text = marker()
    cmdline = t.cmdline()
    payload = t.uki(linux=t.bench.debian(f'vmlinuz-{t.bench.arch}'),
                    initrd=t.initrd(text), cmdline=cmdline)
    k1, k2 = k1_and_k2(t, load() + START, {'payload': payload})
    check_k2(k1, k2, cmdline=cmdline, marker_text=text, same=DEBIAN_SAME)
    expect('Debian' in k2['uname'], f"uname {k2['uname']!r}")


def bzimage_by_entry(t):
    """The kernel as a PE file: sysctl 2 sends it through its EFI entry. The
    EFI stub then says so, which a native kexec never does."""
    text = marker()
    cmdline = t.cmdline()
    job = sysctl(2) + load('/job/payload', '--initrd /job/initrd',
                           f"--append '{cmdline}'") + START
    files = {'payload': t.bench.kernel(), 'initrd': t.initrd(text)}
    with t.k1(job, files) as machine:
        after = machine.wait_kexec(BOOT)
        machine.wait('EFI stub: ', BOOT, after=after)
        run_to_end(machine)
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text)


def native_first(t):
    """With sysctl 1 a bzImage stays with its native handler."""
    text = marker()
    cmdline = t.cmdline()
    job = sysctl(1) + load('/job/payload', '--initrd /job/initrd',
                           f"--append '{cmdline}'") + START
    files = {'payload': t.bench.kernel(), 'initrd': t.initrd(text)}
    with t.k1(job, files) as machine:
        run_to_end(machine)
        after = machine.find(KEXEC).number
        expect(not machine.find('EFI stub: ', after),
               'the native handler did not take the bzImage')


def extra_initrd(stub):
    def run(t):
        text, extra = marker(), marker()
        cmdline = t.cmdline()
        payload = t.uki(stub=stub, initrd=t.initrd(text), cmdline=cmdline)
        files = {'payload': payload,
                 'initrd': cpio.archive({'marker.extra': extra})}
        job = load('/job/payload', '--initrd /job/initrd') + START
        k1, k2 = k1_and_k2(t, job, files)
        check_k2(k1, k2, cmdline=cmdline, marker_text=text)
        expect(k2.get('marker.extra') == extra,
               f"extra initrd: {k2.get('marker.extra')!r}")
    return run


def kexec_tools(t):
    """kexec(8), patched, hands the UKI to the kernel as it is."""
    text = marker()
    cmdline = t.cmdline()
    payload = t.uki(initrd=t.initrd(text), cmdline=cmdline)
    job = load('/job/payload', '-s -l', command='kexec') + \
        'kexec -e\nsay JOB-FAIL kexec -e came back\n'
    k1, k2 = k1_and_k2(t, job, {'payload': payload})
    check_k2(k1, k2, cmdline=cmdline, marker_text=text)


SCENARIOS = [
    Scenario('uki-252', 'UKI of stub 252, 2 GiB, one CPU', uki(252)),
    Scenario('uki-257', 'UKI of stub 257', uki(257)),
    Scenario('uki-newest', 'UKI of the newest stub, which loads its kernel itself',
             uki('newest')),
    Scenario('uki-252-mem512', '512 MiB', uki(252, memory=512)),
    Scenario('uki-257-mem6144-smp2', '6 GiB, RAM above 4 GiB, two CPUs',
             uki(257, memory=6144, smp=2)),
    Scenario('uki-252-smp2-qemu64', 'two CPUs, the oldest x86-64 CPU, TIS',
             uki(252, smp=2, cpu='qemu64', la57=False, tpm='tis')),
    Scenario('uki-252-4level', 'K1 and K2 without 5-level paging',
             uki(252, cpu='max,la57=off', la57=False)),
    Scenario('uki-252-la57', 'K1 and K2 with 5-level paging',
             uki(252, cpu='max,la57=on', la57=True)),
    Scenario('uki-257-no5lvl', '5-level K1, K2 goes back to 4 levels',
             uki(257, 'no5lvl', cpu='max,la57=on', la57=True)),
    Scenario('uki-257-no-tpm', 'no TPM at all', uki(257, tpm='none')),
    Scenario('uki-252-debian-kernel', "UKI around Debian's signed kernel",
             uki_debian_kernel),
    Scenario('bzimage-entry', 'bzImage through its EFI entry, sysctl 2',
             bzimage_by_entry),
    Scenario('bzimage-native-first', 'bzImage stays native with sysctl 1',
             native_first),
    Scenario('uki-252-extra-initrd', 'K2 sees both initrds, stub 252',
             extra_initrd(252), BOTH),
    Scenario('uki-257-extra-initrd', 'K2 sees both initrds, stub 257',
             extra_initrd(257), BOTH),
    Scenario('uki-newest-extra-initrd', 'K2 sees both initrds, newest stub',
             extra_initrd('newest')),
    Scenario('kexec-tools-uki', 'kexec -s -l FILE.efi; kexec -e', kexec_tools,
             BOTH),
]
