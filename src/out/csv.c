/*
 * csv: the long form, one line a value:
 *
 *     time,target,address,module,table,index,object,oid,type,value
 *
 * Lines of one row begin alike, so a row's first line is put together and the others copy its
 * start. A scalar has no table; its index is the last number of its OID. A raw varbind has neither
 * object nor index, only its OID.
 */
#include "out/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct csv_column {
    const char *text;  /* "object,oid", for scalars "index,object,oid", of a subtree "," */
    size_t length;
};

struct csv_table {
    struct prepared base;
    const char *text;  /* "module,table," */
    size_t length;
    size_t columns_size;
    struct csv_column columns[];
};

struct csv {
    struct format base;
    struct text_clock clock;
};

char *csv_put_field(char *at, const void *bytes, size_t length) {
    const uint8_t *b = bytes;
    unsigned classes = text_classify(b, length);
    bool is_quoted = (classes & (TEXT_COMMA | TEXT_QUOTE | TEXT_BREAK)) != 0 ||
                     ((classes & TEXT_BLANK) != 0 && (b[0] == ' ' || b[length - 1] == ' '));
    if (!is_quoted) return text_put(at, bytes, length);
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        if (b[i] == '"') *at++ = '"';
        *at++ = (char)b[i];
    }
    *at++ = '"';
    return at;
}

char *csv_put_text(char *at, const char *text) {
    return csv_put_field(at, text, strlen(text));
}

/* A module's context stands behind it: "bridge@10". */
static char *csv_put_module(char *at, const char *module, const char *context) {
    char whole[2 * 256 + 2];
    if (context == NULL || strlen(module) + strlen(context) + 2 > sizeof(whole))
        return csv_put_text(at, module);
    char *end = text_put_literal(whole, module);
    *end++ = '@';
    end = text_put_literal(end, context);
    return csv_put_field(at, whole, (size_t)(end - whole));
}

char *csv_put_value(char *at, const struct fleet_value *value, enum fleet_as as) {
    unsigned classes;
    struct fleet_value room;
    if (!text_has_value(value)) return at;
    const struct fleet_value *text = text_of(value, as, &room, &classes);
    if (text != NULL) return csv_put_field(at, text->bytes, text->length);
    return text_put_value(at, value, as);
}

size_t csv_target_size(const struct fleet_target *target) {
    return 2 * (strlen(target->name) + strlen(target->address)) + 8;
}

char *csv_put_target(char *at, const struct fleet_target *target) {
    *at++ = ',';
    at = csv_put_text(at, target->name);
    *at++ = ',';
    at = csv_put_text(at, target->address);
    *at++ = ',';
    return at;
}

size_t csv_report_size(const struct fleet_report *report) {
    size_t detail = report->detail != NULL ? strlen(report->detail) : 0;
    return csv_target_size(report->target) + 2 * strlen(report->module) + 2 * detail +
           2 * format_context_size(report->context) + 512;
}

char *csv_put_report(char *at, struct text_clock *clock, const struct fleet_report *report) {
    at = text_put_time(clock, at, report->time_ns);
    at = csv_put_target(at, report->target);
    at = csv_put_module(at, report->module, report->context);
    *at++ = ',';
    at = text_put_literal(at, fleet_reason_text(report->reason));
    *at++ = ',';
    at = csv_put_text(at, report->detail != NULL ? report->detail : "");
    at = text_put_literal(at, format_report_is_up(report) ? ",1," : ",0,");
    if (report->rtt_ns >= 0) at = text_put_ms(at, report->rtt_ns);
    *at++ = ',';
    at = text_put_ms(at, report->duration_ns);
    const uint32_t counts[] = { report->requests, report->retries, report->varbinds, report->rows,
                                report->max_repetitions };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        *at++ = ',';
        at = text_put_u64(at, counts[i]);
    }
    *at++ = ',';
    at = text_put_ms(at, report->lag_ns);
    *at++ = ',';
    at = text_put_u64(at, report->overruns);
    *at++ = '\n';
    return at;
}

static int csv_new(struct format **ret_format, const struct fleet_writer_options *options) {
    (void)options;
    struct csv *c = calloc(1, sizeof(*c));
    if (c == NULL) return -ENOMEM;
    *ret_format = &c->base;
    return 0;
}

/* Bytes of the columns' OIDs, with an instance once more. */
static size_t oids_size(const struct fleet_table *table) {
    size_t size = 0;
    for (size_t i = 0; i < table->column_count; i++) size += 2 * strlen(table->columns[i].oid);
    return size;
}

static char *prepare_column(char *at, const struct fleet_table *table,
                            const struct fleet_column *column, const char *name) {
    if (table->is_scalars) {
        const char *dot = strrchr(column->oid, '.');
        at = text_put_literal(at, dot != NULL ? dot + 1 : column->oid);
        *at++ = ',';
    }
    if (!table->is_subtree) at = csv_put_text(at, name);
    *at++ = ',';
    return table->is_subtree ? at : text_put_literal(at, column->oid);
}

