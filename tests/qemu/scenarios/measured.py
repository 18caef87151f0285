# SPDX-License-Identifier: GPL-2.0-or-later
"""Measured kexecs on a machine with a TPM. What each kernel reads from its PCRs
and finds as its event log is compared with an independent calculator
(tests/measurement/), with the commands that swtpm got, and by tpm2-tools: they
replay the log, check a quote, and try to unseal."""
import re
import subprocess
from dataclasses import dataclass

import mkuki
from tpm import TpmK1, calculator, tcglog
from tpm_tools import Tools
from . import (BOOT, START, START_NATIVE, Scenario, expect, load, marker, sysctl)

# Extended by firmware alone; 7 besides by a kexec that verified nothing.
FIRMWARE = (0, 1, 2, 3, 5, 6)
# Of debuggers, of a dynamic launch, of applications
OTHERS = tuple(range(16, 24))
# 10 is IMA's, which starts anew in each kernel.
CALCULATED = (4, 7, 8, 9, 11, 12, 13, 14, 15)
QUOTED = FIRMWARE + CALCULATED
IMA = 10
# A UKI's: issue of the project, so that a machine's TPM is not kept busy
EVENTS_MAX = 32
PPI_PAGE, PPI_SIZE = 0xfed45000, 0x400
MOR = '/sys/firmware/efi/efivars/MemoryOverwriteRequestControl-' \
    'e20939be-32d4-41be-a150-897f85d49829'


@dataclass
class Hop:
    """One kexec. kind: 'uki', 'pe' (the bare kernel by its EFI entry) or
    'native'. flip: a byte of the UKI is another than was announced, so that
    what was sealed for it stays shut. append: a command line beside the UKI's."""
    kind: str = 'uki'
    stub: object = 252
    flip: bool = False
    append: str = ''
    # filled by build()
    payload: bytes = b''
    announced: bytes = b''
    cmdline: str = ''
    initrd: bytes = None
    marker: str = ''

    def events(self, before, verified, data=None):
        """What the calculator expects, from the PCRs before."""
        if self.kind == 'native':
            return list(calculator.native(before, verified))
        return list(calculator.expected(
            data or self.payload, before, cmdline=self.cmdline,
            initrd=self.initrd, verified=verified))


# -- payloads ---------------------------------------------------------------

def flipped(data):
    """The file with another letter in its .osrel."""
    _, size, offset, _ = mkuki.Pe(data).sections['.osrel']
    at = offset + size // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def build_uki(t, hop, number, initrd, signed):
    cmdline = t.cmdline(f'hop={number}')
    data = mkuki.read(t.uki(f'hop{number}.efi', stub=hop.stub, initrd=initrd,
                            cmdline=cmdline, signed=signed))
    hop.announced, hop.payload = data, flipped(data) if hop.flip else data
    options = []
    if hop.append:
        hop.cmdline = f'{cmdline} {hop.append}'
        options = [f"--append '{hop.cmdline}'"]
    return {}, sysctl(1) + load(f'/job/hop{number}', *options) + START


def build_kernel(t, hop, number, initrd, signed):
    name = 'Image' if hop.kind == 'native' and t.bench.arch == 'arm64' else None
    path = t.bench.file(name) if name else t.bench.kernel(signed=signed)
    hop.announced = hop.payload = mkuki.read(path)
    hop.cmdline, hop.initrd = t.cmdline(f'hop={number}'), mkuki.read(initrd)
    file, beside = f'/job/hop{number}', f'/job/initrd{number}'
    if hop.kind == 'native':
        job = sysctl(1) + load(file, f"-i {beside} -c '{hop.cmdline}'",
                               command='kload') + START_NATIVE
    else:
        job = sysctl(2) + load(file, f'--initrd {beside}',
                               f"--append '{hop.cmdline}'") + START
    return {f'initrd{number}': hop.initrd}, job


