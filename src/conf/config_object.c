/* config_object: see config_object.h. */
#include "conf/config_object.h"
#include "conf/show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    struct fleet_syntax syntax;
} types[] = {
    { "integer", { .base = "Integer32", .type = FLEET_INTEGER32 } },
    { "gauge", { .base = "Gauge32", .type = FLEET_GAUGE32 } },
    { "counter", { .base = "Counter32", .type = FLEET_COUNTER32 } },
    { "counter64", { .base = "Counter64", .type = FLEET_COUNTER64 } },
    { "timeticks", { .base = "TimeTicks", .type = FLEET_TIME_TICKS } },
    { "text", { .base = "OCTET STRING", .hint = "255t", .type = FLEET_OCTET_STRING } },
    { "oid", { .base = "OBJECT IDENTIFIER", .type = FLEET_OBJECT_IDENTIFIER } },
    { "ip", { .base = "IpAddress", .type = FLEET_IP_ADDRESS } },
    { "real", { .base = "Opaque", .type = FLEET_OPAQUE_FLOAT } },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

static const char *const as_names[FLEET_AS_COUNT] = {
    [FLEET_AS_AUTO] = "auto", [FLEET_AS_HEX] = "hex",   [FLEET_AS_MAC] = "mac",
    [FLEET_AS_RAW] = "raw",   [FLEET_AS_ENUM] = "enum", [FLEET_AS_BOTH] = "both",
    [FLEET_AS_HINT] = "hint", [FLEET_AS_IP] = "ip",   [FLEET_AS_NUMBER] = "number",
};

const char *config_as_text(enum fleet_as as) {
    return as_names[as];
}

const struct fleet_syntax *config_type_find(const char *name) {
    for (size_t i = 0; i < TYPES; i++) {
        if (strcmp(types[i].name, name) == 0) return &types[i].syntax;
    }
    return NULL;
}

const char *config_type_text(const struct fleet_syntax *syntax) {
    for (size_t i = 0; syntax != NULL && i < TYPES; i++) {
        if (types[i].syntax.type == syntax->type) return types[i].name;
    }
    return NULL;
}

bool config_as_read(struct config_reader *reader, const struct config_node *node,
                    enum fleet_as *ret_as) {
    for (unsigned as = 0; node->text != NULL && as < FLEET_AS_COUNT; as++) {
        if (strcmp(node->text, as_names[as]) != 0) continue;
        *ret_as = (enum fleet_as)as;
        return true;
    }
    return config_fault_expected(reader, node,
                                 "auto, raw, enum, both, hint, hex, mac, ip or number");
}

const char *config_oid_text(struct config_reader *reader, const uint32_t *oid, size_t length) {
    static const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    char text[FLEET_OID_TEXT_MAX];
    (void)fleet_mib_oid_text(reader->context.mib, oid, length, &numeric, text, sizeof(text));
    const char *copy = arena_text(reader->arena, text[0] == '.' ? text + 1 : text);
    if (copy == NULL) (void)config_out_of_memory(reader);
    return copy;
}

static bool is_numeric(const char *text) {
    return text[0] != '\0' && text[strspn(text, "0123456789.")] == '\0';
}

bool config_object_resolve(struct config_reader *reader, const struct config_node *node,
                           uint32_t oid[static FLEET_OID_SUBIDS_MAX], size_t *ret_length,
                           const struct fleet_object **ret_known) {
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    struct fleet_mib *mib = reader->context.mib;
    char why[FLEET_MIB_WHY_MAX];
    if (mib == NULL && !is_numeric(text))
        return config_fault(reader, node->place, "names are not looked up here: expected an OID");
    *ret_known = NULL;
    int error = fleet_mib_parse(mib, text, oid, ret_length, ret_known, why);
    if (error == -ENOMEM) return config_out_of_memory(reader);
    if (error != 0) return config_fault(reader, node->place, "%s", why);
    if (*ret_length < 2) return config_fault_expected(reader, node, "a name or an OID");
    return true;
}

/* What the MIB says of an OID that is a column, or a scalar with or without its instance. */
static const struct fleet_object *known_at(const struct config_object *o,
                                           const struct fleet_object *nearest) {
    bool is_leaf = nearest != NULL && (nearest->kind == FLEET_OBJECT_SCALAR ||
                                       nearest->kind == FLEET_OBJECT_COLUMN);
    if (!is_leaf || nearest->oid_length > o->oid_length) return NULL;
    if (memcmp(nearest->oid, o->oid, nearest->oid_length * sizeof(o->oid[0])) != 0) return NULL;
    return nearest;
}

/* A scalar, with or without its instance; of what no MIB knows by the .0, which no column has. */
static bool settle_scalar(struct config_object *o) {
    const struct fleet_object *known = o->known;
    bool has_instance = o->oid_length > 2 && o->oid[o->oid_length - 1] == 0;
    size_t length = o->oid_length - (has_instance ? 1 : 0);
    o->is_scalar = known != NULL
                       ? known->kind == FLEET_OBJECT_SCALAR && known->oid_length == length
                       : has_instance;
    if (o->is_scalar) o->oid_length = length;
    return o->is_scalar;
}

/* Is the OID what can be asked for so? Of a scalar known to the MIB, ".0" may be left out. */
static bool settle_instance(struct config_reader *reader, struct config_object *o,
                            enum config_object_use use) {
    const struct fleet_object *known = o->known;
    const struct config_node *node = o->node;
    if (use == CONFIG_TAG && settle_scalar(o)) return true;
    if (known == NULL) return true;
    size_t rest = o->oid_length - known->oid_length;
    if (use != CONFIG_SCALAR) {
        if (known->kind != FLEET_OBJECT_COLUMN)
            return config_fault(reader, node->place, "%s is a scalar: it belongs to `scalars`",
                                known->name);
        if (rest > 0)
            return config_fault(reader, node->place,
                                "%s: a column is named without an instance", known->name);
        if (known->access == FLEET_NOT_ACCESSIBLE || known->access == FLEET_ACCESSIBLE_FOR_NOTIFY)
            return config_fault(reader, node->place,
                                "%s is not accessible: agents do not give it", known->name);
        return true;
    }
    if (known->kind == FLEET_OBJECT_COLUMN && rest == 0)
        return config_fault(reader, node->place,
                            "%s is a column: it belongs to a table, or needs an instance",
                            known->name);
    if (known->kind == FLEET_OBJECT_SCALAR && rest == 0) {
        if (o->oid_length == FLEET_OID_SUBIDS_MAX)
            return config_fault(reader, node->place, "the OID is too long");
        o->oid[o->oid_length++] = 0;
    }
    return true;
}

/* An object that agents do not give as a value of its own. */
static bool check_kind(struct config_reader *reader, const struct config_node *node,
                       const struct fleet_object *nearest, size_t length) {
    if (nearest == NULL || nearest->oid_length != length) return true;
    switch ((enum fleet_object_kind)nearest->kind) {
    case FLEET_OBJECT_SCALAR:
    case FLEET_OBJECT_COLUMN: return true;
    case FLEET_OBJECT_TABLE:
    case FLEET_OBJECT_ROW:
        return config_fault(reader, node->place, "%s is a table: expected an object of it",
                            nearest->name);
    default:
        return config_fault(reader, node->place, "%s is not an object with a value", nearest->name);
    }
}

static bool resolve(struct config_reader *reader, const struct config_node *node,
                    enum config_object_use use, struct config_object *o) {
    const struct fleet_object *nearest;
    if (!config_object_resolve(reader, node, o->oid, &o->oid_length, &nearest) ||
        !check_kind(reader, node, nearest, o->oid_length)) return false;
    o->known = known_at(o, nearest);
    o->is_numeric = is_numeric(node->text);
    o->node = node;
    if (!settle_instance(reader, o, use)) return false;
    o->column.oid = config_oid_text(reader, o->oid, o->oid_length);
    if (o->column.oid == NULL) return false;
    if (o->known != NULL) {
        o->column.syntax = o->known->syntax;
        o->mib_name = o->known->name;
    } else {
        /* Of values of which nothing is known numbers are expected; `type` says otherwise. */
        o->column.syntax = config_type_find("integer");
        o->mib_name = o->column.oid;
    }
    o->column.object = o->mib_name;
    return true;
}

static bool read_type(struct config_reader *reader, const struct config_node *node,
                      struct config_object *o) {
    const struct fleet_syntax *type = node->text != NULL ? config_type_find(node->text) : NULL;
    if (type == NULL)
        return config_fault_expected(reader, node, "integer, gauge, counter, counter64, "
                                                   "timeticks, text, oid, ip or real");
    o->column.syntax = type;
    return true;
}

static bool is_number_type(uint8_t type) {
    return type != FLEET_OCTET_STRING && type != FLEET_OBJECT_IDENTIFIER &&
           type != FLEET_IP_ADDRESS;
}

/* How the object is named and written, beside which it is. */
static bool read_ways(struct config_reader *reader, const struct config_node *mapping,
                      struct config_object *o) {
    const struct config_node *name = config_node_find(mapping, "name");
    const struct config_node *as = config_node_find(mapping, "as");
    const struct config_node *type = config_node_find(mapping, "type");
    const struct config_node *tag = config_node_find(mapping, "tag");
    bool is_good = type == NULL || read_type(reader, type, o);
    /* Who says that it is a number wants one, however it is sent. */
    if (type != NULL && is_good && is_number_type(o->column.syntax->type))
        o->column.as = FLEET_AS_NUMBER;
    if (as != NULL) is_good = config_as_read(reader, as, &o->column.as) && is_good;
    if (tag != NULL) {
        is_good = config_flag(reader, tag, &o->column.is_tag) && is_good;
        o->has_tag = true;
    }
    if (name != NULL) {
        o->column.object = config_name(reader, name);
        is_good = o->column.object != NULL && is_good;
    }
    bool needs_names = o->column.as == FLEET_AS_ENUM || o->column.as == FLEET_AS_BOTH;
    if (is_good && needs_names && o->column.syntax->name_count == 0)
        return config_fault(reader, as->place, "as: %s has no named numbers", o->mib_name);
    if (is_good && o->column.as == FLEET_AS_HINT && o->column.syntax->hint == NULL)
        return config_fault(reader, as->place, "as: %s has no DISPLAY-HINT", o->mib_name);
    return is_good;
}

/* With `oid`, `object` is the name that it gets; alone, it is what is looked up. */
static bool read_mapping(struct config_reader *reader, const struct config_node *mapping,
                         enum config_object_use use, struct config_object *o) {
    static const char *const keys[] = { "object", "oid", "name", "as", "type", "tag", NULL };
    if (!config_check_mapping(reader, mapping, keys)) return false;
    const struct config_node *object = config_node_find(mapping, "object");
    const struct config_node *oid = config_node_find(mapping, "oid");
    if (object == NULL && oid == NULL)
        return config_fault(reader, mapping->place, "expected a key 'object' or 'oid'");
    if (oid != NULL && oid->text != NULL && !is_numeric(oid->text))
        return config_fault_expected(reader, oid, "an OID in numbers ('object' takes names)");
    if (!resolve(reader, oid != NULL ? oid : object, use, o)) return false;
    if (oid != NULL && object != NULL) {
        o->column.object = o->mib_name = config_name(reader, object);
        if (o->column.object == NULL) return false;
    }
    return read_ways(reader, mapping, o);
}

bool config_object_read(struct config_reader *reader, const struct config_node *node,
                        enum config_object_use use, struct config_object *ret_object) {
    *ret_object = (struct config_object){ .node = node };
    if (node->kind == CONFIG_MAPPING) return read_mapping(reader, node, use, ret_object);
    return resolve(reader, node, use, ret_object);
}

bool config_object_of_mib(struct config_reader *reader, const struct config_node *node,
                          const struct fleet_object *known, struct config_object *ret_object) {
    struct config_object *o = ret_object;
    *o = (struct config_object){ .node = node, .known = known, .mib_name = known->name,
                                 .oid_length = known->oid_length };
    memcpy(o->oid, known->oid, known->oid_length * sizeof(o->oid[0]));
    o->column = (struct fleet_column){ .object = known->name, .syntax = known->syntax,
                                       .oid = config_oid_text(reader, o->oid, o->oid_length) };
    return o->column.oid != NULL;
}
