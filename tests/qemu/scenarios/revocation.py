# SPDX-License-Identifier: GPL-2.0-or-later
"""Revocation under Secure Boot: dbx and SbatLevelRT as K1 finds them, and what
root makes of shim's variables."""
import hashlib

import mkuki
import prelude
from . import (BOOT, BOTH, START, Scenario, check_k2, expect, load, marker,
               run_to_end)
from .policy import COFF, FORCE, SBAT, application, builder, mkpe, signing, write

LEVEL = b'sbat,1,2030010100\nshim,4\nkpe.test,3\n'


def by_snakeoil(t, data):
    return mkuki.read(mkuki.sign(write(t, 'plain', data), t.path('signed')))


def with_sbat(t, generation):
    image = mkpe.app(COFF[t.bench.arch])
    image.add('.sbat', SBAT + b'kpe.test,%d,a,b,c,d\n' % generation, 0x8000)
    return by_snakeoil(t, image.build())


def authenticode(data):
    """SHA-256 as the specification has it, of a file that sbsign made: all but
    CheckSum, the entry of the certificate table, and that table."""
    entry = signing.entry_offset(data)
    checksum, (end, _) = entry - 80, signing.table(data)
    return hashlib.sha256(data[:checksum] + data[checksum + 4:entry] +
                          data[entry + 8:end]).digest()


def revoked_image(t):
    """An image unlike the others: its hash is listed, not theirs."""
    image = mkpe.app(COFF[t.bench.arch])
    image.trailer = b'revoked!' * 4
    return image.build()


def revocation(t):
    good = builder(t)
    signing.der(good, t.path('builder.der'))
    listed = by_snakeoil(t, revoked_image(t))
    path = write(t, 'listed', revoked_image(t))
    # Signed over SHA-512: the listed SHA-256 counts all the same.
    other_digest = mkuki.read(snakeoil(t).osslsigncode(path, t.path('512'),
                                                       'sha512'))
    files = {'good': by_snakeoil(t, application(t)),
             'hash': listed, 'hash-sha512': other_digest,
             'certificate': mkuki.read(good.sbsign(
                 write(t, 'plain', application(t)), t.path('builder'))),
             'level-2': with_sbat(t, 2), 'level-3': with_sbat(t, 3)}
    expect(authenticode(other_digest) == authenticode(listed), 'the same image')
    wanted = {'good': ('ok', 'ok'), 'hash': ('EPERM', 'EKEYREJECTED'),
              'hash-sha512': ('EPERM', 'EKEYREJECTED'),
              'certificate': ('EPERM', 'EKEYREJECTED'),
              'level-2': ('EPERM', 'EPERM'), 'level-3': ('ok', 'ok')}
    variables = [
        prelude.dbx(prelude.SHA256, authenticode(listed)),
        prelude.dbx(prelude.X509, mkuki.read(t.path('builder.der'))),
        prelude.variable('SbatLevelRT', prelude.SHIM, LEVEL)]
    passes = ''.join(f'say TRIED {policy} {name} $(kload /job/{name})\n'
                     for policy in ('locked', 'forced') for name in files)
    job = passes.replace('say TRIED forced', FORCE + 'say TRIED forced', 1)
    with t.k1(job, files, secure_boot=True, stub=252,
              variables=variables) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
        expect(machine.facts()['lockdown'] == 'integrity', 'K1 is not locked down')
        wrong = [f'{policy} {name}, not {errnos[number]}'
                 for number, policy in enumerate(('locked', 'forced'))
                 for name, errnos in wanted.items()
                 if not machine.find(rf'\] TRIED {policy} {name} {errnos[number]}$')]
        expect(not wrong, '; '.join(wrong))
        for rule in 'REVOKED', 'SIGNATURE', 'SBAT_REVOKED':
            expect(machine.find(f'kexec_pe: (not verified|refused): {rule}:'),
                   f'the log never says {rule}')


def snakeoil(t):
    key = t.path('snakeoil.key')
    signing.run(['openssl', 'pkey', '-in', mkuki.KEY, '-passin',
                 'pass:' + mkuki.PASSPHRASE, '-out', key])
    return signing.Signer(key, mkuki.CERTIFICATE)


def level_malformed(t):
    """What can't be read is no permission."""
    files = {'sbat': with_sbat(t, 3), 'none': by_snakeoil(t, application(t))}
    variables = [prelude.variable('SbatLevelRT', prelude.SHIM,
                                  b'sbat,1,2030010100\nkpe.test\n')]
    job = 'say SBAT $(kload /job/sbat)\nsay NONE $(kload /job/none)\n'
    with t.k1(job, files, secure_boot=True, stub=252,
              variables=variables) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
        expect(machine.find(r'\] SBAT EPERM$') and
               machine.find('refused: SBAT_LEVEL:'), 'a malformed SbatLevelRT')
        # An image that has no components is asked for none.
        expect(machine.find(r'\] NONE ok$'), 'an image without .sbat')


# Prints attributes and data of shim's variables, in hex.
SHOW = '''
for name in MokSBStateRT MokListRT SbatLevelRT; do
	file=/sys/firmware/efi/efivars/$name-605dab50-e046-4300-abb6-3dd810dd8b23
	say $1 $name $([ -r $file ] && head -c 12 $file | xxd -p || echo none)
done
'''


def mok_state(t):
    """Volatile variables reach K2; one that root made does not, and K2 is as
    locked down as K1 was."""
    variables = [prelude.variable('SbatLevelRT', prelude.SHIM, LEVEL)]
    text, cmdline = marker(), t.cmdline()
    show = SHOW.replace('$1', 'K2-HAS')
    payload = t.uki('signed.efi', initrd=t.initrd(text, job=show),
                    cmdline=cmdline, signed=True)
    job = r'''
file=/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23
printf '\007\000\000\000\001' >$file || say JOB-FAIL no variable was made
''' + SHOW.replace('$1', 'K1-HAS') + load() + START
    with t.k1(job, {'payload': payload}, secure_boot=True, stub=252,
              variables=variables) as machine:
        run_to_end(machine)
        expect(machine.find(r'\] K1-HAS MokSBStateRT 0700000001$'),
               'root made no variable: the test is none')
        level = '06000000' + LEVEL[:8].hex()
        expect(machine.find(rf'\] K1-HAS SbatLevelRT {level}$') and
               machine.find(rf'\] K2-HAS SbatLevelRT {level}$'),
               'SbatLevelRT with its attributes')
        # arm64's K2 asks firmware itself; its stub, which decides, did not.
        if t.bench.arch == 'x86_64':
            expect(machine.find(r'\] K2-HAS MokSBStateRT none$'),
                   "root's MokSBStateRT reached K2")
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text)
        expect(machine.facts(1)['lockdown'] == 'integrity', 'K2 is not locked')


SCENARIOS = [
    Scenario('revocation', 'image hash, certificate, SBAT level', revocation,
             BOTH, slow=True),
    Scenario('sbat-level-malformed', 'a list that cannot be read refuses',
             level_malformed, BOTH, slow=True),
    Scenario('mok-state', "shim's variables reach K2, root's do not", mok_state),
]
