#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes newc cpio archives for initrds, and adds files to one that exists.

    cpio.py RESULT [--base INITRD] PATH-IN-GUEST=FILE...
"""
import argparse
import os
import sys


def _member(inode, name, mode, data):
    """One file or folder: the header in hex, the name and the data, padded."""
    name = name.encode() + b'\0'
    fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    head = b'070701' + b''.join(b'%08X' % f for f in fields) + name
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def archive(files):
    """The archive of {path: bytes or str}; folders on the way are made."""
    out, folders, inode = [], set(), 1
    for path, data in files.items():
        path = path.lstrip('/')
        parts = path.split('/')[:-1]
        for i in range(len(parts)):
            folder = '/'.join(parts[:i + 1])
            if folder not in folders:
                folders.add(folder)
                out.append(_member(inode, folder, 0o40755, b''))
                inode += 1
        if isinstance(data, str):
            data = data.encode()
        out.append(_member(inode, path, 0o100755, data))
        inode += 1
    out.append(_member(0, 'TRAILER!!!', 0, b''))
    return b''.join(out)


def append(base, result, files):
    """Writes to result the initrd base, and an archive of files after it."""
    with open(base, 'rb') as f:
        data = f.read()
    with open(result + '.new', 'wb') as f:
        f.write(data + bytes(-len(data) % 4) + archive(files))
    os.rename(result + '.new', result)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('result')
    parser.add_argument('--base', default=os.devnull)
    parser.add_argument('files', nargs='+', metavar='PATH=FILE')
    args = parser.parse_args()
    files = {}
    for pair in args.files:
        path, _, name = pair.partition('=')
        with open(name, 'rb') as f:
            files[path] = f.read()
    append(args.base, args.result, files)


if __name__ == '__main__':
    sys.exit(main())
