/*
 * report: all objects below one, as lists and as a tree (fleet_mib_report).
 *
 * The objects are gathered once, each with its parent; then each kind of report goes over them in
 * the order of their OIDs. The tree is snmptranslate -Tp's to the letter, with its rule for empty
 * lines: before what holds other objects, and after it.
 */
#include "mib/text/describe.h"
#include "mib/load/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 8192, NONE = UINT32_MAX, INDENT_MAX = 3 * FLEET_OID_SUBIDS_MAX + 8 };

struct node {
    const struct fleet_object *object;
    uint32_t parent;            /* its place, or NONE */
    uint32_t last_child;        /* the place of the last of its children, or NONE */
};

struct report {
    struct fleet_mib *mib;
    struct node *nodes;
    uint32_t count, capacity;
    size_t width;
    void (*write)(void *context, const char *text, size_t length);
    void *context;
};

static void report_write(const struct report *r, struct put *out) {
    size_t length = put_end(out);
    if (length >= out->size) length = out->size - 1;
    r->write(r->context, out->buffer, length);
    out->length = 0;
}

static bool is_below(const struct fleet_object *o, const struct fleet_object *above) {
    return o->oid_length > above->oid_length &&
           memcmp(o->oid, above->oid, above->oid_length * sizeof(*o->oid)) == 0;
}

static int report_gather(struct report *r, const struct fleet_object *root) {
    const struct fleet_object *o = root != NULL ? root : fleet_mib_next(r->mib, NULL);
    for (; o != NULL && (root == NULL || o == root || is_below(o, root));
         o = fleet_mib_next(r->mib, o)) {
        if (r->count == r->capacity) {
            uint32_t capacity = r->capacity == 0 ? 1024 : r->capacity * 2;
            struct node *nodes = realloc(r->nodes, capacity * sizeof(*nodes));
            if (nodes == NULL) return -ENOMEM;
            r->nodes = nodes;
            r->capacity = capacity;
        }
        uint32_t parent = r->count > 0 ? r->count - 1 : NONE;
        while (parent != NONE && !is_below(o, r->nodes[parent].object))
            parent = r->nodes[parent].parent;
        if (parent != NONE) r->nodes[parent].last_child = r->count;
        r->nodes[r->count++] = (struct node){ o, parent, NONE };
    }
    return 0;
}

static uint32_t last_subid(const struct fleet_object *o) {
    return o->oid[o->oid_length - 1];
}

/* ---- lists */

static void put_path(const struct report *r, struct put *out, const struct fleet_object *o,
                     bool has_names, bool has_numbers) {
    for (uint32_t i = 1; i <= o->oid_length; i++) {
        const struct fleet_object *at = fleet_mib_at(r->mib, o->oid, i);
        bool is_known = at != NULL && at->oid_length == i;
        put_char(out, '.');
        if (has_names && is_known) put_text(out, at->name);
        if (!has_names || !is_known) put_u64(out, o->oid[i - 1]);
        else if (has_numbers) {
            put_char(out, '(');
            put_u64(out, o->oid[i - 1]);
            put_char(out, ')');
        }
    }
    put_char(out, '\n');
}

static void put_types_line(struct put *out, const struct fleet_object *o) {
    for (uint32_t i = 1; i < o->oid_length; i++) put_text(out, "  ");
    put_text(out, o->name);
    put_char(out, '(');
    put_u64(out, last_subid(o));
    put_text(out, ") type=");
    put_u64(out, (uint64_t)describe_type(o));
    if (o->syntax != NULL && o->syntax->hint != NULL) {
        put_text(out, " hint=");
        describe_put_text(out, o->syntax->hint);
    }
    if (o->units != NULL) {
        put_text(out, " units=");
        describe_put_text(out, o->units);
    }
    put_char(out, '\n');
}

static void put_child_line(struct put *out, const struct fleet_object *o) {
    put_char(out, '"');
    put_text(out, o->name);
    put_text(out, "\"\t\t\t\"");
    for (uint32_t i = 0; i < o->oid_length; i++) {
        if (i > 0) put_char(out, '.');
        put_u64(out, o->oid[i]);
    }
    put_text(out, "\"\n");
}

static void put_definition(const struct report *r, struct put *out, const struct node *node) {
    if (node->parent == NONE) return;
    put_text(out, node->object->name);
    put_text(out, " OBJECT IDENTIFIER ::= { ");
    put_text(out, r->nodes[node->parent].object->name);
    put_char(out, ' ');
    put_u64(out, last_subid(node->object));
    put_text(out, " }\n");
}

