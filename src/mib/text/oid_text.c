/*
 * oid_text: an OID as names and index.
 *
 * The names are of what is loaded: the deepest object on the way, and in the long styles also those
 * above it. What follows the object of a row is taken apart by the row's index, as far as it goes;
 * agents send what they like, so what does not fit is written as numbers from there on.
 */
#include "mib/text/oid_text.h"
#include "mib/text/value.h"
#include "mib/text/raw_text.h"

const struct fleet_text_style text_style_default = { .oid = FLEET_OID_MODULE };

/* INET-ADDRESS-MIB's InetAddressType. */
enum { INET_IP4 = 1, INET_IP6 = 2, INET_IP4Z = 3, INET_IP6Z = 4 };

/* What is left of an index. */
struct rest {
    const uint32_t *subids;
    size_t count;
    uint32_t before;     /* the sub-identifier in front of it */
};

static void rest_skip(struct rest *rest, size_t count) {
    if (count == 0) return;
    rest->before = rest->subids[count - 1];
    rest->subids += count;
    rest->count -= count;
}

static void put_numbers(struct put *out, const uint32_t *subids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        put_char(out, '.');
        put_u64(out, subids[i]);
    }
}

static void put_quote(struct put *out, const struct fleet_text_style *style, char quote) {
    if ((style->flags & FLEET_TEXT_ESCAPE_QUOTES) != 0) put_char(out, '\\');
    put_char(out, quote);
}

static void put_quoted(struct put *out, const uint32_t *subids, size_t count,
                       const struct fleet_text_style *style, char quote) {
    put_quote(out, style, quote);
    for (size_t i = 0; i < count; i++) {
        bool is_printable = subids[i] >= ' ' && subids[i] <= '~';
        put_char(out, is_printable ? (char)subids[i] : '.');
    }
    put_quote(out, style, quote);
}

/* An address of RFC 4001 by the type in front of it; false when it is none. */
static bool put_inet(struct put *out, uint32_t type, const uint32_t *subids, size_t count) {
    static const size_t lengths[] = { [INET_IP4] = 4, [INET_IP6] = 16, [INET_IP4Z] = 8,
                                      [INET_IP6Z] = 20 };
    if (type < INET_IP4 || type > INET_IP6Z || count != lengths[type]) return false;
    for (size_t i = 0; i < count; i++) {
        if (subids[i] > UINT8_MAX) return false;
    }
    put_char(out, '"');
    bool is_ip4 = type == INET_IP4 || type == INET_IP4Z;
    size_t octets = is_ip4 ? 4 : 16;
    for (size_t i = 0; i < octets; i++) {
        if (i > 0) put_char(out, is_ip4 ? '.' : ':');
        if (is_ip4) put_u64(out, subids[i]);
        else put_hex(out, (uint8_t)subids[i]);
    }
    if (count > octets) {
        put_char(out, '%');
        put_u64(out, subids[octets] << 24 | subids[octets + 1] << 16 | subids[octets + 2] << 8 |
                         subids[octets + 3]);
    }
    put_char(out, '"');
    return true;
}

static bool put_hinted_string(struct put *out, const uint32_t *subids, size_t count,
                              const char *hint, const struct fleet_text_style *style) {
    uint8_t octets[FLEET_OID_SUBIDS_MAX];
    if (count > FLEET_OID_SUBIDS_MAX) return false;
    for (size_t i = 0; i < count; i++) octets[i] = (uint8_t)subids[i];
    raw_put_octets(out, style, octets, count, hint, NULL);
    return true;
}

static bool put_string(struct put *out, const struct fleet_index *index, bool is_inet,
                       struct rest *rest, const struct fleet_text_style *style) {
    const struct fleet_syntax *syntax = index->syntax;
    bool has_length = index->kind == FLEET_INDEX_STRING;
    size_t skip = has_length ? 1 : 0;
    size_t count = has_length                                  ? rest->subids[0]
                   : index->kind == FLEET_INDEX_FIXED_STRING   ? index->size
                                                               : rest->count;
    if (syntax->is_bits || syntax->type != FLEET_OCTET_STRING || count + skip > rest->count)
        return false;
    const uint32_t *octets = rest->subids + skip;
    bool is_done = false;
    if ((style->flags & FLEET_TEXT_BRACKETS) != 0 && syntax->hint != NULL)
        is_done = put_hinted_string(out, octets, count, syntax->hint, style);
    else if (has_length && is_inet)
        is_done = put_inet(out, rest->before, octets, count);
    if (!is_done && (has_length || count > 0))
        put_quoted(out, octets, count, style, has_length ? '"' : '\'');
    rest_skip(rest, count + skip);
    return true;
}

