# SPDX-License-Identifier: GPL-2.0-or-later
"""A K1 that panics and a K2 that copies the dump out of the machine: what the
scenarios of kdump, the demo and the sizing table share."""
import os
import re
import secrets
import subprocess
from dataclasses import dataclass

from dump import Dump, DumpError
from vm import MachineError

PAGE = 4096
MASK = 0x5a  # tests/qemu/guest/kpanic.c
PANIC = r'\] Kernel panic - not syncing: '
TASK = re.compile(r'\] PANIC-TASK (\S+) (\d+) (0x[0-9a-f]+)$')
# A line of a kernel's log on the console, at the level of the tests.
KERNEL_LINE = re.compile(r'^\[ *\d+\.\d{6}\] ')
IOMEM = re.compile(r'\] IOMEM ([0-9a-f]+)-([0-9a-f]+) : (.*)')
# The memory that a crash kernel of x86 has besides what was reserved for it.
LOW = {'x86_64': [(0, 1 << 20)], 'arm64': []}
# What kdumpctl adds to a crash kernel's command line, of what matters here.
WORDS = ('nr_cpus=1', 'reset_devices')
STEP = 180

TELL_MEMORY = '''
while read -r line; do
	case $line in
	*'System RAM' | *'Crash kernel') say "IOMEM $line" ;;
	esac
done </proc/iomem
'''
# What K2 does with the dump: a plain copy, into a virtio port.
COPY = TELL_MEMORY + '''
for i in 1 2 3 4 5 6 7 8 9 10; do
	port=$(port kpe.vmcore)
	[ -e "$port" ] && break
	sleep 1
done
say DUMP-START
if dd if=/proc/vmcore of="$port" bs=1M 2>/tmp/dd; then
	say "DUMP-END $(tail -n 1 /tmp/dd)"
else
	say "JOB-FAIL copy: $(cat /tmp/dd)"
fi
'''


@dataclass
class How:
    """How K1 comes to panic. kpanic: options of that program; said: in K1's
    last words; silent: which reach its log, but no console; before: what K1's
    job does between load and panic; nmi: the machine is sent an NMI, and that
    panics."""
    kpanic: str = ''
    said: str = 'sysrq triggered crash'
    silent: bool = False
    before: str = ''
    nmi: bool = False


def module(options, **more):
    return How(kpanic=f'-m /job/kpe_crash.ko -o {options}', **more)


def ranges(machine, after, before, name):
    """What a kernel said of its memory, between two lines: [(first, end)]."""
    found = []
    for line in machine.lines[after:before]:
        match = IOMEM.search(line.text)
        if match and match[3] == name:
            found.append((int(match[1], 16), int(match[2], 16) + 1))
    return found


def outside(inner, outer):
    """The parts of the ranges inner that no range of outer has."""
    rest = []
    for start, end in inner:
        for first, last in sorted(outer):
            if first < end and last > start:
                if first > start:
                    rest.append((start, first))
                start = max(start, last)
        if start < end:
            rest.append((start, end))
    return rest


def hexadecimal(found):
    return ', '.join(f'{start:#x}-{end - 1:#x}' for start, end in found)


