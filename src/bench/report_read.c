/* report_read: see report_read.h. */
#include "bench/report_read.h"

#include "bench/field.h"
#include "bench/json_scan.h"
#include "bench/result.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_SHOWN_MAX = 40 };

/* All histograms of a file together; 100,000 agents with one digit take a third of it. */
static const size_t HISTOGRAMS_MAX = (size_t)1 << 30;

struct reader {
    struct json_scan scan;
    size_t histograms;      /* bytes of their counts */
    bool lacks_memory;
};

static bool read_group(struct reader *r, const struct field_table *table, char *base);

static bool lack_memory(struct reader *r) {
    r->lacks_memory = true;
    return json_fail(&r->scan, json_here(&r->scan), "there is not enough memory to read more");
}

/* A key as a message may hold it. */
static const char *show_key(const char *key, char shown[static KEY_SHOWN_MAX + 4]) {
    size_t n = 0;
    for (; key[n] != '\0' && n < KEY_SHOWN_MAX; n++)
        shown[n] = key[n] >= ' ' && key[n] < 0x7f ? key[n] : '?';
    memcpy(shown + n, key[n] != '\0' ? "..." : "", key[n] != '\0' ? 4 : 1);
    return shown;
}

static bool read_buffer(struct reader *r, char *buffer, size_t size) {
    char *text = NULL;
    if (!json_text(&r->scan, size - 1, &text)) return false;
    memcpy(buffer, text == NULL ? "" : text, text == NULL ? 1 : strlen(text) + 1);
    free(text);
    return true;
}

/* The number of a word; where it is none the error is told. */
static bool find_word(struct reader *r, const struct field *f, const uint8_t *where,
                      const char *word, unsigned *ret_index) {
    char shown[KEY_SHOWN_MAX + 4];
    for (unsigned i = 0; i < f->size; i++) {
        if (strcmp(word, f->word(i)) != 0) continue;
        *ret_index = i;
        return true;
    }
    return json_fail(&r->scan, where, "\"%s\" has no meaning in \"%s\"", show_key(word, shown),
                     f->key);
}

static bool read_word(struct reader *r, const struct field *f, unsigned *ret_value) {
    const uint8_t *where = json_here(&r->scan);
    char *word = NULL;
    if (!json_text(&r->scan, JSON_KEY_MAX, &word)) return false;
    bool is_known = find_word(r, f, where, word == NULL ? "null" : word, ret_value);
    free(word);
    return is_known;
}

static bool read_by_words(struct reader *r, const struct field *f, char *member) {
    char key[JSON_KEY_MAX];
    if (!json_enter(&r->scan, JSON_OBJECT)) return false;
    for (;;) {
        const uint8_t *where = json_here(&r->scan);
        uint64_t value;
        unsigned i;
        if (!json_next_member(&r->scan, key)) return !r->scan.failed;
        if (!find_word(r, f, where, key, &i) ||
            !json_unsigned(&r->scan, f->kind == FIELD_NUMBERS ? UINT32_MAX : UINT64_MAX, &value))
            return false;
        if (f->kind == FIELD_NUMBERS) ((uint32_t *)(void *)member)[i] = (uint32_t)value;
        else ((uint64_t *)(void *)member)[i] = value;
    }
}

/* Room for one more element, zero, counted at once so that it is freed with the result. */
static void *grow(struct reader *r, void **items, size_t *count, size_t size, size_t most) {
    if (*count == most) {
        (void)json_fail(&r->scan, json_here(&r->scan), "more than %zu elements", most);
        return NULL;
    }
    if ((*count & (*count - 1)) == 0) {  /* it is full: capacities are powers of two */
        void *more = realloc(*items, (*count == 0 ? 1 : 2 * *count) * size);
        if (more == NULL) {
            (void)lack_memory(r);
            return NULL;
        }
        *items = more;
    }
    return memset((char *)*items + (*count)++ * size, 0, size);
}

static bool read_list(struct reader *r, const struct field *f, void **items, size_t *count) {
    if (!json_enter(&r->scan, JSON_ARRAY)) return false;
    while (json_next_element(&r->scan)) {
        char *item = grow(r, items, count, f->table->size, f->most);
        if (item == NULL || !read_group(r, f->table, item)) return false;
    }
    return !r->scan.failed;
}

