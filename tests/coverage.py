#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Adds up what gcov says of a coverage build.

coverage.py [--write] FOLDER: reads every .gcno below FOLDER (with its .gcda,
where the code ran), prints lines and branches per file and folder, keeps that
in FOLDER/report.txt, and fails when a folder lies more than a point below
tests/coverage.baseline; with --write makes that file anew. Run from the root.
"""
import argparse
import json
import pathlib
import subprocess
import sys

# emulator/runtime runs from a copy, where it does not reach its counters.
FOLDERS = ("image", "stage", "emulator", "emulator/protocol", "emulator/tpm")
BASELINE = pathlib.Path("tests/coverage.baseline")
AIM_LINES, AIM_BRANCHES = 90, 80
TOLERANCE = 1.0


def gcov(notes):
    """What gcov knows of one object: a list of files."""
    text = subprocess.run(
        ["gcov", "--json-format", "--stdout", "--branch-probabilities",
         str(notes)], check=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True).stdout
    for line in text.splitlines():
        yield from json.loads(line)["files"]


class File:
    """The lines and branches of one source, of all objects that have it."""

    def __init__(self):
        self.lines = {}
        self.branches = {}

    def add(self, lines):
        for line in lines:
            number = line["line_number"]
            self.lines[number] = self.lines.get(number, 0) + line["count"]
            # A header's inline functions have branches once per includer.
            function = line.get("function_name", "")
            for index, branch in enumerate(line["branches"]):
                key = number, function, index
                self.branches[key] = (self.branches.get(key, 0) +
                                      branch["count"])

    def sums(self):
        return (sum(1 for n in self.lines.values() if n), len(self.lines),
                sum(1 for n in self.branches.values() if n),
                len(self.branches))

    def missed(self):
        """Line numbers not run, as ranges of what has code."""
        ranges, last = [], None
        for number in sorted(self.lines):
            if self.lines[number]:
                last = None
            elif last:
                last[1] = number
            else:
                last = [number, number]
                ranges.append(last)
        return ",".join(f"{a}-{b}" if a != b else str(a) for a, b in ranges)


def collect(folder):
    files = {}
    root = pathlib.Path.cwd()
    for notes in sorted(folder.rglob("*.gcno")):
        for entry in gcov(notes):
            path = pathlib.Path(entry["file"])
            if path.is_absolute() and path.is_relative_to(root):
                path = path.relative_to(root)
            if str(path.parent) in FOLDERS:
                files.setdefault(str(path), File()).add(entry["lines"])
    return files


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def row(name, sums, rest=""):
    return (f"{name:<42}{percent(*sums[:2]):7.1f} %"
            f"{f'{sums[0]}/{sums[1]}':>11}{percent(*sums[2:]):7.1f} %"
            f"{f'{sums[2]}/{sums[3]}':>11}  {rest}").rstrip()


def add_up(sums):
    return tuple(map(sum, zip(*sums))) or (0, 0, 0, 0)


def report(files):
    """The text, and {folder: (lines %, branches %)}."""
    head = f"{'':<42}{'lines':>9}{'':>11}{'branches':>9}{'':>11}  not run"
    text, figures, totals = [head], {}, []
    for folder in FOLDERS:
        here = [name for name in sorted(files)
                if str(pathlib.Path(name).parent) == folder]
        text += [row(name, files[name].sums(), files[name].missed())
                 for name in here]
        totals.append((folder, add_up([files[name].sums() for name in here])))
    text.append("")
    totals.append(("total", add_up([sums for _, sums in totals])))
    for folder, sums in totals:
        text.append(row(folder, sums))
        figures[folder] = percent(*sums[:2]), percent(*sums[2:])
    text.append(f"the aim: {AIM_LINES} % of lines, {AIM_BRANCHES} % of "
                "branches")
    return "\n".join(text) + "\n", figures


def read_baseline():
    rows = (line.split() for line in BASELINE.read_text().splitlines()
            if line and not line.startswith("#"))
    return {name: (float(a), float(b)) for name, a, b in rows}


def write_baseline(figures):
    with open(BASELINE, "w", encoding="ascii") as out:
        out.write("# folder, lines %, branches %: \"make coverage\" fails when "
                  "one falls by\n# more than a point; "
                  "\"make coverage BASELINE=write\" writes this file.\n")
        for name, (lines, branches) in figures.items():
            out.write(f"{name} {lines:.1f} {branches:.1f}\n")


def falls(figures):
    """Sentences on what lies below the baseline."""
    for name, before in read_baseline().items():
        now = figures.get(name, (0, 0))
        for what, old, new in zip(("lines", "branches"), before, now):
            if new < old - TOLERANCE:
                yield f"FAIL {name}: {new:.1f} % of {what}, was {old:.1f} %"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    text, figures = report(collect(arguments.folder))
    (arguments.folder / "report.txt").write_text(text)
    print(text, end="")
    if arguments.write:
        write_baseline(figures)
    fallen = list(falls(figures))
    print("\n".join(fallen), end="\n" if fallen else "")
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
