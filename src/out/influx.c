/*
 * influx: rows as line protocol, one line a row; reports as measurement snmp_poll.
 *
 * This is the hot path of the program at scale, so everything that does not change is text before a
 * row comes. For a table: the keys of its fields and tags, escaped, and the tags in order of their
 * names. For a call, whose rows share target and table: the line up to its first field, in pieces,
 * between which each row puts its own tags (index, tag columns). A row then is a handful of copies
 * and numbers.
 *
 * Backslashes: in names and tags the protocol knows no escape for the backslash itself, and readers
 * disagree about what one before a comma, space, equals sign, another backslash or the end means:
 * the line can break apart, and a device could write a tag of its choosing. There (Windows' "C:\
 * Label:" is such a tag) a slash stands in for it. Line breaks become the two characters \n. In
 * quoted fields \ and " are escaped as the protocol says.
 *
 * The protocol has no NaN, no infinity and no empty tag: such cells are left out.
 */
#include "out/format.h"
#include "out/telegraf.h"
#include "out/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Readable bytes behind every key, for text_put_padded. */
enum { KEY_PAD = TEXT_PAD };

/* Bytes that schema_suffix may add to a key. */
enum { SUFFIX_MAX = SCHEMA_SUFFIX_MAX };

enum tag_kind {
    TAG_AGENT_HOST, TAG_TARGET, TAG_CONTEXT,  /* the same in all rows of a call */
    TAG_OID, TAG_INDEX, TAG_COLUMN,
    TAG_FIELD,                                /* no tag */
};

struct influx_key {
    const char *text;    /* escaped, with what stands around it: ",ifInOctets=" */
    uint32_t length;
    uint32_t column;     /* or component of the index */
    enum fleet_as as;
    enum schema_class class;
    uint8_t takes;       /* classes of values (render.h) */
    enum tag_kind kind;
    const char *name;    /* unescaped, of tags: borrowed from the schema */
};

struct influx_table {
    struct prepared base;
    struct influx_key measurement;
    size_t tag_count, field_count;
    size_t keys_size;            /* bytes of all keys together */
    struct influx_key *tags;     /* sorted by name */
    struct influx_key *fields;   /* in the order of the columns */
};

/* What stands in front of the row's @tag; after the last one, of the fields. */
struct influx_piece {
    size_t offset, length;
    const struct influx_key *tag;
};

struct influx {
    struct format base;
    bool unsigned_integers, is_telegraf;
    int64_t time_ns;             /* whose text is in time_text */
    size_t time_length;
    char time_text[TEXT_NUMBER_MAX];
    char *line;                  /* the constant pieces of the current call; owned */
    size_t line_capacity, line_length;
    struct influx_piece *pieces; /* owned */
    size_t piece_capacity, piece_count;
};

static int influx_new(struct format **ret_format, const struct fleet_writer_options *options) {
    struct influx *f = calloc(1, sizeof(*f));
    if (f == NULL) return -ENOMEM;
    f->unsigned_integers = options->unsigned_integers;
    f->is_telegraf = options->telegraf;
    *ret_format = &f->base;
    return 0;
}

static void influx_free(struct format *format) {
    struct influx *f = (struct influx *)format;
    free(f->line);
    free(f->pieces);
    format_free(format);
}

/* Bytes that no tag, key or measurement can hold as they are. */
static bool needs_escape(unsigned classes) {
    return (classes &
            (TEXT_BLANK | TEXT_COMMA | TEXT_BACKSLASH | TEXT_BREAK | TEXT_TAB | TEXT_CONTROL)) != 0;
}

/* At most twice @length bytes. */
static char *put_tag_slowly(char *at, const uint8_t *bytes, size_t length, bool escapes_equals) {
    for (size_t i = 0; i < length; i++) {
        uint8_t b = bytes[i];
        unsigned class = text_classes[b];
        if (b == '=' ? escapes_equals : b == ' ' || b == ',') {
            *at++ = '\\';
            *at++ = (char)b;
        } else if (b == '\\') {
            bool is_safe = i + 1 < length && !needs_escape(text_classes[bytes[i + 1]]);
            *at++ = is_safe ? '\\' : '/';
        } else if ((class & (TEXT_BREAK | TEXT_TAB | TEXT_CONTROL)) != 0) {
            *at++ = '\\';
            *at++ = b == '\r' ? 'r' : b == '\t' ? 't' : b == '\n' ? 'n' : '?';
        } else {
            *at++ = (char)b;
        }
    }
    return at;
}

