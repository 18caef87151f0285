/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comes between the kernel's configuration and its assembly that the image has:
 * nothing here looks for a task to yield to, or for what alternatives, thunks
 * and control-flow integrity of vmlinux need.
 */
#undef CONFIG_PREEMPT_VOLUNTARY
#undef CONFIG_MITIGATION_RETHUNK
#undef CONFIG_MITIGATION_SLS
#undef CONFIG_CFI_CLANG
#undef CONFIG_CALL_PADDING
#undef CONFIG_X86_KERNEL_IBT