static bool put_integer(struct put *out, const struct fleet_index *index, struct rest *rest,
                        const struct fleet_text_style *style) {
    uint8_t type = index->syntax->type;
    if (type != FLEET_INTEGER32 && type != FLEET_GAUGE32 && type != FLEET_UINTEGER32 &&
        type != FLEET_TIME_TICKS) return false;
    const char *name = value_name_of(index->syntax, (int32_t)rest->subids[0]);
    if (name != NULL) put_text(out, name);
    else if (type == FLEET_TIME_TICKS && (style->flags & FLEET_TEXT_BRACKETS) != 0)
        raw_put_ticks(out, style, rest->subids[0]);
    else put_u64(out, rest->subids[0]);
    rest_skip(rest, 1);
    return true;
}

static bool put_oid(struct put *out, struct fleet_mib *mib, const struct fleet_index *index,
                    struct rest *rest, const struct fleet_text_style *style) {
    size_t skip = index->kind == FLEET_INDEX_OID ? 1 : 0;
    size_t count = skip > 0 ? rest->subids[0] : rest->count;
    if (count > rest->count - skip) return false;
    if ((style->flags & FLEET_TEXT_BRACKETS) != 0) {
        /* An index within an index stays numbers, so that nothing is nested as an agent likes. */
        struct fleet_text_style inner = *style;
        inner.flags |= FLEET_TEXT_PLAIN_INDEX;
        oid_text_put(out, mib, rest->subids + skip, count, &inner);
    } else if (count + skip > 0) {
        put_u64(out, rest->subids[0]);
        put_numbers(out, rest->subids + 1, count + skip - 1);
    }
    rest_skip(rest, count + skip);
    return true;
}

static bool put_ip(struct put *out, struct rest *rest) {
    if (rest->count < 4) return false;
    put_u64(out, rest->subids[0]);
    put_numbers(out, rest->subids + 1, 3);
    rest_skip(rest, 4);
    return true;
}

static bool put_component(struct put *out, struct fleet_mib *mib, const struct fleet_index *index,
                          bool is_inet, struct rest *rest, const struct fleet_text_style *style) {
    if (index->syntax == NULL) return false;
    switch ((enum fleet_index_kind)index->kind) {
    case FLEET_INDEX_INTEGER: return put_integer(out, index, rest, style);
    case FLEET_INDEX_STRING:
    case FLEET_INDEX_FIXED_STRING:
    case FLEET_INDEX_IMPLIED_STRING: return put_string(out, index, is_inet, rest, style);
    case FLEET_INDEX_OID:
    case FLEET_INDEX_IMPLIED_OID: return put_oid(out, mib, index, rest, style);
    case FLEET_INDEX_IP_ADDRESS: return put_ip(out, rest);
    case FLEET_INDEX_NETWORK_ADDRESS:
        if (rest->count < 5 || rest->subids[0] != 1) return false;
        put_u64(out, 1);
        put_char(out, '.');
        rest_skip(rest, 1);
        return put_ip(out, rest);
    }
    return false;
}

/* Is it an InetAddress with its type in front of it? */
static bool is_inet_address(const struct fleet_index *index, size_t i) {
    if (i == 0 || index[i].syntax == NULL || index[i - 1].syntax == NULL) return false;
    const char *address = index[i].syntax->convention, *type = index[i - 1].syntax->convention;
    return address != NULL && type != NULL && strcmp(address, "InetAddress") == 0 &&
           strcmp(type, "InetAddressType") == 0;
}