/* A name or value of the target's: nearly always without anything to escape. */
static char *put_tag_text(char *at, const char *text) {
    for (; *text != '\0'; text++) {
        uint8_t b = (uint8_t)*text;
        if (needs_escape(text_classes[b])) {
            return put_tag_slowly(at, (const uint8_t *)text, strlen(text), true);
        }
        *at++ = (char)b;
    }
    return at;
}

static char *put_quoted(char *at, const uint8_t *bytes, size_t length, unsigned classes) {
    *at++ = '"';
    if ((classes & (TEXT_QUOTE | TEXT_BACKSLASH | TEXT_BREAK)) == 0) {
        at = text_put(at, bytes, length);
    } else {
        for (size_t i = 0; i < length; i++) {
            uint8_t b = bytes[i];
            if (b == '"' || b == '\\' || b == '\n' || b == '\r') *at++ = '\\';
            *at++ = b == '\n' ? 'n' : b == '\r' ? 'r' : (char)b;
        }
    }
    *at++ = '"';
    return at;
}

static int compare_keys(const void *a, const void *b) {
    const struct influx_key *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* @key with the text ",name=" behind *at, and how its values are written. */
static void prepare_key(const struct influx_table *t, struct influx_key *key, enum tag_kind kind,
                        size_t column, const char *name, char **at) {
    char *start = *at, *end = start;
    *end++ = ',';
    end = put_tag_slowly(end, (const uint8_t *)name, strlen(name), true);
    *end++ = '=';
    *key = (struct influx_key){ .text = start, .length = (uint32_t)(end - start), .name = name,
                                .kind = kind, .column = (uint32_t)column };
    *at = end;
    if (kind != TAG_COLUMN && kind != TAG_FIELD) return;
    const struct schema_column *c = &t->base.schema.columns[column];
    key->as = (enum fleet_as)c->as;
    key->class = (enum schema_class)c->class;
    key->takes = c->takes;
}

static void prepare_measurement(struct influx_table *t, char **at, const char *name) {
    char *start = *at;
    if (name[0] == '#') *(*at)++ = '\\';
    *at = put_tag_slowly(*at, (const uint8_t *)name, strlen(name), false);
    t->measurement.text = start;
    t->measurement.length = (uint32_t)(*at - start);
}

static void add_tag(struct influx_table *t, enum tag_kind kind, size_t column, const char *name,
                    char **at) {
    prepare_key(t, &t->tags[t->tag_count++], kind, column, name, at);
}

static void prepare_columns(struct influx_table *t, const struct fleet_table *table, char **at) {
    const struct schema *schema = &t->base.schema;
    for (size_t i = 0; i < table->index_count; i++)
        add_tag(t, TAG_INDEX, i, schema->index[i], at);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct schema_column *c = &schema->columns[i];
        if (c->is_hidden) continue;
        if (c->role == SCHEMA_TAG) add_tag(t, TAG_COLUMN, i, c->name, at);
        else prepare_key(t, &t->fields[t->field_count++], TAG_FIELD, i, c->name, at);
    }
}

static struct influx_table *influx_prepare(struct influx *f, const struct fleet_table *table) {
    struct prepared *known = format_prepared(&f->base, table);
    if (known != NULL) return (struct influx_table *)known;

