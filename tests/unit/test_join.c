/*
 * Joins and filters: the parts of a plan walked against an agent that is a list of objects; rows
 * are told as "table index: cells".
 */
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
#include "snmpfleet/error.h"
#include "wire/oid.h"

struct object {
    const char *oid;
    const char *text;     /* NULL: a number */
    int64_t number;       /* of text: how many of the NULs behind it are sent */
};

/* Interfaces, bridge ports, a table by port and one by interface and direction. */
static const struct object objects[] = {
    { "1.3.1.1.1", "eth0", 0 },   { "1.3.1.1.2", "eth1", 0 },  { "1.3.1.1.7", "eth7", 0 },
    { "1.3.1.2.1", NULL, 1 },     { "1.3.1.2.2", NULL, 2 },    { "1.3.1.2.7", NULL, 1 },
    { "1.3.2.1.10", NULL, 1 },    { "1.3.2.1.20", NULL, 7 },   { "1.3.2.1.30", NULL, 9 },
    { "1.3.3.1.1", NULL, 10 },    { "1.3.3.1.2", NULL, 20 },   { "1.3.3.1.3", NULL, 30 },
    { "1.3.3.1.4", NULL, 40 },    { "1.3.3.1.5", NULL, 10 },
    { "1.3.4.1.1.1", NULL, 100 }, { "1.3.4.1.1.2", NULL, 101 }, { "1.3.4.1.7.1", NULL, 107 },
    { "1.3.5.1.2.97.98", "x", 0 }, { "1.3.6.1.3", "ab", 0 },
    { "1.3.7.1.1", "eth0\0\0", 1 }, { "1.3.7.1.2", "eth1\0\0", 2 }, { "1.3.7.1.3", "", 1 },
    { "1.3.8.0", "core", 0 },  /* a scalar, and the next one */
    { "1.3.9.0", "other", 0 },
    { "1.3.10.1.1", "\x28", 0 }, { "1.3.10.1.2", "\x20\0\0", 2 }, { "1.3.10.1.3", "\x08", 0 },
};
enum { OBJECTS = sizeof(objects) / sizeof(objects[0]) };

struct bench {
    struct arena_pool pool;
    struct arena memory;
    struct plan *plan;
    struct walk walks[8];
    struct walk_terms terms;
    struct walk_sink sink;
    struct fleet_sink callbacks;
    struct fleet_target target;
    char told[2048];
};

static void tell(struct bench *b, const char *text) {
    size_t at = strlen(b->told);
    assert_true(at + strlen(text) < sizeof(b->told));
    strcpy(b->told + at, text);
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct bench *b = context;
    for (size_t i = 0; i < count; i++) {
        char text[FLEET_OID_TEXT_MAX + 64], index[FLEET_OID_TEXT_MAX];
        size_t length = oid_format_suffix(span_of(rows[i].index, rows[i].index_length), index);
        snprintf(text, sizeof(text), "%s %.*s:", rows[i].table->name, (int)length, index);
        tell(b, text);
        for (size_t k = 0; k < rows[i].table->column_count; k++) {
            const struct fleet_value *v = &rows[i].cells[k];
            if (v->type == FLEET_INTEGER32)
                snprintf(text, sizeof(text), " %lld", (long long)v->integer);
            else if (v->type == FLEET_OCTET_STRING)
                snprintf(text, sizeof(text), " %.*s", (int)v->length, (const char *)v->bytes);
            else snprintf(text, sizeof(text), " -");
            tell(b, text);
        }
        tell(b, "\n");
    }
}

/* The first object behind @oid; OBJECTS: none. */
static size_t next_object(struct span oid, uint8_t *bytes, size_t *ret_length) {
    for (size_t i = 0; i < OBJECTS; i++) {
        int length = oid_parse(span_text(objects[i].oid), bytes);
        assert_true(length > 0);
        if (oid_compare(span_of(bytes, (size_t)length), oid) <= 0) continue;
        *ret_length = (size_t)length;
        return i;
    }
    return OBJECTS;
}

