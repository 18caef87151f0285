# SPDX-License-Identifier: GPL-2.0-or-later
"""Stands between QEMU and swtpm and does what a broken TPM does.

QEMU's tpm-emulator connects to a control socket and passes the other end of its
data channel there, with CMD_SET_DATAFD (QEMU's docs/specs/tpm.rst). The proxy
forwards the control channel as it is, but keeps that end for itself, and gives
swtpm the end of a channel of its own: so it sees every TPM command whole."""
import socket
import threading

# tpm_ioctl.h of swtpm and QEMU; big-endian on the socket
CMD_SET_DATAFD = 0x10
HEADER = 10
CHUNK = 65536
# A response that says success and nothing else
TAG_NO_SESSIONS, TAG_SESSIONS = b'\x80\x01', b'\x80\x02'
# TPM 2.0 part 2, 6.6.3: TPM_RC_FAILURE
RC_FAILURE = 0x101
# Bytes of an answer: more than any to what the emulator asks, and less than
# QEMU has room for. Linux takes what it expects of them, rightly: it was done.
TOO_MUCH = 2048


def response(code, body=b'', tag=TAG_NO_SESSIONS, size=None):
    """A TPM response; size: what it says of itself, if that is a lie."""
    size = HEADER + len(body) if size is None else size
    return tag + size.to_bytes(4, 'big') + code.to_bytes(4, 'big') + body


def padded(answer, size):
    """The answer with zeros behind it that it counts as its own."""
    size = max(size, len(answer))
    return answer[:2] + size.to_bytes(4, 'big') + answer[6:].ljust(size - 6, b'\0')


# What a fault makes of the answer of a command that swtpm has executed; None:
# there is none, ever. 'refused' keeps the command from swtpm.
ANSWERS = {
    'error': lambda answer: response(RC_FAILURE),
    'refused': lambda answer: response(RC_FAILURE),
    # PCR_Extend answers with sessions, and so with more than a header.
    'short': lambda answer: response(0, tag=TAG_SESSIONS),
    'long': lambda answer: padded(answer, TOO_MUCH),
    'never': lambda answer: None,
}


class Proxy:
    """From path, where QEMU connects, to swtpm's control socket."""

    def __init__(self, path, swtpm):
        self._swtpm = swtpm
        self._fault = self._codes = None
        self._skip = self._count = 0
        self._open = []
        self._lock = threading.Lock()
        self.hit = 0  # commands that got the fault's answer
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(1)
        self._start(self._accept)

    def break_(self, fault, codes=None, skip=0, count=None):
        """From now on: a name of ANSWERS, for these command codes or all, but
        not for the first of them, and at most count times."""
        self._codes, self._skip, self._count = codes, skip, count
        self._fault = fault

    def _faulty(self, command):
        """Whether this command gets the fault."""
        code = int.from_bytes(command[6:10], 'big')
        if not self._fault or self._codes and code not in self._codes:
            return False
        self._skip -= 1
        if self._skip >= 0 or self.hit == self._count:
            return False
        self.hit += 1
        return True

    def close(self):
        """Ends both channels: whoever waits for an answer gets the end."""
        with self._lock:
            for end in (self._listener, *self._open):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()
            self._open = []

    # -- threads --------------------------------------------------------------

    def _start(self, target, *arguments):
        threading.Thread(target=self._run, args=(target, *arguments),
                         daemon=True).start()

    @staticmethod
    def _run(target, *arguments):
        try:
            target(*arguments)
        except OSError:
            pass  # an end was closed: nothing more to forward

    def _keep(self, *ends):
        with self._lock:
            self._open += ends

    def _accept(self):
        qemu, _ = self._listener.accept()
        swtpm = socket.socket(socket.AF_UNIX)
        swtpm.connect(self._swtpm)
        self._keep(qemu, swtpm)
        self._start(self._answers_of_control, swtpm, qemu)
        while True:
            data, descriptors, _, _ = socket.recv_fds(qemu, CHUNK, 1)
            if not data:
                swtpm.shutdown(socket.SHUT_WR)
                return
            if int.from_bytes(data[:4], 'big') == CMD_SET_DATAFD and descriptors:
                ours, theirs = socket.socketpair(socket.AF_UNIX)
                guest = socket.socket(fileno=descriptors[0])
                self._keep(ours, guest)
                socket.send_fds(swtpm, [data], [theirs.fileno()])
                theirs.close()
                self._start(self._commands, guest, ours)
            else:
                swtpm.sendall(data)

    @staticmethod
    def _answers_of_control(swtpm, qemu):
        while True:
            data = swtpm.recv(CHUNK)
            if not data:
                qemu.shutdown(socket.SHUT_RDWR)
                return
            qemu.sendall(data)

    def _commands(self, guest, swtpm):
        try:
            self._forward(guest, swtpm)
        except OSError:
            guest.shutdown(socket.SHUT_RDWR)

    def _forward(self, guest, swtpm):
        while True:
            command = read_message(guest)
            faulty, answer = self._faulty(command), b''
            if not faulty or self._fault != 'refused':
                swtpm.sendall(command)
                answer = read_message(swtpm)
            if faulty:
                answer = ANSWERS[self._fault](answer)
            if answer is not None:
                guest.sendall(answer)


def read_message(end):
    """One whole command or response; OSError at the end of the channel."""
    data = b''
    size = HEADER
    while len(data) < size:
        more = end.recv(size - len(data))
        if not more:
            raise OSError('end of the channel')
        data += more
        if len(data) == HEADER:
            size = max(HEADER, int.from_bytes(data[2:6], 'big'))
    return data
