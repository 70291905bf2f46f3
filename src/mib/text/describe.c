/*
 * describe: the definition of an object as text (fleet_mib_describe), to the letter as
 * snmptranslate -Td writes it, with its tabs and its breaking of lines: scripts read that.
 */
#include "mib/text/describe.h"
#include "base/hex.h"
#include "mib/load/lookup.h"

#include <stdio.h>

enum {
    DEFINITIONS_MAX = 64,
    TAB = 16,            /* columns of a line's name and the tab behind it */
    LIST_INDENT = 18,    /* of the further lines of a list */
    WORD_MAX = 320,
};

static enum describe_type type_of_value(const struct fleet_syntax *syntax) {
    static const struct {
        const char *base;
        enum describe_type type;
    } types[] = {
        { "INTEGER", DESCRIBE_INTEGER },        { "Integer32", DESCRIBE_INTEGER32 },
        { "OCTET STRING", DESCRIBE_OCTETS },    { "OBJECT IDENTIFIER", DESCRIBE_OID },
        { "BITS", DESCRIBE_BITS },              { "Counter32", DESCRIBE_COUNTER },
        { "Counter", DESCRIBE_COUNTER },        { "Gauge32", DESCRIBE_GAUGE },
        { "Gauge", DESCRIBE_GAUGE },            { "Unsigned32", DESCRIBE_UNSIGNED },
        { "TimeTicks", DESCRIBE_TICKS },        { "Counter64", DESCRIBE_COUNTER64 },
        { "IpAddress", DESCRIBE_IP },           { "NetworkAddress", DESCRIBE_NETWORK },
        { "Opaque", DESCRIBE_OPAQUE },          { "UInteger32", DESCRIBE_UINTEGER },
        { "NsapAddress", DESCRIBE_NSAP },       { "NULL", DESCRIBE_NULL },
    };
    if (syntax == NULL || syntax->base == NULL) return DESCRIBE_OTHER;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(syntax->base, types[i].base) == 0) return types[i].type;
    }
    return DESCRIBE_OTHER;
}

enum describe_type describe_type(const struct fleet_object *object) {
    switch ((enum fleet_object_kind)object->kind) {
    case FLEET_OBJECT_SCALAR:
    case FLEET_OBJECT_COLUMN: return type_of_value(object->syntax);
    case FLEET_OBJECT_NODE:
    case FLEET_OBJECT_TABLE:
    case FLEET_OBJECT_ROW: return DESCRIBE_OTHER;
    case FLEET_OBJECT_MODULE: return DESCRIBE_MODULE;
    case FLEET_OBJECT_IDENTITY: return DESCRIBE_IDENTITY;
    case FLEET_OBJECT_NOTIFICATION: return DESCRIBE_NOTIFICATION;
    case FLEET_OBJECT_TRAP: return DESCRIBE_TRAP;
    case FLEET_OBJECT_GROUP: return DESCRIBE_GROUP;
    case FLEET_OBJECT_NOTIFICATIONS: return DESCRIBE_NOTIFICATIONS;
    case FLEET_OBJECT_COMPLIANCE: return DESCRIBE_COMPLIANCE;
    case FLEET_OBJECT_CAPABILITIES: return DESCRIBE_CAPABILITIES;
    }
    return DESCRIBE_OTHER;
}

static const char *macro_name(enum describe_type type) {
    switch (type) {
    case DESCRIBE_TRAP: return "TRAP-TYPE";
    case DESCRIBE_NOTIFICATION: return "NOTIFICATION-TYPE";
    case DESCRIBE_GROUP: return "OBJECT-GROUP";
    case DESCRIBE_NOTIFICATIONS: return "NOTIFICATION-GROUP";
    case DESCRIBE_MODULE: return "MODULE-IDENTITY";
    case DESCRIBE_CAPABILITIES: return "AGENT-CAPABILITIES";
    case DESCRIBE_COMPLIANCE: return "MODULE-COMPLIANCE";
    case DESCRIBE_IDENTITY: return "OBJECT-IDENTITY";
    default: return "OBJECT-TYPE";
    }
}

/* Words with commas, broken before one that would pass @width. */
struct list {
    struct put *out;
    size_t column, width;
    const char *indent;
    size_t indent_width;
    bool is_begun;
};

static void list_add(struct list *list, const char *word) {
    size_t length = strlen(word);
    if (list->is_begun) put_text(list->out, ", ");
    list->is_begun = true;
    if (list->column + length + 2 > list->width) {
        put_text(list->out, list->indent);
        list->column = list->indent_width;
    }
    put_text(list->out, word);
    list->column += length + 2;
}

void describe_put_text(struct put *out, const char *text) {
    for (; *text != '\0'; text++) {
        bool is_control = (*text > 0 && *text < ' ' && *text != '\t' && *text != '\n') ||
                          *text == 0x7f;
        if (*text == '\r') continue;
        put_char(out, is_control ? '?' : *text);
    }
}

