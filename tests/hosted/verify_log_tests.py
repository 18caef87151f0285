# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec-pe verify-log, on logs that this file writes by
Documentation/measurement.md with hashlib; and the components for
systemd-pcrlock. Run by run_tests.py."""
import hashlib
import json
import os
import struct

from measure_tests import CMDLINE, SEPARATED, expect, measure, uki

ALGORITHMS = {'sha1': 4, 'sha256': 11}
SEPARATOR, UNVERIFIED, PCR_VALUE, CRASH = (0x4b504500 + n for n in (1, 2, 3, 4))
TAG, APPLICATION, ACTION = 6, 0x80000003, 0x80000007
PATH = (bytes.fromhex('01041400') +
        bytes.fromhex('6e0b1f3dc7520e4c9a417e6b8f2d5c90') +
        bytes.fromhex('7fff0400'))


def tagged(number, data):
    return struct.pack('<II', number, len(data)) + data


class Machine:
    """PCRs, and the log that somebody keeps of them."""

    def __init__(self):
        self.pcrs = {name: {pcr: (b'\xff' if 17 <= pcr <= 22 else b'\0') *
                            hashlib.new(name).digest_size
                            for pcr in range(24)} for name in ALGORITHMS}
        algorithms = b''.join(
            struct.pack('<HH', number, hashlib.new(name).digest_size)
            for name, number in ALGORITHMS.items())
        event = (b'Spec ID Event03\0' + struct.pack('<IBBBBI', 0, 0, 2, 0, 2,
                                                    len(ALGORITHMS)) +
                 algorithms + b'\0')
        self.log = struct.pack('<II20sI', 0, 3, bytes(20), len(event)) + event
        self.records = 1

    def extend(self, pcr, data):
        """As user space does: no record."""
        for name, values in self.pcrs.items():
            digest = hashlib.new(name, data).digest()
            values[pcr] = hashlib.new(name, values[pcr] + digest).digest()

    def record(self, pcr, kind, event, digests):
        self.log += struct.pack('<III', pcr, kind, len(ALGORITHMS))
        for name, number in ALGORITHMS.items():
            self.log += struct.pack('<H', number) + digests[name]
        self.log += struct.pack('<I', len(event)) + event
        self.records += 1

    def measure(self, pcr, kind, data, event=None):
        self.extend(pcr, data)
        self.record(pcr, kind, data if event is None else event,
                    {name: hashlib.new(name, data).digest()
                     for name in ALGORITHMS})

    def values(self, pcr):
        # SHA-512 is active, but not in this log.
        other = struct.pack('<H', 13) + bytes(64)
        return other + b''.join(struct.pack('<H', number) + self.pcrs[name][pcr]
                        for name, number in ALGORITHMS.items())

    def boot(self):
        for pcr in range(8):
            self.measure(pcr, ACTION, b'firmware %d' % pcr)
        self.measure(4, APPLICATION, b'loader', bytes(32))
        self.measure(11, 13, b'.linux\0')
        # systemd's phases, and IMA
        self.extend(11, b'sysinit')
        self.extend(15, b'machine-id')

    def native(self):
        for pcr in SEPARATED:
            self.extend(pcr, b'kexec-separator')

    def kexec(self, image, unverified=False, crash=False):
        text = b'kexec-crash-separator' if crash else b'kexec-separator'
        for pcr in sorted(SEPARATED + ((7,) if crash else ())):
            event = (tagged(CRASH if crash else SEPARATOR, text) +
                     tagged(PCR_VALUE, self.values(pcr)))
            self.measure(pcr, TAG, text, event)
        self.measure(4, APPLICATION, image,
                     struct.pack('<QQQQ', 0, len(image), 0, len(PATH)) + PATH)
        if unverified:
            self.measure(7, TAG, b'kexec-unverified',
                         tagged(UNVERIFIED, b'kexec-unverified'))
        self.measure(11, 13, b'.linux\0')


def verify(bench, machine, *words, status=0):
    log, pcrs = bench.file('log'), bench.file('log-pcrs')
    with open(log, 'wb') as target:
        target.write(machine.log)
    with open(pcrs, 'w', encoding='utf-8') as target:
        for name, values in machine.pcrs.items():
            for pcr, value in values.items():
                target.write(f'pcr-{name}/{pcr}:{value.hex()}\n')
    words = ['verify-log', '--pcrs', pcrs, *words]
    done = bench.command([*words, '--json', log])
    expect(done.returncode == status and not done.stderr,
           f'exit status {done.returncode}, not {status}: {done.stderr}')
    text = bench.command([*words, log])
    expect(text.returncode == status, 'exit status of the text')
    return json.loads(done.stdout), text.stdout


def states(result):
    return {int(pcr): (row['state'], row['rebased'])
            for pcr, row in result['pcrs'].items()}


def firmware_only(bench):
    machine = Machine()
    machine.boot()
    result, _ = verify(bench, machine, status=1)
    expect(result['records'] == machine.records and not result['kexecs'], 'log')
    want = {pcr: ('replays', None) for pcr in range(8)}
    expect(states(result) == {**want, 11: ('differs', None)}, states(result))
    result, _ = verify(bench, machine, '--only', '0,1,2,3,4,5,6,7')
    expect(states(result) == want, 'chosen PCRs')


def kexecs(bench):
    """Two, of which the second is not verified: history is rebased."""
    machine = Machine()
    machine.boot()
    machine.kexec(b'first image')
    machine.extend(12, b'credential')
    machine.kexec(b'second', unverified=True)
    result, text = verify(bench, machine)
    expect(states(result) == {
        **{pcr: ('replays', None) for pcr in (*range(10), 13, 14)},
        11: ('replays', 1), 15: ('replays', 1), 12: ('replays', 2),
    }, states(result))
    first, second = result['kexecs']
    expect(first == {
        'crash': False, 'unverified': False, 'native_before': 0,
        'image_size': 11, 'digests': {
            name: hashlib.new(name, b'first image').hexdigest()
            for name in ALGORITHMS}}, first)
    expect(second['unverified'] and second['image_size'] == 6, second)
    for pcr, row in result['pcrs'].items():
        for name in ALGORITHMS:
            expect(row['replayed'][name] == machine.pcrs[name][int(pcr)].hex(),
                   f'PCR {pcr}')
    expect('no signature was enforced' in text and 'rebased at kexec 2' in text,
           text)


def native_kexecs(bench):
    machine = Machine()
    machine.boot()
    machine.native()
    machine.native()
    machine.kexec(b'image')
    result, text = verify(bench, machine)
    expect(result['kexecs'][0]['native_before'] == 2, result['kexecs'])
    expect(states(result)[4] == ('replays', None), states(result))
    expect('2 native kexecs' in text, text)
    machine.native()
    result, _ = verify(bench, machine, status=1)
    expect(states(result)[4][0] == 'native' and
           result['pcrs']['4']['native'] == 1, states(result))
    for _ in range(8):
        machine.native()
    result, _ = verify(bench, machine, status=1)
    expect(states(result)[4][0] == 'differs', 'nine are too many')


def crash(bench):
    machine = Machine()
    machine.boot()
    machine.kexec(b'dump', crash=True)
    result, _ = verify(bench, machine)
    expect(result['kexecs'][0]['crash'], result['kexecs'])


def lies(bench):
    """What an event claims and its digest does not say."""
    machine = Machine()
    machine.boot()
    machine.measure(4, TAG, b'something', tagged(SEPARATOR, b'kexec-separator'))
    result, text = verify(bench, machine, status=1)
    expect(result['forged'] == machine.records and not result['kexecs'], result)
    expect(f'Record {machine.records} claims' in text, text)
    # Its digest is right, its words are not.
    machine = Machine()
    machine.boot()
    machine.measure(4, TAG, b'anything', tagged(SEPARATOR, b'anything'))
    result, _ = verify(bench, machine, status=1)
    expect(result['forged'] == machine.records, result)
    # A wrong value to start from leads nowhere near the PCR.
    machine = Machine()
    machine.boot()
    machine.kexec(b'image')
    value = machine.pcrs['sha256'][15]
    machine.log = machine.log.replace(
        hashlib.sha256(bytes(32) + hashlib.sha256(b'machine-id').digest())
        .digest(), bytes(32))
    result, _ = verify(bench, machine, status=1)
    expect(states(result)[15][0] == 'differs' and value.hex() !=
           result['pcrs']['15']['replayed']['sha256'], states(result))


def capped(bench):
    """All ones where K1 had no hash: what it should have been is no matter."""
    machine = Machine()
    ones = {'sha1': b'\xff' * 20, 'sha256':
            hashlib.sha256(b'kexec-separator').digest()}
    for name, values in machine.pcrs.items():
        values[4] = hashlib.new(name, values[4] + ones[name]).digest()
    machine.record(4, TAG, tagged(SEPARATOR, b'kexec-separator'), ones)
    result, _ = verify(bench, machine)
    expect(len(result['kexecs']) == 1 and not result['forged'], result)


def bad_logs(bench):
    machine = Machine()
    machine.boot()
    whole = machine.log
    machine.log = whole + b'rubbish'
    result, text = verify(bench, machine, '--only', '4', status=1)
    expect(result['rest'] == 7 and 'last 7 bytes' in text, result)
    machine.log = whole + bytes(4096)
    result, _ = verify(bench, machine, '--only', '4')
    expect(result['rest'] == 0, 'zeros behind a log')
    for words, said in (
            ([__file__], 'no event log'), (['/nonexistent'], "can't be read"),
            ([bench.file('log'), 'x'], 'one LOG'),
            (['--only', '24', bench.file('log')], '--only'),
            (['--pcrs', '/nonexistent', bench.file('log')], 'No such file')):
        done = bench.command(['verify-log', '--pcrs', bench.file('log-pcrs'),
                              *words])
        expect(done.returncode == 2 and said in done.stderr and
               done.stderr.count('\n') == 1, f'{words}: {done.stderr!r}')


def bare_kernel(bench):
    """The command line of what is no UKI: PCR 12, UTF-16 with its NUL."""
    result = measure(bench, '--cmdline', CMDLINE, bench.kernel(), status=0)
    own = [event for event in result['measurements'] if event['by'] == 'kexec']
    data = CMDLINE.encode('utf-16-le') + b'\0\0'
    expect(own[-1]['pcr'] == 12 and own[-1]['digests']['sha256'] ==
           hashlib.sha256(data).hexdigest(), own[-1])
    plain = measure(bench, bench.kernel())
    expect(len([event for event in plain['measurements']
                if event['by'] == 'kexec']) == len(own) - 1, 'no command line')


def pcrlock(bench):
    """The components have all that measure says, in its order."""
    path, folder = uki(bench), bench.file('pcrlock.d')
    banks = ('--banks', 'sha256,sha384')
    done = bench.command(['measure', *banks, '--unverified', '--pcrlock',
                          folder, path])
    expect(done.returncode == 0 and not done.stdout, done.stderr)
    name = os.path.basename(path) + '.pcrlock'
    records = []
    for part in ('991-kexec-separator.pcrlock',
                 os.path.join('992-kexec-payload.pcrlock.d', name),
                 os.path.join('993-kexec-boot.pcrlock.d', name)):
        with open(os.path.join(folder, part), encoding='utf-8') as source:
            records.append(json.load(source)['records'])
    expect([len(part) for part in records[:2]] == [8, 2], 'parts')
    result = measure(bench, *banks, '--unverified', path)
    have = [(record['pcr'], {digest['hashAlg']: digest['digest']
                             for digest in record['digests']})
            for part in records for record in part]
    want = [(event['pcr'], event['digests'])
            for event in result['measurements']]
    expect(have == want, 'records')


TESTS = {
    'verify-log-firmware': firmware_only,
    'verify-log-kexecs': kexecs,
    'verify-log-native': native_kexecs,
    'verify-log-crash': crash,
    'verify-log-lies': lies,
    'verify-log-capped': capped,
    'verify-log-bad-input': bad_logs,
    'measure-bare-kernel': bare_kernel,
    'measure-pcrlock': pcrlock,
}
