/*
 * The engine on a virtual clock and a virtual network: thousands of targets, losses, delays, dead
 * and broken agents. Whatever happens, each poll ends in exactly one report, rows are right, and
 * nothing is left over. SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "virtual.h"
#include "seed.h"
#include "secrets.h"

enum { TARGETS_MAX = 5000 };

#define BASE "1.3.6.1.4.1."

static const struct fleet_column scalars[] = {
    { .object = "one", .oid = BASE "1.1.0" }, { .object = "two", .oid = BASE "1.2.0" },
    { .object = "three", .oid = BASE "1.3.0" }, { .object = "none", .oid = BASE "1.4.0" },
};
static const struct fleet_column columns[] = {
    { .object = "a", .oid = BASE "2.1.1" }, { .object = "b", .oid = BASE "2.1.2" },
    { .object = "c", .oid = BASE "3.1.1" }, { .object = "d", .oid = BASE "3.1.2" },
};
/* A table joined with the other by its index, of which only the first rows are kept. */
enum { JOINED_MAX = 20 };
static const struct fleet_column joined_columns[] = { { .object = "e", .oid = BASE "3.1.2" } };
static const struct fleet_column other_columns[] = { { .object = "f", .oid = BASE "2.1.1" } };
static const struct fleet_index row_index[] = { { .name = "row" } };
static const char *const by_row[] = { "row" };
static const struct fleet_join joins[] = {
    { .index = row_index, .index_count = 1, .by = by_row, .columns = other_columns,
      .column_count = 1 },
};
static const struct fleet_match first_rows = { .low = 1, .high = JOINED_MAX };
static const struct fleet_filter filters[] = {
    { .by = "row", .matches = &first_rows, .match_count = 1 },
};
static const struct fleet_table tables[] = {
    { .name = "t", .columns = columns, .column_count = 4 },
    { .name = "j", .columns = joined_columns, .column_count = 1, .index = row_index,
      .index_count = 1, .joins = joins, .join_count = 1, .filters = filters, .filter_count = 1 },
};
static const struct fleet_module_options module = {
    .name = "m",
    .interval_ns = 30 * UINT64_C(1000000000),
    .scalars = scalars,
    .scalar_count = 4,
    .tables = tables,
    .table_count = 2,
};

struct observed {
    uint32_t reports, ok;
    uint32_t rows, scalars, joined;  /* of the poll that runs */
    uint32_t last_row, last_joined;
    enum fleet_reason last;
    int64_t last_report_ns, gap_ns;
    uint32_t repetitions;            /* of the last report */
};

struct scenario {
    const char *name;
    struct virtual_faults faults;
    uint32_t targets;
    bool once;
    uint32_t window, rate;
    uint64_t seconds;
    bool checks;
    uint64_t deadline_ns;            /* of a poll; 0: its interval */
    uint64_t quiet_seconds;          /* at the end: nothing is lost any more */
    uint32_t lossy_getnext;          /* targets on GETNEXT when they begin */
    struct observed seen[TARGETS_MAX];
    uint32_t reasons[FLEET_REASONS];
    struct fleet_stats stats;        /* in the end */
    uint64_t fills, icmp, forged_icmp;
};

/*
 * Every cell is what the agent has, and present exactly where the agent has it (in polls that end
 * ok, see the report).
 */
static void check_row(uint32_t agent, const struct fleet_row *row, bool *complete) {
    uint32_t index = 0;
    const uint8_t *at = row->index;
    if (!row->table->is_scalars) {
        index = oid_next_subid(&at);
        assert_true(at == row->index + row->index_length);
    }
    for (size_t i = 0; i < row->table->column_count; i++) {
        struct virtual_object o =
            row->table->is_scalars
                ? (struct virtual_object){ 1, (uint32_t)i + 1, 0 }
                : (struct virtual_object){ i < 2 ? 2 : 3, (uint32_t)i % 2 + 1, index };
        if (row->cells[i].type == FLEET_ABSENT) {
            *complete &= !virtual_has(agent, o);
            continue;
        }
        assert_true(virtual_has(agent, o));
        assert_int_equal(row->cells[i].integer,
                         virtual_value(agent, o.table << 8 | o.column, o.row));
    }
}

/* The joined row has both cells whenever the poll ends ok, and never another agent's or row's. */
static void check_joined_row(uint32_t agent, const struct fleet_row *row, struct observed *seen,
                             bool *complete) {
    const uint8_t *at = row->index;
    uint32_t index = oid_next_subid(&at);
    assert_true(index > seen->last_joined && index <= JOINED_MAX);
    assert_int_equal(row->table->column_count, 2);
    for (size_t i = 0; i < 2; i++) {
        uint32_t object = i == 0 ? 3 << 8 | 2 : 2 << 8 | 1;
        *complete &= row->cells[i].type != FLEET_ABSENT;
        if (row->cells[i].type != FLEET_ABSENT)
            assert_int_equal(row->cells[i].integer, virtual_value(agent, object, index));
    }
    seen->last_joined = index;
    seen->joined++;
}

