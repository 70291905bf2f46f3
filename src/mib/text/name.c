/*
 * name: text as an OID (fleet_mib_parse_name).
 *
 * A name has three stretches: where it begins (a module, a root, or any object by its name), a way
 * down by labels and numbers, and, once it has come to a column, an index that is read by the
 * descriptions of its components. Behind all that only numbers and quoted strings can stand.
 */
#include "base/utf8.h"
#include "mib/text/hint.h"
#include "mib/load/catalog.h"
#include "mib/load/load.h"
#include "mib/load/lookup.h"
#include "mib/load/named.h"
#include "mib/text/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 4096, LABEL_MAX = 256 };

/* A name being read. */
struct reading {
    struct fleet_mib *mib;
    const struct fleet_name_style *style;
    const char *at;              /* what is left of the text */
    struct fleet_name *name;
    char *why;
    bool is_named;               /* only what the name says counts (mib/named.c) */
    const struct fleet_object *named;  /* where it began; NULL: with a number */
};

static const struct fleet_name_style style_default = { .flags = 0 };

__attribute__((format(printf, 3, 4)))
static int reading_fail(struct reading *r, int error, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(r->why, FLEET_MIB_WHY_MAX, format, args);
    va_end(args);
    bool is_text = utf8_is_valid((const uint8_t *)r->why, strlen(r->why));
    for (char *c = r->why; *c != '\0'; c++) {
        bool is_high = (*c & 0x80) != 0;
        if ((!is_high && (*c < ' ' || *c == 0x7f)) || (is_high && !is_text)) *c = '?';
    }
    return error;
}

static bool is_number(char c) {
    return c >= '0' && c <= '9';
}

/* The next component up to a '.', which is passed; false: there is none, or it is too long. */
static bool reading_component(struct reading *r, char ret_text[static LABEL_MAX]) {
    size_t n = strcspn(r->at, ".");
    if (n == 0 || n >= LABEL_MAX) return false;
    memcpy(ret_text, r->at, n);
    ret_text[n] = '\0';
    r->at += n;
    if (*r->at == '.') r->at++;
    return true;
}

/* A number, decimal or behind 0x. */
static bool to_subid(const char *text, uint32_t *ret_subid) {
    if (!is_number(*text)) return false;
    char *end;
    bool is_hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned long long n = strtoull(text, &end, is_hexadecimal ? 16 : 10);
    if (*end != '\0' || n > UINT32_MAX || strlen(text) > 16) return false;
    *ret_subid = (uint32_t)n;
    return true;
}

static int reading_append(struct reading *r, uint32_t subid) {
    if (r->name->length == FLEET_OID_SUBIDS_MAX)
        return reading_fail(r, FLEET_E_OID, "more than %d sub-identifiers", FLEET_OID_SUBIDS_MAX);
    r->name->oid[r->name->length++] = subid;
    return 0;
}

/* " (did you mean ifDescr?)", or nothing. */
struct advice {
    char text[LABEL_MAX + 32];
};

static struct advice did_you_mean(const struct nearest *near) {
    struct advice advice = { "" };
    if (near->best != NULL)
        (void)snprintf(advice.text, sizeof(advice.text), " (did you mean %.128s?)", near->best);
    return advice;
}

static int reading_unknown(struct reading *r, const char *module, const char *label) {
    struct nearest near = NEAREST_INIT(label);
    mib_nearest(r->mib, &near);
    const char *searched = mib_searched(r->mib);
    struct advice advice = did_you_mean(&near);
    /* The name may be right, and the module not. */
    const struct fleet_object *elsewhere = module != NULL ? mib_name_find(r->mib, label) : NULL;
    if (elsewhere != NULL && strcmp(elsewhere->module, module) != 0)
        (void)snprintf(advice.text, sizeof(advice.text), " (did you mean %.120s::%.120s?)",
                       elsewhere->module, elsewhere->name);
    return reading_fail(r, FLEET_E_UNKNOWN,
                        "no object \"%s%s%s\"%s; looked in the built-in modules%s%s",
                        module != NULL ? module : "", module != NULL ? "::" : "", label,
                        advice.text, *searched != '\0' ? " and in " : "", searched);
}

