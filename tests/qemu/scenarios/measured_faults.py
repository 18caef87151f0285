# SPDX-License-Identifier: GPL-2.0-or-later
"""A TPM that breaks between load and exec: the policy holds, nobody waits for
it longer than LIMIT, and what it missed for a moment is made up for."""
import mkuki
from bench import KEXEC
from tpm import PCR_EXTEND, TpmK1, calculator
from . import BOOT, START, Scenario, expect, load, marker
from .measured import check_commands, check_log, check_pcrs

# Seconds from the break to K2's first line, or to the reset, but for those that a
# busy host withholds from the machine
LIMIT = 10
REQUIRE = 'kexec_pe.tpm=require'
JOB = 'tpm_state before\n' + load() + 'tpm_bridge loaded\n' + START
K2_JOB = 'tpm_state after\ntpm_bridge after\n'


def start(t, job='', **options):
    """The payload's bytes and the machine, which is to be entered."""
    payload = t.uki(initrd=t.initrd(marker(), job=job), cmdline=t.cmdline())
    machine = t.k1(JOB, {'payload': payload}, kind=TpmK1, proxy=True, **options)
    return mkuki.read(payload), machine


def break_tpm(machine, fault, **when):
    """Kills swtpm or lets the proxy break it; then the guest may go on."""
    line = machine.wait(r'\] BRIDGE loaded$', BOOT, fail='JOB-FAIL')
    machine.commands_before = len(machine.commands())
    if fault == 'killed':
        machine.swtpm.kill()
        machine.swtpm.wait()
    else:
        machine.proxy.break_(fault, **when)
    machine.end_bridge()
    return line.number


def broken(fault, require, **options):
    """The TPM is gone for good. auto: K2 starts, without a TPM to measure with;
    require: reset instead. Of answers that are too long Linux takes what it
    expects, so that K1 measures; then the emulator can't, and what LoadImage has
    not measured does not run in either mode."""
    resets = require or fault == 'long'

    def run(t):
        append = REQUIRE if require else ''
        _, machine = start(t, append=append, **options)
        with machine:
            after = break_tpm(machine, fault)
            since, withheld = machine.now(), machine.withheld()
            if resets:
                end = machine.wait_reset(BOOT)
                expect(not machine.find('Linux version', after), 'K2 runs')
            else:
                end = machine.wait('Linux version', BOOT, after=after).seconds
            took = end - since - (machine.withheld() - withheld)
            expect(took < LIMIT, f'{took:.1f} s after the break')
            expect(machine.find(KEXEC, after), 'no kexec')
            expect(fault == 'killed' or machine.proxy.hit, 'nobody asked the TPM')
            if not resets:
                machine.wait(r'\] PROOF-BEGIN$', BOOT, after=after)
    return run


def recovered(fault, skip):
    """One command of K1 goes wrong, and K1 gives up. The emulator finds out
    whether it was executed, and does the rest: each extend once, in order."""
    def run(t):
        payload, machine = start(t, K2_JOB)
        with machine:
            after = break_tpm(machine, fault, codes=[PCR_EXTEND], skip=skip,
                              count=1)
            commands = machine.commands_before
            machine.wait(r'\] BRIDGE after$', BOOT, after=after)
            expect(machine.proxy.hit == 1, 'no command went wrong')
            before, state = machine.state('before'), machine.state('after')
            events = list(calculator.expected(payload, before.pcrs,
                                              verified=False))
            check_commands('K2', machine.extends(commands), events)
            check_pcrs('K2', before.pcrs, state.pcrs,
                       calculator.after(before.pcrs, events), False)
            check_log('K2', before.log, state.log, events)
            machine.end_bridge()
            machine.wait(r'\] PROOF-END$', BOOT, after=after)
    return run


FAULTS = {'killed': 'is killed', 'error': 'answers errors',
          'short': 'answers too little', 'long': 'answers too much',
          'never': 'never answers'}


def matrix(arch, kind):
    """All faults under both policies; those of check are in SCENARIOS."""
    prefix = 'arm64-tpm' if arch == 'arm64' else 'tpm'
    return [Scenario(f'{prefix}-{fault}-{policy}-{kind}',
                     f'{kind}: swtpm {what} between load and exec, {policy}',
                     broken(fault, policy == 'require', tpm=kind), (arch,),
                     slow=True)
            for fault, what in FAULTS.items() for policy in ('auto', 'require')]


SCENARIOS = [
    Scenario('tpm-lost-answer', "an extend's answer gets lost: made up for, once",
             recovered('error', 3)),
    Scenario('tpm-silent-required', 'swtpm never answers, and is required: reset',
             broken('never', True)),
    Scenario('tpm-refused-once', 'an extend is refused: made up for, once',
             recovered('refused', 3), slow=True),
    *matrix('x86_64', 'crb'), *matrix('x86_64', 'tis'), *matrix('arm64', 'tis'),
]