static struct csv_table *csv_prepare(struct csv *c, const struct fleet_table *table) {
    struct prepared *known = format_prepared(&c->base, table);
    if (known != NULL) return (struct csv_table *)known;

    const char *module = table->module != NULL ? table->module : "";
    const char *name = table->is_scalars || table->name == NULL ? "" : table->name;
    char *at;
    size_t oids = oids_size(table), columns = table->column_count * sizeof(struct csv_column);
    struct csv_table *t = format_prepare(table, sizeof(*t) + columns + oids, 2, 8, &at);
    if (t == NULL) return NULL;
    at -= oids;
    t->columns_size = oids + 2 * t->base.schema.name_bytes + 8 * table->column_count;
    t->text = at;
    at = csv_put_module(at, module, table->context);
    *at++ = ',';
    at = csv_put_text(at, name);
    *at++ = ',';
    t->length = (size_t)(at - t->text);
    for (size_t i = 0; i < table->column_count; i++) {
        t->columns[i].text = at;
        at = prepare_column(at, table, &table->columns[i], t->base.schema.columns[i].name);
        t->columns[i].length = (size_t)(at - t->columns[i].text);
    }
    return format_keep(&c->base, &t->base) == 0 ? t : NULL;
}

/* Size of what the lines of a row begin with. */
static size_t start_size(const struct csv_table *t, const struct fleet_row *row) {
    return TEXT_TIME_MAX + csv_target_size(row->target) + t->length + 4 * row->index_length + 2;
}

static char *put_start(char *at, struct csv *c, const struct csv_table *t,
                       const struct fleet_row *row) {
    at = text_put_time(&c->clock, at, row->time_ns);
    at = csv_put_target(at, row->target);
    at = text_put(at, t->text, t->length);
    if (row->table->is_scalars) return at;
    if (!row->table->is_subtree) at = text_put_index(at, row->index, row->index_length);
    *at++ = ',';
    return at;
}

static void csv_row(struct csv *c, const struct csv_table *t, const struct fleet_row *given) {
    const struct fleet_table *table = given->table;
    struct output *o = c->base.outputs;
    struct fleet_row room;
    const struct fleet_row *row = render_row(&c->base.render, &t->base.schema, given, &room);
    if (row == NULL) {
        c->base.is_short = true;
        return;
    }
    /* Each line: its start, the index once more behind the OID, the type. */
    size_t line = start_size(t, row) + 4 * row->index_length + 32;
    char *at =
        output_reserve(o, table->column_count * line + t->columns_size + format_cells_size(row));
    if (at == NULL) return;
    const char *start = NULL, *index = NULL;
    size_t start_length = 0, index_length = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct fleet_value *v = &row->cells[i];
        const struct schema_column *column = &t->base.schema.columns[i];
        if (!text_has_value(v) || column->is_hidden) continue;
        if (start == NULL) {
            start = at;
            at = put_start(at, c, t, row);
            start_length = (size_t)(at - start);
        } else {
            at = text_put(at, start, start_length);
        }
        at = text_put_padded(at, t->columns[i].text, t->columns[i].length);
        if (table->is_subtree) {
            at = text_put_oid(at, row->index, row->index_length);
        } else if (index == NULL) {
            index = at;
            if (row->index_length > 0) *at++ = '.';
            at = text_put_index(at, row->index, row->index_length);
            index_length = (size_t)(at - index);
        } else {
            at = text_put(at, index, index_length);
        }
        *at++ = ',';
        at = text_put_literal(at, text_type_name(given->cells[i].type));
        *at++ = ',';
        at = csv_put_value(at, v, (enum fleet_as)column->as);
        *at++ = '\n';
    }
    output_commit(o, at);
}

static void csv_rows(struct format *format, const struct fleet_row *rows, size_t count) {
    struct csv *c = (struct csv *)format;
    struct csv_table *t = csv_prepare(c, rows[0].table);
    if (t == NULL) {
        c->base.is_short = true;
        return;
    }
    for (size_t i = 0; i < count; i++) csv_row(c, t, &rows[i]);
}

static void csv_report(struct format *format, const struct fleet_report *report) {
    struct csv *c = (struct csv *)format;
    char *at = output_reserve(c->base.outputs, csv_report_size(report));
    if (at == NULL) return;
    output_commit(c->base.outputs, csv_put_report(at, &c->clock, report));
}

const struct format_class format_csv = {
    .info = { .name = "csv" },
    .header = "time,target,address,module,table,index,object,oid,type,value\n",
    .report_header = CSV_REPORT_HEADER,
    .new_ = csv_new,
    .free = format_free,
    .rows = csv_rows,
    .report = csv_report,
};