static bool rows_complete[TARGETS_MAX];

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct scenario *s = context;
    for (size_t i = 0; i < count; i++) {
        uint32_t agent = rows[i].target->number;
        struct observed *seen = &s->seen[agent];
        if (rows[i].table->join_count > 0) {
            check_joined_row(agent, &rows[i], seen, &rows_complete[agent]);
            continue;
        }
        check_row(agent, &rows[i], &rows_complete[agent]);
        if (rows[i].table->is_scalars) {
            seen->scalars++;
            continue;
        }
        const uint8_t *at = rows[i].index;
        uint32_t index = oid_next_subid(&at);
        assert_true(index > seen->last_row);  /* in order, none twice */
        seen->last_row = index;
        seen->rows++;
    }
}

static void take_report(void *context, const struct fleet_report *report) {
    struct scenario *s = context;
    uint32_t agent = report->target->number;
    struct observed *seen = &s->seen[agent];
    assert_int_equal(report->rows, seen->rows + seen->scalars + seen->joined);
    if (report->reason == FLEET_REASON_OK) {
        assert_int_equal(seen->scalars, 1);
        uint32_t all = virtual_rows(agent);
        assert_int_equal(seen->rows, all);
        assert_int_equal(seen->joined, all < JOINED_MAX ? all : JOINED_MAX);
        assert_true(rows_complete[agent]);
        seen->ok++;
    }
    seen->gap_ns = report->time_ns - seen->last_report_ns;
    seen->last_report_ns = report->time_ns;
    seen->reports++;
    seen->last = report->reason;
    seen->repetitions = report->max_repetitions;
    seen->rows = seen->scalars = seen->joined = seen->last_row = seen->last_joined = 0;
    rows_complete[agent] = true;
    s->reasons[report->reason]++;
}

static void check_nothing_left(struct engine *e, struct virtual_network *v) {
    struct fleet_stats stats;
    engine_get_stats(e, &stats);
    assert_int_equal(stats.polls_running, 0);
    assert_int_equal(stats.requests_in_flight, 0);
    assert_int_equal(stats.requests, v->sent + v->waiting);
    assert_int_equal(stats.send_failed, v->refusals);
}

/* Targets of v2c with a table whose last poll ended on GETNEXT. */
static uint32_t count_getnext(const struct scenario *s) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->targets; i++)
        count += i % 5 != 4 && virtual_rows(i) > 0 && s->seen[i].reports > 0 &&
                 s->seen[i].repetitions == 0;
    return count;
}

static void run_scenario(struct scenario *s) {
    uint64_t seed = seed_of_run();
    struct virtual_network *v = virtual_new(seed, &s->faults);
    v->checks = s->checks;
    v->rate = s->rate;
    v->check_every = 512;
    struct engine_options options = {
        .sink = { .context = s, .rows = take_rows, .report = take_report },
        .once = s->once,
        .window = s->window != 0 ? s->window : 512,
        .rate = s->rate,
        .dead_after = 3,
        .rto_floor_ns = 200 * UINT64_C(1000000),
        .secrets = secrets_of(seed),
    };
    struct engine *e;
    assert_int_equal(engine_new(&e, &options, v->now), 0);
    uint32_t m;
    assert_int_equal(engine_module_add(e, &module, &m), 0);
    for (uint32_t i = 0; i < s->targets; i++) {
        char host[32], name[32];
        struct address a = virtual_address(i);
        snprintf(host, sizeof(host), "%u.%u.%u.%u", a.bytes[0], a.bytes[1], a.bytes[2], a.bytes[3]);
        snprintf(name, sizeof(name), "t%u", i);
        struct fleet_target_options t = { .name = name,
                                          .host = host,
                                          .modules = &m,
                                          .module_count = 1,
                                          .version = i % 5 == 4 ? FLEET_V1 : FLEET_V2C,
                                          .deadline_ns = s->deadline_ns };
        uint32_t number;
        assert_int_equal(engine_target_set(e, &t, &number, NULL, (struct moment){ v->now, virtual_unix(v) }), 0);
        assert_int_equal(number, i);
        rows_complete[i] = true;
    }
    uint64_t end = v->now + s->seconds * CLOCK_NS_PER_S;
    virtual_run(v, e, end - s->quiet_seconds * CLOCK_NS_PER_S);
    if (s->quiet_seconds > 0) v->faults.loss = 0;
    s->lossy_getnext = count_getnext(s);
    virtual_run(v, e, end);
    engine_drain(e);
    virtual_run(v, e, v->now + 120 * CLOCK_NS_PER_S);
    assert_true(engine_is_done(e));
    check_nothing_left(e, v);
    engine_get_stats(e, &s->stats);
    s->fills = v->fills;
    s->icmp = v->icmp;
    s->forged_icmp = v->forged_icmp;
    engine_free(e, (struct moment){ v->now, virtual_unix(v) });
    virtual_free(v);
}