static bool read_texts(struct reader *r, void **texts, size_t *count) {
    if (!json_enter(&r->scan, JSON_ARRAY)) return false;
    while (json_next_element(&r->scan)) {
        char **text = grow(r, texts, count, sizeof(char *), FIELD_TEXTS_MAX);
        const uint8_t *where = json_here(&r->scan);
        if (text == NULL || !json_text(&r->scan, FIELD_TEXT_MAX, text)) return false;
        if (*text == NULL) return json_fail(&r->scan, where, "expected a text, found null");
    }
    return !r->scan.failed;
}

/* What a histogram says of itself; its counts are read in a second pass. */
struct shape {
    uint64_t lowest, highest, digits, above, min, max;
    double sum, sum_of_squares;
    struct json_scan counts;    /* before them */
    unsigned seen;
};

static bool read_shape(struct reader *r, struct shape *shape) {
    struct { const char *key; uint64_t *number; double *real; } const members[] = {
        { "lowest_ns", &shape->lowest, NULL }, { "highest_ns", &shape->highest, NULL },
        { "digits", &shape->digits, NULL },    { "above", &shape->above, NULL },
        { "min_ns", &shape->min, NULL },       { "max_ns", &shape->max, NULL },
        { "sum", NULL, &shape->sum },          { "sum_of_squares", NULL, &shape->sum_of_squares },
        { "counts", NULL, NULL },
    };
    enum { MEMBERS = sizeof(members) / sizeof(members[0]) };
    const uint8_t *where = json_here(&r->scan);
    char key[JSON_KEY_MAX];
    if (!json_enter(&r->scan, JSON_OBJECT)) return false;
    while (json_next_member(&r->scan, key)) {
        size_t i = 0;
        while (i < MEMBERS && strcmp(key, members[i].key) != 0) i++;
        if (i < MEMBERS) shape->seen |= 1u << i;
        if (i < MEMBERS && members[i].number != NULL)
            (void)json_unsigned(&r->scan, UINT64_MAX, members[i].number);
        else if (i < MEMBERS && members[i].real != NULL)
            (void)json_real(&r->scan, members[i].real);
        else if (i < MEMBERS) shape->counts = r->scan;
        if (i == MEMBERS || (members[i].number == NULL && members[i].real == NULL))
            (void)json_skip(&r->scan);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if ((shape->seen & 1u << i) == 0)
            return json_fail(&r->scan, where, "the histogram has no \"%s\"", members[i].key);
    }
    return !r->scan.failed;
}

static bool read_counts(struct json_scan *s, struct histogram *h) {
    if (!json_enter(s, JSON_ARRAY)) return false;
    while (json_next_element(s)) {
        uint64_t pair[2] = { 0, 0 }, sum;
        const uint8_t *where = json_here(s);
        size_t n = 0;
        (void)json_enter(s, JSON_ARRAY);
        for (; json_next_element(s); n++) {
            if (n == 2) return json_fail(s, where, "expected [value, count]");
            if (!json_unsigned(s, n == 0 ? h->highest : UINT64_MAX, &pair[n])) return false;
        }
        if (!s->failed && n != 2) return json_fail(s, where, "expected [value, count]");
        if (__builtin_add_overflow(h->total, pair[1], &sum))
            return json_fail(s, where, "the counts are more than 2^64 together");
        histogram_record_many(h, pair[0], pair[1]);
    }
    return !s->failed;
}