class Crash:
    """One panic, from the file of the marker page to the dump that is read."""

    def __init__(self, bench, folder, how=How()):
        self.bench, self.how = bench, how
        self.name = 'kpe-' + secrets.token_hex(5)
        self._page = os.urandom(PAGE)
        self.path = os.path.join(folder, 'vmcore-' + self.name)
        self.panicked = None  # the line of K1's panic

    def job(self, load):
        """For K1, after the script that loads the crash kernel."""
        return load + TELL_MEMORY + self.how.before + \
            f'kpanic {self.how.kpanic} {self.name} /job/page\n' \
            'say JOB-FAIL kpanic came back\n'

    def files(self):
        return {'page': self._page,
                'kpe_crash.ko': self.bench.file('kpe_crash.ko')}

    def extra(self):
        """Arguments for QEMU: the port that the dump comes out of."""
        return ['-device', 'virtio-serial-pci',
                '-chardev', f'file,id=vmcore,path={self.path}',
                '-device', 'virtserialport,chardev=vmcore,name=kpe.vmcore']

    def wait_panic(self, machine, after=0):
        """Until K1 has panicked; returns the line."""
        if self.how.nmi:
            machine.wait(TASK.pattern, STEP, after=after, fail='JOB-FAIL')
            machine.command('inject-nmi')
        if self.how.silent:
            self.panicked = machine.wait(TASK.pattern, STEP, after=after,
                                         fail='JOB-FAIL')
        else:
            self.panicked = machine.wait(PANIC + '.*' + self.how.said, STEP,
                                         after=after, fail='JOB-FAIL')
        return self.panicked

    def wait_dump(self, machine):
        """From the panic until K2 has copied everything and powered off."""
        after = self.panicked.number
        machine.wait(r'\] PROOF-BEGIN$', STEP, after=after)
        machine.wait(r'\] DUMP-END ', STEP, after=after, fail='JOB-FAIL')
        why = machine.wait_end(60)
        if why != 'guest-shutdown':
            raise MachineError(f'K2 did not power off, but: {why}')

    def run(self, machine):
        self.wait_panic(machine)
        self.wait_dump(machine)

    # -- what is expected ------------------------------------------------------

    def crash_memory(self, machine):
        """What K1 had reserved."""
        return ranges(machine, 0, self.panicked.number, 'Crash kernel')

    def check_memory(self, machine):
        """K2 has no RAM but what a native crash kernel may have."""
        found = ranges(machine, self.panicked.number, None, 'System RAM')
        allowed = self.crash_memory(machine) + LOW[self.bench.arch]
        if not found or outside(found, allowed):
            raise DumpError(f'K2 has {hexadecimal(found)}, K1 reserved '
                            f'{hexadecimal(allowed)}')

    def check_complete(self, machine, dump):
        """The dump has all of K1's RAM but that of K2."""
        ram = ranges(machine, 0, self.panicked.number, 'System RAM')
        crash = self.crash_memory(machine)
        wanted = outside(ram, crash + LOW[self.bench.arch])
        lost = outside(wanted, dump.ranges())
        if not wanted or lost:
            raise DumpError(f'not in the dump: {hexadecimal(lost)}')
        if outside(crash, dump.ranges()) != crash:
            raise DumpError('the dump has memory of K2')

    def check_marker(self, machine, dump):
        """The marker page is where K1's process had it; returns its PID."""
        match = TASK.search(machine.find(TASK.pattern).text)
        if match[1] != self.name:
            raise DumpError(f'task {match[1]}, not {self.name}')
        page = dump.memory(int(match[3], 16), PAGE)
        if page != bytes(byte ^ MASK for byte in self._page):
            raise DumpError(f'the marker page is not at {match[3]}: '
                            f'{page[:16].hex()}...')
        return int(match[2])

    def check_log(self, machine, dump):
        """Everything that K1 wrote to its console, its log in the dump has."""
        log = dump.log(self.bench.debian('vmcore-dmesg'))
        first = machine.find(r'\] Linux version ').number
        console = [line.text.rstrip() for line in
                   machine.lines[first:self.panicked.number + 1]
                   if KERNEL_LINE.match(line.text)]
        known = {line.rstrip() for line in log}
        # A message's second line has no time of its own there.
        lost = [line for line in console if line not in known and
                KERNEL_LINE.sub('', line) not in known]
        if not any(self.how.said in line for line in log[-10:]):
            raise DumpError(f'the log ends without {self.how.said!r}: {log[-3:]}')
        if lost or len(console) < 50:
            raise DumpError(f'{len(lost)} of {len(console)} lines of K1 are not '
                            f'in its log: {lost[:3]}')
        if self.bench.arch == 'x86_64':
            self._check_makedumpfile(log)
        return log

    def _check_makedumpfile(self, log):
        """Debian's makedumpfile, which reads its own architecture only."""
        result = self.path + '.dmesg'
        done = subprocess.run(['makedumpfile', '-f', '--dump-dmesg', self.path, result],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise DumpError(f'makedumpfile: {done.stdout}{done.stderr}')
        with open(result, encoding='utf-8', errors='replace') as text:
            other = text.read().splitlines()
        # They differ in what is before a message's second line.
        if [KERNEL_LINE.sub('', line).strip() for line in other] != \
                [KERNEL_LINE.sub('', line).strip() for line in log]:
            raise DumpError('makedumpfile and vmcore-dmesg read two logs')

    def check_task(self, dump, pid):
        task = dump.panic_task(self.bench.file('vmlinux'),
                               self.bench.file('types.o'))
        if task[1:] != (pid, self.name):
            raise DumpError(f'panic task {task}, not {pid} {self.name}')
        return task

    def check(self, machine):
        """All of it; returns the dump's panic task, (CPU, PID, name)."""
        self.check_memory(machine)
        with Dump(self.path) as dump:
            self.check_complete(machine, dump)
            pid = self.check_marker(machine, dump)
            self.check_log(machine, dump)
            return self.check_task(dump, pid)
