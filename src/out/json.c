/*
 * json: NDJSON, one object a row or report.
 *
 *     {"time":"...","target":"...","address":"...","module":"...","table":"interface","index":"1",
 *      "indexes":{"ifIndex":"1"},"tags":{...},"values":{"ifDescr":"lo","ifInOctets":123}}
 *
 * Numbers are JSON numbers at their full size, also Counter64 above 2^53: JSON sets no limit, and a
 * reader that keeps numbers as doubles must look out for itself. NaN, infinities and NULL are null.
 * Names that are no UTF-8 get U+FFFD for every wrong byte. "tags" are the target's own; "values"
 * are all columns that hold a value. A raw varbind has "oid", "type" and "value" in place of
 * "values". A report is told from a row by its "reason".
 */
#include "out/json.h"

#include "base/json_text.h"
#include "out/format.h"
#include "out/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct json_key {
    const char *text;  /* ,"ifDescr": */
    size_t length;
};

struct json_table {
    struct prepared base;
    const char *text;  /* ,"module":"...","table":"...", */
    size_t length;
    struct json_key index[SCHEMA_INDEX_MAX];  /* ,"ifIndex":" */
    size_t keys_size;
    struct json_key keys[];
};

struct json {
    struct format base;
    struct text_clock clock;
};

/* What schema_suffix may add to a name. */
enum { SUFFIX_MAX = SCHEMA_SUFFIX_MAX };

/*
 * @classes is what occurs in the bytes; of TEXT_HIGH the caller may leave out what it knows to be
 * well formed.
 */
static char *put_string(char *at, const uint8_t *bytes, size_t length, unsigned classes) {
    *at++ = '"';
    bool is_plain = (classes & ~(unsigned)(TEXT_COMMA | TEXT_BLANK)) == 0;
    at = is_plain ? text_put(at, bytes, length) : json_put_escaped(at, bytes, length);
    *at++ = '"';
    return at;
}

char *json_put_text(char *at, const char *text, size_t length) {
    return put_string(at, (const uint8_t *)text, length,
                      text_classify((const uint8_t *)text, length));
}

static char *put_text(char *at, const char *text) {
    return json_put_text(at, text, strlen(text));
}

/* "key":"text" with what stands before it. */
static char *put_member(char *at, const char *key, const char *text) {
    return put_text(text_put_literal(at, key), text);
}

static char *put_value(char *at, const struct fleet_value *v, enum fleet_as as) {
    unsigned classes;
    struct fleet_value room;
    const struct fleet_value *text;
    switch (v->type) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32:
        return text_put_value(at, v, as);
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE:
        return __builtin_isfinite(v->real) ? text_put_value(at, v, as) : text_put(at, "null", 4);
    case FLEET_NULL:
        return text_put(at, "null", 4);
    case FLEET_OCTET_STRING:
        text = text_of(v, as, &room, &classes);
        if (text != NULL) {
            return put_string(at, text->bytes, text->length, classes & ~(unsigned)TEXT_HIGH);
        }
        break;
    default:
        break;
    }
    *at++ = '"';
    at = text_put_value(at, v, as);
    *at++ = '"';
    return at;
}

static int json_new(struct format **ret_format, const struct fleet_writer_options *options) {
    (void)options;
    struct json *j = calloc(1, sizeof(*j));
    if (j == NULL) return -ENOMEM;
    *ret_format = &j->base;
    return 0;
}

static struct json_table *json_prepare(struct json *j, const struct fleet_table *table) {
    struct prepared *known = format_prepared(&j->base, table);
    if (known != NULL) return (struct json_table *)known;

