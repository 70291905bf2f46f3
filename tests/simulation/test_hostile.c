/*
 * Agents that are hostile or broken in each way that walks know, on the virtual network: whatever
 * they answer, each poll ends in one report, no row is doubled or invented, a report is ok only if
 * all came, and all of them together cost no more than the memory they may. SEED repeats a run.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "virtual.h"
#include "secrets.h"
#include "seed.h"

#define BASE "1.3.6.1.4.1."

enum {
    TARGETS = 260, ROWS_MAX = 40, COLUMNS = 3, LEAVES = 30, VARBINDS_MAX = 3000,
    MEMORY = 16 << 20, LARGE_VALUE = 60000, BAD_ROW = 5,
    TABLE = 2, SUBTREE = 5,       /* behind BASE */
};

enum kind {
    HONEST, GREEDY, GREEDY_SMALL, ENDLESS, LEAVES_OUT_ENDED, LEAVES_OUT_SOME, JUMPS_BACK, CIRCLE,
    OUT_OF_ORDER, UNDECODABLE, GEN_ERR, TOO_BIG, EMPTY, KINDS
};

static const struct fleet_column columns[COLUMNS] = {
    { .object = "a", .oid = BASE "2.1.1" }, { .object = "b", .oid = BASE "2.1.2" },
    { .object = "c", .oid = BASE "2.1.3" },
};
static const struct fleet_table tables[] = {
    { .name = "t", .columns = columns, .column_count = COLUMNS },
};
static const char *const subtrees[] = { BASE "5" };
static const struct fleet_module_options module = {
    .name = "m",
    .interval_ns = 30 * UINT64_C(1000000000),
    .tables = tables,
    .table_count = 1,
    .subtrees = subtrees,
    .subtree_count = 1,
};

struct seen {
    uint32_t reports;
    enum fleet_reason reason;
    uint32_t cells, leaves, rows, varbinds;
    bool row[ROWS_MAX + 1], leaf[LEAVES + 1];
    uint32_t last_free;           /* row or leaf of an endless agent */
};

static struct seen seen[TARGETS];
static uint32_t requests_of[TARGETS];

static enum kind kind_of(uint32_t agent) {
    return agent % KINDS;
}

static bool is_v1(uint32_t agent) {
    return agent / KINDS % 5 == 4;
}

static bool is_endless(uint32_t agent) {
    enum kind kind = kind_of(agent);
    return kind == GREEDY || kind == GREEDY_SMALL || kind == ENDLESS;
}

/* Rows of a column: the first is the longest, and the second of some agents is empty. */
static uint32_t rows_of(uint32_t agent, uint32_t column) {
    uint32_t rows = 12 + agent / KINDS % (ROWS_MAX - 12);
    return column == 1 ? rows : column == 2 ? agent / KINDS % 3 * 6 : rows - 4;
}

/* An object of an agent: a cell of the table, or a leaf of the subtree (column 0). */
struct object {
    uint32_t column, row;
};

static struct object object_at(uint32_t agent, uint32_t place);

static uint32_t object_count(uint32_t agent) {
    uint32_t count = LEAVES;
    for (uint32_t c = 1; c <= COLUMNS; c++) count += rows_of(agent, c);
    return count;
}

/* The row that comes as the @i-th of @rows: another order where the agent has none. */
static uint32_t nth_row(uint32_t agent, uint32_t i, uint32_t rows) {
    if (kind_of(agent) != OUT_OF_ORDER) return i + 1;
    /* Within each ten: 4 1 8 5 2 9 6 3 10 7, so that names go back less than requests reach. */
    uint32_t ten = i - i % 10;
    return ten + 10 <= rows ? ten + (i % 10 * 7 + 3) % 10 + 1 : i + 1;
}

static struct object object_at(uint32_t agent, uint32_t place) {
    for (uint32_t c = 1; c <= COLUMNS; c++) {
        uint32_t rows = rows_of(agent, c);
        if (place < rows) return (struct object){ c, nth_row(agent, place, rows) };
        place -= rows;
    }
    return (struct object){ 0, nth_row(agent, place, LEAVES) };
}

static size_t object_oid(struct object o, uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    uint32_t cell[] = { 1, 3, 6, 1, 4, 1, TABLE, 1, o.column, o.row };
    uint32_t leaf[] = { 1, 3, 6, 1, 4, 1, SUBTREE, o.row };
    return (size_t)(o.column != 0 ? oid_from_numbers(cell, 10, bytes)
                                  : oid_from_numbers(leaf, 8, bytes));
}