static struct scenario scene;

static struct scenario *begin(uint32_t targets, uint64_t seconds, bool once) {
    memset(&scene, 0, sizeof(scene));
    scene.targets = targets;
    scene.seconds = seconds;
    scene.once = once;
    scene.faults.delay_ns = 20 * UINT64_C(1000000);
    scene.faults.jitter_ns = 10 * UINT64_C(1000000);
    return &scene;
}

static void every_poll_of_a_clean_fleet_is_complete(void **state) {
    (void)state;
    struct scenario *s = begin(5000, 100, true);
    run_scenario(s);
    for (uint32_t i = 0; i < s->targets; i++) {
        assert_int_equal(s->seen[i].reports, 1);
        assert_int_equal(s->seen[i].last, FLEET_REASON_OK);
    }
}

static void losses_cost_retries_but_no_rows(void **state) {
    (void)state;
    struct scenario *s = begin(3000, 300, true);
    s->faults.loss = 0.05;
    s->faults.duplicate = 0.1;
    run_scenario(s);
    uint32_t ok = 0;
    for (uint32_t i = 0; i < s->targets; i++) {
        assert_int_equal(s->seen[i].reports, 1);
        ok += s->seen[i].ok;
    }
    /* Four attempts, each lost with 0.0975: a request fails one time in ten thousand. */
    assert_true(ok > s->targets * 95 / 100);
}

static void each_turn_of_each_target_has_one_report(void **state) {
    (void)state;
    struct scenario *s = begin(2000, 300, false);
    s->faults.loss = 0.02;
    run_scenario(s);
    for (uint32_t i = 0; i < s->targets; i++) {
        /* 300 s at 30 s: ten turns, wherever the phase lies. */
        assert_true(s->seen[i].reports >= 9 && s->seen[i].reports <= 11);
        assert_true(s->seen[i].ok >= 8);
    }
}

static void getbulk_is_back_two_polls_after_a_lossy_time(void **state) {
    (void)state;
    struct scenario *s = begin(2000, 400, false);
    s->faults.loss = 0.35;
    s->quiet_seconds = 65;
    run_scenario(s);
    uint32_t left = count_getnext(s);
    print_message("on GETNEXT: %u of %u after the losses, %u two polls later\n", s->lossy_getnext,
                  s->targets, left);
    assert_true(s->lossy_getnext > 0);
    assert_true(left * 10 <= s->lossy_getnext);
}

static void dead_targets_do_not_hold_up_the_living(void **state) {
    (void)state;
    struct scenario *s = begin(5000, 300, false);
    s->faults.dead = 0.3;
    s->window = 128;
    run_scenario(s);
    uint32_t dead = 0;
    struct virtual_network shape = { .faults = s->faults };
    for (uint32_t i = 0; i < s->targets; i++) {
        assert_true(s->seen[i].reports >= 9);
        if (virtual_is(&shape, i, s->faults.dead, 1)) {
            assert_int_equal(s->seen[i].ok, 0);
            dead++;
        } else {
            assert_int_equal(s->seen[i].ok, s->seen[i].reports);
            assert_true(s->seen[i].gap_ns < INT64_C(32000000000));
        }
    }
    assert_true(dead > 1000);
    /* After three silent polls there is one probe a cycle. */
    assert_true(s->reasons[FLEET_REASON_TIMEOUT] >= dead * 9);
}

static void all_faults_together_end_every_poll_once(void **state) {
    (void)state;
    struct scenario *s = begin(2000, 600, true);
    s->faults = (struct virtual_faults){ .loss = 0.1,
                                         .duplicate = 0.1,
                                         .wrong_source = 0.05,
                                         .garbage = 0.1,
                                         .truncate = 0.05,
                                         .dead = 0.1,
                                         .too_big = 0.2,
                                         .looping = 0.2,
                                         .delay_ns = 300 * UINT64_C(1000000),
                                         .jitter_ns = 400 * UINT64_C(1000000) };
    run_scenario(s);
    struct virtual_network shape = { .faults = s->faults };
    for (uint32_t i = 0; i < s->targets; i++) {
        assert_int_equal(s->seen[i].reports, 1);
        bool loops = virtual_is(&shape, i, s->faults.looping, 3) && virtual_rows(i) >= 12;
        if (loops) assert_int_not_equal(s->seen[i].last, FLEET_REASON_OK);
    }
    assert_true(s->reasons[FLEET_REASON_OK] > 500);
    assert_true(s->reasons[FLEET_REASON_NOT_INCREASING] > 50);
}