static void report_lists(const struct report *r, uint32_t reports) {
    char text[TEXT_MAX];
    struct put out = PUT_INIT(text, sizeof(text));
    for (uint32_t i = 0; i < r->count; i++) {
        const struct fleet_object *o = r->nodes[i].object;
        if (o->oid_length < 2) continue;
        if ((reports & FLEET_REPORT_LABELED) != 0) put_path(r, &out, o, true, true);
        if ((reports & FLEET_REPORT_NUMBERS) != 0) put_path(r, &out, o, false, true);
        if ((reports & FLEET_REPORT_SYMBOLS) != 0) put_path(r, &out, o, true, false);
        if ((reports & FLEET_REPORT_CHILDREN) != 0) put_child_line(&out, o);
        if ((reports & FLEET_REPORT_TYPES) != 0) put_types_line(&out, o);
        report_write(r, &out);
    }
}

static void report_definitions(const struct report *r) {
    char text[TEXT_MAX];
    struct put out = PUT_INIT(text, sizeof(text));
    put_text(&out, "dump DEFINITIONS ::= BEGIN\n");
    for (uint32_t i = 0; i < r->count; i++) {
        put_definition(r, &out, &r->nodes[i]);
        report_write(r, &out);
    }
    put_text(&out, "END\n");
    report_write(r, &out);
}

/* ---- the tree */

/* What stands in front of a node's further lines; returns its length. */
static size_t tree_indent(const struct report *r, uint32_t place, char indent[static INDENT_MAX]) {
    size_t depth = 0;
    for (uint32_t p = r->nodes[place].parent; p != NONE; p = r->nodes[p].parent) depth++;
    size_t length = 3 * depth + 1;
    memset(indent, ' ', length);
    indent[length] = '\0';
    for (uint32_t p = place; r->nodes[p].parent != NONE; p = r->nodes[p].parent) {
        if (r->nodes[r->nodes[p].parent].last_child != p) indent[3 * depth] = '|';
        depth--;
    }
    return length;
}

static const char *access_letters(const struct fleet_object *o) {
    switch ((enum fleet_access)o->access) {
    case FLEET_NOT_ACCESSIBLE: return "----";
    case FLEET_READ_ONLY: return "-R--";
    case FLEET_WRITE_ONLY: return "--W-";
    case FLEET_READ_WRITE: return "-RW-";
    case FLEET_ACCESSIBLE_FOR_NOTIFY: return "---N";
    case FLEET_READ_CREATE: return "CR--";
    case FLEET_ACCESS_NONE: break;
    }
    return "    ";
}

static const char *type_word(const struct fleet_object *o) {
    switch (describe_type(o)) {
    case DESCRIBE_OID: return "ObjID    ";
    case DESCRIBE_OCTETS: return "String   ";
    case DESCRIBE_INTEGER: return o->syntax->name_count > 0 ? "EnumVal  " : "INTEGER  ";
    case DESCRIBE_NETWORK: return "NetAddr  ";
    case DESCRIBE_IP: return "IpAddr   ";
    case DESCRIBE_COUNTER: return "Counter  ";
    case DESCRIBE_GAUGE: return "Gauge    ";
    case DESCRIBE_TICKS: return "TimeTicks";
    case DESCRIBE_OPAQUE: return "Opaque   ";
    case DESCRIBE_NULL: return "Null     ";
    case DESCRIBE_COUNTER64: return "Counter64";
    case DESCRIBE_BITS: return "BitString";
    case DESCRIBE_NSAP: return "NsapAddr ";
    case DESCRIBE_UNSIGNED: return "Unsigned ";
    case DESCRIBE_UINTEGER: return "UInteger ";
    case DESCRIBE_INTEGER32: return "Integer32";
    default: return "         ";
    }
}

/* Words with commas behind @lead, broken where they would pass @columns. */
struct words {
    struct put *out;
    const char *indent, *lead;   /* of further lines */
    size_t at, columns;
    bool breaks_early;           /* also where a word would just fit */
    bool is_begun;
};

static void words_add(struct words *w, const char *word) {
    size_t length = strlen(word) + 2;
    if (w->is_begun) put_text(w->out, ", ");
    w->is_begun = true;
    w->at += length;
    if (w->at > w->columns || (w->breaks_early && w->at == w->columns)) {
        put_char(w->out, '\n');
        put_text(w->out, w->indent);
        put_text(w->out, w->lead);
        w->at = length;
    }
    put_text(w->out, word);
}

