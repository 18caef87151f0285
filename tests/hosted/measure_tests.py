# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec-pe measure: against systemd-measure, and against a calculator that is
not ours but Python's hashlib. Run by run_tests.py."""
import hashlib
import json
import os
import subprocess
import sys

import mkuki
from bench import TOP

sys.path.append(os.path.join(TOP, 'tests/measurement'))
# pylint: disable=wrong-import-position
import calculator  # noqa: E402

SYSTEMD_MEASURE = '/usr/lib/systemd/systemd-measure'
CMDLINE = 'console=ttyS0 measured'
OSREL = 'ID=measured\n'
SEPARATED = (4, 8, 9, 11, 12, 13, 14, 15)
# printf kexec-separator | sha256sum
SEPARATOR = '673874d4802e2b4ade5594c67b3ecc1f1e438fd729a6643772d7b15f4fae9425'


class Failure(ValueError):
    """What a test did not find."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def uki(bench, stub=252, name='measured', osrel=OSREL):
    return mkuki.make(bench.file(f'{name}-{stub}.efi'),
                      stub=bench.debian(f'stub-{stub}-x86_64'),
                      linux=bench.kernel(), initrd=bench.initrd(),
                      cmdline=CMDLINE, osrel=osrel)


def measure(bench, *words, status=0, silent=True):
    done = bench.command(['measure', '--json', *words])
    expect(done.returncode == status,
           f'exit status {done.returncode}, not {status}: {done.stderr[:2000]}')
    expect(not silent or not done.stderr, f'stderr: {done.stderr[:2000]}')
    return json.loads(done.stdout) if done.stdout else None


def refused(bench, *words, said):
    """Exit status 2, one sentence and no result."""
    done = bench.command(['measure', *words])
    expect(done.returncode == 2 and not done.stdout,
           f'{words}: exit status {done.returncode}')
    expect(said in done.stderr and done.stderr.count('\n') == 1,
           f'{words}: {done.stderr[:500]!r}')


def extend(value, digest):
    return hashlib.sha256(bytes.fromhex(value) + bytes.fromhex(digest)).hexdigest()


def replay(result, start):
    """PCR values from the digests of a result."""
    values = dict(start)
    for event in result['measurements']:
        pcr = event['pcr']
        values[pcr] = extend(values[pcr], event['digests']['sha256'])
    return values


def check_values(result, start):
    values = replay(result, start)
    touched = {event['pcr'] for event in result['measurements']}
    for pcr, banks in result['pcrs'].items():
        expect(banks['sha256'] == values[int(pcr)],
               f'PCR {pcr} is not what its events make')
        touched.discard(int(pcr))
    return touched


def same_as_systemd_measure(bench):
    """Every bank that it knows, for the sections of stub 252."""
    banks = ['sha1', 'sha256', 'sha384', 'sha512']
    result = measure(bench, '--as-boot', '--banks', ','.join(banks), uki(bench))
    files = {'cmdline': CMDLINE, 'osrel': OSREL}
    words = [f'--linux={bench.kernel()}', f'--initrd={bench.initrd()}']
    for name, text in files.items():
        path = bench.file('measured.' + name)
        with open(path, 'w', encoding='utf-8') as target:
            target.write(text)
        words.append(f'--{name}={path}')
    done = subprocess.run(
        [SYSTEMD_MEASURE, 'calculate', '--phase=:', *words,
         *(f'--bank={bank}' for bank in banks)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=True)
    seen = 0
    for line in done.stdout.split():
        name, _, value = line.partition('=')
        pcr, _, bank = name.partition(':')
        expect(result['pcrs'][pcr][bank] == value, f'PCR {pcr}, {bank}')
        seen += 1
    expect(seen == len(banks), f'systemd-measure said {done.stdout!r}')


def sections_of_stub(stub):
    """PCR 11 from the sections, by hashlib: name with NUL, then content."""
    def test(bench):
        path = uki(bench, stub)
        result = measure(bench, '--as-boot', path)
        data = mkuki.read(path)
        sections = mkuki.Pe(data).sections
        value = '0' * 64
        for name in ('.linux', '.osrel', '.cmdline', '.initrd', '.uname',
                     '.sbat'):
            # 252 does not know the last two.
            if name not in sections or (stub == 252 and
                                        name in ('.uname', '.sbat')):
                continue
            _, size, offset, raw = sections[name]
            content = data[offset:offset + min(size, raw)]
            for part in (name.encode() + b'\0', content):
                value = extend(value, hashlib.sha256(part).hexdigest())
        expect(result['pcrs']['11']['sha256'] == value, 'PCR 11')
        expect(check_values(result, {pcr: '0' * 64 for pcr in range(24)}) == {4},
               'PCRs without a value')
    return test


def write_pcrs(path, values, form):
    with open(path, 'w', encoding='utf-8') as target:
        if form == 'tpm2':
            target.write('  sha1:\n  sha256:\n')
        for pcr, value in values.items():
            target.write(f'    {pcr:<2}: 0x{value.upper()}\n' if form == 'tpm2'
                         else f'/sys/class/tpm/tpm0/pcr-sha256/{pcr}:{value}\n')


def kexec_from_current(bench):
    """Separators, payload, its own events: on top of what was there."""
    start = {pcr: hashlib.sha256(b'%d' % pcr).hexdigest() for pcr in range(24)}
    path, pcrs = uki(bench, 257), bench.file('pcrs')
    results = []
    for form in ('tpm2', 'sysfs'):
        write_pcrs(pcrs, start, form)
        results.append(measure(bench, '--current', pcrs, path))
    expect(results[0] == results[1], 'formats of PCRFILE')
    result = results[0]
    expect(result['mode'] == 'kexec' and result['complete'] and
           result['start'] == pcrs and result['banks'] == ['sha256'], 'head')
    expect(not check_values(result, start), 'PCRs without a value')
    separators = [event['pcr'] for event in result['measurements']
                  if event['digests']['sha256'] == SEPARATOR]
    expect(tuple(separators) == SEPARATED, f'separators: {separators}')
    own = [event for event in result['measurements'] if event['by'] == 'kexec']
    expect(len(own) == 9 and own[-1]['pcr'] == 4 and
           own[-1]['event'] == 'EV_EFI_BOOT_SERVICES_APPLICATION', 'payload')
    expect(result['measurements'][:9] == own, "kexec's own come first")
    expect(set(result['pcrs']) == {str(pcr) for pcr in SEPARATED},
           f"PCRs: {result['pcrs'].keys()}")
    # The Authenticode digest is the one that inspect and signers know.
    inspected = bench.command(['inspect', '--json', path])
    expect(own[-1]['digests']['sha256'] ==
           json.loads(inspected.stdout)['authenticode']['sha256'], 'PCR 4')


def same_as_calculator(bench):
    """Each measurement and each value in four banks, as the independent
    calculator says: a UKI alone, and one with a command line and an initrd."""
    banks = ('sha1', 'sha256', 'sha384', 'sha512')
    before = {bank: {pcr: hashlib.new(bank, b'%d' % pcr).digest()
                     for pcr in range(24)} for bank in banks}
    pcrs = bench.file('pcrs-banks')
    with open(pcrs, 'w', encoding='utf-8') as target:
        for bank, values in before.items():
            for pcr, value in values.items():
                target.write(f'pcr-{bank}/{pcr}:{value.hex()}\n')
    for path, cmdline, initrd in ((uki(bench), '', None),
                                  (uki(bench), 'other words', bench.initrd())):
        words = ['--current', pcrs, '--unverified', path]
        words += ['--cmdline', cmdline] if cmdline else []
        words += ['--initrd', initrd] if initrd else []
        result = measure(bench, *words)
        events = list(calculator.expected(
            mkuki.read(path), before, cmdline=cmdline, verified=False,
            initrd=mkuki.read(initrd) if initrd else None))
        expect([(e['pcr'], e['type'], e['digests']) for e in
                result['measurements']] ==
               [(e.pcr, e.type, {bank: e.digest(bank).hex() for bank in banks})
                for e in events], f'{path} {cmdline!r}: other measurements')
        values = calculator.after(before, events)
        for pcr, found in result['pcrs'].items():
            expect(all(values[bank][int(pcr)].hex() == found[bank]
                       for bank in banks), f'{path} {cmdline!r}: PCR {pcr}')


def unverified(bench):
    path = uki(bench)
    plain, capped = measure(bench, path), measure(bench, '--unverified', path)
    expect('7' not in plain['pcrs'], 'PCR 7 of a verified kexec')
    digest = hashlib.sha256(b'kexec-unverified').hexdigest()
    expect(capped['pcrs'].pop('7')['sha256'] == extend('0' * 64, digest), 'PCR 7')
    expect(capped['pcrs'] == plain['pcrs'], 'other PCRs')


def command_line_and_initrd(bench):
    """A command line goes into PCR 12, an initrd besides into PCR 9."""
    path = uki(bench)
    plain = measure(bench, path)['pcrs']
    words = measure(bench, '--cmdline', 'other words', path)
    expect(words['pcrs']['12'] != plain['12'] and
           words['pcrs']['11'] == plain['11'], 'command line')
    texts = [event['description'] for event in words['measurements']
             if event['pcr'] == 12 and event['by'] == 'payload']
    expect(texts == ['other words'], f'PCR 12: {texts}')
    # The UKI's own: dropped by a kexec.
    expect(measure(bench, '--cmdline', CMDLINE, path)['pcrs'] == plain,
           'its own command line')
    extra = measure(bench, '--initrd', bench.initrd(), path)['pcrs']
    expect([pcr for pcr in plain if plain[pcr] != extra[pcr]] == ['9'],
           'initrd besides')


def one_byte(bench):
    plain = measure(bench, uki(bench))['pcrs']
    other = measure(bench, uki(bench, name='other', osrel=OSREL.upper()))['pcrs']
    changed = [pcr for pcr in plain if plain[pcr] != other[pcr]]
    expect(changed == ['4', '11'], f'changed: {changed}')


def incomplete(bench):
    """A payload that comes back: what there is, and that it is not all."""
    path = os.path.join(bench.out, 'x86_64/efi/return.efi')
    result = measure(bench, path, status=1, silent=False)
    expect(not result['complete'], 'complete')
    expect(len(result['measurements']) == 9, 'what kexec measures itself')
    text = bench.command(['measure', path]).stdout
    expect('there may be more' in text, 'the note')


def bad_input(bench):
    path, pcrs = uki(bench), bench.file('pcrs-bad')
    refused(bench, __file__, said='no MZ header')
    refused(bench, '/nonexistent', said='No such file')
    refused(bench, said='exactly one FILE')
    refused(bench, '--as-boot', '--unverified', path, said='--as-boot')
    refused(bench, '--banks', 'sha256,md5', path, said='--banks')
    refused(bench, '--banks', 'sha256,sha256', path, said='--banks')
    refused(bench, '--banks', '', path, said='--banks')
    refused(bench, '--current', '/nonexistent', path, said='No such file')
    write_pcrs(pcrs, {pcr: '0' * 64 for pcr in range(24) if pcr != 13}, 'tpm2')
    refused(bench, '--current', pcrs, path, said='no value of PCR 13')
    refused(bench, '--current', pcrs, '--banks', 'sha384', path,
            said='no value of PCR')
    with open(pcrs, 'a', encoding='utf-8') as target:
        target.write('11: 0x1234\n')
    refused(bench, '--current', pcrs, path, said=':26: no PCR value')


def for_people(bench):
    path = uki(bench)
    done = bench.command(['measure', '--as-boot', path])
    expect(done.returncode == 0, done.stderr)
    result = measure(bench, '--as-boot', path)
    for banks in result['pcrs'].values():
        expect(banks['sha256'] in done.stdout, 'a PCR value')
    for event in result['measurements']:
        expect(event['digests']['sha256'] in done.stdout and
               event['description'] in done.stdout, 'a measurement')


TESTS = {
    'measure-systemd-measure': same_as_systemd_measure,
    'measure-sections-252': sections_of_stub(252),
    'measure-sections-257': sections_of_stub(257),
    'measure-kexec': kexec_from_current,
    'measure-calculator': same_as_calculator,
    'measure-unverified': unverified,
    'measure-cmdline-initrd': command_line_and_initrd,
    'measure-one-byte': one_byte,
    'measure-incomplete': incomplete,
    'measure-bad-input': bad_input,
    'measure-for-people': for_people,
}
