#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the tables and plots of Documentation/performance.md from the raw lines
of run.py, which it keeps beside the plots. What stands between a line
"<!-- NAME -->" and "<!-- end -->" is replaced, the rest is the page's own."""
import argparse
import os
import re
import sys

import svg
from figures import COMMITTED, Raw, quantile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PAGE = os.path.join(TOP, 'Documentation/performance.md')
FOLDER = os.path.join(TOP, 'Documentation/performance')
ARCHES = ('x86_64', 'arm64')
WAYS = {'native': 'native kexec', 'entry': 'kernel by its EFI entry',
        'firmware': 'firmware reboot', 'zboot': 'vmlinuz.efi',
        'zboot-kexec-tools': 'vmlinuz.efi, taken apart by kexec-tools'}
MILLION = 1e6


def name_of(way):
    if way.startswith('uki'):
        return 'UKI, systemd-stub ' + way[3:]
    return WAYS.get(way, way)


def table(head, rows):
    line = ['| ' + ' | '.join(head) + ' |',
            '|' + '---|' * len(head)]
    return '\n'.join(line + ['| ' + ' | '.join(row) + ' |' for row in rows])


def millions(value, digits=2):
    return '-' if value is None else f'{value / MILLION:,.{digits}f}'


def ratio(a, b):
    return f'{a / b:.3f}' if a and b else '-'


# -- the ways -------------------------------------------------------------------

def ways(raw, group):
    rows = []
    for arch in ARCHES:
        native = raw.median(arch, group, 'native')
        firmware = raw.median(arch, group, 'firmware')
        for way in raw.names(arch, group):
            spread = raw.spread(arch, group, way)
            if not spread:
                continue
            rows.append((arch, name_of(way), str(len(spread.values)),
                         millions(spread.median), millions(spread.least),
                         millions(spread.most), ratio(spread.median, native),
                         ratio(spread.median, firmware)))
    return table(('', 'way', 'runs', 'median', 'least', 'most', '/ native',
                  '/ firmware'), rows)


def stages(raw):
    rows = []
    for arch in ARCHES:
        for way in ('native', 'entry', 'uki257', 'firmware'):
            for stage, value in raw.stages(arch, 'small', way):
                rows.append((arch, name_of(way), stage, millions(value)))
    return table(('', 'way', 'stage', 'million instructions'), rows)


def plot_stages(raw, arch):
    rows = [(name_of(way), [(stage, value / MILLION) for stage, value in
                            raw.stages(arch, 'small', way)])
            for way in ('native', 'entry', 'uki257', 'firmware')]
    return svg.bars(f'{arch}: from kexec -e to the first process, our small '
                    'kernel, million instructions',
                    [row for row in rows if row[1]], 'M')


# -- growth ---------------------------------------------------------------------

def growth(raw, group, key, first, last):
    """{way: [(size, instructions)]}"""
    found = {}
    for arch in ARCHES:
        for line in sorted(raw.runs(arch, group), key=lambda l: l[key]):
            way = line['name'].split('-')[0]
            value = raw.median(arch, group, line['name'], first=first, last=last)
            if value:
                found.setdefault(f'{arch} {way}', []).append(
                    (line[key], value / MILLION))
    return found


EXEC = (('exec',), ('exec', 'init'))
LOAD = (('load',), ('load', 'loaded'))
OURS = (('exec', 'main'), ('exec', 'payload'))


def growth_table(series, unit):
    sizes = sorted({size for row in series.values() for size, _ in row})
    rows = []
    for way, points in series.items():
        values = dict(points)
        rows.append([way] + [f'{values[size]:,.2f}' if size in values else '-'
                             for size in sizes])
    return table(['million instructions'] + [f'{size} {unit}' for size in sizes],
                 rows)


def emulator_growth(raw):
    """The emulator alone over memory."""
    return {way: row for way, row in
            growth(raw, 'memory', 'gib', *OURS).items()}


# -- loads and memory -----------------------------------------------------------

def load_rows(raw):
    for arch in ARCHES:
        for name in raw.names(arch, 'load'):
            line = raw.runs(arch, 'load', name)[0]
            found = raw.loads(line)
            native, uki = sorted(found[::2]), sorted(found[1::2])
            if len(native) == len(uki) == 3:
                yield arch, line, native, uki


