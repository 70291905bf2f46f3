/* walk_join: see walk_join.h. */
#include "core/walk/walk_join.h"

#include "base/glob.h"
#include "base/nul.h"
#include "wire/index.h"
#include "wire/kind.h"
#include "wire/oid.h"

/* The index of a row taken apart, once a row. */
struct row_index {
    uint32_t subids[FLEET_OID_BYTES_MAX];
    struct index_part parts[PLAN_INDEX_MAX];
    uint8_t scratch[FLEET_OID_BYTES_MAX];
};

static void read_index(const struct walk *w, const struct walk_row *row, struct row_index *index) {
    const struct fleet_table *t = &w->part->described;
    const uint8_t *at = row->index, *end = row->index + row->index_length;
    size_t count = 0;
    while (at < end && count < FLEET_OID_BYTES_MAX) index->subids[count++] = oid_next_subid(&at);
    (void)index_split(t->index, t->index_count, index->subids, count, index->parts);
}

/* The value of @source; false when there is none. Octets may point into @index. */
static bool read_source(const struct walk *w, const struct walk_row *row, struct row_index *index,
                        struct plan_source source, struct fleet_value *ret_value) {
    if (source.is_index)
        return index_value(&w->part->described.index[source.at], &index->parts[source.at],
                           index->scratch, ret_value);
    *ret_value = row->cells[source.at];
    return value_is_there(ret_value);
}

/* A look-up's rows by position, made when the first is looked for. */
static bool sort_rows(struct walk *lookup) {
    if (lookup->sorted != NULL) return true;
    lookup->sorted = arena_get(lookup->arena, (lookup->row_count + 1) * sizeof(struct walk_row *));
    if (lookup->sorted == NULL) return false;
    uint32_t at = 0;
    for (struct walk_row *row = lookup->rows; row != NULL; row = row->next)
        lookup->sorted[at++] = row;
    return true;
}

static const struct walk_row *find_row(struct walk *lookup, struct span index) {
    if (!sort_rows(lookup)) return NULL;
    uint32_t low = 0, high = lookup->row_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct walk_row *row = lookup->sorted[middle];
        int order = oid_compare(span_of(row->index, row->index_length), index);
        if (order == 0) return row;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

/* The index of the look-up's row that @row leads to, encoded; 0: there is none. */
static size_t write_key(const struct walk *w, const struct walk_row *row, struct row_index *index,
                        const struct plan_join *join, uint8_t key[static FLEET_OID_BYTES_MAX]) {
    const struct fleet_table *other = &w->terms->walks[join->lookup].part->described;
    uint32_t subids[FLEET_OID_SUBIDS_MAX];
    size_t count = 0, length = 0;
    if (other->index_count == 0) subids[count++] = 0;  /* a scalar's instance */
    for (size_t i = 0; i < other->index_count; i++) {
        struct fleet_value value;
        if (!read_source(w, row, index, join->by[i], &value)) return 0;
        int n = index_write(&other->index[i], &value, subids + count, FLEET_OID_SUBIDS_MAX - count);
        if (n < 0) return 0;
        count += (size_t)n;
    }
    for (size_t i = 0; i < count; i++) length += oid_write_subid(subids[i], key + length);
    return length;
}

static void join_row(struct walk *w, struct walk_row *row, struct row_index *index,
                     const struct plan_join *join) {
    uint8_t key[FLEET_OID_BYTES_MAX];
    size_t length = write_key(w, row, index, join, key);
    if (length == 0) return;
    const struct walk_row *found = find_row(&w->terms->walks[join->lookup], span_of(key, length));
    if (found == NULL) return;
    memcpy(row->cells + join->first, found->cells, join->count * sizeof(row->cells[0]));
}

/*
 * Does the value, as writers write it, match the pattern? Octets too long for that are taken as
 * they came, without NULs at the end.
 */
static bool text_matches(const char *pattern, const struct fleet_value *v,
                         const struct fleet_syntax *syntax, enum fleet_as as) {
    char text[FLEET_OID_TEXT_MAX];
    size_t length = fleet_value_text(v, syntax, as, text, sizeof(text));
    if (length < sizeof(text)) return glob_matches(pattern, text, length);
    return glob_matches(pattern, v->bytes, nul_text_length(v->bytes, v->length, NUL_ALL));
}

/* Are all of these bits set? Octets that are not there are zeros. */
static bool bits_are_set(const struct fleet_match *m, const struct fleet_value *v) {
    if (v->type != FLEET_OCTET_STRING) return false;
    for (uint32_t i = 0; i < m->bit_octets; i++) {
        uint8_t octet = i < v->length ? v->bytes[i] : 0;
        if ((octet & m->bits[i]) != m->bits[i]) return false;
    }
    return true;
}

static bool value_is_between(const struct fleet_value *v, int64_t low, int64_t high) {
    if (v->type == FLEET_OPAQUE_FLOAT || v->type == FLEET_OPAQUE_DOUBLE)
        return v->real >= (double)low && v->real <= (double)high;
    if (!value_is_number(v)) return false;
    if (v->type == FLEET_INTEGER32) return v->integer >= low && v->integer <= high;
    return high >= 0 && v->counter <= (uint64_t)high && (low <= 0 || v->counter >= (uint64_t)low);
}

static bool filter_matches(const struct fleet_filter *filter, const struct fleet_value *v,
                           const struct fleet_syntax *syntax, enum fleet_as as) {
    for (size_t i = 0; i < filter->match_count; i++) {
        const struct fleet_match *m = &filter->matches[i];
        bool matches = m->text != NULL   ? text_matches(m->text, v, syntax, as)
                       : m->bits != NULL ? bits_are_set(m, v)
                                         : value_is_between(v, m->low, m->high);
        if (matches) return true;
    }
    return false;
}

static bool passes_filter(const struct walk *w, const struct walk_row *row,
                          struct row_index *index, size_t number) {
    const struct fleet_table *t = &w->part->described;
    const struct fleet_filter *filter = &t->filters[number];
    struct plan_source by = w->part->filter_by[number];
    const struct fleet_syntax *syntax = by.is_index ? t->index[by.at].syntax
                                                    : t->columns[by.at].syntax;
    enum fleet_as as = by.is_index ? (enum fleet_as)t->index[by.at].as : t->columns[by.at].as;
    struct fleet_value value, numeric;
    if (!read_source(w, row, index, by, &value)) return filter->is_negated;
    bool is_number = as == FLEET_AS_NUMBER && fleet_value_number(&value, syntax, &numeric);
    return filter_matches(filter, is_number ? &numeric : &value, syntax, as) !=
           filter->is_negated;
}

static bool passes(const struct walk *w, const struct walk_row *row, struct row_index *index) {
    for (size_t i = 0; i < w->part->described.filter_count; i++) {
        if (!passes_filter(w, row, index, i)) return false;
    }
    return true;
}

bool walk_join_row(struct walk *w, struct walk_row *row) {
    const struct fleet_table *t = &w->part->described;
    struct row_index index;
    if (w->part->reads_index) read_index(w, row, &index);
    for (size_t i = 0; i < t->join_count; i++) join_row(w, row, &index, &w->part->joins[i]);
    return passes(w, row, &index);
}
