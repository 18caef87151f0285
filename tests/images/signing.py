# SPDX-License-Identifier: GPL-2.0-or-later
"""Signs PE files, by two signers that share no code, and bends signatures."""

import os
import struct
import subprocess
from dataclasses import dataclass

WIN_CERTIFICATE = struct.Struct('<IHH')  # length, revision, type
PKCS_SIGNED_DATA = 2
REVISION_2 = 0x200


@dataclass
class Signer:
    """Files of a private key and of its certificate, PEM."""
    key: str
    certificate: str

    def sbsign(self, source, result):
        run(['sbsign', '--key', self.key, '--cert', self.certificate,
             '--output', result, source])
        return result

    def osslsigncode(self, source, result, digest='sha256', *options):
        if os.path.exists(result):
            os.remove(result)
        run(['osslsigncode', 'sign', '-h', digest, '-certs', self.certificate,
             '-key', self.key, *options, '-in', source, '-out', result])
        return result


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}")
    return done.stdout


def make_signer(folder, name, issuer=None, days=3650):
    """A new key; its certificate is its own, or the issuer's. With days=-1 it
    ended yesterday."""
    signer = Signer(os.path.join(folder, name + '.key'),
                    os.path.join(folder, name + '.pem'))
    request = ['openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-subj',
               f'/CN=kexec-pe test {name}', '-keyout', signer.key]
    if not issuer:
        run([*request, '-x509', '-days', str(days), '-out', signer.certificate])
        return signer
    wanted = signer.certificate + '.csr'
    run([*request, '-out', wanted])
    extensions = os.path.join(folder, name + '.ext')
    with open(extensions, 'w', encoding='ascii') as f:
        f.write('basicConstraints=critical,CA:FALSE\n'
                'keyUsage=digitalSignature\nsubjectKeyIdentifier=hash\n'
                'authorityKeyIdentifier=keyid\n')
    run(['openssl', 'x509', '-req', '-in', wanted, '-CA', issuer.certificate,
         '-CAkey', issuer.key, '-set_serial', str(1000 + days), '-days', str(days),
         '-extfile', extensions, '-out', signer.certificate])
    return signer


def der(signer, result):
    """Its certificate as the kernel's keyrings take it."""
    run(['openssl', 'x509', '-in', signer.certificate, '-outform', 'DER',
         '-out', result])
    return result


def entry_offset(data):
    """Where the directory entry of the certificate table is, or None."""
    if len(data) < 0x40 or data[:2] != b'MZ':
        return None
    header, = struct.unpack_from('<I', data, 0x3c)
    optional = header + 24
    if optional + 152 > len(data) or data[header:header + 4] != b'PE\0\0' or \
            data[optional:optional + 2] != b'\x0b\x02':
        return None
    return optional + 112 + 4 * 8


def table(data):
    """(offset, certificate table) of a signed file."""
    offset, size = struct.unpack_from('<II', data, entry_offset(data))
    return offset, data[offset:offset + size]


def with_table(data, certificates):
    """The file with another certificate table, or None if it has no place for
    one. Of a signed file, what was there is replaced."""
    at = entry_offset(data)
    if at is None:
        return None
    offset, size = struct.unpack_from('<II', data, at)
    if size and offset + size == len(data):
        data = data[:offset]
    copy = bytearray(data) + bytes(-len(data) % 8)
    struct.pack_into('<II', copy, at, len(copy), len(certificates))
    return bytes(copy) + certificates


def certificate(content, revision=REVISION_2, kind=PKCS_SIGNED_DATA):
    """A WIN_CERTIFICATE around a PKCS#7 message."""
    content += bytes(-len(content) % 8)
    return WIN_CERTIFICATE.pack(8 + len(content), revision, kind) + content


def pkcs7(certificates):
    """The message of the first WIN_CERTIFICATE, without padding."""
    message = certificates[8:]
    if message[:2] != b'\x30\x82':
        raise ValueError('a message of this form is not expected')
    size, = struct.unpack_from('>H', message, 2)
    return message[:4 + size]


def flipped(data, offset, bit=4):
    copy = bytearray(data)
    copy[offset] ^= 1 << bit
    return bytes(copy)
