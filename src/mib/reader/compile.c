/*
 * compile: see compile.h.
 *
 * libsmi flattens some of what a module says: INTEGER and Integer32 are one type, read-create is a
 * property of the row, default values are parsed. What is to be shown as it was written is looked
 * up in the text (source.h).
 */
#include "mib/reader/compile.h"

#include <errno.h>
#include <smi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mib/reader/source.h"

enum {
    CHAIN_MAX = 64,             /* types that refine each other; libsmi does not bound them */
    LIST_MAX = 4096,            /* names of an enumeration, members of a group */
    RANGES_MORE = 16,           /* that libsmi has joined */
    AUGMENTS_MAX = 8,
    COMPONENTS_MAX = 64,
    SOURCES = 64,
};

enum { AGAIN_MAX = 8, AGAIN_BYTES = 256 };

/* Of the file being read: the gravest thing said, and which OIDs were given a second name. */
static struct {
    int severity;
    char text[512];
    char again[AGAIN_MAX][AGAIN_BYTES];
    uint32_t again_count;
} fault;

static struct source *sources[SOURCES];  /* texts read last, by turns */
static size_t source_turn;

static void remember_fault(char *path, int line, int severity, char *message, char *tag) {
    if (strcmp(tag, "oid-registered") == 0 && fault.again_count < AGAIN_MAX)
        (void)snprintf(fault.again[fault.again_count++], AGAIN_BYTES, "line %d: %s", line, message);
    if (severity > 2 || (fault.text[0] != '\0' && severity >= fault.severity)) return;
    fault.severity = severity;
    if (path == NULL || line <= 0) (void)snprintf(fault.text, sizeof(fault.text), "%s", message);
    else (void)snprintf(fault.text, sizeof(fault.text), "line %d: %s", line, message);
}

int compile_begin(void) {
    if (smiInit(NULL) != 0) return -ENOMEM;
    (void)smiSetPath("/dev/null");
    smiSetErrorHandler(remember_fault);
    smiSetErrorLevel(2);
    smiSetFlags(SMI_FLAG_VIEWALL | SMI_FLAG_ERRORS);
    return 0;
}

bool compile_read(const char *path) {
    fault.severity = 9;
    fault.again_count = 0;
    fault.text[0] = '\0';
    return smiLoadModule(path) != NULL;
}

const char *compile_fault(void) {
    return fault.text;
}

/* The text of a module; NULL when it cannot be had. */
static struct source *source_of(const SmiModule *module) {
    if (module == NULL || module->path == NULL) return NULL;
    for (size_t i = 0; i < SOURCES; i++) {
        if (sources[i] != NULL && strcmp(source_path(sources[i]), module->path) == 0) {
            return sources[i];
        }
    }
    struct source *s;
    if (source_new(&s, module->path) != 0) return NULL;
    struct source **place = &sources[source_turn++ % SOURCES];
    source_free(*place);
    *place = s;
    return s;
}

/* What is known of a type while it is gathered; the structure of its syntax points into it. */
struct gathered {
    struct fleet_syntax syntax;
    struct fleet_named_number *names;
    struct fleet_range *ranges;
};

static void gathered_deinit(struct gathered *g) {
    free(g->names);
    free(g->ranges);
}

static const struct {
    const char *name;
    uint8_t type;
} bases[] = {
    { "INTEGER", FLEET_INTEGER32 },
    { "Integer32", FLEET_INTEGER32 },
    { "OCTET STRING", FLEET_OCTET_STRING },
    { "BITS", FLEET_OCTET_STRING },
    { "OBJECT IDENTIFIER", FLEET_OBJECT_IDENTIFIER },
    { "IpAddress", FLEET_IP_ADDRESS },
    { "NetworkAddress", FLEET_IP_ADDRESS },
    { "Counter", FLEET_COUNTER32 },
    { "Counter32", FLEET_COUNTER32 },
    { "Gauge", FLEET_GAUGE32 },
    { "Gauge32", FLEET_GAUGE32 },
    { "Unsigned32", FLEET_GAUGE32 },
    { "TimeTicks", FLEET_TIME_TICKS },
    { "Opaque", FLEET_OPAQUE },
    { "Counter64", FLEET_COUNTER64 },
    { "UInteger32", FLEET_UINTEGER32 },
};