def build(t, hops, signed):
    """Fills the hops, the last one first, as each is in the initrd of the one
    before. Returns the first's files, and the job of each kernel."""
    jobs, files, job = [], {}, ''
    for number in range(len(hops), 0, -1):
        hop = hops[number - 1]
        hop.marker = marker()
        jobs.insert(0, at_hop(number) + job)
        initrd = t.initrd(hop.marker, f'initrd{number}', job=jobs[0], files=files)
        make = build_uki if hop.kind == 'uki' else build_kernel
        files, job = make(t, hop, number, initrd, signed)
        files[f'hop{number}'] = hop.payload
    jobs.insert(0, at_hop(0) + job)
    return files, jobs[0]


def at_hop(number):
    """What each kernel does before it starts the next."""
    request = '/sys/class/tpm/tpm0/ppi/request'
    job = '' if number else f'[ -e {request} ] && echo 5 >{request}\n'
    return job + f'''tpm_state hop{number}
say MOR {number} $(xxd -p {MOR} 2>&1)
say PPI {number} $(cat {request} 2>/dev/null)
tpm_bridge hop{number}
'''


# -- what one kernel is asked -------------------------------------------------

def check_pcrs(name, before, found, calculated, verified):
    for bank, values in found.items():
        for pcr in FIRMWARE + OTHERS + ((7,) if verified else ()):
            expect(values[pcr] == before[bank][pcr],
                   f'{name}: {bank} PCR {pcr} was extended')
        for pcr in CALCULATED:
            expect(values[pcr] == calculated[bank][pcr],
                   f'{name}: {bank} PCR {pcr} is {values[pcr].hex()}, '
                   f'not {calculated[bank][pcr].hex()}')


def check_log(name, before, found, events):
    """K1's log, then exactly the expected records."""
    expect(found and found.startswith(before),
           f"{name}: the log does not start with the one before")
    log = tcglog.Log(found)
    records = log.records[len(tcglog.Log(before).records):]
    for number, (record, event) in enumerate(zip(records, events)):
        where = f'{name}: record {number}'
        expect((record.pcr, record.type) == (event.pcr, event.type),
               f'{where}: PCR {record.pcr} type {record.type:#x}, '
               f'not {event.pcr}, {event.type:#x}')
        for bank in log.banks:
            expect(record.digests[bank] == event.digest(bank),
                   f'{where} (PCR {record.pcr}): {bank} digest')
        expect(event.event is None or record.event == event.event,
               f'{where} (PCR {record.pcr}): {record.event!r}, '
               f'not {event.event!r}')
    expect(len(records) == len(events),
           f'{name}: {len(records)} new records, not {len(events)}')


def check_commands(name, extends, events):
    """What swtpm got: one command for each event, all banks in it, in order."""
    extends = [extend for extend in extends if extend.pcr != IMA]
    for number, (extend, event) in enumerate(zip(extends, events)):
        expect(extend.pcr == event.pcr and
               all(extend.digests[bank] == event.digest(bank)
                   for bank in extend.digests),
               f'{name}: extend {number} of PCR {extend.pcr} is not that of '
               f'event {number}, PCR {event.pcr}')
    expect(len(extends) == len(events),
           f'{name}: {len(extends)} extends for {len(events)} events')


def check_replay(t, name, state):
    """By tpm2_eventlog and by our own reader: from zero to what the PCRs say."""
    path = t.path(name + '.eventlog')
    with open(path, 'wb') as f:
        f.write(state.log)
    done = subprocess.run(['tpm2_eventlog', path], capture_output=True,
                          text=True, check=False)
    expect(done.returncode == 0, f'{name}: tpm2_eventlog: {done.stderr[-300:]}')
    log, bank, seen = tcglog.Log(state.log), None, 0
    for line in done.stdout[done.stdout.index('\npcrs:'):].splitlines():
        match = re.match(r'  (sha\d+):$|    (\d+) *: 0x([0-9a-f]+)$', line)
        if match and match[1]:
            bank = match[1]
        elif match and int(match[2]) != IMA:
            expect(state.pcrs[bank][int(match[2])].hex() == match[3],
                   f'{name}: tpm2_eventlog has {match[3]} as {bank} PCR {match[2]}')
            seen += 1
    expect(seen >= 10 * len(log.banks), f'{name}: tpm2_eventlog: {seen} PCRs')
    for bank in log.banks:
        replayed = log.replay(bank)
        wrong = [pcr for pcr in QUOTED if replayed[pcr] != state.pcrs[bank][pcr]]
        expect(not wrong, f'{name}: {bank} PCRs that do not replay: {wrong}')


