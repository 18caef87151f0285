#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the images of cases.txt and the table of what is expected of them.

mkpe.py [--machine x86_64|aarch64] [--syscall] [--list] FOLDER

Writes FOLDER/NAME.efi for every case and FOLDER/expect.tsv: name, errno name
or OK, rule name. One recipe below per case; the expectation is not here.
"""

import argparse
import os
import struct
import sys

from pebuild import (CODE, DATA, MACHINES, RELOC, RODATA, TEXT, Image, Section,
                     align, block, certificate)

RECIPES = {}
LIMIT = 128 << 20  # what SizeOfImage may exceed the file by
HERE = os.path.dirname(os.path.abspath(__file__))


def recipe(name, *args):
    """Register a function as the recipe of a case, with arguments if any."""
    def register(function):
        assert name not in RECIPES, name
        RECIPES[name] = (function, args)
        return function
    return register


def app(machine):
    """The baseline: code, data with zero fill, one relocation."""
    image = Image(machine)
    image.add('.text', CODE[machine], 0x1000, TEXT, vs=0x10)
    image.add('.data', bytes(range(0x80)), 0x2000, DATA, vs=0x1800)
    image.add('.reloc', block(0x2000, [(10, 8), (0, 0)]), 0x4000, RELOC)
    image.directories[5] = (0x4000, 12)
    return image


def relocated(machine, data, size=None, va=0x4000):
    """The baseline with another .reloc."""
    image = app(machine)
    image.sections[2] = Section('.reloc', data, 0x4000, RELOC)
    image.directories[5] = (va, len(data) if size is None else size)
    return image


def uki(machine, linux=None, **more):
    """A stub with the sections of a UKI; more=(data, virtual size or None)."""
    image = app(machine)
    sections = {
        '.osrel': b'ID=test\n',
        '.cmdline': b'console=ttyS0 test=1\n',
        '.linux': app(machine).build() if linux is None else linux,
        '.initrd': b'070701 no real archive',
    }
    sections.update({'.' + k: v for k, v in more.items()})
    va = 0x10000
    for name, data in sections.items():
        if data is None:
            continue
        image.add(name, data, va)
        va = align(va + max(len(data), 1), 0x1000)
    return image


def zboot(machine, offset=None, size=None, compression=b'gzip\0'):
    """As zboot-header.S lays it out: headers to 0x1000, RVA = file offset."""
    image = Image(machine)
    image.headers_room = 0x1000
    payload = b'\x1f\x8b' + bytes(0x500)
    image.add('.text', CODE[machine].ljust(16, b'\0') + payload, 0x1000, TEXT,
              vs=0x1000)
    image['.text'].data = image['.text'].data.ljust(0x1000, b'\0')
    image.add('.data', bytes(0x200), 0x2000, DATA, vs=0x1000)
    image.dos[4] = b'zimg' + struct.pack(
        '<II', 0x1010 if offset is None else offset,
        len(payload) if size is None else size)
    image.dos[0x18] = compression
    return image


def stub252(machine):
    """The oddities of Debian 12's linuxx64.efi.stub, in small."""
    image = Image(machine)
    image.lfanew = 0x80
    image.directories = [(0, 0)] * 16
    image.headers_room = 0x400
    image.add('.text', CODE[machine].ljust(0x1f0, b'\xcc'), 0x4000, TEXT)
    image.add('.reloc', block(0x374a, [(0, 0), (0, 0)]), 0x10000, RELOC)
    image.add('.data', bytes(0x340), 0x11000, DATA)
    image.add('.sbat', b'sbat,1,SBAT Version\n', 0x19000, vs=0xe2)
    image['.sbat'].data = image['.sbat'].data.ljust(0xe2, b'\0')
    image.add('.sdmagic', b'#### LoaderInfo: systemd-stub 252 ####'.ljust(0x34),
              0x19100)
    image.directories[5] = (0x10000, 12)
    image.trailer = bytes(range(1, 0x62))
    return image.set(section_alignment=0x200, image_size=0x19300,
                     dll_characteristics=0)


