/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory that stands in for / in tests: files of /proc and /sys with the
 * content that a test wants.
 */
#ifndef TESTS_UNIT_TOOLS_TREE_H
#define TESTS_UNIT_TOOLS_TREE_H

#include <stddef.h>

/**
 * tree_make() - make an empty directory
 *
 * Return: its path, a static string until the next call; exits on failure
 */
const char *tree_make(void);

/**
 * tree_write() - write a file of the tree, with the directories above it
 * @path: absolute, below the tree
 * @data: content
 * @size: bytes of it
 */
void tree_write(const char *path, const void *data, size_t size);

/**
 * tree_text() - write a file of the tree from a string
 * @path: absolute, below the tree
 * @text: content
 */
void tree_text(const char *path, const char *text);

/**
 * tree_remove() - remove the directory and all in it
 */
void tree_remove(void);

#endif /* TESTS_UNIT_TOOLS_TREE_H */