    const char *module = table->module != NULL ? table->module : "";
    const char *name = table->is_scalars || table->name == NULL ? "" : table->name;
    char *at;
    size_t size = sizeof(struct json_table) + table->column_count * sizeof(struct json_key);
    size_t each = sizeof(",\"module\":\"\"") + SUFFIX_MAX;
    struct json_table *t = format_prepare(table, size, JSON_ESCAPE_MAX, each, &at);
    if (t == NULL) return NULL;
    t->keys_size = JSON_ESCAPE_MAX * t->base.schema.name_bytes +
                   each * t->base.schema.name_count;
    t->text = at;
    at = put_member(at, ",\"module\":", module);
    at = put_member(at, ",\"table\":", name);
    if (table->context != NULL) at = put_member(at, ",\"context\":", table->context);
    t->length = (size_t)(at - t->text);
    for (size_t i = 0; i < table->index_count && i < SCHEMA_INDEX_MAX; i++) {
        t->index[i].text = at;
        at = text_put(put_member(at, ",", t->base.schema.index[i]), ":\"", 2);
        t->index[i].length = (size_t)(at - t->index[i].text);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        t->keys[i].text = at;
        at = put_member(at, ",", t->base.schema.columns[i].name);
        *at++ = ':';
        t->keys[i].length = (size_t)(at - t->keys[i].text);
    }
    return format_keep(&j->base, &t->base) == 0 ? t : NULL;
}

static size_t target_size(const struct fleet_target *target) {
    size_t size = JSON_ESCAPE_MAX * (strlen(target->name) + strlen(target->address)) + 64;
    for (size_t i = 0; i < target->tag_count; i++) {
        size +=
            JSON_ESCAPE_MAX * (strlen(target->tags[i].name) + strlen(target->tags[i].value)) + 8;
    }
    return size;
}

static char *put_time_and_target(char *at, struct json *j, int64_t time_ns,
                                 const struct fleet_target *target) {
    at = text_put_literal(at, "{\"time\":\"");
    at = text_put_time(&j->clock, at, time_ns);
    at = put_member(at, "\",\"target\":", target->name);
    return put_member(at, ",\"address\":", target->address);
}

static char *put_tags(char *at, const struct fleet_target *target) {
    at = text_put_literal(at, ",\"tags\":{");
    for (size_t i = 0; i < target->tag_count; i++) {
        at = put_member(at, i > 0 ? "," : "", target->tags[i].name);
        at = put_member(at, ":", target->tags[i].value);
    }
    *at++ = '}';
    return at;
}

static char *put_cells(char *at, const struct json_table *t, const struct fleet_row *row,
                       bool *ret_any) {
    at = text_put_literal(at, ",\"values\":");
    char *start = at;
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct fleet_value *v = &row->cells[i];
        const struct schema_column *column = &t->base.schema.columns[i];
        if (!text_has_value(v) || column->is_hidden) continue;
        bool fits = schema_fits(column->takes, v->type);
        at = text_put_padded(at, t->keys[i].text, t->keys[i].length);
        /* Else under a name of its own, as in line protocol: "ifSpeed_text". */
        if (__builtin_expect(!fits, 0)) {
            at = text_put_literal(at - 2, schema_suffix(schema_class_of(v->type)));
            at = text_put(at, "\":", 2);
        }
        at = put_value(at, v, fits ? (enum fleet_as)column->as : FLEET_AS_RAW);
    }
    *ret_any = at != start;
    *start = '{';
    *at++ = '}';
    return at;
}

static char *put_raw(char *at, const struct fleet_row *row) {
    const struct fleet_value *v = &row->cells[0];
    at = text_put_literal(at, ",\"oid\":\"");
    at = text_put_oid(at, row->index, row->index_length);
    at = text_put_literal(at, "\",\"type\":\"");
    at = text_put_literal(at, text_type_name(v->type));
    at = text_put_literal(at, "\",\"value\":");
    if (!text_has_value(v)) return text_put(at, "null", 4);
    return put_value(at, v, (enum fleet_as)SCHEMA_SUBTREE);
}

/* "indexes":{"ifIndex":"1"}: the components of a described index, as text. */
static char *put_indexes(char *at, const struct json *j, const struct json_table *t,
                         const struct fleet_row *row) {
    const struct fleet_table *table = row->table;
    at = text_put_literal(at, ",\"indexes\":");
    char *start = at;
    for (size_t i = 0; i < table->index_count && i < SCHEMA_INDEX_MAX; i++) {
        at = text_put_padded(at, t->index[i].text, t->index[i].length);
        if (t->base.schema.has_index) {
            struct span text = j->base.render.index[i];
            unsigned classes = text_classify(text.bytes, text.length);
            at = put_string(at - 1, text.bytes, text.length, classes) - 1;
        } else if (table->index_count == 1) {
            at = text_put_index(at, row->index, row->index_length);
        } else {
            at = text_put_index_component(at, row->index, row->index_length, i,
                                          table->index_count);
        }
        *at++ = '"';
    }
    *start = '{';
    *at++ = '}';
    return at;
}

