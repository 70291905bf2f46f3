/* The walker alone: what it asks, what it makes of answers, and that it always ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/walk/plan_compile.h"
#include "core/walk/walk.h"
#include "core/walk/walk_problem.h"
#include "wire/oid.h"

enum { ROWS_MAX = 256, BOOLEAN = 1 };

struct bench {
    struct arena_pool pool;
    struct arena memory;
    struct plan *plan;
    struct walk walk;
    struct walk_terms terms;
    uint8_t learnt[16];
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

/* The walk begins, with @request_bytes for a request and @memory for rows that wait. */
static void begin_narrow(struct bench *b, const struct fleet_module_options *module, bool is_v1,
                         uint8_t learnt, uint32_t request_bytes, size_t memory) {
    memset(b, 0, sizeof(*b));
    arena_pool_init(&b->pool, 4096, 4);
    b->memory = ARENA_INIT(&b->pool);
    uint32_t number = 0;
    assert_int_equal(plan_new(module, 0, &b->pool, &number, &b->plan), 0);
    b->callbacks = (struct fleet_sink){ .context = b, .rows = take_rows };
    b->sink = (struct walk_sink){ .sink = &b->callbacks, .target = &b->target };
    memset(b->learnt, learnt, sizeof(b->learnt));
    b->terms = (struct walk_terms){ .learnt = b->learnt, .request_bytes = request_bytes,
                                    .memory = memory, .is_v1 = is_v1, .walks = &b->walk,
                                    .walk_count = 1 };
    assert_int_equal(walk_init(&b->walk, &b->plan->parts[0], &b->memory, &b->terms), 0);
}

static void ignore_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void begin_learnt(struct bench *b, const struct fleet_module_options *module, bool is_v1,
                         uint8_t learnt) {
    begin_narrow(b, module, is_v1, learnt, WALK_REQUEST_BYTES, 256 << 20);
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

/* Did the walk meet @problem? */
static bool met(const struct bench *b, enum walk_problem problem) {
    return (b->walk.problems & 1u << problem) != 0;
}

/* What a report says of @problem. */
static const char *told(const struct bench *b, enum walk_problem problem) {
    static char text[512];
    assert_true(met(b, problem));
    walk_describe(&b->walk, problem, text, sizeof(text));
    return text;
}

/*
 * Answer: pairs "oid=number", "oid=end", "oid=none", "oid=boolean" (which SNMP does not know),
 * "!=number" (a name that does not decode), separated by spaces.
 */
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
        int length = *pair == '!' ? 1 : oid_parse(span_text(pair), oids[count]);
        assert_true(length > 0);
        if (*pair == '!') oids[count][0] = 0xff;
        lengths[count] = (size_t)length;
        values[count] = (struct fleet_value){ .type = FLEET_INTEGER32, .integer = atoi(value) };
        if (strcmp(value, "end") == 0) values[count].type = FLEET_END_OF_MIB_VIEW;
        if (strcmp(value, "none") == 0) values[count].type = FLEET_NO_SUCH_INSTANCE;
        if (strcmp(value, "boolean") == 0) values[count].type = BOOLEAN;
    }
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = count; i > 0; i--) {
        struct span oid = span_of(oids[i - 1], lengths[i - 1]);
        const uint8_t *mark = w.at;
        if (values[i - 1].type != BOOLEAN) {
            varbind_write(&w, oid, &values[i - 1]);
            continue;
        }
        ber_write(&w, BOOLEAN, span_of("\xff", 1));
        ber_write(&w, BER_OBJECT_IDENTIFIER, oid);
        ber_write_header(&w, BER_SEQUENCE, mark);
    }
    struct pdu pdu = { .type = PDU_RESPONSE,
                       .error_status = error,
                       .error_index = index,
                       .varbinds = ber_written(&w) };
    walk_consume(&b->walk, group, &pdu, pdu.varbinds.length + 40, 1, &b->sink);
    assert_true(walk_check(&b->walk));
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
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1 1.3.9.1.2.2");
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.3.1=0");
    assert_true(met(&b, WALK_NOT_INCREASING));
    assert_true(walk_is_done(&b.walk));
    ROWS(&b, "1=11,21", "2=-,22");
    end(&b);
}