static bool read_histogram(struct reader *r, struct histogram *h) {
    struct shape shape = { .sum = 0 };
    const uint8_t *where = json_here(&r->scan);
    if (json_kind(&r->scan) == JSON_NULL) return json_skip(&r->scan);
    if (!read_shape(r, &shape)) return false;
    size_t size = shape.digits > HISTOGRAM_DIGITS_MAX
                      ? 0 : histogram_size(shape.lowest, shape.highest, (unsigned)shape.digits);
    if (size == 0)
        return json_fail(&r->scan, where, "a histogram from %" PRIu64 " to %" PRIu64 " ns with %"
                         PRIu64 " digits is not possible", shape.lowest, shape.highest,
                         shape.digits);
    r->histograms += size;
    if (r->histograms > HISTOGRAMS_MAX)
        return json_fail(&r->scan, where, "the histograms of this file need more than 1 GiB");
    if (histogram_init(h, shape.lowest, shape.highest, (unsigned)shape.digits) != 0)
        return lack_memory(r);
    if (!read_counts(&shape.counts, h)) {
        r->scan = shape.counts;
        return false;
    }
    if (shape.above > h->total || (h->total > 0 && shape.min > shape.max))
        return json_fail(&r->scan, where, "the histogram contradicts itself: %s",
                         shape.above > h->total ? "\"above\" is more than all counts"
                                                : "\"min_ns\" is above \"max_ns\"");
    if (!(shape.sum >= 0) || !(shape.sum_of_squares >= 0))
        return json_fail(&r->scan, where, "a sum of the histogram is negative or missing");
    bool is_empty = h->total == 0;
    h->above = shape.above;
    h->min = is_empty ? UINT64_MAX : shape.min;
    h->max = is_empty ? 0 : shape.max;
    h->sum = shape.sum;
    h->sum_of_squares = shape.sum_of_squares;
    return true;
}

static bool read_number(struct reader *r, enum field_kind kind, void *member) {
    uint64_t value;
    if (!json_unsigned(&r->scan, kind == FIELD_U32 ? UINT32_MAX : UINT64_MAX, &value)) return false;
    if (kind == FIELD_U32) *(uint32_t *)member = (uint32_t)value;
    else *(uint64_t *)member = value;
    return true;
}

static bool read_field(struct reader *r, const struct field *f, char *base) {
    void *member = base + f->at;
    size_t *count = (size_t *)(void *)(base + f->count);
    switch (f->kind) {
    case FIELD_U32:
    case FIELD_U64: return read_number(r, f->kind, member);
    case FIELD_I64: return json_signed(&r->scan, member);
    case FIELD_REAL: return json_real(&r->scan, member);
    case FIELD_BOOL: return json_bool(&r->scan, member);
    case FIELD_TEXT: return json_text(&r->scan, FIELD_TEXT_MAX, member);
    case FIELD_BUFFER: return read_buffer(r, member, f->size);
    case FIELD_WORD: return read_word(r, f, member);
    case FIELD_NUMBERS:
    case FIELD_COUNTS: return read_by_words(r, f, member);
    case FIELD_TEXTS: return read_texts(r, member, count);
    case FIELD_HISTOGRAM: return read_histogram(r, member);
    case FIELD_GROUP:
        if (f->count != FIELD_ALWAYS) {
            *(bool *)(base + f->count) = json_kind(&r->scan) != JSON_NULL;
            if (json_kind(&r->scan) == JSON_NULL) return json_skip(&r->scan);
        }
        return read_group(r, f->table, member);
    case FIELD_LIST: return read_list(r, f, member, count);
    }
    return false;
}

static bool read_group(struct reader *r, const struct field_table *table, char *base) {
    uint64_t seen = 0;
    char key[JSON_KEY_MAX];
    const uint8_t *start = json_here(&r->scan);
    if (!json_enter(&r->scan, JSON_OBJECT)) return false;
    for (;;) {
        const uint8_t *where = json_here(&r->scan);
        if (!json_next_member(&r->scan, key)) break;
        size_t i = 0;
        while (i < table->count && strcmp(key, table->fields[i].key) != 0) i++;
        if (i == table->count) {
            (void)json_skip(&r->scan);
            continue;
        }
        if ((seen & UINT64_C(1) << i) != 0)
            return json_fail(&r->scan, where, "\"%s\" is given twice", table->fields[i].key);
        seen |= UINT64_C(1) << i;
        (void)read_field(r, &table->fields[i], base);
    }
    for (size_t i = 0; i < table->count; i++) {
        if ((seen & UINT64_C(1) << i) == 0)
            return json_fail(&r->scan, start, "\"%s\" is missing from the object that begins here",
                             table->fields[i].key);
    }
    return !r->scan.failed;
}

