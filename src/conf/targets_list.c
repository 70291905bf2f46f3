/*
 * targets_list: a growing array and a hash of names beside it. Both double, so that a million lines
 * cost twenty allocations each.
 */
#include "conf/targets_list.h"
#include "conf/secret.h"
#include "snmpfleet/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash_name(const char *name) {
    uint64_t h = 0x9e3779b97f4a7c15u, w;
    size_t length = strlen(name);
    for (; length >= sizeof(w); name += sizeof(w), length -= sizeof(w)) {
        memcpy(&w, name, sizeof(w));
        h = (h ^ w) * 0xd6e8feb86659fd93u;
        h ^= h >> 32;
    }
    w = length;
    memcpy(&w, name, length);
    h = (h ^ w ^ (uint64_t)length << 56) * 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

static int grow_items(struct targets *t) {
    size_t capacity = t->capacity > 0 ? 2 * t->capacity : 64;
    struct fleet_target_options *items = realloc(t->items, capacity * sizeof(*items));
    if (items == NULL) return -ENOMEM;
    t->items = items;
    struct targets_place *places = realloc(t->places, capacity * sizeof(*places));
    if (places == NULL) return -ENOMEM;
    t->places = places;
    t->capacity = capacity;
    return 0;
}

static int grow_slots(struct targets *t) {
    size_t count = t->slot_count > 0 ? 2 * t->slot_count : 128;
    uint32_t *slots = calloc(count, sizeof(*slots));
    if (slots == NULL) return -ENOMEM;
    for (size_t i = 0; i < t->count; i++) {
        size_t at = (size_t)hash_name(t->items[i].name) & (count - 1);
        while (slots[at] != 0) at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(t->slots);
    t->slots = slots;
    t->slot_count = count;
    return 0;
}

int targets_list_add(struct targets *targets, const struct fleet_target_options *options,
                     const struct targets_place *place, const struct targets_place **ret_other) {
    struct targets *t = targets;
    int r = t->count == t->capacity ? grow_items(t) : 0;
    if (r == 0 && 2 * (t->count + 1) > t->slot_count) r = grow_slots(t);
    if (r < 0 || t->count >= UINT32_MAX) return -ENOMEM;
    size_t mask = t->slot_count - 1, at = (size_t)hash_name(options->name) & mask;
    for (; t->slots[at] != 0; at = (at + 1) & mask) {
        size_t other = t->slots[at] - 1;
        if (strcmp(t->items[other].name, options->name) != 0) continue;
        *ret_other = &t->places[other];
        return FLEET_E_DUPLICATE;
    }
    t->items[t->count] = *options;
    t->places[t->count] = *place;
    t->slots[at] = (uint32_t)++t->count;
    return 0;
}

int targets_list_keep(struct targets *targets, char *bytes) {
    struct targets_text *text = malloc(sizeof(*text));
    if (text == NULL) {
        (void)secret_realloc(bytes, 0);
        return -ENOMEM;
    }
    *text = (struct targets_text){ .next = targets->texts, .bytes = bytes };
    targets->texts = text;
    return 0;
}
