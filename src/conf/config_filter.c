/* config_filter: see config_filter.h. */
#include "conf/config_filter.h"
#include "base/glob.h"
#include "base/nearest.h"
#include "conf/show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MATCH_OCTETS_MAX = 1024 };

/* What the values are that a filter is held against. */
enum match_kind { MATCH_NUMBER, MATCH_BITS, MATCH_OID, MATCH_OCTETS };

static const struct fleet_syntax plain = { .base = "OCTET STRING", .hint = "255t",
                                           .type = FLEET_OCTET_STRING };
static const struct fleet_syntax mac = { .base = "MAC address", .hint = "1x:",
                                         .type = FLEET_OCTET_STRING };
static const struct fleet_syntax address = { .base = "address", .convention = "InetAddress",
                                             .type = FLEET_OCTET_STRING };
static const struct fleet_syntax ip = { .base = "IpAddress", .type = FLEET_IP_ADDRESS };

static enum match_kind kind_of(const struct config_source *source) {
    const struct fleet_syntax *s = source->syntax;
    const struct fleet_index *index = source->index;
    if (index != NULL && (index->kind == FLEET_INDEX_OID || index->kind == FLEET_INDEX_IMPLIED_OID))
        return MATCH_OID;
    if (index != NULL) return index->kind == FLEET_INDEX_INTEGER ? MATCH_NUMBER : MATCH_OCTETS;
    if (source->as == FLEET_AS_NUMBER) return MATCH_NUMBER;
    if (s != NULL && s->is_bits) return MATCH_BITS;
    if (s == NULL) return MATCH_OCTETS;
    switch (s->type) {
    case FLEET_OBJECT_IDENTIFIER: return MATCH_OID;
    case FLEET_OCTET_STRING:
    case FLEET_IP_ADDRESS: return MATCH_OCTETS;
    default: return MATCH_NUMBER;
    }
}

