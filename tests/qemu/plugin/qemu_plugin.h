/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of QEMU's plugin interface (version 4: QEMU 9.2 and later) that is
 * used here. Debian has QEMU with plugins but no package with the header.
 */
#ifndef TESTS_QEMU_PLUGIN_QEMU_PLUGIN_H
#define TESTS_QEMU_PLUGIN_QEMU_PLUGIN_H

#include <kexec_pe/types.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))
#define QEMU_PLUGIN_VERSION 4

typedef u64 qemu_plugin_id_t;

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_CB_R_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_W = 2 };

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
struct qemu_plugin_hwaddr;

struct qemu_plugin_reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};

/* Of GLib, which QEMU brings: GArray and GByteArray. */
struct g_array {
	void *data;
	unsigned int length;
};

/* What a plugin has: the version of the interface that it was written for. */
QEMU_PLUGIN_EXPORT extern int qemu_plugin_version;

/**
 * qemu_plugin_install() - QEMU calls it first
 * @id: the plugin's
 * @info: about the machine; not declared here
 * @count: number of arguments
 * @arguments: "KEY=VALUE" each, gone when it returns
 *
 * Return: 0; anything else, and QEMU ends
 */
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const void *info, int count,
					   char **arguments);

/* What QEMU has. */
typedef void (*qemu_plugin_simple)(qemu_plugin_id_t id);
typedef void (*qemu_plugin_exit)(qemu_plugin_id_t id, void *user);
typedef void (*qemu_plugin_translate)(qemu_plugin_id_t id,
				      struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_execute)(unsigned int cpu, void *user);
typedef void (*qemu_plugin_access)(unsigned int cpu, u32 info, u64 address,
				   void *user);

void qemu_plugin_reset(qemu_plugin_id_t id, qemu_plugin_simple done);
void qemu_plugin_uninstall(qemu_plugin_id_t id, qemu_plugin_simple done);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit call,
				    void *user);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_translate call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  qemu_plugin_execute call,
					  enum qemu_plugin_cb_flags flags,
					  void *user);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_execute call,
					    enum qemu_plugin_cb_flags flags,
					    void *user);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      qemu_plugin_access call,
				      enum qemu_plugin_cb_flags flags,
				      enum qemu_plugin_mem_rw rw, void *user);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
u64 qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to,
			     size_t size);
u64 qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

unsigned int qemu_plugin_mem_size_shift(u32 info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(u32 info, u64 address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
u64 qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

struct g_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle,
			      struct g_array *to);
bool qemu_plugin_read_memory_vaddr(u64 address, struct g_array *to,
				   size_t size);

struct g_array *g_byte_array_new(void);
struct g_array *g_byte_array_set_size(struct g_array *array, unsigned int size);

#endif /* TESTS_QEMU_PLUGIN_QEMU_PLUGIN_H */
