# SPDX-License-Identifier: GPL-2.0-or-later
"""Payloads that load the next payload: what one kexec leaves to the next."""
from . import START, Scenario, check_k2, expect, load, marker, run_to_end


def uki_chain(t):
    """UKI -> UKI -> UKI under Secure Boot: each kernel verifies the next image
    itself, by keys that it read through our runtime services; the stubs
    alternate; and three kernels chose their own address."""
    markers, payload = [], None
    for hop in (3, 2, 1):
        markers.insert(0, marker())
        more = {} if payload is None else {
            'job': 'kload -c "" /job/unsigned >/tmp/no\n'
                   'say UNSIGNED-NEXT $(cat /tmp/no)\n' + load() + START,
            'files': {'payload': payload, 'unsigned': t.bench.kernel()}}
        initrd = t.initrd(markers[0], f'initrd{hop}', **more)
        payload = t.uki(f'hop{hop}.efi', stub=257 if hop == 2 else 252,
                        initrd=initrd, cmdline=t.cmdline(f'hop={hop}'),
                        signed=True)
    with t.k1(load() + START, {'payload': payload}, secure_boot=True) as machine:
        run_to_end(machine, hops=3)
        facts = [machine.facts(hop) for hop in range(4)]
        for hop in (1, 2, 3):
            check_k2(facts[0], facts[hop], cmdline=t.cmdline(f'hop={hop}'),
                     marker_text=markers[hop - 1])
        refusals = [line for line in machine.lines
                    if '] UNSIGNED-NEXT EPERM' in line.text]
        expect(len(refusals) == 2,
               f'unsigned next images: {len(refusals)} of 2 refused with EPERM')
        addresses = {facts[hop]['kaslr'] for hop in (1, 2, 3)}
        expect(len(addresses) > 1, f'KASLR: always at {addresses}')
        expect(facts[3]['ram'] == facts[2]['ram'] or
               int(facts[3]['ram']) >= int(facts[2]['ram']) - (64 << 10),
               f"each hop loses memory: {[f['ram'] for f in facts]}")


SCENARIOS = [
    Scenario('uki-chain', 'three UKIs in a row, each verified by the one before',
             uki_chain),
]
