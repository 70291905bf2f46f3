/* The walker alone: what it asks, what it makes of answers, and that it always ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/poll/plan_compile.h"
#include "core/poll/walk.h"
#include "wire/oid.h"

enum { ROWS_MAX = 256 };

struct bench {
    struct arena_pool pool;
    struct arena memory;
    struct plan *plan;
    struct walk walk;
    struct walk_sink sink;
    struct fleet_sink callbacks;
    struct fleet_target target;
    char rows[ROWS_MAX][64];   /* "index=a,b,-" */
    size_t row_count;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct bench *b = context;
    for (size_t i = 0; i < count; i++) {
        char index[FLEET_OID_TEXT_MAX];
        size_t length =
            rows[i].table->is_subtree
                ? oid_format(span_of(rows[i].index, rows[i].index_length), index)
                : oid_format_suffix(span_of(rows[i].index, rows[i].index_length), index);
        assert_true(b->row_count < ROWS_MAX);
        char *text = b->rows[b->row_count++];
        int at = snprintf(text, 64, "%.*s=", (int)length, index);
        for (size_t c = 0; c < rows[i].table->column_count; c++) {
            const struct fleet_value *v = &rows[i].cells[c];
            at += v->type == FLEET_INTEGER32
                      ? snprintf(text + at, 64 - (size_t)at, "%lld,", (long long)v->integer)
                      : snprintf(text + at, 64 - (size_t)at, "-,");
        }
        text[at - 1] = '\0';
    }
}

static void begin_learnt(struct bench *b, const struct fleet_module_options *module, bool is_v1,
                         uint8_t learnt) {
    memset(b, 0, sizeof(*b));
    arena_pool_init(&b->pool, 4096, 4);
    b->memory = ARENA_INIT(&b->pool);
    uint32_t number = 0;
    assert_int_equal(plan_new(module, 0, &b->pool, &number, &b->plan), 0);
    b->callbacks = (struct fleet_sink){ .context = b, .rows = take_rows };
    b->sink = (struct walk_sink){ .sink = &b->callbacks, .target = &b->target };
    uint8_t all[16];
    memset(all, learnt, sizeof(all));
    assert_int_equal(walk_init(&b->walk, &b->plan->parts[0], &b->memory, is_v1, all, 0), 0);
}

static void begin(struct bench *b, const struct fleet_module_options *module, bool is_v1) {
    begin_learnt(b, module, is_v1, 0);
}

static void end(struct bench *b) {
    walk_deinit(&b->walk);
    arena_deinit(&b->memory);
    plan_free(b->plan);
    arena_pool_deinit(&b->pool);
}

/* What the walk asks for now, as "GETBULK 10 1.3.6.1.2 1.3.6.1.3"; "" when nothing. */
static const char *asks(struct bench *b, uint16_t group) {
    static char text[2048];
    struct pdu pdu;
    if (!walk_produce(&b->walk, group)) return "";
    uint8_t buffer[4096];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    walk_write(&b->walk, group, &pdu, &w);
    int at = pdu.type == PDU_GETBULK
                 ? snprintf(text, sizeof(text), "GETBULK %d", pdu.error_index)
                 : snprintf(text, sizeof(text), "%s", pdu.type == PDU_GET ? "GET" : "GETNEXT");
    struct ber_reader r = BER_READER(ber_written(&w));
    struct varbind vb;
    while (varbind_next(&r, &vb)) {
        char oid[FLEET_OID_TEXT_MAX];
        size_t length = oid_format(vb.oid, oid);
        at += snprintf(text + at, sizeof(text) - (size_t)at, " %.*s", (int)length, oid);
    }
    assert_int_equal(r.error, 0);
    return text;
}

