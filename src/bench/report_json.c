/* report_json: see report_json.h. */
#include "bench/report_json.h"

#include "base/json_text.h"
#include "base/real.h"
#include "base/utf8.h"
#include "bench/field.h"
#include "bench/result.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The largest buffer of a result. */
enum { BENCH_BUFFER_MAX = sizeof(((struct bench_verdict *)0)->text) };

static void put_group(FILE *file, const struct field_table *table, const char *base, bool is_top);

static void put_text(FILE *file, const char *text) {
    enum { PIECE = 64 };
    char room[(PIECE + 4) * JSON_ESCAPE_MAX];
    if (text == NULL) {
        (void)fputs("null", file);
        return;
    }
    (void)fputc('"', file);
    const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
    while (at < end) {
        size_t run = 0, n = 1;  /* well formed */
        while (run < PIECE && at + run < end &&
               (n = utf8_sequence(at + run, (size_t)(end - at) - run)) > 0)
            run += n;
        char *to = json_put_escaped(room, at, run);
        (void)fwrite(room, 1, (size_t)(to - room), file);
        at += run;
        /* Not as an escape: read back, it is a character like any other. */
        if (n == 0) (void)fputs("\xef\xbf\xbd", file);
        if (n == 0) at++;
    }
    (void)fputc('"', file);
}

/*
 * The text of a buffer must fit in it again: what is no UTF-8 becomes '?', one byte for one, and
 * what a cut has left of a character goes with it.
 */
static void put_buffer(FILE *file, const char *buffer, size_t size) {
    char text[BENCH_BUFFER_MAX];
    size_t length = strnlen(buffer, size < sizeof(text) ? size - 1 : sizeof(text) - 1);
    for (size_t i = 0; i < length;) {
        size_t n = utf8_sequence((const uint8_t *)buffer + i, length - i);
        if (n == 0) text[i] = '?';
        else memcpy(text + i, buffer + i, n);
        i += n == 0 ? 1 : n;
    }
    text[length] = '\0';
    put_text(file, text);
}

static void put_real(FILE *file, double real) {
    char text[REAL_TEXT_MAX];
    if (!isfinite(real)) {
        (void)fputs("null", file);
        return;
    }
    (void)real_format(real, false, text);
    (void)fputs(text, file);
}

static void put_named_real(FILE *file, const char *name, double real) {
    (void)fprintf(file, "\"%s\":", name);
    put_real(file, real);
    (void)fputc(',', file);
}

static void put_percentiles(FILE *file, const struct histogram *h) {
    static const struct { const char *name; double percentile; } told[] = {
        { "p50_ns", 50 }, { "p90_ns", 90 }, { "p99_ns", 99 }, { "p99.9_ns", 99.9 },
        { "p99.99_ns", 99.99 },
    };
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        (void)fprintf(file, "\"%s\":%" PRIu64 ",", told[i].name,
                      bench_percentile(h, told[i].percentile));
}

static void put_histogram(FILE *file, const struct histogram *h) {
    if (h->counts == NULL) {
        (void)fputs("null", file);
        return;
    }
    (void)fprintf(file, "{\"total\":%" PRIu64 ",", h->total);
    put_named_real(file, "mean_ns", histogram_mean(h));
    put_named_real(file, "deviation_ns", histogram_deviation(h));
    put_percentiles(file, h);
    (void)fprintf(file, "\"min_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64 ",",
                  h->total == 0 ? 0 : h->min, h->max);
    put_named_real(file, "sum", h->sum);
    put_named_real(file, "sum_of_squares", h->sum_of_squares);
    (void)fprintf(file, "\"lowest_ns\":%" PRIu64 ",\"highest_ns\":%" PRIu64 ",\"digits\":%u,",
                  h->lowest, h->highest, h->digits);
    (void)fprintf(file, "\"above\":%" PRIu64 ",\"counts\":[", h->above);
    uint64_t value, highest, count;
    const char *comma = "";
    for (int64_t at = -1; histogram_next(h, &at, &value, &highest, &count); comma = ",")
        (void)fprintf(file, "%s[%" PRIu64 ",%" PRIu64 "]", comma, value, count);
    (void)fputs("]}", file);
}