static void walk_of_a_subtree_stops_at_a_loop_and_keeps_its_rows(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    assert_string_equal(asks(&b, 0), "GETBULK 10 1.3.9");
    answer(&b, 0, "1.3.9.1=1 1.3.9.2=2 1.3.9.3=3 1.3.9.1=1 1.3.9.2=2");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.3");
    answer(&b, 0, "1.3.9.1=1");
    assert_true(met(&b, WALK_NOT_INCREASING));
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
    answer(&b, 0, "1.3.9.1.2.1=21");
    assert_string_equal(told(&b, WALK_TOO_BIG), "tooBig for a single value at a.1");
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
    assert_int_equal(walk_learnt(&b.walk, 0), WALK_LEARNT_DOUBT);  /* it was not tried again yet */
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
    assert_int_equal(walk_learnt(&b.walk, 0), WALK_LEARNT_DOUBT);  /* it never worked */
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
    assert_true(met(&b, WALK_AGENT_ERROR));
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
    assert_true(met(&b, WALK_MALFORMED));
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

static void a_loop_is_asked_again_by_getnext_and_then_named(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.9.1.1.2=12 1.3.9.1.2.2=22 "
                  "1.3.9.1.1.1=11 1.3.9.1.2.3=23");
    ROWS(&b, "1=11,21", "2=12,22");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.2 1.3.9.1.2.3");
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.4=24");
    assert_string_equal(told(&b, WALK_NOT_INCREASING),
                        "OIDs do not increase at a.2: 1.3.9.1.1.1 came");
    /* Only that column ends, and GETBULK is not given up for the other. */
    assert_string_equal(asks(&b, 0), "GETBULK 1 1.3.9.1.2.4");
    answer(&b, 0, "1.3.9.1.3.1=0");
    ROWS(&b, "1=11,21", "2=12,22", "3=-,23", "4=-,24");
    end(&b);
}

static void what_getbulk_breaks_and_getnext_does_not_is_no_fault(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.1.1=0 1.3.9.1.2.2=22");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1 1.3.9.1.2.2");
    answer(&b, 0, "1.3.9.1.1.2=12 1.3.9.1.3.1=0");
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.2.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "1=11,21", "2=12,22");
    end(&b);
}

static void a_way_back_out_of_the_table_is_told_with_its_place(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.1.1=0 1.3.1.1=0");
    asks(&b, 0);
    answer(&b, 0, "1.3.1.1=0 1.3.1.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_string_equal(told(&b, WALK_NOT_INCREASING),
                        "OIDs do not increase at a.1: 1.3.1.1 came, and at 1 more");
    ROWS(&b, "1=11,21");
    end(&b);
}

static void rows_out_of_order_are_taken_each_once(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.5=15 1.3.9.1.2.5=25 1.3.9.1.1.2=12 1.3.9.1.2.2=22 "
                  "1.3.9.1.1.9=19 1.3.9.1.2.9=29 1.3.9.1.1.4=14 1.3.9.1.2.4=24");
    /* What is above the name that is asked next may come again, and waits. */
    ROWS(&b, "2=12,22", "4=14,24");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 10"), " 1.3.9.1.1.4 1.3.9.1.2.4");
    answer(&b, 0, "1.3.9.1.1.5=15 1.3.9.1.2.5=25 1.3.9.1.1.7=17 1.3.9.1.2.7=27 "
                  "1.3.9.1.2.1=0 1.3.9.1.3.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "2=12,22", "4=14,24", "5=15,25", "7=17,27", "9=19,29");
    end(&b);
}

static void names_of_a_subtree_out_of_order_are_taken_each_once(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.5=5 1.3.9.2=2 1.3.9.9=9 1.3.9.4=4");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 10"), " 1.3.9.4");
    answer(&b, 0, "1.3.9.5=5 1.3.9.7=7 1.3.9.9=9");
    asks(&b, 0);
    answer(&b, 0, "1.3.9.11=11 1.3.9.10=10 1.4.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "1.3.9.5=5", "1.3.9.2=2", "1.3.9.9=9", "1.3.9.4=4", "1.3.9.7=7", "1.3.9.11=11",
         "1.3.9.10=10");
    end(&b);
}

static void a_subtree_that_goes_below_the_name_asked_ends_there(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.5=5 1.3.9.6=6");
    asks(&b, 0);
    answer(&b, 0, "1.3.9.3=3 1.3.9.7=7");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.6");
    answer(&b, 0, "1.3.9.3=3");
    assert_true(walk_is_done(&b.walk));
    assert_string_equal(told(&b, WALK_NOT_INCREASING),
                        "OIDs do not increase at 1.3.9.6: 1.3.9.3 came");
    ROWS(&b, "1.3.9.5=5", "1.3.9.6=6");
    end(&b);
}