/* The SMI's own name for a type, or NULL when it is somebody's convention. */
static const char *base_named(const char *name) {
    for (size_t i = 0; name != NULL && i < sizeof(bases) / sizeof(bases[0]); i++) {
        if (strcmp(bases[i].name, name) == 0) return bases[i].name;
    }
    return NULL;
}

static const char *base_of_kind(SmiBasetype kind) {
    switch (kind) {
    case SMI_BASETYPE_INTEGER32: return "Integer32";
    case SMI_BASETYPE_ENUM: return "INTEGER";
    case SMI_BASETYPE_OCTETSTRING: return "OCTET STRING";
    case SMI_BASETYPE_OBJECTIDENTIFIER: return "OBJECT IDENTIFIER";
    case SMI_BASETYPE_UNSIGNED32: return "Unsigned32";
    case SMI_BASETYPE_UNSIGNED64: return "Counter64";
    case SMI_BASETYPE_INTEGER64: return "Integer64";
    case SMI_BASETYPE_BITS: return "BITS";
    default: return "";
    }
}

static int64_t number_of(const SmiValue *v) {
    switch (v->basetype) {
    case SMI_BASETYPE_UNSIGNED32: return (int64_t)(uint32_t)v->value.unsigned32;
    case SMI_BASETYPE_UNSIGNED64:
        return v->value.unsigned64 > INT64_MAX ? INT64_MAX : (int64_t)v->value.unsigned64;
    case SMI_BASETYPE_INTEGER64: return v->value.integer64;
    default: return (int32_t)v->value.integer32;
    }
}

/* What the text says of a type that has no name, which is @node's own, or of one that has. */
static bool clauses_of(SmiNode *node, SmiType *type, struct source_clauses *ret_clauses) {
    bool is_own = type == NULL || type->name == NULL;
    const struct source *s = source_of(is_own ? smiGetNodeModule(node) : smiGetTypeModule(type));
    if (s == NULL) return false;
    if (is_own) source_read(s, smiGetNodeLine(node), node->name, ret_clauses);
    else source_read(s, smiGetTypeLine(type), type->name, ret_clauses);
    return true;
}

static void gather_names(struct gathered *g, SmiNode *node, SmiType *type) {
    SmiNamedNumber *n = smiGetFirstNamedNumber(type);
    size_t count = 0;
    if (n == NULL || g->names != NULL) return;
    for (; n != NULL && count < LIST_MAX; n = smiGetNextNamedNumber(n)) count++;
    g->names = calloc(count, sizeof(*g->names));
    n = smiGetFirstNamedNumber(type);
    for (; g->names != NULL && n != NULL && g->syntax.name_count < count;
         n = smiGetNextNamedNumber(n)) {
        if (n->name == NULL) continue;
        g->names[g->syntax.name_count++] =
            (struct fleet_named_number){ .number = number_of(&n->value), .name = n->name };
    }
    g->syntax.names = g->names;
    struct source_clauses clauses;
    if (g->names != NULL && clauses_of(node, type, &clauses))
        source_order_names(&clauses, g->names, g->syntax.name_count);
}

static void gather_ranges(struct gathered *g, SmiNode *node, SmiType *type) {
    SmiRange *r = smiGetFirstRange(type);
    size_t count = 0;
    if (r == NULL || g->ranges != NULL) return;
    for (; r != NULL && count < LIST_MAX; r = smiGetNextRange(r)) count++;
    count += RANGES_MORE;
    g->ranges = calloc(count, sizeof(*g->ranges));
    r = smiGetFirstRange(type);
    for (; g->ranges != NULL && r != NULL && g->syntax.range_count < count;
         r = smiGetNextRange(r)) {
        g->ranges[g->syntax.range_count++] =
            (struct fleet_range){ .low = number_of(&r->minValue), .high = number_of(&r->maxValue) };
    }
    g->syntax.ranges = g->ranges;
    struct source_clauses clauses;
    struct fleet_range written[LIST_MAX + RANGES_MORE];
    size_t written_count = 0;
    if (g->ranges != NULL && clauses_of(node, type, &clauses))
        written_count = source_ranges(&clauses, written, count);
    if (written_count == 0) return;
    memcpy(g->ranges, written, written_count * sizeof(*written));
    g->syntax.range_count = (uint32_t)written_count;
}

