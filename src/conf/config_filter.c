/* config_filter: see config_filter.h. */
#include "conf/config_filter.h"
#include "base/nearest.h"
#include "conf/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number_type(const struct config_source *source) {
    if (source->is_integer || (source->syntax != NULL && source->syntax->name_count > 0 &&
                               !source->syntax->is_bits)) return true;
    if (source->syntax == NULL) return false;
    switch (source->syntax->type) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32:
    case FLEET_OPAQUE:
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE: return true;
    default: return false;
    }
}

/* "7", "-3", "1-48". */
static bool read_range(const char *text, struct fleet_match *ret_match) {
    char *end;
    errno = 0;
    if (*text == '+' || *text == ' ') return false;
    long long low = strtoll(text, &end, 10);
    if (end == text || errno != 0) return false;
    long long high = low;
    if (*end == '-' && end[1] != '+' && end[1] != ' ') {
        const char *second = end + 1;
        high = strtoll(second, &end, 10);
        if (end == second || errno != 0) return false;
    }
    if (*end != '\0' || high < low) return false;
    *ret_match = (struct fleet_match){ .low = low, .high = high };
    return true;
}

static bool fault_number(struct config_reader *r, const struct config_node *node,
                         const struct config_source *source) {
    char expected[160];
    const struct fleet_syntax *s = source->syntax;
    if (s == NULL || s->name_count == 0)
        return config_fault_expected(r, node, "a number or a range such as 1-48");
    struct nearest nearest = NEAREST_INIT(node->text);
    for (uint32_t i = 0; i < s->name_count; i++) nearest_try(&nearest, s->names[i].name);
    if (nearest.best != NULL)
        (void)snprintf(expected, sizeof(expected), "a number or its name (did you mean '%.80s'?)",
                       nearest.best);
    else
        (void)snprintf(expected, sizeof(expected), "a number or its name, such as '%.80s'",
                       s->names[0].name);
    return config_fault_expected(r, node, expected);
}

static bool read_match(struct config_reader *r, const struct config_node *node,
                       const struct config_source *source, struct fleet_match *ret_match) {
    if (config_text(r, node) == NULL) return false;
    const struct fleet_syntax *s = source->syntax;
    for (uint32_t i = 0; s != NULL && !s->is_bits && i < s->name_count; i++) {
        if (strcmp(s->names[i].name, node->text) != 0) continue;
        *ret_match = (struct fleet_match){ .low = s->names[i].number, .high = s->names[i].number };
        return true;
    }
    if (is_number_type(source))
        return read_range(node->text, ret_match) || fault_number(r, node, source);
    *ret_match = (struct fleet_match){ .text = node->text };
    return true;
}

static bool read_values(struct config_reader *r, const struct config_node *node,
                        const struct config_source *source, struct fleet_filter *filter) {
    bool is_list = node->kind == CONFIG_SEQUENCE;
    if (is_list && !config_check_list(r, node)) return false;
    size_t count = is_list ? node->count : 1;
    struct fleet_match *matches = arena_get(r->arena, count * sizeof(*matches));
    if (matches == NULL) return config_out_of_memory(r);
    const struct config_node *item = is_list ? node->first : node;
    for (size_t i = 0; i < count; i++, item = item->next) {
        if (!read_match(r, item, source, &matches[i])) return false;
    }
    filter->matches = matches;
    filter->match_count = count;
    return true;
}

static bool read_one(struct config_draft *d, const struct config_node *node,
                     struct fleet_filter *filter) {
    static const char *const keys[] = { "not", NULL };
    struct config_source source;
    /* The name is the key: faults are told of its place. */
    struct config_node *name = arena_get(d->reader->arena, sizeof(*name));
    if (name == NULL) return config_out_of_memory(d->reader);
    *name = *node;
    name->place = node->key_place;
    if (!config_draft_find(d, name, node->key, false, &source)) return false;
    *filter = (struct fleet_filter){ .by = source.label };
    const struct config_node *values = node;
    if (node->kind == CONFIG_MAPPING) {
        if (!config_check_mapping(d->reader, node, keys)) return false;
        values = config_node_find(node, "not");
        if (values == NULL) return config_fault(d->reader, node->place, "expected a key 'not'");
        filter->is_negated = true;
    }
    return read_values(d->reader, values, &source, filter);
}

bool config_filter_read(struct config_draft *d, const struct config_node *node,
                        const struct fleet_filter **ret_filters, size_t *ret_count) {
    *ret_filters = NULL;
    *ret_count = 0;
    if (node == NULL) return true;
    if (node->kind != CONFIG_MAPPING || node->count == 0)
        return config_fault_expected(d->reader, node, "a mapping such as 'ifOperStatus: up'");
    struct fleet_filter *filters = arena_get(d->reader->arena, node->count * sizeof(*filters));
    if (filters == NULL) return config_out_of_memory(d->reader);
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (config_reader_is_full(d->reader)) return false;
        is_good = read_one(d, n, &filters[count++]) && is_good;
    }
    *ret_filters = filters;
    *ret_count = count;
    return is_good;
}