static int reading_unknown_module(struct reading *r, const char *module) {
    int error;
    const struct mib_module *m = mib_catalog_find(r->mib, module, &error);
    if (m != NULL && m->is_tried)
        return reading_fail(r, FLEET_E_UNKNOWN, "module \"%s\" could not be read from %s", module,
                            m->file->path);
    struct nearest near = NEAREST_INIT(module);
    for (size_t i = 0; i < r->mib->catalog_count; i++)
        nearest_try(&near, r->mib->catalog[i]->name);
    for (size_t i = 0; i < r->mib->builtin_count; i++)
        nearest_try(&near, r->mib->builtins[i].name);
    const char *searched = mib_searched(r->mib);
    return reading_fail(r, FLEET_E_UNKNOWN,
                        "no module \"%s\"%s; looked in the built-in modules%s%s", module,
                        did_you_mean(&near).text, *searched != '\0' ? " and in " : "", searched);
}

/* ---- the index ---- */

static bool is_in_range(const struct fleet_syntax *syntax, int64_t n) {
    for (uint32_t i = 0; i < syntax->range_count; i++) {
        if (n >= syntax->ranges[i].low && n <= syntax->ranges[i].high) return true;
    }
    return syntax->range_count == 0;
}

static bool checks_range(const struct reading *r) {
    return (r->style->flags & FLEET_NAME_ANY_RANGE) == 0;
}

static int index_integer(struct reading *r, const struct fleet_index *index) {
    char text[LABEL_MAX];
    uint32_t subid;
    if (!reading_component(r, text)) return reading_fail(r, FLEET_E_OID, "an empty index");
    if (!to_subid(text, &subid)) {
        const struct fleet_syntax *s = index->syntax;
        uint32_t i = 0;
        while (i < s->name_count && strcmp(s->names[i].name, text) != 0) i++;
        if (i == s->name_count)
            return reading_fail(r, FLEET_E_OID, "\"%s\" is neither a number nor a name of %s", text,
                                index->name);
        subid = (uint32_t)s->names[i].number;
    }
    bool is_signed = index->syntax->type == FLEET_INTEGER32;
    int64_t n = is_signed ? (int32_t)subid : (int64_t)subid;
    if (checks_range(r) && !is_in_range(index->syntax, n))
        return reading_fail(r, FLEET_E_OID, "%s is out of the range of %s", text, index->name);
    return reading_append(r, subid);
}

/* The text between quotes, with what backslashes take away; the length, or -1. */
static int quoted_text(struct reading *r, char ret_text[static LABEL_MAX]) {
    char quote = *r->at++;
    size_t n = 0;
    while (*r->at != '\0' && *r->at != quote) {
        if (*r->at == '\\' && r->at[1] != '\0') r->at++;
        if (n + 1 >= LABEL_MAX) return -1;
        ret_text[n++] = *r->at++;
    }
    if (*r->at != quote) return -1;
    r->at++;
    if (*r->at == '.') r->at++;
    else if (*r->at != '\0') return -1;
    ret_text[n] = '\0';
    return (int)n;
}

/* An address of RFC 4001 as people write it, or as sixteen octets with ':'; how many, or -1. */
static int inet_octets(uint32_t type, const char *text, uint8_t ret_octets[static LABEL_MAX]) {
    enum { IP4 = 1, IP6 = 2, IP4Z = 3, IP6Z = 4 };
    char host[LABEL_MAX];
    size_t n = strcspn(text, "%");
    memcpy(host, text, n);
    host[n] = '\0';
    bool has_zone = type == IP4Z || type == IP6Z;
    if (has_zone != (text[n] == '%')) return -1;
    size_t octets = type == IP4 || type == IP4Z ? 4 : 16;
    if (octets == 4 ? inet_pton(AF_INET, host, ret_octets) != 1
                    : inet_pton(AF_INET6, host, ret_octets) != 1 &&
                          hint_parse_octets("1x:", host, ret_octets, 16) != 16) return -1;
    uint32_t zone;
    if (!has_zone) return (int)octets;
    if (!to_subid(text + n + 1, &zone)) return -1;
    for (size_t i = 0; i < 4; i++) ret_octets[octets + i] = (uint8_t)(zone >> (24 - 8 * i));
    return (int)octets + 4;
}