/* Answer: pairs "oid=number", "oid=end", "oid=none", separated by spaces. */
static void answer_error(struct bench *b, uint16_t group, const char *text, int32_t error,
                         int32_t index) {
    uint8_t buffer[65536], oids[128][FLEET_OID_BYTES_MAX];
    size_t lengths[128], count = 0;
    struct fleet_value values[128];
    char copy[8192], *rest = copy;
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *pair; (pair = strtok_r(rest, " ", &rest)) != NULL; count++) {
        char *value = strchr(pair, '=');
        *value++ = '\0';
        int length = oid_parse(span_text(pair), oids[count]);
        assert_true(length > 0);
        lengths[count] = (size_t)length;
        values[count] = (struct fleet_value){ .type = FLEET_INTEGER32, .integer = atoi(value) };
        if (strcmp(value, "end") == 0) values[count].type = FLEET_END_OF_MIB_VIEW;
        if (strcmp(value, "none") == 0) values[count].type = FLEET_NO_SUCH_INSTANCE;
    }
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = count; i > 0; i--)
        varbind_write(&w, span_of(oids[i - 1], lengths[i - 1]), &values[i - 1]);
    struct pdu pdu = { .type = PDU_RESPONSE,
                       .error_status = error,
                       .error_index = index,
                       .varbinds = ber_written(&w) };
    walk_consume(&b->walk, group, &pdu, pdu.varbinds.length + 40, 1, &b->sink);
}

static void answer(struct bench *b, uint16_t group, const char *text) {
    answer_error(b, group, text, 0, 0);
}

static void assert_rows(struct bench *b, size_t count, const char *const *rows) {
    assert_int_equal(b->row_count, count);
    for (size_t i = 0; i < count; i++) assert_string_equal(b->rows[i], rows[i]);
}

#define ROWS(b, ...) \
    do { \
        const char *const expected[] = { __VA_ARGS__ }; \
        assert_rows(b, sizeof(expected) / sizeof(expected[0]), expected); \
    } while (0)

static const struct fleet_column columns[] = { { .object = "a", .oid = "1.3.9.1.1" },
                                               { .object = "b", .oid = "1.3.9.1.2" } };
static const struct fleet_table tables[] = {
    { .name = "t", .columns = columns, .column_count = 2 }
};
static const struct fleet_module_options table = { .name = "m",
                                                   .tables = tables,
                                                   .table_count = 1 };

static const struct fleet_column two_columns[] = { { .object = "a", .oid = "1.3.9.1.1" },
                                                   { .object = "b", .oid = "1.3.8.1.2" } };
static const struct fleet_table two_tables[] = {
    { .name = "t", .columns = two_columns, .column_count = 2 }
};
static const struct fleet_module_options two_groups = { .name = "m",
                                                        .tables = two_tables,
                                                        .table_count = 1 };

static const struct fleet_column scalar_columns[] = {
    { .object = "x", .oid = "1.3.7.1.0" },
    { .object = "y", .oid = "1.3.7.2.0" },
    { .object = "z", .oid = "1.3.7.3.0" },
};
static const struct fleet_module_options scalars = { .name = "m",
                                                     .scalars = scalar_columns,
                                                     .scalar_count = 3 };

static const char *const roots[] = { ".1.3.9" };
static const struct fleet_module_options subtree = { .name = "m",
                                                     .subtrees = roots,
                                                     .subtree_count = 1 };

static void walk_asks_all_columns_row_wise_and_goes_on_behind_the_last(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9.1.1 1.3.9.1.2");
    assert_string_equal(asks(&b, 0), "");  /* one request a group */
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.9.1.1.2=12 1.3.9.1.2.2=22");
    ROWS(&b, "1=11,21", "2=12,22");
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9.1.1.2 1.3.9.1.2.2");
    answer(&b, 0, "1.3.9.1.2.1=21 1.3.9.1.3.1=0");
    assert_string_equal(asks(&b, 0), "");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    end(&b);
}

static void walk_places_cells_of_sparse_columns_by_index(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0,
           "1.3.9.1.1.1=11 1.3.9.1.2.2=22 1.3.9.1.1.2=12 1.3.9.1.2.200=2200 1.3.9.1.1.3=13 "
           "1.3.9.1.3.1=0 "
           "1.3.9.1.1.130=1130 1.3.9.1.3.2=0 1.3.9.1.2.1=0 1.3.9.1.3.3=0");
    assert_true(walk_is_done(&b.walk));
    ROWS(&b, "1=11,-", "2=12,22", "3=13,-", "130=1130,-", "200=-,2200");
    end(&b);
}

static void walk_hands_out_rows_only_when_all_groups_have_passed(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &two_groups, false);
    assert_int_equal(b.plan->parts[0].group_count, 2);
    asks(&b, 0);
    asks(&b, 1);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.1.3=13 1.3.9.1.2.1=0");
    assert_int_equal(b.row_count, 0);
    answer(&b, 1, "1.3.8.1.2.1=21 1.3.8.1.2.2=22");
    ROWS(&b, "1=11,21", "2=-,22");
    assert_string_equal(asks(&b, 1), "GETBULK 10 1.3.8.1.2.2");
    answer(&b, 1, "1.3.8.1.3.1=0");
    ROWS(&b, "1=11,21", "2=-,22", "3=13,-");
    end(&b);
}

