#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the bench and keeps every result as a line of OUT/bench/raw.jsonl.

    run.py [--out DIR] [--arch ARCH] [--only PART] [--rounds N] [--quick]

Both architectures run side by side; within one, the ways of a group take turns.
--quick runs a few ways once and prints them beside the last quick run and
beside the committed figures. --only takes cells whose "group/name" has PART,
and replaces nothing else in the raw file.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests/qemu'))

# pylint: disable=wrong-import-position
import cells  # noqa: E402
import figures  # noqa: E402
from machine import Files  # noqa: E402
from vm import MachineError  # noqa: E402

ARCHES = ('x86_64', 'arm64')
# Lines of the guest's console that are figures.
KEPT = re.compile(r'BENCH .*|kexec_pe: (emulator|payload|handoff|initrd) .*')
PARSED = {'x86_64': ('8664', ('bzImage',)),
          'arm64': ('aa64', ('Image', 'vmlinuz.efi'))}


class Results:
    """The raw file: one JSON object a line, written as they come."""

    def __init__(self, path):
        self.path, self.lines = path, []
        self._lock = threading.Lock()
        if os.path.exists(path):
            with open(path, encoding='utf-8') as f:
                self.lines = [json.loads(line) for line in f]

    def drop(self, replaced):
        """Forgets what is about to be measured anew."""
        self.lines = [line for line in self.lines if not replaced(line)]
        with open(self.path, 'w', encoding='utf-8') as f:
            f.writelines(json.dumps(line) + '\n' for line in self.lines)

    def add(self, line):
        with self._lock:
            self.lines.append(line)
            with open(self.path, 'a', encoding='utf-8') as f:
                f.write(json.dumps(line) + '\n')


def in_turns(chosen, most):
    """Round after round of each group: A, B, C, A, B, C; most of them: none or a
    number."""
    groups = {}
    for cell in chosen:
        groups.setdefault(cell.group, []).append(cell)
    for group in groups.values():
        rounds = max(cell.rounds for cell in group)
        for number in range(min(rounds, most or rounds)):
            for cell in group:
                if number < cell.rounds:
                    yield number, cell


def line_of(arch, number, cell):
    """Runs one cell; the line that tells of it."""
    line = {'arch': arch, 'group': cell.group, 'name': cell.name,
            'round': number, **cell.facts}
    start = time.monotonic()
    try:
        found = cell.run()
        line['marks'] = found.marks
        # Without a mark in the kernel nobody knows where the calls end.
        if not number and cell.group == 'small':
            line['calls'] = found.calls
        line['said'] = [match[0] for match in map(KEPT.search, found.said)
                        if match]
    except (MachineError, RuntimeError, OSError,
            subprocess.CalledProcessError) as error:
        line['failed'] = str(error)[:400]
    line['seconds'] = round(time.monotonic() - start, 1)
    return line


def run_arch(arch, chosen, most, results):
    for number, cell in in_turns(chosen, most):
        line = line_of(arch, number, cell)
        results.add(line)
        print(f"{'FAIL' if 'failed' in line else 'ok'} {arch} {cell.group}/"
              f"{cell.name} {number + 1} {line['seconds']} s"
              f" {line.get('failed', '')}", flush=True)


def newer_kexec(arch):
    """kexec-tools of the newest Debian, or None where it can't be built."""
    done = subprocess.run([os.path.join(TOP, 'tests/bench/kexec-tools.sh'), arch],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode:
        print(f'kexec-tools for {arch}: not built: ' +
              done.stderr.strip().split('\n')[-1], file=sys.stderr)
        return None
    return done.stdout.strip()


def count_parser(files, results):
    """P11: callgrind counts what the parsers take for each kind of file."""
    machine, names = PARSED[files.arch]
    ways = cells.Ways(files, 'parse', cells.linux_of(files))
    paths = {name: files.bench.file(name) for name in names}
    made = {f'uki{stub}': ways.uki(stub) for stub in ('252', '257')}
    for name, path in {**paths, **made}.items():
        done = subprocess.run(
            ['valgrind', '--tool=callgrind', '--toggle-collect=parse_file',
             '--callgrind-out-file=/dev/null',
             os.path.join(files.folder, 'parse'), machine, path],
            capture_output=True, text=True, check=True)
        count = re.search(r'Collected : (\d+)', done.stderr)
        results.add({'arch': files.arch, 'group': 'parse', 'name': name,
                     'round': 0, 'instructions': int(count[1]),
                     'rule': done.stdout.strip()})
    for path in made.values():
        os.unlink(path)


def note_sizes(files, results):
    """The emulator's sizes, from the table that its build makes."""
    with open(files.bench.file('kernel-tree'), encoding='utf-8') as f:
        tree = f.read().strip()
    with open(os.path.join(tree, 'kernel/kexec_pe/.emulator.size'),
              encoding='utf-8') as f:
        table = f.read().rstrip('\n').split('\n')
    results.add({'arch': files.arch, 'group': 'sizes', 'name': 'emulator',
                 'round': 0, 'table': table})


def note_functions(files, results):
    """What the offsets of "call" lines mean."""
    names = {f'{at:x}': name for at, name in files.emulator.functions.items()}
    results.add({'arch': files.arch, 'group': 'functions', 'name': 'emulator',
                 'round': 0, 'names': names})


def all_of(arch, args, results):
    files = Files(args.out, arch)
    if args.quick:
        chosen = cells.quick(files)
    else:
        chosen = cells.every(files, newer_kexec(arch)
                             if arch == 'arm64' else None)
    chosen = [c for c in chosen if args.only in f'{c.group}/{c.name}']
    names = {(c.group, c.name) for c in chosen} | {
        (group, 'emulator') for group in ('sizes', 'functions')} | {
        ('parse', name) for name in ('uki252', 'uki257', *PARSED[arch][1])}
    results.drop(lambda line: line['arch'] == arch and
                 (line['group'], line['name']) in names)
    note_functions(files, results)
    if not args.quick:
        note_sizes(files, results)
        count_parser(files, results)
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', default='build')
    parser.add_argument('--arch', choices=ARCHES, action='append')
    parser.add_argument('--only', default='')
    parser.add_argument('--rounds', type=int, help='at most so many')
    parser.add_argument('--quick', action='store_true')
    args = parser.parse_args()
    folder = os.path.join(args.out, 'bench')
    os.makedirs(os.path.join(args.out, 'logs'), exist_ok=True)
    name = os.path.join(folder, 'quick.jsonl' if args.quick else 'raw.jsonl')
    before = Results(name).lines if args.quick else []
    results = Results(name)
    threads = []
    for arch in args.arch or ARCHES:
        chosen = all_of(arch, args, results)
        threads.append(threading.Thread(target=run_arch,
                                        args=(arch, chosen, args.rounds,
                                              results)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if args.quick:
        figures.print_quick(before, results.lines,
                            os.path.join(TOP, figures.COMMITTED))
    return 1 if any('failed' in line for line in results.lines) else 0


if __name__ == '__main__':
    sys.exit(main())