# The accepted ones

recipe('ok-app')(app)
recipe('ok-uki')(uki)
recipe('ok-zboot')(zboot)
recipe('ok-stub252')(stub252)


@recipe('ok-signed')
def signed(machine, certificates=certificate()):
    image = app(machine)
    image.certificates = certificates
    return image


@recipe('ok-stub252-signed')
def _(machine):
    image = stub252(machine)
    image.certificates = certificate()
    return image


# A. DOS and PE headers

@recipe('a01-empty', b'')
@recipe('a01-byte', b'M')
@recipe('a01-elf', b'\x7fELF\x02\x01\x01'.ljust(64, b'\0'))
@recipe('a01-gzip', b'\x1f\x8b\x08'.ljust(64, b'\0'))
@recipe('a01-dos', b'MZ'.ljust(0x200, b'\x90'))
def _(_machine, data):
    return data


@recipe('a02-cut-dos', 0x3e)
@recipe('a02-cut-coff', 0x40 + 12)
@recipe('a02-cut-optional', 0x40 + 24 + 60)
@recipe('a02-cut-directories', 0x40 + 24 + 112 + 20)
@recipe('a02-cut-table', 0x40 + 24 + 112 + 48 + 60)
@recipe('a02-cut-headers', 0x200)
@recipe('a02-cut-data', -1)
def _(machine, end):
    return app(machine).build()[:end]


@recipe('a03-lfanew-zero', lambda size: 0)
@recipe('a03-lfanew-eof', lambda size: size - 3)
@recipe('a03-lfanew-max', lambda size: 0xffffffff)
def _(machine, lfanew):
    data = app(machine).build()
    return data[:0x3c] + struct.pack('<I', lfanew(len(data))) + data[0x40:]


@recipe('a03-lfanew-unaligned', 0x7a)
def _(machine, lfanew):
    image = app(machine)
    image.lfanew = lfanew
    return image


@recipe('a04-pe-in-dos')
def _(machine):
    data = bytearray(app(machine).build())
    # The PE header of 0x40 moved to 0x10: e_lfanew lies in its middle.
    data[0x10:0x1f0] = data[0x40:0x220]
    struct.pack_into('<I', data, 0x3c, 0x10)
    return bytes(data)


def other(machine):
    return next(m for m in MACHINES.values() if m != machine)


@recipe('a05-machine-other', other)
@recipe('a05-machine-i386', lambda m: 0x14c)
@recipe('a05-machine-riscv64', lambda m: 0x5064)
@recipe('a05-machine-zero', lambda m: 0)
def _(machine, choose):
    return app(machine).set(machine=choose(machine))


@recipe('a07-directories-0', 0)
@recipe('a07-directories-4', 4)
@recipe('a07-directories-5', 5)
@recipe('a07-directories-16', 16)
@recipe('a07-directories-17', 17)
def _(machine, count):
    image = app(machine)
    image.directories = (image.directories + [(0, 0)] * 16)[:count]
    return image


@recipe('a08-headers-small')
def _(machine):
    image = app(machine)
    for i in range(8):
        image.add('.s%d' % i, b'x', 0x5000 + 0x1000 * i)
    return image.set(headers_size=image.headers_size() - 0x200)


@recipe('a09-image-limit', 0)
@recipe('a09-image-over', 1)
def _(machine, over):
    image = app(machine)
    return image.set(image_size=len(image.build()) + LIMIT + over)


def fields(name, **kwargs):
    """A case that is the baseline with header fields changed."""
    recipe(name)(lambda machine: app(machine).set(**kwargs))


