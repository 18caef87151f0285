# SPDX-License-Identifier: GPL-2.0-or-later
"""Variables for tests/efi/prelude, which plays shim: sets them before K1 starts.
dbx is changed as its owner would, by an update that the snakeoil key signs."""
import os
import struct
import subprocess
import tempfile
import uuid

import mkuki

SHIM = uuid.UUID('605dab50-e046-4300-abb6-3dd810dd8b23')
SECURITY = uuid.UUID('d719b2cb-3d3a-4596-a3bc-dad00e67656f')
SHA256 = uuid.UUID('c1c41626-504c-4092-aca9-41f936934328')
X509 = uuid.UUID('a5c059a1-94e4-4aa7-87b5-ab155c2bf072')
PKCS7 = uuid.UUID('4aafd29d-68df-49ee-8aa9-347d375665a7')
OWNER = uuid.UUID('77fa9abd-0359-4d32-bd60-28f4e78f784b')

NON_VOLATILE, BOOT, RUNTIME, AUTHENTICATED, APPEND = 1, 2, 4, 0x20, 0x40
VOLATILE = BOOT | RUNTIME


def utf16(name):
    return name.encode('utf-16-le') + b'\0\0'


def variable(name, guid, data, attributes=VOLATILE):
    """One entry of the section .vars."""
    name = utf16(name)
    return struct.pack('<III', len(name), len(data), attributes) + \
        guid.bytes_le + name + data


def signature_list(kind, data):
    """EFI_SIGNATURE_LIST with one entry (UEFI 2.10, 32.4.1)."""
    return kind.bytes_le + struct.pack('<III', 28 + 16 + len(data), 0,
                                       16 + len(data)) + OWNER.bytes_le + data


def signed(message):
    """PKCS#7 over a message that is not in it, by the key of KEK: SignedData
    without the ContentInfo around it, which not every edk2 takes."""
    with tempfile.TemporaryDirectory(prefix='kexec-pe-dbx-') as folder:
        key, text = os.path.join(folder, 'key'), os.path.join(folder, 'text')
        with open(text, 'wb') as f:
            f.write(message)
        subprocess.run(['openssl', 'pkey', '-in', mkuki.KEY, '-passin',
                        'pass:' + mkuki.PASSPHRASE, '-out', key], check=True)
        info = subprocess.run(
            ['openssl', 'smime', '-sign', '-binary', '-noattr', '-md', 'sha256',
             '-signer', mkuki.CERTIFICATE, '-inkey', key, '-outform', 'DER',
             '-in', text], check=True, stdout=subprocess.PIPE).stdout
    start = 4 + 11 + 4
    if info[:2] != b'\x30\x82' or info[start:start + 2] != b'\x30\x82':
        raise RuntimeError('openssl smime: another form of ContentInfo')
    return info[start:]


def dbx(kind, data):
    """The variable dbx with one entry more (UEFI 2.10, 8.2.2)."""
    attributes = NON_VOLATILE | VOLATILE | AUTHENTICATED | APPEND
    time = struct.pack('<HBBBBBBIhBB', 2025, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    entry = signature_list(kind, data)
    proof = signed('dbx'.encode('utf-16-le') + SECURITY.bytes_le +
                   struct.pack('<I', attributes) + time + entry)
    header = struct.pack('<IHH', 24 + len(proof), 0x200, 0x0ef1)
    return variable('dbx', SECURITY,
                    time + header + PKCS7.bytes_le + proof + entry, attributes)


def before(result, program, variables, kernel, secure):
    """The program that sets the variables, with the kernel to be started then."""
    return mkuki.make(result, stub=program, linux=kernel, osrel=None,
                      extra={'.vars': b''.join(variables)}, signed=secure)
