# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual machine with firmware, TPM and a serial console that is read as it
comes. One class, Machine: used by "make try", by the demo and by every test."""
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ANSI = re.compile(r'\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>cM78])')
# What edk2 prints when Secure Boot refuses an image. It then waits for a key.
FIRMWARE_REFUSAL = re.compile(
    r'BdsDxe.*(Access Denied|Security Violation)|'
    r'Press any key to enter the Boot Manager Menu')
OVMF = '/usr/share/OVMF/'
AAVMF = '/usr/share/AAVMF/'
TPM = {'x86_64': 'crb', 'arm64': 'tis'}


def is_listening(path):
    """Whether somebody accepts connections there: the file of a socket exists
    a moment earlier, and who connects in that moment is refused. Looked up, for
    a TPM ends with its first connection."""
    with open('/proc/net/unix', encoding='utf-8') as sockets:
        for line in sockets:
            fields = line.split()
            if fields[-1] == path and int(fields[3], 16) & 0x10000:
                return True
    return False


class MachineError(Exception):
    """What was waited for did not happen: says what and where the log is."""


class Refused(MachineError):
    """The firmware refused to start the kernel."""


class Line:
    """One line of the console and the seconds since the machine started."""

    def __init__(self, number, seconds, text):
        self.number, self.seconds, self.text = number, seconds, text


class Machine:
    """Runs one QEMU and, where asked for, one swtpm; a context manager.

    kernel, initrd, append   what the firmware boots, by QEMU's -kernel
    memory                   MiB
    cpu, smp                 QEMU's -cpu, number of processors
    secure_boot              firmware that enforces it, with the snakeoil keys
    tpm                      'crb', 'tis' or 'none'; arm64 has no 'crb'
    gic, el2, acpi           arm64: version of the GIC, whether the kernel gets
                             EL2, whether firmware has ACPI or a device tree
    gdb                      stopped at reset, GDB stub on loopback port 1234
    log                      file that gets the console with timestamps
    on_line                  function called with each Line, in wait()
    qemu                     another QEMU than Debian 12's, a file
    extra                    more QEMU arguments
    """

    def __init__(self, *, arch='x86_64', kernel, initrd=None, append='',
                 memory=2048, smp=1, cpu='max', secure_boot=False, tpm=None,
                 gic=3, el2=False, acpi=True, gdb=False, log=None, on_line=None,
                 qemu=None, extra=()):
        self.options = dict(arch=arch, kernel=kernel, initrd=initrd,
                            append=append, memory=memory, smp=smp, cpu=cpu,
                            secure_boot=secure_boot, tpm=tpm or TPM[arch],
                            gic=gic, el2=el2, acpi=acpi, gdb=gdb,
                            qemu=qemu, extra=list(extra))
        self.log_name = log
        self.on_line = on_line
        self.lines = []
        self.events = []  # QMP: (seconds, name, data)
        self._answers = queue.Queue()
        self._queue = queue.Queue()
        self._processes = []
        self._qmp = None
        self._ended = False
        self._dir = None
        self._log = None
        self.started = None

    # -- start and end ------------------------------------------------------

    def __enter__(self):
        self._dir = tempfile.mkdtemp(prefix='kexec-pe-vm-')
        if self.log_name:
            os.makedirs(os.path.dirname(os.path.abspath(self.log_name)),
                        exist_ok=True)
            self._log = open(self.log_name, 'w', encoding='utf-8')
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends what was started, by its own process object, and cleans up."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._processes = []
        if self._qmp:
            self._qmp.close()
            self._qmp = None
        if self._log:
            self._log.close()
            self._log = None
        if self._dir:
            shutil.rmtree(self._dir, ignore_errors=True)
            self._dir = None

    def _start(self):
        if self.options['tpm'] != 'none':
            self._start_tpm()
        command = self._command()
        if self._log:
            self._log.write('# ' + ' '.join(command) + '\n')
        self.started = time.monotonic()
        qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        self._processes.append(qemu)
        threading.Thread(target=self._read_console, args=(qemu.stdout,),
                         daemon=True).start()
        self._connect_qmp()

    def _start_tpm(self):
        state = os.path.join(self._dir, 'tpm')
        self._make_tpm_state(state)
        control = os.path.join(self._dir, 'swtpm.sock')
        log = open(os.path.join(self._dir, 'swtpm.log'), 'wb')
        swtpm = subprocess.Popen(
            ['swtpm', 'socket', '--tpm2', '--tpmstate', 'dir=' + state,
             '--ctrl', 'type=unixio,path=' + control, '--terminate'],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        self._processes.append(swtpm)
        self._wait_for_socket(control, swtpm)

    def _make_tpm_state(self, folder):
        os.mkdir(folder)

    def _wait_for_socket(self, path, process):
        end = time.monotonic() + 10
        while not is_listening(path):
            if process.poll() is not None or time.monotonic() > end:
                raise MachineError(f'{process.args[0]} made no {path}')
            time.sleep(0.02)

    def _firmware(self):
        """Arguments for code and variables; the variables are a copy."""
        secure = self.options['secure_boot']
        if self.options['arch'] == 'x86_64':
            code = OVMF + ('OVMF_CODE_4M.secboot.fd' if secure
                           else 'OVMF_CODE_4M.fd')
            variables = OVMF + ('OVMF_VARS_4M.snakeoil.fd' if secure
                                else 'OVMF_VARS_4M.fd')
        else:
            code = AAVMF + 'AAVMF_CODE.fd'
            variables = AAVMF + ('AAVMF_VARS.snakeoil.fd' if secure
                                 else 'AAVMF_VARS.fd')
        copy = os.path.join(self._dir, 'variables.fd')
        shutil.copyfile(variables, copy)
        arguments = [
            '-drive', f'if=pflash,unit=0,format=raw,readonly=on,file={code}',
            '-drive', f'if=pflash,unit=1,format=raw,file={copy}']
        if secure and self.options['arch'] == 'x86_64':
            arguments += ['-global',
                          'driver=cfi.pflash01,property=secure,value=on']
        return arguments

    def _cpu(self):
        """The architected algorithm of pointer authentication takes TCG more
        time than everything else together. With LPA2, Linux 6.12 oopses in any
        kexec: copy_p4d() of arch/arm64/mm/trans_pgd.c allocates no fifth level."""
        cpu = self.options['cpu']
        if self.options['arch'] == 'arm64' and cpu == 'max':
            return 'max,pauth-impdef=on,lpa2=off'
        return cpu

    def _command(self):
        o = self.options
        if o['arch'] == 'x86_64':
            machine = 'q35,smm=' + ('on' if o['secure_boot'] else 'off')
            command = [o['qemu'] or 'qemu-system-x86_64']
            tpm = {'crb': 'tpm-crb', 'tis': 'tpm-tis'}
        else:
            machine = (f"virt,gic-version={o['gic']},"
                       f"virtualization={'on' if o['el2'] else 'off'},"
                       f"acpi={'on' if o['acpi'] else 'off'}")
            command = [o['qemu'] or 'qemu-system-aarch64']
            tpm = {'tis': 'tpm-tis-device'}
        if o['tpm'] not in (*tpm, 'none'):
            raise MachineError(f"no TPM {o['tpm']} on {o['arch']}")
        command += [
            '-machine', machine + ',accel=tcg', '-cpu', self._cpu(),
            '-smp', str(o['smp']), '-m', str(o['memory']),
            '-nodefaults', '-no-user-config', '-display', 'none',
            '-no-reboot',
            '-chardev', 'stdio,id=console,signal=off',
            '-serial', 'chardev:console',
            '-qmp', f'unix:{self._dir}/qmp.sock,server=on,wait=off',
            '-smbios', 'type=1,manufacturer=kexec-pe,product=test-bench',
            '-object', 'rng-random,id=rng,filename=/dev/urandom',
            '-device', 'virtio-rng-pci,rng=rng']
        command += self._firmware()
        command += ['-kernel', o['kernel'], '-append', o['append']]
        if o['initrd']:
            command += ['-initrd', o['initrd']]
        if o['tpm'] != 'none':
            command += ['-chardev', f'socket,id=tpm,path={self._dir}/swtpm.sock',
                        '-tpmdev', 'emulator,id=tpm0,chardev=tpm',
                        '-device', tpm[o['tpm']] + ',tpmdev=tpm0']
        if o['gdb']:
            command += ['-gdb', 'tcp:127.0.0.1:1234', '-S']
        return command + o['extra']

    # -- QMP ----------------------------------------------------------------

    def _connect_qmp(self):
        path = os.path.join(self._dir, 'qmp.sock')
        qemu = self._processes[-1]
        try:
            self._wait_for_socket(path, qemu)
        except MachineError:
            time.sleep(0.2)  # let the reader get QEMU's complaint
            self._drain()
            raise MachineError('QEMU did not start: ' + self.tail(5)) from None
        self._qmp = socket.socket(socket.AF_UNIX)
        self._qmp.connect(path)
        self._qmp.sendall(b'{"execute": "qmp_capabilities"}\n')
        threading.Thread(target=self._read_qmp, args=(self._qmp.makefile(),),
                         daemon=True).start()

    def _read_qmp(self, stream):
        try:
            for text in stream:
                message = json.loads(text)
                if 'event' in message:
                    self.events.append((time.monotonic() - self.started,
                                        message['event'],
                                        message.get('data', {})))
                else:
                    self._answers.put(message)
        except (OSError, ValueError):
            pass  # closed under us, at the end

    def command(self, name, **arguments):
        """A QMP command; returns its result."""
        while not self._answers.empty():
            self._answers.get()
        self._qmp.sendall(json.dumps({'execute': name,
                                      'arguments': arguments}).encode() + b'\n')
        try:
            answer = self._answers.get(timeout=30)
        except queue.Empty:
            raise MachineError(f'QMP: no answer to {name}') from None
        if 'error' in answer:
            raise MachineError(f"QMP: {name}: {answer['error']['desc']}")
        return answer['return']

    def monitor(self, line):
        """A command of the human monitor, for what QMP lacks."""
        return self.command('human-monitor-command', **{'command-line': line})

    def ended_by(self):
        """Why the guest ended: QMP's reason of SHUTDOWN ('guest-reset',
        'guest-shutdown', ...), 'crash', or '' while it runs."""
        if not self._ended:
            return ''
        end = time.monotonic() + 2
        while time.monotonic() < end:
            for _, name, data in list(self.events):
                if name == 'SHUTDOWN':
                    return data.get('reason', '?')
            time.sleep(0.05)
        return 'crash'

    # -- console ------------------------------------------------------------

    def _read_console(self, stream):
        pending = b''
        while True:
            data = os.read(stream.fileno(), 65536)
            now = time.monotonic() - self.started
            if not data:
                break
            *whole, pending = (pending + data).split(b'\n')
            for raw in whole:
                self._queue.put((now, raw))
        if pending:
            self._queue.put((now, pending))
        self._queue.put(None)

    def _take(self, item):
        """Files one line; returns it, or None at the end of the console."""
        if item is None:
            self._ended = True
            return None
        seconds, raw = item
        text = ANSI.sub('', raw.decode('utf-8', 'replace')).strip('\r\0')
        text = text.rsplit('\r', 1)[-1]
        line = Line(len(self.lines), seconds, text)
        self.lines.append(line)
        if self._log:
            self._log.write(f'{seconds:8.3f} {text}\n')
            self._log.flush()
        if self.on_line:
            self.on_line(line)
        return line

    def _drain(self):
        while True:
            try:
                if self._take(self._queue.get_nowait()) is None:
                    return
            except queue.Empty:
                return

    def tail(self, count=15):
        """The last lines of the console, for a message."""
        return '\n'.join(line.text for line in self.lines[-count:])

    def where(self):
        return f'; console: {self.log_name}' if self.log_name else ''

    def find(self, pattern, after=0):
        """The first Line from number after on that matches, or None."""
        for line in self.lines[after:]:
            if re.search(pattern, line.text):
                return line
        return None

    def wait(self, pattern, timeout, after=None, fail=None):
        """Reads the console until a line matches pattern; returns the Line.

        after: number of the first line that may match (default: what was not
        read yet, and so only what comes now). fail: a pattern that ends the
        wait at once. Raises MachineError after timeout seconds, at the guest's
        end, and Refused when the firmware does not start the kernel.
        """
        end = time.monotonic() + timeout
        if after is not None:
            found = self.find(pattern, after)
            if found:
                return found
        while not self._ended:
            try:
                item = self._queue.get(
                    timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise MachineError(
                    f'no {pattern!r} in {timeout:.0f} s{self.where()}') from None
            line = self._take(item)
            if line is None:
                break
            if re.search(pattern, line.text):
                return line
            if FIRMWARE_REFUSAL.search(line.text):
                raise Refused(f'the firmware: {line.text.strip()}{self.where()}')
            if fail and re.search(fail, line.text):
                raise MachineError(f'{line.text.strip()!r} while waiting for '
                                   f'{pattern!r}{self.where()}')
        raise MachineError(f'the guest ended ({self.ended_by()}) without '
                           f'{pattern!r}{self.where()}')

    def wait_end(self, timeout):
        """Reads until the guest powers off or resets; returns ended_by()."""
        end = time.monotonic() + timeout
        while not self._ended:
            try:
                self._take(self._queue.get(
                    timeout=max(0, end - time.monotonic())))
            except queue.Empty:
                raise MachineError(f'still running after {timeout:.0f} s'
                                   f'{self.where()}') from None
        return self.ended_by()

    def linger(self, seconds):
        """Reads the console for some seconds more, or to the guest's end."""
        try:
            self.wait_end(seconds)
        except MachineError:
            pass
