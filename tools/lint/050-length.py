#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions of 120 lines and files of 700 at most; half of all functions have
15 lines or fewer."""
import statistics
import subprocess
import sys

import csource

FUNCTION, FILE, MEDIAN = 120, 700, 15


def main():
    found = 0
    names = subprocess.check_output(
        ['git', 'ls-files', '-co', '--exclude-standard', '--', '*.c', '*.h',
         '*.S', '*.py', '*.sh'], text=True).split('\n')
    for name in filter(csource.os.path.isfile, names):
        lines = csource.read(name).count('\n')
        if lines > FILE:
            print(f'{name}: {lines} lines')
            found = 1
        if name.endswith('.c'):
            for function, _, line, count in csource.functions(csource.read(name)):
                if count > FUNCTION:
                    print(f'{name}:{line}: {function}() has {count} lines')
                    found = 1
    counts = [count for name in csource.files('.c')
              for *_, count in csource.functions(csource.read(name))]
    if counts and statistics.median(counts) > MEDIAN:
        print(f'median of {len(counts)} functions: '
              f'{statistics.median(counts)} lines')
        found = 1
    return found


if __name__ == '__main__':
    sys.exit(main())
