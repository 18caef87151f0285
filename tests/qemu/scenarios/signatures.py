# SPDX-License-Identifier: GPL-2.0-or-later
"""Signatures, UKIs and .sbat sections, good and bent, under each policy that
there is: the cases D, E and F of security-model.md. Load-only."""
import mkuki
from . import BOOT, BOTH, Scenario, expect
from .inputs import table
from .policy import (COFF, FORCE, SBAT, application, builder, flip_data, lock,
                     mkpe, sign, signing, write)

POLICIES = ('open', 'locked', 'forced')
OK = ('ok', 'ok', 'ok')
# What is not verified loads where nothing enforces, and is EPERM under lockdown.
LOADS, REFUSED = 'ok', 'EPERM'


def unverified(errno):
    return (LOADS, REFUSED, errno)


# -- one K1, three policies ----------------------------------------------------

def run_cases(t, cases, before='', after='', files=None, **options):
    """cases: {name: (file's bytes, kload's arguments, errno per policy)}.
    Lockdown and SIG_FORCE are raised from pass to pass."""
    names = list(cases)
    job, files = before, dict(files or {})
    for policy in POLICIES:
        job += {'open': '', 'locked': lock('integrity'), 'forced': FORCE}[policy]
        for name in names:
            data, arguments, _ = cases[name]
            files['cases/' + name] = data
            job += f'say TRIED {policy} {name} ' \
                   f'$(kload {arguments} /job/cases/{name})\n'
    job += 'kload -u >/tmp/unload\n' + after
    files['initrd'] = b'070701 no real archive'
    with t.k1(job, files, **options) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL|BUG:|Oops')
        wrong = []
        for number, policy in enumerate(POLICIES):
            for name in names:
                wanted = cases[name][2][number]
                line = machine.find(rf'\] TRIED {policy} {name} ')
                got = line.text.split()[-1] if line else 'nothing'
                if got != wanted:
                    wrong.append(f'{policy} {name}: {got}, not {wanted}')
        expect(not wrong, f'{len(wrong)} cases:\n    ' + '\n    '.join(wrong))
        return machine


# -- D: signatures -------------------------------------------------------------

def signed_by_others(t, plain):
    """{name: (bytes, errno when forced)} of files that each signer made."""
    good, folder = builder(t), t.folder
    path = write(t, 'plain', plain)
    other = signing.make_signer(folder, 'other')
    expired = signing.make_signer(folder, 'expired', issuer=good, days=-1)
    late = signing.make_signer(folder, 'late', issuer=good, days=30)
    made = {'sbsign': (good.sbsign(path, t.path('sb')), None),
            'nested': (good.osslsigncode(t.path('sb'), t.path('nested'), 'sha256',
                                         '-nest'), None),
            'unknown': (other.sbsign(path, t.path('unknown')), 'ENOKEY'),
            'expired': (expired.sbsign(path, t.path('ex')), 'EKEYREJECTED'),
            'expired-since': (late.sbsign(path, t.path('since')), None)}
    for digest, errno in (('sha256', None), ('sha384', None), ('sha512', None),
                          ('sha1', 'EKEYREJECTED')):
        made['ossl-' + digest] = (
            good.osslsigncode(path, t.path(digest), digest), errno)
    for signer, name in (expired, 'expired.der'), (late, 'late.der'):
        signing.der(signer, t.path(name))
    return {name: (mkuki.read(file), errno)
            for name, (file, errno) in made.items()}


def bent(signed, unknown):
    """{name: (bytes, errno when forced)}: the wrapper or the message changed."""
    _, certificates = signing.table(signed)
    _, others = signing.table(unknown)
    message = signing.pkcs7(certificates)
    forms = {
        'dual-known-first': (certificates + others, None),
        'dual-unknown-first': (others + certificates, 'ENOKEY'),
        'revision-1': (signing.certificate(message, revision=0x100), 'ENOTSUPP'),
        'type-x509': (signing.certificate(message, kind=1), 'ENOTSUPP'),
        'no-message': (signing.certificate(b'\x04\x06junk..'), 'EBADMSG'),
        'indefinite': (signing.certificate(
            b'\x30\x80' + message[4:] + b'\0\0'), 'EBADMSG'),
        'length-of-3': (signing.certificate(
            b'\x30\x83\0' + message[2:]), 'EMSGSIZE'),
        'junk-behind': (signing.certificate(message + b'\xde\xad\xbe\xef' * 4),
                        None),
    }
    return {name: (signing.with_table(signed, content), errno)
            for name, (content, errno) in forms.items()}


def inner_only(t):
    """An unsigned UKI around a signed kernel."""
    return mkpe.uki(COFF[t.bench.arch], linux=sign(t, 'inner', application(t)),
                    sbat=SBAT).build()


def flips(name, size, step):
    """Shell: loads the file once per byte, with a bit of that byte changed."""
    return f'''
ktrust flip /job/cases/{name} 0 {size} {step} >/tmp/flips
while read -r line; do say FLIP $line; done </tmp/flips
'''


