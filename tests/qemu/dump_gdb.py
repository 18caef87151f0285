# SPDX-License-Identifier: GPL-2.0-or-later
"""Run inside gdb by dump.py: prints which task a dump's kernel panicked in.

    gdb-multiarch -nx -batch -ex 'py vmlinux, types, core, offset = ...' -x this

Symbols are those of vmlinux, which has no types; those come from an object of
their own (tests/qemu/module/types.c). offset is how far KASLR moved the kernel."""
import gdb  # pylint: disable=import-error

# pylint: disable=undefined-variable
gdb.execute('set confirm off')
gdb.execute('file ' + vmlinux)
try:
    gdb.execute('core-file ' + core)
except gdb.error as error:
    # Idle CPUs are all "process 0", which gdb takes for one that ended. Memory
    # can be read all the same; if not, what follows fails.
    print(error)
gdb.execute(f'add-symbol-file {types} 0')

MASK = (1 << 64) - 1
# x86 links its per-CPU section at 0: what lies there is not moved by KASLR.
PERCPU_END = 1 << 32


def symbol(name):
    """Where the running kernel had it."""
    address = int(gdb.parse_and_eval(f'(unsigned long)&{name}'))
    return address if address < PERCPU_END else (address + offset) & MASK


def at(address, kind):
    return gdb.parse_and_eval(f'*({kind} *){address & MASK:#x}ul')


cpu = int(at(symbol('panic_cpu'), 'int'))
area = int(at(symbol('__per_cpu_offset') + 8 * cpu, 'unsigned long'))
task = at(symbol('runqueues') + area, 'struct rq')['curr'].dereference()
print('PANIC-TASK', cpu, int(task['pid']), task['comm'].string())
