/* The walk of a subtree: what is asked, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/operation/subtree.h"
#include "snmpfleet/error.h"

static const uint8_t a1[] = { 0x2b, 6, 1, 1 }, a2[] = { 0x2b, 6, 1, 2 }, a3[] = { 0x2b, 6, 1, 3 },
                     b1[] = { 0x2b, 6, 2, 1 };

static void found(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                  size_t count) {
    (void)context, (void)operation, (void)varbinds, (void)count;
}

static struct fleet_varbind vb(const uint8_t oid[static 4]) {
    return (struct fleet_varbind){ .oid = oid, .oid_length = 4,
                                   .value = { .type = FLEET_INTEGER32, .integer = 1 } };
}

static struct subtree *new_subtree(struct fleet_walk_options o, uint32_t repetitions_max) {
    struct subtree *s;
    o.found = found;
    assert_int_equal(subtree_new("1.3.6.1", &o, repetitions_max, &s), 0);
    return s;
}

/* What is asked next: repetitions, 0 for GETNEXT; the last octet of the name in *ret_last. */
static int asked(const struct subtree *s, bool is_v1, uint8_t *ret_last) {
    uint8_t bytes[64];
    struct ber_writer w = BER_WRITER(bytes, sizeof(bytes));
    struct pdu pdu;
    subtree_write(s, is_v1, &pdu, &w);
    struct ber_reader r = BER_READER(ber_written(&w));
    struct varbind varbind;
    assert_true(varbind_next(&r, &varbind));
    *ret_last = varbind.oid.bytes[varbind.oid.length - 1];
    assert_true(pdu.type == PDU_GETNEXT || pdu.type == PDU_GETBULK);
    return pdu.type == PDU_GETNEXT ? 0 : pdu.error_index;
}

static struct subtree_verdict take(struct subtree *s, const struct fleet_varbind *varbinds,
                                   size_t count, int32_t error_status) {
    static uint8_t before[FLEET_OID_BYTES_MAX];
    struct subtree_verdict v;
    const struct pdu pdu = { .type = PDU_RESPONSE, .error_status = error_status };
    subtree_take(s, &pdu, varbinds, count, false, 100, before, &v);
    return v;
}

static void it_goes_from_name_to_name_and_ends_behind_the_subtree(void **state) {
    (void)state;
    struct subtree *s = new_subtree((struct fleet_walk_options){ 0 }, 0);
    uint8_t last;
    assert_int_equal(asked(s, false, &last), 10);
    assert_int_equal(last, 1);
    const struct fleet_varbind first[] = { vb(a1), vb(a2) };
    struct subtree_verdict v = take(s, first, 2, 0);
    assert_false(v.is_over);
    assert_int_equal(v.count, 2);
    (void)asked(s, false, &last);
    assert_int_equal(last, 2);
    const struct fleet_varbind second[] = { vb(a3), vb(b1) };
    v = take(s, second, 2, 0);
    assert_true(v.is_over);
    assert_int_equal(v.reason, FLEET_REASON_OK);
    assert_int_equal(v.count, 1);
    assert_int_equal(v.about_count, 1);
    assert_ptr_equal(v.about[0].oid, b1);
    assert_int_equal(s->rows, 3);
    free(s);
}

static void the_end_of_the_mib_ends_it(void **state) {
    (void)state;
    struct subtree *s = new_subtree((struct fleet_walk_options){ .end = FLEET_END_MIB }, 0);
    struct fleet_varbind all[] = { vb(a1), vb(b1), vb(b1) };
    all[2].value.type = FLEET_END_OF_MIB_VIEW;
    struct subtree_verdict v = take(s, all, 3, 0);
    assert_int_equal(v.reason, FLEET_REASON_OK);
    assert_int_equal(v.count, 2);
    assert_true(v.is_over);
    free(s);
}

static void a_stop_ends_it_instead_of_the_subtree(void **state) {
    (void)state;
    struct subtree *s = new_subtree((struct fleet_walk_options){ .stop = "1.3.6.2.1" }, 0);
    const struct fleet_varbind all[] = { vb(a1), vb(b1) };
    struct subtree_verdict v = take(s, all, 2, 0);
    assert_true(v.is_over);
    assert_int_equal(v.count, 1);
    free(s);
}

static void names_that_do_not_increase_end_it_unless_they_may(void **state) {
    (void)state;
    const struct fleet_varbind all[] = { vb(a2), vb(a1) };
    struct subtree *s = new_subtree((struct fleet_walk_options){ 0 }, 0);
    struct subtree_verdict v = take(s, all, 2, 0);
    assert_int_equal(v.reason, FLEET_REASON_NOT_INCREASING);
    assert_int_equal(v.count, 1);
    assert_int_equal(v.about_count, 2);
    assert_memory_equal(v.about[0].oid, a2, 4);
    assert_ptr_equal(v.about[1].oid, a1);
    free(s);

    struct fleet_walk_options o = { .found = found, .unordered = true };
    assert_int_equal(subtree_new("1.3.6.1", &o, 0, &s), FLEET_E_INVALID);
    o.max_rows = 5;
    s = new_subtree(o, 0);
    v = take(s, all, 2, 0);
    assert_false(v.is_over);
    assert_int_equal(v.count, 2);
    v = take(s, all, 2, 0);
    assert_false(v.is_over);
    v = take(s, all, 2, 0);
    assert_int_equal(v.reason, FLEET_REASON_PARTIAL);
    assert_int_equal(v.count, 1);
    free(s);
}