    char *at;
    size_t tags_max = TAG_INDEX + 1 + table->index_count + table->column_count;
    size_t keys = tags_max + table->column_count;
    struct influx_table *t = format_prepare(
        table, sizeof(*t) + keys * sizeof(struct influx_key), 2, 2 + SUFFIX_MAX, &at);
    if (t == NULL) return NULL;
    t->tags = (struct influx_key *)(t + 1);
    t->fields = t->tags + tags_max;
    char *start = at;
    prepare_measurement(t, &at, schema_table_name(table));
    add_tag(t, TAG_AGENT_HOST, 0, "agent_host", &at);
    add_tag(t, TAG_TARGET, 0, "target", &at);
    if (table->context != NULL) add_tag(t, TAG_CONTEXT, 0, "context", &at);
    bool is_plain = !table->is_scalars && !table->is_subtree && table->index_count == 0;
    if (is_plain) add_tag(t, TAG_INDEX, 0, "index", &at);
    if (table->is_subtree) add_tag(t, TAG_OID, 0, "oid", &at);
    else prepare_columns(t, table, &at);
    qsort(t->tags, t->tag_count, sizeof(*t->tags), compare_keys);
    for (size_t i = 0; f->is_telegraf && i < t->field_count; i++)
        t->fields[i].as = telegraf_way(&table->columns[t->fields[i].column], t->fields[i].as);
    for (size_t i = 0; f->is_telegraf && i < t->tag_count; i++) {
        if (t->tags[i].kind == TAG_COLUMN)
            t->tags[i].as = telegraf_way(&table->columns[t->tags[i].column], t->tags[i].as);
    }
    /* A field may stand there under a longer name (put_other_field). */
    t->keys_size = (size_t)(at - start) + t->field_count * SUFFIX_MAX;
    return format_keep(&f->base, &t->base) == 0 ? t : NULL;
}

static bool reserve_line(struct influx *f, size_t size, size_t pieces) {
    if (f->line_capacity < size) {
        char *line = realloc(f->line, 2 * size);
        if (line == NULL) return false;
        f->line = line;
        f->line_capacity = 2 * size;
    }
    if (f->piece_capacity < pieces) {
        struct influx_piece *list = realloc(f->pieces, 2 * pieces * sizeof(*list));
        if (list == NULL) return false;
        f->pieces = list;
        f->piece_capacity = 2 * pieces;
    }
    return true;
}

static char *put_tag_pair(char *at, const char *name, const char *value) {
    if (value[0] == '\0' || name[0] == '\0') return at;
    *at++ = ',';
    at = put_tag_text(at, name);
    *at++ = '=';
    return put_tag_text(at, value);
}

static size_t target_size(const struct fleet_target *target) {
    size_t size = 2 * (strlen(target->name) + strlen(target->address)) + 64;
    for (size_t i = 0; i < target->tag_count; i++) {
        size += 2 * (strlen(target->tags[i].name) + strlen(target->tags[i].value)) + 2;
    }
    return size;
}

/* Lay out what the rows of this target and table have in common. */
static bool influx_begin(struct influx *f, const struct influx_table *t,
                         const struct fleet_target *target) {
    if (!reserve_line(f, t->keys_size + target_size(target) + TEXT_PAD +
                             2 * format_context_size(t->base.table->context), t->tag_count + 1)) {
        return false;
    }
    char *at = text_put(f->line, t->measurement.text, t->measurement.length);
    size_t start = 0, own = 0;
    f->piece_count = 0;
    for (size_t i = 0; i < t->tag_count; i++) {
        const struct influx_key *tag = &t->tags[i];
        int order = -1;
        for (; own < target->tag_count; own++) {
            order = strcmp(target->tags[own].name, tag->name);
            if (order > 0) break;
            if (order < 0) at = put_tag_pair(at, target->tags[own].name, target->tags[own].value);
        }
        if (tag->kind <= TAG_CONTEXT) {
            const char *value = tag->kind == TAG_TARGET    ? target->name
                                : tag->kind == TAG_CONTEXT ? t->base.table->context
                                                           : target->address;
            bool is_left_out = value[0] == '\0' || (tag->kind == TAG_TARGET && f->is_telegraf);
            if (!is_left_out) at = put_tag_text(text_put(at, tag->text, tag->length), value);
            continue;
        }
        size_t length = (size_t)(at - f->line) - start;
        f->pieces[f->piece_count++] = (struct influx_piece){ .offset = start, .length = length,
                                                             .tag = tag };
        start += length;
    }
    for (; own < target->tag_count; own++) {
        at = put_tag_pair(at, target->tags[own].name, target->tags[own].value);
    }
    f->line_length = (size_t)(at - f->line);
    f->pieces[f->piece_count++] = (struct influx_piece){ .offset = start,
                                                         .length = f->line_length - start };
    return true;
}

