# SPDX-License-Identifier: GPL-2.0-or-later
"""arm64 payloads through the arm64 "kexec-pe run", under Debian's qemu-user:
without confinement, for qemu-user has no seccomp, and without sanitizers."""
import os


class Failure(Exception):
    """What a test did not find."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def bench_of(base, mkuki, cmdline):
    """A bench like that of x86-64 for this architecture."""
    class Arm64(base):
        """Where things are, and how a payload is run."""

        def __init__(self, out):
            super().__init__(out)
            self.program = 'qemu-aarch64'
            self.static = os.path.join(self.out, 'arm64/tools/kexec-pe')

        def built(self, name):
            return os.path.join(self.out, 'arm64', name)

        def arm64_uki(self, stub, kernel):
            path = self.file(f'arm64-{stub}-{os.path.basename(kernel)}.efi')
            return mkuki.make(path, stub=self.debian(f'stub-{stub}-arm64'),
                              linux=kernel, initrd=self.initrd(), cmdline=cmdline)

        def command(self, words, program=None, seconds=60, unconfined=True,
                    **more):
            options = ['--unconfined'] if unconfined else []
            return super().command([self.static, words[0], *options, *words[1:]],
                                   program, seconds, **more)
    return Arm64


def kernel(check, make, *emulated):
    """Boot services are exited and a kernel entered; only what is not allowed
    at EL0 was emulated."""
    def test(bench):
        report = bench.run(make(bench))
        check(report, 40)
        expect(set(report['privileged']) == set(emulated), report['privileged'])
        services = {call['service'] for call in report['calls']}
        expect('RNG.GetRNG' in services, f'no random place: {services}')
    return test


def app(name, status, outcome, **fault):
    def test(bench):
        report = bench.run(bench.built(f'efi/{name}.efi'), status=status)
        expect(report['outcome'] == outcome, report['sentence'])
        for key, value in fault.items():
            expect(report['fault'][key.strip('_')] == value, report['fault'])
    return test


def wrong_machine(bench):
    done = bench.command(['run', bench.debian('stub-252-x86_64')])
    expect(done.returncode == 2 and 'made for another machine' in done.stderr,
           done.stderr)


def confined(bench):
    """Where confinement is not to be had, nothing runs without a word."""
    done = bench.command(['run', bench.built('efi/return.efi')], unconfined=False)
    expect(done.returncode == 2 and 'cannot be confined' in done.stderr,
           done.stderr)


def tests(check):
    """check: of a report that ends in a kernel, with at least so many calls."""
    zboot = 'mrs clidr_el1', 'ic iallu'
    return {
        'arm64-uki-252': kernel(
            check, lambda b: b.arm64_uki(252, b.built('Image'))),
        'arm64-uki-257-zboot': kernel(
            check, lambda b: b.arm64_uki(257, b.built('vmlinuz.efi')), *zboot),
        'arm64-uki-252-debian-kernel': kernel(
            check, lambda b: b.arm64_uki(252, b.debian('vmlinuz-arm64'))),
        'arm64-zboot': kernel(check, lambda b: b.built('vmlinuz.efi'), *zboot),
        'arm64-image': kernel(check, lambda b: b.built('Image')),
        'arm64-app-returns': app('return', 1, 'returned'),
        'arm64-app-exits': app('exit_error', 1, 'returned'),
        'arm64-app-overflows': app('overflow', 1, 'fault', in_='payload'),
        'arm64-app-writes-text': app('write_text', 1, 'fault', in_='payload'),
        'arm64-bad-file-x86': wrong_machine,
        'arm64-confined': confined,
    }
