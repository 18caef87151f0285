// SPDX-License-Identifier: GPL-2.0-only
/*
 * The serial port behind K1's console, so that the emulator probes nothing.
 */
#include <linux/console.h>
#include <linux/kconfig.h>
#include <linux/serial_core.h>
#include <linux/string.h>

#include <kernel/kexec_pe.h>

static void from_8250(const struct uart_port *port, struct handoff_console *ret)
{
	switch (port->iotype) {
	case UPIO_PORT:
		ret->type = HANDOFF_CONSOLE_8250_PORT;
		ret->address = port->iobase;
		ret->register_width = 1;
		break;
	case UPIO_MEM:
	case UPIO_MEM32:
		ret->type = HANDOFF_CONSOLE_8250_MMIO;
		ret->address = port->mapbase;
		ret->register_width = port->iotype == UPIO_MEM32 ? 4 : 1;
		break;
	default:
		return;
	}
	ret->register_shift = port->regshift;
}

static void from_port(const struct console *console,
		      const struct uart_port *port, struct handoff_console *ret)
{
	if (!strcmp(console->name, "ttyS")) {
		from_8250(port, ret);
	} else if (port->type == PORT_AMBA) {
		ret->type = HANDOFF_CONSOLE_PL011;
		ret->address = port->mapbase;
		ret->register_width = 4;
	}
}

/*
 * Only a console of the serial core has a uart_driver behind it; boot consoles
 * and those that were never set up do not.
 */
static const struct uart_port *uart_of(const struct console *console)
{
	const struct uart_driver *driver;

	if (!IS_BUILTIN(CONFIG_SERIAL_CORE) || !(console->flags & CON_ENABLED))
		return NULL;
	if (console->device != uart_console_device || !console->data)
		return NULL;
	driver = console->data;
	if (!driver->state || console->index < 0 ||
	    console->index >= driver->nr)
		return NULL;
	return driver->state[console->index].uart_port;
}

void kexec_pe_find_console(struct handoff_console *ret)
{
	const struct uart_port *port;
	struct console *console;

	memset(ret, 0, sizeof(*ret));
	console_list_lock();
	for_each_console(console) {
		port = uart_of(console);
		if (port)
			from_port(console, port, ret);
		if (ret->type != HANDOFF_CONSOLE_NONE)
			break;
	}
	console_list_unlock();
}