/* Where the walk goes on behind @oid: behind the object of that name, or at the first one above. */
static uint32_t place_behind(uint32_t agent, struct span oid) {
    uint32_t count = object_count(agent), best = count;
    uint8_t best_oid[FLEET_OID_BYTES_MAX], bytes[FLEET_OID_BYTES_MAX];
    size_t best_length = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct span name = span_of(bytes, object_oid(object_at(agent, i), bytes));
        if (span_equal(name, oid)) return i + 1;
        if (oid_compare(name, oid) <= 0 ||
            (best < count && oid_compare(name, span_of(best_oid, best_length)) >= 0))
            continue;
        best = i;
        best_length = name.length;
        memcpy(best_oid, bytes, name.length);
    }
    /* Out of order, the first of a column's or subtree's rows is not the least. */
    while (kind_of(agent) == OUT_OF_ORDER && best > 0 && best < count &&
           object_at(agent, best - 1).column == object_at(agent, best).column &&
           oid.length < best_length)
        best--;
    return best;
}

struct bind {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    size_t length;
    struct fleet_value value;
    bool is_boolean;
    uint16_t asked;               /* the name that it answers */
};

struct reply {
    struct bind binds[512];
    size_t count;
    int32_t error, index;
};

static uint8_t large[LARGE_VALUE];

/* What follows @oid, which becomes its name. False: the end. */
static bool follow(uint32_t agent, struct bind *b) {
    uint32_t place = place_behind(agent, span_of(b->oid, b->length));
    if (place >= object_count(agent)) return false;
    struct object o = object_at(agent, place);
    if (kind_of(agent) == CIRCLE && o.row == 12) o.row = 6;
    if (kind_of(agent) == JUMPS_BACK && o.column == 1 && o.row == 11) {
        uint32_t before[] = { 1, 3, 6, 1, 2, 1, 1, 1, 0 };
        b->length = (size_t)oid_from_numbers(before, 9, b->oid);
        return true;
    }
    b->length = object_oid(o, b->oid);
    b->value = (struct fleet_value){ .type = FLEET_INTEGER32,
                                     .integer = virtual_value(agent, o.column, o.row) };
    bool is_bad = o.column == 1 && o.row == BAD_ROW;
    b->is_boolean = is_bad && kind_of(agent) == UNDECODABLE;
    return true;
}

/* An endless agent: one varbind of the first column asked, or leaves without an end. */
static void answer_endless(uint32_t agent, struct reply *a, const struct bind *asked) {
    uint32_t row = ++requests_of[agent];
    uint8_t root[FLEET_OID_BYTES_MAX];
    size_t length = (size_t)oid_parse(span_text(BASE "2.1"), root);
    struct bind *b = &a->binds[0];
    bool is_table = span_starts_with(span_of(asked->oid, asked->length), span_of(root, length));
    struct object o = { is_table ? asked->oid[length] : 0, row };
    for (uint32_t i = 0; i < (kind_of(agent) == ENDLESS ? 60 : 1); i++, a->count++) {
        b = &a->binds[a->count];
        o.row = kind_of(agent) == ENDLESS ? row * 60 + i : row;
        b->length = object_oid(o, b->oid);
        b->is_boolean = false;
        b->value = (struct fleet_value){ .type = FLEET_OCTET_STRING, .bytes = large,
                                         .length = kind_of(agent) == GREEDY ? LARGE_VALUE : 24 };
    }
}

/*
 * Is the varbind left out, of a request for several columns? Never all of a row: who could tell that
 * it is missing.
 */
static bool is_left_out(uint32_t agent, const struct bind *b, const struct bind *asked,
                        uint32_t count) {
    if (count < 2) return false;
    bool has_left = !span_starts_with(span_of(b->oid, b->length), span_of(asked->oid, 8));
    if (kind_of(agent) == LEAVES_OUT_ENDED) return has_left;
    return kind_of(agent) == LEAVES_OUT_SOME &&
           (has_left || (b->oid[b->length - 1] + 2u * asked->oid[7] + requests_of[agent]) % 5 == 0);
}

static void answer_honest(uint32_t agent, struct reply *a, const struct bind *asked,
                          uint16_t asked_count, int32_t rounds) {
    struct bind at[COLUMNS];
    memcpy(at, asked, asked_count * sizeof(*asked));
    requests_of[agent]++;
    if (kind_of(agent) == EMPTY && requests_of[agent] % 3 == 0) return;
    for (int32_t round = 0; round < rounds && a->count + asked_count < 60; round++) {
        for (uint16_t i = 0; i < asked_count; i++) {
            if (!follow(agent, &at[i])) at[i].value.type = FLEET_END_OF_MIB_VIEW;
            if (is_left_out(agent, &at[i], &asked[i], asked_count)) continue;
            a->binds[a->count] = at[i];
            a->binds[a->count++].asked = i;
        }
    }
    if (kind_of(agent) != GEN_ERR && kind_of(agent) != TOO_BIG) return;
    uint8_t bad[FLEET_OID_BYTES_MAX];
    size_t length = object_oid((struct object){ 1, BAD_ROW }, bad);
    for (size_t i = 0; i < a->count; i++) {
        if (!span_equal(span_of(a->binds[i].oid, a->binds[i].length), span_of(bad, length)))
            continue;
        a->count = 0;
        a->error = kind_of(agent) == GEN_ERR ? ERROR_GEN_ERR : ERROR_TOO_BIG;
        a->index = a->binds[i].asked + 1;
    }
}