def loads(raw):
    rows = [(arch, f"{line['mib']} MiB",
             'signed' if line['signed'] else 'unsigned',
             millions(native[1]), millions(uki[1]), ratio(uki[1], native[1]))
            for arch, line, native, uki in load_rows(raw)]
    return table(('', 'size', 'files', 'native', 'UKI', '/ native'), rows)


def segment_pages(line):
    """{segment: pages} from what the handler says under KEXEC_FILE_DEBUG."""
    found = {}
    for said in line['said']:
        match = re.search(r'kexec_pe: (\w+) +0x\w+, \d+ bytes of (\d+)', said)
        if match:
            found[match[1]] = -(-int(match[2]) // 4096)
    return found


def memory(raw):
    rows = []
    for arch in ARCHES:
        for line in raw.runs(arch, 'memory'):
            pages = segment_pages(line)
            if pages:
                extra = pages['emulator'] + pages['handoff']
                rows.append((arch, f"{line['gib']} GiB",
                             str(pages['emulator']), str(pages['handoff']),
                             str(extra)))
    return table(('', 'memory', 'emulator with page tables', 'handoff',
                  'extra pages'), rows)


def peak_figures(raw, arch):
    """(native, ours) as multiples of the file's size."""
    for line in raw.runs(arch, 'peak'):
        said = ' '.join(line['said'])
        size = re.search(r'SIZE (\d+)', said)
        peaks = [int(n) * 4096 for n in re.findall(r'PEAK (\d+)', said)]
        if size and len(peaks) == 2:
            return [peak / int(size[1]) for peak in peaks]
    return None


# -- calls ----------------------------------------------------------------------

def call_values(raw, arch):
    return [count for way in ('entry', 'uki257', 'zboot')
            for _, count in raw.calls(arch, 'small', way)]


def calls(raw):
    rows = []
    for arch in ARCHES:
        by_name = {}
        for way in ('entry', 'uki257', 'zboot'):
            for name, count in raw.calls(arch, 'small', way):
                by_name.setdefault(name or 'on after a call back',
                                   []).append(count)
        top = sorted(by_name.items(), key=lambda item: -sum(item[1]))[:10]
        rows += [(arch, f'`{name}`', str(len(values)),
                  f'{quantile(values, 0.5):,}', f'{max(values):,}')
                 for name, values in top]
    return table(('', 'service', 'calls', 'median', 'most'), rows)


def sizes(raw):
    out = []
    for arch in ARCHES:
        for line in raw.runs(arch, 'sizes'):
            out += ['```', f'{arch}', *line['table'], '```']
    return '\n'.join(out)


# -- the goals ------------------------------------------------------------------

def _p1(raw, arch):
    spread = raw.overhead(arch, 'small', 'entry')
    return f'{spread.median / MILLION:.2f} M' if spread else '-'


def _p2(raw, arch):
    return ' / '.join(
        ratio(raw.median(arch, group, way), raw.median(arch, group, 'native'))
        for group in ('debian', 'small') for way in ('entry', 'uki257'))


def _p3(raw, arch):
    return ' / '.join(
        ratio(raw.median(arch, group, 'uki257'),
              raw.median(arch, group, 'firmware'))
        for group in ('debian', 'small'))


def _p4(raw, arch):
    spread = raw.spread(arch, 'small', 'entry', first=('exec', 'verify'),
                        last=('exec', 'verified'))
    return f'{spread.median / MILLION:.2f} M in software' if spread else '-'


def _p5(raw, arch):
    values = call_values(raw, arch)
    if not values:
        return '-'
    return f'{quantile(values, 0.5):,} / {quantile(values, 0.99):,}'


def _p7(raw, arch):
    return ' / '.join(ratio(uki[1], native[1])
                      for a, line, native, uki in load_rows(raw)
                      if a == arch and not line['signed']) or '-'


def _p8(raw, arch):
    for line in raw.runs(arch, 'sizes'):
        everything = line['table'][-2].split()
        size = line['table'][-1].split()[1]
        return f'{int(size):,}; bss {int(everything[-1]):,}'
    return '-'


def _p9(raw, arch):
    for line in raw.runs(arch, 'memory', 'entry-4'):
        pages = segment_pages(line)
        if pages:
            return str(pages['emulator'] + pages['handoff'])
    return '-'


def _p10(raw, arch):
    found = peak_figures(raw, arch)
    return f'{found[1]:.2f} (native {found[0]:.2f})' if found else '-'


def _p11(raw, arch):
    values = [line['instructions'] for line in raw.runs(arch, 'parse')]
    return f'{max(values):,}' if values else '-'


GOALS = (
    ('P1', 'our first instruction to the payload\'s, digests excluded',
     '1 M, stretch 0.3 M', '0.1 M', _p1),
    ('P2', 'PE kexec / native: Debian\'s kernel by entry, as UKI / small kernel '
     'by entry, as UKI', '1.02; x86-64 below 1', '1.00', _p2),
    ('P3', 'UKI / firmware reboot: Debian\'s kernel / small kernel', '0.80',
     '0.75', _p3),
    ('P4', 'digests before the payload', '1 MB hashed', '0', _p4),
    ('P5', 'instructions of an EFI call, median / 99 of 100', '- / 20,000', '-',
     _p5),
    ('P7', 'load of a UKI / native, 12 / 44 / 100 MiB', '1.25', '1.0', _p7),
    ('P8', 'emulator, bytes', '65,536', '-', _p8),
    ('P9', 'extra pages at 4 GiB', '128', '20', _p9),
    ('P10', 'peak of a load / file', '2.2', '2.0', _p10),
    ('P11', 'parsers, instructions, largest of the corpus', '200,000', '-',
     _p11))


def goals(raw):
    rows = [(name, what, goal, floor, *(figure(raw, arch) for arch in ARCHES))
            for name, what, goal, floor, figure in GOALS]
    return table(('', 'what', 'goal', 'floor', *ARCHES), rows)


BLOCKS = {
    'goals': goals,
    'ways small': lambda raw: ways(raw, 'small'),
    'ways debian': lambda raw: ways(raw, 'debian'),
    'ways tpm': lambda raw: ways(raw, 'tpm'),
    'stages': stages,
    'growth size': lambda raw: growth_table(
        growth(raw, 'size', 'mib', *EXEC), 'MiB'),
    'growth memory': lambda raw: growth_table(emulator_growth(raw), 'GiB'),
    'loads': loads, 'memory': memory, 'calls': calls, 'sizes': sizes}


def replace_blocks(text, raw):
    for name, make in BLOCKS.items():
        mark = f'<!-- {name} -->'
        if mark not in text:
            print(f'page.py: no {mark}', file=sys.stderr)
            continue
        head, rest = text.split(mark, 1)
        text = head + mark + '\n' + make(raw) + '\n' + \
            rest[rest.index('<!-- end -->'):]
    return text


def plots(raw):
    for arch in ARCHES:
        if raw.runs(arch, 'small'):
            yield f'stages-{arch}.svg', plot_stages(raw, arch)
    size = growth(raw, 'size', 'mib', *EXEC)
    if size:
        yield 'growth-size.svg', svg.lines(
            'kexec -e to the first process, by payload size', size, 'MiB',
            'million instructions')
    load = growth(raw, 'size', 'mib', *LOAD)
    if load:
        yield 'growth-load.svg', svg.lines(
            'kexec_file_load(), by payload size', load, 'MiB',
            'million instructions')
    memory_series = emulator_growth(raw)
    if memory_series:
        yield 'growth-memory.svg', svg.lines(
            'the emulator up to the payload, by memory', memory_series, 'GiB',
            'million instructions')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', default='build')
    args = parser.parse_args()
    raw_name = os.path.join(args.out, 'bench/raw.jsonl')
    raw = Raw.read(raw_name)
    os.makedirs(FOLDER, exist_ok=True)
    with open(raw_name, encoding='utf-8') as source, \
            open(os.path.join(TOP, COMMITTED), 'w', encoding='utf-8') as copy:
        copy.write(source.read())
    for name, text in plots(raw):
        with open(os.path.join(FOLDER, name), 'w', encoding='utf-8') as f:
            f.write(text)
    with open(PAGE, encoding='utf-8') as f:
        text = replace_blocks(f.read(), raw)
    with open(PAGE, 'w', encoding='utf-8') as f:
        f.write(text)
    for line in raw.failed:
        print(f"page.py: {line['arch']} {line['group']}/{line['name']} failed",
              file=sys.stderr)


if __name__ == '__main__':
    main()
