#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds Documentation/efi-subset.md to what the code and the tests say.

Usage: subset.py --check PAGE
       subset.py --write PAGE RESULTS
       subset.py --judge RUN

--check needs nothing built: every service of emulator/services.h has its row,
and every test that the page names exists. --write puts new tables into the
page, from the folder of results: {emulator,ovmf,uboot}.result of the self-test
and calls.json, which the scenarios of tests/qemu leave there.

--judge looks at one run of the emulator alone, a console log will do: what
fails must be listed, what is listed must fail. What it skips is not looked at, as
a process has neither ACPI tables nor variables.

Where the emulator fails or skips a check and others do not, or all skip it and it
fails, tests/efi/differences.txt must say why; a failure can be listed for run
time only, anywhere else it is an error. What others fail is explained by
tests/efi/deviations.txt.

Exit status: 0, or 1 after one line for each thing that is wrong.
"""

import argparse
import glob
import json
import os
import re
import sys

import result
from run_selftest import read_deviations

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DEVIATIONS = os.path.join(HERE, "deviations.txt")
DIFFERENCES = os.path.join(HERE, "differences.txt")
MAY_FAIL = "runtime."
ORACLES = {"ovmf": "OVMF", "uboot": "U-Boot"}


def text_of(path):
    with open(path, encoding="utf-8") as source:
        return source.read()


# -- tables -------------------------------------------------------------------

def markdown(heads, rows):
    rows = [heads, ["---"] * len(heads)] + rows
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def marks(name):
    """The lines of the page between which a table stands."""
    return f"<!-- table {name}: make efi-subset-table -->\n", \
        f"<!-- end of table {name} -->\n"


def committed(page, name):
    """The table as it is in the page; None when its marks are not there."""
    begin, end = marks(name)
    if page.count(begin) != 1 or page.count(end) != 1:
        return None
    return page.split(begin)[1].split(end)[0]


def replace(page, name, table):
    begin, end = marks(name)
    head, rest = page.split(begin)
    return head + begin + table + end + rest.split(end)[1]


# -- differences between firmwares --------------------------------------------

def read_reasons():
    """{(check, verdict of the emulator): why} of differences.txt."""
    reasons = {}
    for line in text_of(DIFFERENCES).splitlines():
        words = line.split("#")[0].split(None, 2)
        if len(words) == 3:
            reasons[words[0], words[1]] = words[2]
    return reasons


class Differences:
    """The emulator's run beside those of the oracles: rows, what is wrong."""

    def __init__(self, ours, oracles):
        self.ours, self.oracles = ours, oracles
        self.reasons = read_reasons()
        self.known = {name: read_deviations(DEVIATIONS, name)
                      for name in oracles}
        self.rows, self.wrong = [], []
        names = list(ours.checks)
        for run in oracles.values():
            names += [name for name in run.checks if name not in names]
        for name in names:
            self.compare(name)
        for key in sorted(set(self.reasons) -
                          {(row[0], row[1]) for row in self.rows}):
            self.wrong.append(f"{' '.join(key)} is in differences.txt, "
                              "yet it is not so")

    def reason(self, name, verdict, detail):
        """Why the emulator does not pass; notes when that may not be."""
        if verdict == "PASS":
            return ""
        reason = self.reasons.get((name, verdict), "")
        if not reason or verdict == "-" or \
                (verdict == "FAIL" and not name.startswith(MAY_FAIL)):
            self.wrong.append(f"{name} {verdict} {detail}")
        return reason

    def compare(self, name):
        verdict, detail = self.ours.checks.get(name, ("-", "did not run"))
        theirs = {key: run.checks.get(name, ("-", "did not run"))
                  for key, run in self.oracles.items()}
        if verdict != "FAIL" and \
                all(other[0] == verdict for other in theirs.values()):
            return
        why = [self.reason(name, verdict, detail)]
        for key, (other, text) in theirs.items():
            if other != verdict and other != "PASS":
                why.append(f"{ORACLES[key]}: "
                           f"{self.known[key].get(name, text)}")
        self.rows.append([name, verdict, *(v for v, _ in theirs.values()),
                          "; ".join(filter(None, why)).replace("|", "\\|")])

    def table(self):
        return markdown(["check", "emulator", *ORACLES.values(), "why"],
                        [[f"`{row[0]}`", *row[1:]] for row in self.rows])