static char *put_tag_bytes(char *at, const uint8_t *bytes, size_t length) {
    return needs_escape(text_classify(bytes, length)) ? put_tag_slowly(at, bytes, length, true)
                                                      : text_put(at, bytes, length);
}

static char *put_row_tag(char *at, const struct influx *f, const struct influx_table *t,
                         const struct fleet_row *row, const struct influx_key *tag) {
    char *start = at, *value;
    at = value = text_put_padded(at, tag->text, tag->length);
    if (tag->kind == TAG_INDEX && t->base.schema.has_index) {
        struct span text = f->base.render.index[tag->column];
        at = put_tag_bytes(at, text.bytes, text.length);
    } else if (tag->kind == TAG_INDEX) {
        size_t count = row->table->index_count;
        if (count <= 1) at = text_put_index(at, row->index, row->index_length);
        else at = text_put_index_component(at, row->index, row->index_length, tag->column, count);
    } else if (tag->kind == TAG_OID) {
        at = text_put_oid(at, row->index, row->index_length);
    } else {
        const struct fleet_value *v = &row->cells[tag->column];
        unsigned classes;
        struct fleet_value room;
        if (!text_has_value(v)) return start;
        if (f->is_telegraf && v->type == FLEET_OBJECT_IDENTIFIER) *at++ = '.';
        if (f->is_telegraf && v->type == FLEET_OCTET_STRING) {
            at = telegraf_put_tag(at, v, tag->as);
            return at == value ? start : at;
        }
        const struct fleet_value *text = text_of(v, tag->as, &room, &classes);
        if (text == NULL) at = text_put_value(at, v, tag->as);
        else if (needs_escape(classes)) at = put_tag_slowly(at, text->bytes, text->length, true);
        else at = text_put(at, text->bytes, text->length);
    }
    return at == value ? start : at;
}

/*
 * The value of a field behind its key; returns @at itself when there is nothing that the protocol
 * can hold.
 */
static inline __attribute__((always_inline)) char *
put_field_value(char *at, const struct influx *f, const struct fleet_value *v,
                enum schema_class class, enum fleet_as as) {
    switch (v->type) {
    case FLEET_INTEGER32:
        if (class == SCHEMA_UNSIGNED && f->unsigned_integers) {
            if (v->integer < 0) return at;
            at = text_put_i64(at, v->integer);
            *at = 'u';
            return at + 1;
        }
        at = text_put_i64(at, v->integer);
        *at = 'i';
        return at + 1;
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_UINTEGER32:
        at = text_put_u64(at, v->counter);
        *at = class == SCHEMA_UNSIGNED && f->unsigned_integers ? 'u' : 'i';
        return at + 1;
    case FLEET_COUNTER64:
        if (f->unsigned_integers && class != SCHEMA_INTEGER) {
            at = text_put_u64(at, v->counter);
            *at = 'u';
            return at + 1;
        }
        at = text_put_u64(at, v->counter <= INT64_MAX ? v->counter : INT64_MAX);
        *at = 'i';
        return at + 1;
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE:
        if (!__builtin_isfinite(v->real)) return at;
        if (f->is_telegraf) return telegraf_put_real(at, v);
        return text_put_value(at, v, as);
    case FLEET_OCTET_STRING: {
        unsigned classes;
        struct fleet_value room;
        if (f->is_telegraf) return v->length == 0 ? at : telegraf_put_field(at, v, as);
        const struct fleet_value *text = text_of(v, as, &room, &classes);
        if (text != NULL) return put_quoted(at, text->bytes, text->length, classes);
        break;
    }
    case FLEET_OBJECT_IDENTIFIER:
        if (f->is_telegraf) {
            at = text_put(at, "\".", 2);
            at = text_put_value(at, v, as);
            *at++ = '"';
            return at;
        }
        break;
    case FLEET_OPAQUE:
        if (f->is_telegraf) return v->length == 0 ? at : telegraf_put_field(at, v, as);
        break;
    case FLEET_IP_ADDRESS:
        break;
    default:
        return at;
    }
    *at++ = '"';
    at = text_put_value(at, v, as);
    *at++ = '"';
    return at;
}

