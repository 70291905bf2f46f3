/*
 * schema: see schema.h.
 *
 * Names are few (a table has at most some hundred), and are compared when a table is accepted, not
 * when rows come: everything is a list that is walked.
 */
#include "row/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What formats write of themselves beside a row's names; `time` InfluxDB refuses as a name, too. */
static const char *const row_names[] = { "time", "target", "agent_host", "address", "context",
                                         "module" };

/* And in reports, where the target's tags stand beside them. */
static const char *const report_names[] = {
    "reason", "detail", "up", "rtt_ms", "duration_ms", "requests", "retries", "varbinds", "rows",
    "max_repetitions", "lag_ms", "overruns", "index", "oid", "tags", "values", "indexes",
};

const uint8_t schema_classes[256] = {
    [FLEET_INTEGER32] = SCHEMA_INTEGER,
    [FLEET_COUNTER32] = SCHEMA_INTEGER,
    [FLEET_GAUGE32] = SCHEMA_INTEGER,
    [FLEET_TIME_TICKS] = SCHEMA_INTEGER,
    [FLEET_UINTEGER32] = SCHEMA_INTEGER,
    [FLEET_COUNTER64] = SCHEMA_UNSIGNED,
    [FLEET_OPAQUE_FLOAT] = SCHEMA_REAL,
    [FLEET_OPAQUE_DOUBLE] = SCHEMA_REAL,
    [FLEET_OCTET_STRING] = SCHEMA_TEXT,
    [FLEET_OBJECT_IDENTIFIER] = SCHEMA_TEXT,
    [FLEET_IP_ADDRESS] = SCHEMA_TEXT,
    [FLEET_OPAQUE] = SCHEMA_TEXT,
};

const char *schema_suffix(enum schema_class class) {
    switch (class) {
    case SCHEMA_INTEGER:
    case SCHEMA_UNSIGNED: return "_integer";
    case SCHEMA_REAL: return "_real";
    case SCHEMA_TEXT: return "_text";
    default: return "";
    }
}

static bool type_is_octets(uint8_t type) {
    return type == FLEET_OCTET_STRING || type == FLEET_OPAQUE;
}

/* A hint that shows octets as the characters that they are. */
static bool hint_shows_text(const char *hint) {
    return strpbrk(hint, "dxob") == NULL;
}

/* An address of RFC 4001, whose text follows from its length. */
static bool is_address(const struct fleet_syntax *s) {
    return s->type == FLEET_OCTET_STRING && s->convention != NULL &&
           strcmp(s->convention, "InetAddress") == 0;
}

static bool needs_text(const struct fleet_syntax *s, enum fleet_as as) {
    switch (as) {
    case FLEET_AS_AUTO:
        if (s == NULL || !type_is_octets(s->type)) return false;
        return is_address(s) || (s->hint != NULL && !hint_shows_text(s->hint));
    case FLEET_AS_ENUM:
    case FLEET_AS_BOTH:
    case FLEET_AS_HINT:
    case FLEET_AS_IP: return true;
    default: return false;
    }
}

/* Whole numbers of either class go into both. */
static uint8_t takes_of(enum schema_class class) {
    const unsigned numbers = 1u << SCHEMA_INTEGER | 1u << SCHEMA_UNSIGNED;
    bool is_number = class == SCHEMA_INTEGER || class == SCHEMA_UNSIGNED;
    unsigned own = is_number ? numbers : 1u << class;
    return class == SCHEMA_ANY ? UINT8_MAX : (uint8_t)(own | 1u << SCHEMA_ANY);
}

/* Opaque: what the field wraps in it is Net-SNMP's floating-point numbers. */
static enum schema_class class_of(const struct fleet_column *column) {
    const struct fleet_syntax *s = column->syntax;
    if (needs_text(s, column->as)) return SCHEMA_TEXT;
    if (column->as == FLEET_AS_NUMBER) {
        enum schema_class own = s != NULL ? schema_class_of(s->type) : SCHEMA_ANY;
        return own == SCHEMA_INTEGER || own == SCHEMA_UNSIGNED ? own : SCHEMA_REAL;
    }
    if (s == NULL) return SCHEMA_ANY;
    return s->type == FLEET_OPAQUE ? SCHEMA_REAL : schema_class_of(s->type);
}

