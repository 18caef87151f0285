#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo: a signed UKI started by kexec on a locked-down machine, told as it
happens in a few lines. The whole console is kept, its name is printed last."""
import argparse
import collections
import os
import re
import shutil
import sys
import tempfile

import cpio
import mkuki
from bench import Bench
from tpm import TpmK1, calculator
from vm import MachineError

STEP_TIMEOUT = 180
FIRMWARE = {'x86_64': 'OVMF', 'arm64': 'AAVMF'}
JOB = '''
tpm_state k1
say DEMO-LOAD
kexec-pe load --debug /job/demo.efi >/tmp/load 2>&1 || {
	while read -r line; do say "LOAD $line"; done </tmp/load
	say JOB-FAIL kexec-pe load
	exit 1
}
say DEMO-LOADED
kexec-pe exec
say JOB-FAIL exec came back
'''
K2_JOB = '''. /lib/guest.sh
tpm_state k2
kexec-pe verify-log 2>&1 | while read -r line; do say "VERIFY $line"; done
'''
SHOWN_PCRS = range(16)
IMA = 10
# What ends each stretch of the time line, in order.
MARKS = (
    ('firmware', 'Linux version'),
    ('K1 boots', r'\] DEMO-LOAD$'),
    ('load', r'\] DEMO-LOADED$'),
    ('shutdown', 'kexec_core: Starting new kernel'),
    ('emulator and stubs', 'Linux version'),
    ('K2 boots', r'\] PROOF-BEGIN$'),
)


def colour(code, text):
    return f'\x1b[{code}m{text}\x1b[0m' if sys.stdout.isatty() else text


class Story:
    """Prints the lines of the demo, each with the time it happened."""

    def __init__(self):
        self._last = None

    def tell(self, seconds, head, text):
        when = f'{seconds:6.1f} s' if seconds is not None else ' ' * 8
        head = '' if head == self._last else head
        self._last = head or self._last
        print(f'{when}  {colour("1", f"{head:10}")} {text}', flush=True)


class Calls:
    """Counts the emulator's log of EFI calls, by who made them."""

    def __init__(self):
        self.by_caller = collections.Counter()
        self.services = collections.Counter()

    def see(self, text):
        # The payload's own output may stand before it on the line.
        match = re.search(r'efi (\d+): (\w+)\(.*\) from (\w+)', text)
        if match:
            self.services[match[2]] += 1
            caller = match[3]
            self.by_caller['systemd-stub' if caller == 'payload' else
                           'us' if caller == 'emulator' else 'the kernel'] += 1
        return match is not None

    def text(self):
        callers = ', '.join(f'{count} by {name}' for name, count
                            in self.by_caller.most_common())
        services = ', '.join(f'{name} {count}' for name, count
                             in self.services.most_common(5))
        return f'EFI calls: {callers}; most: {services}'


def payload(bench, folder):
    initrd = cpio.append(bench.initrd(), os.path.join(folder, 'initrd'),
                         {'marker': 'the initrd of the demo', 'job/next': K2_JOB})
    return mkuki.make(os.path.join(folder, 'demo.efi'), stub=bench.stub(252),
                      linux=bench.kernel(), initrd=initrd, signed=True,
                      cmdline=f'{bench.console()} kpe.role=k2 demo=yes')


def tell_k1(story, machine, seconds):
    facts = machine.facts()
    story.tell(seconds, 'K1', facts['uname'].split(' #')[0] +
               f", {facts['cpus']} CPU, {int(facts['ram']) >> 20} MiB, "
               f"TPM {facts['tpm'].strip() or 'none'}")
    on = 'on' if facts['secure_boot'] == '01' else 'OFF'
    story.tell(None, '', f"Secure Boot {on}, lockdown {facts['lockdown']}, "
                         f"keys: {facts['keys'].strip(';').replace(';', ', ')}")


def tell_load(story, machine, first, size):
    loaded = machine.wait(r'\] DEMO-LOADED$', STEP_TIMEOUT, fail='JOB-FAIL')
    story.tell(loaded.seconds, 'load', f'demo.efi, {size} bytes: systemd-stub 252 '
                                       '+ kernel + initrd + command line')
    for line in machine.lines[first:loaded.number]:
        match = re.match(r'\[[ 0-9.]+\] kexec_pe: (.*)', line.text)
        if match and not match[1].startswith('table '):
            story.tell(None, '', match[1])


