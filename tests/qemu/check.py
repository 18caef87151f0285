#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the scenarios: the tests that need whole machines.

    check.py [--arch ARCH] [--out DIR] [--only PART]... [--slow] [--list]

Prints "ok NAME SECONDS" or "FAIL NAME SECONDS: why" for each and ends with
"N passed, N failed". Consoles are kept as DIR/logs/NAME*.log. At most two run
at a time (--jobs). A scenario is never tried twice.
"""
import argparse
import concurrent.futures
import os
import shutil
import sys
import threading
import time
import traceback

from bench import Bench, MachineError
from scenarios import Context, Failure, every


def run(scenario, bench, lock):
    """Runs one; returns whether it passed."""
    folder = os.path.join(bench.out, 'qemu', bench.arch, scenario.name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    context = Context(bench, scenario.name, folder)
    start = time.monotonic()
    try:
        scenario.run(context)
        why = None
    except (Failure, MachineError, RuntimeError) as error:
        why = str(error)
    except Exception:  # pylint: disable=broad-except
        why = 'the scenario itself:\n' + traceback.format_exc()
    seconds = time.monotonic() - start
    with lock:
        if why is None:
            print(f'ok {scenario.name} {seconds:.1f}', flush=True)
        else:
            print(f'FAIL {scenario.name} {seconds:.1f}: {why}', flush=True)
            for line in context.last_lines(12):
                print('    ' + line[:160], flush=True)
    if why is None:
        shutil.rmtree(folder, ignore_errors=True)
    return why is None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--arch', default='x86_64')
    parser.add_argument('--out', default='build')
    parser.add_argument('--only', action='append', default=[],
                        help='those whose name has this part')
    parser.add_argument('--slow', action='store_true',
                        help='the slow ones instead')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--jobs', type=int, default=2)
    args = parser.parse_args()

    chosen = [s for s in every(args.arch)
              if (s.slow == args.slow or args.only) and
              (not args.only or any(part in s.name for part in args.only))]
    if args.list or not chosen:
        print('\n'.join(f'{s.name:28} {s.what}' for s in chosen) or
              'no scenario of that name')
        return 0 if chosen else 2
    bench = Bench(args.out, args.arch)
    os.makedirs(os.path.join(bench.out, 'logs'), exist_ok=True)
    lock = threading.Lock()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = list(pool.map(lambda s: run(s, bench, lock), chosen))
    print(f'{sum(results)} passed, {len(results) - sum(results)} failed')
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