static void walk_stops_when_agent_repeats_last_oid(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.2=22");
    assert_true((b.walk.problems & WALK_NOT_INCREASING) != 0);
    assert_string_equal(b.walk.problem_at, "a");
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9.1.2.2");  /* the other column goes on */
    answer(&b, 0, "1.3.9.1.3.1=0");
    ROWS(&b, "1=11,21", "2=-,22");
    end(&b);
}

static void walk_of_a_subtree_stops_at_a_loop_and_keeps_its_rows(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9");
    answer(&b, 0, "1.3.9.1=1 1.3.9.2=2 1.3.9.3=3 1.3.9.1=1 1.3.9.2=2");
    assert_true((b.walk.problems & WALK_NOT_INCREASING) != 0);
    assert_true(walk_is_done(&b.walk));
    ROWS(&b, "1.3.9.1=1", "1.3.9.2=2", "1.3.9.3=3");
    end(&b);
}

static void walk_of_a_leaf_asks_for_it_by_get(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    asks(&b, 0);
    answer(&b, 0, "1.4.1=1");
    assert_string_equal(asks(&b, 0), "GET 1.3.9");
    answer(&b, 0, "1.3.9=5");
    ROWS(&b, "1.3.9=5");
    assert_true(walk_is_done(&b.walk));
    assert_string_equal(asks(&b, 0), "");
    end(&b);
}

static void walk_halves_repetitions_on_too_big_down_to_getnext(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    const char *const steps[] = { "GETBULK 10", "GETBULK 5", "GETBULK 2", "GETBULK 1",
                                  "GETNEXT 1.3.9.1.1 1.3.9.1.2" };
    for (size_t i = 0; i < 5; i++) {
        const char *text = asks(&b, 0);
        assert_memory_equal(text, steps[i], strlen(steps[i]));
        answer_error(&b, 0, "", ERROR_TOO_BIG, 0);
    }
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1");  /* then fewer columns */
    answer_error(&b, 0, "", ERROR_TOO_BIG, 0);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.2");
    assert_true((b.walk.problems & WALK_TOO_BIG) != 0);
    answer(&b, 0, "1.3.9.1.2.1=21");
    ROWS(&b, "1=-,21");
    end(&b);
}

static void walk_grows_while_replies_are_full_and_fit(void **state) {
    (void)state;
    struct bench b;
    begin_learnt(&b, &table, false, 1);
    assert_string_equal(asks(&b, 0), "GETBULK 1 1.3.9.1.1 1.3.9.1.2");
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    assert_string_equal(asks(&b, 0), "GETBULK 2 1.3.9.1.1.1 1.3.9.1.2.1");
    answer(&b, 0, "1.3.9.1.1.2=11 1.3.9.1.2.2=21");  /* not all it was asked for */
    assert_string_equal(asks(&b, 0), "GETBULK 2 1.3.9.1.1.2 1.3.9.1.2.2");
    walk_lost(&b.walk, 0);
    answer(&b, 0, "1.3.9.1.1.3=11 1.3.9.1.2.3=21");
    /* One loss may be chance, two in a row are not. */
    assert_string_equal(asks(&b, 0), "GETBULK 2 1.3.9.1.1.3 1.3.9.1.2.3");
    walk_lost(&b.walk, 0);
    walk_lost(&b.walk, 0);
    answer(&b, 0, "1.3.9.1.1.4=11 1.3.9.1.2.4=21");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.4 1.3.9.1.2.4");
    assert_int_equal(walk_learnt(&b.walk, 0), 1);
    end(&b);
}