/* The InetAddressType in front of an InetAddress that is to be written; 0: it is none of these. */
static uint32_t inet_type(const struct reading *r, const struct fleet_index *first, size_t i) {
    if (i == 0 || first[i - 1].syntax == NULL || r->name->length == 0) return 0;
    const char *address = first[i].syntax->convention, *type = first[i - 1].syntax->convention;
    if (address == NULL || type == NULL || strcmp(address, "InetAddress") != 0 ||
        strcmp(type, "InetAddressType") != 0) return 0;
    uint32_t value = r->name->oid[r->name->length - 1];
    return value <= 4 ? value : 0;
}

static int index_quoted(struct reading *r, const struct fleet_index *index, uint32_t inet) {
    char text[LABEL_MAX];
    uint8_t octets[LABEL_MAX];
    int n = quoted_text(r, text);
    if (n < 0) return reading_fail(r, FLEET_E_OID, "the quotes of %s do not end", index->name);
    const char *hint = index->syntax->hint;
    int length = -1;
    if (inet != 0) {
        length = inet_octets(inet, text, octets);
        if (length < 0)
            return reading_fail(r, FLEET_E_OID, "\"%s\" is no address of the type in front of %s",
                                text, index->name);
    } else if (hint != NULL && !hint_is_text(hint) &&
               (r->style->flags & FLEET_NAME_NO_HINTS) == 0) {
        length = hint_parse_octets(hint, text, octets, sizeof(octets));
    }
    if (length < 0) {
        memcpy(octets, text, (size_t)n);
        length = n;
    }
    bool is_fixed = index->kind == FLEET_INDEX_FIXED_STRING;
    if (checks_range(r) &&
        (is_fixed ? length != index->size : !is_in_range(index->syntax, length)))
        return reading_fail(r, FLEET_E_OID, "\"%s\" is too short or too long for %s", text,
                            index->name);
    int e = index->kind == FLEET_INDEX_STRING ? reading_append(r, (uint32_t)length) : 0;
    for (int i = 0; e == 0 && i < length; i++) e = reading_append(r, octets[i]);
    return e;
}

/* @count numbers, at most all that are left, each at most @max. */
static int index_numbers(struct reading *r, const struct fleet_index *index, size_t count,
                         uint32_t max) {
    int e = 0;
    for (; e == 0 && count > 0 && *r->at != '\0' && strcmp(r->at, "*") != 0; count--) {
        char text[LABEL_MAX];
        uint32_t subid;
        if (!reading_component(r, text))
            return reading_fail(r, FLEET_E_OID, "an empty component, or one that is too long");
        bool is_string = index->kind == FLEET_INDEX_STRING ||
                         index->kind == FLEET_INDEX_FIXED_STRING ||
                         index->kind == FLEET_INDEX_IMPLIED_STRING;
        if (!to_subid(text, &subid) || (checks_range(r) && subid > max))
            return reading_fail(r, FLEET_E_OID, "\"%s\" is no part of %s%s", text, index->name,
                                is_string ? " (strings go in quotes)" : "");
        e = reading_append(r, subid);
    }
    return e;
}

static int index_string(struct reading *r, const struct fleet_index *index, uint32_t inet) {
    if (*r->at == '"' || *r->at == '\'') return index_quoted(r, index, inet);
    size_t count = index->kind == FLEET_INDEX_FIXED_STRING ? index->size : SIZE_MAX;
    if (index->kind == FLEET_INDEX_STRING) {
        int e = index_numbers(r, index, 1, FLEET_OID_SUBIDS_MAX);
        if (e != 0) return e;
        count = r->name->oid[r->name->length - 1];
    }
    return index_numbers(r, index, count, UINT8_MAX);
}

static int index_address(struct reading *r, const struct fleet_index *index) {
    if (index->kind == FLEET_INDEX_NETWORK_ADDRESS) {
        int e = index_numbers(r, index, 1, UINT32_MAX);
        if (e != 0) return e;
    }
    if (*r->at != '"' && *r->at != '\'') return index_numbers(r, index, 4, UINT8_MAX);
    char text[LABEL_MAX];
    uint8_t octets[LABEL_MAX];
    if (quoted_text(r, text) < 0 || inet_octets(1, text, octets) != 4)
        return reading_fail(r, FLEET_E_OID, "%s is an IPv4 address", index->name);
    int e = 0;
    for (size_t i = 0; e == 0 && i < 4; i++) e = reading_append(r, octets[i]);
    return e;
}