/* Of an array by words, what is not zero. */
static void put_by_words(FILE *file, const struct field *f, const char *member) {
    const char *comma = "";
    (void)fputc('{', file);
    for (unsigned i = 0; i < f->size; i++) {
        uint64_t value;
        if (f->kind == FIELD_NUMBERS) value = ((const uint32_t *)(const void *)member)[i];
        else value = ((const uint64_t *)(const void *)member)[i];
        if (value == 0) continue;
        (void)fprintf(file, "%s\"%s\":%" PRIu64, comma, f->word(i), value);
        comma = ",";
    }
    (void)fputc('}', file);
}

static void put_texts(FILE *file, char *const *texts, size_t count) {
    (void)fputc('[', file);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) (void)fputc(',', file);
        put_text(file, texts[i]);
    }
    (void)fputc(']', file);
}

static void put_list(FILE *file, const struct field *f, const char *items, size_t count) {
    (void)fputc('[', file);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i == 0 ? "\n    " : ",\n    ", file);
        put_group(file, f->table, items + i * f->table->size, false);
    }
    (void)fputs(count == 0 ? "]" : "\n  ]", file);
}

static size_t count_at(const char *base, const struct field *f) {
    return *(const size_t *)(const void *)(base + f->count);
}

static void put_field(FILE *file, const struct field *f, const char *base) {
    const void *member = base + f->at;
    switch (f->kind) {
    case FIELD_U32: (void)fprintf(file, "%" PRIu32, *(const uint32_t *)member); return;
    case FIELD_U64: (void)fprintf(file, "%" PRIu64, *(const uint64_t *)member); return;
    case FIELD_I64: (void)fprintf(file, "%" PRId64, *(const int64_t *)member); return;
    case FIELD_REAL: put_real(file, *(const double *)member); return;
    case FIELD_BOOL: (void)fputs(*(const bool *)member ? "true" : "false", file); return;
    case FIELD_TEXT: put_text(file, *(char *const *)member); return;
    case FIELD_BUFFER: put_buffer(file, member, f->size); return;
    case FIELD_WORD: put_text(file, f->word(*(const unsigned *)member)); return;
    case FIELD_NUMBERS:
    case FIELD_COUNTS: put_by_words(file, f, member); return;
    case FIELD_TEXTS: put_texts(file, *(char **const *)member, count_at(base, f)); return;
    case FIELD_HISTOGRAM: put_histogram(file, member); return;
    case FIELD_GROUP:
        if (f->count != FIELD_ALWAYS && !*(const bool *)(base + f->count))
            (void)fputs("null", file);
        else put_group(file, f->table, member, false);
        return;
    case FIELD_LIST: put_list(file, f, *(const char *const *)member, count_at(base, f)); return;
    }
}

static void put_group(FILE *file, const struct field_table *table, const char *base, bool is_top) {
    (void)fputs(is_top ? "" : "{", file);
    for (size_t i = 0; i < table->count; i++) {
        (void)fputs(is_top ? ",\n  " : i == 0 ? "" : ",", file);
        (void)fprintf(file, is_top ? "\"%s\": " : "\"%s\":", table->fields[i].key);
        put_field(file, &table->fields[i], base);
    }
    (void)fputs(is_top ? "" : "}", file);
}

void bench_report_json(FILE *file, const struct bench_result *r) {
    (void)fprintf(file, "{\n  \"format\": \"%s\",\n  \"version\": %d", BENCH_FORMAT,
                  BENCH_FORMAT_VERSION);
    put_group(file, &bench_fields, (const char *)r, true);
    (void)fputs("\n}\n", file);
}