/* By what the text of an octet string is read. */
static const struct fleet_syntax *octets_syntax(const struct config_source *source) {
    const struct fleet_index *index = source->index;
    if (index != NULL && (index->kind == FLEET_INDEX_IP_ADDRESS ||
                          index->kind == FLEET_INDEX_NETWORK_ADDRESS)) return &ip;
    if (source->as == FLEET_AS_MAC) return &mac;
    if (source->syntax != NULL && source->syntax->type == FLEET_IP_ADDRESS) return &ip;
    if (source->as == FLEET_AS_IP) return &address;
    if (source->as == FLEET_AS_RAW || source->as == FLEET_AS_HEX || source->syntax == NULL)
        return &plain;
    return source->syntax;
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

/* All names of numbers that match the pattern. */
static bool read_names(struct config_reader *r, const struct config_node *node,
                       const struct fleet_syntax *s, struct fleet_filter *filter,
                       struct fleet_match *matches) {
    size_t before = filter->match_count;
    for (uint32_t i = 0; i < s->name_count; i++) {
        const struct fleet_named_number *n = &s->names[i];
        if (!glob_matches(node->text, n->name, strlen(n->name))) continue;
        matches[filter->match_count++] = (struct fleet_match){ .low = n->number,
                                                               .high = n->number };
    }
    char shown[SHOW_MAX + 4];
    return filter->match_count > before ||
           config_fault(r, node->place, "'%s' can match nothing: no number has such a name",
                        show_text(node->text, shown));
}

/* A number, a range, a name, or how the number is written: "1.5", "1:02:03.04". */
static bool read_number(struct config_reader *r, const struct config_node *node,
                        const struct config_source *source, struct fleet_match *ret_match) {
    uint8_t scratch[MATCH_OCTETS_MAX];
    struct fleet_value v;
    const struct fleet_syntax *s = source->syntax;
    if (read_range(node->text, ret_match)) return true;
    if (s != NULL && fleet_value_parse(node->text, s, scratch, sizeof(scratch), &v) == 0 &&
        v.type != FLEET_OCTET_STRING && v.type != FLEET_OPAQUE && v.type != FLEET_OPAQUE_FLOAT &&
        v.type != FLEET_OPAQUE_DOUBLE && (v.type == FLEET_INTEGER32 || v.counter <= INT64_MAX)) {
        *ret_match = (struct fleet_match){ .low = v.integer, .high = v.integer };
        return true;
    }
    return fault_number(r, node, source);
}

/* The text that exactly the value @v has, as a pattern. */
static bool match_value(struct config_reader *r, const struct config_source *source,
                        const struct fleet_value *v, struct fleet_match *ret_match) {
    size_t length = fleet_value_text(v, source->syntax, source->as, NULL, 0);
    char *text = (char *)arena_get_bytes(r->arena, length + 1);
    char *pattern = (char *)arena_get_bytes(r->arena, 2 * length + 1);
    if (text == NULL || pattern == NULL) return config_out_of_memory(r);
    (void)fleet_value_text(v, source->syntax, source->as, text, length + 1);
    glob_escape(text, pattern);
    *ret_match = (struct fleet_match){ .text = pattern };
    return true;
}

/* Names of bits: those that have them all. Hexadecimal: these octets. */
static bool read_bits(struct config_reader *r, const struct config_node *node,
                      const struct config_source *source, struct fleet_match *ret_match) {
    uint8_t scratch[MATCH_OCTETS_MAX];
    struct fleet_value v;
    if (glob_is_pattern(node->text)) {
        *ret_match = (struct fleet_match){ .text = node->text };
        return true;
    }
    if (fleet_value_parse(node->text, source->syntax, scratch, sizeof(scratch), &v) != 0) {
        char shown[SHOW_MAX + 4];
        return config_fault(r, node->place,
                            "'%s' can match nothing: expected names of bits, such as '%s', or "
                            "octets such as 0x80",
                            show_text(node->text, shown),
                            source->syntax->name_count > 0 ? source->syntax->names[0].name : "0");
    }
    if (node->text[0] == '\0' || strncmp(node->text, "0x", 2) == 0)
        return match_value(r, source, &v, ret_match);
    const uint8_t *bits = arena_copy(r->arena, span_of(v.bytes, v.length));
    if (bits == NULL) return config_out_of_memory(r);
    *ret_match = (struct fleet_match){ .bits = bits, .bit_octets = v.length };
    return true;
}

/* An OID in numbers, or the name of one. */
static bool read_oid(struct config_reader *r, const struct config_node *node,
                     struct fleet_match *ret_match) {
    const char *text = node->text;
    if (!glob_is_pattern(text)) {
        uint32_t oid[FLEET_OID_SUBIDS_MAX];
        size_t length;
        const struct fleet_object *known;
        if (!config_object_resolve(r, node, oid, &length, &known)) return false;
        text = config_oid_text(r, oid, length);
        if (text == NULL) return false;
    } else if (text[strspn(text, "0123456789.*?")] != '\0') {
        char shown[SHOW_MAX + 4];
        return config_fault(r, node->place, "'%s' can match nothing: OIDs are written in numbers",
                            show_text(text, shown));
    }
    *ret_match = (struct fleet_match){ .text = text };
    return true;
}

/* What values of the column look like, by an example. */
static bool fault_octets(struct config_reader *r, const struct config_node *node,
                         const struct config_source *source) {
    static const uint8_t octets[16] = { 0xc0, 0x00, 0x02, 0x01, 0x09, 0x05, 0, 0x0a };
    const struct fleet_syntax *s = octets_syntax(source);
    uint32_t length = s == &ip || s == &address ? 4 : 6;
    if (s->range_count > 0 && s->ranges[0].low > 0 && s->ranges[0].low <= (int)sizeof(octets))
        length = (uint32_t)s->ranges[0].low;
    const struct fleet_value v = { .type = s->type, .length = length, .bytes = octets };
    char shown[SHOW_MAX + 4], example[SHOW_MAX + 4];
    (void)fleet_value_text(&v, s, FLEET_AS_AUTO, example, sizeof(example));
    return config_fault(r, node->place, "'%s' can match nothing: %s is written as %s, for example",
                        show_text(node->text, shown), source->label, example);
}

/* A pattern for octets of a shape, in lower case where that is hexadecimal. */
static bool read_pattern(struct config_reader *r, const struct config_node *node,
                         const struct config_source *source, struct fleet_match *ret_match) {
    const struct fleet_syntax *s = octets_syntax(source);
    bool is_mac = s->hint != NULL && strncmp(s->hint, "1x:", 3) == 0;
    bool is_ip = s == &ip || s == &address;
    const char *may = is_mac ? "0123456789abcdefABCDEFx:*?\\" : "0123456789abcdefABCDEF.:%*?\\";
    if ((is_mac || is_ip) && node->text[strspn(node->text, may)] != '\0')
        return fault_octets(r, node, source);
    size_t length = strlen(node->text);
    char *text = (char *)arena_get_bytes(r->arena, length + 1);
    if (text == NULL) return config_out_of_memory(r);
    for (size_t i = 0; i <= length; i++) {
        char c = node->text[i];
        bool lowers = (is_mac || is_ip) && c >= 'A' && c <= 'F';
        text[i] = lowers ? (char)(c - 'A' + 'a') : c;
    }
    *ret_match = (struct fleet_match){ .text = text };
    return true;
}

static bool has_size(const struct fleet_syntax *s, uint32_t length) {
    for (uint32_t i = 0; i < s->range_count; i++) {
        if (s->ranges[i].low <= length && length <= s->ranges[i].high) return true;
    }
    return s->range_count == 0;
}

/* Octets as they are written, however the file writes them. */
static bool read_octets(struct config_reader *r, const struct config_node *node,
                        const struct config_source *source, struct fleet_match *ret_match) {
    uint8_t scratch[MATCH_OCTETS_MAX];
    char text[MATCH_OCTETS_MAX];
    struct fleet_value v;
    if (glob_is_pattern(node->text)) return read_pattern(r, node, source, ret_match);
    if (strlen(node->text) >= sizeof(text))
        return config_fault(r, node->place, "more than %zu bytes", sizeof(text) - 1);
    glob_unescape(node->text, text);
    const struct fleet_syntax *s = octets_syntax(source);
    if (fleet_value_parse(text, s, scratch, sizeof(scratch), &v) != 0)
        return fault_octets(r, node, source);
    bool is_shaped = s->hint != NULL && strpbrk(s->hint, "dxob") != NULL;
    bool is_wrong = s == &mac ? v.length != 6
                    : s == &address
                        ? v.length != 4 && v.length != 8 && v.length != 16 && v.length != 20
                        : is_shaped && !has_size(s, v.length);
    return is_wrong ? fault_octets(r, node, source) : match_value(r, source, &v, ret_match);
}

static bool read_match(struct config_reader *r, const struct config_node *node,
                       const struct config_source *source, struct fleet_filter *filter,
                       struct fleet_match *matches) {
    const struct fleet_syntax *s = source->syntax;
    if (config_text(r, node) == NULL) return false;
    enum match_kind kind = kind_of(source);
    if (kind == MATCH_NUMBER && s != NULL && s->name_count > 0 && glob_is_pattern(node->text))
        return read_names(r, node, s, filter, matches);
    struct fleet_match *match = &matches[filter->match_count++];
    switch (kind) {
    case MATCH_NUMBER: return read_number(r, node, source, match);
    case MATCH_BITS: return read_bits(r, node, source, match);
    case MATCH_OID: return read_oid(r, node, match);
    default: return read_octets(r, node, source, match);
    }
}

static bool read_values(struct config_reader *r, const struct config_node *node,
                        const struct config_source *source, struct fleet_filter *filter) {
    bool is_list = node->kind == CONFIG_SEQUENCE;
    if (is_list && !config_check_list(r, node)) return false;
    size_t count = is_list ? node->count : 1, room = count;
    const struct config_node *item = is_list ? node->first : node;
    for (size_t i = 0; source->syntax != NULL && i < count; i++, item = item->next) {
        if (item->text != NULL && glob_is_pattern(item->text)) room += source->syntax->name_count;
    }
    struct fleet_match *matches = arena_get(r->arena, room * sizeof(*matches));
    if (matches == NULL) return config_out_of_memory(r);
    filter->matches = matches;
    item = is_list ? node->first : node;
    for (size_t i = 0; i < count; i++, item = item->next) {
        if (!read_match(r, item, source, filter, matches)) return false;
    }
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