/* Only octets are meant by it: numbers are written alike in all of these ways. */
static uint8_t way_of(const struct fleet_column *column) {
    const struct fleet_syntax *s = column->syntax;
    if (needs_text(s, column->as) && !column->is_hidden) return SCHEMA_IS_TEXT;
    if (column->as != FLEET_AS_AUTO || s == NULL || s->type != FLEET_OCTET_STRING)
        return (uint8_t)column->as;
    if (s->is_bits) return FLEET_AS_HEX;
    if (s->hint == NULL) return SCHEMA_OCTETS;
    return hint_shows_text(s->hint) ? (uint8_t)column->as : SCHEMA_NO_TEXT;
}

static bool index_needs_text(const struct fleet_table *table) {
    for (size_t i = 0; i < table->index_count; i++) {
        const struct fleet_index *index = &table->index[i];
        if (index->kind != FLEET_INDEX_INTEGER || needs_text(index->syntax, index->as)) return true;
    }
    return false;
}

const char *schema_table_name(const struct fleet_table *table) {
    const char *name = table->is_scalars || table->name == NULL ? table->module : table->name;
    return name != NULL ? name : "";
}

/* One of a row's names, in the order in which they are taken: components, then columns. */
struct name {
    const char *text;
    enum schema_role role;
    size_t at;
    const struct fleet_column *column;  /* NULL: a component of the index */
};

/* False: the column is hidden, or of a subtree, and has no name. */
static bool name_at(const struct fleet_table *table, size_t at, struct name *ret_name) {
    if (at < table->index_count) {
        *ret_name = (struct name){ table->index[at].name, SCHEMA_INDEX, at, NULL };
        return true;
    }
    const struct fleet_column *column = &table->columns[at - table->index_count];
    *ret_name = (struct name){ column->object, column->is_tag ? SCHEMA_TAG : SCHEMA_FIELD,
                               at - table->index_count, column };
    return !column->is_hidden && !table->is_subtree && column->object != NULL;
}

/* Can the field have another name for values of another class, and is that @text? */
static bool is_suffixed(const struct name *field, const char *text) {
    if (field->role != SCHEMA_FIELD) return false;
    size_t length = strlen(field->text);
    if (strncmp(text, field->text, length) != 0) return false;
    uint8_t takes = takes_of(class_of(field->column));
    for (unsigned class = SCHEMA_INTEGER; class < SCHEMA_CLASSES; class++) {
        if ((takes >> class & 1) == 0 && strcmp(text + length, schema_suffix(class)) == 0)
            return true;
    }
    return false;
}

static bool is_in(const char *const *list, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], text) == 0) return true;
    }
    return false;
}

/* `index` is the whole index; a component may have that name, and is it then. */
static bool is_own(const struct name *name) {
    return is_in(row_names, sizeof(row_names) / sizeof(row_names[0]), name->text) ||
           (name->role != SCHEMA_INDEX && strcmp(name->text, "index") == 0);
}

static bool meets(const struct name *a, const struct name *b) {
    return strcmp(a->text, b->text) == 0 || is_suffixed(a, b->text) || is_suffixed(b, a->text);
}

bool schema_find_clash(const struct fleet_table *table, size_t from,
                       struct schema_clash *ret_clash) {
    struct name name, other;
    for (size_t i = from; i < table->index_count + table->column_count; i++) {
        if (!name_at(table, i, &name)) continue;
        *ret_clash = (struct schema_clash){ .name = name.text, .role = name.role, .at = name.at,
                                            .other = SCHEMA_OWN, .owner = name.text };
        if (is_own(&name)) return true;
        for (size_t k = 0; k < i; k++) {
            if (!name_at(table, k, &other) || !meets(&name, &other)) continue;
            ret_clash->other = other.role;
            ret_clash->owner = other.text;
            return true;
        }
    }
    return false;
}

bool schema_is_own_name(const char *name) {
    return is_in(row_names, sizeof(row_names) / sizeof(row_names[0]), name) ||
           is_in(report_names, sizeof(report_names) / sizeof(report_names[0]), name);
}

bool schema_meets_tag(const struct fleet_table *table, const char *name,
                      struct schema_clash *ret_clash) {
    const struct name tag = { .text = name, .role = SCHEMA_TARGET_TAG };
    struct name other;
    for (size_t i = 0; i < table->index_count + table->column_count; i++) {
        if (!name_at(table, i, &other) || !meets(&other, &tag)) continue;
        *ret_clash = (struct schema_clash){ .name = name, .role = SCHEMA_TARGET_TAG,
                                            .other = other.role, .owner = other.text };
        return true;
    }
    return false;
}

