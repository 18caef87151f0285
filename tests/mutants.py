#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes comparisons and checks of image/ one by one; do unit tests see it?

mutants.py [--write] [--only PART] O: for each mutant of each image/*.c whose
path contains PART, builds that file alone as a shared object, runs the
programs of tests/unit/image that use it, and says whether one of them failed
(or ran longer than five seconds). Mutants that change nothing are listed in
tests/mutants.equivalent and not counted. Fails when the share of caught ones
falls below tests/mutants.baseline. Run from the root, after the unit tests
were built in O; CC and CFLAGS come from the environment.
"""
import argparse
import os
import pathlib
import re
import select
import shlex
import subprocess
import sys
import time

BASELINE = pathlib.Path("tests/mutants.baseline")
EQUIVALENT = pathlib.Path("tests/mutants.equivalent")
AIM = 95
LIMIT = 5  # seconds for one test program
SEPARATOR = " :: "
# One real file is always there; what a build fetched must change no figure.
REAL_FILES = ["/usr/lib/systemd/boot/efi/linuxx64.efi.stub"]

# Operator: what stands in its place. " + 1 <" moves the bound by one.
SWAPS = {
    "<": ("<=", ">=", "+ 1 <"),
    "<=": ("<", ">", "- 1 <="),
    ">": (">=", "<=", "- 1 >"),
    ">=": (">", "<", "+ 1 >="),
    "==": ("!=", "+ 1 =="),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
}
OPERATOR = re.compile(r"(?<=\s)(<=|>=|==|!=|<|>|&&|\|\|)(?=\s)")
GUARD = re.compile(r"\b(checked_\w+|range_inside|view_(?:at|cut|u\d+))\(")
CHECK = re.compile(r"\bif \(")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def code_only(text):
    """The text with comments, strings and directives blanked, same length."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\])+'",
                  blank, text, flags=re.S)
    return re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)


def closing(code, start):
    """Where the parenthesis closes that opens at start."""
    depth = 0
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if not depth:
            return at
    raise ValueError("unbalanced parentheses")


def functions(code):
    """(name, start, end) of every function body."""
    for body in re.finditer(r"^\{\n.*?^\}", code, flags=re.M | re.S):
        head = code[code.rfind("\n\n", 0, body.start()) + 1:body.start()]
        name = re.search(r"(\w+)\s*\(", head)
        if name:
            yield name.group(1), body.start(), body.end()


class Mutant:
    def __init__(self, source, function, at, end, new, what):
        self.source, self.function = source, function
        self.at, self.end, self.new, self.what = at, end, new, what
        text = source.text
        self.line = text.count("\n", 0, at) + 1
        self.code = text.split("\n")[self.line - 1].strip()

    def key(self):
        return SEPARATOR.join((f"{self.source.path}:{self.function}",
                               self.code, self.what))

    def text(self):
        text = self.source.text
        return text[:self.at] + self.new + text[self.end:]

    def __str__(self):
        return (f"{self.source.path}:{self.line}: {self.function}(): "
                f"{self.what}: {self.code}")


class Source:
    """One file of image/ and its mutants."""

    def __init__(self, path):
        self.path = path
        self.text = path.read_text()
        self.mutants = []
        code = code_only(self.text)
        for name, start, end in functions(code):
            self.swaps(code, name, start, end)
            self.guards(code, name, start, end)
            self.checks(code, name, start, end)
        self.mutants.sort(key=lambda m: m.at)

    def add(self, *arguments):
        self.mutants.append(Mutant(self, *arguments))

    def swaps(self, code, name, start, end):
        seen = {}
        for match in OPERATOR.finditer(code, start, end):
            line = code.count("\n", 0, match.start())
            # "2nd &&": which one on a line that has several
            seen[line, match[1]] = seen.get((line, match[1]), 0) + 1
            nth = seen[line, match[1]]
            which = match[1] + (f" (no. {nth})" if nth > 1 else "")
            for new in SWAPS[match[1]]:
                self.add(name, match.start(), match.end(), new,
                         f"{which} -> {new}")

    def guards(self, code, name, start, end):
        """The call is made, what it says is not heeded."""
        for match in GUARD.finditer(code, start, end):
            close = closing(code, match.end() - 1) + 1
            if code[:match.start()].rstrip()[-1] in ";{}=":
                continue  # not part of a condition
            call = self.text[match.start():close]
            self.add(name, match.start(), close, f"((void){call}, 1)",
                     f"{match[1]}() ignored")

    def checks(self, code, name, start, end):
        """The whole condition is computed and not heeded."""
        for match in CHECK.finditer(code, start, end):
            close = closing(code, match.end() - 1)
            condition = self.text[match.end():close]
            self.add(name, match.end(), close, f"(({condition}), 0)",
                     "if ignored")


class Bench:
    """The test programs, linked with image/ as shared objects."""

    def __init__(self, out):
        self.objects = out / "unit/obj"
        self.folder = out / "mutants"
        self.cc = shlex.split(os.environ.get("CC", "gcc"))
        flags = shlex.split(os.environ["CFLAGS"])
        self.link_flags = flags
        # A variable that nothing set has the same value in every run.
        self.flags = [f for f in flags if not re.match(r"-O|-W", f)] + [
            "-O0", "-w", "-fPIC", "-shared", "-ftrivial-auto-var-init=pattern"]
        for name in ("whole", "mutant", "tests"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.programs = {}  # of a source: [(seconds, program)]

    @staticmethod
    def library(path):
        return f"lib{path.stem}.so"

    def compile(self, source, text, folder):
        """Builds one file of image/; False when the text is no C."""
        copy = self.folder / source.path.name
        copy.write_text(text)
        name = self.library(source.path)
        done = subprocess.run(
            [*self.cc, *self.flags, "-I" + str(source.path.parent),
             "-Wl,-soname," + name, "-o", folder / name, copy],
            stderr=subprocess.PIPE, check=False, text=True)
        copy.unlink()
        return not done.returncode

    def link(self, test):
        """One test program; returns the sources of image/ that it uses."""
        text = test.read_text()
        sources = re.findall(r"^// sources:(.*)", text, flags=re.M)
        sources = [pathlib.Path(s) for s in " ".join(sources).split()]
        flags = re.findall(r"^// flags:(.*)", text, flags=re.M)
        image = [s for s in sources if s.parent.name == "image" and
                 len(s.parts) == 2]
        program = self.folder / "tests" / test.stem
        objects = [self.objects / s.with_suffix(".o")
                   for s in [test, *sources] if s not in image]
        whole = self.folder / "whole"
        subprocess.run([*self.cc, *self.link_flags, "-o", program, *objects,
                        *(whole / self.library(s) for s in image),
                        *" ".join(flags).split()], check=True)
        return program, image

    def prepare(self, sources):
        whole = self.folder / "whole"
        for source in sources:
            if not self.compile(source, source.text, whole):
                sys.exit(f"{source.path} does not compile")
        for test in sorted(pathlib.Path("tests/unit/image").glob("*_test.c")):
            program, image = self.link(test)
            start = time.monotonic()
            why = self.run(program, [whole], 60)
            if why:
                sys.exit(f"{test}: {why} without any change")
            for path in image:
                self.programs.setdefault(path, []).append(
                    (time.monotonic() - start, program))

    @staticmethod
    def run(program, folders, limit=LIMIT):
        """Why the program is no success, or None."""
        environment = dict(os.environ, LD_LIBRARY_PATH=":".join(
            str(folder.resolve()) for folder in folders))
        with subprocess.Popen([program, *REAL_FILES], env=environment,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + limit
            data = b""
            while True:
                left = max(0, end - time.monotonic())
                if not select.select([process.stdout], [], [], left)[0]:
                    process.kill()
                    return f"{program.name}: more than {limit} s"
                more = os.read(process.stdout.fileno(), 65536)
                data += more
                failed = re.search(rb"^FAIL (\w+)", data, flags=re.M)
                if failed:
                    process.kill()
                    return f"{program.name}: {failed[1].decode()}"
                if not more:
                    break
            if process.wait():
                return f"{program.name}: ended with {process.returncode}"
        return None

    def judge(self, mutant):
        """Why the mutant is caught; None for a survivor, "" for no C."""
        folder = self.folder / "mutant"
        if not self.compile(mutant.source, mutant.text(), folder):
            return ""
        why = None
        for _, program in sorted(self.programs.get(mutant.source.path, [])):
            why = self.run(program, [folder, self.folder / "whole"])
            if why:
                break
        (folder / self.library(mutant.source.path)).unlink()
        return why


def read_equivalent():
    """{key of a mutant: reason}"""
    result = {}
    for line in EQUIVALENT.read_text().splitlines():
        if line and not line.startswith("#"):
            key, reason = line.rsplit(SEPARATOR, 1)
            result[key] = reason
    return result


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


class Tally:
    def __init__(self, out):
        self.report = open(out / "mutants/report.txt", "w", encoding="utf-8")
        self.equivalent = read_equivalent()
        self.used = set()
        self.files = {}
        self.faults = []

    def say(self, text, loud=True):
        print(text, file=self.report, flush=True)
        if loud:
            print(text, flush=True)

    def add(self, mutant, why):
        key = mutant.key()
        sums = self.files.setdefault(mutant.source.path, [0, 0, 0])
        if why == "":
            self.say(f"no C      {mutant}")
            return
        if key in self.equivalent and not why:
            self.used.add(key)
            sums[2] += 1
            self.say(f"same      {mutant}", loud=False)
            return
        sums[1] += 1
        sums[0] += bool(why)
        if why:
            self.say(f"caught    {mutant} ({why})", loud=False)
        else:
            self.say(f"survived  {mutant}")

    def finish(self, whole):
        for path, (caught, all_, same) in self.files.items():
            self.say(f"{str(path):<26}{caught:>5} of {all_:<5}"
                     f"{percent(caught, all_):6.1f} %  ({same} change nothing)")
        caught, all_, same = map(sum, zip(*self.files.values()))
        share = percent(caught, all_)
        self.say(f"{'mutants caught':<26}{caught:>5} of {all_:<5}{share:6.1f} %"
                 f"  ({same} change nothing), the aim is {AIM} %")
        for key in sorted(set(self.equivalent) - self.used) if whole else []:
            self.say(f"FAIL {EQUIVALENT}: no mutant survives as {key}")
            self.faults.append(key)
        return share


def check_baseline(share, write):
    if write:
        BASELINE.write_text(
            "# Share of mutants caught, in per cent: \"make mutants\" fails "
            "below it;\n# \"make mutants BASELINE=write\" writes this file.\n"
            f"{int(share * 10) / 10}\n")
    before = float(BASELINE.read_text().splitlines()[-1])
    if share < before:
        print(f"FAIL mutants caught: {share:.1f} %, was {before:.1f} %")
    return share < before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    sources = [Source(path) for path in
               sorted(pathlib.Path("image").glob("*.c"))]
    bench = Bench(arguments.out)
    bench.prepare(sources)
    tally = Tally(arguments.out)
    for source in sources:
        if arguments.only in str(source.path):
            for mutant in source.mutants:
                tally.add(mutant, bench.judge(mutant))
    if not tally.files:
        sys.exit(f"no mutants: is there a file like {arguments.only}?")
    share = tally.finish(not arguments.only)
    fell = not arguments.only and check_baseline(share, arguments.write)
    return fell or bool(tally.faults)


if __name__ == "__main__":
    sys.exit(main())
