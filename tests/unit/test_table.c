/* The rows of one table, asked of an agent whose names are a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/operation/table.h"
#include "snmpfleet/error.h"

/* Columns 1 to 3 of table 1.3.6.1.9.1, rows 1 to 4; column 2 has no row 3, and 9.2 lies behind. */
static const uint8_t agent[][8] = {
    { 0x2b, 6, 1, 9, 1, 1, 1, 1 }, { 0x2b, 6, 1, 9, 1, 1, 1, 2 }, { 0x2b, 6, 1, 9, 1, 1, 1, 3 },
    { 0x2b, 6, 1, 9, 1, 1, 1, 4 }, { 0x2b, 6, 1, 9, 1, 1, 2, 1 }, { 0x2b, 6, 1, 9, 1, 1, 2, 2 },
    { 0x2b, 6, 1, 9, 1, 1, 2, 4 }, { 0x2b, 6, 1, 9, 1, 1, 3, 1 }, { 0x2b, 6, 1, 9, 1, 1, 3, 2 },
    { 0x2b, 6, 1, 9, 1, 1, 3, 3 }, { 0x2b, 6, 1, 9, 1, 1, 3, 4 }, { 0x2b, 6, 1, 9, 2, 0, 0, 0 },
};

enum { NAMES = sizeof(agent) / sizeof(agent[0]), BYTES = 2048 };

static const struct fleet_column columns[] = {
    { .object = "one", .oid = "1.3.6.1.9.1.1.1" },
    { .object = "two", .oid = "1.3.6.1.9.1.1.2" },
    { .object = "three", .oid = "1.3.6.1.9.1.1.3" },
};

static const struct fleet_table asked = { .columns = columns, .column_count = 3 };

struct world {
    struct arena_pool pool;
    uint32_t table_number;
    uint32_t rows, cells;
    uint8_t last_index;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct world *w = context;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].index_length, 1);
        assert_true(rows[i].index[0] > w->last_index);
        w->last_index = rows[i].index[0];
        assert_string_equal(rows[i].table->columns[2].object, "three");
        for (size_t c = 0; c < 3; c++) w->cells += rows[i].cells[c].type == FLEET_INTEGER32;
        w->rows++;
    }
}

static int setup(void **state) {
    static struct world w;
    w = (struct world){ .rows = 0 };
    arena_pool_init(&w.pool, 4096, 4);
    *state = &w;
    return 0;
}

static int teardown(void **state) {
    struct world *w = *state;
    int leaked = w->pool.held != 0;
    arena_pool_deinit(&w->pool);
    return leaked;
}

static struct table *new_table(struct world *w, const struct fleet_table *which, bool is_v1) {
    const struct fleet_sink sink = { .context = w, .rows = take_rows };
    const struct table_terms terms = { .pool = &w->pool, .table_number = &w->table_number,
                                       .request_bytes = 1000, .memory = 64 << 20 };
    struct table *t;
    assert_int_equal(table_new(which, &sink, &terms, &t), 0);
    assert_int_equal(table_begin(t, is_v1), 0);
    return t;
}

static int name_behind(struct span name) {
    for (int i = 0; i < NAMES; i++) {
        size_t least = name.length < 8 ? name.length : 8;
        int order = memcmp(agent[i], name.bytes, least);
        if (order > 0 || (order == 0 && name.length < 8)) return i;
    }
    return NAMES;
}

/* The agent's answer to what the table asks now; false: the table has nothing more to ask. */
static bool one_round(struct table *t, uint8_t *ret_type) {
    uint8_t question[BYTES], answer[BYTES];
    struct ber_writer q = BER_WRITER(question, sizeof(question));
    struct pdu pdu;
    table_write(t, &pdu, &q);
    *ret_type = pdu.type;
    struct span names[3];
    size_t count = 0;
    struct ber_reader r = BER_READER(ber_written(&q));
    struct varbind vb;
    while (varbind_next(&r, &vb)) names[count++] = vb.oid;
    int at[64][3], rounds = pdu.type == PDU_GETBULK ? pdu.error_index : 1;
    if (rounds > 64) rounds = 64;
    for (int i = 0; i < rounds; i++) {
        for (size_t c = 0; c < count; c++) {
            at[i][c] = name_behind(names[c]);
            if (at[i][c] < NAMES) names[c] = span_of(agent[at[i][c]], 8);
        }
    }
    struct ber_writer w = BER_WRITER(answer, sizeof(answer));
    for (int i = rounds; i > 0; i--) {
        for (size_t c = count; c > 0; c--) {
            bool is_end = at[i - 1][c - 1] == NAMES;
            const struct fleet_value value = { .type = is_end ? FLEET_END_OF_MIB_VIEW
                                                              : FLEET_INTEGER32, .integer = 7 };
            varbind_write(&w, is_end ? names[c - 1] : span_of(agent[at[i - 1][c - 1]], 8), &value);
        }
    }
    pdu = (struct pdu){ .type = PDU_RESPONSE, .varbinds = ber_written(&w) };
    return table_take(t, &pdu, pdu.varbinds.length, 0, 1);
}

static void rows_come_in_order_with_their_holes(void **state) {
    struct world *w = *state;
    for (int is_v1 = 0; is_v1 < 2; is_v1++) {
        char detail[300];
        uint8_t type;
        int rounds = 0;
        w->rows = w->cells = w->last_index = 0;
        struct table *t = new_table(w, &asked, is_v1);
        while (one_round(t, &type)) {
            assert_int_equal(type, is_v1 ? PDU_GETNEXT : PDU_GETBULK);
            assert_true(rounds++ < 50);
        }
        assert_true(table_is_done(t));
        assert_int_equal(table_problem(t, detail, sizeof(detail)), FLEET_REASON_OK);
        table_flush(t);
        assert_int_equal(w->rows, 4);
        assert_int_equal(w->cells, 11);
        table_free(t);
    }
}

static void it_can_be_started_anew_while_nothing_has_come(void **state) {
    struct world *w = *state;
    uint8_t type;
    struct table *t = new_table(w, &asked, false);
    table_lost(t, false);
    assert_int_equal(table_begin(t, true), 0);
    while (one_round(t, &type)) assert_int_equal(type, PDU_GETNEXT);
    table_flush(t);
    assert_int_equal(w->rows, 4);
    table_free(t);
}

static void it_can_end_at_any_time(void **state) {
    struct world *w = *state;
    uint8_t type;
    for (int rounds = 0; rounds < 6; rounds++) {
        w->rows = w->cells = w->last_index = 0;
        struct table *t = new_table(w, &asked, true);
        for (int i = 0; i < rounds; i++) (void)one_round(t, &type);
        table_flush(t);
        assert_true(w->rows <= 4);
        if (rounds > 1) assert_true(w->rows > 0);
        table_free(t);
    }
}

static void what_is_no_table_is_refused(void **state) {
    struct world *w = *state;
    const struct fleet_sink sink = { .context = w, .rows = take_rows };
    const struct table_terms terms = { .pool = &w->pool, .table_number = &w->table_number };
    const struct fleet_table none = { .columns = columns };
    const struct fleet_column bad = { .object = "bad", .oid = "1.x" };
    const struct fleet_table wrong = { .columns = &bad, .column_count = 1 };
    struct table *t;
    assert_int_equal(table_new(&none, &sink, &terms, &t), FLEET_E_INVALID);
    assert_int_equal(table_new(&wrong, &sink, &terms, &t), FLEET_E_OID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rows_come_in_order_with_their_holes),
        TEST(it_can_be_started_anew_while_nothing_has_come),
        TEST(it_can_end_at_any_time),
        TEST(what_is_no_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
