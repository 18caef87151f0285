#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a unified kernel image from a systemd-stub and its parts, and signs it.

    mkuki.py --stub FILE --linux FILE [--initrd FILE] [--cmdline TEXT]
             [--uname TEXT] [--sign] RESULT
    mkuki.py --sign-only FILE RESULT

Debian 12 has no ukify, so objcopy adds the sections, at addresses after the
stub's own. The key is the "snakeoil" one of Debian's ovmf package, which the
test firmware's db holds; it protects nothing.
"""
import argparse
import os
import struct
import subprocess
import sys
import tempfile

OSREL = 'ID=kexec-pe\nNAME="kexec-pe test"\nVERSION_ID=1\n'
# What ukify gives a UKI whose stub has none: Debian 12's stub for arm64 has none.
SBAT = ('sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim\n'
        'kexec-pe.test,1,kexec-pe,uki,1,https://example.org\n')
KEY = '/usr/share/ovmf/PkKek-1-snakeoil.key'
CERTIFICATE = '/usr/share/ovmf/PkKek-1-snakeoil.pem'
PASSPHRASE = 'snakeoil'
OBJCOPY = {0x8664: 'objcopy', 0xaa64: 'aarch64-linux-gnu-objcopy'}


class Pe:
    """The few fields of a PE32+ file that are needed to add sections."""

    def __init__(self, data):
        header, = struct.unpack_from('<I', data, 0x3c)
        if data[header:header + 4] != b'PE\0\0':
            raise ValueError('no PE file')
        self.machine, count = struct.unpack_from('<HH', data, header + 4)
        optional_size, = struct.unpack_from('<H', data, header + 20)
        optional = header + 24
        self.entry, = struct.unpack_from('<I', data, optional + 16)
        self.image_base, self.alignment = struct.unpack_from(
            '<QI', data, optional + 24)
        self.sections = {}  # name: (RVA, virtual size, file offset, raw size)
        for i in range(count):
            at = optional + optional_size + 40 * i
            name, size, rva, raw, offset = struct.unpack_from('<8sIIII', data, at)
            self.sections[name.rstrip(b'\0').decode()] = (rva, size, offset, raw)

    def end(self):
        """The first RVA after every section."""
        return max(rva + max(size, raw)
                   for rva, size, _, raw in self.sections.values())


def read(name):
    with open(name, 'rb') as f:
        return f.read()


def sign(source, result):
    """Signs a PE file with the snakeoil key."""
    with tempfile.TemporaryDirectory(prefix='kexec-pe-sign-') as folder:
        key = os.path.join(folder, 'key')
        subprocess.run(['openssl', 'pkey', '-in', KEY, '-passin',
                        'pass:' + PASSPHRASE, '-out', key], check=True)
        done = subprocess.run(['sbsign', '--key', key, '--cert', CERTIFICATE,
                               '--output', result, source],
                              capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f'sbsign {source}: {done.stderr}')
    return result


def make(result, *, stub, linux, initrd=None, cmdline=None, uname=None,
         osrel=OSREL, extra=None, signed=False):
    """Writes a UKI. linux and initrd are file names; cmdline, uname and osrel
    texts; extra is {section: bytes}."""
    pe = Pe(read(stub))
    parts = {}
    if '.sbat' not in pe.sections:
        parts['.sbat'] = SBAT.encode()
    if osrel is not None:
        parts['.osrel'] = osrel.encode()
    if cmdline is not None:
        parts['.cmdline'] = cmdline.encode()
    if uname is not None:
        parts['.uname'] = uname.encode()
    parts.update(extra or {})
    if initrd is not None:
        parts['.initrd'] = read(initrd)
    # Last: an old stub unpacks a kernel in place, and what its image needs
    # beyond the section must not overwrite another one.
    parts['.linux'] = read(linux)

    page = max(0x1000, pe.alignment)
    command = [OBJCOPY[pe.machine]]
    rva = -(-pe.end() // page) * page
    with tempfile.TemporaryDirectory(prefix='kexec-pe-uki-') as folder:
        for name, data in parts.items():
            part = os.path.join(folder, name)
            with open(part, 'wb') as f:
                f.write(data)
            command += ['--add-section', f'{name}={part}',
                        '--set-section-flags', f'{name}=contents,alloc,load,data,readonly',
                        '--change-section-vma', f'{name}={rva + pe.image_base:#x}']
            rva = -(-(rva + len(data)) // page) * page
        new = os.path.join(folder, 'uki.efi')
        done = subprocess.run([*command, stub, new], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise RuntimeError(f'objcopy {stub}: {done.stderr}')
        check(read(new), parts)
        if signed:
            return sign(new, result)
        with open(result, 'wb') as f:
            f.write(read(new))
    return result


def check(data, parts):
    """What objcopy wrote must hold each part at an RVA of its own."""
    pe = Pe(data)
    for name, content in parts.items():
        rva, size, offset, _ = pe.sections[name]
        if data[offset:offset + size] != content[:size] or size < len(content):
            raise RuntimeError(f'objcopy: {name} is not what was given')
        if rva % pe.alignment:
            raise RuntimeError(f'objcopy: {name} at unaligned {rva:#x}')
    at = 0
    for name, (rva, size, _, _) in sorted(pe.sections.items(),
                                          key=lambda item: item[1][0]):
        if rva < at:
            raise RuntimeError(f'objcopy: {name} overlaps its predecessor')
        at = rva + size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--stub')
    parser.add_argument('--linux')
    parser.add_argument('--initrd')
    parser.add_argument('--cmdline')
    parser.add_argument('--uname')
    parser.add_argument('--sign', action='store_true')
    parser.add_argument('--sign-only', metavar='FILE')
    parser.add_argument('result')
    args = parser.parse_args()
    if args.sign_only:
        sign(args.sign_only, args.result)
        return 0
    if not args.stub or not args.linux:
        parser.error('--stub and --linux are needed')
    make(args.result, stub=args.stub, linux=args.linux, initrd=args.initrd,
         cmdline=args.cmdline, uname=args.uname, signed=args.sign)
    return 0


if __name__ == '__main__':
    sys.exit(main())
