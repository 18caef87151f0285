# SPDX-License-Identifier: GPL-2.0-or-later
"""What tpm2-tools do with a guest's TPM: seal, unseal, quote."""
import os
import secrets
import struct

from vm import MachineError
import tcglog

AK = 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign'
SEALED_PCR = 11


def serialized(bank, values):
    """The PCRs {PCR: bytes} of one bank as the file that tpm2_quote writes: the
    TSS's structures as they lie in memory, TPML_PCR_SELECTION and TPML_DIGESTs."""
    algorithm = {name: number for number, name in tcglog.ALGORITHMS.items()}[bank]
    bits = sum(1 << pcr for pcr in values).to_bytes(3, 'little')
    data = (struct.pack('<IHB', 1, algorithm, len(bits)) + bits).ljust(132, b'\0')
    ordered = [values[pcr] for pcr in sorted(values)]
    lists = [ordered[i:i + 8] for i in range(0, len(ordered), 8)]
    data += struct.pack('<I', len(lists))
    for digests in lists:
        data += (struct.pack('<I', len(digests)) + b''.join(
            struct.pack('<H', len(digest)) + digest.ljust(64, b'\0')
            for digest in digests)).ljust(4 + 8 * 66, b'\0')
    return data


class Tools:
    """tpm2-tools in one machine, kernel after kernel; objects remain as files.
    Without a resource manager each step removes what it left in the TPM."""

    def __init__(self, machine):
        self._machine = machine
        self._nonce = ''

    def _run(self, *words, check=True):
        done = self._machine.tool(*words, check=check)
        if words[0] in ('createprimary', 'create', 'load', 'quote', 'unseal',
                        'readpublic'):
            self._machine.tool('flushcontext', '-t')
        if done.returncode:
            self._machine.tool('flushcontext', '-l')  # its session
        return done

    def _write(self, name, data):
        folder = self._machine.path('tools')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)

    def primary(self):
        """The same key in each kernel, for the hierarchy's seed is the same."""
        self._run('createprimary', '-C', 'o', '-g', 'sha256', '-G', 'ecc',
                  '-c', 'primary.ctx')

    def seal(self, name, value):
        """A secret that opens when PCR 11 has this value."""
        self._write('secret', name.encode())
        self._write('pcrs', value)
        self._run('createpolicy', '--policy-pcr', '-l', f'sha256:{SEALED_PCR}',
                  '-f', 'pcrs', '-L', 'policy')
        self._run('create', '-C', 'primary.ctx', '-g', 'sha256', '-u',
                  name + '.pub', '-r', name + '.priv', '-L', 'policy', '-i',
                  'secret', '-a', 'fixedtpm|fixedparent')

    def unseals(self, name):
        """Whether the TPM gives the secret out, by its policy alone."""
        self._run('load', '-C', 'primary.ctx', '-u', name + '.pub', '-r',
                  name + '.priv', '-c', 'sealed.ctx')
        done = self._run('unseal', '-c', 'sealed.ctx', '-p',
                         f'pcr:sha256:{SEALED_PCR}', check=False)
        if done.returncode and b'policy check failed' not in done.stderr:
            raise MachineError(f'unseal {name}: {done.stderr[-300:]}')
        return done.returncode == 0 and done.stdout == name.encode()

    def quote(self, bank, pcrs):
        """The TPM signs these PCRs."""
        self._nonce = secrets.token_hex(16)
        self._run('createprimary', '-C', 'e', '-g', 'sha256', '-G',
                  'ecc256:ecdsa-sha256:null', '-a', AK, '-c', 'ak.ctx')
        self._run('readpublic', '-c', 'ak.ctx', '-f', 'pem', '-o', 'ak.pem')
        self._run('quote', '-c', 'ak.ctx', '-q', self._nonce, '-m', 'message',
                  '-s', 'signature', '-g', 'sha256', '-l',
                  f"{bank}:{','.join(map(str, sorted(pcrs)))}")

    def quote_is_of(self, bank, values):
        """Whether tpm2_checkquote takes these values for those of the quote."""
        self._write('values', serialized(bank, values))
        done = self._run('checkquote', '-u', 'ak.pem', '-m', 'message', '-s',
                         'signature', '-q', self._nonce, '-g', 'sha256', '-f',
                         'values', check=False)
        return done.returncode == 0