/* What the agent makes of GETNEXT or GETBULK (with one repetition, so that walks take turns). */
static void answer(struct bench *b, struct walk *w, uint16_t group) {
    uint8_t asked[4096], buffer[4096], oids[32][FLEET_OID_BYTES_MAX];
    size_t lengths[32], count = 0;
    struct fleet_value values[32];
    struct pdu pdu;
    struct ber_writer question = BER_WRITER(asked, sizeof(asked));
    walk_write(w, group, &pdu, &question);
    struct ber_reader r = BER_READER(ber_written(&question));
    struct varbind vb;
    for (; varbind_next(&r, &vb); count++) {
        size_t found = next_object(vb.oid, oids[count], &lengths[count]);
        values[count] = (struct fleet_value){ .type = FLEET_END_OF_MIB_VIEW };
        if (found == OBJECTS) continue;
        const struct object *o = &objects[found];
        values[count].type = o->text != NULL ? FLEET_OCTET_STRING : FLEET_INTEGER32;
        values[count].integer = o->number;
        if (o->text == NULL) continue;
        values[count].bytes = (const uint8_t *)o->text;
        values[count].length = (uint32_t)strlen(o->text) + (uint32_t)o->number;
    }
    struct ber_writer out = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = count; i > 0; i--)
        varbind_write(&out, span_of(oids[i - 1], lengths[i - 1]), &values[i - 1]);
    struct pdu response = { .type = PDU_RESPONSE, .varbinds = ber_written(&out) };
    walk_consume(w, group, &response, response.varbinds.length + 40, 1, &b->sink);
}

/* Walk all parts as a poll does: each group in its turn, until nothing is left to ask. */
static const char *poll(struct bench *b, const struct fleet_module_options *module) {
    uint8_t learnt[16] = { 0 };
    uint32_t number = 0;
    memset(b, 0, sizeof(*b));
    arena_pool_init(&b->pool, 4096, 4);
    b->memory = ARENA_INIT(&b->pool);
    assert_int_equal(plan_new(module, 0, &b->pool, &number, &b->plan), 0);
    b->callbacks = (struct fleet_sink){ .context = b, .rows = take_rows };
    b->sink = (struct walk_sink){ .sink = &b->callbacks, .target = &b->target };
    b->terms = (struct walk_terms){ .learnt = learnt, .request_bytes = WALK_REQUEST_BYTES,
                                    .memory = 256 << 20, .walks = b->walks,
                                    .walk_count = b->plan->part_count };
    for (uint16_t i = 0; i < b->plan->part_count; i++)
        assert_int_equal(walk_init(&b->walks[i], &b->plan->parts[i], &b->memory, &b->terms), 0);
    bool more = true;
    for (int turns = 0; more; turns++) {
        assert_true(turns < 1000);
        more = false;
        for (uint16_t i = 0; i < b->plan->part_count; i++) {
            for (uint16_t g = 0; g < b->plan->parts[i].group_count; g++) {
                if (!walk_produce(&b->walks[i], g)) continue;
                answer(b, &b->walks[i], g);
                more = true;
            }
        }
    }
    for (uint16_t i = 0; i < b->plan->part_count; i++) {
        assert_true(walk_is_done(&b->walks[i]));
        walk_flush(&b->walks[i], &b->sink);
        walk_deinit(&b->walks[i]);
    }
    arena_deinit(&b->memory);
    plan_free(b->plan);
    arena_pool_deinit(&b->pool);
    return b->told;
}

static const struct fleet_index by_interface[] = { { .name = "ifIndex" } };
static const struct fleet_index by_port[] = { { .name = "port" } };
static const struct fleet_index by_entry[] = { { .name = "entry" } };
static const struct fleet_index by_both[] = { { .name = "ifIndex" }, { .name = "direction" } };
static const struct fleet_column if_name = { .object = "ifName", .oid = "1.3.1.1" };
static const struct fleet_column if_status = { .object = "ifStatus", .oid = "1.3.1.2" };
static const struct fleet_column port_if = { .object = "portIf", .oid = "1.3.2.1" };
static const struct fleet_column entry_port = { .object = "entryPort", .oid = "1.3.3.1" };
static const struct fleet_column both = { .object = "both", .oid = "1.3.4.1" };