/* The same, not on the hot path. */
static __attribute__((noinline)) char *put_rare_value(char *at, const struct influx *f,
                                                      const struct fleet_value *v,
                                                      enum schema_class class, enum fleet_as as) {
    return put_field_value(at, f, v, class, as);
}

/*
 * A value that is of another class than its column: a field of one series cannot change its type,
 * so it goes to a field of its own, "ifSpeed_text".
 */
static char *put_other_field(char *at, const struct influx *f, const struct influx_key *field,
                             const struct fleet_value *v) {
    enum schema_class class = schema_class_of(v->type);
    if (class == SCHEMA_ANY) return at;
    char *value = text_put(at, field->text, field->length - 1);
    value = text_put_literal(value, schema_suffix(class));
    *value++ = '=';
    char *end = put_rare_value(value, f, v, SCHEMA_INTEGER, FLEET_AS_RAW);
    return end != value ? end : at;
}

static char *put_fields(char *at, const struct influx *f, const struct influx_table *t,
                        const struct fleet_row *row) {
    for (size_t i = 0; i < t->field_count; i++) {
        const struct influx_key *field = &t->fields[i];
        const struct fleet_value *v = &row->cells[field->column];
        if (__builtin_expect(!schema_fits(field->takes, v->type), 0)) {
            at = put_other_field(at, f, field, v);
            continue;
        }
        char *value = text_put_padded(at, field->text, field->length);
        char *end = put_field_value(value, f, v, field->class, field->as);
        if (end != value) at = end;
    }
    return at;
}

/*
 * A raw varbind's field is named by what it holds, because a field of one series cannot change its
 * type.
 */
static char *put_raw_field(char *at, const struct influx *f, const struct fleet_row *row) {
    const struct fleet_value *v = &row->cells[0];
    const char *key = ",text=";
    switch (v->type) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_UINTEGER32:
    case FLEET_COUNTER64: key = ",value="; break;
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE: key = ",real="; break;
    default: break;
    }
    char *value = text_put_literal(at, key);
    char *end = put_rare_value(value, f, v, SCHEMA_ANY, (enum fleet_as)SCHEMA_SUBTREE);
    return end != value ? end : at;
}

static char *put_timestamp(char *at, struct influx *f, int64_t time_ns) {
    if (f->time_length == 0 || f->time_ns != time_ns) {
        f->time_ns = time_ns;
        f->time_length = (size_t)(text_put_i64(f->time_text, time_ns) - f->time_text);
    }
    *at++ = ' ';
    memcpy(at, f->time_text, TEXT_NUMBER_MAX);
    at += f->time_length;
    *at++ = '\n';
    return at;
}

static void influx_row(struct influx *f, const struct influx_table *t,
                       const struct fleet_row *given) {
    struct output *o = f->base.outputs;
    struct fleet_row room;
    const struct fleet_row *row = render_row(&f->base.render, &t->base.schema, given, &room);
    if (row == NULL) {
        f->base.is_short = true;
        return;
    }
    size_t size =
        f->line_length + t->keys_size + format_cells_size(row) + 4 * row->index_length + 128;
    if (t->base.schema.has_index) size += 2 * f->base.render.index_size;
    char *start = output_reserve(o, size);
    if (start == NULL) return;
    char *at = start;
    for (size_t i = 0; i < f->piece_count; i++) {
        const struct influx_piece *piece = &f->pieces[i];
        at = text_put(at, f->line + piece->offset, piece->length);
        if (piece->tag != NULL) at = put_row_tag(at, f, t, row, piece->tag);
    }
    char *fields = at;
    at = row->table->is_subtree ? put_raw_field(at, f, row) : put_fields(at, f, t, row);
    if (at == fields) return;
    *fields = ' ';
    output_commit(o, put_timestamp(at, f, row->time_ns));
}