fields('a05-pe32', magic=0x10b)
fields('a05-rom', magic=0x107)
fields('a06-optional-zero', optional_size=0)
fields('a06-optional-small', optional_size=96)
fields('a06-optional-more', optional_size=112 + 56)
fields('a06-optional-max', optional_size=0xffff)
fields('a07-directories-max', directory_count=0xffffffff)
fields('a08-headers-zero', headers_size=0)
fields('a08-headers-file', headers_size=0x100000)
fields('a08-headers-unaligned', headers_size=0x204)
fields('a09-image-zero', image_size=0)
fields('a09-image-headers', image_size=0x1ff)
fields('a09-image-sections', image_size=0x400b)
fields('a09-image-exact', image_size=0x400c)
fields('a09-image-max', image_size=0xffffffff)
fields('a10-base-unaligned', image_base=0x800)
fields('a10-base-high', image_base=0xffff800000000000)
fields('a10-base-wraps', image_base=0xfffffffffffff000)
for size, text in ((0, '0'), (1, '1'), (3, '3'), (32, '32'), (768, '768'),
                   (512, '512'), (0x10000, '64k'), (1 << 31, 'max')):
    fields('a11-section-alignment-' + text, section_alignment=size,
           image_size=0x5000)
fields('a11-file-alignment-0', file_alignment=0)
fields('a11-file-alignment-3', file_alignment=3)
fields('a11-file-alignment-32', file_alignment=32)
fields('a11-file-alignment-128k', file_alignment=0x20000,
       section_alignment=0x20000, image_size=0x5000)
fields('a11-file-over-section', file_alignment=0x400, section_alignment=0x200,
       image_size=0x5000)
fields('a12-entry-zero', entry=0)
fields('a12-entry-headers', entry=0x100)
fields('a12-entry-gap', entry=0x1800)
fields('a12-entry-reloc', entry=0x4000)
fields('a12-entry-data', entry=0x2000)
fields('a12-entry-end', entry=0x5000)
fields('a13-subsystem-0', subsystem=0)
fields('a13-subsystem-gui', subsystem=2)
fields('a13-subsystem-driver', subsystem=11)
fields('a13-subsystem-runtime', subsystem=12)
fields('a14-dll', characteristics=0x2206)
fields('a14-large', characteristics=0x226)
fields('a14-relocs-stripped', characteristics=0x207)
fields('a14-not-executable', characteristics=0x204)
fields('a15-nx-clear', dll_characteristics=0)


# B. Section table

@recipe('b16-no-section')
def _(machine):
    image = Image(machine)
    image.trailer = bytes(0x200)
    return image


@recipe('b17-sections-96', 96)
@recipe('b17-sections-97', 97)
def _(machine, count):
    image = Image(machine)
    image.add('.text', CODE[machine], 0x2000, TEXT)
    for i in range(1, count):
        image.add('.s%d' % i, b'x', 0x2000 + 0x1000 * i)
    return image


fields('b17-sections-max', section_count=0xffff)
fields('b18-table-headers', section_count=12)


@recipe('b18-table-file')
def _(machine):
    return app(machine).set(section_count=90, headers_size=0x1000)


def section(name, change):
    """A case that is the baseline with its sections changed."""
    def make(machine):
        image = app(machine)
        image.place()
        change(image)
        return image
    recipe(name)(make)


def moved(index, **kwargs):
    """Give one section other header values once all have their place."""
    def change(image):
        for key, value in kwargs.items():
            setattr(image.sections[index], key,
                    value(image) if callable(value) else value)
    return change


section('b19-data-overlap', moved(1, raw_offset=0x300))
section('b19-data-same', moved(1, raw_offset=0x200))
section('b20-memory-overlap', moved(1, va=0x1008))
section('b20-memory-same', moved(1, va=0x1000))


def swap(image):
    s = image.sections
    s[1].va, s[2].va = s[2].va, s[1].va
    s[1].vs = 0x80
    image.directories[5] = (0, 0)
    image.set(image_size=0x5000)


section('b21-memory-unsorted', swap)


def swap_data(image):
    s = image.sections
    s[0].raw_offset, s[1].raw_offset = s[1].raw_offset, s[0].raw_offset


section('b21-data-unsorted', swap_data)