static size_t columns_left(const struct report *r, const char *indent, size_t lead) {
    size_t taken = strlen(indent) + lead;
    return r->width > taken ? r->width - taken : 0;
}

static void put_index_lines(const struct report *r, struct put *out, const struct fleet_object *o,
                            const char *indent) {
    if (o->kind != FLEET_OBJECT_ROW || o->augments != NULL || o->index_count == 0) return;
    struct words words = { .out = out, .indent = indent, .lead = "  |         ",
                           .columns = columns_left(r, indent, 12) };
    put_text(out, indent);
    put_text(out, "  |  Index: ");
    for (uint32_t i = 0; i < o->index_count; i++) words_add(&words, o->index[i].name);
    put_char(out, '\n');
}

static void put_value_lines(const struct report *r, struct put *out, const struct fleet_object *o,
                            const char *indent) {
    const struct fleet_syntax *s = o->syntax;
    if (s->convention != NULL) {
        put_text(out, indent);
        put_text(out, "        Textual Convention: ");
        put_text(out, s->convention);
        put_char(out, '\n');
    }
    if (s->name_count > 0) {
        struct words words = { .out = out, .indent = indent, .lead = "                ",
                               .columns = columns_left(r, indent, 16), .breaks_early = true };
        put_text(out, indent);
        put_text(out, "        Values: ");
        for (uint32_t i = 0; i < s->name_count; i++) {
            char word[80];
            (void)snprintf(word, sizeof(word), "%.60s(%lld)", s->names[i].name,
                           (long long)s->names[i].number);
            words_add(&words, word);
            if (out->length > out->size / 2) report_write(r, out);
        }
        put_char(out, '\n');
    }
    if (s->range_count > 0) {
        enum describe_type type = describe_type(o);
        bool is_size = type == DESCRIBE_OCTETS || type == DESCRIBE_OPAQUE;
        put_text(out, indent);
        put_text(out, is_size ? "        Size: " : "        Range: ");
        describe_put_ranges(out, s);
        put_char(out, '\n');
    }
}

static void put_node(const struct report *r, struct put *out, uint32_t place) {
    const struct fleet_object *o = r->nodes[place].object;
    enum describe_type type = describe_type(o);
    char indent[INDENT_MAX];
    size_t length = tree_indent(r, place, indent);
    bool has_value = type != DESCRIBE_OTHER && type <= DESCRIBE_VALUES_LAST;
    put_bytes(out, indent, length - 1);
    put_text(out, "+--");
    if (has_value) {
        put_char(out, ' ');
        put_text(out, access_letters(o));
        put_char(out, ' ');
        put_text(out, type_word(o));
        put_char(out, ' ');
    }
    put_text(out, o->name);
    put_char(out, '(');
    put_u64(out, last_subid(o));
    put_text(out, ")\n");
    if (has_value) put_value_lines(r, out, o, indent);
    else put_index_lines(r, out, o, indent);
}

static void report_tree(const struct report *r) {
    char text[TEXT_MAX];
    struct put out = PUT_INIT(text, sizeof(text));
    bool was_simple = true;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t parent = r->nodes[i].parent;
        bool is_plain = describe_type(r->nodes[i].object) == DESCRIBE_OTHER;
        if (parent != NONE) {
            bool leaves = parent != i - 1 && r->nodes[i - 1].parent != parent;
            if (leaves) was_simple = false;
            if (!was_simple || is_plain) {
                char indent[INDENT_MAX];
                (void)tree_indent(r, parent, indent);
                put_text(&out, indent);
                put_text(&out, "  |\n");
            }
        }
        put_node(r, &out, i);
        report_write(r, &out);
        was_simple = !is_plain;
    }
}

int fleet_mib_report(struct fleet_mib *mib, const struct fleet_object *root,
                     uint32_t reports, size_t width,
                     void (*write)(void *context, const char *text, size_t length),
                     void *context) {
    struct report r = { .mib = mib, .width = width, .write = write, .context = context };
    int error = report_gather(&r, root);
    uint32_t lists = FLEET_REPORT_LABELED | FLEET_REPORT_NUMBERS | FLEET_REPORT_SYMBOLS |
                     FLEET_REPORT_TYPES | FLEET_REPORT_CHILDREN;
    if (error == 0 && (reports & FLEET_REPORT_TREE) != 0) report_tree(&r);
    if (error == 0 && (reports & FLEET_REPORT_DEFINITIONS) != 0) report_definitions(&r);
    if (error == 0 && (reports & lists) != 0) report_lists(&r, reports);
    free(r.nodes);
    return error;
}
