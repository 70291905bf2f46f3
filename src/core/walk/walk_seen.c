/* walk_seen: see walk_seen.h. */
#include "core/walk/walk_seen.h"

#include "wire/oid.h"

bool walk_seen_has(const struct walk *w, struct span oid) {
    for (uint16_t i = 0; i < w->seen.count; i++) {
        if (span_equal(w->seen.names[i], oid)) return true;
    }
    return false;
}

struct span walk_seen_greatest(const struct walk *w) {
    struct span most = SPAN_NULL;
    for (uint16_t i = 0; i < w->seen.count; i++) {
        if (most.length == 0 || oid_compare(w->seen.names[i], most) > 0) most = w->seen.names[i];
    }
    return most;
}

bool walk_seen_in(struct span varbinds, uint32_t count, struct span oid, uint32_t *budget) {
    struct ber_reader r = BER_READER(varbinds);
    struct varbind vb;
    while (count > 0 && varbind_next_or_skip(&r, &vb)) {
        if (*budget == 0) return false;
        --*budget;
        count--;
        if (span_equal(vb.oid, oid)) return true;
    }
    return false;
}

static bool walk_seen_add(struct walk *w, struct span oid) {
    if (w->seen.count == WALK_SEEN_MAX || w->rows_arena.held > WALK_SEEN_BYTES) return false;
    if (w->seen.names == NULL)
        w->seen.names = arena_get(&w->rows_arena, WALK_SEEN_MAX * sizeof(struct span));
    uint8_t *copy = w->seen.names == NULL ? NULL : arena_copy(&w->rows_arena, oid);
    if (copy == NULL) return false;
    w->seen.names[w->seen.count++] = span_of(copy, oid.length);
    return true;
}

bool walk_seen_keep(struct walk *w, struct span varbinds, uint32_t count, struct span last) {
    uint16_t left = 0;
    for (uint16_t i = 0; i < w->seen.count; i++) {
        if (oid_compare(w->seen.names[i], last) > 0) w->seen.names[left++] = w->seen.names[i];
    }
    w->seen.count = left;
    struct ber_reader r = BER_READER(varbinds);
    struct varbind vb;
    while (count-- > 0 && varbind_next_or_skip(&r, &vb)) {
        if (vb.oid.length == 0 || oid_compare(vb.oid, last) <= 0 || walk_seen_has(w, vb.oid))
            continue;
        if (!walk_seen_add(w, vb.oid)) return false;
    }
    if (w->seen.count == 0) walk_seen_forget(w);
    return true;
}

void walk_seen_forget(struct walk *w) {
    w->seen = (struct walk_seen){ .count = 0 };
    arena_deinit(&w->rows_arena);
}