@recipe('b22-gap-first', 0, 0x200)
@recipe('b22-gap', 1, 0x200)
@recipe('b22-gap-byte', 1, 1)
def _(machine, index, gap):
    image = app(machine)
    image.sections[index].gap = gap
    return image


section('b23-data-eof', moved(2, raw_size=0x201))
section('b23-data-wraps', moved(2, raw_size=0xfffffff0))
section('b23-data-far', moved(2, raw_offset=0xfffff000))


@recipe('b24-memory-wraps', 0xfffff000, 0x2000)
@recipe('b24-memory-far', 0x100000, 0x10)
def _(machine, va, vs):
    image = app(machine).set(image_size=0x6000)
    image.add('.far', b'x', va, vs=vs)
    return image


@recipe('b25-raw-over-virtual')
def _(machine):
    image = app(machine).set(image_size=0x6000)
    image.add('.long', bytes(range(256)) * 4, 0x5000, vs=0x10)
    return image


@recipe('b26-zero-fill', 0x100000, 0x105000)
@recipe('b26-zero-fill-4g', 0xffff0000, 0xffff5000)
@recipe('b26-zero-fill-lie', 0xffff0000, 0x6000)
def _(machine, size, image_size):
    image = app(machine).set(image_size=image_size)
    image.add('.bss', b'', 0x5000, DATA, vs=size)
    return image


@recipe('b27-empty', 1, 0, b'')
@recipe('b27-empty-same', 2, 0, b'')
@recipe('b27-no-virtual-size', 1, 0, b'x')
def _(machine, count, vs, data):
    image = app(machine).set(image_size=0x6000)
    for i in range(count):
        image.add('.none%d' % i, data, 0x5000, vs=vs)
    return image


section('b28-write-execute', moved(0, flags=TEXT | 0x80000000))


@recipe('b28-page-write-execute', DATA)
@recipe('b28-page-read-execute', RODATA)
def _(machine, flags):
    image = Image(machine).set(section_alignment=0x200)
    image.add('.text', CODE[machine], 0x1000, TEXT)
    image.add('.next', b'x', 0x1200, flags)
    return image


@recipe('b28-page-write-headers')
def _(machine):
    image = Image(machine).set(section_alignment=0x200)
    image.add('.data', b'x', 0x200, DATA)
    image.add('.text', CODE[machine], 0x1000, TEXT)
    return image


section('b29-memory-in-headers', moved(0, va=0x100))
section('b29-data-in-headers', moved(0, raw_offset=0x100))


@recipe('b30-reloc-twice', '.reloc')
@recipe('b30-sbat-twice', '.sbat')
@recipe('b30-other-twice', '.foo')
def _(machine, name):
    image = app(machine)
    image.add(name, b'x', 0x5000)
    image.add(name, b'y', 0x6000)
    return image


@recipe('b30-linux-twice')
def _(machine):
    image = uki(machine)
    image.add('.linux', app(machine).build(), 0x20000)
    return image


@recipe('b31-name-full', b'.cmdlin8')
@recipe('b31-name-slash', b'/4')
@recipe('b31-name-empty', b'')
@recipe('b31-name-nul', b'.linux\0x')
def _(machine, name):
    image = app(machine)
    image.add(name, b'x', 0x5000)
    return image


@recipe('b32-data-in-certificates')
def _(machine):
    image = signed(machine)
    image.place()
    image.sections[2].raw_size += 8
    return image


@recipe('b33-trailer')
def _(machine):
    image = app(machine)
    image.trailer = b'symbols'.ljust(0x101, b'.')
    return image


@recipe('b33-dos-stub')
def _(machine):
    image = app(machine)
    image.lfanew = 0xc0
    image.dos[0x40] = b'\x0e\x1f\xba\x0e\x00\xb4\x09\xcd\x21' * 8
    return image


# C. Relocations

def relocs(name, *args, **kwargs):
    """A case that is the baseline with other relocations."""
    recipe(name)(lambda machine: relocated(machine, *args, **kwargs))


