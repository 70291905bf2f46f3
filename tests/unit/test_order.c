/* What the process that reads MIB files is told: written, read, cut short, and of another version. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mib/load/order.h"

static struct order_module modules[] = { { "A-MIB", 7 }, { "B-MIB", UINT64_MAX } };
static struct order_job jobs[] = {
    { .number = 3, .path = "/mibs/a", .modules = modules, .module_count = 2, .is_wanted = true },
    { .number = 9, .path = "C-MIB", .text = "C-MIB DEFINITIONS ::= BEGIN END" },
};
static const struct order order = { .timeout_ns = 5, .jobs = jobs, .job_count = 2 };

static void what_is_written_is_read(void **state) {
    (void)state;
    void *bytes;
    size_t size;
    struct order got;
    assert_int_equal(order_write(&order, &bytes, &size), 0);
    assert_int_equal(order_read(bytes, size, &got), 0);
    assert_int_equal(got.timeout_ns, 5);
    assert_int_equal(got.job_count, 2);
    assert_int_equal(got.jobs[0].number, 3);
    assert_true(got.jobs[0].is_wanted);
    assert_string_equal(got.jobs[0].path, "/mibs/a");
    assert_null(got.jobs[0].text);
    assert_int_equal(got.jobs[0].module_count, 2);
    assert_string_equal(got.jobs[0].modules[1].name, "B-MIB");
    assert_true(got.jobs[0].modules[1].key == UINT64_MAX);
    assert_int_equal(got.jobs[1].number, 9);
    assert_false(got.jobs[1].is_wanted);
    assert_string_equal(got.jobs[1].text, "C-MIB DEFINITIONS ::= BEGIN END");
    assert_int_equal(got.jobs[1].module_count, 0);
    order_deinit(&got);
    free(bytes);
}

static void what_is_cut_short_or_too_long_is_no_order(void **state) {
    (void)state;
    void *bytes;
    size_t size;
    struct order got;
    assert_int_equal(order_write(&order, &bytes, &size), 0);
    for (size_t length = 0; length < size; length++) {
        void *cut = malloc(length + 1);
        memcpy(cut, bytes, length);
        assert_int_equal(order_read(cut, length, &got), 1);
        free(cut);
    }
    void *longer = calloc(1, size + 1);
    memcpy(longer, bytes, size);
    assert_int_equal(order_read(longer, size + 1, &got), 1);
    free(longer);
    free(bytes);
}

/* Any octet may be another: no more memory than there are bytes, and nothing behind the end. */
static void damage_is_refused_or_read_within_its_bounds(void **state) {
    (void)state;
    void *bytes;
    size_t size;
    struct order got;
    assert_int_equal(order_write(&order, &bytes, &size), 0);
    for (size_t at = 0; at < size; at++) {
        for (int value = 0; value < 256; value += 51) {
            uint8_t *damaged = malloc(size);
            memcpy(damaged, bytes, size);
            damaged[at] = (uint8_t)value;
            int error = order_read(damaged, size, &got);
            assert_true(error == 0 || error == 1);
            if (at < 16) assert_int_equal(error, damaged[at] == ((uint8_t *)bytes)[at] ? 0 : 1);
            if (error == 0) order_deinit(&got);
            free(damaged);
        }
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_cut_short_or_too_long_is_no_order),
        cmocka_unit_test(damage_is_refused_or_read_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
