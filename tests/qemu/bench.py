# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of K1 and its payloads is made of: built files, jobs, proofs.
Shared by try.py, demo.py and the scenarios of check.py."""
import os
import re
import subprocess

import cpio
import mkuki
import prelude
from vm import Machine, MachineError

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
# On a busy host an emulated machine may be late with its timer, and the kernel's
# check of the IO-APIC then ends in a panic that says nothing of what is tested.
CONSOLE = {'x86_64': 'console=ttyS0 no_timer_check',
           'arm64': 'console=ttyAMA0'}
KERNEL = {'x86_64': 'bzImage', 'arm64': 'vmlinuz.efi'}
# K1's last words: what comes after them is the payload's.
KEXEC = r'kexec_core: Starting new kernel'
PROOF = re.compile(r'^\[[ 0-9.]+\] (K1|PROOF) ([a-z0-9_.]+)(\+?)=(.*)')


class Bench:
    """The built files of one architecture under the output folder."""

    def __init__(self, out, arch='x86_64'):
        self.out, self.arch = os.path.abspath(out), arch

    def file(self, name):
        """A file that make built; says which target when it is not there."""
        path = os.path.join(self.out, self.arch, name)
        if not os.path.exists(path):
            raise MachineError(f'{path} is not there: make all ARCH={self.arch}')
        return path

    def kernel(self, signed=False):
        path = self.file(KERNEL[self.arch])
        return self.signed(path) if signed else path

    def initrd(self):
        return self.file('initrd.cpio.gz')

    def signed(self, path):
        """A signed copy in the output folder, made when the file changed."""
        result = os.path.join(self.out, self.arch,
                              os.path.basename(path) + '.signed')
        if not os.path.exists(result) or \
                os.path.getmtime(result) < os.path.getmtime(path):
            new = f'{result}.{os.getpid()}'
            os.rename(mkuki.sign(path, new), result)
        return result

    def signed_by_builder(self, path, result):
        """A copy signed with the key that the kernel's build made for itself,
        which every one of its kernels trusts, Secure Boot or not."""
        with open(self.file('kernel-tree'), encoding='utf-8') as f:
            key = os.path.join(f.read().strip(), 'certs/signing_key.pem')
        subprocess.run(['sbsign', '--key', key, '--cert', key,
                        '--output', result, path],
                       check=True, capture_output=True)
        return result

    def debian(self, name):
        """A file of a Debian package, from the cache or the mirror."""
        return subprocess.run(
            [os.path.join(TOP, 'tools/build/debian-files.sh'), name],
            check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def stub(self, version):
        return self.debian(f'stub-{version}-{self.arch}')

    def console(self):
        return CONSOLE[self.arch]


class K1(Machine):
    """A machine whose K1 runs a job, a busybox script that finds files beside
    it in /job: bytes, or the name of a file here. kernel: another than the bench's,
    for K1. stub: K1 is a UKI of that stub. variables: of prelude.py, to be set
    before K1, which wants a stub then. Other options: those of Machine."""

    def __init__(self, bench, job, files=None, *, kernel=None, append='',
                 stub=None, variables=None, **options):
        self._base = bench.initrd()
        self._stub = stub and bench.stub(stub)
        self._prelude = variables and (bench.file('efi/prelude.efi'), variables)
        self._contents = {'job/run': '. /lib/guest.sh\n' + job}
        for name, source in (files or {}).items():
            self._contents['job/' + name] = source
        secure = options.get('secure_boot', False)
        super().__init__(
            arch=bench.arch, kernel=kernel or bench.kernel(signed=secure),
            append=f'{bench.console()} loglevel=7 {append}'.strip(), **options)

    def _start(self):
        contents = {name: source if isinstance(source, bytes) or
                    name == 'job/run' else mkuki.read(source)
                    for name, source in self._contents.items()}
        self.options['initrd'] = cpio.append(
            self._base, os.path.join(self._dir, 'k1.cpio'), contents)
        if self._stub:
            self._make_uki()
        if self._prelude:
            self.options['kernel'] = prelude.before(
                os.path.join(self._dir, 'prelude.efi'), *self._prelude,
                self.options['kernel'], self.options['secure_boot'])
        super()._start()

    def _make_uki(self):
        options = self.options
        options['kernel'] = mkuki.make(
            os.path.join(self._dir, 'k1.efi'), stub=self._stub,
            linux=options['kernel'], initrd=options['initrd'],
            cmdline=options['append'], signed=options['secure_boot'])
        options['initrd'], options['append'] = None, ''

    def wait_kexec(self, timeout, after=0):
        """Waits for the last line of a kernel, from line after on; returns the
        number of the line that follows."""
        line = self.wait(KEXEC, timeout, after=after,
                         fail=r'\] (JOB-EXIT|JOB-FAIL)')
        return line.number + 1

    def facts(self, hop=0):
        """What K1 (hop 0) or the payload of a hop said of itself: {key: value};
        a key that came more than once holds its values as lines."""
        found, at = {}, 0
        for line in self.lines:
            at += 'PROOF-BEGIN' in line.text
            match = PROOF.match(line.text)
            if not match or (match[1] == 'PROOF') != (hop > 0) or \
                    (hop and at != hop):
                continue
            _, key, more, value = match.groups()
            if more:
                found[key] += value
            elif key in found:
                found[key] += '\n' + value
            else:
                found[key] = value
        if not found:
            raise MachineError(f'hop {hop} printed no facts{self.where()}')
        return found


def is_uki(path):
    """Whether a PE file has a .linux section."""
    try:
        return '.linux' in mkuki.Pe(mkuki.read(path)).sections
    except (ValueError, IndexError, UnicodeDecodeError, OSError):
        return False


def quote(text):
    """For a shell script."""
    return "'" + text.replace("'", "'\\''") + "'"