static const char *const entry_port_name[] = { "entryPort" };
static const char *const port_if_name[] = { "portIf" };
static const char *const if_index_name[] = { "ifIndex" };

#define TABLE(columns_, index_) \
    .columns = columns_, .column_count = 1, .index = index_, \
    .index_count = sizeof(index_) / sizeof(index_[0])
#define JOIN(columns_, index_, by_) { TABLE(columns_, index_), .by = by_ }

static void joins_lead_from_one_to_the_next(void **state) {
    (void)state;
    struct bench b;
    static const struct fleet_join joins[] = {
        JOIN(&port_if, by_port, entry_port_name), JOIN(&if_name, by_interface, port_if_name),
    };
    const struct fleet_table table = { .name = "t", TABLE(&entry_port, by_entry), .joins = joins,
                                       .join_count = 2 };
    const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
    /* Two entries of one port; port 30 leads to no interface, port 40 is not there. */
    assert_string_equal(poll(&b, &m), "t 1: 10 1 eth0\nt 2: 20 7 eth7\nt 3: 30 9 -\n"
                                      "t 4: 40 - -\nt 5: 10 1 eth0\n");
    assert_int_equal(b.sink.rows, 5);
}

static void joins_may_be_by_a_part_of_the_index(void **state) {
    (void)state;
    struct bench b;
    static const struct fleet_join joins[] = { JOIN(&if_name, by_interface, if_index_name) };
    const struct fleet_table tables[] = {
        { .name = "t", TABLE(&both, by_both), .joins = joins, .join_count = 1 },
        { .name = "u", TABLE(&if_status, by_interface), .joins = joins, .join_count = 1 },
    };
    const struct fleet_module_options m = { .name = "m", .tables = tables, .table_count = 2 };
    assert_string_equal(poll(&b, &m), "t 1.1: 100 eth0\nu 1: 1 eth0\nt 1.2: 101 eth0\n"
                                      "u 2: 2 eth1\nt 7.1: 107 eth7\nu 7: 1 eth7\n");
}

static void tables_that_join_alike_share_a_look_up(void **state) {
    (void)state;
    static const struct fleet_join joins[] = { JOIN(&if_name, by_interface, if_index_name) };
    const struct fleet_table tables[] = {
        { .name = "t", TABLE(&both, by_both), .joins = joins, .join_count = 1 },
        { .name = "u", TABLE(&if_status, by_interface), .joins = joins, .join_count = 1 },
    };
    const struct fleet_module_options m = { .name = "m", .tables = tables, .table_count = 2 };
    struct arena_pool pool;
    struct plan *plan;
    uint32_t number = 0;
    arena_pool_init(&pool, 4096, 4);
    assert_int_equal(plan_new(&m, 0, &pool, &number, &plan), 0);
    assert_int_equal(plan->part_count, 3);
    assert_int_equal(plan->parts[0].kind, PLAN_LOOKUP);
    assert_int_equal(plan->parts[1].joins[0].lookup, 0);
    assert_int_equal(plan->parts[2].joins[0].lookup, 0);
    plan_free(plan);
    arena_pool_deinit(&pool);
}

static void strings_lead_through_their_index(void **state) {
    (void)state;
    struct bench b;
    static const struct fleet_index by_string[] = {
        { .name = "name", .kind = FLEET_INDEX_STRING },
    };
    static const struct fleet_column named = { .object = "named", .oid = "1.3.5.1" };
    static const struct fleet_column names = { .object = "names", .oid = "1.3.6.1" };
    static const char *const names_name[] = { "names" };
    static const struct fleet_join joins[] = { JOIN(&named, by_string, names_name) };
    const struct fleet_table table = { .name = "t", TABLE(&names, by_entry), .joins = joins,
                                       .join_count = 1 };
    const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
    assert_string_equal(poll(&b, &m), "t 3: ab x\n");
}

