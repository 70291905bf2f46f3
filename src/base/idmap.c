/*
 * idmap: see idmap.h. Removal shifts later entries of the same run back (Knuth 6.4, algorithm R),
 * so that probing can stop at the first empty slot whatever was removed before.
 */
#include "base/idmap.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

int idmap_init(struct idmap *m, uint32_t capacity, uint32_t limit) {
    uint32_t slots = 16;
    while (slots / 2 < capacity) slots *= 2;
    struct idmap_entry *entries = calloc(slots, sizeof(*entries));
    if (entries == NULL) return -ENOMEM;
    *m = (struct idmap){
        .entries = entries, .mask = slots - 1, .capacity = slots / 2, .limit = limit,
    };
    return 0;
}

void idmap_deinit(struct idmap *m) {
    free(m->entries);
    *m = IDMAP_NULL;
}

/* Where @id is, or the empty slot that ends its run. */
static uint32_t idmap_probe(const struct idmap *m, uint32_t id) {
    uint32_t i = id & m->mask;
    while (m->entries[i].id != 0 && m->entries[i].id != id) i = (i + 1) & m->mask;
    return i;
}

/* Twice the slots; every entry is placed anew. */
static bool idmap_grow(struct idmap *m) {
    struct idmap bigger;
    if (m->capacity >= m->limit || idmap_init(&bigger, m->capacity * 2, m->limit) != 0)
        return false;
    for (uint32_t i = 0; i <= m->mask; i++) {
        if (m->entries[i].id != 0)
            bigger.entries[idmap_probe(&bigger, m->entries[i].id)] = m->entries[i];
    }
    bigger.count = m->count;
    idmap_deinit(m);
    *m = bigger;
    return true;
}

bool idmap_insert(struct idmap *m, uint32_t id, uint32_t value) {
    if (id == 0 || m->count >= m->limit || (m->count == m->capacity && !idmap_grow(m)))
        return false;
    uint32_t i = idmap_probe(m, id);
    if (m->entries[i].id == id) return false;
    m->entries[i] = (struct idmap_entry){ .id = id, .value = value };
    m->count++;
    return true;
}

uint32_t *idmap_find(const struct idmap *m, uint32_t id) {
    uint32_t i = idmap_probe(m, id);
    return id != 0 && m->entries[i].id == id ? &m->entries[i].value : NULL;
}

bool idmap_remove(struct idmap *m, uint32_t id) {
    uint32_t hole = idmap_probe(m, id);
    if (id == 0 || m->entries[hole].id != id) return false;
    m->count--;
    for (uint32_t i = (hole + 1) & m->mask; m->entries[i].id != 0; i = (i + 1) & m->mask) {
        uint32_t home = m->entries[i].id & m->mask;
        /*
         * The entry may fill the hole unless its home lies behind the hole (cyclically, up to i).
         */
        if (((i - home) & m->mask) >= ((i - hole) & m->mask)) {
            m->entries[hole] = m->entries[i];
            hole = i;
        }
    }
    m->entries[hole].id = 0;
    return true;
}

bool idmap_check(const struct idmap *m) {
    uint32_t count = 0;
    for (uint32_t i = 0; i <= m->mask; i++) {
        uint32_t id = m->entries[i].id;
        if (id == 0) continue;
        count++;
        if (idmap_probe(m, id) != i) return false;
    }
    return count == m->count;
}
