# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux' own test of kexec_file_load(2), unmodified, with images that only our
handler takes and with those that the native one takes."""
import os
import subprocess

import mkuki
from bench import TOP
from . import BOOT, BOTH, Scenario, expect
from .policy import builder, lock

# What the test asks of tools that the guest does not have.
PESIGN = b'''#!/bin/sh
# pesign -i FILE --show-signature
number() { od -An -tu4 -j $1 -N 4 "$2" | tr -d ' '; }
size=$(number $(($(number 60 "$2") + 24 + 112 + 36)) "$2")
[ "$size" = 0 ] && echo No signatures found. || echo certificates: $size bytes
'''
# Nothing here has a signature of IMA.
GETFATTR = b'#!/bin/sh\necho no such attribute >&2\nexit 1\n'

SETUP = '''
release=$(uname -r)
mkdir -p /boot /lib/modules/$release
cp /job/config /lib/modules/$release/config
chmod 755 /job/bin/* /job/selftest/*
run() {
	ln -sf /job/$2 /boot/vmlinuz-$release
	(cd /job/selftest && PATH=/job/bin:$PATH ./test_kexec_file_load.sh) \\
		>/tmp/said 2>&1
	status=$?
	while read -r line; do say "SAYS $line"; done </tmp/said
	say SELFTEST $1 $2 $status
}
'''


def folder():
    return subprocess.run([os.path.join(TOP, 'tools/build/kexec-selftest.sh')],
                          check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def selftest(t):
    """The test wants a signed image wherever the configuration can verify one,
    so unsigned ones are tried under lockdown only."""
    with open(t.bench.file('kernel-tree'), encoding='utf-8') as f:
        tree = f.read().strip()
    uki = t.uki(initrd=t.initrd('none'), cmdline=t.cmdline())
    native = t.bench.file({'x86_64': 'bzImage', 'arm64': 'Image'}[t.bench.arch])
    good = builder(t)
    files = {'config': os.path.join(tree, '.config'),
             'uki': uki, 'native': native,
             'signed-uki': good.sbsign(uki, t.path('signed-uki')),
             'signed-native': good.sbsign(native, t.path('signed-native')),
             'bin/pesign': PESIGN, 'bin/getfattr': GETFATTR}
    for name in 'test_kexec_file_load.sh', 'kexec_common_lib.sh':
        files['selftest/' + name] = mkuki.read(os.path.join(folder(), name))
    runs = [('open', 'signed-uki'), ('open', 'signed-native'),
            ('locked', 'signed-uki'), ('locked', 'signed-native'),
            ('locked', 'uki'), ('locked', 'native')]
    job = SETUP + ''.join(f'run {policy} {name}\n' for policy, name in runs)
    job = job.replace('run locked', lock('integrity') + 'run locked', 1)
    with t.k1(job, files, memory=3072) as machine:
        machine.wait(r'\] JOB-EXIT 0$', 3 * BOOT, fail='JOB-FAIL')
        wrong = [f'{policy} {name}' for policy, name in runs
                 if not machine.find(rf'\] SELFTEST {policy} {name} 0$')]
        expect(not wrong, f'failed: {wrong}')
        said = [line.text for line in machine.lines if '] SAYS kexec_file' in
                line.text or 'SAYS kexec kernel' in line.text]
        passed = [text for text in said if '[PASS]' in text]
        expect(sum('succeeded' in text for text in passed) == 4 and
               sum('failed' in text for text in passed) == 2, f'{said}')


SCENARIOS = [
    Scenario('kexec-selftest', "Linux' own test of kexec_file_load", selftest,
             BOTH, slow=True),
]