static size_t indexes_size(const struct json *j, const struct json_table *t,
                           const struct fleet_row *row) {
    const struct fleet_table *table = row->table;
    size_t size = 32 + (4 * row->index_length + 16) * (table->index_count + 1);
    return size + (t->base.schema.has_index ? JSON_ESCAPE_MAX * j->base.render.index_size : 0);
}

static void json_row(struct json *j, const struct json_table *t, const struct fleet_row *given,
                     size_t fixed) {
    struct output *o = j->base.outputs;
    struct fleet_row room;
    const struct fleet_row *row = render_row(&j->base.render, &t->base.schema, given, &room);
    if (row == NULL) {
        j->base.is_short = true;
        return;
    }
    char *at = output_reserve(o, fixed + 8 * row->index_length + format_cells_size(row) +
                                     indexes_size(j, t, row));
    if (at == NULL) return;
    at = put_time_and_target(at, j, row->time_ns, row->target);
    at = text_put(at, t->text, t->length);
    if (!row->table->is_subtree) {
        at = text_put_literal(at, ",\"index\":\"");
        at = text_put_index(at, row->index, row->index_length);
        *at++ = '"';
    }
    if (row->table->index_count > 0) at = put_indexes(at, j, t, row);
    at = put_tags(at, row->target);
    bool has_any = true;
    at = row->table->is_subtree ? put_raw(at, row) : put_cells(at, t, row, &has_any);
    if (!has_any) return;
    *at++ = '}';
    *at++ = '\n';
    output_commit(o, at);
}

static void json_rows(struct format *format, const struct fleet_row *rows, size_t count) {
    struct json *j = (struct json *)format;
    const struct fleet_table *table = rows[0].table;
    struct json_table *t = json_prepare(j, table);
    if (t == NULL) {
        j->base.is_short = true;
        return;
    }
    size_t fixed = target_size(rows[0].target) + t->length + t->keys_size + TEXT_TIME_MAX + 256;
    for (size_t i = 0; i < count; i++) json_row(j, t, &rows[i], fixed);
}

static char *put_count(char *at, const char *key, uint64_t n) {
    return text_put_u64(text_put_literal(at, key), n);
}

static void json_report(struct format *format, const struct fleet_report *report) {
    struct json *j = (struct json *)format;
    const char *detail = report->detail != NULL ? report->detail : "";
    size_t size =
        target_size(report->target) + JSON_ESCAPE_MAX * (strlen(report->module) + strlen(detail));
    size += JSON_ESCAPE_MAX * format_context_size(report->context);
    char *at = output_reserve(j->base.outputs, size + 640);
    if (at == NULL) return;
    at = put_time_and_target(at, j, report->time_ns, report->target);
    at = put_member(at, ",\"module\":", report->module);
    if (report->context != NULL) at = put_member(at, ",\"context\":", report->context);
    at = put_member(at, ",\"reason\":", fleet_reason_text(report->reason));
    at = put_member(at, ",\"detail\":", detail);
    at = text_put_literal(at, format_report_is_up(report) ? ",\"up\":true" : ",\"up\":false");
    at = text_put_literal(at, ",\"rtt_ms\":");
    at = report->rtt_ns >= 0 ? text_put_ms(at, report->rtt_ns) : text_put(at, "null", 4);
    at = text_put_ms(text_put_literal(at, ",\"duration_ms\":"), report->duration_ns);
    at = put_count(at, ",\"requests\":", report->requests);
    at = put_count(at, ",\"retries\":", report->retries);
    at = put_count(at, ",\"varbinds\":", report->varbinds);
    at = put_count(at, ",\"rows\":", report->rows);
    at = put_count(at, ",\"max_repetitions\":", report->max_repetitions);
    at = text_put_ms(text_put_literal(at, ",\"lag_ms\":"), report->lag_ns);
    at = put_count(at, ",\"overruns\":", report->overruns);
    at = put_tags(at, report->target);
    *at++ = '}';
    *at++ = '\n';
    output_commit(j->base.outputs, at);
}

const struct format_class format_json = {
    .info = { .name = "json", .shares = true },
    .new_ = json_new,
    .free = format_free,
    .rows = json_rows,
    .report = json_report,
};