static void put_from(struct put *out, struct fleet_mib *mib, const struct fleet_object *object,
                     size_t width) {
    const struct fleet_object *same[DEFINITIONS_MAX];
    size_t count = mib_definitions(mib, object, same, DEFINITIONS_MAX);
    if (count > DEFINITIONS_MAX) count = DEFINITIONS_MAX;
    put_text(out, "  -- FROM\t");
    put_text(out, object->module);
    size_t column = TAB + strlen(object->module);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(same[i]->module, object->module) == 0) continue;
        size_t length = strlen(same[i]->module);
        bool breaks = column + length + 2 > width;
        put_text(out, breaks ? ",\n  --\t\t" : ", ");
        column = breaks ? TAB : column + 2;
        put_text(out, same[i]->module);
        column += length;
    }
    put_char(out, '\n');
}

void describe_put_ranges(struct put *out, const struct fleet_syntax *syntax) {
    for (uint32_t i = 0; i < syntax->range_count; i++) {
        if (i > 0) put_text(out, " | ");
        put_i64(out, syntax->ranges[i].low);
        if (syntax->ranges[i].low == syntax->ranges[i].high) continue;
        put_text(out, "..");
        put_i64(out, syntax->ranges[i].high);
    }
}

static void put_syntax(struct put *out, const struct fleet_syntax *syntax, size_t width) {
    if (syntax->convention != NULL) {
        put_text(out, "  -- TEXTUAL CONVENTION ");
        put_text(out, syntax->convention);
        put_char(out, '\n');
    }
    /* What SMIv1 called otherwise is told by its name of today. */
    const char *base = strcmp(syntax->base, "Counter") == 0 ? "Counter32"
                       : strcmp(syntax->base, "Gauge") == 0 ? "Gauge32"
                                                            : syntax->base;
    put_text(out, "  SYNTAX\t");
    put_text(out, base);
    if (syntax->range_count > 0) {
        put_text(out, " (");
        describe_put_ranges(out, syntax);
        put_text(out, ") ");
    }
    if (syntax->name_count > 0) {
        struct list list = { out, TAB + strlen(base) + 2, width, "\n\t\t  ", LIST_INDENT, false };
        put_text(out, " {");
        for (uint32_t i = 0; i < syntax->name_count; i++) {
            char word[WORD_MAX];
            (void)snprintf(word, sizeof(word), "%.255s(%lld)", syntax->names[i].name,
                           (long long)syntax->names[i].number);
            list_add(&list, word);
        }
        put_text(out, "} ");
    }
    put_char(out, '\n');
    if (syntax->hint != NULL) {
        put_text(out, "  DISPLAY-HINT\t\"");
        describe_put_text(out, syntax->hint);
        put_text(out, "\"\n");
    }
}

/* With a blank around each sign of a list, and quotes escaped. */
static void put_default_words(struct put *out, const char *text) {
    bool is_list = *text == '{';
    char before = ' ';
    for (; *text != '\0'; before = *text++) {
        char one[2] = { *text, '\0' };
        if (*text == '"') put_char(out, '\\');
        if (is_list && before != ' ' && (*text == ',' || *text == '}')) put_char(out, ' ');
        describe_put_text(out, one);
    }
}

/* '0080C200'H and '01'B are told as numbers, as wide as a long; everything else as it stands. */
static void put_default(struct put *out, const char *text) {
    size_t length = strlen(text);
    char last = length >= 3 && text[0] == '\'' && text[length - 2] == '\'' ? text[length - 1] : ' ';
    int base = last == 'H' || last == 'h' ? 16 : last == 'B' || last == 'b' ? 2 : 0;
    uint64_t number = 0;
    for (size_t i = 1; base != 0 && i < length - 2; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0 || digit >= base) base = 0;
        else number = number * (uint64_t)base + (uint64_t)digit;
    }
    put_text(out, "  DEFVAL\t{ ");
    if (base != 0) put_i64(out, (int64_t)number);
    else put_default_words(out, text);
    put_text(out, " }\n");
}

static void put_line(struct put *out, const char *name, const char *value) {
    if (value == NULL) return;
    put_text(out, name);
    put_text(out, value);
    put_char(out, '\n');
}