static void a_rate_limit_is_kept(void **state) {
    (void)state;
    struct scenario *s = begin(500, 1000, true);
    s->rate = 100;
    run_scenario(s);
    uint32_t ok = 0;
    int64_t last = 0;
    for (uint32_t i = 0; i < s->targets; i++) {
        ok += s->seen[i].ok;
        if (s->seen[i].last_report_ns > last) last = s->seen[i].last_report_ns;
    }
    /* At least 500 scalar requests alone, at 100 a second. */
    assert_true(last - INT64_C(1700000012345678901) > INT64_C(4800000000));
    assert_true(ok > 0);
}

/* Every target has one report; returns how many are ok. */
static uint32_t count_ok(const struct scenario *s) {
    uint32_t ok = 0;
    for (uint32_t i = 0; i < s->targets; i++) {
        assert_int_equal(s->seen[i].reports, 1);
        ok += s->seen[i].ok;
    }
    return ok;
}

/*
 * The send buffer is full for up to two seconds at a time, longer than any time-out: whoever
 * waits for it is not taken for silent, and what was encoded and paid for is so once.
 */
static void a_full_send_buffer_costs_time_and_nothing_else(void **state) {
    (void)state;
    struct scenario *s = begin(250, 1000, true);
    s->faults.full = 0.002;
    s->faults.full_ns = 2 * CLOCK_NS_PER_S;
    s->deadline_ns = FLEET_NO_DEADLINE;  /* the times without room may add up to an interval */
    s->rate = 1000;
    s->window = 100;
    s->checks = true;
    run_scenario(s);
    assert_int_equal(count_ok(s), s->targets);
    assert_true(s->fills >= 3);
    assert_int_equal(s->stats.retries, 0);
    assert_int_equal(s->stats.late, 0);
}

static void refused_sends_cost_attempts_and_few_polls(void **state) {
    (void)state;
    struct scenario *s = begin(400, 300, true);
    s->faults.no_memory = s->faults.refused = 0.03;
    s->faults.full = 0.005;
    s->faults.full_ns = CLOCK_NS_PER_S / 2;
    s->checks = true;
    run_scenario(s);
    assert_true(s->stats.send_failed > 50);
    assert_true(count_ok(s) > s->targets * 9 / 10);
}

static void a_firewall_is_told_as_that(void **state) {
    (void)state;
    struct scenario *s = begin(50, 300, true);
    s->faults.refused = 1;
    s->checks = true;
    run_scenario(s);
    (void)count_ok(s);
    assert_int_equal(s->reasons[FLEET_REASON_UNREACHABLE], s->targets);
    for (uint32_t i = 0; i < s->targets; i++)
        assert_true(s->seen[i].last_report_ns - INT64_C(1700000012345678901) < INT64_C(35000000000));
}

static void icmp_errors_cost_attempts_and_few_polls(void **state) {
    (void)state;
    struct scenario *s = begin(400, 300, true);
    s->faults.icmp = 0.05;
    s->checks = true;
    run_scenario(s);
    assert_true(s->icmp > 50);
    assert_int_equal(s->stats.icmp, s->icmp);
    /* Two in a row of one request: one in four hundred of them. */
    assert_true(count_ok(s) > s->targets * 9 / 10);
}

static void forged_icmp_errors_change_nothing(void **state) {
    (void)state;
    struct scenario *s = begin(400, 300, true);
    s->faults.forged_icmp = 1;
    s->checks = true;
    run_scenario(s);
    assert_int_equal(count_ok(s), s->targets);
    assert_true(s->forged_icmp > s->targets);
    assert_int_equal(s->stats.icmp, s->forged_icmp);
    assert_int_equal(s->stats.icmp_ignored, s->forged_icmp);
    assert_int_equal(s->stats.retries, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_poll_of_a_clean_fleet_is_complete),
        cmocka_unit_test(losses_cost_retries_but_no_rows),
        cmocka_unit_test(each_turn_of_each_target_has_one_report),
        cmocka_unit_test(getbulk_is_back_two_polls_after_a_lossy_time),
        cmocka_unit_test(dead_targets_do_not_hold_up_the_living),
        cmocka_unit_test(all_faults_together_end_every_poll_once),
        cmocka_unit_test(a_rate_limit_is_kept),
        cmocka_unit_test(a_full_send_buffer_costs_time_and_nothing_else),
        cmocka_unit_test(refused_sends_cost_attempts_and_few_polls),
        cmocka_unit_test(a_firewall_is_told_as_that),
        cmocka_unit_test(icmp_errors_cost_attempts_and_few_polls),
        cmocka_unit_test(forged_icmp_errors_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
