#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every function that is not static has a kernel-doc comment, in a header or at
its definition, that names each parameter and what it returns."""
import re
import sys

import csource

BLOCK = re.compile(r'/\*\*\n \* (\w+)\(\)(.*?)\*/\s*\n(.*?)[;{]', re.S)


def main():
    found = 0
    documented = set()
    for name in csource.files('.h', '.c'):
        text = csource.read(name)
        for block in BLOCK.finditer(text):
            function, doc, declaration = block.groups()
            documented.add(function)
            line = text.count('\n', 0, block.start()) + 1
            # Only what is plain: callbacks in parameter lists are skipped.
            inner = re.search(rf'\b{function}\s*\((.*)\)', declaration, re.S)
            if not inner or '(' in inner[1]:
                continue
            for parameter in inner[1].split(','):
                word = re.search(r'(\w+)\s*(\[[^\]]*\])?\s*$', parameter)
                if word and word[1] != 'void' and f'@{word[1]}:' not in doc:
                    print(f'{name}:{line}: {function}() has no @{word[1]}:')
                    found = 1
            returns_nothing = re.search(rf'\bvoid\s+(\w+ )*{function}\b', declaration)
            if not returns_nothing and 'Return:' not in doc:
                print(f'{name}:{line}: {function}() has no Return:')
                found = 1
    for name in csource.files('.c'):
        for function, static, line, _ in csource.functions(csource.read(name)):
            if not static and function != 'main' and function not in documented:
                print(f'{name}:{line}: {function}() has no kernel-doc')
                found = 1
    return found


if __name__ == '__main__':
    sys.exit(main())
