# SPDX-License-Identifier: GPL-2.0-or-later
"""The EFI self-test application under our emulator: the same file, checks and
judge as under OVMF and U-Boot (tests/efi)."""
import contextlib
import io
import os
import sys

from bench import TOP
from . import BOOT, START, Scenario, expect, load


def judge(text):
    """What run_selftest.py says of a console's text: (status, its lines)."""
    folder = os.path.join(TOP, 'tests/efi')
    if folder not in sys.path:
        sys.path.append(folder)
    # pylint: disable=import-outside-toplevel,import-error
    import result
    import run_selftest
    run = result.Result(text)
    expect(run.ended, 'the run did not end; last: ' +
           (run.lines[-1] if run.lines else 'nothing'))
    known = run_selftest.read_deviations(
        os.path.join(folder, 'deviations.txt'), 'emulator')
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = run_selftest.judge(run, known)
    return run, status, said.getvalue()


def selftest(t):
    files = {'payload': t.bench.file('efi/selftest.efi')}
    with t.k1(load() + START, files) as machine:
        after = machine.wait_kexec(BOOT)
        machine.wait_end(BOOT)
        text = '\n'.join(line.text for line in machine.lines[after:])
        run, status, said = judge(text)
        with open(os.path.join(t.bench.out, t.bench.arch, 'efi/emulator.result'),
                  'w', encoding='utf-8') as target:
            target.write(run.text())
        expect(status == 0, said)


SCENARIOS = [
    Scenario('efi-selftest', 'the EFI self-test under the emulator', selftest),
]
