#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo of kdump: a signed UKI as the crash kernel of a locked-down machine,
a panic, and what the dump says, told in a few lines. The whole console is kept,
its name is printed last."""
import argparse
import os
import re
import shutil
import sys
import tempfile

import cpio
import mkuki
from bench import Bench, K1
from crash import COPY, WORDS, Crash
from demo import FIRMWARE, STEP_TIMEOUT, Calls, Story, tell_k1
from dump import Dump, DumpError
from vm import MachineError

MEMORY, CRASHKERNEL = 768, '256M'
LOAD = '''
say DEMO-LOAD
kexec-pe load --panic --debug /job/crash.efi >/tmp/load 2>&1 || {
	while read -r line; do say "LOAD $line"; done </tmp/load
	say JOB-FAIL kexec-pe load
	exit 1
}
say DEMO-LOADED
'''
LOG_LINES = 6


def payload(bench, folder):
    """All that a crash kernel needs in one signed file."""
    initrd = cpio.append(bench.initrd(), os.path.join(folder, 'initrd'),
                         {'job/next': '. /lib/guest.sh\n' + COPY})
    return mkuki.make(
        os.path.join(folder, 'crash.efi'), stub=bench.stub(252),
        linux=bench.kernel(), initrd=initrd, signed=True,
        cmdline=' '.join((bench.console(), 'kpe.role=k2', *WORDS)))


def tell_load(story, machine, size):
    ready = machine.wait(r'\] DEMO-LOAD$', STEP_TIMEOUT)
    tell_k1(story, machine, ready.seconds)
    loaded = machine.wait(r'\] DEMO-LOADED$', STEP_TIMEOUT, fail='JOB-FAIL')
    story.tell(loaded.seconds, 'load', f'crash.efi, {size} bytes: systemd-stub 252 '
                                       '+ kernel + initrd + command line')
    for line in machine.lines[ready.number:loaded.number]:
        match = re.match(r'\[[ 0-9.]+\] kexec_pe: (.*)', line.text)
        if match and not match[1].startswith('table '):
            story.tell(None, '', match[1])


def tell_panic(story, machine, crash):
    line = crash.wait_panic(machine)
    story.tell(line.seconds, 'panic', line.text.partition('] ')[2])
    calls = Calls()
    machine.on_line = lambda line: calls.see(line.text)
    linux = machine.wait('Linux version', STEP_TIMEOUT, after=line.number)
    machine.on_line = None
    story.tell(None, 'emulator', calls.text())
    story.tell(linux.seconds, 'K2', 'its kernel runs, '
               f'{linux.seconds - line.seconds:.2f} s after the panic')


def tell_k2(story, machine, crash):
    crash.wait_dump(machine)
    copied = machine.find(r'\] DUMP-END ')
    facts = machine.facts(1)
    story.tell(machine.find(r'\] PROOF-BEGIN$').seconds, 'K2',
               f"{facts['uname'].split(' #')[0]} in user space, "
               f"{int(facts['ram']) >> 20} MiB of RAM")
    story.tell(None, '', 'command line: ' + facts['cmdline'])
    story.tell(copied.seconds, 'dump', '/proc/vmcore copied: '
               f'{os.path.getsize(crash.path)} bytes')


def tell_dump(story, machine, crash):
    cpu, pid, name = crash.check(machine)
    story.tell(None, 'gdb', f'panic task: {name}, PID {pid}, on CPU {cpu}')
    story.tell(None, 'marker', 'its page, byte for byte as it was written')
    with Dump(crash.path) as dump:
        log = crash.check_log(machine, dump)
    story.tell(None, 'dmesg', f'{len(log)} lines of K1, the last of them:')
    for line in log[-LOG_LINES:]:
        story.tell(None, '', line)


def run(bench, folder):
    story = Story()
    crash = Crash(bench, folder)
    uki = payload(bench, folder)
    log = os.path.join(bench.out, 'logs', 'demo-kdump.log')
    with K1(bench, crash.job(LOAD), {**crash.files(), 'crash.efi': uki},
            secure_boot=True, memory=MEMORY, log=log, extra=crash.extra(),
            append='crashkernel=' + CRASHKERNEL) as machine:
        linux = machine.wait('Linux version', STEP_TIMEOUT)
        story.tell(linux.seconds, 'firmware',
                   f'{FIRMWARE[bench.arch]} with Secure Boot started K1')
        tell_load(story, machine, os.path.getsize(uki))
        tell_panic(story, machine, crash)
        tell_k2(story, machine, crash)
        tell_dump(story, machine, crash)
    print(f'\nThe whole console: {os.path.relpath(log)}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='kexec-pe-demo-')
    try:
        run(Bench(args.out, args.arch), folder)
    except (MachineError, DumpError, RuntimeError) as error:
        print(f'demo: {error}', file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