static void influx_rows(struct format *format, const struct fleet_row *rows, size_t count) {
    struct influx *f = (struct influx *)format;
    struct influx_table *t = influx_prepare(f, rows[0].table);
    if (t == NULL || !influx_begin(f, t, rows[0].target)) {
        f->base.is_short = true;
        return;
    }
    for (size_t i = 0; i < count; i++) influx_row(f, t, &rows[i]);
}

static char *put_report_integer(char *at, const char *key, uint64_t n) {
    at = text_put_u64(text_put_literal(at, key), n);
    *at++ = 'i';
    return at;
}

static char *put_report_fields(char *at, const struct fleet_report *r) {
    const char *reason = fleet_reason_text(r->reason);
    at = text_put_literal(at, format_report_is_up(r) ? " up=1i,reason=" : " up=0i,reason=");
    at = put_quoted(at, (const uint8_t *)reason, strlen(reason), ~0u);
    if (r->rtt_ns >= 0) at = text_put_ms(text_put_literal(at, ",rtt_ms="), r->rtt_ns);
    at = text_put_ms(text_put_literal(at, ",duration_ms="), r->duration_ns);
    at = put_report_integer(at, ",requests=", r->requests);
    at = put_report_integer(at, ",retries=", r->retries);
    at = put_report_integer(at, ",varbinds=", r->varbinds);
    at = put_report_integer(at, ",rows=", r->rows);
    at = put_report_integer(at, ",max_repetitions=", r->max_repetitions);
    at = text_put_ms(text_put_literal(at, ",lag_ms="), r->lag_ns);
    at = put_report_integer(at, ",overruns=", r->overruns);
    if (r->detail != NULL && r->detail[0] != '\0') {
        at = text_put_literal(at, ",detail=");
        at = put_quoted(at, (const uint8_t *)r->detail, strlen(r->detail), ~0u);
    }
    return at;
}

/*
 * A report's tags are those of the target, and agent_host, context, module, target among them in
 * order.
 */
static char *put_report_tags(char *at, const struct fleet_report *r) {
    const struct fleet_target *target = r->target;
    const struct fleet_tag built_in[] = {
        { "agent_host", target->address }, { "context", r->context },
        { "module", r->module }, { "target", target->name },
    };
    size_t own = 0;
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
        if (i == 1 && r->context == NULL) continue;
        for (; own < target->tag_count; own++) {
            int order = strcmp(target->tags[own].name, built_in[i].name);
            if (order > 0) break;
            if (order < 0) at = put_tag_pair(at, target->tags[own].name, target->tags[own].value);
        }
        at = put_tag_pair(at, built_in[i].name, built_in[i].value);
    }
    for (; own < target->tag_count; own++) {
        at = put_tag_pair(at, target->tags[own].name, target->tags[own].value);
    }
    return at;
}

static void influx_report(struct format *format, const struct fleet_report *report) {
    struct influx *f = (struct influx *)format;
    size_t detail = report->detail != NULL ? strlen(report->detail) : 0;
    char *at = output_reserve(f->base.outputs, target_size(report->target) +
                                                   2 * strlen(report->module) + 2 * detail +
                                                   2 * format_context_size(report->context) + 640);
    if (at == NULL) return;
    at = text_put_literal(at, "snmp_poll");
    at = put_report_tags(at, report);
    at = put_report_fields(at, report);
    output_commit(f->base.outputs, put_timestamp(at, f, report->time_ns));
}

const struct format_class format_influx = {
    .info = { .name = "influx", .shares = true, .takes_unsigned = true,
              .takes_telegraf = true },
    .new_ = influx_new,
    .free = influx_free,
    .rows = influx_rows,
    .report = influx_report,
};