static void an_agent_that_leaves_out_ended_columns_loses_no_row(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.9.1.1.2=12 1.3.9.1.1.3=13 1.3.9.1.1.4=14");
    assert_int_equal(b.walk.problems, 0);
    /* Whether column b has ended is found out by asking for it alone. */
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 10"), " 1.3.9.1.2.1");
    answer(&b, 0, "1.3.9.1.3.1=0");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 10"), " 1.3.9.1.1.2");
    answer(&b, 0, "1.3.9.1.1.3=13 1.3.9.1.1.4=14 1.3.9.1.1.5=15 1.3.9.1.2.1=21");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "1=11,21", "2=12,-", "3=13,-", "4=14,-", "5=15,-");
    end(&b);
}

static void an_agent_that_leaves_out_an_empty_first_column_loses_no_row(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.2.1=21 1.3.9.1.2.2=22 1.3.9.1.2.3=23 1.3.9.1.2.4=24");
    for (int turns = 0; *asks(&b, 0) != '\0'; turns++) {
        assert_true(turns < 20);
        struct walk_group *group = &b.walk.groups[0];
        if (group->asked[0] == 1)
            answer(&b, 0, "1.3.9.1.2.1=21 1.3.9.1.2.2=22 1.3.9.1.2.3=23 1.3.9.1.2.4=24 "
                          "1.3.9.1.3.1=0");
        else answer(&b, 0, "1.3.9.1.2.1=21");
    }
    assert_true(walk_is_done(&b.walk));
    ROWS(&b, "1=-,21", "2=-,22", "3=-,23", "4=-,24");
    end(&b);
}

static void an_empty_column_shows_the_first_rows_of_the_next_one_twice(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.2.1=21 1.3.9.1.2.1=21 1.3.9.1.2.2=22 1.3.9.1.2.2=22 1.3.9.1.3.1=0 "
                  "1.3.9.1.3.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "1=-,21", "2=-,22");
    end(&b);
}

static void a_value_that_does_not_decode_costs_its_cell(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=boolean 1.3.9.1.1.2=12 1.3.9.1.2.2=22 !=0 "
                  "1.3.9.1.2.3=23 1.3.9.1.1.4=14 1.3.9.1.2.4=24 1.3.9.1.2.1=0 1.3.9.1.3.1=0");
    assert_true(walk_is_done(&b.walk));
    assert_string_equal(told(&b, WALK_UNDECODABLE),
                        "a name or value that does not decode at b.1, and at 1 more");
    ROWS(&b, "1=11,-", "2=12,22", "3=-,23", "4=14,24");
    end(&b);
    begin(&b, &subtree, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1=1 1.3.9.2=boolean 1.3.9.3=3 1.4.1=0");
    assert_string_equal(told(&b, WALK_UNDECODABLE),
                        "a name or value that does not decode at 1.3.9.2");
    ROWS(&b, "1.3.9.1=1", "1.3.9.3=3");
    end(&b);
    begin(&b, &scalars, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.7.1.0=1 1.3.7.2.0=boolean 1.3.7.3.0=3");
    assert_string_equal(told(&b, WALK_UNDECODABLE), "a name or value that does not decode at y");
    ROWS(&b, "=1,-,3");
    end(&b);
}

static void a_cell_with_an_error_is_passed_behind_the_row_that_others_show(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    asks(&b, 0);
    answer_error(&b, 0, "", ERROR_GEN_ERR, 2);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1 1.3.9.1.2.1");
    answer_error(&b, 0, "", ERROR_GEN_ERR, 2);
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.1");
    answer(&b, 0, "1.3.9.1.1.2=12");
    assert_string_equal(asks(&b, 0), "GETNEXT 1.3.9.1.1.2 1.3.9.1.2.2");
    answer(&b, 0, "1.3.9.1.1.3=13 1.3.9.1.2.3=23");
    /* The cell is behind us: GETBULK again. */
    assert_string_equal(asks(&b, 0), "GETBULK 2 1.3.9.1.1.3 1.3.9.1.2.3");
    answer(&b, 0, "1.3.9.1.2.1=0 1.3.9.1.3.1=0");
    assert_string_equal(told(&b, WALK_AGENT_ERROR), "genErr at b.2");
    ROWS(&b, "1=11,21", "2=12,-", "3=13,23");
    end(&b);
}

static void a_cell_that_is_too_big_is_passed_by_a_guess_where_no_column_shows_a_row(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &subtree, false);
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1=1");
    int turns = 0;
    while (strcmp(asks(&b, 0), "GETNEXT 1.3.9.2") != 0) {
        answer_error(&b, 0, "", ERROR_TOO_BIG, 0);
        assert_true(++turns < 10);
    }
    answer(&b, 0, "1.3.9.3=3");
    assert_string_equal(told(&b, WALK_TOO_BIG), "tooBig for a single value at 1.3.9.2");
    assert_string_equal(asks(&b, 0), "GETBULK 2 1.3.9.3");
    answer(&b, 0, "1.4.1=0");
    ROWS(&b, "1.3.9.1=1", "1.3.9.3=3");
    end(&b);
}

