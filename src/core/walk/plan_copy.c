/* plan_copy: see plan_copy.h. */
#include "core/walk/plan_copy.h"

#include <errno.h>

#include "base/name.h"
#include "snmpfleet/error.h"

enum { NAMED_NUMBERS_MAX = 65536, MATCHES_MAX = 65536, FIXED_MAX = 128,
       BIT_OCTETS_MAX = 65536 };

/* NULL stays NULL. False: memory is out. */
static bool copy_text(struct plan_copy *c, const char *from, const char **ret_text) {
    *ret_text = from == NULL ? NULL : arena_text(c->arena, from);
    return from == NULL || *ret_text != NULL;
}

static bool copy_names(struct plan_copy *c, const struct fleet_syntax *from,
                       struct fleet_syntax *to) {
    struct fleet_named_number *names = arena_get(c->arena, from->name_count * sizeof(*names));
    if (names == NULL) return false;
    for (uint32_t i = 0; i < from->name_count; i++) {
        names[i].number = from->names[i].number;
        if (!copy_text(c, from->names[i].name, &names[i].name)) return false;
    }
    to->names = names;
    return true;
}

static bool copy_ranges(struct plan_copy *c, const struct fleet_syntax *from,
                        struct fleet_syntax *to) {
    struct fleet_range *ranges = arena_get(c->arena, from->range_count * sizeof(*ranges));
    if (ranges == NULL) return false;
    memcpy(ranges, from->ranges, from->range_count * sizeof(*ranges));
    to->ranges = ranges;
    return true;
}

static int copy_syntax(struct plan_copy *c, const struct fleet_syntax *from,
                       const struct fleet_syntax **ret_syntax) {
    *ret_syntax = NULL;
    if (from == NULL) return 0;
    if (from->name_count > NAMED_NUMBERS_MAX || from->range_count > NAMED_NUMBERS_MAX)
        return FLEET_E_INVALID;
    for (uint32_t i = 0; i < c->known_count && i < PLAN_COPY_KNOWN; i++) {
        if (c->from[i] != from) continue;
        *ret_syntax = c->to[i];
        return 0;
    }
    struct fleet_syntax *to = arena_get(c->arena, sizeof(*to));
    if (to == NULL) return -ENOMEM;
    *to = *from;
    bool is_good = copy_text(c, from->base, &to->base) &&
                   copy_text(c, from->convention, &to->convention) &&
                   copy_text(c, from->hint, &to->hint);
    if (is_good && from->name_count > 0) is_good = copy_names(c, from, to);
    if (is_good && from->range_count > 0) is_good = copy_ranges(c, from, to);
    if (!is_good) return -ENOMEM;
    uint32_t at = c->known_count++ % PLAN_COPY_KNOWN;
    c->from[at] = from;
    c->to[at] = to;
    *ret_syntax = to;
    return 0;
}

int plan_copy_column(struct plan_copy *c, const struct fleet_column *from,
                     struct fleet_column *ret_column) {
    if (from->oid == NULL) return FLEET_E_OID;
    if ((unsigned)from->as >= FLEET_AS_COUNT) return FLEET_E_INVALID;
    *ret_column = (struct fleet_column){
        .object = arena_text(c->arena, from->object != NULL ? from->object : ""),
        .oid = arena_text(c->arena, from->oid),
        .as = from->as,
        .is_tag = from->is_tag,
        .is_hidden = from->is_hidden,
    };
    if (ret_column->object == NULL || ret_column->oid == NULL) return -ENOMEM;
    return copy_syntax(c, from->syntax, &ret_column->syntax);
}

int plan_copy_index(struct plan_copy *c, const struct fleet_index *from, size_t count,
                    const struct fleet_index **ret_index) {
    *ret_index = NULL;
    if (count == 0) return 0;
    if (count > PLAN_INDEX_MAX) return FLEET_E_FULL;
    struct fleet_index *index = arena_get(c->arena, count * sizeof(*index));
    if (index == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        bool is_implied = from[i].kind == FLEET_INDEX_IMPLIED_STRING ||
                          from[i].kind == FLEET_INDEX_IMPLIED_OID;
        if (!name_is_good(from[i].name, NAME_BYTES_MAX)) return FLEET_E_NAME;
        if (from[i].kind > FLEET_INDEX_NETWORK_ADDRESS || from[i].as >= FLEET_AS_COUNT ||
            from[i].size > FIXED_MAX || (is_implied && i + 1 < count)) return FLEET_E_INVALID;
        index[i] = from[i];
        index[i].name = arena_text(c->arena, from[i].name);
        if (index[i].name == NULL) return -ENOMEM;
        int error = copy_syntax(c, from[i].syntax, &index[i].syntax);
        if (error != 0) return error;
    }
    *ret_index = index;
    return 0;
}

static int copy_matches(struct plan_copy *c, const struct fleet_filter *from,
                        struct fleet_filter *to) {
    if (from->match_count > MATCHES_MAX) return FLEET_E_FULL;
    struct fleet_match *matches = arena_get(c->arena, (from->match_count + 1) * sizeof(*matches));
    if (matches == NULL) return -ENOMEM;
    for (size_t i = 0; i < from->match_count; i++) {
        matches[i] = from->matches[i];
        if (!copy_text(c, from->matches[i].text, &matches[i].text)) return -ENOMEM;
        if (matches[i].bits == NULL) continue;
        if (matches[i].bit_octets > BIT_OCTETS_MAX) return FLEET_E_FULL;
        matches[i].bits = arena_copy(c->arena, span_of(matches[i].bits, matches[i].bit_octets));
        if (matches[i].bits == NULL) return -ENOMEM;
    }
    to->matches = matches;
    return 0;
}

int plan_copy_filters(struct plan_copy *c, const struct fleet_filter *from, size_t count,
                      const struct fleet_filter **ret_filters) {
    *ret_filters = NULL;
    if (count == 0) return 0;
    struct fleet_filter *filters = arena_get(c->arena, count * sizeof(*filters));
    if (filters == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        if (!name_is_good(from[i].by, NAME_BYTES_MAX)) return FLEET_E_NAME;
        filters[i] = from[i];
        if (!copy_text(c, from[i].by, &filters[i].by)) return -ENOMEM;
        int error = copy_matches(c, &from[i], &filters[i]);
        if (error != 0) return error;
    }
    *ret_filters = filters;
    return 0;
}