def tell_exec(story, machine):
    """Until K2's first line: the emulator's call log."""
    after = machine.wait_kexec(STEP_TIMEOUT)
    story.tell(machine.lines[after - 1].seconds, 'exec', 'K1 ends')
    calls = Calls()
    seen = []
    machine.on_line = lambda line: calls.see(line.text) or seen.append(line)
    linux = machine.wait('Linux version', STEP_TIMEOUT, after=after)
    machine.on_line = None
    for line in seen:
        match = re.match('kexec-pe: (emulator|payload|ExitBootServices)(.*)',
                         line.text)
        if match:
            story.tell(line.seconds, 'emulator', match[1] + match[2])
    story.tell(None, 'emulator', calls.text())
    story.tell(linux.seconds, 'K2', 'its kernel runs')
    return after


def tell_k2(story, machine, after):
    machine.wait(r'\] PROOF-END$', STEP_TIMEOUT, after=after)
    up = machine.find(r'\] PROOF-BEGIN$')
    k1, k2 = machine.facts(), machine.facts(1)
    story.tell(up.seconds, 'K2', k2['uname'].split(' #')[0] + ' in user space: '
               + k2.get('marker', 'WITHOUT ITS INITRD'))
    story.tell(None, '', 'command line: ' + k2['cmdline'])
    story.tell(None, '', f"EFI {k2['efi']}, tables {k2['efi_systab']}")
    same = all(k1[key] == k2[key] for key in
               ('secure_boot', 'lockdown', 'keys', 'blacklist'))
    story.tell(None, '', f"Secure Boot {k2['secure_boot']}, lockdown "
               f"{k2['lockdown']}, keys and dbx "
               + ("as K1's" if same else "NOT AS K1's"))
    story.tell(None, '', f"EFI warnings in its log: {k2['efi_warnings']}; "
                         f"kernel at {k2['kaslr']}, K1's was at {k1['kaslr']}")
    return same and 'marker' in k2


def tell_tpm(machine, uki):
    """PCRs of K1, as an independent calculator predicts them, and of K2."""
    before, after = (machine.state(name).pcrs for name in ('k1', 'k2'))
    events = list(calculator.expected(mkuki.read(uki), before))
    predicted = calculator.after(before, events)['sha256']
    print(f'\nThe TPM, SHA-256 bank, {len(events)} measurements by this kexec:\n'
          f"  PCR  {'in K1':16}  {'calculated':16}  in K2")
    good = True
    for pcr in SHOWN_PCRS:
        values = [bank[pcr].hex()[:16] for bank in
                  (before['sha256'], predicted, after['sha256'])]
        same = after['sha256'][pcr] == predicted[pcr]
        good = good and (same or pcr == IMA)
        print(f"  {pcr:3}  {'  '.join(values)}  "
              f"{'as calculated' if same else 'of IMA' if pcr == IMA else 'WRONG'}"
              f"{', unchanged' if values[0] == values[2] else ''}")
    for line in machine.lines:
        match = re.search(r'\] VERIFY (.*)', line.text)
        if match:
            print('  verify-log: ' + match[1])
    return good


def tell_time(machine):
    print('\nWhere the time went:')
    start, number = 0.0, 0
    stretches = []
    for name, pattern in MARKS:
        line = machine.find(pattern, number)
        stretches.append((name, line.seconds - start))
        start, number = line.seconds, line.number + 1
    longest = max(seconds for _, seconds in stretches)
    for name, seconds in stretches:
        bar = '#' * max(1, round(40 * seconds / longest))
        print(f'  {name:20} {seconds:6.2f} s  {bar}')


def run(bench, folder):
    story = Story()
    uki = payload(bench, folder)
    size = os.path.getsize(uki)
    log = os.path.join(bench.out, 'logs', 'demo.log')
    with TpmK1(bench, JOB, {'demo.efi': uki}, secure_boot=True,
               log=log) as machine:
        linux = machine.wait('Linux version', STEP_TIMEOUT)
        story.tell(linux.seconds, 'firmware', f'{FIRMWARE[bench.arch]} with Secure Boot started K1')
        ready = machine.wait(r'\] DEMO-LOAD$', STEP_TIMEOUT)
        tell_k1(story, machine, ready.seconds)
        tell_load(story, machine, ready.number, size)
        after = tell_exec(story, machine)
        good = tell_k2(story, machine, after)
        machine.wait_end(60)
        good = tell_tpm(machine, uki) and good
        tell_time(machine)
    emulator = os.path.join(bench.out, bench.arch, 'emulator.bin')
    if os.path.exists(emulator):
        print(f'\nThe emulator: {os.path.getsize(emulator)} bytes. ', end='')
    print(f'The whole console: {os.path.relpath(log)}')
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    args = parser.parse_args()
    bench = Bench(args.out, args.arch)
    folder = tempfile.mkdtemp(prefix='kexec-pe-demo-')
    try:
        return run(bench, folder)
    except (MachineError, RuntimeError) as error:
        print(f'demo: {error}', file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
