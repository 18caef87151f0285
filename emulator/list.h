/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doubly linked lists inside the objects they link. A zeroed head is an empty
 * list, so that zeroed state needs no preparation.
 */
#ifndef EMULATOR_LIST_H
#define EMULATOR_LIST_H

#include <kexec_pe/types.h>

struct list {
	struct list *next;
	struct list *prev;
};

/* The object that a link is a member of. */
#define list_object(link, type, member) \
	((type *)((uintptr_t)(link)-offsetof(type, member)))

/* Over all objects of a list; the body must not remove any. */
#define list_for_each(link, head)                    \
	for ((link) = list_next(head, head); (link); \
	     (link) = list_next(head, link))

/**
 * list_next() - what comes behind a link
 * @head: head of the list
 * @link: a link of the list, or @head for the first
 *
 * Return: the next link, NULL at the end
 */
static inline struct list *list_next(const struct list *head,
				     const struct list *link)
{
	return link->next == head ? NULL : link->next;
}

/**
 * list_insert() - put an object before another
 * @head: head of the list
 * @before: link of an object, or @head to append
 * @link: link of the new object
 */
static inline void list_insert(struct list *head, struct list *before,
			       struct list *link)
{
	if (!head->next) {
		head->next = head;
		head->prev = head;
	}
	link->next = before;
	link->prev = before->prev;
	before->prev->next = link;
	before->prev = link;
}

/**
 * list_append() - put an object at the end
 * @head: head of the list
 * @link: link of the new object
 */
static inline void list_append(struct list *head, struct list *link)
{
	list_insert(head, head, link);
}

/**
 * list_remove() - take an object out of its list
 * @link: its link
 */
static inline void list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	link->next = NULL;
	link->prev = NULL;
}

#endif /* EMULATOR_LIST_H */
