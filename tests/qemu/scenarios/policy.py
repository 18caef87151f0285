# SPDX-License-Identifier: GPL-2.0-or-later
"""Which image loads under which policy: the matrix of security-model.md against
the real system call. Load-only: one K1 boots for many cells."""
import itertools
import os
import sys

import mkuki
from bench import TOP
from . import BOOT, BOTH, Scenario, expect, sysctl

sys.path.append(os.path.join(TOP, 'tests/images'))
# pylint: disable=wrong-import-position
import mkpe
import signing

PAGE = os.path.join(TOP, 'Documentation/security-model.md')
LOCKDOWN = ('none', 'integrity', 'confidentiality')
IMA = ('off', 'log', 'enforce')
IMAGES = ('signed', 'unsigned', 'bad')
COFF = {'x86_64': mkpe.MACHINES['x86_64'], 'arm64': mkpe.MACHINES['aarch64']}

SBAT = b'sbat,1,SBAT Version,sbat,1,https://example.org/sbat\n'

# Shell: the parts of a job.
CELL = '''
cell() {
	for i in signed unsigned bad; do
		say CELL $1 $2 $3 $i $(kload /job/$i)
	done
	kload -u >/tmp/unload
}
'''
RULE = 'appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig'
IMA_RULE = f"echo '{RULE}' >/sys/kernel/security/ima/policy || " \
           'say JOB-FAIL no rule for IMA\n'
FORCE = 'echo 1 >/sys/module/kexec_pe/parameters/test_sig_enforce || ' \
        'say JOB-FAIL no test_sig_enforce\n'


def lock(level):
    return f'echo {level} >/sys/kernel/security/lockdown || ' \
           f'say JOB-FAIL no lockdown {level}\n'


# -- images -------------------------------------------------------------------

def builder(t):
    """Who made the kernel: every one of its kernels trusts that key."""
    with open(t.bench.file('kernel-tree'), encoding='utf-8') as f:
        key = os.path.join(f.read().strip(), 'certs/signing_key.pem')
    return signing.Signer(key, key)


def write(t, name, data):
    path = t.path(name)
    with open(path, 'wb') as f:
        f.write(data)
    return path


def sign(t, name, data, signer=None):
    return mkuki.read((signer or builder(t)).sbsign(
        write(t, name + '.plain', data), t.path(name + '.signed')))


def application(t):
    """A small PE file that loads; .data is where bits may flip unseen."""
    return mkpe.app(COFF[t.bench.arch]).build()


def flip_data(data):
    return signing.flipped(data, mkuki.Pe(data).sections['.data'][2] + 0x40)


def images(t):
    plain = application(t)
    signed = sign(t, 'app', plain)
    return {'signed': signed, 'unsigned': plain, 'bad': flip_data(signed)}


# -- what is expected ---------------------------------------------------------

def words(cell, every):
    return every if cell == 'any' else tuple(cell.split(', '))


def read_page():
    """{(lockdown, forced, ima, image): errno} from the page's table."""
    cells, inside = {}, False
    with open(PAGE, encoding='utf-8') as page:
        for line in page:
            columns = [c.strip() for c in line.strip().strip('|').split('|')]
            if columns[:3] == ['lockdown', 'SIG_FORCE', 'IMA']:
                inside = True
            elif inside and not line.startswith('|'):
                break
            elif inside and not columns[0].startswith('---'):
                for key in itertools.product(words(columns[0], LOCKDOWN),
                                             words(columns[1], ('off', 'on')),
                                             words(columns[2], IMA)):
                    for image, errno in zip(IMAGES, columns[3:6]):
                        expect((*key, image) not in cells, f'{key} twice')
                        cells[(*key, image)] = errno
    expect(len(cells) == 54, f'{len(cells)} cells in {PAGE}')
    return cells


def check_cells(machine, wanted):
    """Every wanted cell was tried, and answered what the page says."""
    page, got = read_page(), {}
    for line in machine.lines:
        text = line.text.partition('] ')[2]
        if text.startswith('CELL '):
            *key, errno = text.split()[1:]
            got[tuple(key)] = errno
    expect(set(got) == set(wanted),
           f'not tried: {set(wanted) - set(got)}; too many: {set(got) - set(wanted)}')
    wrong = [f"{' '.join(key)}: {errno}, not {page[key]}"
             for key, errno in got.items() if errno != page[key]]
    expect(not wrong, f'{len(wrong)} cells:\n    ' + '\n    '.join(wrong))


