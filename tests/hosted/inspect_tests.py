# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec-pe inspect: against osslsigncode and objdump, and over the table of
malformed images. Run by run_tests.py."""
import json
import os
import re
import subprocess

import mkuki
import signing

SNAKEOIL = 'O=SnakeOil,L=Fort Collins,ST=Colorado,C=US'


class Failure(ValueError):
    """What a test did not find."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def inspect(bench, path, status=0):
    done = bench.command(['inspect', '--json', path])
    expect(done.returncode == status,
           f'{path}: exit status {done.returncode}: {done.stderr[:2000]}')
    expect(bool(done.stderr) == bool(status) and
           done.stderr.count('\n') == bool(status), f'stderr: {done.stderr}')
    return json.loads(done.stdout)


def osslsigncode(path):
    """The digest that it calculates over the file, in lower case. It wants to
    be told of some authority, and need not trust the signer for this."""
    done = subprocess.run(['osslsigncode', 'verify', '-CAfile',
                           mkuki.CERTIFICATE, path], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    match = re.search(r'Calculated message digest\s*: *([0-9A-F]+)', done.stdout)
    expect(match, f'osslsigncode: {done.stdout[:1000]}')
    return match[1].lower()


def signed_uki(bench, signed=True, **more):
    return mkuki.make(bench.file('inspected.efi'), signed=signed,
                      stub=bench.debian('stub-257-x86_64'),
                      linux=bench.kernel(), initrd=bench.initrd(),
                      uname='6.12.0-test', **more)


def a_signed_uki(bench):
    path = signed_uki(bench, cmdline='quiet \xe4\n')
    result = inspect(bench, path)
    expect(result['accepted'] and result['rule'] is None, 'accepted')
    expect(result['kind'] == 'uki' and result['machine'] == 'x86_64', 'kind')
    expect(result['size'] == os.path.getsize(path), 'size')
    expect(result['authenticode']['sha256'] == osslsigncode(path),
           'Authenticode digest')
    expect(result['cmdline'] == 'quiet \xe4', repr(result['cmdline']))
    expect(result['uname'] == '6.12.0-test', repr(result['uname']))
    expect(result['osrel'] == mkuki.OSREL.strip(), repr(result['osrel']))
    expect(result['stub'].startswith('systemd-stub 257'), repr(result['stub']))
    expect([entry['component'] for entry in result['sbat']] ==
           ['sbat', 'systemd-stub', 'systemd-stub.debian'] and
           not result['sbat_fault'], f"SBAT: {result['sbat']}")
    signature, = result['signatures']
    expect(signature['subject'] == signature['issuer'] == SNAKEOIL,
           signature['subject'])
    expect(signature['digest_algorithm'] == 'sha256' and
           signature['algorithm'] == 'RSA-SHA256', 'algorithm')
    expect(signature['digest_matches'] and signature['valid'] and
           signature['fault'] is None, 'signature')


def initrd_archive(bench):
    """Made by cpio(1): a folder and two files; and one that is cut off."""
    folder = bench.file('archive')
    os.makedirs(os.path.join(folder, 'kernel'), exist_ok=True)
    for name, size in (('kernel/microcode', 4097), ('empty', 0)):
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(bytes(size))
    archive = subprocess.run(['cpio', '-o', '-H', 'newc', '--quiet'],
                             input='kernel\nkernel/microcode\nempty\n'.encode(),
                             stdout=subprocess.PIPE, check=True, cwd=folder)
    for data, entries, fault in ((archive.stdout + b'\x1f\x8b', 3, None),
                                 (archive.stdout[:4000], None, 'cut off')):
        initrd = bench.file('archive.cpio')
        with open(initrd, 'wb') as f:
            f.write(data)
        path = mkuki.make(bench.file('archived.efi'), linux=bench.kernel(),
                          stub=bench.debian('stub-252-x86_64'), initrd=initrd)
        result = inspect(bench, path)['initrd']
        expect(result['size'] == len(data) and result['entries'] == entries and
               (fault or '') in (result['fault'] or ''), f'initrd: {result}')


def sections_as_objdump(bench):
    path = signed_uki(bench)
    done = subprocess.run(['objdump', '-h', '-w', path], text=True, check=True,
                          stdout=subprocess.PIPE)
    base = mkuki.Pe(mkuki.read(path)).image_base
    expected = {match[1]: (int(match[2], 16) - base, int(match[3], 16))
                for match in re.finditer(
                    r'^ *\d+ (\S+) +[0-9a-f]+ +([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) ',
                    done.stdout, re.M)}
    found = {section['name']: (section['virtual_address'],
                               section['raw_offset'])
             for section in inspect(bench, path)['sections']}
    expect(len(found) >= 9 and found == expected, f'{found} {expected}')


def debian_kernel(bench):
    path = bench.debian('vmlinuz-x86_64')
    result = inspect(bench, path)
    expect(result['kind'] == 'pe' and result['nx_compat'], 'kind')
    expect(result['authenticode']['sha256'] == osslsigncode(path), 'digest')
    signature, = result['signatures']
    expect(re.match('CN=Debian Secure Boot Signer', signature['subject']) and
           signature['issuer'] == 'CN=Debian Secure Boot CA' and
           signature['digest_matches'] and signature['valid'], str(signature))


def spoilt(bench, offset_of):
    data = bytearray(mkuki.read(signed_uki(bench)))
    data[offset_of(data)] ^= 1
    path = bench.file('spoilt.efi')
    with open(path, 'wb') as target:
        target.write(data)
    return inspect(bench, path)['signatures'][0]


def changed_file(bench):
    """The signature is good, but not over this file."""
    signature = spoilt(
        bench, lambda data: mkuki.Pe(bytes(data)).sections['.linux'][2] + 99)
    expect(not signature['digest_matches'] and signature['valid'] and
           signature['subject'] == SNAKEOIL, str(signature))


def changed_signature(bench):
    """The last bytes of PKCS#7 are the signature itself; 8 may be padding."""
    signature = spoilt(bench, lambda data: len(data) - 20)
    expect(signature['digest_matches'] and not signature['valid'],
           str(signature))


def unsigned(bench):
    result = inspect(bench, bench.debian('stub-252-x86_64'))
    expect(result['signatures'] == [] and
           result['stub'].startswith('systemd-stub 252'), 'stub 252')
    done = bench.command(['inspect', bench.debian('stub-252-x86_64')])
    expect('signature:     none' in done.stdout, 'for people')


def malformed(bench):
    """The rule is the one that the table expects, for every case."""
    folder = os.path.join(bench.out, 'unit/cases/x86_64')
    seen = 0
    with open(os.path.join(folder, 'expect.tsv'), encoding='utf-8') as table:
        for line in table:
            name, errno, rule = line.rstrip('\n').split('\t')[:3]
            # inspect takes every machine, and an empty file is no PE.
            if errno not in ('OK', 'ELIBBAD'):
                continue
            path = os.path.join(folder, name + '.efi')
            status = 0 if errno == 'OK' else 2
            result = inspect(bench, path, status)
            have = result['rule'] or 'OK'
            expect(have == rule, f'{name}: {have}, not {rule}')
            seen += 1
    expect(seen > 150, f'only {seen} cases')


def signed_corpus(bench):
    """Every sound image of the table, signed by sbsign and by osslsigncode: the
    digest is the one that osslsigncode calculates. A signer that cannot sign an
    odd image, or mends it into a malformed one, says so by its exit status."""
    signer = signing.make_signer(bench.folder, 'corpus')
    tried = {'sbsign': 0, 'osslsigncode': 0}
    for machine in 'x86_64', 'aarch64':
        folder = os.path.join(bench.out, 'unit/cases', machine)
        for name in sound(folder):
            for tool in tried:
                path = bench.file('corpus.efi')
                try:
                    getattr(signer, tool)(f'{folder}/{name}.efi', path)
                except RuntimeError:
                    continue
                done = bench.command(['inspect', '--json', path])
                if done.returncode:
                    continue
                result = json.loads(done.stdout)
                wanted = osslsigncode(path)
                expect(result['authenticode']['sha256'] == wanted,
                       f'{machine} {name} by {tool}: another digest')
                expect(result['signatures'][0]['digest_matches'],
                       f'{machine} {name}: {tool} signed another digest')
                tried[tool] += 1
    expect(all(count > 80 for count in tried.values()), f'only {tried}')


def sound(folder):
    """The images that load, but for those with a mock certificate table."""
    with open(os.path.join(folder, 'expect.tsv'), encoding='utf-8') as rows:
        names = [row.split('\t')[0] for row in rows
                 if row.split('\t')[1] == 'OK']
    return [name for name in names
            if not signing.table(mkuki.read(f'{folder}/{name}.efi'))[1]]


def profiles(bench):
    base = signed_uki(bench, signed=False, cmdline='base')
    pe = mkuki.Pe(mkuki.read(base))
    text, path = bench.file('profile'), bench.file('profiles.efi')
    with open(text, 'w', encoding='utf-8') as target:
        target.write('ID=rescue\nTITLE=Rescue\n')
    # Behind all others, so that those are of the base.
    rva = -(-pe.end() // 0x1000) * 0x1000 + pe.image_base
    subprocess.run(['objcopy', '--add-section', f'.profile={text}',
                    '--set-section-flags', '.profile=contents,alloc,load,data,readonly',
                    '--change-section-vma', f'.profile={rva:#x}', base, path],
                   check=True)
    profile, = inspect(bench, path)['profiles']
    expect(profile['profile'] == 'ID=rescue\nTITLE=Rescue', str(profile))
    expect(profile['cmdline'] == 'base', str(profile))


def terminal(bench):
    """A file cannot write escape sequences to the terminal."""
    path = signed_uki(bench, cmdline='\x1b]0;title\x07 quiet')
    done = bench.command(['inspect', path])
    expect(done.returncode == 0 and '\\x1b]0;title\\x07 quiet' in done.stdout and
           '\x1b' not in done.stdout, done.stdout[:1000])


def bad_input(bench):
    for words, said in (([], 'exactly one FILE'), (['/nonexistent'], 'No such file'),
                        ([bench.folder], 'not a file'), ([__file__], 'no MZ header'),
                        (['/dev/null'], 'not a file')):
        done = bench.command(['inspect', *words])
        expect(done.returncode == 2 and said in done.stderr and
               not done.stdout, f'{words}: {done.stderr}')


TESTS = {
    'inspect-signed-uki': a_signed_uki,
    'inspect-sections': sections_as_objdump,
    'inspect-initrd': initrd_archive,
    'inspect-debian-kernel': debian_kernel,
    'inspect-changed-file': changed_file,
    'inspect-changed-signature': changed_signature,
    'inspect-unsigned': unsigned,
    'inspect-malformed': malformed,
    'inspect-signed-corpus': signed_corpus,
    'inspect-profiles': profiles,
    'inspect-terminal': terminal,
    'inspect-bad-input': bad_input,
}
