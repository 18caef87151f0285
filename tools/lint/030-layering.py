#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Includes go only where the arrows go: kernel -> stage -> image, emulator ->
image, purgatory -> emulator, all -> include/kexec_pe; image, stage, emulator and
purgatory know nothing of the kernel or of libc."""
import os
import re
import subprocess
import sys

# What a C compiler brings without a library.
FREESTANDING = {'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'limits.h'}
KERNEL = {'linux', 'asm', 'crypto', 'keys', 'uapi', 'generated'}
MAY = {
    'image': {'image', 'kexec_pe'},
    'stage': {'stage', 'image', 'kexec_pe'},
    'kernel': {'kernel', 'stage', 'image', 'kexec_pe'} | KERNEL,
    'emulator': {'emulator', 'image', 'kexec_pe'},
    'purgatory': {'purgatory', 'emulator', 'image', 'kexec_pe'},
    'include': {'kexec_pe'},
    'arch': {'arch', 'emulator', 'purgatory', 'image', 'kexec_pe'},
}
# The named exceptions: file or folder, what it may include besides.
BESIDES = (
    # chooses between the kernel's types and the compiler's
    ('include/kexec_pe/', {'linux/'}),
    # the kernel's own hash code is compiled into the embedded image
    ('purgatory/sha1_blocks.c', {'lib/crypto/sha1.c'}),
    ('purgatory/sha256_blocks.c', {'lib/crypto/sha256.c'}),
    ('purgatory/sha512_blocks.c', {'linux/module.h', 'crypto/sha512_generic.c'}),
    # the one hash of the image, which purgatory brings
    ('emulator/', {'purgatory/sha256.h'}),
    # structures that are private to the kernel's parsers of signatures
    ('kernel/signer.c', {'pkcs7_parser.h', 'verify_pefile.h'}),
)


def allowed(file, target):
    room, top = file.split('/')[0], target.split('/')[0]
    if room == 'arch':
        name = os.path.basename(file)
        if file.startswith('arch/host/'):
            return True
        if name.startswith('kexec'):
            return top in MAY['kernel'] | {'arch'}
        if target.startswith('emulator/protocol/'):
            return False
    if '/' not in target:
        # a header of the architecture, found by -Iarch/ARCH
        return target in FREESTANDING or \
            any(os.path.exists(f'arch/{a}/{target}') for a in ('x86', 'arm64')) or \
            (room == 'include' and target == 'string.h')
    return top in MAY[room]


def main():
    found = 0
    names = subprocess.check_output(
        ['git', 'ls-files', '-co', '--exclude-standard', '--', '*.c', '*.h',
         '*.S'], text=True).split('\n')
    for file in filter(os.path.isfile, names):
        if file.split('/')[0] not in MAY:
            continue
        with open(file, encoding='utf-8') as lines:
            for number, line in enumerate(lines, 1):
                match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
                if not match or allowed(file, match[1]) or \
                        any(file.startswith(f) and
                            any(match[1].startswith(t) for t in targets)
                            for f, targets in BESIDES):
                    continue
                print(f'{file}:{number}: must not include {match[1]}')
                found = 1
    return found


if __name__ == '__main__':
    sys.exit(main())