def differences(folder):
    """Of the results in a folder."""
    runs = {name: result.read(os.path.join(folder, name + ".result"))
            for name in ("emulator", *ORACLES)}
    for name, run in runs.items():
        if not run.ended:
            raise ValueError(f"{name}.result: the run did not end")
    return Differences(runs.pop("emulator"), runs)


def judge(path):
    """List of what is wrong in one run of the emulator."""
    run, reasons = result.read(path), read_reasons()
    if not run.ended:
        return [f"{path}: the run did not end"]
    wrong = [f"{name} FAIL {detail}"
             for name, (verdict, detail) in run.checks.items()
             if verdict == "FAIL" and not
             ((name, "FAIL") in reasons and name.startswith(MAY_FAIL))]
    return wrong + [f"{name} is listed as failing, yet does not"
                    for name, verdict in reasons if verdict == "FAIL" and
                    run.checks.get(name, ("",))[0] != "FAIL"]


# -- calls by payload ----------------------------------------------------------

def calls_table(calls):
    """calls: {payload: {service: count}}."""
    payloads = list(calls)
    services = []
    for counts in calls.values():
        services += [name for name in counts if name not in services]
    rows = [[f"`{name}`", *(str(calls[p].get(name, "-")) for p in payloads)]
            for name in sorted(services)]
    rows.append(["services", *(str(len(calls[p])) for p in payloads)])
    rows.append(["calls", *(str(sum(calls[p].values())) for p in payloads)])
    return markdown(["service", *payloads], rows)


def used(table):
    """{payload: set of services} of a table of calls; counts depend on the
    machine, its variables above all."""
    lines = [[cell.strip(" `") for cell in line.strip("|").split("|")]
             for line in table.splitlines()]
    return {payload: {row[0] for row in lines[2:-2] if row[i] != "-"}
            for i, payload in enumerate(lines[0]) if i}


# -- the page by itself ----------------------------------------------------------

def services():
    """The names that the specification gives to all slots."""
    header = text_of(os.path.join(TOP, "emulator/trace.h"))
    table = header.split("Protocols; above")[0]
    return [name for name in re.findall(r'S\(\w+, "(\w+)"', table)
            if name != "Reserved"]


def existing_tests():
    """Names of the self-test's checks, of unit tests, and of scenarios."""
    found = set()
    for path in glob.glob(os.path.join(HERE, "selftest/*.c")):
        found.update(re.findall(r'\{ "([a-z0-9_]+\.[a-z0-9_]+)",',
                                text_of(path)))
    for path in glob.glob(os.path.join(TOP, "tests/unit/*/*_test.c")):
        found.update(re.findall(r"^(?:static )?void ([a-z0-9_]+)\(",
                                text_of(path), re.M))
        found.update(re.findall(r"^UNIT_TEST\(([a-z0-9_]+)\)", text_of(path), re.M))
    for path in glob.glob(os.path.join(TOP, "tests/qemu/scenarios/*.py")):
        found.update(re.findall(r"Scenario\('([a-z0-9-]+)'", text_of(path)))
    return found


def check_page(page):
    """List of what is wrong."""
    written = re.sub(r"<!-- table.*?<!-- end", "", page, flags=re.S)
    wrong = [f"{name} has no row" for name in services()
             if not re.search(rf"^\| `{name}` \|", written, re.M)]
    tests = existing_tests()
    for line in written.splitlines():
        if line.startswith("|"):
            wrong += [f"no test is called {name}" for name in
                      re.findall(r"`([^`]+)`", line.strip("| ").split("|")[-1])
                      if name not in tests]
    wrong += [f"no table {name}" for name in ("differences", "calls")
              if committed(page, name) is None]
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("page", help="--judge: the run")
    parser.add_argument("results", nargs="?")
    arguments = parser.parse_args()
    if arguments.judge:
        wrong = judge(arguments.page)
        for line in wrong:
            print("FAIL " + line)
        return 1 if wrong else 0
    page, wrong = text_of(arguments.page), []
    if arguments.write:
        if not arguments.results:
            parser.error("--write needs RESULTS")
        found = differences(arguments.results)
        wrong = found.wrong
        page = replace(page, "differences", found.table())
        calls = os.path.join(arguments.results, "calls.json")
        page = replace(page, "calls", calls_table(json.loads(text_of(calls))))
        with open(arguments.page, "w", encoding="utf-8") as target:
            target.write(page)
    wrong += check_page(page)
    for line in wrong:
        print("FAIL " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
