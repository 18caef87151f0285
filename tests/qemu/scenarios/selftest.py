# SPDX-License-Identifier: GPL-2.0-or-later
"""The EFI self-test under our emulator, after a real kexec, beside its runs
under OVMF and U-Boot; and which services the payloads call."""
import json
import os
import re
import subprocess
import sys

from bench import TOP
from . import (BOOT, START, Scenario, expect, load, marker, run_to_end, sysctl)

EFI = os.path.join(TOP, 'tests/efi')
PAGE = os.path.join(TOP, 'Documentation/efi-subset.md')
sys.path.append(EFI)
# pylint: disable=wrong-import-position
import result  # noqa: E402
import subset  # noqa: E402


def results(t):
    """Where the runs leave what they found."""
    return os.path.join(t.bench.out, t.bench.arch, 'efi')


def oracle(t, firmware, app):
    """The self-test under another firmware, unless that was done already."""
    base = os.path.join(results(t), firmware)
    if os.path.exists(base + '.result') and \
            os.path.getmtime(base + '.result') > os.path.getmtime(app):
        return
    done = subprocess.run(
        [os.path.join(EFI, 'run_selftest.py'), '--firmware', firmware,
         '--app', app, '--result', base + '.result', '--log', base + '.log',
         '--deviations', os.path.join(EFI, 'deviations.txt')],
        stdout=subprocess.PIPE, text=True, check=False)
    expect(done.returncode == 0, f'{firmware}: {done.stdout}')


def save(t, name, text):
    with open(os.path.join(results(t), name), 'w', encoding='utf-8') as f:
        f.write(text)


def selftest_after_kexec(t):
    """Up to the last line, past ExitBootServices and SetVirtualAddressMap: no
    failure, and the same verdicts as others but for what is listed."""
    app = t.bench.file('efi/selftest.efi')
    for firmware in subset.ORACLES:
        oracle(t, firmware, app)
    with t.k1(load('/job/payload', '--append again') + START,
              {'payload': app}) as machine:
        after = machine.wait_kexec(BOOT)
        machine.wait('SELFTEST-START', 30, after=after)
        machine.wait('SELFTEST-END', 60, after=after,
                     fail='kexec-pe: (resetting|exception)')
        why = machine.wait_end(30)
        expect(why == 'guest-reset', f'no reset at the end, but: {why}')
        text = '\n'.join(line.text for line in machine.lines[after:])
    run = result.Result(text)
    save(t, 'emulator.result', run.text())
    found = subset.differences(results(t))
    expect(not found.wrong, '\n    '.join(found.wrong))
    expect(subset.committed(subset.text_of(PAGE), 'differences') ==
           found.table(),
           'the table of differences is not that of Documentation/'
           'efi-subset.md: make efi-subset-table, and look why')


# -- which services --------------------------------------------------------------

COUNT = re.compile(r'kexec-pe: +(\d+) ([A-Za-z0-9.]+)$')


def counts(machine, after):
    """{service: calls} of the summary at ExitBootServices."""
    start = machine.wait('kexec-pe: ExitBootServices: ', BOOT, after=after)
    found = {}
    for line in machine.lines[start.number + 1:]:
        match = COUNT.search(line.text)
        if match:
            found[match[2]] = int(match[1])
    return found


def calls_of(t, files, *options, before=''):
    job = before + load('/job/payload', '--debug', *options) + START
    with t.k1(job, files) as machine:
        after = machine.wait_kexec(BOOT)
        run_to_end(machine)
        return counts(machine, after)


def efi_calls(t):
    """What each payload calls until ExitBootServices, by the emulator's count:
    the set must be the one of the page; how often depends on the machine."""
    initrd, cmdline = t.initrd(marker()), t.cmdline()
    calls = {'bzImage': calls_of(
        t, {'payload': t.bench.kernel(), 'initrd': initrd},
        '--initrd /job/initrd', f"--append '{cmdline}'", before=sysctl(2))}
    for stub in (252, 257, 'newest'):
        payload = t.uki(f'{stub}.efi', stub=stub, initrd=initrd,
                        cmdline=cmdline)
        name = f'UKI {stub}' if stub != 'newest' else 'UKI >= 258'
        calls[name] = calls_of(t, {'payload': payload})
    save(t, 'calls.json', json.dumps(calls))
    table = subset.committed(subset.text_of(PAGE), 'calls')
    expect(table is not None, f'{PAGE} has no table of calls')
    wanted = subset.used(table)
    for name, found in calls.items():
        new = set(found) ^ wanted.get(name, set())
        expect(not new, f'{name}: other services than in efi-subset.md: '
                        f'{sorted(new)}')


SCENARIOS = [
    Scenario('selftest-after-kexec', 'the EFI self-test, beside OVMF and U-Boot',
             selftest_after_kexec),
    Scenario('efi-calls', 'the services that each kind of payload calls',
             efi_calls, slow=True),
]
