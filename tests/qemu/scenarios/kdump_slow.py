# SPDX-License-Identifier: GPL-2.0-or-later
"""kdump, for check-slow: more payloads, worse ways to panic, damage after the
load, refusals, fifty in a row."""
import concurrent.futures
import os
import re
import struct

import mkuki
from crash import COPY, Crash, How, module
from dump import DumpError
from . import BOOT, BOTH, Failure, Scenario, expect, load, marker, sysctl
from .kdump import CRASHKERNEL, MEMORY, by_entry, check_k2, crash, kdump_words, uki

PANICS = 50
AT_ONCE = 2
SEGMENT = re.compile(r'segment\[(\d+)\]: .* bufsz=0x([0-9a-f]+) '
                     r'mem=0x([0-9a-f]+) memsz=0x([0-9a-f]+)')
ELF_HEADERS = re.compile('Loaded (?:ELF headers|elf core header) at '
                         '0x([0-9a-f]+)')
LOADED = '/sys/kernel/kexec_crash_loaded'


def debian(t):
    return t.bench.debian(f'vmlinuz-{t.bench.arch}')


def image(t):
    return t.bench.file('Image')


def on_cpu(number, **machine):
    """A panic on that CPU: the dump has to say so."""
    def scenario(t):
        task = uki(252, how=How(kpanic=f'-c {number}'), **machine)(t)
        expect(task[0] == number, f'panic on CPU {task[0]}, not {number}')
    return scenario


def nmi():
    """The handler of an NMI that nothing else wants panics."""
    return How(kpanic='-c 0 -w', said='NMI: Not continuing', nmi=True,
               silent=True,
               before='echo 1 >/proc/sys/kernel/unknown_nmi_panic\n')


def cpu_offline():
    return How(before='''
echo 0 >/sys/devices/system/cpu/cpu1/online || say JOB-FAIL cpu1 stays online
say CPUS $(nproc)
''')


# -- after the load, one bit ----------------------------------------------------

def segments(machine):
    """What the load said of its segments, without elfcorehdr, which CPU hotplug
    may rewrite: {name: physical address in the middle of what was loaded}."""
    headers, found = set(), {}
    for line in machine.lines:
        match = ELF_HEADERS.search(line.text)
        if match:
            headers.add(int(match[1], 16))
    for line in machine.lines:
        match = SEGMENT.search(line.text)
        if match:
            number, size, start = match[1], int(match[2], 16), int(match[3], 16)
            if start not in headers and size:
                found[number] = start + size // 2
    expect(headers, 'the load says not where elfcorehdr is')
    return found


def flip_files(t):
    words = kdump_words(t)
    payload = t.uki(initrd=t.initrd('the system'), cmdline='root=/dev/none')
    initrd = t.initrd(marker(), 'kdump.initrd', job=COPY)
    job = load('/job/payload', '--panic --debug --initrd /job/initrd',
               f"--append '{words}'")
    return job, {'payload': payload, 'initrd': initrd}


def k1_options(one):
    return {'memory': MEMORY, 'append': f'crashkernel={CRASHKERNEL}',
            'extra': one.extra()}


def flip_job(number):
    """Where segments lie, K1's log says: KASLR moves crashkernel= as well."""
    return f'''
set -- $(dmesg | sed -n 's/.*segment\\[{number}\\]: .*bufsz=0x\\([0-9a-f]*\\) \
mem=0x\\([0-9a-f]*\\) .*/\\1 \\2/p' | tail -n 1)
insmod /job/kpe_crash.ko how=flip at=$((0x$2 + 0x$1 / 2)) || say JOB-FAIL no flip
'''


def flip(t, job, files, number):
    """A bit of a segment flips between load and panic: nothing of the payload
    may run, the console has to say why, and the machine resets. Returns the
    numbers of all segments that are covered."""
    one = Crash(t.bench, t.folder, How(before=flip_job(number)))
    with t.k1(one.job(job), {**files, **one.files()},
              **k1_options(one)) as machine:
        after = one.wait_panic(machine).number
        why = machine.wait_end(BOOT)
        found = segments(machine)
        expect(machine.find(f'kpe_crash: flipped a bit at {found[number]:#x}$'),
               f'segment {number}: no bit was flipped at {found[number]:#x}')
        expect(why == 'guest-reset', f'segment {number}: no reset, but: {why}')
        expect(machine.find('kexec-pe: ', after),
               f'segment {number}: nobody reported it')
        for sign in ('Linux version', 'EFI stub', r'efi \d+:', 'systemd-stub'):
            line = machine.find(sign, after)
            expect(not line, f'segment {number}: {line and line.text!r}')
        return set(found)