static int reading_index(struct reading *r, const struct fleet_object *column) {
    for (uint32_t i = 0; i < column->index_count; i++) {
        const struct fleet_index *index = &column->index[i];
        if (*r->at == '\0' || strcmp(r->at, "*") == 0) return 0;
        if (index->syntax == NULL) return 0;
        int e = 0;
        switch ((enum fleet_index_kind)index->kind) {
        case FLEET_INDEX_INTEGER: e = index_integer(r, index); break;
        case FLEET_INDEX_STRING:
        case FLEET_INDEX_FIXED_STRING:
        case FLEET_INDEX_IMPLIED_STRING:
            e = index_string(r, index, inet_type(r, column->index, i));
            break;
        case FLEET_INDEX_OID:
            e = index_numbers(r, index, 1, FLEET_OID_SUBIDS_MAX);
            if (e == 0) e = index_numbers(r, index, r->name->oid[r->name->length - 1], UINT32_MAX);
            break;
        case FLEET_INDEX_IMPLIED_OID: e = index_numbers(r, index, SIZE_MAX, UINT32_MAX); break;
        case FLEET_INDEX_IP_ADDRESS:
        case FLEET_INDEX_NETWORK_ADDRESS: e = index_address(r, index); break;
        }
        if (e != 0) return e;
    }
    return 0;
}

/* ---- the way down ---- */

static bool is_below(const struct fleet_object *object, const uint32_t *oid, size_t length) {
    return object->oid_length > length &&
           memcmp(object->oid, oid, length * sizeof(*oid)) == 0;
}

/* The object called @label right below the OID, or NULL. What is loaded comes first. */
static const struct fleet_object *child_called(struct fleet_mib *mib, const uint32_t *oid,
                                               size_t length, const char *label) {
    const struct fleet_object *o = length > 0 ? fleet_mib_at(mib, oid, length) : NULL;
    if (o != NULL && o->oid_length == length) {
        while ((o = fleet_mib_next(mib, o)) != NULL && is_below(o, oid, length)) {
            if (o->oid_length == length + 1 && strcmp(o->name, label) == 0) return o;
        }
    }
    o = fleet_mib_find(mib, label);
    return o != NULL && o->oid_length == length + 1 && is_below(o, oid, length) ? o : NULL;
}

static const struct fleet_object *reading_find(const struct reading *r, const char *name) {
    return r->is_named ? mib_named_find(r->mib, name) : fleet_mib_find(r->mib, name);
}

static void reading_go_to(struct reading *r, const struct fleet_object *object) {
    r->named = object;
    memcpy(r->name->oid, object->oid, object->oid_length * sizeof(*object->oid));
    r->name->length = object->oid_length;
}

/*
 * The object at what was read so far, or the nearest above it. The arcs at the top have no module.
 */
static const struct fleet_object *reading_at(const struct reading *r) {
    const uint32_t *oid = r->name->oid;
    size_t length = r->name->length;
    if (!r->is_named) return fleet_mib_at(r->mib, oid, length);
    return r->named != NULL && *r->named->module != '\0'
               ? mib_named_at(r->mib, r->named, oid, length)
               : mib_number_at(r->mib, oid, length);
}

/* What the name has come to, if that is an object. */
static const struct fleet_object *reading_object(const struct reading *r) {
    if (r->name->length == 0) return NULL;
    const struct fleet_object *o = reading_at(r);
    return o != NULL && o->oid_length == r->name->length ? o : NULL;
}

/* One step by a label or a number. */
static int reading_step(struct reading *r) {
    char text[LABEL_MAX];
    uint32_t subid;
    if (!reading_component(r, text))
        return reading_fail(r, FLEET_E_OID, "an empty component, or one that is too long");
    if (to_subid(text, &subid)) return reading_append(r, subid);
    if (is_number(*text)) return reading_fail(r, FLEET_E_OID, "\"%s\" is no sub-identifier", text);
    const struct fleet_object *child = child_called(r->mib, r->name->oid, r->name->length, text);
    if (child != NULL) return reading_append(r, child->oid[child->oid_length - 1]);
    const struct fleet_object *here = reading_object(r);
    if (r->name->length == 0) return reading_unknown(r, NULL, text);
    return reading_fail(r, FLEET_E_UNKNOWN, "no \"%s\" below %s%s%s", text,
                        here != NULL ? here->module : "",
                        here != NULL ? "::" : "", here != NULL ? here->name : "that");
}

