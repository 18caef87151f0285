# SPDX-License-Identifier: GPL-2.0-or-later
"""For check-slow: large images, much memory, many cycles."""
import os

from . import (BOTH, START, Scenario, check_k2, expect, load, marker, run_to_end,
               sysctl)
from .payloads import DEBIAN_SAME

CYCLES = 1000
# What a thousand leaks of one page would exceed; free memory moves by itself.
LEAK_KIB = 2000


def large_initrd(t):
    text, cmdline = marker(), t.cmdline()
    initrd = t.initrd(text, files={'ballast': os.urandom(200 << 20)})
    payload = t.uki(initrd=initrd, cmdline=cmdline)
    with t.k1(load() + START, {'payload': payload}, memory=3072) as machine:
        run_to_end(machine)
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text)


def debian_bzimage(t):
    text, cmdline = marker(), t.cmdline()
    job = sysctl(2) + load('/job/payload', '--initrd /job/initrd',
                           f"--append '{cmdline}'") + START
    files = {'payload': t.bench.debian('vmlinuz-x86_64'),
             'initrd': t.initrd(text)}
    with t.k1(job, files) as machine:
        run_to_end(machine)
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text, same=DEBIAN_SAME)


def sparse_memory(t):
    text, cmdline = marker(), t.cmdline()
    payload = t.uki(initrd=t.initrd(text), cmdline=cmdline)
    with t.k1(load() + START, {'payload': payload}, memory=16384) as machine:
        run_to_end(machine)
        check_k2(machine.facts(), machine.facts(1), cmdline=cmdline,
                 marker_text=text)


def cycles(t):
    """Loads and unloads; the first hundred warm up what the kernel caches."""
    payload = t.uki(initrd=t.initrd(marker()), cmdline=t.cmdline())
    job = f'''
free_now() {{
	sync; echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "MemFree:" {{print $2}}' /proc/meminfo
}}
cycle() {{
	for i in $(seq $1); do
		[ "$(kload /job/payload)" = ok ] && [ "$(kload -u)" = ok ] && continue
		echo 7 >/proc/sys/kernel/printk
		say JOB-FAIL in cycle $i
	done
}}
echo 1 >/proc/sys/kernel/printk
cycle 100
before=$(free_now)
cycle {CYCLES}
after=$(free_now)
echo 7 >/proc/sys/kernel/printk
say CYCLES $before $after
'''
    with t.k1(job, {'payload': payload}) as machine:
        line = machine.wait(r'\] CYCLES ', 1800, fail='JOB-FAIL')
        before, after = map(int, line.text.split()[-2:])
        expect(before - after < LEAK_KIB,
               f'{before - after} KiB gone after {CYCLES} cycles')


SCENARIOS = [
    Scenario('initrd-200mib', 'a UKI with an initrd of 200 MiB', large_initrd,
             BOTH, slow=True),
    Scenario('debian-bzimage', "Debian's bzImage through its EFI entry",
             debian_bzimage, slow=True),
    Scenario('memory-16gib', '16 GiB of RAM, mostly never touched',
             sparse_memory, slow=True),
    Scenario('load-cycles', f'{CYCLES} loads and unloads without a leak', cycles,
             BOTH, slow=True),
]