def bit_flips(t):
    job, files = flip_files(t)
    numbers = flip(t, job, files, '1')
    expect(len(numbers) >= 4, f'only {len(numbers)} segments')
    for number in sorted(numbers - {'1'}):
        flip(t, job, files, number)


# -- what is refused leaves what was there --------------------------------------

def too_large(t, signed):
    """A UKI that wants more memory than crashkernel= has."""
    ballast = os.urandom(96 << 20)
    return t.uki('large.efi', signed=signed, cmdline=kdump_words(t),
                 initrd=t.initrd('large', 'large.initrd',
                                 files={'ballast': ballast}))


def malformed(data):
    """The first section's bytes would lie far behind the end of the file."""
    header, = struct.unpack_from('<I', data, 0x3c)
    optional_size, = struct.unpack_from('<H', data, header + 20)
    result = bytearray(data)
    struct.pack_into('<I', result, header + 24 + optional_size + 20, 0x7fffff00)
    return bytes(result)


def refusals(t):
    """Under lockdown: what is too large, malformed or unsigned is refused, each
    with its errno, and the crash kernel from before still works."""
    text, words = marker(), kdump_words(t)
    initrd = t.initrd(text, 'kdump.initrd', job=COPY)
    good = t.uki('good.efi', initrd=initrd, cmdline=words, signed=True)
    files = {'payload': good, 'large': too_large(t, True),
             'malformed': malformed(mkuki.read(good)),
             'unsigned': t.uki('plain.efi', initrd=initrd, cmdline=words)}
    job = load('/job/payload', '--panic') + ''.join(
        f'say REFUSED {name} $(kload -p /job/{name}) $(cat {LOADED})\n'
        for name in ('large', 'malformed', 'unsigned'))
    expected = {'large': 'EADDRNOTAVAIL', 'malformed': 'ELIBBAD|EPERM',
                'unsigned': 'EPERM'}
    one = Crash(t.bench, t.folder)
    with t.k1(one.job(job), {**files, **one.files()}, secure_boot=True,
              memory=1280, append='crashkernel=192M',
              extra=one.extra()) as machine:
        one.wait_panic(machine)
        for name, errno in expected.items():
            expect(machine.find(rf'\] REFUSED {name} ({errno}) 1$'),
                   f'{name}: not refused with {errno}, or nothing left loaded')
        expect(machine.find(r'needs crashkernel=\d+M'),
               'the log does not say how much would do')
        one.wait_dump(machine)
        try:
            one.check(machine)
        except DumpError as error:
            raise Failure(f'the dump: {error}') from None
        expect(machine.facts()['lockdown'] == 'integrity', 'no lockdown')
        check_k2(t, machine.facts(1), words, text, ours=False)


def reload(t):
    """Native, ours, none, and ours again in a smaller reservation."""
    text, words = marker(), kdump_words(t)
    initrd = t.initrd(text, 'kdump.initrd', job=COPY)
    files = {'payload': t.uki(initrd=t.initrd('the system'), cmdline='no=1'),
             'initrd': initrd, 'kernel': t.bench.kernel()}
    size = '/sys/kernel/kexec_crash_size'
    ours = load('/job/payload', '--panic --initrd /job/initrd',
                f"--append '{words}'")
    as_kdumpctl = load('/job/payload', '-s -p --initrd=/job/initrd',
                       f"--command-line='{words}'", command='kexec')
    job = sysctl(1) + f'''
say NATIVE $(kload -p -c '{words}' /job/kernel) $(cat {LOADED})
{ours}
say OURS $(cat {LOADED})
kexec -s -p -u && say UNLOADED $(cat {LOADED})
echo $(($(cat {size}) - (16 << 20))) >{size} || say JOB-FAIL no resize
say SIZE $(cat {size})
{as_kdumpctl}
say AGAIN $(cat {LOADED})
'''
    _, k2, _ = crash(t, job, files)
    lines = t.last_lines(100000)
    check_k2(t, k2, words, text)
    for sign in ('OURS 1', 'UNLOADED 0', 'AGAIN 1'):
        expect(any(line.endswith('] ' + sign) for line in lines), f'no {sign}')


