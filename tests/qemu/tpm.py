# SPDX-License-Identifier: GPL-2.0-or-later
"""K1 on a machine whose TPM is watched from outside: what the guests sent of
PCRs and logs, tpm2-tools that talk to the TPM through the guest, and swtpm's own
record of the commands that it got."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

import mkuki
from bench import K1, TOP
from vm import MachineError
from tpm_proxy import Proxy

sys.path.append(os.path.join(TOP, 'tests/measurement'))
# pylint: disable=wrong-import-position,unused-import
import calculator  # noqa: E402
import tcglog  # noqa: E402

PCR_LINE = re.compile(r'.*/pcr-(sha\d+)/(\d+):([0-9A-Fa-f]+)$')
PCR_EXTEND = 0x182
TOOL_TIMEOUT = 60


@dataclass
class State:
    """What a guest sent: pcrs is {bank: {PCR: bytes}}; log: bytes or None."""
    pcrs: dict
    log: bytes = None


@dataclass
class Extend:
    """One TPM2_PCR_Extend: digests by bank."""
    pcr: int
    digests: dict


class TpmK1(K1):
    """K1 with a TPM. banks: the active ones, joined by commas; default: swtpm's
    four. proxy: faults can be injected. Others: those of K1."""

    def __init__(self, *args, banks=None, proxy=False, **options):
        super().__init__(*args, **options)
        self._banks = banks
        self._wants_proxy = proxy
        self.proxy = None
        self.swtpm = None
        self._withheld = 0

    # -- machine ------------------------------------------------------------

    def path(self, name):
        return os.path.join(self._dir, name)

    def _start_tpm(self):
        state = self.path('tpm')
        os.mkdir(state)
        if self._banks:
            subprocess.run(['swtpm_setup', '--tpm2', '--tpmstate', state,
                            '--pcr-banks', self._banks, '--overwrite'],
                           check=True, capture_output=True)
        control = self.path('swtpm-itself.sock' if self._wants_proxy
                            else 'swtpm.sock')
        self.swtpm = subprocess.Popen(
            ['swtpm', 'socket', '--tpm2', '--tpmstate', 'dir=' + state,
             '--ctrl', 'type=unixio,path=' + control, '--terminate',
             '--log', f"file={self.path('swtpm.log')},level=20"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self._processes.append(self.swtpm)
        self._wait_for_socket(control, self.swtpm)
        if self._wants_proxy:
            self.proxy = Proxy(self.path('swtpm.sock'), control)

    def _command(self):
        dump, bridge = self.path('dump'), self.path('bridge.sock')
        return super()._command() + [
            '-device', 'virtio-serial-pci',
            '-chardev', f'file,id=dump,path={dump}',
            '-device', 'virtserialport,chardev=dump,name=kpe.dump',
            '-chardev', f'socket,id=bridge,path={bridge},server=on,wait=off',
            '-device', 'virtserialport,chardev=bridge,name=kpe.tpm']

    def close(self):
        if self.proxy:
            self.proxy.close()
        if self._dir and self.log_name and os.path.exists(self.path('swtpm.log')):
            shutil.copyfile(self.path('swtpm.log'), self.log_name + '.swtpm')
        super().close()

    def memory(self, address, size):
        """The guest's physical memory, as QEMU reads it."""
        path, end = self.path('memory'), time.monotonic() + 10
        if os.path.exists(path):
            os.remove(path)
        self._qmp.sendall(json.dumps(
            {'execute': 'pmemsave', 'arguments':
             {'val': address, 'size': size, 'filename': path}}).encode())
        while not os.path.exists(path) or os.path.getsize(path) != size:
            if time.monotonic() > end:
                raise MachineError(f'QEMU saves no memory at {address:#x}')
            time.sleep(0.01)
        return mkuki.read(path)

    def now(self):
        """Seconds since the machine started, as in Line.seconds."""
        return time.monotonic() - self.started

    def withheld(self):
        """Seconds so far in which QEMU wanted a processor and the host, busy
        with something else, gave none: no limit is about them."""
        folder, nanoseconds = f'/proc/{self._processes[-1].pid}/task', 0
        try:
            for thread in os.listdir(folder):
                with open(f'{folder}/{thread}/schedstat', encoding='ascii') as f:
                    nanoseconds += int(f.read().split()[1])
        except OSError:
            pass  # a thread has ended, or QEMU has
        self._withheld = max(self._withheld, nanoseconds / 1e9)
        return self._withheld

    def wait_reset(self, timeout):
        """Waits until QMP says that the guest resets; returns when that was, in
        seconds. QEMU itself ends only when its TPM has answered: the proxy stops
        withholding that."""
        end, resets = time.monotonic() + timeout, []
        while not resets:
            if time.monotonic() > end:
                raise MachineError(f'no reset in {timeout} s{self.where()}')
            self.withheld()
            time.sleep(0.05)
            self._drain()
            resets = [seconds for seconds, name, _ in list(self.events)
                      if name == 'SHUTDOWN']
        if self.proxy:
            self.proxy.close()
        why = self.wait_end(30)
        if why != 'guest-reset':
            raise MachineError(f'no reset, but: {why}{self.where()}')
        return resets[0]

    # -- what the guests sent -------------------------------------------------

    def dumps(self):
        """{name: bytes} of everything that came so far."""
        with open(self.path('dump'), 'rb') as f:
            data = f.read()
        found = {}
        while data:
            head, _, data = data.partition(b'\n')
            name, _, size = head.decode().partition(' ')
            found[name], data = data[:int(size)], data[int(size):]
        return found

    def state(self, name):
        """What tpm_state NAME in a guest's job sent."""
        dumps = self.dumps()
        if name + '.pcrs' not in dumps:
            raise MachineError(f'the guest sent no {name}: {sorted(dumps)}')
        pcrs = {}
        for line in dumps[name + '.pcrs'].decode().splitlines():
            match = PCR_LINE.match(line)
            if not match:
                raise MachineError(f'{name}: {line!r} is no PCR')
            bank = pcrs.setdefault(match[1], {})
            bank[int(match[2])] = bytes.fromhex(match[3])
        return State(pcrs, dumps.get(name + '.log'))

    # -- what swtpm got -------------------------------------------------------

    def commands(self):
        """Every command that swtpm got since it started, as bytes."""
        with open(self.path('swtpm.log'), encoding='utf-8',
                  errors='replace') as f:
            return list(swtpm_commands(f))

    def extends(self, after=0):
        """Those that extend a PCR, among the commands from number after on."""
        return [parse_extend(command) for command in self.commands()[after:]
                if int.from_bytes(command[6:10], 'big') == PCR_EXTEND]

    # -- tpm2-tools through the guest -----------------------------------------

    def tool(self, name, *arguments, check=True):
        """Runs tpm2_NAME against the guest's TPM, in a folder that remains
        until the machine ends; the guest's job is in tpm_bridge."""
        folder = self.path('tools')
        os.makedirs(folder, exist_ok=True)
        pipe = os.path.join(TOP, 'tests/qemu/tpm_pipe.py')
        done = subprocess.run(
            ['tpm2_' + name, *arguments], cwd=folder, check=False,
            capture_output=True, timeout=TOOL_TIMEOUT,
            env={**os.environ, 'TPM2TOOLS_TCTI':
                 f"cmd:{pipe} {self.path('bridge.sock')}"})
        if check and done.returncode:
            raise MachineError(f'tpm2_{name} {arguments}: '
                               f'{done.stderr.decode()[-500:]}')
        return done

    def end_bridge(self):
        """The guest's job goes on. It answers: before it has opened the port,
        nobody hears us."""
        with socket.socket(socket.AF_UNIX) as bridge:
            bridge.connect(self.path('bridge.sock'))
            bridge.settimeout(TOOL_TIMEOUT)
            bridge.sendall(bytes(10))
            if not bridge.recv(10):
                raise MachineError('the bridge hung up' + self.where())


def swtpm_commands(lines):
    """The commands in a log of swtpm at level 20: hex dumps after a line that
    says how many bytes came from the data channel."""
    left, command = 0, bytearray()
    for line in lines:
        match = re.search(r'SWTPM_IO_Read: length (\d+)', line)
        if match:
            left, command = int(match[1]), bytearray()
        elif left:
            data = bytes.fromhex(line)
            command += data
            left -= len(data)
            if left <= 0:
                left = 0
                yield bytes(command)


def parse_extend(command):
    """TPM 2.0 part 3, 22.2: header, PCR, authorisation, digests."""
    pcr, size = (int.from_bytes(command[at:at + 4], 'big') for at in (10, 14))
    at = 18 + size
    count, digests = int.from_bytes(command[at:at + 4], 'big'), {}
    at += 4
    for _ in range(count):
        bank = tcglog.ALGORITHMS[int.from_bytes(command[at:at + 2], 'big')]
        size = tcglog.SIZES[bank]
        digests[bank] = command[at + 2:at + 2 + size]
        at += 2 + size
    return Extend(pcr, digests)
