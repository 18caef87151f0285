# SPDX-License-Identifier: GPL-2.0-or-later
"""What only arm64 has: zboot kernels and bare Images, GICs, exception levels,
ACPI or a device tree, firmware whose runtime services pass through. Each
payload runs on another kind of machine."""
import gzip
import struct

import mkuki
from bench import KEXEC
from . import coherency
from . import (BOOT, SAME, START, START_NATIVE, Scenario, check_k2, expect, load,
               marker, run_to_end, sysctl)
from .payloads import DEBIAN_SAME

ARM64 = ('arm64',)
# Offsets in a zboot file (zboot-header.S), and the size that it says it unpacks to.
ZBOOT_PAYLOAD = 8
ZBOOT_METHOD = 24
NO_SUCH_MEMORY = 0xfffff000
# More than the kernel in it, of a few hundred KiB.
BOMB = 256 << 20
# K2 finds the machine as K1 did, and the firmware itself: all of its variables.
MACHINE = ('el', 'device_tree', 'gic')
VARIABLES = ('efivars',)
GUID = '6b6b1d0c-6b65-4c58-9d2f-0d2c1f2f7a10'


def check_machine(k1, k2, gic=3, el2=False, acpi=True, cpu='max', smp=1,
                  memory=2048, **_):
    """The bench has the machine that was asked for, and K2 sees it as well."""
    expect(k1['el'] == ('EL2' if el2 else 'EL1'), f"K1 at {k1['el']}, {cpu}")
    expect(bool(k1['device_tree']) != acpi,
           f"K1's device tree {k1['device_tree']!r}, ACPI {acpi}")
    expect(k1['gic'] == str(gic), f"K1 has GICv{k1['gic']}")
    expect(k2['cpus'] == str(smp), f"{k2['cpus']} of {smp} CPUs")
    expect(int(k2['ram']) > (memory - 16) << 20, f"{k2['ram']} bytes of RAM")
    for facts in (k1, k2):
        expect((int(facts['lpis']) > 0) == (gic == 3),
               f"{facts['lpis']} interrupts through the ITS")
    expect('ACPI20=' in k2['efi_systab'] or not acpi, k2['efi_systab'])
    expect('SMBIOS3=' in k2['efi_systab'], k2['efi_systab'])


def run(t, job, files, *, cmdline, text, said=None, same=SAME + MACHINE + VARIABLES,
        efi=True, **machine):
    """To K2's power-off, with every check; returns the facts of both."""
    with t.k1(job, files, **machine) as k1:
        run_to_end(k1)
        if said:
            expect(k1.find(said, k1.find(KEXEC).number), f'nobody said {said!r}')
        facts, k2 = k1.facts(), k1.facts(1)
    check_k2(facts, k2, cmdline=cmdline, marker_text=text, same=same,
             efi=efi and machine.get('acpi', True))
    return facts, k2


def by_arguments(name, mode, said, **machine):
    """A kernel by itself; command line and initrd from the system call."""
    def scenario(t):
        text, cmdline = marker(), t.cmdline()
        job = sysctl(mode) + load('/job/payload', '--initrd /job/initrd',
                                  f"--append '{cmdline}'") + START
        files = {'payload': t.bench.file(name), 'initrd': t.initrd(text)}
        facts = run(t, job, files, cmdline=cmdline, text=text, said=said, **machine)
        check_machine(*facts, **machine)
    return scenario


def uki(stub, linux, **machine):
    def scenario(t):
        text, cmdline = marker(), t.cmdline()
        payload = t.uki(stub=stub, linux=t.bench.file(linux),
                        initrd=t.initrd(text), cmdline=cmdline)
        facts = run(t, load() + START, {'payload': payload}, cmdline=cmdline,
                    text=text, **machine)
        check_machine(*facts, **machine)
    return scenario


def uki_debian(t):
    """44 MB, built by others; its TPM driver is a module too."""
    text, cmdline = marker(), t.cmdline()
    payload = t.uki(stub=252, linux=t.bench.debian('vmlinuz-arm64'),
                    initrd=t.initrd(text), cmdline=cmdline)
    _, k2 = run(t, load() + START, {'payload': payload}, cmdline=cmdline,
                text=text, smp=4, same=tuple(
                    key for key in DEBIAN_SAME + MACHINE if key != 'tpm'))
    expect('Debian' in k2['uname'] and k2['cpus'] == '4', f'K2: {k2}')


def native_image(t):
    """The native handler, as before: no EFI stub runs."""
    text, cmdline = marker(), t.cmdline()
    job = load('/job/payload', f"-i /job/initrd -c '{cmdline}'",
               command='kload') + START_NATIVE
    files = {'payload': t.bench.file('Image'), 'initrd': t.initrd(text)}
    with t.k1(job, files) as machine:
        run_to_end(machine)
        after = machine.find(KEXEC).number
        expect(not machine.find('EFI stub: ', after), 'the EFI stub ran')
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text, efi=False,
                 same=tuple(key for key in SAME if key not in ('keys', 'keyrings')))