/* Is it a report of ours, and of this version? Before anything else of it is looked at. */
static bool check_format(struct json_scan *s) {
    char key[JSON_KEY_MAX], shown[KEY_SHOWN_MAX + 4];
    char *format = NULL;
    uint64_t version = 0;
    const uint8_t *start = json_here(s), *where = start;
    (void)json_enter(s, JSON_OBJECT);
    while (json_next_member(s, key)) {
        if (strcmp(key, "format") == 0 && format == NULL && json_kind(s) == JSON_TEXT) {
            (void)json_text(s, FIELD_TEXT_MAX, &format);
        } else if (strcmp(key, "version") == 0 && json_kind(s) == JSON_NUMBER) {
            where = json_here(s);
            (void)json_unsigned(s, UINT32_MAX, &version);
        } else {
            (void)json_skip(s);
        }
    }
    if (s->failed) {
        free(format);
        return false;
    }
    if (format == NULL || strcmp(format, BENCH_FORMAT) != 0)
        (void)json_fail(s, start, "not a report of snmpfleet bench: \"format\" is %s%s%s, not \""
                        BENCH_FORMAT "\"", format == NULL ? "" : "\"",
                        format == NULL ? "missing" : show_key(format, shown),
                        format == NULL ? "" : "\"");
    else if (version != BENCH_FORMAT_VERSION)
        (void)json_fail(s, where, "the report has version %" PRIu64 "; this program reads version "
                        "%d. Compare it with the program that wrote it, or measure again", version,
                        BENCH_FORMAT_VERSION);
    free(format);
    return !s->failed;
}

/* What reports take for granted. */
static bool check_result(struct json_scan *s, const uint8_t *start, const struct bench_result *r) {
    for (size_t i = 0; i < r->sample_count; i++) {
        if (r->samples[i].agent >= r->agent_count)
            return json_fail(s, start, "sample %zu is of agent %" PRIu32 ", and there are %zu "
                             "agents", i, r->samples[i].agent, r->agent_count);
    }
    if (r->latency.counts == NULL || r->service.counts == NULL || r->delay.counts == NULL ||
        r->loop.counts == NULL)
        return json_fail(s, start, "one of \"latency\", \"service\", \"delay\", \"loop\" is null");
    return true;
}

int bench_report_parse(const char *text, size_t length, const char *name,
                       struct bench_result *ret_result, char ret_error[static BENCH_ERROR_MAX]) {
    static_assert((int)BENCH_ERROR_MAX == (int)JSON_ERROR_MAX, "an error is copied whole");
    struct reader r = { .histograms = 0 };
    struct json_scan whole;
    *ret_result = (struct bench_result){ 0 };
    json_scan_init(&r.scan, name, text, length);
    whole = r.scan;
    if (!check_format(&whole) || !json_finish(&whole)) {
        r.scan = whole;
    } else {
        const uint8_t *start = json_here(&r.scan);
        if (read_group(&r, &bench_fields, (char *)ret_result))
            (void)check_result(&r.scan, start, ret_result);
    }
    if (!r.scan.failed) return 0;
    memcpy(ret_error, r.scan.error, sizeof(r.scan.error));
    bench_result_deinit(ret_result);
    return r.lacks_memory ? -ENOMEM : -EINVAL;
}

int bench_report_read(FILE *file, const char *name, struct bench_result *ret_result,
                      char ret_error[static BENCH_ERROR_MAX]) {
    size_t size = 0, room = 0;
    char *text = NULL;
    int error = 0;
    do {
        if (size == room) {
            char *more = size < BENCH_FILE_MAX ? realloc(text, room == 0 ? 1 << 16 : room * 2)
                                               : NULL;
            if (more == NULL) {
                error = size < BENCH_FILE_MAX ? -ENOMEM : -EFBIG;
                break;
            }
            text = more;
            room = room == 0 ? 1 << 16 : room * 2;
        }
        errno = 0;
        size += fread(text + size, 1, room - size, file);
        if (ferror(file)) error = errno != 0 ? -errno : -EIO;
    } while (error == 0 && !feof(file));
    if (error == 0) error = bench_report_parse(text, size, name, ret_result, ret_error);
    else {
        *ret_result = (struct bench_result){ 0 };
        (void)snprintf(ret_error, BENCH_ERROR_MAX, "%.160s: cannot be read: %s", name,
                       error == -EFBIG ? "it has more than 512 MiB" : strerrordesc_np(-error));
    }
    free(text);
    return error;
}