void oid_text_put_index(struct put *out, struct fleet_mib *mib, const struct fleet_object *object,
                        const uint32_t *subids, size_t count,
                        const struct fleet_text_style *style) {
    struct rest rest = { .subids = subids, .count = count };
    bool has_index = object != NULL && (object->kind == FLEET_OBJECT_COLUMN ||
                                        object->kind == FLEET_OBJECT_ROW) &&
                     (style->flags & FLEET_TEXT_PLAIN_INDEX) == 0;
    /* Behind a row stands a column that nobody knows. */
    if (has_index && object->kind == FLEET_OBJECT_ROW && count > 0) {
        put_numbers(out, subids, 1);
        rest_skip(&rest, 1);
    }
    bool has_brackets = (style->flags & FLEET_TEXT_BRACKETS) != 0;
    for (size_t i = 0; has_index && i < object->index_count && rest.count > 0; i++) {
        size_t mark = out->length;
        put_char(out, has_brackets ? '[' : '.');
        if (!put_component(out, mib, &object->index[i], is_inet_address(object->index, i), &rest,
                           style)) {
            if (!has_brackets) out->length = mark;
            break;
        }
        if (has_brackets) put_char(out, ']');
    }
    put_numbers(out, rest.subids, rest.count);
}

static void put_label(struct put *out, struct fleet_mib *mib, const uint32_t *oid, size_t length) {
    const struct fleet_object *object = fleet_mib_at(mib, oid, length);
    if (object != NULL && object->oid_length == length) put_text(out, object->name);
    else put_u64(out, oid[length - 1]);
}

/* ".iso.org.dod": numbers where nothing is known. */
static void put_full(struct put *out, struct fleet_mib *mib, const uint32_t *oid, size_t length) {
    for (size_t i = 1; i <= length; i++) {
        put_char(out, '.');
        put_label(out, mib, oid, i);
    }
}

/* How many sub-identifiers UCD's style leaves out of @oid. */
static size_t ucd_prefix(const uint32_t *oid, size_t length) {
    static const uint32_t mib_2[] = { 1, 3, 6, 1, 2, 1 };
    static const uint32_t experimental[] = { 1, 3, 6, 1, 3 }, private[] = { 1, 3, 6, 1, 4 };
    static const struct {
        const uint32_t *oid;
        size_t length;
    } prefixes[] = { { mib_2, 6 }, { experimental, 5 }, { private, 5 } };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t n = prefixes[i].length;
        if (length > n && memcmp(oid, prefixes[i].oid, n * sizeof(*oid)) == 0) return n;
    }
    return 0;
}

/* Whole, but for some well-known prefixes and the dot behind them. */
static void put_ucd(struct put *out, struct fleet_mib *mib, const struct fleet_object *object,
                    const uint32_t *oid, size_t length, const struct fleet_text_style *style) {
    size_t known = object->oid_length, skip = ucd_prefix(oid, length);
    if (skip > known) skip = 0;
    if (skip == 0) {
        put_full(out, mib, oid, known);
    } else if (known > skip) {
        put_label(out, mib, oid, skip + 1);
        for (size_t i = skip + 2; i <= known; i++) {
            put_char(out, '.');
            put_label(out, mib, oid, i);
        }
    } else {
        put_u64(out, oid[known++]);
    }
    oid_text_put_index(out, mib, object, oid + known, length - known, style);
}

void oid_text_put(struct put *out, struct fleet_mib *mib, const uint32_t *oid, size_t length,
                  const struct fleet_text_style *style) {
    const struct fleet_object *object = NULL;
    if (style->oid == FLEET_OID_NONE) return;
    if (style->oid != FLEET_OID_NUMERIC && length > 0) object = fleet_mib_at(mib, oid, length);
    size_t known = object != NULL ? object->oid_length : 0;
    if (known == 0) {
        put_numbers(out, oid, length);
        return;
    }
    switch (style->oid) {
    case FLEET_OID_MODULE:
        /* The roots are of no module. */
        if (known > 1) {
            put_text(out, object->module);
            put_text(out, "::");
        }
        put_text(out, object->name);
        break;
    case FLEET_OID_SUFFIX: put_text(out, object->name); break;
    case FLEET_OID_FULL:
    case FLEET_OID_NUMERIC: put_full(out, mib, oid, known); break;
    case FLEET_OID_UCD: put_ucd(out, mib, object, oid, length, style); return;
    case FLEET_OID_NONE: return;
    }
    oid_text_put_index(out, mib, object, oid + known, length - known, style);
}

size_t fleet_mib_oid_text(struct fleet_mib *mib, const uint32_t *oid, size_t length,
                          const struct fleet_text_style *style, char *buffer, size_t size) {
    struct put out = PUT_INIT(buffer, size);
    oid_text_put(&out, mib, oid, length, style != NULL ? style : &text_style_default);
    return put_end(&out);
}