static void write_bind(struct ber_writer *w, const struct bind *b) {
    const uint8_t *mark = w->at;
    struct span oid = span_of(b->oid, b->length);
    if (!b->is_boolean) {
        varbind_write(w, oid, &b->value);
        return;
    }
    ber_write(w, 1, span_of("\xff", 1));
    ber_write(w, BER_OBJECT_IDENTIFIER, oid);
    ber_write_header(w, BER_SEQUENCE, mark);
}

static uint32_t answer(void *context, uint32_t agent, struct span datagram, uint64_t now,
                       uint8_t *bytes) {
    (void)context, (void)now;
    static struct reply a;
    struct bind asked[COLUMNS];
    uint16_t asked_count = 0;
    struct message m;
    if (message_decode(datagram, &m) != 0) return 0;
    struct ber_reader r = BER_READER(m.pdu.varbinds);
    struct varbind vb;
    while (asked_count < COLUMNS && varbind_next(&r, &vb)) {
        struct bind *b = &asked[asked_count++];
        memset(b, 0, sizeof(*b));
        memcpy(b->oid, vb.oid.bytes, vb.oid.length);
        b->length = vb.oid.length;
    }
    a.count = 0;
    a.error = a.index = 0;
    if (is_endless(agent)) answer_endless(agent, &a, &asked[0]);
    else
        answer_honest(agent, &a, asked, asked_count,
                      m.pdu.type == PDU_GETBULK ? m.pdu.error_index : 1);
    static uint8_t buffer[65000];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = a.count; i > 0; i--) write_bind(&w, &a.binds[i - 1]);
    struct pdu pdu = { .type = PDU_RESPONSE, .request_id = m.pdu.request_id,
                       .error_status = a.error, .error_index = a.index };
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(m.version, m.community, header);
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    struct span message = ber_written(&w);
    assert(w.error == 0);
    memcpy(bytes, message.bytes, message.length);
    return (uint32_t)message.length;
}

static void take_leaf(uint32_t agent, const struct fleet_row *row) {
    struct seen *s = &seen[agent];
    uint32_t numbers[16];
    size_t count = oid_to_numbers(span_of(row->index, row->index_length), numbers, 16);
    assert_int_equal(count, 8);
    assert_int_equal(numbers[6], SUBTREE);
    s->leaves++;
    if (is_endless(agent)) {
        assert_true(numbers[7] > s->last_free);
        s->last_free = numbers[7];
        return;
    }
    assert_in_range(numbers[7], 1, LEAVES);
    assert_false(s->leaf[numbers[7]]);
    s->leaf[numbers[7]] = true;
    assert_int_equal(row->cells[0].integer, virtual_value(agent, 0, numbers[7]));
}

static void take_table_row(uint32_t agent, const struct fleet_row *row) {
    struct seen *s = &seen[agent];
    const uint8_t *at = row->index;
    uint32_t index = oid_next_subid(&at);
    assert_true(at == row->index + row->index_length);
    s->rows++;
    if (is_endless(agent)) return;
    assert_in_range(index, 1, ROWS_MAX);
    assert_false(s->row[index]);
    s->row[index] = true;
    for (uint32_t c = 1; c <= COLUMNS; c++) {
        const struct fleet_value *cell = &row->cells[c - 1];
        if (cell->type == FLEET_ABSENT) continue;
        assert_true(index <= rows_of(agent, c));
        assert_int_equal(cell->integer, virtual_value(agent, c, index));
        s->cells++;
    }
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context;
    for (size_t i = 0; i < count; i++) {
        uint32_t agent = rows[i].target->number;
        assert_int_equal(seen[agent].reports, 0);
        if (rows[i].table->is_subtree) take_leaf(agent, &rows[i]);
        else take_table_row(agent, &rows[i]);
    }
}

/* Cells and leaves that the agent has. */
static uint32_t all_of(uint32_t agent) {
    return object_count(agent);
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    uint32_t agent = report->target->number;
    struct seen *s = &seen[agent];
    s->reports++;
    s->reason = report->reason;
    s->varbinds = report->varbinds;
    assert_int_equal(report->rows, s->rows + s->leaves);
    if (report->reason != FLEET_REASON_OK) return;
    assert_false(is_endless(agent));
    assert_int_equal(s->cells + s->leaves, all_of(agent));
}