def variable(hop):
    return f'/sys/firmware/efi/efivars/KexecPe{hop}-{GUID}'


def write_variable(hop):
    return (f"printf '\\007\\000\\000\\000hop{hop}' >{variable(hop)} || "
            f'say JOB-FAIL hop {hop} writes no variable\n')


def chain(**machine_options):
    """UKI -> UKI -> UKI: the firmware's runtime services, the device tree and the
    tables of the LPIs survive each hop, through stubs of 252 and of 257."""
    def scenario(t):
        markers, payload = [marker() for _ in range(3)], None
        for hop in (3, 2, 1):
            job = ''.join(f'say VARIABLE {hop} $(tail -c +5 {variable(n)})\n'
                          for n in range(hop)) + write_variable(hop)
            files = {}
            if payload:
                job += load() + START
                files['payload'] = payload
            initrd = t.initrd(markers[hop - 1], f'initrd{hop}', job=job, files=files)
            payload = t.uki(f'hop{hop}.efi', stub=257 if hop == 2 else 252,
                            initrd=initrd, cmdline=t.cmdline(f'hop={hop}'))
        job = write_variable(0) + load() + START
        with t.k1(job, {'payload': payload}, smp=2, **machine_options) as machine:
            run_to_end(machine, hops=3)
            facts = [machine.facts(hop) for hop in range(4)]
            for hop in (1, 2, 3):
                check_k2(facts[0], facts[hop], cmdline=t.cmdline(f'hop={hop}'),
                         marker_text=markers[hop - 1], same=SAME + MACHINE,
                         efi=machine_options.get('acpi', True))
                expect(int(facts[hop]['efivars']) == int(facts[0]['efivars']) + hop,
                       f"hop {hop}: {facts[hop]['efivars']} EFI variables")
                expect(int(facts[hop]['lpis']) > 0, f'hop {hop}: no LPIs')
                for n in range(hop):
                    expect(machine.find(rf'\] VARIABLE {hop} hop{n}$'),
                           f'hop {hop} does not read what hop {n} wrote')
            addresses = {facts[hop]['kaslr'] for hop in (1, 2, 3)}
            expect(len(addresses) > 1, f'KASLR: always at {addresses}')
            expect(int(facts[3]['ram']) >= int(facts[2]['ram']) - (64 << 10),
                   f"each hop loses memory: {[f['ram'] for f in facts]}")
    return scenario


def streams(good):
    """What only the stub can find wrong. The last four bytes say how much it is
    unpacked."""
    offset, size = struct.unpack_from('<II', good, ZBOOT_PAYLOAD)
    middle, end = offset + size // 2, offset + size - 4

    def changed(at, data):
        return good[:at] + data + good[at + len(data):]
    yield 'truncated', changed(middle, bytes(end - middle))
    yield 'nonsense', changed(middle, b'\xff' * (end - middle))
    yield 'too large', changed(end, struct.pack('<I', NO_SUCH_MEMORY))
    yield 'bomb', changed(offset, gzip.compress(bytes(BOMB), mtime=0))


def broken_stream(t):
    """What is wrong behind the header, only the stub can find: it gives up, the
    emulator says so and resets."""
    for name, payload in streams(mkuki.read(t.bench.file('vmlinuz.efi'))):
        with t.k1(load() + START, {'payload': payload}) as machine:
            after = machine.wait_kexec(BOOT)
            machine.wait(r'kexec-pe: payload returned [A-Z_]+ after', BOOT,
                         after=after)
            why = machine.wait_end(30)
            expect(why == 'guest-reset', f'{name}: no reset, but: {why}')
            expect(not machine.find('Linux version', after),
                   f'{name}: it ran all the same')
            expect(not machine.find('payload returned SUCCESS', after),
                   f'{name}: the stub does not fail')


def unknown_method(t):
    """The name of the compression is for those who unpack it from outside; here
    the image does it by itself."""
    text, cmdline = marker(), t.cmdline()
    payload = bytearray(mkuki.read(t.bench.file('vmlinuz.efi')))
    payload[ZBOOT_METHOD:ZBOOT_METHOD + 8] = b'unknown\0'
    job = load('/job/payload', '--initrd /job/initrd',
               f"--append '{cmdline}'") + START
    run(t, job, {'payload': bytes(payload), 'initrd': t.initrd(text)},
        cmdline=cmdline, text=text, said='EFI stub: Decompressing')


def uki_16k(t):
    """Debian's kernel with pages of 16 KiB: the emulator's runtime regions must
    not share a page with anything else."""
    text, cmdline = marker(), t.cmdline()
    payload = t.uki(stub=252, linux=t.bench.debian('vmlinuz-arm64-16k'),
                    initrd=t.initrd(text), cmdline=cmdline)
    _, k2 = run(t, load() + START, {'payload': payload}, cmdline=cmdline,
                text=text, same=tuple(
                    key for key in DEBIAN_SAME + MACHINE if key != 'tpm'))
    expect('16k' in k2['uname'], f"uname {k2['uname']!r}")