static void walk_of_an_agent_that_is_silent_to_getbulk_turns_to_getnext(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9.1.1 1.3.9.1.2");
    walk_lost(&b.walk, 0);
    walk_lost(&b.walk, 0);
    assert_int_equal(b.walk.groups[0].repetitions, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    assert_int_equal(walk_learnt(&b.walk, 0), WALK_LEARNT_GETNEXT);
    end(&b);
}

static void walk_does_not_give_up_getbulk_for_ever_once_it_has_worked(void **state) {
    (void)state;
    struct bench b;
    begin_learnt(&b, &table, false, 3);
    asks(&b, 0);
    walk_lost(&b.walk, 0);
    assert_int_equal(walk_learnt(&b.walk, 0), 1);  /* by an earlier walk */
    end(&b);
    begin(&b, &table, false);
    asks(&b, 0);
    walk_lost(&b.walk, 0);
    walk_lost(&b.walk, 0);
    answer_error(&b, 0, "", ERROR_GEN_ERR, 1);
    answer(&b, 0, "1.3.9.1.2.1=21");
    assert_int_equal(walk_learnt(&b.walk, 0), WALK_LEARNT_GETNEXT);  /* it never worked */
    end(&b);
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    asks(&b, 0);
    answer_error(&b, 0, "", ERROR_GEN_ERR, 1);
    assert_int_equal(b.walk.groups[0].repetitions, 0);
    assert_int_equal(walk_learnt(&b.walk, 0), 1);  /* it worked until then */
    end(&b);
}

/* Answer what is asked with rows from @at on, as many as it asks for; how many. */
static int answer_rows(struct bench *b, int at) {
    const char *text = asks(b, 0);
    int rows = 1;
    sscanf(text, "GETBULK %d", &rows);
    char reply[8192] = "";
    for (int i = 0; i < rows; i++) {
        size_t length = strlen(reply);
        snprintf(reply + length, sizeof(reply) - length, "1.3.9.1.1.%d=1 1.3.9.1.2.%d=2 ", at + i,
                 at + i);
    }
    answer(b, 0, reply);
    return rows;
}

static void repetitions_come_back_after_losses_by_chance(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    int at = 1, most = 0;
    for (int i = 0; i < 4; i++) at += answer_rows(&b, at);
    for (int i = 0; i < 6; i++) walk_lost(&b.walk, 0);
    assert_int_equal(b.walk.groups[0].repetitions, 0);
    for (int i = 0; i < 10 * 2 * WALK_PATIENCE_MIN; i++) {
        int rows = answer_rows(&b, at);
        assert_true(i >= WALK_PATIENCE_MIN || rows <= 1);  /* not at once */
        at += rows;
        most = rows > most ? rows : most;
        b.row_count = 0;
    }
    assert_true(most >= 10);
    end(&b);
}

static void an_answer_that_was_late_takes_back_what_its_loss_cost(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9.1.1 1.3.9.1.2");
    walk_lost(&b.walk, 0);
    walk_lost(&b.walk, 0);
    answer(&b, 0,
           "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.9.1.1.2=12 1.3.9.1.2.2=22 1.3.9.1.1.3=13 "
           "1.3.9.1.2.3=23");
    assert_string_equal(asks(&b, 0), "GETBULK 3 1.3.9.1.1.3 1.3.9.1.2.3");
    end(&b);
}

static void walk_of_a_v1_target_uses_getnext_and_ends_by_no_such_name(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, true);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1 1.3.9.1.2");
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1 1.3.9.1.2.1");
    answer_error(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21", ERROR_NO_SUCH_NAME, 2);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1");
    answer(&b, 0, "1.3.9.1.2.1=0");
    ROWS(&b, "1=11,21");
    assert_int_equal(b.walk.problems, 0);
    end(&b);
}

static void scalars_without_the_missing_one_are_asked_again(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &scalars, true);
    assert_string_equal(asks(&b, 0), "GET 1.3.7.1.0 1.3.7.2.0 1.3.7.3.0");
    answer_error(&b, 0, "", ERROR_NO_SUCH_NAME, 2);
    assert_string_equal(asks(&b, 0), "GET 1.3.7.1.0 1.3.7.3.0");
    answer(&b, 0, "1.3.7.1.0=1 1.3.7.3.0=3");
    ROWS(&b, "=1,-,3");
    end(&b);
}

static void scalars_that_are_exceptions_are_absent(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &scalars, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.7.1.0=1 1.3.7.2.0=none 1.3.7.3.0=3");
    ROWS(&b, "=1,-,3");
    assert_int_equal(b.walk.problems, 0);
    end(&b);
}

static void an_error_on_one_column_costs_only_that_column(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer_error(&b, 0, "", ERROR_GEN_ERR, 1);  /* whatever ails GETBULK, GETNEXT names the
                                                   column */
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1 1.3.9.1.2");
    answer_error(&b, 0, "", ERROR_GEN_ERR, 1);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.2");
    answer(&b, 0, "1.3.9.1.2.7=27");
    ROWS(&b, "7=-,27");
    assert_true((b.walk.problems & WALK_AGENT_ERROR) != 0);
    end(&b);
}

