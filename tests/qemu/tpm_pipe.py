#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of tpm2-tools' way to a guest's TPM: TPM commands from standard input
to a socket, where the guest's tpmbridge takes them, and its answers back.

    TPM2TOOLS_TCTI="cmd:tpm_pipe.py SOCKET" tpm2_pcrread
"""
import os
import socket
import sys

HEADER = 10


def message(read):
    """One TPM command or response; b'' at the end."""
    data = b''
    while len(data) < HEADER or len(data) < int.from_bytes(data[2:6], 'big'):
        wanted = int.from_bytes(data[2:6], 'big') if len(data) >= HEADER \
            else HEADER
        more = read(wanted - len(data))
        if not more:
            return b''
        data += more
    return data


def main():
    with socket.socket(socket.AF_UNIX) as guest:
        guest.connect(sys.argv[1])
        while True:
            command = message(lambda size: os.read(0, size))
            if not command:
                return
            guest.sendall(command)
            response = message(guest.recv)
            if not response:
                sys.exit('tpm_pipe.py: the guest hung up')
            os.write(1, response)


if __name__ == '__main__':
    main()