/* Numbers and quoted strings behind all that is described. */
static int reading_rest(struct reading *r) {
    int e = 0;
    while (e == 0 && *r->at != '\0' && strcmp(r->at, "*") != 0) {
        char text[LABEL_MAX];
        uint32_t subid;
        bool has_length = *r->at == '"';
        if (has_length || *r->at == '\'') {
            int n = quoted_text(r, text);
            if (n < 0) return reading_fail(r, FLEET_E_OID, "quotes that do not end");
            if (has_length) e = reading_append(r, (uint32_t)n);
            for (int i = 0; e == 0 && i < n; i++) e = reading_append(r, (uint8_t)text[i]);
            continue;
        }
        if (!reading_component(r, text))
            return reading_fail(r, FLEET_E_OID, "an empty component, or one that is too long");
        if (!to_subid(text, &subid))
            return reading_fail(r, FLEET_E_OID, "\"%s\" is no sub-identifier", text);
        e = reading_append(r, subid);
    }
    return e;
}

static int reading_down(struct reading *r) {
    int e = 0;
    while (e == 0 && *r->at != '\0' && strcmp(r->at, "*") != 0) {
        const struct fleet_object *here = reading_object(r);
        bool is_quoted = *r->at == '"' || *r->at == '\'';
        if (here != NULL && here->kind == FLEET_OBJECT_COLUMN) {
            e = reading_index(r, here);
            if (e == 0) e = reading_rest(r);
            break;
        }
        e = is_quoted ? reading_rest(r) : reading_step(r);
    }
    if (e == 0 && strcmp(r->at, "*") == 0) {
        r->name->is_wildcard = true;
        r->at++;
    }
    return e;
}

/* ---- where it begins ---- */

/* "IF-MIB::ifDescr"; the label behind the colons has not been read yet. */
static int begin_in_module(struct reading *r, const char *module) {
    char label[LABEL_MAX], both[2 * LABEL_MAX + 2];
    if (!reading_component(r, label))
        return reading_fail(r, FLEET_E_OID, "no name behind \"%s::\"", module);
    (void)snprintf(both, sizeof(both), "%s::%s", module, label);
    const struct fleet_object *o = reading_find(r, strcmp(module, "ANY") == 0 ? label : both);
    if (o == NULL && mib_loaded(r->mib, module) == NULL && mib_builtin(r->mib, module) == NULL)
        return reading_unknown_module(r, module);
    if (o == NULL) return reading_unknown(r, module, label);
    reading_go_to(r, o);
    return 0;
}

/* An object by its name alone. */
static int begin_anywhere(struct reading *r) {
    char label[LABEL_MAX];
    if (!reading_component(r, label))
        return reading_fail(r, FLEET_E_OID, "an empty component, or one that is too long");
    const struct fleet_object *o = (r->style->flags & FLEET_NAME_PATTERN) != 0
                                       ? fleet_mib_match(r->mib, label, SIZE_MAX)
                                       : reading_find(r, label);
    if (o == NULL) return reading_unknown(r, NULL, label);
    reading_go_to(r, o);
    return 0;
}

/* True: the first label stands below .1.3.6.1.2.1, and the name goes on from there. */
static bool begin_below_mib_2(struct reading *r) {
    static const uint32_t mib_2[] = { 1, 3, 6, 1, 2, 1 };
    char label[LABEL_MAX];
    struct reading ahead = *r;
    if (!reading_component(&ahead, label)) return false;
    if (!is_number(*label) && child_called(r->mib, mib_2, 6, label) == NULL) return false;
    memcpy(r->name->oid, mib_2, sizeof(mib_2));
    r->name->length = 6;
    return true;
}