/* INTEGER where it was written so, in the object or in the type that begins its chain. */
static const char *integer_as_written(SmiNode *node, SmiType *type) {
    struct source_clauses c;
    return clauses_of(node, type, &c) && strcmp(c.syntax, "INTEGER") == 0 ? "INTEGER" : "Integer32";
}

static uint8_t type_of(const char *base) {
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        if (strcmp(bases[i].name, base) == 0) return bases[i].type;
    }
    return FLEET_ABSENT;
}

/* From the object's own type up: the nearest one that says a thing counts. */
static bool gather(SmiNode *node, struct gathered *g) {
    *g = (struct gathered){ .syntax = { .hint = node->format } };
    SmiType *type = smiGetNodeType(node), *named = NULL;
    if (type == NULL) return false;
    struct fleet_syntax *s = &g->syntax;
    SmiBasetype kind = type->basetype;
    for (int i = 0; type != NULL && i < CHAIN_MAX && s->base == NULL; i++) {
        s->base = base_named(type->name);
        /* The SMI's types have ranges too, which nobody wants to be shown. */
        if (s->base == NULL) gather_ranges(g, node, type);
        gather_names(g, node, type);
        if (s->hint == NULL && type->format != NULL && type->format[0] != '\0') {
            s->hint = type->format;
        }
        if (s->base == NULL && type->name != NULL && smiGetTypeModule(type) != NULL &&
            smiGetTypeModule(type)->name != NULL && smiGetTypeModule(type)->name[0] != '\0') {
            if (s->convention == NULL) s->convention = type->name;
            named = type;
        }
        SmiType *parent = smiGetParentType(type);
        type = parent == type ? NULL : parent;
    }
    if (s->base == NULL || kind == SMI_BASETYPE_ENUM || kind == SMI_BASETYPE_BITS) {
        s->base = base_of_kind(kind);
    } else if (strcmp(s->base, "Integer32") == 0) {
        s->base = integer_as_written(node, named);
    }
    s->type = type_of(s->base);
    s->is_bits = kind == SMI_BASETYPE_BITS;
    return true;
}

static uint8_t kind_of_index(const struct fleet_syntax *s, bool is_implied, uint16_t *ret_size) {
    *ret_size = 0;
    if (strcmp(s->base, "NetworkAddress") == 0) return FLEET_INDEX_NETWORK_ADDRESS;
    switch (s->type) {
    case FLEET_IP_ADDRESS: return FLEET_INDEX_IP_ADDRESS;
    case FLEET_OBJECT_IDENTIFIER: return is_implied ? FLEET_INDEX_IMPLIED_OID : FLEET_INDEX_OID;
    case FLEET_OCTET_STRING:
    case FLEET_OPAQUE:
        if (s->range_count == 1 && s->ranges[0].low == s->ranges[0].high &&
            s->ranges[0].low > 0 && s->ranges[0].low <= UINT16_MAX && !s->is_bits) {
            *ret_size = (uint16_t)s->ranges[0].low;
            return FLEET_INDEX_FIXED_STRING;
        }
        return is_implied ? FLEET_INDEX_IMPLIED_STRING : FLEET_INDEX_STRING;
    default: return FLEET_INDEX_INTEGER;
    }
}

/* The row whose INDEX counts for a table, row or column; NULL. */
static SmiNode *row_of(SmiNode *node) {
    if (node->nodekind == SMI_NODEKIND_TABLE) node = smiGetFirstChildNode(node);
    else if (node->nodekind == SMI_NODEKIND_COLUMN) node = smiGetParentNode(node);
    for (int i = 0; node != NULL && i < AUGMENTS_MAX; i++) {
        if (node->nodekind != SMI_NODEKIND_ROW) return NULL;
        if (node->indexkind != SMI_INDEX_AUGMENT && node->indexkind != SMI_INDEX_SPARSE) {
            return node;
        }
        node = smiGetRelatedNode(node);
    }
    return NULL;
}