class Story:
    """Follows one machine from kernel to kernel."""

    def __init__(self, t, machine, hops, verified):
        self.t, self.machine, self.hops = t, machine, hops
        self.verified = verified
        self.tools = Tools(machine)
        self.before = self.ppi = None
        self.commands = 0
        self.shown = True  # the log shows everything so far

    def follow(self):
        after = 0
        for number in range(len(self.hops) + 1):
            if number:
                after = self.machine.wait_kexec(BOOT, after)
            line = self.machine.wait(rf'\] BRIDGE hop{number}$', BOOT, after=after,
                                     fail=r'\] JOB-FAIL')
            after = line.number
            state = self.machine.state(f'hop{number}')
            self.tools.primary()
            if number:
                self.check(number, state)
            if number < len(self.hops):
                self.seal_for(number + 1, state)
            self.check_untouched(number)
            self.before = state
            self.commands = len(self.machine.commands())
            self.machine.end_bridge()
        self.machine.wait(r'\] PROOF-END$', BOOT, after=after)
        why = self.machine.wait_end(60)
        expect(why == 'guest-shutdown', f'no power-off, but: {why}')
        self.check_facts()

    def check(self, number, state):
        hop, name = self.hops[number - 1], f'hop {number}'
        before = self.before.pcrs
        events = hop.events(before, self.verified)
        calculated = calculator.after(before, events)
        check_pcrs(name, before, state.pcrs, calculated, self.verified)
        check_commands(name, self.machine.extends(self.commands), events)
        expect(len(events) <= EVENTS_MAX, f'{name}: {len(events)} events')
        if hop.kind == 'native':
            expect(state.log == self.before.log, f'{name}: another log')
            self.shown = False
        else:
            check_log(name, self.before.log, state.log, events)
        if self.shown:
            check_replay(self.t, f'hop{number}', state)
        self.check_quote(name, calculated)
        expect(not self.tools.unseals(f'now{number - 1}'),
               f'{name}: the secret of the kernel before opens')
        expect(self.tools.unseals(f'next{number - 1}') == (not hop.flip),
               f'{name}: the secret for PCR 11 as announced')

    def check_quote(self, name, calculated):
        values = {pcr: calculated['sha256'][pcr] for pcr in QUOTED}
        self.tools.quote('sha256', QUOTED)
        expect(self.tools.quote_is_of('sha256', values),
               f'{name}: tpm2_checkquote does not agree with the calculated PCRs')
        values[11] = bytes(32)
        expect(not self.tools.quote_is_of('sha256', values),
               f'{name}: tpm2_checkquote agrees with any PCRs')

    def seal_for(self, number, state):
        """One secret for this kernel, one for the next; both are tried here."""
        now, following = f'now{number - 1}', f'next{number - 1}'
        hop = self.hops[number - 1]
        events = hop.events(state.pcrs, self.verified, hop.announced)
        calculated = calculator.after(state.pcrs, events)
        self.tools.seal(now, state.pcrs['sha256'][11])
        self.tools.seal(following, calculated['sha256'][11])
        expect(self.tools.unseals(now), f'{now}: does not open')
        expect(not self.tools.unseals(following), f'{following}: opens too early')

    def check_untouched(self, number):
        """The page of the physical presence interface, and MOR."""
        page = self.machine.memory(PPI_PAGE, PPI_SIZE) \
            if self.t.bench.arch == 'x86_64' else b''
        if self.ppi is None:
            self.ppi = page
            expect(self.t.bench.arch != 'x86_64' or page.strip(b'\0'),
                   'nothing in the PPI page')
        expect(page == self.ppi, f'hop {number}: the PPI page has changed')

    def said(self, word, number):
        """The rest of the line that a guest's job said with word and number."""
        line = self.machine.find(rf'\] {word} {number}( |$)')
        expect(line, f'hop {number} says nothing of {word}')
        return line.text.partition(f'] {word} {number}')[2].strip()

    def check_facts(self):
        """Debian 12's OVMF and AAVMF have no MOR variable and let nobody make
        one: that it is as it was is that there is none."""
        mor = self.said('MOR', 0)
        for number in range(len(self.hops) + 1):
            native = number and self.hops[number - 1].kind == 'native'
            expect(native or self.said('MOR', number) == mor,
                   f'hop {number}: MOR is not as it was')
            expect(native or self.t.bench.arch != 'x86_64' or
                   self.said('PPI', number).split()[:1] == ['5'],
                   f'hop {number}: the PPI request is gone')
            if number:
                facts = self.machine.facts(number)
                expect(facts['marker'] == self.hops[number - 1].marker,
                       f"hop {number}: initrd {facts['marker']}")