static void put_access_and_status(struct put *out, const struct fleet_object *object) {
    static const char *const accesses[] = {
        [FLEET_NOT_ACCESSIBLE] = "not-accessible",
        [FLEET_ACCESSIBLE_FOR_NOTIFY] = "accessible-for-notify",
        [FLEET_READ_ONLY] = "read-only", [FLEET_READ_WRITE] = "read-write",
        [FLEET_READ_CREATE] = "read-create", [FLEET_WRITE_ONLY] = "write-only",
    };
    static const char *const statuses[] = {
        [FLEET_STATUS_CURRENT] = "current", [FLEET_STATUS_DEPRECATED] = "deprecated",
        [FLEET_STATUS_OBSOLETE] = "obsolete", [FLEET_STATUS_MANDATORY] = "mandatory",
        [FLEET_STATUS_OPTIONAL] = "optional",
    };
    /* Net-SNMP keeps them of OBJECT-TYPE only. */
    if (object->kind < FLEET_OBJECT_SCALAR || object->kind > FLEET_OBJECT_COLUMN) return;
    if (object->access < sizeof(accesses) / sizeof(accesses[0]))
        put_line(out, "  MAX-ACCESS\t", accesses[object->access]);
    if (object->status < sizeof(statuses) / sizeof(statuses[0]))
        put_line(out, "  STATUS\t", statuses[object->status]);
}

static void put_index(struct put *out, const struct fleet_object *object, size_t width) {
    if (object->kind != FLEET_OBJECT_ROW) return;
    if (object->augments != NULL) {
        put_text(out, "  AUGMENTS\t{ ");
        put_text(out, object->augments);
        put_text(out, " }\n");
        return;
    }
    if (object->index_count == 0) return;
    struct list list = { out, LIST_INDENT, width, "\n\t\t  ", LIST_INDENT, false };
    put_text(out, "  INDEX\t\t{ ");
    for (uint32_t i = 0; i < object->index_count; i++) {
        char word[WORD_MAX];
        bool is_implied = object->index[i].kind == FLEET_INDEX_IMPLIED_STRING ||
                          object->index[i].kind == FLEET_INDEX_IMPLIED_OID;
        (void)snprintf(word, sizeof(word), "%s%.255s", is_implied ? "IMPLIED " : "",
                       object->index[i].name);
        list_add(&list, word);
    }
    put_text(out, " }\n");
}

static void put_objects(struct put *out, const struct fleet_object *object, size_t width) {
    bool is_trap = object->kind == FLEET_OBJECT_TRAP;
    if ((!is_trap && object->kind != FLEET_OBJECT_NOTIFICATION) || object->object_count == 0)
        return;
    struct list list = { out, LIST_INDENT, width, "\n\t\t  ", LIST_INDENT, false };
    put_text(out, is_trap ? "  VARIABLES\t{ " : "  OBJECTS\t{ ");
    for (uint32_t i = 0; i < object->object_count; i++) {
        const char *colons = strstr(object->objects[i], "::");
        list_add(&list, colons != NULL ? colons + 2 : object->objects[i]);
    }
    put_text(out, " }\n");
}

static void put_place(struct put *out, struct fleet_mib *mib, const uint32_t *oid, size_t length,
                      size_t width) {
    size_t column = 5;
    put_text(out, "::= {");
    for (size_t i = 1; i <= length; i++) {
        char word[WORD_MAX];
        const struct fleet_object *o = fleet_mib_at(mib, oid, i);
        if (i == length) (void)snprintf(word, sizeof(word), " %u }", oid[i - 1]);
        else if (o == NULL || o->oid_length != i)
            (void)snprintf(word, sizeof(word), " %u", oid[i - 1]);
        else (void)snprintf(word, sizeof(word), " %.255s(%u)", o->name, oid[i - 1]);
        if (column + strlen(word) + 2 > width) {
            put_text(out, "\n     ");
            column = 5;
        }
        put_text(out, word);
        column += strlen(word);
    }
    put_char(out, '\n');
}

size_t fleet_mib_describe(struct fleet_mib *mib, const uint32_t *oid, size_t length,
                          size_t width, char *buffer, size_t size) {
    struct put out = PUT_INIT(buffer, size);
    const struct fleet_object *object = length > 0 ? fleet_mib_at(mib, oid, length) : NULL;
    if (object == NULL) {
        put_text(&out, "No description\n");
        return put_end(&out);
    }
    put_text(&out, object->name);
    put_char(&out, ' ');
    put_text(&out, macro_name(describe_type(object)));
    put_char(&out, '\n');
    put_from(&out, mib, object, width);
    bool has_value = object->kind == FLEET_OBJECT_SCALAR || object->kind == FLEET_OBJECT_COLUMN;
    if (has_value && describe_type(object) != DESCRIBE_OTHER)
        put_syntax(&out, object->syntax, width);
    if (object->units != NULL) {
        put_text(&out, "  UNITS\t\t\"");
        describe_put_text(&out, object->units);
        put_text(&out, "\"\n");
    }
    put_access_and_status(&out, object);
    put_index(&out, object, width);
    put_objects(&out, object, width);
    if (object->description != NULL) {
        put_text(&out, "  DESCRIPTION\t\"");
        describe_put_text(&out, object->description);
        put_text(&out, "\"\n");
    }
    if (object->default_value != NULL) put_default(&out, object->default_value);
    put_place(&out, mib, oid, length, width);
    return put_end(&out);
}