static void its_limits_end_it_as_partial(void **state) {
    (void)state;
    const struct fleet_varbind all[] = { vb(a1), vb(a2), vb(a3) };
    struct subtree *s = new_subtree((struct fleet_walk_options){ .max_requests = 2 }, 0);
    assert_false(take(s, all, 1, 0).is_over);
    struct subtree_verdict v = take(s, all + 1, 1, 0);
    assert_int_equal(v.reason, FLEET_REASON_PARTIAL);
    assert_int_equal(v.count, 1);
    free(s);
    /* A limit that is met where the subtree ends leaves nothing out. */
    const struct fleet_varbind whole[] = { vb(a1), vb(a2), vb(b1) };
    s = new_subtree((struct fleet_walk_options){ .max_rows = 2 }, 0);
    v = take(s, whole, 3, 0);
    assert_int_equal(v.reason, FLEET_REASON_OK);
    free(s);
}

static void auto_asks_for_more_while_it_fits_and_for_less_after_a_fault(void **state) {
    (void)state;
    uint8_t oids[20][4], last;
    struct fleet_varbind many[20];
    for (uint8_t i = 0; i < 20; i++) {
        memcpy(oids[i], a1, 4);
        oids[i][3] = (uint8_t)(10 + i);
        many[i] = vb(oids[i]);
    }
    struct subtree *s = new_subtree((struct fleet_walk_options){ 0 }, 15);
    assert_int_equal(asked(s, false, &last), 10);
    (void)take(s, many, 10, 0);
    assert_int_equal(asked(s, false, &last), 15);
    assert_false(take(s, NULL, 0, ERROR_TOO_BIG).is_over);
    assert_int_equal(asked(s, false, &last), 7);
    subtree_lost(s);
    assert_int_equal(asked(s, false, &last), 3);
    assert_false(take(s, NULL, 0, ERROR_GEN_ERR).is_over);
    assert_false(take(s, NULL, 0, ERROR_GEN_ERR).is_over);
    assert_int_equal(asked(s, false, &last), 0);
    struct subtree_verdict v = take(s, many, 1, ERROR_GEN_ERR);
    assert_int_equal(v.reason, FLEET_REASON_AGENT_ERROR);
    assert_string_equal(v.detail, "genErr");
    free(s);
    s = new_subtree((struct fleet_walk_options){ 0 }, 0);
    assert_false(take(s, NULL, 0, 0).is_over);  /* nothing behind a GETBULK: asked by GETNEXT */
    assert_int_equal(asked(s, false, &last), 0);
    v = take(s, NULL, 0, 0);
    assert_int_equal(v.reason, FLEET_REASON_MALFORMED);
    free(s);
}

static void the_other_methods_ask_as_they_are_told(void **state) {
    (void)state;
    uint8_t last;
    struct subtree *s = new_subtree((struct fleet_walk_options){ .method = FLEET_WALK_GETBULK,
                                                                  .max_repetitions = 33 }, 5);
    assert_int_equal(asked(s, false, &last), 33);
    assert_int_equal(asked(s, true, &last), 0);
    subtree_lost(s);
    assert_int_equal(asked(s, false, &last), 33);
    assert_int_equal(take(s, NULL, 0, ERROR_TOO_BIG).reason, FLEET_REASON_TOO_BIG);
    free(s);
    s = new_subtree((struct fleet_walk_options){ .method = FLEET_WALK_GETNEXT }, 0);
    assert_int_equal(asked(s, false, &last), 0);
    free(s);
}

static void no_such_name_is_the_end_of_v1_alone(void **state) {
    (void)state;
    const struct fleet_varbind asked_for = vb(a1);
    struct subtree *s = new_subtree((struct fleet_walk_options){ .method = FLEET_WALK_GETNEXT }, 0);
    assert_int_equal(take(s, &asked_for, 1, ERROR_NO_SUCH_NAME).reason, FLEET_REASON_AGENT_ERROR);
    s->is_v1 = true;
    struct subtree_verdict v = take(s, &asked_for, 1, ERROR_NO_SUCH_NAME);
    assert_int_equal(v.reason, FLEET_REASON_OK);
    assert_int_equal(v.count, 0);
    free(s);
}

static void whole_arcs_and_everything_can_be_walked(void **state) {
    (void)state;
    const struct fleet_walk_options o = { .found = found };
    const char *roots[] = { "", ".", "1", ".1", ".1.3" };
    for (size_t i = 0; i < 5; i++) {
        struct subtree *s;
        assert_int_equal(subtree_new(roots[i], &o, 0, &s), 0);
        const struct fleet_varbind one = vb(a1);
        assert_int_equal(take(s, &one, 1, 0).count, 1);
        free(s);
    }
    struct subtree *none;
    assert_int_equal(subtree_new("ifTable", &o, 0, &none), FLEET_E_OID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_from_name_to_name_and_ends_behind_the_subtree),
        cmocka_unit_test(the_end_of_the_mib_ends_it),
        cmocka_unit_test(a_stop_ends_it_instead_of_the_subtree),
        cmocka_unit_test(names_that_do_not_increase_end_it_unless_they_may),
        cmocka_unit_test(its_limits_end_it_as_partial),
        cmocka_unit_test(auto_asks_for_more_while_it_fits_and_for_less_after_a_fault),
        cmocka_unit_test(the_other_methods_ask_as_they_are_told),
        cmocka_unit_test(no_such_name_is_the_end_of_v1_alone),
        cmocka_unit_test(whole_arcs_and_everything_can_be_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