ONE = [(10, 8), (0, 0)]
for size in (0, 4, 7):
    relocs('c34-block-%d' % size, block(0x2000, ONE, size))
relocs('c34-block-odd', block(0x2000, ONE, 11))
relocs('c34-block-over', block(0x2000, ONE, 16))
relocs('c34-block-wraps', block(0x2000, ONE, 0xfffffff8))
relocs('c34-half-header', block(0x2000, ONE) + bytes(4))
relocs('c34-block-10', block(0, [(0, 0)]))
relocs('c35-page-out', block(0x100000, ONE))
relocs('c35-last-8', block(0x3000, [(10, 0x7f8), (0, 0)]))
relocs('c35-last-7', block(0x3000, [(10, 0x7f9), (0, 0)]))
relocs('c35-last-1', block(0x3000, [(10, 0x7ff), (0, 0)]))
relocs('c35-straddle', block(0x2000, [(10, 0xffc), (0, 0)]))
for kind in (1, 3, 4, 5, 15):
    relocs('c36-type-%d' % kind, block(0x2000, [(kind, 8), (0, 0)]))
relocs('c37-block-unaligned', block(0x2000, [(10, 8)]) + block(0x2000, ONE))
relocs('c37-page-unaligned', block(0x2008, ONE))
relocs('c38-directory-headers', block(0x2000, ONE), va=0x100)
relocs('c38-directory-over', block(0x2000, ONE), size=16)
relocs('c38-directory-zero-fill', block(0x2000, ONE), va=0x2400)
relocs('c38-directory-wraps', block(0x2000, ONE), va=0xfffffffc)
relocs('c38-directory-short', block(0x2000, ONE) + bytes(64), size=12)
relocs('c39-patches-itself', block(0x4000, [(10, 4), (0, 0)]) + bytes(8),
       size=12)
relocs('c39-patches-headers', block(0, [(10, 0x100), (0, 0)]))
relocs('c39-patches-code', block(0x1000, ONE))
relocs('c40-directory-size', block(0x2000, ONE), size=(4 << 20) + 4)


@recipe('c38-directory-data')
def _(machine):
    image = app(machine)
    image.sections[2].name = b'.rodata'
    return image


# D. Certificate table

def certificates(name, entry=None, data=certificate(), after=b''):
    def make(machine):
        image = signed(machine, data)
        image.after = after
        if entry:
            size = len(image.build())
            image.certificate_entry = entry(size - 0x20, size)
        return image
    recipe(name)(make)


certificates('d46-offset-unaligned', lambda start, end: (start + 4, 0x1c))
certificates('d46-offset-zero', lambda start, end: (0, 0x20))
certificates('d46-size-zero', lambda start, end: (start, 0))
certificates('d46-in-headers', lambda start, end: (0x100, end - 0x100))
certificates('d46-at-eof', lambda start, end: (end, 0x20))
certificates('d46-wraps', lambda start, end: (start, 0xfffffff8))
certificates('d47-length-0', data=certificate(0))
certificates('d47-length-7', data=certificate(7))
certificates('d47-length-over', data=certificate(0x28))
certificates('d47-tiny', data=b'\x04\0\0\0')
certificates('d48-two', data=certificate() + certificate())
certificates('d53-appended', after=bytes(8))


# F. Unified kernel images

def dtb(size, total):
    return struct.pack('>II', 0xd00dfeed, total).ljust(size, b'\0')


def unified(name, **kwargs):
    recipe(name)(lambda machine: uki(machine, **{
        k: v(machine) if callable(v) else v for k, v in kwargs.items()}))