def pages_64k(t):
    """K2 with pages of 64 KiB as a zboot kernel that is compressed by zstd; then it
    as K1, with a UKI of itself, and with one of a kernel of 4 KiB pages."""
    variant = '64k-zstd/'
    text, cmdline = marker(), t.cmdline()
    job = load('/job/payload', '--initrd /job/initrd',
               f"--append '{cmdline}'") + START
    files = {'payload': t.bench.file(variant + 'vmlinuz.efi'),
             'initrd': t.initrd(text)}
    _, k2 = run(t, job, files, cmdline=cmdline, text=text,
                said='EFI stub: Decompressing')
    expect(k2['page_size'] == '65536', f"K2's pages: {k2['page_size']}")
    for name, size in ((variant + 'Image', '65536'), ('Image', '4096')):
        text = marker()
        payload = t.uki(linux=t.bench.file(name), initrd=t.initrd(text),
                        cmdline=cmdline)
        k1, k2 = run(t, load() + START, {'payload': payload}, cmdline=cmdline,
                     text=text, kernel=t.bench.file(variant + 'Image'))
        expect((k1['page_size'], k2['page_size']) == ('65536', size),
               f"pages: K1 {k1['page_size']}, K2 {k2['page_size']}")


def reset_by_firmware(t):
    """Where PSCI does not answer (its calls are gone from the emulator), firmware's
    ResetSystem does it."""
    kernel = coherency.broken_kernel(t, 'no-psci', None, coherency.without_calls)
    with t.k1(load() + START, {'payload': t.bench.file('efi/return.efi')},
              kernel=kernel) as machine:
        after = machine.wait_kexec(BOOT)
        machine.wait('kexec-pe: payload returned SUCCESS', BOOT, after=after)
        why = machine.wait_end(30)
        expect(why == 'guest-reset', f'no reset, but: {why}')


def wrong_machine(t):
    """An image of the other architecture is nobody's: ENOEXEC in every mode."""
    job = ''.join(sysctl(mode) + f'say MODE{mode} $(kload /job/foreign)\n'
                  for mode in range(4))
    with t.k1(job, {'foreign': t.bench.debian('stub-252-x86_64')}) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
        for mode in range(4):
            expect(machine.find(rf'\] MODE{mode} ENOEXEC$'),
                   f'sysctl {mode} does not answer ENOEXEC to an x86 image')


SCENARIOS = [
    Scenario('arm64-chain', 'three UKIs in a row, firmware variables and LPIs',
             chain(), ARM64),
    Scenario('arm64-chain-dt', 'the same with a device tree, at EL2',
             chain(acpi=False, el2=True, cpu='cortex-a57'), ARM64),
    Scenario('arm64-zboot', 'vmlinuz.efi, GICv3, ACPI, EL1',
             by_arguments('vmlinuz.efi', 1, 'EFI stub: Decompressing'), ARM64),
    Scenario('arm64-image-entry', 'Image by its EFI entry, GICv2, DT, 512 MiB',
             by_arguments('Image', 2, 'EFI stub: ', gic=2, acpi=False,
                          cpu='cortex-a57', memory=512, tpm='none'), ARM64),
    Scenario('arm64-uki-252-vhe', 'UKI 252 around Image, VHE, 6 GiB, four CPUs',
             uki(252, 'Image', el2=True, memory=6144, smp=4), ARM64),
    Scenario('arm64-uki-257-nvhe', 'UKI 257 around vmlinuz.efi, nVHE, GICv3, DT',
             uki(257, 'vmlinuz.efi', el2=True, acpi=False, cpu='cortex-a57'), ARM64),
    Scenario('arm64-uki-252-debian', "UKI around Debian's kernel, four CPUs",
             uki_debian, ARM64),
    Scenario('arm64-native-image', 'Image stays with its native handler',
             native_image, ARM64),
    Scenario('arm64-zboot-broken', 'streams that do not unpack: reported, reset',
             broken_stream, ARM64),
    Scenario('arm64-zboot-unknown-method', 'a compression nobody knows the name of',
             unknown_method, ARM64),
    Scenario('arm64-uki-16k', "UKI around Debian's kernel with 16 KiB pages",
             uki_16k, ARM64, slow=True),
    Scenario('arm64-64k-zstd', 'K2 and K1 with 64 KiB pages, zboot by zstd',
             pages_64k, ARM64, slow=True),
    Scenario('arm64-reset-by-firmware', 'ResetSystem where PSCI does not answer',
             reset_by_firmware, ARM64),
    Scenario('arm64-wrong-machine', 'an x86 image is refused', wrong_machine, ARM64),
]