static void filters_take_text_without_the_nuls_at_its_end(void **state) {
    (void)state;
    static const struct fleet_column name = { .object = "name", .oid = "1.3.7.1" };
    static const struct {
        const char *pattern, *rows;
    } cases[] = {
        { "eth0", "t 1: eth0\n" }, { "eth1", "t 2: eth1\n" }, { "eth?", "t 1: eth0\nt 2: eth1\n" },
        { "*1", "t 2: eth1\n" },   { "eth", "" },             { "eth0?", "" },
        { "*", "t 1: eth0\nt 2: eth1\nt 3: \n" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench b;
        const struct fleet_match match = { .text = cases[i].pattern };
        const struct fleet_filter filter = { .by = "name", .matches = &match, .match_count = 1 };
        const struct fleet_table table = { .name = "t", TABLE(&name, by_interface),
                                           .filters = &filter, .filter_count = 1 };
        const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
        assert_string_equal(poll(&b, &m), cases[i].rows);
    }
}

static void scalars_go_to_every_row(void **state) {
    (void)state;
    struct bench b;
    static const struct fleet_column name = { .object = "name", .oid = "1.3.1.1" };
    static const struct fleet_column host = { .object = "host", .oid = "1.3.8", .is_tag = true };
    static const struct fleet_column none = { .object = "none", .oid = "1.3.8.7" };
    static const struct fleet_join joins[] = { { .columns = &host, .column_count = 1 },
                                               { .columns = &none, .column_count = 1 } };
    const struct fleet_table table = { .name = "t", TABLE(&name, by_interface), .joins = joins,
                                       .join_count = 2 };
    const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
    assert_string_equal(poll(&b, &m), "t 1: eth0 core -\nt 2: eth1 core -\nt 7: eth7 core -\n");
}

static void filter_of_bits_takes_rows_that_have_them_all(void **state) {
    (void)state;
    static const struct fleet_syntax bits = { .type = FLEET_OCTET_STRING, .is_bits = true };
    static const struct fleet_column caps = { .object = "caps", .oid = "1.3.10.1",
                                              .syntax = &bits };
    static const struct {
        struct fleet_match match;
        size_t rows;
    } cases[] = {
        { { .bits = (const uint8_t *)"\x20", .bit_octets = 1 }, 2 },
        { { .bits = (const uint8_t *)"\x28", .bit_octets = 1 }, 1 },
        { { .bits = (const uint8_t *)"\x20\x00\x00\x00\x00", .bit_octets = 5 }, 2 },
        { { .bits = (const uint8_t *)"\x20\x01", .bit_octets = 2 }, 0 },
        { { .text = "0x200000" }, 1 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench b;
        const struct fleet_filter filter = { .by = "caps", .matches = &cases[i].match,
                                             .match_count = 1 };
        const struct fleet_table table = { .name = "t", TABLE(&caps, by_interface),
                                           .filters = &filter, .filter_count = 1 };
        const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
        (void)poll(&b, &m);
        assert_int_equal(b.sink.rows, cases[i].rows);
    }
}

static void filter_holds_what_is_written(void **state) {
    (void)state;
    static const struct fleet_syntax named = { .type = FLEET_OCTET_STRING, .hint = "1x:" };
    static const struct fleet_column mac = { .object = "mac", .oid = "1.3.1.1",
                                             .syntax = &named };
    static const struct fleet_match matches[] = { { .text = "65:74:68:3?" }, { .text = "eth*" } };
    static const size_t rows[] = { 3, 0 };
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        const struct fleet_filter filter = { .by = "mac", .matches = &matches[i],
                                             .match_count = 1 };
        const struct fleet_table table = { .name = "t", TABLE(&mac, by_interface),
                                           .filters = &filter, .filter_count = 1 };
        const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
        (void)poll(&b, &m);
        assert_int_equal(b.sink.rows, rows[i]);
    }
}

static const char *filtered(struct bench *b, const struct fleet_filter *filters, size_t count) {
    static const struct fleet_join joins[] = { JOIN(&if_name, by_interface, if_index_name) };
    const struct fleet_table table = { .name = "t", TABLE(&if_status, by_interface),
                                       .joins = joins, .join_count = 1,
                                       .filters = filters, .filter_count = count };
    const struct fleet_module_options m = { .name = "m", .tables = &table, .table_count = 1 };
    return poll(b, &m);
}

static void filters_keep_rows_by_index_value_and_joined_value(void **state) {
    (void)state;
    struct bench b;
    const struct fleet_match up = { .low = 1, .high = 1 }, small = { .low = 1, .high = 2 };
    const struct fleet_match names[] = { { .text = "eth7" }, { .text = "e*1" } };
    const struct fleet_filter is_up = { .by = "ifStatus", .matches = &up, .match_count = 1 };
    const struct fleet_filter is_small = { .by = "ifIndex", .matches = &small, .match_count = 1 };
    const struct fleet_filter is_named = { .by = "ifName", .matches = names, .match_count = 2 };
    const struct fleet_filter is_other = { .by = "ifName", .matches = names, .match_count = 2,
                                           .is_negated = true };
    const struct fleet_filter two[] = { is_up, is_small };
    assert_string_equal(filtered(&b, &is_up, 1), "t 1: 1 eth0\nt 7: 1 eth7\n");
    assert_int_equal(b.sink.rows, 2);
    assert_string_equal(filtered(&b, &is_small, 1), "t 1: 1 eth0\nt 2: 2 eth1\n");
    assert_string_equal(filtered(&b, &is_named, 1), "t 2: 2 eth1\nt 7: 1 eth7\n");
    assert_string_equal(filtered(&b, &is_other, 1), "t 1: 1 eth0\n");
    assert_string_equal(filtered(&b, two, 2), "t 1: 1 eth0\n");
}

static void patterns_match_as_globs_do(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        bool matches_eth0;
    } cases[] = { { "eth0", true },   { "eth", false },  { "eth00", false }, { "*", true },
                  { "", false },      { "e*", true },    { "*0", true },     { "e*h*", true },
                  { "?th?", true },   { "?eth0", false }, { "**t**0", true }, { "\\e\\t*", true },
                  { "eth\\*", false }, { "*e", false },   { "eth0*", true } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench b;
        const struct fleet_match match = { .text = cases[i].pattern };
        const struct fleet_match first = { .low = 1, .high = 1 };
        const struct fleet_filter filters[] = {
            { .by = "ifName", .matches = &match, .match_count = 1 },
            { .by = "ifIndex", .matches = &first, .match_count = 1 },
        };
        const char *told = filtered(&b, filters, 2);
        if ((*told != '\0') != cases[i].matches_eth0) fail_msg("%s: %s", cases[i].pattern, told);
    }
}

