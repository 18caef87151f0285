#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every test that Documentation/security-model.md names in the last column of its
tables exists: a scenario, a hosted test, a unit test or a target."""
import fnmatch
import os
import re
import subprocess
import sys

PAGE = 'Documentation/security-model.md'
TABLES = ('## Cases', '## Incidents')


def named():
    """(line number, name) of what is in backquotes there."""
    inside = False
    with open(PAGE, encoding='utf-8') as page:
        for number, line in enumerate(page, 1):
            if line.startswith('## '):
                inside = line.startswith(TABLES)
            if inside and line.startswith('|'):
                last = line.rstrip('\n').strip('|').split('|')[-1]
                for name in re.findall('`([^`]+)`', last):
                    yield number, name


def existing():
    """Names of the tests: what the tables of scenarios and of hosted tests say.
    Those of policy.py are made, one for each way of IMA."""
    names = {f'policy-{ima}{forced}' for ima in ('off', 'log', 'enforce')
             for forced in ('', '-forced')}
    files = subprocess.run(['git', 'ls-files', 'tests/qemu/scenarios',
                            'tests/hosted'], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    for name in files:
        if name.endswith('.py'):
            with open(name, encoding='utf-8') as source:
                names.update(re.findall(r"Scenario\('([^']+)'|^    '([a-z0-9-]+)':",
                                        source.read(), re.M))
    return {name if isinstance(name, str) else ''.join(name) for name in names}


def main():
    names, bad = existing(), 0
    for number, name in named():
        if name.startswith('make ') or name.endswith(('.c', '.md')) or \
                os.path.exists(f'tests/unit/{name}_test.c') or \
                fnmatch.filter(names, name):
            continue
        print(f'{PAGE}:{number}: there is no test {name}')
        bad += 1
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