/* The index of the row read last: its columns follow each other. */
static struct {
    SmiNode *row;
    struct fleet_index index[COMPONENTS_MAX];
    struct gathered parts[COMPONENTS_MAX];
    uint32_t count;
} latest;

static void gather_index(SmiNode *node, struct fleet_object *o) {
    SmiNode *row = row_of(node);
    if (row == NULL) return;
    if (row != latest.row) {
        for (uint32_t i = 0; i < latest.count; i++) gathered_deinit(&latest.parts[i]);
        latest.count = 0;
        latest.row = row;
        SmiElement *e = smiGetFirstElement(row);
        while (e != NULL && latest.count < COMPONENTS_MAX) {
            SmiNode *part = smiGetElementNode(e);
            e = smiGetNextElement(e);
            if (part == NULL || part->name == NULL) continue;
            struct gathered *g = &latest.parts[latest.count];
            struct fleet_index *index = &latest.index[latest.count++];
            *index = (struct fleet_index){ .name = part->name };
            if (!gather(part, g)) continue;
            index->syntax = &g->syntax;
            index->kind = kind_of_index(&g->syntax, row->implied && e == NULL, &index->size);
        }
    }
    o->index = latest.index;
    o->index_count = latest.count;
}

static uint8_t kind_of(const SmiNode *node) {
    switch (node->decl) {
    case SMI_DECL_MODULEIDENTITY: return FLEET_OBJECT_MODULE;
    case SMI_DECL_OBJECTIDENTITY: return FLEET_OBJECT_IDENTITY;
    case SMI_DECL_NOTIFICATIONTYPE: return FLEET_OBJECT_NOTIFICATION;
    case SMI_DECL_TRAPTYPE: return FLEET_OBJECT_TRAP;
    case SMI_DECL_OBJECTGROUP: return FLEET_OBJECT_GROUP;
    case SMI_DECL_NOTIFICATIONGROUP: return FLEET_OBJECT_NOTIFICATIONS;
    case SMI_DECL_MODULECOMPLIANCE: return FLEET_OBJECT_COMPLIANCE;
    case SMI_DECL_AGENTCAPABILITIES: return FLEET_OBJECT_CAPABILITIES;
    default: break;
    }
    switch (node->nodekind) {
    case SMI_NODEKIND_SCALAR: return FLEET_OBJECT_SCALAR;
    case SMI_NODEKIND_TABLE: return FLEET_OBJECT_TABLE;
    case SMI_NODEKIND_ROW: return FLEET_OBJECT_ROW;
    case SMI_NODEKIND_COLUMN: return FLEET_OBJECT_COLUMN;
    default: return FLEET_OBJECT_NODE;
    }
}

static uint8_t access_of(const SmiNode *node, const struct source_clauses *c) {
    static const struct {
        const char *name;
        uint8_t access;
    } written[] = {
        { "not-accessible", FLEET_NOT_ACCESSIBLE },
        { "accessible-for-notify", FLEET_ACCESSIBLE_FOR_NOTIFY },
        { "read-only", FLEET_READ_ONLY },
        { "read-write", FLEET_READ_WRITE },
        { "read-create", FLEET_READ_CREATE },
        { "write-only", FLEET_WRITE_ONLY },
    };
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        if (strcmp(c->access, written[i].name) == 0) return written[i].access;
    }
    switch (node->access) {
    case SMI_ACCESS_NOT_ACCESSIBLE: return FLEET_NOT_ACCESSIBLE;
    case SMI_ACCESS_NOTIFY: return FLEET_ACCESSIBLE_FOR_NOTIFY;
    case SMI_ACCESS_READ_ONLY: return FLEET_READ_ONLY;
    case SMI_ACCESS_READ_WRITE: return FLEET_READ_WRITE;
    default: return FLEET_ACCESS_NONE;
    }
}

