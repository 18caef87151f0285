#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs payloads through "kexec-pe run", built with ASan and UBSan, and looks at
what it reports: real images, the self-test application, bad files, bad payloads.

    run_tests.py [--arch ARCH] [--out DIR] [--only PART-OF-A-NAME]

x86_64, or the smaller part for arm64: arm64_tests.py.

One line for each test; ends with "N passed, N failed".
"""
import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path += [os.path.join(TOP, 'tests', folder)
             for folder in ('qemu', 'efi', 'images')]
# pylint: disable=wrong-import-position
import arm64_tests
import inspect_tests
import measure_tests
import verify_log_tests
import mkuki
import result
import run_selftest

CMDLINE = 'console=ttyS0 kexec_pe=hosted'
REPORTED = {'exited-boot-services', 'returned', 'reset', 'panic', 'fault',
            'halted', 'limit'}


class Failure(Exception):
    """What a test did not find."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Bench:
    """Where things are, and how a payload is run."""

    def __init__(self, out):
        self.out = os.path.abspath(out)
        self.made = set()
        self.folder = os.path.join(self.out, 'hosted')
        self.program = os.path.join(self.folder, 'kexec-pe')
        self.static = os.path.join(self.out, 'x86_64/tools/kexec-pe')

    def file(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def debian(name):
        script = os.path.join(TOP, 'tools/build/debian-files.sh')
        return subprocess.run([script, name], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def kernel(self):
        """Our own kernel where it is built, else Debian's."""
        own = os.path.join(self.out, 'x86_64/bzImage')
        return own if os.path.exists(own) else self.debian('vmlinuz-x86_64')

    def initrd(self):
        """Something that only looks like an initrd: nothing reads it here."""
        path = self.file('initrd')
        if not os.path.exists(path):
            with open(path, 'wb') as target:
                target.write(b'070701' + bytes(range(256)) * 1024)
        return path

    def uki(self, stub, kernel=None):
        kernel = kernel or self.kernel()
        path = self.file(f'uki-{stub}-{os.path.basename(kernel)}.efi')
        if path not in self.made:
            mkuki.make(path, stub=self.debian(f'stub-{stub}-x86_64'),
                       linux=kernel, initrd=self.initrd(), cmdline=CMDLINE)
            self.made.add(path)
        return path

    def command(self, words, program=None, seconds=60, **more):
        return subprocess.run([program or self.program, *words], text=True,
                              errors='replace', stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, check=False, **more)

    def run(self, file, *options, status=0, program=None):
        """The report of a run, which must end with that exit status."""
        done = self.command(['run', '--json', *options, file], program)
        expect(done.returncode == status,
               f'exit status {done.returncode}, not {status}: ' +
               (done.stderr or done.stdout[:500]))
        expect(not done.stderr, f'stderr: {done.stderr[:2000]}')
        return json.loads(done.stdout)


def calls_of(report, service):
    return [call for call in report['calls'] if call['service'] == service]


def check_map(report):
    """Sorted, disjoint, nothing of no size."""
    end = 0
    for item in report['memory_map']:
        start = int(item['start'], 16)
        expect(item['pages'] > 0, f'no pages at {start:x}')
        expect(start >= end, f'overlap at {start:x}')
        end = start + item['pages'] * 4096


def check_kernel(report, calls):
    """Boot services were exited, and then a kernel entered."""
    expect(report['outcome'] == 'exited-boot-services', report['sentence'])
    expect(len(report['calls']) == report['call_count'] >= calls,
           f"{report['call_count']} calls")
    expect(report['calls'][-1]['service'] == 'ExitBootServices' and
           report['calls'][-1]['status'] == 'SUCCESS', 'the last call')
    expect(report['kernel_entry'], 'no kernel entry: ' + report['sentence'])
    entry = int(report['kernel_entry'], 16)
    check_map(report)
    code = [item for item in report['memory_map']
            if item['name'] == 'LoaderCode' and
            0 <= entry - int(item['start'], 16) < item['pages'] * 4096]
    expect(code, f'entry {entry:x} is in no LoaderCode')
    guids = {table['guid'] for table in report['tables']}
    expect('eb66918a-7eef-402a-842e-931d21c38ae9' in guids,
           'no RT_PROPERTIES table')


def uki(stub, kernel=None):
    def test(bench):
        report = bench.run(bench.uki(
            stub, bench.debian(kernel) if kernel else None))
        check_kernel(report, 100)
        names = {item['name'] for item in report['variables']}
        expect('StubInfo' in names, f'variables: {names}')
        images = {call['image'] for call in report['calls']}
        if stub != 'newest':
            expect(len(images) == 2, f'calls from {images}')
    return test


def bzimage(kernel=None):
    def test(bench):
        path = bench.debian(kernel) if kernel else bench.kernel()
        report = bench.run(path, '--cmdline', CMDLINE, '--initrd',
                           bench.initrd())
        check_kernel(report, 20)
        guids = {table['guid'] for table in report['tables']}
        expect('5568e427-68fc-4f3d-ac74-ca555231cc68' in guids,
               'no LINUX_EFI_INITRD_MEDIA table')
        reads = calls_of(report, 'LoadFile2')
        expect([call['status'] for call in reads] ==
               ['BUFFER_TOO_SMALL', 'SUCCESS'], f'LoadFile2: {reads}')
    return test


def initrd_beside(bench):
    """An initrd argument is served behind the UKI's own."""
    report = bench.run(bench.uki(257), '--initrd', bench.initrd())
    check_kernel(report, 100)


def selftest(bench):
    report = bench.run(os.path.join(bench.out, 'x86_64/efi/selftest.efi'))
    run = result.Result(report['console'])
    expect(run.ended, 'the self-test did not end')
    # What the emulator does not pass after a kexec it does not pass here.
    with open(os.path.join(TOP, 'tests/efi/differences.txt'),
              encoding='utf-8') as source:
        known = {line.split()[0] for line in source
                 if line.split()[1:2] == ['FAIL'] and line[0] != '#'}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = run_selftest.judge(run, known)
    with open(os.path.join(bench.out, 'x86_64/efi/hosted.result'), 'w',
              encoding='utf-8') as target:
        target.write(run.text())
    expect(status == 0, said.getvalue())


def returns(name, sentence):
    def test(bench):
        report = bench.run(os.path.join(bench.out, f'x86_64/efi/{name}.efi'),
                           status=1)
        expect(report['outcome'] == 'returned' and
               report['sentence'] == f'the payload returned {sentence}',
               report['sentence'])
        check_map(report)
    return test


def payload(file, outcome, *options, **fault):
    """A payload of tests/hosted/payload, how it ends, what the fault says."""
    def test(bench):
        for program in (bench.program, bench.static):
            report = bench.run(bench.file(f"{file}.efi"), *options, status=1,
                               program=program)
            expect(report['outcome'] == outcome,
                   f"{report['outcome']}: {report['sentence']}")
            for key, value in fault.items():
                found = report['fault'][key.strip('_')]
                expect(found == value, f'{key}: {found}, not {value}')
            check_map(report)
    return test


def privileged(bench):
    report = bench.run(bench.file('privileged.efi'), status=1)
    expect(report['sentence'] == 'the payload returned SUCCESS',
           report['sentence'])
    expect(report['privileged']['mov cr'] == 6, report['privileged'])
    expect(report['console'] == '!', report['console'])


def loop_calls(bench):
    report = bench.run(bench.file('loop_calls.efi'), '--limit', '2', status=1)
    expect(report['outcome'] == 'limit', report['sentence'])
    expect(report['call_count'] > 1000, 'too few calls')
    kept = len(report['calls'])
    expect(kept <= 65536 and report['calls'][-1]['id'] == report['call_count'],
           f"{kept} calls kept of {report['call_count']}")


def text_report(bench):
    """The report for people has what the issue asks for."""
    done = bench.command(['run', '--limit', '1', bench.file('loop.efi')])
    for word in ('EFI calls: 0', 'Memory map:', 'Configuration tables:',
                 'Variables set:', 'Console:', 'Fault: time limit',
                 'at payload+0x100', '  rip 0000', 'Last EFI calls',
                 'LoaderCode, r-x', 'Result: limit:'):
        expect(word in done.stdout, f'no "{word}" in: {done.stdout}')
    expect(done.returncode == 1, f'exit status {done.returncode}')
    done = bench.command(['run', bench.uki(252)])
    for word in ('1 LocateHandle', '" from payload', 'Kernel entry: 0x'):
        expect(word.strip('1" ') in done.stdout, f'no "{word}"')
    expect(done.returncode == 0, f'exit status {done.returncode}')


def rules():
    """Name to sentence, of image/rule.h."""
    with open(os.path.join(TOP, 'image/rule.h'), encoding='utf-8') as source:
        text = source.read().replace('\\\n', ' ')
    return dict(re.findall(r'X\((\w+), \w+,\s*"([^"]*)"\)', text))


def bad_files(bench):
    """Every malformed image: exit status 2 and the sentence of its rule."""
    folder = os.path.join(bench.out, 'unit/cases/x86_64')
    sentences = rules()
    with open(os.path.join(folder, 'expect.tsv'), encoding='utf-8') as table:
        cases = [line.rstrip('\n').split('\t')[::2] for line in table]
    expect(len(cases) > 150, f'{len(cases)} cases only')
    for name, rule in cases:
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            path += '.efi'
        done = bench.command(['run', '--limit', '2', '--json', path])
        if rule == 'OK':
            expect(done.returncode in (0, 1) and not done.stderr and
                   json.loads(done.stdout)['outcome'] in REPORTED,
                   f'{name}: {done.returncode} {done.stderr}')
            continue
        said = 'empty' if not os.path.getsize(path) else sentences[rule]
        expect(done.returncode == 2 and
               done.stderr == f'kexec-pe: {path}: {said}\n',
               f'{name}: {rule}: {done.returncode} {done.stderr}')


def arm64_file(bench):
    done = bench.command(['run', bench.debian('stub-252-arm64')])
    expect(done.returncode == 2 and 'made for another machine' in done.stderr,
           done.stderr)


def usage(bench):
    file = bench.file('loop.efi')
    for words in ([], [file, file], ['--mem', '1M', file], ['--mem', 'x', file],
                  ['--mem', '1G@0', file], ['--mem', '1G@4G', file],
                  ['--mem', '1M@1M,1M@1M', file], ['--limit', '0', file],
                  ['--limit', '-1', file], ['--initrd', '/nonexistent', file],
                  ['/nonexistent'], ['/'], ['/dev/null'],
                  ['--mem', '64K@1M', file]):
        done = bench.command(['run', *words])
        expect(done.returncode == 2, f'{words}: {done.returncode}')
        expect(done.stderr.count('\n') == 1 or 'option' in done.stderr,
               f'{words}: {done.stderr}')


def memory_argument(bench):
    report = bench.run(bench.uki(257), '--mem', '512M@1M,256M@32T')
    check_kernel(report, 100)
    first, last = report['memory_map'][0], report['memory_map'][-1]
    expect(first['start'] == '0x100000', first)
    expect(int(last['start'], 16) + last['pages'] * 4096 ==
           0x200010000000, last)
    check_kernel(bench.run(bench.uki(257), '--mem', '1G'), 100)
    check_kernel(bench.run(bench.uki(257), '--mem', '1G@1M'), 100)


def static_program(bench):
    """The program that is shipped: the same calls as the sanitized one."""
    first = bench.run(bench.uki(257))
    second = bench.run(bench.uki(257), program=bench.static)
    check_kernel(second, 100)
    expect([call['service'] for call in first['calls']] ==
           [call['service'] for call in second['calls']], 'the calls differ')


def under_gdb(bench):
    """Stops before the entry, with the emulator's symbols."""
    with open(os.path.join(TOP, 'include/kexec_pe/handoff.h'),
              encoding='utf-8') as source:
        version = re.search(r'#define HANDOFF_VERSION (\d+)', source.read())[1]
    done = subprocess.run(
        [bench.static, 'run', '--gdb', bench.file('privileged.efi')],
        input='backtrace\nprint emu.header->version\nkill inferiors 1 2\n'
        'quit\n', text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=50, check=False)
    for word in ('host_before_payload', 'emulator_main', 'arch_call_image',
                 f'$1 = {version}'):
        expect(word in done.stdout, f'no {word} in: {done.stdout[-1500:]}')


TESTS = {
    'uki-252': uki(252),
    'uki-257': uki(257),
    'uki-newest': uki('newest'),
    'uki-252-debian-kernel': uki(252, 'vmlinuz-x86_64'),
    'bzimage': bzimage(),
    'bzimage-debian': bzimage('vmlinuz-x86_64'),
    'uki-257-initrd-beside': initrd_beside,
    'selftest': selftest,
    'app-returns': returns('return', 'SUCCESS'),
    'app-exits-with-error': returns('exit_error', 'LOAD_ERROR'),
    'payload-privileged': privileged,
    'payload-loop': payload('loop', 'limit', '--limit', '1',
                            name='time limit', in_='payload'),
    'payload-loop-calls': loop_calls,
    'payload-wild-jump': payload('wild_jump', 'fault', name='page fault',
                                 rip='0x123456789000'),
    'payload-null-jump': payload('null_jump', 'fault', name='page fault',
                                 rip='0x0'),
    'payload-halt': payload('halt', 'halted', offset='0x1001'),
    'payload-stack-overflow': payload('stack_overflow', 'fault',
                                      name='page fault', in_='payload'),
    'payload-invalid': payload('invalid', 'fault', name='invalid opcode'),
    'payload-divide': payload('divide', 'fault', name='arithmetic exception'),
    'payload-write-text': payload('write_text', 'fault', name='page fault'),
    'payload-run-stack': payload('run_stack', 'fault', name='page fault'),
    'payload-system-call': payload('system_call', 'fault',
                                   name='system call of Linux'),
    'payload-system-call-32': payload('system_call_32', 'fault'),
    'payload-bad-pointer': payload('bad_pointer', 'fault', in_='emulator'),
    'payload-bad-stack': payload('bad_stack', 'fault', rsp='0x123456789000'),
    'payload-non-canonical': payload('non_canonical', 'fault',
                                     name='general protection'),
    'payload-stall-forever': payload('stall_forever', 'panic'),
    'payload-reset': payload('reset', 'reset'),
    'report-for-people': text_report,
    'bad-files': bad_files,
    'bad-file-arm64': arm64_file,
    'usage': usage,
    'memory-argument': memory_argument,
    'static-program': static_program,
    'gdb': under_gdb,
    **measure_tests.TESTS,
    **verify_log_tests.TESTS,
    **inspect_tests.TESTS,
}


def main():
    parser = argparse.ArgumentParser(description='Payloads in a process.')
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    parser.add_argument('--only', default='')
    arguments = parser.parse_args()
    bench, tests = Bench(arguments.out), TESTS
    if arguments.arch == 'arm64':
        bench = arm64_tests.bench_of(Bench, mkuki, CMDLINE)(arguments.out)
        tests = arm64_tests.tests(check_kernel)
    passed = failed = 0
    for name, test in tests.items():
        if arguments.only not in name:
            continue
        start = time.monotonic()
        try:
            test(bench)
        except (Failure, arm64_tests.Failure, OSError, ValueError, KeyError,
                subprocess.SubprocessError) as error:
            print(f'FAIL {name}: {error}')
            failed += 1
        else:
            print(f'ok {name} ({time.monotonic() - start:.1f} s)')
            passed += 1
        sys.stdout.flush()
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
