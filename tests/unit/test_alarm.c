/* The alarm of a fleet: when its timer is moved, and when it is left as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "api/alarm.h"
#include "base/clock.h"

struct watch {
    int epoll;
    struct alarm alarm;
};

static int open_watch(void **state) {
    static struct watch w;
    w.epoll = epoll_create1(EPOLL_CLOEXEC);
    *state = &w;
    return alarm_open(&w.alarm, w.epoll);
}

static int close_watch(void **state) {
    struct watch *w = *state;
    alarm_close(&w->alarm);
    return close(w->epoll);
}

static bool is_readable(const struct watch *w, int wait_ms) {
    struct pollfd ready = { .fd = w->epoll, .events = POLLIN };
    return poll(&ready, 1, wait_ms) > 0;
}

static void it_goes_off_at_its_time_and_stays_so(void **state) {
    struct watch *w = *state;
    uint64_t now = clock_monotonic_ns();
    assert_false(is_readable(w, 0));
    alarm_set(&w->alarm, now + 20 * CLOCK_NS_PER_MS, now);
    assert_true(is_readable(w, 1000));
    assert_true(clock_monotonic_ns() >= now + 20 * CLOCK_NS_PER_MS);
    assert_true(is_readable(w, 0));
    alarm_set(&w->alarm, UINT64_MAX, clock_monotonic_ns());
    assert_false(is_readable(w, 30));
}

static void at_once_is_at_once(void **state) {
    struct watch *w = *state;
    uint64_t now = clock_monotonic_ns();
    alarm_set(&w->alarm, 0, now);
    assert_true(is_readable(w, 0));
    alarm_set(&w->alarm, now + CLOCK_NS_PER_S, now);
    assert_false(is_readable(w, 0));
    alarm_set(&w->alarm, now, now);
    assert_true(is_readable(w, 0));
}

static void a_later_time_does_not_move_it_and_an_earlier_one_does(void **state) {
    struct watch *w = *state;
    uint64_t now = clock_monotonic_ns(), second = now + CLOCK_NS_PER_S;
    alarm_set(&w->alarm, second, now);
    alarm_set(&w->alarm, second + 1, now);
    alarm_set(&w->alarm, UINT64_MAX, now);
    assert_int_equal(w->alarm.armed_ns, second);
    alarm_set(&w->alarm, second - 1, now);
    assert_int_equal(w->alarm.armed_ns, second - 1);
    /* Over it stays as long as there is something to do, without another system call. */
    alarm_set(&w->alarm, 0, now);
    uint64_t armed = w->alarm.armed_ns;
    alarm_set(&w->alarm, 0, now + 5);
    alarm_set(&w->alarm, now + 5, now + 5);
    assert_int_equal(w->alarm.armed_ns, armed);
}

static void at_once_is_taken_back_and_leaves_the_timer_as_it_was(void **state) {
    struct watch *w = *state;
    uint64_t now = clock_monotonic_ns(), later = now + 30 * CLOCK_NS_PER_MS;
    alarm_set(&w->alarm, later, now);
    for (int i = 0; i < 3; i++) {
        alarm_set(&w->alarm, 0, now);
        alarm_set(&w->alarm, now, now);
        assert_true(is_readable(w, 0));
        assert_true(alarm_is_over(&w->alarm, now));
        alarm_set(&w->alarm, later + 5, now);
        assert_false(is_readable(w, 0));
        assert_false(alarm_is_over(&w->alarm, now));
        assert_int_equal(w->alarm.armed_ns, later);
    }
    assert_true(is_readable(w, 1000));
    assert_true(clock_monotonic_ns() >= later);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_goes_off_at_its_time_and_stays_so, open_watch,
                                        close_watch),
        cmocka_unit_test_setup_teardown(at_once_is_at_once, open_watch, close_watch),
        cmocka_unit_test_setup_teardown(at_once_is_taken_back_and_leaves_the_timer_as_it_was,
                                        open_watch, close_watch),
        cmocka_unit_test_setup_teardown(a_later_time_does_not_move_it_and_an_earlier_one_does,
                                        open_watch, close_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