def matrix(ima, forced):
    """Nine cells: lockdown can only be raised, so this is one boot."""
    def run(t):
        state = 'on' if forced else 'off'
        job = CELL + IMA_RULE + (FORCE if forced else '')
        for level in LOCKDOWN:
            if level != 'none':
                job += lock(level)
            job += f'cell {level} {state} {ima}\n'
        with t.k1(job, images(t), append=f'ima_appraise={ima}') as machine:
            machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
            check_cells(machine, itertools.product(LOCKDOWN, (state,), (ima,),
                                                   IMAGES))
    return run


# -- the cells that tell most, and what else is policy -------------------------

def one(lockdown, forced, ima, image):
    return f'say CELL {lockdown} {forced} {ima} {image} $(kload /job/{image})\n'


# A refused image answers the same whoever asks first, and nothing is loaded.
RETRY = '''
kload -u >/tmp/unload
for mode in 1 2 3; do
	echo $mode >/proc/sys/kernel/kexec_pe || say JOB-FAIL sysctl $mode
	for i in bad bad-kernel; do
		say RETRY $mode $i $(kload /job/$i) $(cat /sys/kernel/kexec_loaded)
	done
done
'''


def cells(t):
    table = [('none', 'off', 'off', 'unsigned'), ('none', 'off', 'off', 'bad'),
             ('integrity', 'off', 'off', 'signed'),
             ('integrity', 'off', 'off', 'unsigned'),
             ('integrity', 'off', 'off', 'bad'),
             ('integrity', 'on', 'off', 'unsigned'),
             ('integrity', 'on', 'off', 'bad'),
             ('integrity', 'on', 'enforce', 'signed')]
    job = ''.join(one(*key) for key in table[:2]) + lock('integrity')
    job += 'say SILENT-BEGIN\n' + one(*table[2]) + 'say SILENT-END\n'
    job += ''.join(one(*key) for key in table[3:5])
    job += '''
say OLD-CALL $(kexec -c -l --command-line=x /job/kernel 2>&1)
(echo log >/sys/module/kexec_pe/parameters/sbat) 2>/dev/null
echo enforce >/sys/module/kexec_pe/parameters/sbat
(echo log >/sys/module/kexec_pe/parameters/sbat) 2>/dev/null
say SBAT $(cat /sys/module/kexec_pe/parameters/sbat)
''' + FORCE + ''.join(one(*key) for key in table[5:7]) + RETRY
    job += IMA_RULE + one(*table[7]) + '''
echo 0 >/proc/sys/kernel/kexec_load_limit_reboot
say LIMIT $(kload /job/signed)
'''
    files = images(t)
    kernel = mkuki.read(t.bench.file(
        {'x86_64': 'bzImage', 'arm64': 'Image'}[t.bench.arch]))
    files['kernel'] = kernel
    signed = sign(t, 'kernel', kernel)
    files['bad-kernel'] = signing.flipped(signed, len(kernel) // 2)
    with t.k1(job, files) as machine:
        machine.wait(r'\] JOB-EXIT 0$', BOOT, fail='JOB-FAIL')
        check_cells(machine, table)
        check_silence(machine)
        expect(machine.find(r'\] OLD-CALL .*not permitted') and
               machine.find('Lockdown: kexec: kexec of unsigned images'),
               'kexec_load(2) under lockdown')
        expect(machine.find(r'\] SBAT enforce$'), 'kexec_pe.sbat was loosened')
        expect(machine.find(r'\] LIMIT EPERM$'), 'kexec_load_limit_reboot')
        check_retry(machine)


def check_silence(machine):
    """Of an image that is verified, lockdown has nothing to say."""
    said = [line.text for line in machine.lines]
    begin = next(i for i, text in enumerate(said) if 'SILENT-BEGIN' in text)
    end = next(i for i, text in enumerate(said) if 'SILENT-END' in text)
    wrong = [text for text in said[begin:end] if 'Lockdown:' in text]
    expect(not wrong, f'of a verified image: {wrong}')


def check_retry(machine):
    for mode in 1, 2, 3:
        for image in 'bad', 'bad-kernel':
            expect(machine.find(rf'\] RETRY {mode} {image} EKEYREJECTED 0$'),
                   f'sysctl {mode}, {image}: another answer, or loaded')


SCENARIOS = [
    Scenario('policy-cells', 'eight cells of the policy matrix, and knobs',
             cells, BOTH),
] + [
    Scenario(f"policy-{ima}{'-forced' * forced}",
             f"lockdown x IMA {ima}, SIG_FORCE {'on' if forced else 'off'}",
             matrix(ima, forced), BOTH, slow=True)
    for ima in IMA for forced in (False, True)]
