/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before everything else in the embedded image: all that it refers to
 * is its own, so that no compiler goes through a table of absolute addresses.
 */
#pragma GCC visibility push(hidden)
