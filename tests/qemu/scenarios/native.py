# SPDX-License-Identifier: GPL-2.0-or-later
"""What must stay as it was: native kexec, the machine itself, Secure Boot."""
from vm import Refused
from . import (BOOT, SAME, START_NATIVE, Failure, Scenario, check_k2, expect, load,
               marker, run_to_end)

# A native K2 under EFI finds ACPI and SMBIOS by K1's setup_data.
NATIVE = tuple(key for key in SAME if key not in
               ('secure_boot', 'setup_mode', 'keys', 'keyrings', 'blacklist'))


def native_load(t):
    options = f"-i /job/initrd -c '{t.cmdline()}'"
    return load('/job/payload', options, command='kload')


def bzimage(t):
    text = marker()
    files = {'payload': t.bench.kernel(), 'initrd': t.initrd(text)}
    with t.k1(native_load(t) + START_NATIVE, files) as machine:
        run_to_end(machine)
        check_k2(machine.facts(), machine.facts(1), cmdline=t.cmdline(),
                 marker_text=text, same=NATIVE, efi=False)


def secure_boot(t):
    text = marker()
    job = f'''
case $(kload -c '{t.cmdline()}' /job/unsigned) in
EPERM) say REFUSED ;;
*) say JOB-FAIL unsigned was not refused with EPERM ;;
esac
''' + native_load(t) + START_NATIVE
    files = {'unsigned': t.bench.kernel(), 'initrd': t.initrd(text),
             'payload': t.bench.kernel(signed=True)}
    with t.k1(job, files, secure_boot=True) as machine:
        machine.wait(r'\] REFUSED$', BOOT, fail='JOB-FAIL')
        run_to_end(machine)
        k1 = machine.facts()
        expect(k1['secure_boot'] == '01' and k1['lockdown'] == 'integrity' and
               'SnakeOil' in k1['keys'], f'K1 is not locked down: {k1}')
        check_k2(k1, machine.facts(1), cmdline=t.cmdline(), marker_text=text,
                 same=NATIVE, efi=False)


def tpm(kind):
    def run(t):
        with t.k1('true', tpm=kind) as machine:
            machine.wait(r'\] JOB-EXIT 0$', BOOT)
            machine.wait_end(60)
            found = machine.facts()['tpm'].strip()
            expect(found == ('' if kind == 'none' else 'tpm0'), f'TPM: {found!r}')
    return run


def firmware_refuses(t):
    """The runner must notice firmware that waits for a key for ever."""
    kernel = t.uki(cmdline=t.cmdline())
    with t.machine(kernel=kernel, secure_boot=True) as machine:
        try:
            machine.wait('Linux version', 120)
        except Refused:
            return
        raise Failure('the firmware started an unsigned UKI')


SCENARIOS = [
    Scenario('native-bzimage', 'bzImage, the native handler, as before', bzimage),
    Scenario('native-secure-boot', 'the same under Secure Boot, signed or not',
             secure_boot),
    Scenario('machine-refuses', 'firmware refuses, and the runner notices',
             firmware_refuses),
    Scenario('machine-tpm-tis', 'the bench has the TPM that it says',
             tpm('tis')),
    Scenario('machine-tpm-none', 'and none where none is asked for', tpm('none')),
]
