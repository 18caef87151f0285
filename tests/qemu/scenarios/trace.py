# SPDX-License-Identifier: GPL-2.0-or-later
"""The EFI calls of the payloads under OVMF, told by the interposer, and under the
emulator, in a process and after a kexec: tests/efi/trace-differences.txt must explain
each difference."""
import os
import subprocess
import sys

import mkuki
from bench import TOP
from . import BOOT, START, Scenario, expect, load, marker

sys.path.append(os.path.join(TOP, 'tests/efi'))
# pylint: disable=wrong-import-position
import trace_compare  # noqa: E402


def cpu():
    """The kernel allocates for 5-level paging where the processor has it: in the
    machine as in the process, which sees this one's."""
    with open('/proc/cpuinfo', encoding='ascii') as f:
        return 'max,la57=' + ('on' if ' la57' in f.read() else 'off')


def save(t, name, lines):
    """A console as the comparison reads it."""
    log = t.path(name)
    with open(log, 'w', encoding='utf-8') as f:
        f.writelines(line.text + '\n' for line in lines)
    return log


def under_ovmf(t, name, payload, initrd, cmdline):
    """The calls until ExitBootServices; the kernel must come up after it."""
    app = mkuki.make(t.path(f'{name}-interpose.efi'), linux=payload,
                     stub=t.bench.file('efi/interpose.efi'), osrel=None,
                     initrd=initrd)
    with t.machine(kernel=app, append=cmdline, tpm='none', cpu=cpu()) as machine:
        end = machine.wait('TRACE-END$', BOOT,
                           fail='TRACE-(ERROR|RETURNED)')
        machine.wait(r'\] Linux version ', BOOT, after=end.number)
        log = save(t, f'{name}-ovmf.log', machine.lines)
    return trace_compare.read_ovmf(log)


def in_process(t, name, payload, initrd, cmdline):
    """The same under the emulator."""
    options = ['--initrd', initrd] if initrd else []
    options += ['--cmdline', cmdline] if cmdline else []
    log = t.path(f'{name}-emulator.json')
    with open(log, 'w', encoding='utf-8') as f:
        done = subprocess.run(
            [t.bench.file('tools/kexec-pe'), 'run', '--json', *options, payload],
            stdout=f, stderr=subprocess.PIPE, text=True, check=False)
    expect(done.returncode == 0,
           f'{name}: kexec-pe run: {done.returncode}: {done.stderr}')
    return trace_compare.read_emulator(log)


def after_kexec(t, name, payload):
    """The same on a machine: KEXEC_FILE_DEBUG has the emulator print its calls."""
    with t.k1(load('/job/payload', '--debug') + START, {'payload': payload},
              tpm='none', cpu=cpu()) as machine:
        after = machine.wait_kexec(BOOT)
        end = machine.wait('kexec-pe: ExitBootServices: ', BOOT, after=after)
        log = save(t, f'{name}.log', machine.lines[after:end.number + 1])
    return trace_compare.read_console(log)


def trace_compare_all(t):
    initrd, cmdline = t.initrd(marker()), t.cmdline()
    runs = {'bzImage': (t.bench.kernel(), initrd, cmdline)}
    for stub in (252, 257, 'newest'):
        payload = t.uki(f'{stub}.efi', stub=stub, initrd=initrd,
                        cmdline=cmdline)
        runs[f'uki-{stub}'] = (payload, None, '')
    found = {}
    for name, run in runs.items():
        calls = under_ovmf(t, name, *run)
        found[name] = trace_compare.differences(calls,
                                                in_process(t, name, *run))
        if name == 'uki-257':
            name += '-kexec'
            found[name] = trace_compare.differences(
                calls, after_kexec(t, name, run[0]))
    wrong = trace_compare.judge(
        found, trace_compare.read_reasons(trace_compare.DIFFERENCES))
    expect(not wrong, '\n    '.join(wrong))


SCENARIOS = [
    Scenario('trace-compare', 'the calls of payloads, under OVMF and the emulator',
             trace_compare_all, slow=True),
]