static void what_leads_nowhere_is_refused(void **state) {
    (void)state;
    static const char *const nosuch[] = { "nosuch" };
    static const struct fleet_join joins[] = { JOIN(&if_name, by_interface, nosuch) };
    const struct fleet_filter filter = { .by = "nosuch" };
    const struct fleet_table tables[] = {
        { .name = "t", TABLE(&both, by_both), .joins = joins, .join_count = 1 },
        { .name = "t", TABLE(&both, by_both), .filters = &filter, .filter_count = 1 },
    };
    struct arena_pool pool;
    struct plan *plan;
    uint32_t number = 0;
    arena_pool_init(&pool, 4096, 4);
    for (size_t i = 0; i < 2; i++) {
        const struct fleet_module_options m = { .name = "m", .tables = &tables[i],
                                                .table_count = 1 };
        assert_int_equal(plan_new(&m, 0, &pool, &number, &plan), FLEET_E_INVALID);
    }
    arena_pool_deinit(&pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_lead_from_one_to_the_next),
        cmocka_unit_test(joins_may_be_by_a_part_of_the_index),
        cmocka_unit_test(tables_that_join_alike_share_a_look_up),
        cmocka_unit_test(strings_lead_through_their_index),
        cmocka_unit_test(scalars_go_to_every_row),
        cmocka_unit_test(filter_of_bits_takes_rows_that_have_them_all),
        cmocka_unit_test(filter_holds_what_is_written),
        cmocka_unit_test(filters_take_text_without_the_nuls_at_its_end),
        cmocka_unit_test(filters_keep_rows_by_index_value_and_joined_value),
        cmocka_unit_test(patterns_match_as_globs_do),
        cmocka_unit_test(what_leads_nowhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
