/* How busy agents say they are, by whichever objects they have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "bench/gauge.h"

struct object {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t length;
};

static struct fleet_varbind varbind(struct object *o, const uint32_t *numbers, size_t count,
                                    uint8_t type, uint64_t value) {
    o->length = fleet_oid_bytes(numbers, count, o->bytes);
    return (struct fleet_varbind){ .oid = o->bytes, .oid_length = o->length,
                                   .value = { .type = type, .counter = value } };
}

static const uint32_t load_1[] = { 1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2, 196608 };
static const uint32_t load_2[] = { 1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2, 196609 };
static const uint32_t raw_user[] = { 1, 3, 6, 1, 4, 1, 2021, 11, 50, 0 };
static const uint32_t elsewhere[] = { 1, 3, 6, 1, 6, 3, 1 };

/* The answer to the probe of an agent that has only @numbers. */
static void found(struct gauge *g, const uint32_t *numbers, size_t count, uint8_t type,
                  uint64_t value) {
    struct fleet_varbind asked[GAUGE_SOURCES_MAX], answer[GAUGE_SOURCES_MAX];
    struct object only, other;
    size_t n = gauge_probe(asked);
    for (size_t i = 0; i < n; i++) {
        answer[i] = varbind(&only, numbers, count, type, value);
        bool is_it = only.length > asked[i].oid_length &&
                     memcmp(only.bytes, asked[i].oid, asked[i].oid_length) == 0;
        if (!is_it) answer[i] = varbind(&other, elsewhere, 7, FLEET_GAUGE32, 1);
    }
    gauge_found(g, answer, n);
}

static void processors_of_host_resources_are_averaged(void **state) {
    (void)state;
    struct gauge g;
    struct object a, b;
    found(&g, load_1, 12, FLEET_INTEGER32, 30);
    assert_string_equal(gauge_name(&g), "HOST-RESOURCES-MIB::hrProcessorLoad");
    assert_string_equal(gauge_root(&g), "1.3.6.1.2.1.25.3.3.1.2");
    const struct fleet_varbind one = varbind(&a, load_1, 12, FLEET_INTEGER32, 30);
    const struct fleet_varbind two = varbind(&b, load_2, 12, FLEET_INTEGER32, 70);
    gauge_add(&g, &one);
    gauge_add(&g, &two);
    struct fleet_varbind ask[1 + GAUGE_INSTANCES_MAX];
    assert_int_equal(gauge_question(&g, ask), 3);
    const struct fleet_varbind answer[] = {
        { .value = { .type = FLEET_TIME_TICKS, .counter = 1000 } }, one, two,
    };
    struct gauge_reading r;
    gauge_read(&g, answer, 3, &r);
    assert_true(r.cpu_percent == 50);
    assert_true(r.has_uptime);
    assert_int_equal(r.uptime_ticks, 1000);
    assert_false(r.has_restarted);
}

static void read_ticks(struct gauge *g, uint64_t user, uint64_t idle, double expected) {
    const struct fleet_varbind answer[] = {
        { .value = { .type = FLEET_TIME_TICKS, .counter = 1 } },
        { .value = { .type = FLEET_COUNTER32, .counter = user } },
        { .value = { .type = FLEET_COUNTER32, .counter = 5 } },
        { .value = { .type = FLEET_COUNTER32, .counter = 7 } },
        { .value = { .type = FLEET_COUNTER32, .counter = idle } },
    };
    struct gauge_reading r;
    gauge_read(g, answer, 5, &r);
    if (isnan(expected)) assert_true(isnan(r.cpu_percent));
    else assert_true(fabs(r.cpu_percent - expected) < 1e-9);
}

static void ticks_count_from_one_reading_to_the_next(void **state) {
    (void)state;
    struct gauge g;
    found(&g, raw_user, 10, FLEET_COUNTER32, 123456);
    assert_string_equal(gauge_name(&g), "UCD-SNMP-MIB::ssCpuRawIdle");
    assert_null(gauge_root(&g));
    struct fleet_varbind ask[1 + GAUGE_INSTANCES_MAX];
    struct object expected;
    assert_int_equal(gauge_question(&g, ask), 5);
    (void)varbind(&expected, raw_user, 10, FLEET_NULL, 0);
    assert_int_equal(ask[1].oid_length, expected.length);
    assert_memory_equal(ask[1].oid, expected.bytes, expected.length);
    read_ticks(&g, 1000, 5000, NAN);
    read_ticks(&g, 1030, 5070, 30);
    read_ticks(&g, 1030, 5070, NAN);  /* the agent has not counted on */
    read_ticks(&g, 10, 20, NAN);      /* it was started anew */
    read_ticks(&g, 60, 70, 50);
}

static void an_agent_without_any_of_them_has_none(void **state) {
    (void)state;
    struct gauge g;
    found(&g, elsewhere, 7, FLEET_GAUGE32, 1);
    assert_null(gauge_name(&g));
    struct fleet_varbind ask[1 + GAUGE_INSTANCES_MAX];
    assert_int_equal(gauge_question(&g, ask), 1);
    const struct fleet_varbind uptime = { .value = { .type = FLEET_TIME_TICKS, .counter = 4 } };
    struct gauge_reading r;
    gauge_read(&g, &uptime, 1, &r);
    assert_true(isnan(r.cpu_percent));
}

static void what_is_no_percentage_is_not_taken(void **state) {
    (void)state;
    struct gauge g;
    found(&g, load_1, 12, FLEET_INTEGER32, 101);
    assert_null(gauge_name(&g));
    found(&g, load_1, 12, FLEET_OCTET_STRING, 0);
    assert_null(gauge_name(&g));
}

static void read_uptime(struct gauge *g, uint64_t ticks, bool has_restarted) {
    const struct fleet_varbind uptime = { .value = { .type = FLEET_TIME_TICKS, .counter = ticks } };
    struct gauge_reading r;
    gauge_read(g, &uptime, 1, &r);
    assert_int_equal(r.has_restarted, has_restarted);
}

static void a_restart_is_seen_and_the_end_of_the_counter_is_none(void **state) {
    (void)state;
    struct gauge g = GAUGE_NULL;
    read_uptime(&g, 50000, false);
    read_uptime(&g, 50100, false);
    read_uptime(&g, 80, true);
    read_uptime(&g, 180, false);
    assert_int_equal(g.restarts, 1);
    g = GAUGE_NULL;
    read_uptime(&g, UINT32_MAX - 50, false);
    read_uptime(&g, 49, false);
    assert_int_equal(g.restarts, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processors_of_host_resources_are_averaged),
        cmocka_unit_test(ticks_count_from_one_reading_to_the_next),
        cmocka_unit_test(an_agent_without_any_of_them_has_none),
        cmocka_unit_test(what_is_no_percentage_is_not_taken),
        cmocka_unit_test(a_restart_is_seen_and_the_end_of_the_counter_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