static int reading_begin(struct reading *r) {
    size_t n = 0;
    while (isalnum((unsigned char)r->at[n]) || r->at[n] == '-' || r->at[n] == '_') n++;
    if (r->at[n] == ':' && n < LABEL_MAX) {
        char module[LABEL_MAX];
        memcpy(module, r->at, n);
        module[n] = '\0';
        r->at += n + 1;
        if (*r->at == ':') r->at++;
        return begin_in_module(r, module);
    }
    bool is_absolute = *r->at == '.';
    if (is_absolute) r->at++;
    if (*r->at == '\0' && is_absolute) return 0;
    if ((r->style->flags & FLEET_NAME_UCD) != 0 && !is_absolute && begin_below_mib_2(r)) return 0;
    return is_number(*r->at) ? 0 : begin_anywhere(r);
}

static int name_read(struct reading *r) {
    memset(r->name, 0, sizeof(*r->name));
    if (*r->at == '\0') return reading_fail(r, FLEET_E_OID, "an empty name");
    /* Numbers alone are what they are: agents name instances that no module allows. */
    bool is_below = (r->style->flags & FLEET_NAME_UCD) != 0 && *r->at != '.';
    if (!is_below && r->at[strspn(r->at, ".0123456789")] == '\0') {
        if (*r->at == '.') r->at++;
        int n = reading_rest(r);
        if (n != 0) return n;
    }
    const struct fleet_object *match = NULL;
    if ((r->style->flags & FLEET_NAME_PATTERN) != 0 && *r->at != '\0')
        match = fleet_mib_match(r->mib, r->at, SIZE_MAX);
    if (match != NULL) {
        reading_go_to(r, match);
        r->at = "";
    }
    int e = *r->at == '\0' ? 0 : reading_begin(r);
    if (e == 0) e = reading_down(r);
    if (e != 0) return e;
    if (r->name->length > 0) r->name->object = reading_at(r);
    return 0;
}

static int name_parse(struct fleet_mib *mib, const char *text,
                      const struct fleet_name_style *style, bool is_named,
                      struct fleet_name *ret_name, char why[static FLEET_MIB_WHY_MAX]) {
    struct fleet_name name;
    struct reading r = { .mib = mib, .style = style, .at = text, .name = &name, .why = why,
                         .is_named = is_named };
    char whole[TEXT_MAX];
    const char *prefix = style->prefix != NULL ? style->prefix : "";
    const char *suffix = style->suffix != NULL ? style->suffix : "";
    int n = snprintf(whole, sizeof(whole), "%s%s%s%s", prefix, text,
                     *suffix == '.' || *suffix == '\0' ? "" : ".", suffix);
    if (n < 0 || (size_t)n >= sizeof(whole)) return reading_fail(&r, FLEET_E_OID, "too long");
    r.at = whole;
    int e = name_read(&r);
    if (e == 0) *ret_name = name;
    return e;
}

int fleet_mib_parse_name(struct fleet_mib *mib, const char *text,
                         const struct fleet_name_style *style, struct fleet_name *ret_name,
                         char why[static FLEET_MIB_WHY_MAX]) {
    return name_parse(mib, text, style != NULL ? style : &style_default, false, ret_name, why);
}

int fleet_mib_parse(struct fleet_mib *mib, const char *text,
                    uint32_t ret_oid[static FLEET_OID_SUBIDS_MAX], size_t *ret_length,
                    const struct fleet_object **ret_object,
                    char why[static FLEET_MIB_WHY_MAX]) {
    struct fleet_name name;
    int r = name_parse(mib, text, &style_default, true, &name, why);
    if (r != 0) return r;
    memcpy(ret_oid, name.oid, name.length * sizeof(*name.oid));
    *ret_length = name.length;
    *ret_object = name.object;
    return 0;
}

const struct fleet_object *fleet_mib_match(struct fleet_mib *mib, const char *pattern,
                                           size_t match) {
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_ICASE) != 0) return NULL;
    const struct fleet_object *best = NULL, *o = NULL;
    regoff_t best_at = 0;
    while ((o = fleet_mib_next(mib, o)) != NULL) {
        regmatch_t found;
        if (regexec(&regex, o->name, 1, &found, 0) != 0) continue;
        if (match != SIZE_MAX && match-- == 0) {
            best = o;
            break;
        }
        if (match == SIZE_MAX && (best == NULL || found.rm_so < best_at)) {
            best = o;
            best_at = found.rm_so;
        }
    }
    regfree(&regex);
    return best;
}