static void empty_answers_end_the_walk_as_malformed(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    int turns = 0;
    while (*asks(&b, 0) != '\0') {
        answer(&b, 0, "");
        assert_true(++turns < 20);
    }
    assert_true((b.walk.problems & WALK_MALFORMED) != 0);
    assert_true(walk_is_done(&b.walk));
    end(&b);
}

static void a_question_that_cannot_be_asked_is_asked_again(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9");
    walk_cancel(&b.walk, 0);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9");  /* and nothing counts as lost */
    answer(&b, 0, "1.4.1=1");
    assert_string_equal(asks(&b, 0), "GET 1.3.9");
    walk_cancel(&b.walk, 0);
    assert_false(walk_is_done(&b.walk));
    assert_string_equal(asks(&b, 0), "GET 1.3.9");
    end(&b);
}

static void rows_left_at_the_end_are_handed_out(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &two_groups, false);
    asks(&b, 0);
    asks(&b, 1);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.1.3=13");
    walk_flush(&b.walk, &b.sink);
    ROWS(&b, "1=11,-", "3=13,-");
    end(&b);
}

/*
 * A long table whose second group starts late: rows wait, then move between arenas, and none is
 * lost or changed.
 */
static void many_rows_survive_the_move_to_another_arena(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &two_groups, false);
    asks(&b, 0);
    asks(&b, 1);
    uint32_t index = 1, behind = 1, checked = 0;
    for (int turn = 0; turn < 400; turn++) {
        char text[4096] = "";
        int at = 0;
        for (int i = 0; i < 40; i++, index++)
            at += snprintf(text + at, sizeof(text) - (size_t)at, "1.3.9.1.1.%u=%u ", index, index);
        answer(&b, 0, text);
        asks(&b, 0);
        at = 0;
        for (int i = 0; i < 30; i++, behind++)
            at +=
                snprintf(text + at, sizeof(text) - (size_t)at, "1.3.8.1.2.%u=%u ", behind, behind);
        answer(&b, 1, text);
        asks(&b, 1);
        for (size_t i = 0; i < b.row_count; i++) {
            char expected[64];
            checked++;
            snprintf(expected, sizeof(expected), "%u=%u,%u", checked, checked, checked);
            assert_string_equal(b.rows[i], expected);
        }
        b.row_count = 0;
        if (!b.walk.groups[0].is_busy) break;  /* it waits for the other group: memory is bounded */
    }
    assert_true(checked >= 1000);
    assert_true(b.walk.rows_arena.taken < 4u << 20);
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_asks_all_columns_row_wise_and_goes_on_behind_the_last),
        cmocka_unit_test(walk_places_cells_of_sparse_columns_by_index),
        cmocka_unit_test(walk_hands_out_rows_only_when_all_groups_have_passed),
        cmocka_unit_test(walk_stops_when_agent_repeats_last_oid),
        cmocka_unit_test(walk_of_a_subtree_stops_at_a_loop_and_keeps_its_rows),
        cmocka_unit_test(walk_of_a_leaf_asks_for_it_by_get),
        cmocka_unit_test(walk_halves_repetitions_on_too_big_down_to_getnext),
        cmocka_unit_test(walk_grows_while_replies_are_full_and_fit),
        cmocka_unit_test(walk_of_an_agent_that_is_silent_to_getbulk_turns_to_getnext),
        cmocka_unit_test(walk_does_not_give_up_getbulk_for_ever_once_it_has_worked),
        cmocka_unit_test(an_answer_that_was_late_takes_back_what_its_loss_cost),
        cmocka_unit_test(repetitions_come_back_after_losses_by_chance),
        cmocka_unit_test(walk_of_a_v1_target_uses_getnext_and_ends_by_no_such_name),
        cmocka_unit_test(scalars_without_the_missing_one_are_asked_again),
        cmocka_unit_test(scalars_that_are_exceptions_are_absent),
        cmocka_unit_test(an_error_on_one_column_costs_only_that_column),
        cmocka_unit_test(empty_answers_end_the_walk_as_malformed),
        cmocka_unit_test(a_question_that_cannot_be_asked_is_asked_again),
        cmocka_unit_test(rows_left_at_the_end_are_handed_out),
        cmocka_unit_test(many_rows_survive_the_move_to_another_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