static const char *const wide_names[] = { "1.3.9.1.1", "1.3.9.1.2", "1.3.9.1.3", "1.3.9.1.4" };

static void a_request_that_would_be_too_long_asks_for_the_columns_furthest_behind(void **state) {
    (void)state;
    struct fleet_column wide_columns[4];
    for (int i = 0; i < 4; i++) {
        wide_columns[i] = (struct fleet_column){ .object = "x", .oid = wide_names[i] };
    }
    const struct fleet_table wide_table = { .name = "t", .columns = wide_columns,
                                            .column_count = 4 };
    const struct fleet_module_options wide = { .name = "m", .tables = &wide_table,
                                               .table_count = 1 };
    struct bench b;
    begin_narrow(&b, &wide, false, 1, 40, 256 << 20);  /* two names of 4 octets and their frames */
    assert_string_equal(asks(&b, 0), "GETBULK 1 1.3.9.1.1 1.3.9.1.2");
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 2"), " 1.3.9.1.3 1.3.9.1.4");
    answer(&b, 0, "1.3.9.1.3.1=31 1.3.9.1.4.1=41");
    ROWS(&b, "1=11,21,31,41");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 4"), " 1.3.9.1.1.1 1.3.9.1.2.1");
    /* Larger than the path takes: half of it, and no more from then on. */
    walk_too_large(&b.walk, 0);
    answer(&b, 0, "1.3.9.1.1.2=12");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 4"), " 1.3.9.1.2.1");
    /* The answer to the first attempt after all. */
    answer(&b, 0, "1.3.9.1.2.2=22");
    end(&b);
}

static void of_an_answer_to_an_attempt_that_asked_more_columns_the_first_row_is_taken(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    walk_too_large(&b.walk, 0);
    answer(&b, 0, "1.3.9.1.1.1=11 1.3.9.1.2.1=21 1.3.9.1.1.2=12 1.3.9.1.2.2=22");
    assert_string_equal(asks(&b, 0) + strlen("GETBULK 10"), " 1.3.9.1.2");
    answer(&b, 0, "1.3.9.1.2.1=21 1.3.9.1.2.2=22 1.3.9.1.3.1=0");
    asks(&b, 0);
    answer(&b, 0, "1.3.9.1.1.2=12 1.3.9.1.2.1=21");
    assert_true(walk_is_done(&b.walk));
    assert_int_equal(b.walk.problems, 0);
    ROWS(&b, "1=11,21", "2=12,22");
    end(&b);
}

static void getbulk_comes_back_in_the_walk_whose_first_one_was_lost(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    asks(&b, 0);
    walk_lost(&b.walk, 0);
    walk_lost(&b.walk, 0);
    int at = 1, most = 0;
    answer(&b, 0, "1.3.9.1.1.1=1 1.3.9.1.2.1=2");
    for (int i = 0; i < 12; i++) {
        int rows = answer_rows(&b, at + 1);
        at += rows;
        b.row_count = 0;
        most = rows > most ? rows : most;
    }
    assert_true(most >= 8);
    end(&b);
}

static void getbulk_that_is_lost_again_and_again_is_given_up(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    int lost = 0, at = 1;
    for (int i = 0; i < 60; i++) {
        const char *text = asks(&b, 0);
        while (strncmp(text, "GETBULK", 7) == 0 && b.walk.groups[0].repetitions > 0) {
            walk_lost(&b.walk, 0);
            lost++;
        }
        char reply[64];
        snprintf(reply, sizeof(reply), "1.3.9.1.1.%d=1 1.3.9.1.2.%d=2", at, at);
        answer(&b, 0, reply);
        at++;
        b.row_count = 0;
    }
    assert_int_equal(lost, 2 + WALK_TRIALS);
    assert_int_equal(walk_learnt(&b.walk, 0), WALK_LEARNT_GETNEXT);
    end(&b);
}