# -- fifty ------------------------------------------------------------------------

READ_ALL = '''
dd if=/proc/vmcore of=/dev/null bs=1M 2>/tmp/dd && say "DUMP-END $(tail -n 1 /tmp/dd)"
'''


def one_panic(t, job, files, number):
    """To the end of a K2 that reads the whole dump; returns why it did not."""
    one = Crash(t.bench, t.folder)
    try:
        with t.k1(one.job(job), {**files, **one.files()}, memory=384, tpm='none',
                  append='crashkernel=128M kpe.facts=no') as machine:
            one.run(machine)
    except Exception as error:  # pylint: disable=broad-except
        return f'{number}: {error}'
    return None


def fifty(t):
    words = kdump_words(t) + ' kpe.facts=no'
    files = {'payload': t.uki(initrd=t.initrd('the system'), cmdline='no=1'),
             'initrd': t.initrd(marker(), 'kdump.initrd', job=READ_ALL)}
    job = load('/job/payload', '--panic --initrd /job/initrd',
               f"--append '{words}'")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        failed = [why for why in pool.map(
            lambda number: one_panic(t, job, files, number), range(PANICS)) if why]
    expect(not failed, f'{PANICS - len(failed)} of {PANICS}: {failed}')


ARM64, X86 = ('arm64',), ('x86_64',)
SCENARIOS = [
    Scenario('kdump-uki-252-debian', "UKI around Debian's kernel",
             uki(252, debian, memory=1024, crashkernel='384M'), BOTH, slow=True),
    Scenario('kdump-uki-257', 'UKI of stub 257 with what it has itself',
             uki(257, arguments=False), BOTH, slow=True),
    Scenario('kdump-uki-newest', 'UKI of the newest stub', uki('newest'), BOTH,
             slow=True),
    Scenario('kdump-zboot', 'vmlinuz.efi', by_entry('vmlinuz.efi', 1), ARM64,
             slow=True),
    Scenario('kdump-zboot-vhe', 'vmlinuz.efi, EL2 with E2H, device tree',
             by_entry('vmlinuz.efi', 1, el2=True, acpi=False), ARM64, slow=True),
    Scenario('kdump-nvhe', 'UKI of stub 252, EL2 without E2H, GICv2',
             uki(252, el2=True, gic=2, cpu='cortex-a57'), ARM64, slow=True),
    Scenario('kdump-spin', 'three of four CPUs spin, interrupts off',
             uki(252, how=module('how=spin', said='kpe_crash: 3 CPUs spin'),
                 smp=4), BOTH, slow=True),
    Scenario('kdump-irq', 'panic in the handler of an interrupt',
             uki(252, how=module('how=irq', said='kpe_crash: in an interrupt')),
             BOTH, slow=True),
    Scenario('kdump-nmi', 'panic in the handler of an NMI', uki(252, how=nmi()),
             X86, slow=True),
    Scenario('kdump-locks', 'panic with locks held and interrupts off',
             uki(252, how=module('how=lock', said='kpe_crash: with locks',
                                 silent=True)),
             BOTH, slow=True),
    Scenario('kdump-tables', 'panic with damaged page tables and descriptors',
             uki(252, how=module('how=tables', said='kpe_crash: with damaged')),
             BOTH, slow=True),
    Scenario('kdump-cpu2', 'panic on CPU 2 of 4', on_cpu(2, smp=4), BOTH,
             slow=True),
    Scenario('kdump-cpu-offline', 'a CPU goes offline after the load',
             uki(252, how=cpu_offline(), smp=2), BOTH, slow=True),
    Scenario('kdump-reload', 'native, ours, unload, resize, ours', reload, BOTH,
             slow=True),
    Scenario('kdump-refused', 'too large, malformed, unsigned: the first stays',
             refusals, BOTH, slow=True),
    Scenario('kdump-bit-flips', 'a bit of each segment: reported, reset',
             bit_flips, BOTH, slow=True),
    Scenario('kdump-50', f'{PANICS} panics', fifty, BOTH, slow=True),
]