static uint8_t status_of(const SmiNode *node, const struct source_clauses *c) {
    static const struct {
        const char *name;
        uint8_t status;
    } written[] = {
        { "current", FLEET_STATUS_CURRENT },       { "deprecated", FLEET_STATUS_DEPRECATED },
        { "obsolete", FLEET_STATUS_OBSOLETE },     { "mandatory", FLEET_STATUS_MANDATORY },
        { "optional", FLEET_STATUS_OPTIONAL },
    };
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        if (strcmp(c->status, written[i].name) == 0) return written[i].status;
    }
    switch (node->status) {
    case SMI_STATUS_CURRENT: return FLEET_STATUS_CURRENT;
    case SMI_STATUS_DEPRECATED: return FLEET_STATUS_DEPRECATED;
    case SMI_STATUS_OBSOLETE: return FLEET_STATUS_OBSOLETE;
    case SMI_STATUS_MANDATORY: return FLEET_STATUS_MANDATORY;
    case SMI_STATUS_OPTIONAL: return FLEET_STATUS_OPTIONAL;
    default: return FLEET_STATUS_NONE;
    }
}

/* Members of a notification or group, as MODULE::name; for release_members. */
static char **gather_members(SmiNode *node, uint32_t *ret_count) {
    size_t most = 0;
    uint32_t count = 0;
    SmiElement *e = smiGetFirstElement(node);
    for (; e != NULL && most < LIST_MAX; e = smiGetNextElement(e)) most++;
    char **members = calloc(most + 1, sizeof(*members));
    e = members == NULL ? NULL : smiGetFirstElement(node);
    for (; e != NULL && count < most; e = smiGetNextElement(e)) {
        SmiNode *member = smiGetElementNode(e);
        SmiModule *module = member == NULL ? NULL : smiGetNodeModule(member);
        if (module == NULL || module->name == NULL || member->name == NULL) continue;
        if (asprintf(&members[count], "%s::%s", module->name, member->name) >= 0) count++;
    }
    *ret_count = count;
    return members;
}

static void release_members(char **members, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) free(members[i]);
    free(members);
}