static void add_targets(struct engine *e, struct virtual_network *v) {
    uint32_t m, number;
    assert_int_equal(engine_module_add(e, &module, &m), 0);
    for (uint32_t i = 0; i < TARGETS; i++) {
        char host[32], name[32];
        struct address a = virtual_address(i);
        snprintf(host, sizeof(host), "%u.%u.%u.%u", a.bytes[0], a.bytes[1], a.bytes[2], a.bytes[3]);
        snprintf(name, sizeof(name), "t%u", i);
        struct fleet_target_options t = {
            .name = name, .host = host, .modules = &m, .module_count = 1,
            .version = is_v1(i) ? FLEET_V1 : FLEET_V2C, .varbinds_max = VARBINDS_MAX,
        };
        assert_int_equal(engine_target_set(e, &t, &number, NULL,
                                           (struct moment){ v->now, virtual_unix(v) }), 0);
        assert_int_equal(number, i);
    }
}

/* What of each kind has to come, whatever else. */
static void check_agent(uint32_t agent) {
    const struct seen *s = &seen[agent];
    uint32_t got = s->cells + s->leaves, all = all_of(agent);
    if (s->reason != FLEET_REASON_OK && got != all)
        print_message("agent %u of kind %d: %s, %u of %u\n", agent, (int)kind_of(agent),
                      fleet_reason_text(s->reason), got, all);
    assert_int_equal(s->reports, 1);
    switch (kind_of(agent)) {
    case OUT_OF_ORDER:
        /* By GETNEXT each name is held against the one before. */
        if (is_v1(agent)) break;
        assert_int_equal(got, all);
        assert_int_equal(s->reason, FLEET_REASON_OK);
        break;
    case HONEST:
    case LEAVES_OUT_ENDED:
    case LEAVES_OUT_SOME:
        assert_int_equal(got, all);
        assert_int_equal(s->reason, FLEET_REASON_OK);
        break;
    case UNDECODABLE:
        assert_int_equal(got, all - 1);
        assert_int_equal(s->reason, FLEET_REASON_MALFORMED);
        break;
    case GEN_ERR:
        assert_int_equal(got, all - 1);
        assert_int_equal(s->reason, FLEET_REASON_AGENT_ERROR);
        break;
    case TOO_BIG:
        assert_int_equal(got, all - 1);
        assert_int_equal(s->reason, FLEET_REASON_TOO_BIG);
        break;
    case JUMPS_BACK:
        assert_int_equal(got, all - (rows_of(agent, 1) - 10));
        assert_int_equal(s->reason, FLEET_REASON_NOT_INCREASING);
        break;
    case CIRCLE: assert_int_equal(s->reason, FLEET_REASON_NOT_INCREASING); break;
    case ENDLESS:
        assert_int_equal(s->reason, FLEET_REASON_PARTIAL);
        assert_in_range(s->varbinds, VARBINDS_MAX, VARBINDS_MAX + 200);
        break;
    default: break;
    }
}

static void hostile_agents_cost_no_row_of_others_and_no_more_than_their_memory(void **state) {
    (void)state;
    struct virtual_faults faults = { .delay_ns = 20 * UINT64_C(1000000) };
    uint64_t seed = seed_of_run();
    struct virtual_network *v = virtual_new(seed, &faults);
    v->answer = answer;
    v->check_every = 64;
    struct engine_options options = {
        .sink = { .rows = take_rows, .report = take_report },
        .once = true,
        .window = 512,
        .dead_after = 3,
        .rto_floor_ns = 200 * UINT64_C(1000000),
        .secrets = secrets_of(seed),
        .memory = MEMORY,
    };
    struct engine *e;
    assert_int_equal(engine_new(&e, &options, v->now), 0);
    add_targets(e, v);
    size_t before = mallinfo2().uordblks, most = 0;
    uint64_t end = v->now + 100 * CLOCK_NS_PER_S;
    while (v->now < end && !engine_is_done(e)) {
        virtual_run(v, e, v->now + CLOCK_NS_PER_S / 20);
        size_t in_flight = v->count * (size_t)LARGE_VALUE;
        size_t used = mallinfo2().uordblks;
        used = used > before + in_flight ? used - before - in_flight : 0;
        if (used > most) most = used;
    }
    assert_true(engine_is_done(e));
    for (uint32_t i = 0; i < TARGETS; i++) check_agent(i);
    printf("longest datagram %.1f ms, most memory %zu KiB\n", (double)v->longest_ns / 1e6,
           most >> 10);
    assert_true(most < MEMORY + (4 << 20));
    engine_free(e, (struct moment){ v->now, virtual_unix(v) });
    virtual_free(v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_agents_cost_no_row_of_others_and_no_more_than_their_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