unified('f61-linux-empty', linux=b'')
unified('f61-linux-text', linux=b'not a kernel')
unified('f61-linux-machine', linux=lambda m: app(other(m)).build())
unified('f61-linux-zboot', linux=lambda m: zboot(m).build())
unified('f61-nested', linux=lambda m: uki(m).build())
unified('f62-cmdline-long', cmdline=b'a=b ' * 2048)
unified('f62-cmdline-utf16', cmdline='quiet'.encode('utf-16-le'))
unified('f62-cmdline-control', cmdline=bytes(range(32)))
unified('f65-dtb', dtb=dtb(64, 64))
unified('f65-dtb-magic', dtb=b'not a device tree')
unified('f65-dtb-size', dtb=dtb(64, 65))
unified('f65-dtb-short', dtb=b'\xd0\x0d\xfe')


@recipe('f61-no-linux')
def _(machine):
    image = uki(machine)
    image.sections.remove(image['.linux'])
    return image


@recipe('f66-initrd-zero-fill')
def _(machine):
    image = uki(machine)
    image['.initrd'].vs = 1 << 20
    return image


@recipe('f68-profiles', False, False)
@recipe('f68-profile-linux', True, False)
@recipe('f68-profile-twice', False, True)
def _(machine, linux, twice):
    image = uki(machine)
    va = 0x20000
    for i, title in enumerate((b'ID=one\n', b'ID=two\n')):
        extra = [('.profile', title), ('.cmdline', b'profile=%d' % i)]
        if linux:
            extra.append(('.linux', app(machine).build()))
        if twice and i:
            extra.append(('.cmdline', b'twice'))
        for name, data in extra:
            image.add(name, data, va)
            va += 0x1000
    return image


# G. zboot

def compressed(name, **kwargs):
    recipe(name)(lambda machine: zboot(machine, **kwargs))


compressed('g70-offset-eof', offset=0x2200)
compressed('g70-size-over', size=0xff1)
compressed('g70-wraps', offset=0xffffffff, size=0xffffffff)
compressed('g70-headers', offset=0x200, size=0x10)
compressed('g70-empty', size=0)
compressed('g71-unknown', compression=b'brotli\0')
compressed('g71-unterminated', compression=b'gzipgzipg')
compressed('g71-empty', compression=b'\0')
compressed('g71-binary', compression=b'\x1b[2J\0')


@recipe('g70-trailer')
def _(machine):
    image = zboot(machine, offset=0x2200, size=0x10)
    image.trailer = bytes(0x20)
    return image


def cases():
    """Rows of cases.txt: name, errno, rule, for the system call too?"""
    rows = []
    with open(os.path.join(HERE, 'cases.txt'), encoding='utf-8') as table:
        for line in table:
            if line.startswith('#') or not line.strip():
                continue
            name, errno, rule, _how, _why = (c.strip() for c in line.split('|'))
            rows.append((name.rstrip('*'), errno, rule, name[-1] != '*'))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--machine', choices=MACHINES, default='x86_64')
    parser.add_argument('--syscall', action='store_true',
                        help='only the cases for kexec_file_load(2)')
    parser.add_argument('--list', action='store_true',
                        help='print the names, write nothing')
    parser.add_argument('folder', nargs='?')
    args = parser.parse_args()
    rows = cases()
    names = [row[0] for row in rows]
    if sorted(names) != sorted(RECIPES):
        sys.exit('cases.txt and mkpe.py differ: ' + ' '.join(
            sorted(set(names) ^ set(RECIPES))))
    if args.syscall:
        rows = [row for row in rows if row[3]]
    if args.list:
        print('\n'.join(row[0] for row in rows))
        return
    if not args.folder:
        parser.error('no folder')
    os.makedirs(args.folder, exist_ok=True)
    with open(os.path.join(args.folder, 'expect.tsv'), 'w',
              encoding='utf-8') as expect:
        for name, errno, rule, _ in rows:
            function, extra = RECIPES[name]
            image = function(MACHINES[args.machine], *extra)
            data = image.build() if isinstance(image, Image) else image
            with open(os.path.join(args.folder, name + '.efi'), 'wb') as out:
                out.write(data)
            expect.write('%s\t%s\t%s\n' % (name, errno, rule))


if __name__ == '__main__':
    main()