def check_k1(name, state, uki):
    """Firmware's own boot of K1, a UKI: what its stub measured is what the
    calculator says, so the calculator is right about stubs."""
    log = tcglog.Log(state.log)
    pe = calculator.Pe(uki)
    expected = [event for event in calculator.systemd_stub(pe, log.banks, '', None)
                if event.pcr != 4]
    found = [record for record in log.records if record.pcr in (9, 11, 12)]
    expect([(r.pcr, r.type, r.event, r.digests) for r in found] ==
           [(e.pcr, e.type, e.event, {b: e.digest(b) for b in log.banks})
            for e in expected], f'{name}: the calculator is wrong about a boot')


def measured(*hops, secure_boot=False, **options):
    def run(t):
        files, job = build(t, hops, secure_boot)
        with t.k1(job, files, kind=TpmK1, stub=252, secure_boot=secure_boot,
                  **options) as machine:
            story = Story(t, machine, hops, secure_boot)
            story.follow()
            check_k1('K1', machine.state('hop0'), mkuki.read(machine.path('k1.efi')))
    return run


# In check as little as shows each interface, UKI and bare PE; each kernel costs
# a boot, and what tpm2-tools do in it.
SCENARIOS = [
    Scenario('tpm-crb', 'CRB, four banks, Secure Boot: UKI, bare PE',
             measured(Hop(), Hop('pe'), secure_boot=True)),
    Scenario('tpm-tis', 'TIS, one bank: a byte of the UKI flipped, bare PE',
             measured(Hop(flip=True), Hop('pe'), tpm='tis', banks='sha256')),
    Scenario('arm64-tpm', 'TIS device, four banks: UKI, bare PE',
             measured(Hop(), Hop('pe')), ('arm64',)),
    Scenario('tpm-crb-native', 'CRB, four banks, Secure Boot: UKI, UKI, native',
             measured(Hop(), Hop(), Hop('native'), secure_boot=True), slow=True),
    Scenario('tpm-tis-append', 'TIS, one bank: UKI, one with a command line, PE',
             measured(Hop(), Hop(append='other=1'), Hop('pe'), tpm='tis',
                      banks='sha256'), slow=True),
    Scenario('arm64-tpm-native', 'TIS device, four banks: UKI with a command '
             'line, native', measured(Hop(append='other=1'), Hop('native')),
             ('arm64',), slow=True),
    Scenario('tpm-crb-1', 'CRB, one bank', measured(Hop(), Hop('pe'), Hop('native'),
                                                    banks='sha256'), slow=True),
    Scenario('tpm-tis-4', 'TIS, four banks, Secure Boot',
             measured(Hop(), Hop('pe'), Hop('native'), tpm='tis',
                      secure_boot=True), slow=True),
    Scenario('arm64-tpm-1', 'TIS device, one bank',
             measured(Hop(), Hop('pe'), Hop('native'), banks='sha256'),
             ('arm64',), slow=True),
    Scenario('tpm-chain', 'CRB, two banks, eight UKIs in a row',
             measured(*(Hop() for _ in range(8)), banks='sha1,sha256',
                      memory=3072), slow=True),
]
