# SPDX-License-Identifier: GPL-2.0-or-later
"""Malformed images, each with the errno that tests/images/cases.txt expects of
the system call, all in one boot of K1."""
import os
import subprocess
import sys

import mkuki
from bench import TOP
from . import BOOT, BOTH, Scenario, expect, sysctl

MACHINE = {'x86_64': 'x86_64', 'arm64': 'aarch64'}


def table(t):
    """Makes the images; returns {name: errno} and the files."""
    folder = t.path('images')
    subprocess.run([sys.executable, os.path.join(TOP, 'tests/images/mkpe.py'),
                    '--machine', MACHINE[t.bench.arch], '--syscall', folder],
                   check=True)
    expected = {}
    with open(os.path.join(folder, 'expect.tsv'), encoding='utf-8') as rows:
        for row in rows:
            name, errno, rule = row.rstrip('\n').split('\t')
            expected[name] = (errno, rule)
    files = {f'images/{name}.efi': mkuki.read(f'{folder}/{name}.efi')
             for name in expected}
    files['names'] = ''.join(f'{name}.efi\n' for name in expected).encode()
    return expected, files


def malformed(t):
    expected, files = table(t)
    # A zero fill may want as much memory as the file asks for: enough of it.
    job = sysctl(2) + 'kload -t /job/names /job/images\nsay TABLE-END\n'
    got, refusals, last = {}, {}, None
    with t.k1(job, files, memory=3072) as machine:
        machine.wait(r'\] TABLE-END$', BOOT, fail='JOB-FAIL|BUG:|Oops|KASAN')
        for line in machine.lines:
            text = line.text.partition('] ')[2]
            if text.startswith('kexec_pe: refused: '):
                last = text.split(': ')[2]
            elif text.startswith('CASE '):
                _, name, errno = text.split()
                name = name.removesuffix('.efi')
                got[name], refusals[name] = errno.replace('ok', 'OK'), last
                last = None
    wrong = []
    for name, (errno, rule) in expected.items():
        said = refusals.get(name)
        if got.get(name) != errno:
            wrong.append(f'{name}: {got.get(name)} ({said}), not {errno} ({rule})')
        elif errno not in ('OK', 'EINVAL') and said != rule:
            wrong.append(f'{name}: the log names {said}, not {rule}')
    expect(not wrong, f'{len(wrong)} of {len(expected)} images:\n    ' +
           '\n    '.join(wrong))


SCENARIOS = [
    Scenario('malformed-images', 'the errno and the rule of every bad image',
             malformed, BOTH),
]
