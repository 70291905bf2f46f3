/*
 * list: an intrusive, circular, doubly linked list. The head is a node of its own; a node that is
 * on no list points at itself (list_init) so that removing it twice is harmless.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

#define LIST_INIT(name) { .prev = &(name), .next = &(name) }

/* The object of @type whose @member is at @pointer. */
#define container_of(pointer, type, member) \
    ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

static inline void list_init(struct list *l) {
    l->prev = l->next = l;
}

static inline bool list_is_empty(const struct list *l) {
    return l->next == l;
}

static inline void list_insert_before(struct list *where, struct list *node) {
    node->prev = where->prev;
    node->next = where;
    where->prev->next = node;
    where->prev = node;
}

static inline void list_push(struct list *head, struct list *node) {
    list_insert_before(head, node);
}

static inline void list_push_front(struct list *head, struct list *node) {
    list_insert_before(head->next, node);
}

/* Take @node off whatever list it is on; it is left pointing at itself. */
static inline void list_remove(struct list *node) {
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* Take the first node off @head; NULL when it is empty. */
static inline struct list *list_pop(struct list *head) {
    struct list *first = head->next;
    if (first == head) return NULL;
    list_remove(first);
    return first;
}

/* Move all nodes of @from to the end of @to. */
static inline void list_splice(struct list *to, struct list *from) {
    if (list_is_empty(from)) return;
    from->next->prev = to->prev;
    from->prev->next = to;
    to->prev->next = from->next;
    to->prev = from->prev;
    list_init(from);
}
