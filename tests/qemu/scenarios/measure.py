# SPDX-License-Identifier: GPL-2.0-or-later
"""What kexec-pe measure says of a boot, against the boot: OVMF starts the UKI
itself, with a TPM, and what the kernel then reads from its PCRs must be it."""
import json
import re
import subprocess

from . import BOOT, Scenario, expect, marker

# Those into which firmware itself measures nothing
PCRS = (9, 11, 12)
JOB = '''for pcr in 9 11 12; do
	say "PCR $pcr $(cat /sys/class/tpm/tpm0/pcr-sha256/$pcr)"
done
'''


def predict(t, payload, *options):
    """kexec-pe measure --as-boot, as {PCR: hexadecimal}."""
    done = subprocess.run(
        [t.bench.file('tools/kexec-pe'), 'measure', '--as-boot', '--json',
         *options, payload], capture_output=True, text=True, check=False)
    expect(done.returncode == 0,
           f'kexec-pe measure: {done.returncode}: {done.stderr}')
    result = json.loads(done.stdout)
    expect(result['mode'] == 'boot' and result['complete'], 'not complete')
    zero = '0' * 64
    return {pcr: result['pcrs'].get(str(pcr), {'sha256': zero})['sha256']
            for pcr in PCRS}


def boot_as_predicted(stub, append=''):
    def run(t):
        payload = t.uki(stub=stub, cmdline=t.cmdline(),
                        initrd=t.initrd(marker(), job=JOB))
        options = ['--cmdline', append] if append else []
        expected = predict(t, payload, *options)
        with t.machine(kernel=payload, append=append) as machine:
            machine.wait(r'\] PROOF-END$', BOOT)
            found = {}
            for line in machine.lines:
                match = re.search(r'\] PCR (\d+) ([0-9A-F]{64})$', line.text)
                if match:
                    found[int(match[1])] = match[2].lower()
        for pcr in PCRS:
            expect(found.get(pcr) == expected[pcr],
                   f'PCR {pcr} is {found.get(pcr)}, not {expected[pcr]}')
        # What nobody measured into proves nothing.
        zeros = [pcr for pcr in PCRS if not found[pcr].strip('0')]
        expect(zeros == ([] if append else [12]), f'PCRs at zero: {zeros}')
    return run


SCENARIOS = [
    Scenario('measure-252', 'PCR 9, 11, 12 of a boot as kexec-pe measure says',
             boot_as_predicted(252)),
    Scenario('measure-257', 'the same with stub 257', boot_as_predicted(257)),
    Scenario('measure-252-cmdline', 'the same with a command line besides',
             boot_as_predicted(252, 'console=ttyS0 kpe.role=k2 quiet')),
]