/*
 * The name that a row has for @name: its own, or with its role behind it where that is taken, as
 * often as it takes. All names before it are settled.
 */
static const char *settle_name(const struct schema *schema, const struct fleet_table *table,
                               size_t at, struct name *name, char **room) {
    static const char *const roles[] = { [SCHEMA_INDEX] = "_index", [SCHEMA_TAG] = "_tag",
                                         [SCHEMA_FIELD] = "_field" };
    for (bool is_taken = true; is_taken;) {
        is_taken = is_own(name);
        for (size_t k = 0; k < at && !is_taken; k++) {
            struct name other;
            if (!name_at(table, k, &other)) continue;
            other.text = k < table->index_count ? schema->index[k]
                                                : schema->columns[k - table->index_count].name;
            is_taken = meets(name, &other);
        }
        if (!is_taken) break;
        size_t length = strlen(name->text);
        char *longer = malloc(length + sizeof("_index"));
        if (longer == NULL) return NULL;
        memcpy(longer, name->text, length);
        memcpy(longer + length, roles[name->role], strlen(roles[name->role]) + 1);
        free(*room);
        *room = longer;
        name->text = longer;
    }
    return name->text;
}

/* The names of the row, in their order. */
static int settle_names(struct schema *schema, const struct fleet_table *table) {
    for (size_t i = 0; i < table->index_count + table->column_count; i++) {
        struct name name;
        bool is_index = i < table->index_count;
        const char **to = is_index ? &schema->index[i]
                                   : &schema->columns[i - table->index_count].name;
        *to = is_index ? "" : table->columns[i - table->index_count].object;
        if (*to == NULL) *to = "";
        if (!name_at(table, i, &name)) continue;
        char *changed = NULL;
        const char *settled = settle_name(schema, table, i, &name, &changed);
        if (settled == NULL) return -ENOMEM;
        *to = settled;
        if (changed == NULL) continue;
        char **owned = realloc(schema->changed, (schema->changed_count + 1) * sizeof(*owned));
        if (owned == NULL) {
            free(changed);
            return -ENOMEM;
        }
        schema->changed = owned;
        schema->changed[schema->changed_count++] = changed;
    }
    return 0;
}

static void count_name(struct schema *schema, const char *name) {
    schema->name_count++;
    schema->name_bytes += name != NULL ? strlen(name) : 0;
}

static void count_names(struct schema *schema, const struct fleet_table *table) {
    count_name(schema, table->name);
    count_name(schema, table->module);
    count_name(schema, table->context);
    for (size_t i = 0; i < table->index_count; i++) count_name(schema, schema->index[i]);
    for (size_t i = 0; i < table->column_count; i++) count_name(schema, schema->columns[i].name);
}

int schema_init(struct schema *schema, const struct fleet_table *table) {
    *schema = (struct schema){ .has_index = index_needs_text(table) };
    schema->columns = calloc(table->column_count + 1, sizeof(*schema->columns));
    schema->index = calloc(table->index_count + 1, sizeof(*schema->index));
    int r = schema->columns == NULL || schema->index == NULL ? -ENOMEM
                                                             : settle_names(schema, table);
    if (r != 0) {
        schema_deinit(schema);
        return r;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct fleet_column *column = &table->columns[i];
        struct schema_column *c = &schema->columns[i];
        c->role = column->is_tag ? SCHEMA_TAG : SCHEMA_FIELD;
        c->as = table->is_subtree ? SCHEMA_SUBTREE : way_of(column);
        c->class = (uint8_t)class_of(column);
        c->takes = takes_of(class_of(column));
        c->is_hidden = column->is_hidden;
        schema->has_cells |= c->as == SCHEMA_IS_TEXT;
        schema->has_numbers |= c->as == FLEET_AS_NUMBER;
    }
    count_names(schema, table);
    for (size_t i = 0; i < table->index_count; i++)
        schema->names_index |= strcmp(schema->index[i], "index") == 0;
    return 0;
}

void schema_deinit(struct schema *schema) {
    for (size_t i = 0; i < schema->changed_count; i++) free(schema->changed[i]);
    free(schema->changed);
    free(schema->columns);
    free((void *)schema->index);
    *schema = (struct schema){ 0 };
}