/*
 * One varbind of the first column a reply, its OIDs ever increasing: it waits for the other
 * columns, and the walk takes no more than it may.
 */
static void a_column_that_runs_ahead_waits_for_the_others(void **state) {
    (void)state;
    struct bench b;
    begin(&b, &table, false);
    const char *text = asks(&b, 0);
    unsigned index = 1;
    for (; strstr(text, "1.3.9.1.1") != NULL && index < 100000; index++) {
        char reply[64];
        snprintf(reply, sizeof(reply), "1.3.9.1.1.%u=1", index);
        answer(&b, 0, reply);
        text = asks(&b, 0);
    }
    assert_true(index > 1000 && index < 20000);
    assert_true(b.walk.row_bytes <= WALK_AHEAD_BYTES + 1000);
    assert_string_equal(strchr(text, '1') == NULL ? "" : strrchr(text, ' '), " 1.3.9.1.2");
    b.sink.sink = &(struct fleet_sink){ .rows = ignore_rows };
    walk_flush(&b.walk, &b.sink);
    end(&b);
    /* Where all polls together have little, it waits earlier. */
    begin_narrow(&b, &table, false, 0, WALK_REQUEST_BYTES, 1 << 20);
    text = asks(&b, 0);
    for (index = 1; strstr(text, "1.3.9.1.1") != NULL && index < 100000; index++) {
        char reply[64];
        snprintf(reply, sizeof(reply), "1.3.9.1.1.%u=1", index);
        answer(&b, 0, reply);
        text = asks(&b, 0);
    }
    assert_true(b.walk.rows_arena.held <= 256 << 10);
    b.sink.sink = &(struct fleet_sink){ .rows = ignore_rows };
    walk_flush(&b.walk, &b.sink);
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
        cmocka_unit_test(repetitions_come_back_after_losses_by_chance),
        cmocka_unit_test(an_answer_that_was_late_takes_back_what_its_loss_cost),
        cmocka_unit_test(walk_of_a_v1_target_uses_getnext_and_ends_by_no_such_name),
        cmocka_unit_test(scalars_without_the_missing_one_are_asked_again),
        cmocka_unit_test(scalars_that_are_exceptions_are_absent),
        cmocka_unit_test(an_error_on_one_column_costs_only_that_column),
        cmocka_unit_test(empty_answers_end_the_walk_as_malformed),
        cmocka_unit_test(a_question_that_cannot_be_asked_is_asked_again),
        cmocka_unit_test(rows_left_at_the_end_are_handed_out),
        cmocka_unit_test(many_rows_survive_the_move_to_another_arena),
        cmocka_unit_test(a_loop_is_asked_again_by_getnext_and_then_named),
        cmocka_unit_test(what_getbulk_breaks_and_getnext_does_not_is_no_fault),
        cmocka_unit_test(a_way_back_out_of_the_table_is_told_with_its_place),
        cmocka_unit_test(rows_out_of_order_are_taken_each_once),
        cmocka_unit_test(names_of_a_subtree_out_of_order_are_taken_each_once),
        cmocka_unit_test(a_subtree_that_goes_below_the_name_asked_ends_there),
        cmocka_unit_test(an_agent_that_leaves_out_ended_columns_loses_no_row),
        cmocka_unit_test(an_agent_that_leaves_out_an_empty_first_column_loses_no_row),
        cmocka_unit_test(an_empty_column_shows_the_first_rows_of_the_next_one_twice),
        cmocka_unit_test(a_value_that_does_not_decode_costs_its_cell),
        cmocka_unit_test(a_cell_with_an_error_is_passed_behind_the_row_that_others_show),
        cmocka_unit_test(a_cell_that_is_too_big_is_passed_by_a_guess_where_no_column_shows_a_row),
        cmocka_unit_test(a_request_that_would_be_too_long_asks_for_the_columns_furthest_behind),
        cmocka_unit_test(of_an_answer_to_an_attempt_that_asked_more_columns_the_first_row_is_taken),
        cmocka_unit_test(getbulk_comes_back_in_the_walk_whose_first_one_was_lost),
        cmocka_unit_test(getbulk_that_is_lost_again_and_again_is_given_up),
        cmocka_unit_test(a_column_that_runs_ahead_waits_for_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
