# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what the EFI self-test printed: a console log or a result file.

A result file is what remains of a log: one line "SELFTEST name VERDICT detail"
for each check, in the order of the run, then the line SELFTEST-END, which is
absent when the run did not get that far.
"""

import re

CHECK = re.compile(r"SELFTEST ([a-z0-9_]+\.[a-z0-9_]+) (PASS|FAIL|SKIP)(?: (.*))?$")
SUMMARY = re.compile(r"SELFTEST-(BOOT|END) (\d+) passed, (\d+) failed, (\d+) skipped$")
ESCAPES = re.compile(r"\x1b(?:\[[0-9;=?]*[A-Za-z]|[()][A-Z0-9])")


class Result:
    """Verdicts by name of one run."""

    def __init__(self, text):
        self.checks = {}     # name: (verdict, detail)
        self.lines = []
        self.ended = False   # the last line was printed
        self.booted = False  # all checks before ExitBootServices were made
        for line in ESCAPES.sub("", text).splitlines():
            self.read_line(line.strip())

    def read_line(self, line):
        # What firmware printed without an end of line may stand before.
        start = line.find("SELFTEST")
        if start < 0:
            return
        line = line[start:]
        check = CHECK.match(line)
        summary = SUMMARY.match(line)
        if check:
            name, verdict, detail = check.groups()
            if name in self.checks:
                raise ValueError(f"{name} is reported twice")
            self.checks[name] = (verdict, detail or "")
            self.lines.append(line)
        elif summary:
            self.booted = True
            if summary.group(1) == "END":
                self.check_summary([int(n) for n in summary.groups()[1:]])
                self.ended = True
                self.lines.append(line)

    def count(self, verdict):
        return sum(v == verdict for v, _ in self.checks.values())

    def check_summary(self, numbers):
        """A line that was lost on the console must not go unnoticed."""
        counted = [self.count(v) for v in ("PASS", "FAIL", "SKIP")]
        if counted != numbers:
            raise ValueError(f"the summary says {numbers}, "
                             f"the lines say {counted}")

    def text(self):
        return "".join(line + "\n" for line in self.lines)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as source:
        return Result(source.read())