def check_flips(machine, signed, step):
    """Only CheckSum and the certificate table have bytes that do not count, and
    nothing that is laid out comes from there."""
    checksum = signing.entry_offset(signed) - 80
    start, _ = signing.table(signed)
    loaded, refused = set(), 0
    for line in machine.lines:
        what, _, number = line.text.partition('] FLIP ')[2].partition(' ')
        if what == 'loaded':
            loaded.add(int(number))
        elif what:
            refused += int(number)
    tried = range(0, len(signed), step)
    expect(len(loaded) + refused == len(tried), 'not every byte was tried')
    wrong = {at for at in loaded
             if not checksum <= at < checksum + 4 and at < start}
    expect(not wrong, f'loaded with a change at {sorted(wrong)}')
    unread = set(range(checksum, checksum + 4)) & set(tried)
    expect(unread <= loaded, f'CheckSum counts: {unread - loaded}')
    expect(refused > start // step - 5, f'only {refused} refused')


def every_byte(t):
    signed = sign(t, 'app', application(t))
    with t.k1(FORCE + flips('signed', len(signed), 1),
              {'cases/signed': signed}) as machine:
        machine.wait(r'\] JOB-EXIT 0$', 900, fail='JOB-FAIL|BUG:|Oops')
        check_flips(machine, signed, 1)


def signatures(t):
    plain = application(t)
    files = {'unsigned': (plain, 'ENODATA'),
             'inner-only': (inner_only(t), 'ENODATA')}
    files.update(signed_by_others(t, plain))
    signed = files['sbsign'][0]
    files.update(bent(signed, files['unknown'][0]))
    files['bit-data'] = (flip_data(signed), 'EKEYREJECTED')
    files['bit-text'] = (signing.flipped(
        signed, mkuki.Pe(signed).sections['.text'][2] + 1), 'EKEYREJECTED')
    files['bit-date'] = (signing.flipped(signed, 0x48), 'EKEYREJECTED')
    files['checksum'] = (signing.flipped(
        signed, signing.entry_offset(signed) - 32 - 48), None)
    cases = {name: (data, '', unverified(errno) if errno else OK)
             for name, (data, errno) in files.items()}
    # Which the other bytes are, every-byte tells.
    step = 41
    keys = {'expired.der': mkuki.read(t.path('expired.der')),
            'late.der': mkuki.read(t.path('late.der'))}
    # To K1's clock, the second certificate ended long ago, too.
    add = ''.join(f'say KEY {name} $(ktrust key .secondary_trusted_keys '
                  f'/job/{name})\n' for name in keys)
    machine = run_cases(
        t, cases, files=keys, after=flips('sbsign', len(signed), step),
        before='date -s 2100-01-01 >/tmp/date\nsay YEAR $(date +%Y)\n' + add)
    check_flips(machine, signed, step)
    expect(machine.find(r'\] YEAR 2100$'), 'K1 has another clock')
    expect(all(machine.find(rf'\] KEY {name} ok$') for name in keys),
           'a certificate was not added')
    for rule in ('UNSIGNED', 'SIGNER', 'SIGNATURE', 'SIGNATURE_FORMAT',
                 'WEAK_DIGEST'):
        expect(machine.find(f'kexec_pe: not verified: {rule}:'),
               f'the log never says {rule}')


def transplanted(t):
    """A genuine signature on each image of the table: whatever the parser would
    not take must not reach the verifier, and nothing may be verified."""
    expected, files = table(t)
    donor = flip_data(application(t))
    _, certificates = signing.table(sign(t, 'donor', donor))
    moved, wanted = {}, {}
    for name, (errno, _) in expected.items():
        data = signing.with_table(files[f'images/{name}.efi'], certificates)
        if data is None:
            continue
        moved[f'images/{name}.efi'] = data
        # What only the certificate table had wrong is sound now.
        wanted[name] = {'OK': {'EKEYREJECTED'}, 'ENOEXEC': {'ENOEXEC'}}.get(
            errno, {errno, 'EKEYREJECTED'})
    expect(len(moved) > 100, f'only {len(moved)} images can carry a signature')
    moved['names'] = ''.join(f'{name}.efi\n' for name in wanted).encode()
    job = FORCE + 'kload -t /job/names /job/images\nsay TABLE-END\n'
    with t.k1(job, moved, memory=3072) as machine:
        machine.wait(r'\] TABLE-END$', BOOT, fail='JOB-FAIL|BUG:|Oops|KASAN')
        wrong = []
        for name, errnos in wanted.items():
            line = machine.find(rf'\] CASE {name}\.efi ')
            got = line.text.split()[-1] if line else 'nothing'
            if got not in errnos:
                wrong.append(f'{name}: {got}, not {errnos}')
        expect(not wrong, f'{len(wrong)} images:\n    ' + '\n    '.join(wrong))


# -- F: UKIs -------------------------------------------------------------------

def uki(t, profiles=(), **sections):
    """A signed UKI that is only loaded; profiles: the .cmdline of each or None."""
    image = mkpe.uki(COFF[t.bench.arch], **{'sbat': SBAT, **sections})
    va = 0x30000
    for number, cmdline in enumerate(profiles):
        parts = [('.profile', b'ID=profile%d\n' % number)]
        if cmdline is not None:
            parts.append(('.cmdline', cmdline))
        for name, data in parts:
            image.add(name, data, va)
            va += 0x1000
    return sign(t, 'uki', image.build())


def uki_rules(t):
    own = 'console=ttyS0 test=1'
    whole, bare = uki(t), uki(t, cmdline=None, initrd=None)
    several = uki(t, profiles=(b'first=1', b'second=1', None))
    foreign = ('ok', 'EPERM', 'EPERM')
    cases = {
        'own-none': (whole, '', OK),
        'own-same': (whole, f"-c '{own}'", OK),
        'own-foreign': (whole, '-c other=1', foreign),
        'own-longer': (whole, f"-c '{own} init=/bin/sh'", foreign),
        'own-initrd': (whole, '-i /job/initrd', foreign),
        'bare-cmdline': (bare, '-c other=1', OK),
        'bare-initrd': (bare, '-i /job/initrd', OK),
        'profile-0': (several, '-c @0', OK),
        'profile-1': (several, '-c @1', OK),
        'profile-1-same': (several, "-c '@1 second=1'", OK),
        'profile-1-base': (several, f"-c '@1 {own}'", foreign),
        'profile-1-other': (several, "-c '@1 first=1'", foreign),
        'profile-2-base': (several, f"-c '@2 {own}'", OK),
        'profile-3': (several, '-c @3', ('EINVAL',) * 3),
    }
    machine = run_cases(t, cases)
    for rule in 'CMDLINE_LOCKED', 'INITRD_LOCKED', 'PROFILE':
        expect(machine.find(f'kexec_pe: refused: {rule}:'),
               f'the log never says {rule}')


# -- E: .sbat ------------------------------------------------------------------

def sbat_rules(t):
    """Built-in minimum and form; SbatLevelRT is for revocation.py."""
    def app(sbat):
        image = mkpe.app(COFF[t.bench.arch])
        image.add('.sbat', sbat, 0x8000)
        return sign(t, 'sbat', image.build())

    def inner(sbat):
        image = mkpe.app(COFF[t.bench.arch])
        image.add('.sbat', sbat, 0x8000)
        return uki(t, linux=image.build())

    refused = ('ok', 'EPERM', 'EPERM')
    cases = {
        'sound': (uki(t), '', OK),
        'bare-without': (sign(t, 'app', application(t)), '', OK),
        'uki-without': (uki(t, sbat=None), '', refused),
        'shim-3': (app(SBAT + b'shim,3,a,b,c,d\n'), '', refused),
        'shim-4': (app(SBAT + b'shim,4,a,b,c,d\n'), '', OK),
        'grub-4-last': (app(SBAT + b'x,1,a,b,c,d\ngrub,4,a,b,c,d'), '', refused),
        'grub-x-4': (app(SBAT + b'grub.x,4,a,b,c,d\n'), '', OK),
        'inner-sound': (inner(SBAT), '', OK),
        'inner-shim-3': (inner(SBAT + b'shim,3,a,b,c,d\n'), '', refused),
        'fields-5': (app(SBAT + b'x,1,a,b,c\n'), '', refused),
        'generation-0': (app(SBAT + b'x,0,a,b,c,d\n'), '', refused),
        'generation-minus': (app(SBAT + b'shim,-4,a,b,c,d\n'), '', refused),
        'generation-2-32': (app(SBAT + b'shim,4294967300,a,b,c,d\n'), '', refused),
        'after-nul': (app(SBAT + b'\0shim,3,a,b,c,d\n'), '', refused),
        'not-first': (app(b'shim,4,a,b,c,d\n' + SBAT), '', refused),
        'control': (app(SBAT + b'x,1,\x1b[2J,b,c,d\n'), '', refused),
        'empty': (app(b'\n\0'), '', refused),
        'name-60k': (app(SBAT + b'x' * 60000 + b',1,a,b,c,d\n'), '', OK),
        'name-64k': (app(SBAT + b'x' * 65536 + b',1,a,b,c,d\n'), '', refused),
    }
    machine = run_cases(t, cases)
    for rule in 'SBAT_MISSING', 'SBAT_REVOKED', 'SBAT_MALFORMED':
        expect(machine.find(f'refused: {rule}:') and
               machine.find(f'tolerated by kexec_pe.sbat=log: {rule}:'),
               f'the log never says {rule}')


SCENARIOS = [
    Scenario('signatures', 'signatures by two signers, and bent ones',
             signatures, BOTH),
    Scenario('every-byte', 'each byte of a signed file changed, in turn',
             every_byte, BOTH, slow=True),
    Scenario('transplanted-signatures', 'a genuine signature on every bad image',
             transplanted, BOTH),
    Scenario('uki-rules', 'command line and initrd beside a UKI, profiles',
             uki_rules, BOTH),
    Scenario('sbat-rules', '.sbat malformed, missing, below the minimum',
             sbat_rules, BOTH),
]
