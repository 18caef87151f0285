# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds functions in C of kernel style; what the checks of C stand on."""
import os
import re
import subprocess

PRODUCT = ('image', 'stage', 'kernel', 'purgatory', 'emulator', 'arch', 'include',
           'tools')


def files(*suffixes):
    """Of the product's folders, what git tracks or would add."""
    names = subprocess.check_output(
        ['git', 'ls-files', '-co', '--exclude-standard'], text=True).split('\n')
    return [name for name in names if name.split('/')[0] in PRODUCT and
            name.endswith(suffixes) and os.path.isfile(name)]


def read(name):
    with open(name, encoding='utf-8') as file:
        return file.read()


def functions(text):
    """(name, is static, first line of the body, lines in the body) of each."""
    lines = text.split('\n')
    start = None
    for i, line in enumerate(lines):
        if line == '{':
            start = i
        elif line == '}' and start is not None:
            head = []
            for before in reversed(lines[:start]):
                if not before.strip() or before[0] in '}#/' or \
                        before.rstrip().endswith((';', '*/')):
                    break
                head.insert(0, before)
            head = re.sub(r'__\w+\s*\([^()]*\)', '', ' '.join(head))
            match = re.search(r'(\w+)\s*\(', head)
            if match:
                yield (match[1], re.search(r'\b(static|inline)\b', head) is not None,
                       start + 1, i - start - 1)
            start = None
