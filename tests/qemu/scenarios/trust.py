# SPDX-License-Identifier: GPL-2.0-or-later
"""Signatures: Secure Boot with lockdown, and a machine without either."""
import mkuki
from . import (BOOT, BOTH, START, Scenario, check_k2, expect, load, marker, run_to_end,
               sysctl)


def signed_uki(t, text, cmdline, name='signed.efi'):
    return t.uki(name, initrd=t.initrd(text), cmdline=cmdline, signed=True)


def flipped(path):
    """Of a signed file, a copy per section with one bit of it flipped:
    {name: bytes}. Also one of the headers' date, which is hashed too. None may
    make the file malformed, which has another errno: in .reloc, it is a bit of
    the last offset."""
    data = mkuki.read(path)
    pe = mkuki.Pe(data)
    places = {name.lstrip('.'): offset + min(size, raw) // 2
              for name, (_, size, offset, raw) in pe.sections.items() if raw}
    if '.reloc' in pe.sections:
        _, size, offset, _ = pe.sections['.reloc']
        places['reloc'] = offset + size - 2
    places['header'] = int.from_bytes(data[0x3c:0x40], 'little') + 8
    copies = {}
    for name, at in places.items():
        copy = bytearray(data)
        copy[at] ^= 0x10
        copies[name] = bytes(copy)
    return copies


def secure_boot(t):
    """The signed UKI loads; every file that is not exactly it is refused with
    EPERM and the first stays loaded; and that one still works."""
    text, cmdline = marker(), t.cmdline()
    payload = signed_uki(t, text, cmdline)
    bad = {f'bit-{name}': data for name, data in flipped(payload).items()}
    bad['unsigned'] = mkuki.read(t.uki('plain.efi', initrd=t.initrd(marker()),
                                       cmdline=cmdline))
    files = {'bad/' + name: data for name, data in bad.items()}
    files['payload'] = payload
    files['names'] = ''.join(name + '\n' for name in bad).encode()
    job = load() + 'say LOADED-BEFORE $(cat /sys/kernel/kexec_loaded)\n' + '''
kload -t /job/names /job/bad
say CMDLINE $(kload -c other=1 /job/payload)
say LOADED-AFTER $(cat /sys/kernel/kexec_loaded)
''' + START
    with t.k1(job, files, secure_boot=True) as machine:
        run_to_end(machine)
        k1 = machine.facts()
        expect(k1['secure_boot'] == '01' and k1['lockdown'] == 'integrity' and
               'SnakeOil' in k1['keys'], f'K1 is not locked down: {k1}')
        wrong = [name for name in bad
                 if not machine.find(rf'\] CASE {name} EPERM$')]
        expect(not wrong, f'not refused with EPERM: {wrong}')
        expect(machine.find(r'\] CMDLINE EPERM$'),
               'another command line beside .cmdline was not refused')
        expect(machine.find(r'\] LOADED-BEFORE 1$') and
               machine.find(r'\] LOADED-AFTER 1$'),
               'a refused image unloaded the one before')
        expect(machine.find(r'kexec_pe: verified: .*SnakeOil.*platform'),
               'the log does not say by which key')
        check_k2(k1, machine.facts(1), cmdline=cmdline, marker_text=text)


def not_enforced(t):
    """Nothing enforces: an unsigned file loads, and the log says unverified; a
    signed one whose key is unknown here as well."""
    text, cmdline = marker(), t.cmdline()
    payload = t.uki(initrd=t.initrd(text), cmdline=cmdline)
    job = 'say SIGNED $(kload /job/signed)\n' + load() + START
    files = {'payload': payload,
             'signed': signed_uki(t, text, cmdline)}
    with t.k1(job, files) as machine:
        run_to_end(machine)
        expect(machine.find(r'\] SIGNED ok$'), 'the signed file was refused')
        expect(machine.find('kexec_pe: unverified'), 'the log has no "unverified"')
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text)


def one_way(t):
    """sysctl 0 leaves a UKI to nobody; 3 takes PE files and can't be undone."""
    payload = signed_uki(t, marker(), t.cmdline())
    job = sysctl(0) + 'say OFF $(kload /job/payload)\n' + sysctl(3) + '''
say PE $(kload /job/payload)
say OTHER $(kload /bin/busybox)
(echo 1 >/proc/sys/kernel/kexec_pe) 2>/dev/null
say STILL $(cat /proc/sys/kernel/kexec_pe)
'''
    with t.k1(job, {'payload': payload}) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
        expect(machine.find(r'\] OFF ENOEXEC$'), 'sysctl 0 loads a UKI')
        expect(machine.find(r'\] PE ok$'), 'sysctl 3 refuses a UKI')
        expect(machine.find(r'\] OTHER ENOEXEC$'), 'sysctl 3 loads an ELF file')
        expect(machine.find(r'\] STILL 3$'), 'sysctl 3 could be undone')


def unknown_state(t):
    """A locked down K1 that can't know whether Secure Boot is on, as kexec_load
    left it nothing of that: even an image that verifies is refused, for its
    payload would read the silence as "disabled"."""
    payload = t.bench.signed_by_builder(
        t.uki('plain.efi', initrd=t.initrd(marker()), cmdline=t.cmdline()),
        t.path('builder.efi'))
    initrd = t.initrd(marker(), 'second', job='say UNKNOWN $(kload /job/payload)\n',
                      files={'payload': payload})
    job = 'say KNOWN $(kload /job/payload)\nkload -u\n' + \
        load('/job/kernel', '-c -l --initrd=/job/initrd',
             f"--command-line='{t.cmdline('lockdown=integrity')}'",
             command='kexec') + 'kexec -e\nsay JOB-FAIL kexec -e came back\n'
    files = {'payload': payload, 'kernel': t.bench.kernel(), 'initrd': initrd}
    with t.k1(job, files) as machine:
        run_to_end(machine)
        expect(machine.find(r'\] KNOWN ok$'), 'refused without lockdown as well')
        expect(machine.facts(1)['lockdown'] == 'integrity', 'no lockdown')
        expect(machine.find(r'\] UNKNOWN EPERM$') and
               machine.find('kexec_pe: refused: SECURE_BOOT_UNKNOWN'),
               'an unknown Secure Boot state did not refuse the load')


SCENARIOS = [
    Scenario('secure-boot-uki', 'signed loads; unsigned, changed: EPERM',
             secure_boot, BOTH),
    Scenario('not-enforced', 'unsigned loads, the log says unverified',
             not_enforced, BOTH),
    Scenario('secure-boot-unknown', 'lockdown, Secure Boot unknown: refused',
             unknown_state),
    Scenario('sysctl-off', 'kernel.kexec_pe 0 and 3', one_way, BOTH),
]
