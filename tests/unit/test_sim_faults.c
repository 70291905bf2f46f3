#include "sim/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct faults with(enum fault fault, double share, uint64_t seed) {
    struct faults f = { .seed = seed };
    f.of[fault].share = share;
    f.of[fault].value = fault_kinds[fault].value;
    return f;
}

static uint32_t count(const struct faults *f, enum fault fault, uint32_t agents) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < agents; i++) found += (faults_of_agent(f, i) & fault_bit(fault)) != 0;
    return found;
}

static void each_fault_strikes_its_share_of_the_agents_and_no_other_fault(void **state) {
    (void)state;
    for (enum fault fault = 0; fault < FAULTS; fault++) {
        struct faults none = with(fault, 0, 1), some = with(fault, 0.1, 1), all = with(fault, 1, 1);
        uint32_t found = count(&some, fault, 100000);
        assert_in_range(found, 9500, 10500);
        assert_int_equal(count(&none, fault, 1000), 0);
        assert_int_equal(count(&all, fault, 1000), 1000);
        for (uint32_t i = 0; i < 1000; i++)
            assert_int_equal(faults_of_agent(&some, i) & ~fault_bit(fault), 0);
    }
}

static void the_seed_decides_which_agents(void **state) {
    (void)state;
    struct faults a = with(FAULT_DEAD, 0.2, 7), b = with(FAULT_DEAD, 0.2, 7),
                  c = with(FAULT_DEAD, 0.2, 8);
    uint32_t differ = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(faults_of_agent(&a, i), faults_of_agent(&b, i));
        differ += faults_of_agent(&a, i) != faults_of_agent(&c, i);
    }
    assert_in_range(differ, 200, 440);
}

static void faults_are_independent_of_each_other(void **state) {
    (void)state;
    struct faults f = with(FAULT_DEAD, 0.5, 3);
    f.of[FAULT_LOSS].share = 0.5;
    uint32_t both = 0;
    for (uint32_t i = 0; i < 10000; i++)
        both += faults_of_agent(&f, i) == (fault_bit(FAULT_DEAD) | fault_bit(FAULT_LOSS));
    assert_in_range(both, 2300, 2700);
}

static void faults_have_a_text(void **state) {
    (void)state;
    struct faults f = with(FAULT_DELAY, 1, 1);
    f.of[FAULT_LOSS].share = 1;
    f.of[FAULT_LOSS].value = 0.25;
    f.of[FAULT_DEAD].share = 1;
    char text[FAULTS_TEXT_MAX];
    assert_int_equal(faults_format(&f, faults_of_agent(&f, 5), text),
                     strlen("loss=0.25 delay=100ms dead"));
    assert_string_equal(text, "loss=0.25 delay=100ms dead");
    assert_int_equal(faults_format(&f, 0, text), 0);
    assert_string_equal(text, "");
    size_t length = faults_format(&f, (1 << FAULTS) - 1, text);
    assert_true(length < FAULTS_TEXT_MAX && strlen(text) == length);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_strikes_its_share_of_the_agents_and_no_other_fault),
        cmocka_unit_test(the_seed_decides_which_agents),
        cmocka_unit_test(faults_are_independent_of_each_other),
        cmocka_unit_test(faults_have_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