static const char *text_or_null(const char *text) {
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* As it was written, where that is found: libsmi takes the indentation away. For free(). */
static char *description_of(const struct source_clauses *clauses) {
    if (clauses->description == NULL) return NULL;
    char *text = malloc(clauses->description_length + 1);
    size_t length = 0;
    for (size_t i = 0; text != NULL && i < clauses->description_length; i++) {
        if (clauses->description[i] != '\r') text[length++] = clauses->description[i];
    }
    if (text != NULL) text[length] = '\0';
    return text;
}

static void compile_object(SmiNode *node, const struct source *source, struct builder *b) {
    struct fleet_object o = {
        .name = node->name,
        .oid = node->oid,
        .oid_length = node->oidlen,
        .kind = kind_of(node),
        .units = text_or_null(node->units),
        .description = text_or_null(node->description),
        .reference = text_or_null(node->reference),
    };
    struct source_clauses clauses = { .syntax = "" };
    struct gathered g = { .names = NULL };
    char **members = NULL;
    uint32_t member_count = 0;
    bool is_value = o.kind == FLEET_OBJECT_SCALAR || o.kind == FLEET_OBJECT_COLUMN;
    bool is_tabular = o.kind == FLEET_OBJECT_TABLE || o.kind == FLEET_OBJECT_ROW;
    /* libsmi has what a MODULE-IDENTITY says with the module. */
    if (o.kind == FLEET_OBJECT_MODULE && o.description == NULL)
        o.description = text_or_null(smiGetNodeModule(node)->description);
    if (source != NULL && o.kind != FLEET_OBJECT_NODE)
        source_read(source, smiGetNodeLine(node), node->name, &clauses);
    if (is_value || is_tabular) o.access = access_of(node, &clauses);
    if (o.kind != FLEET_OBJECT_NODE) o.status = status_of(node, &clauses);
    if (is_value) {
        /* Of a type that is nowhere defined only the name is known. */
        if (!gather(node, &g)) g.syntax = (struct fleet_syntax){ .base = "" };
        if (g.syntax.base[0] == '\0' && g.syntax.convention == NULL)
            g.syntax.convention = text_or_null(clauses.syntax);
        o.syntax = &g.syntax;
    }
    char *description = description_of(&clauses);
    if (description != NULL) o.description = text_or_null(description);
    if (is_value && clauses.has_defval) o.default_value = clauses.defval;
    if (is_tabular || o.kind == FLEET_OBJECT_COLUMN) gather_index(node, &o);
    if (o.kind == FLEET_OBJECT_ROW && node->indexkind == SMI_INDEX_AUGMENT) {
        SmiNode *related = smiGetRelatedNode(node);
        o.augments = related == NULL ? NULL : related->name;
    }
    if (o.kind == FLEET_OBJECT_NOTIFICATION || o.kind == FLEET_OBJECT_TRAP ||
        o.kind == FLEET_OBJECT_GROUP || o.kind == FLEET_OBJECT_NOTIFICATIONS) {
        members = gather_members(node, &member_count);
        o.objects = (const char *const *)members;
        o.object_count = members == NULL ? 0 : member_count;
    }
    builder_object(b, &o);
    free(description);
    gathered_deinit(&g);
    release_members(members, member_count);
}

static bool is_good_node(const SmiNode *node) {
    /* "iso" in front of an OID defines nothing. */
    return node->name != NULL && node->oid != NULL && node->oidlen > 1 &&
           node->oidlen <= FLEET_OID_SUBIDS_MAX;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * Going through the nodes of a module gives each OID one name. What was given a second one is found
 * by looking for the names that the text defines. @names are those that were met, sorted.
 */
static void compile_again(SmiModule *module, const struct source *source, const char *const *names,
                          size_t count, struct builder *b) {
    char name[SOURCE_WORD_MAX];
    for (size_t at = 0; source != NULL && source_next_name(source, &at, name);) {
        const char *key = name;
        if (bsearch(&key, names, count, sizeof(*names), by_text) != NULL) continue;
        SmiNode *node = smiGetNode(module, name);
        if (node != NULL && is_good_node(node) && node->oid[0] != 0)
            compile_object(node, source, b);
    }
    for (uint32_t i = 0; i < fault.again_count; i++) builder_message(b, fault.again[i]);
    fault.again_count = 0;
}

/*
 * What stands under a name that nobody defines is kept by libsmi under 0 until somebody does. Only
 * that of ccitt has its place there.
 */
static bool is_placed(SmiNode *node) {
    if (node->oid[0] != 0) return true;
    while (node != NULL && node->oidlen > 1) node = smiGetParentNode(node);
    return node == NULL || node->name == NULL || strcmp(node->name, "ccitt") == 0 ||
           strcmp(node->name, "itu-t") == 0;
}

bool compile_module(const char *name, struct builder *b) {
    SmiModule *module = smiGetModule(name);
    if (module == NULL) return false;
    const struct source *source = source_of(module);
    size_t count = 0, lost = 0;
    SmiNode *node = smiGetFirstNode(module, SMI_NODEKIND_ANY);
    for (; node != NULL; node = smiGetNextNode(node, SMI_NODEKIND_ANY)) count++;
    const char **names = calloc(count + 1, sizeof(*names));
    if (names == NULL) return false;
    count = 0;
    node = smiGetFirstNode(module, SMI_NODEKIND_ANY);
    for (; node != NULL; node = smiGetNextNode(node, SMI_NODEKIND_ANY)) {
        if (!is_good_node(node)) continue;
        names[count++] = node->name;
        if (is_placed(node)) compile_object(node, source, b);
        else lost++;
    }
    qsort(names, count, sizeof(*names), by_text);
    compile_again(module, source, names, count, b);
    if (lost > 0) {
        char text[128];
        (void)snprintf(text, sizeof(text),
                       "%zu objects are left out: what they are under is not defined", lost);
        builder_message(b, text);
    }
    free(names);
    return true;
}
