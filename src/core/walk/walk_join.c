/* walk_join: see walk_join.h. */
#include "core/walk/walk_join.h"

#include <stdio.h>

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

/* glob(7) without classes: '*' any run of bytes, '?' any one, '\' takes the next as it is. */
static bool glob_matches(const char *pattern, struct span text) {
    const char *star = NULL;
    size_t at = 0, star_at = 0;
    while (at < text.length || *pattern == '*') {
        if (*pattern == '*') {
            star = ++pattern;
            star_at = at;
            continue;
        }
        const char *literal = *pattern == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;
        bool is_any = *pattern == '?';
        if (*pattern != '\0' && (is_any || (uint8_t)*literal == text.bytes[at])) {
            pattern = literal + 1;
            at++;
        } else if (star != NULL) {
            pattern = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    return *pattern == '\0';
}

/* What a pattern is held against: octets but for NULs at the end, others as people write them. */
static struct span value_text(const struct fleet_value *v, char text[static FLEET_OID_TEXT_MAX]) {
    int length = 0;
    if (v->type == FLEET_OBJECT_IDENTIFIER)
        return span_of(text, oid_format(span_of(v->bytes, v->length), text));
    if (v->type == FLEET_IP_ADDRESS && v->length == 4)
        length = snprintf(text, FLEET_OID_TEXT_MAX, "%u.%u.%u.%u", v->bytes[0], v->bytes[1],
                          v->bytes[2], v->bytes[3]);
    else if (v->type == FLEET_INTEGER32)
        length = snprintf(text, FLEET_OID_TEXT_MAX, "%lld", (long long)v->integer);
    else if (value_is_unsigned(v))
        length = snprintf(text, FLEET_OID_TEXT_MAX, "%llu", (unsigned long long)v->counter);
    else if (v->type == FLEET_OPAQUE_FLOAT || v->type == FLEET_OPAQUE_DOUBLE)
        length = snprintf(text, FLEET_OID_TEXT_MAX, "%g", v->real);
    else return span_of(v->bytes, nul_text_length(v->bytes, v->length, NUL_ALL));
    return span_of(text, (size_t)length);
}

static bool value_is_between(const struct fleet_value *v, int64_t low, int64_t high) {
    if (v->type == FLEET_OPAQUE_FLOAT || v->type == FLEET_OPAQUE_DOUBLE)
        return v->real >= (double)low && v->real <= (double)high;
    if (!value_is_number(v)) return false;
    if (v->type == FLEET_INTEGER32) return v->integer >= low && v->integer <= high;
    return high >= 0 && v->counter <= (uint64_t)high && (low <= 0 || v->counter >= (uint64_t)low);
}

static bool filter_matches(const struct fleet_filter *filter, const struct fleet_value *v) {
    char room[FLEET_OID_TEXT_MAX];
    struct span text = value_text(v, room);
    for (size_t i = 0; i < filter->match_count; i++) {
        const struct fleet_match *m = &filter->matches[i];
        if (m->text != NULL ? glob_matches(m->text, text) : value_is_between(v, m->low, m->high))
            return true;
    }
    return false;
}

static bool passes(const struct walk *w, const struct walk_row *row, struct row_index *index) {
    const struct fleet_table *t = &w->part->described;
    for (size_t i = 0; i < t->filter_count; i++) {
        const struct fleet_filter *filter = &t->filters[i];
        struct fleet_value value;
        bool matches = read_source(w, row, index, w->part->filter_by[i], &value) &&
                       filter_matches(filter, &value);
        if (matches == filter->is_negated) return false;
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
