# SPDX-License-Identifier: GPL-2.0-or-later
"""From raw lines to figures: stages, medians and spreads, ratios."""
import json
import os
import statistics

COMMITTED = 'Documentation/performance/raw.jsonl'
# Stages of a way, as (name, chain to its first mark, chain to its last).
PE_STAGES = (
    ('K1 ends', ('exec',), ('exec', 'emulator')),
    ('purgatory, digests', ('exec', 'emulator'), ('exec', 'main')),
    ('emulator', ('exec', 'main'), ('exec', 'payload')),
    ('stub and EFI calls', ('exec', 'payload'), ('exec', 'kernel')),
    ('kernel', ('exec', 'kernel'), ('exec', 'init')))
NATIVE_STAGES = (
    ('K1 ends, digests, unpacking', ('exec',), ('exec', 'kernel')),
    ('kernel', ('exec', 'kernel'), ('exec', 'init')))
FIRMWARE_STAGES = (
    ('K1 ends, firmware, stub', ('exec',), ('exec', 'kernel')),
    ('kernel', ('exec', 'kernel'), ('exec', 'init')))


def stages_of(name):
    if name.startswith('native') or name.endswith('kexec-tools'):
        return NATIVE_STAGES
    return FIRMWARE_STAGES if name == 'firmware' else PE_STAGES


def chain(line, names):
    """The mark where a chain of marks ends, or None."""
    at, marks = 0, line['marks']
    for name in names:
        while at < len(marks) and marks[at][0] != name:
            at += 1
        if at == len(marks):
            return None
        at += 1
    return marks[at - 1]


def between(line, first, last, column=1):
    """Instructions between two chains; column 2: of them inside the emulator."""
    a, b = chain(line, first), chain(line, last)
    return b[column] - a[column] if a and b else None


class Spread:
    """Median, least and most of some runs."""

    def __init__(self, values):
        self.values = sorted(values)
        self.median = statistics.median(self.values)
        self.least, self.most = self.values[0], self.values[-1]

    def percent(self):
        """Half the width, of the median."""
        return 50 * (self.most - self.least) / self.median


class Raw:
    """The lines of a raw file, to be asked."""

    def __init__(self, lines):
        self.lines = [line for line in lines if 'failed' not in line]
        self.failed = [line for line in lines if 'failed' in line]

    @classmethod
    def read(cls, path):
        if not os.path.exists(path):
            return cls([])
        with open(path, encoding='utf-8') as f:
            return cls([json.loads(line) for line in f])

    def runs(self, arch, group, name=None):
        return [line for line in self.lines if line['arch'] == arch and
                line['group'] == group and name in (None, line['name'])]

    def names(self, arch, group):
        """In the order in which they ran first."""
        return list(dict.fromkeys(
            line['name'] for line in self.runs(arch, group)))

    def spread(self, arch, group, name, first=('exec',),
               last=('exec', 'init')):
        values = [between(line, first, last)
                  for line in self.runs(arch, group, name)]
        values = [value for value in values if value is not None]
        return Spread(values) if values else None

    def median(self, *what, **more):
        spread = self.spread(*what, **more)
        return spread.median if spread else None

    def ratio(self, arch, group, name, other):
        """Of the medians of two ways of the same group."""
        a, b = self.median(arch, group, name), self.median(arch, group, other)
        return a / b if a and b else None

    def overhead(self, arch, group, name):
        """P1: our first instruction to the payload's, without the digests."""
        values = []
        for line in self.runs(arch, group, name):
            everything = between(line, ('exec', 'emulator'), ('exec', 'payload'))
            digests = between(line, ('exec', 'verify'), ('exec', 'verified'))
            if everything is not None and digests is not None:
                values.append(everything - digests)
        return Spread(values) if values else None

    def stages(self, arch, group, name):
        """[(stage, median)] of a way."""
        found = []
        for stage, first, last in stages_of(name):
            median = self.median(arch, group, name, first=first, last=last)
            if median is not None:
                found.append((stage, median))
        return found

    def loads(self, line):
        """Instructions of each load of a line, in order."""
        found, start = [], None
        for name, total, _ in line['marks']:
            if name == 'load':
                start = total
            elif name == 'loaded' and start is not None:
                found.append(total - start)
        return found

    def calls(self, arch, group, name):
        """[(service, instructions)] of one run; stays that begin in the middle
        of a function continue one that called back."""
        names = {}
        for line in self.runs(arch, 'functions'):
            names = line['names']
        for line in self.runs(arch, group, name):
            if line.get('calls'):
                return [(names.get(f'{at:x}'), count)
                        for at, count in line['calls'][1:]]
        return []


def quantile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))]


def _quick_figures(raw):
    """{(arch, what): instructions} of what both kinds of run have."""
    found = {}
    for arch in ('x86_64', 'arm64'):
        for name in ('native', 'entry', 'uki257'):
            found[arch, f'{name}: exec to init'] = raw.median(
                arch, 'small', name)
        for name in ('entry', 'uki257'):
            overhead = raw.overhead(arch, 'small', name)
            found[arch, f'{name}: P1, emulator'] = overhead and overhead.median
            found[arch, f'{name}: digests'] = raw.median(
                arch, 'small', name, first=('exec', 'verify'),
                last=('exec', 'verified'))
        for line in raw.runs(arch, 'load', 'unsigned-44')[:1]:
            loads = raw.loads(line)
            found[arch, 'load native, 44 MiB'] = statistics.median(loads[::2])
            found[arch, 'load uki257, 44 MiB'] = statistics.median(loads[1::2])
    return {key: value for key, value in found.items() if value}


def print_quick(before, now, committed):
    """Instructions now, and their ratio to the last quick run and to the
    committed figures."""
    columns = [_quick_figures(Raw(before)), _quick_figures(
        Raw.read(committed)), _quick_figures(Raw(now))]
    print(f"\n{'instructions':37} {'now':>15} {'/ last run':>10} "
          f"{'/ committed':>11}")
    for key, value in columns[2].items():
        ratios = [f'{value / column[key]:.4f}' if key in column else '-'
                  for column in columns[:2]]
        print(f'{key[0]:7} {key[1]:29} {value:15,.0f} {ratios[0]:>10} '
              f'{ratios[1]:>11}')
