#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the table of differences between two runs of the EFI self-test.

Usage: compare.py [--differences-allowed] [--names A,B] [--width N] A B

A and B are result files or console logs. A check differs when the verdicts
do; a check that one run never reached is "-". The table is Markdown, so that
it can go into the documentation as it is.

Exit status: 0 when the runs agree (or differences are allowed), 1 when they
differ, 2 when a file is not a complete run. A run that ended at
ExitBootServices, as a dry run does, is complete for the checks it made.
"""

import argparse
import os
import sys

import result


def differences(one, two):
    """List of (name, verdict and detail of one, of two), in order."""
    names = list(one.checks)
    names += [name for name in two.checks if name not in one.checks]
    out = []
    for name in names:
        a = one.checks.get(name, ("-", ""))
        b = two.checks.get(name, ("-", ""))
        if a[0] != b[0]:
            out.append((name, a, b))
    return out


def cell(verdict, width):
    text = " ".join(verdict).strip()
    if width and len(text) > width:
        text = text[:width - 3] + "..."
    return text.replace("|", "\\|")


def print_table(heads, rows):
    rows = [heads, ["---"] * len(heads)] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    for row in rows:
        print("| " + " | ".join(text.ljust(width) if text != "---" else
                                "-" * width
                                for text, width in zip(row, widths)) + " |")


def load(path):
    try:
        run = result.read(path)
    except (OSError, ValueError) as error:
        print(f"compare: {path}: {error}", file=sys.stderr)
        sys.exit(2)
    if not run.checks or not (run.ended or run.booted):
        print(f"compare: {path}: not a complete run", file=sys.stderr)
        sys.exit(2)
    return run


def main():
    parser = argparse.ArgumentParser(
        description="Table of differences between two self-test runs.")
    parser.add_argument("--differences-allowed", action="store_true")
    parser.add_argument("--names", help="column heads, A,B")
    parser.add_argument("--width", type=int, default=76,
                        help="cut details there; 0: never")
    parser.add_argument("files", nargs=2)
    arguments = parser.parse_args()
    names = [os.path.splitext(os.path.basename(path))[0]
             for path in arguments.files]
    if arguments.names:
        names = arguments.names.split(",", 1)
    one, two = (load(path) for path in arguments.files)
    rows = differences(one, two)
    if rows:
        print_table(["check"] + names,
                    [[name] + [cell(x, arguments.width) for x in (a, b)]
                     for name, a, b in rows])
    same = len(set(one.checks) | set(two.checks)) - len(rows)
    print(f"{same} checks agree, {len(rows)} differ")
    return 1 if rows and not arguments.differences_allowed else 0


if __name__ == "__main__":
    sys.exit(main())
