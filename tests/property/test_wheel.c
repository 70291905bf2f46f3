/* The timer wheel beside a model: a plain array of expiries. SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/prng.h"
#include "base/wheel.h"
#include "seed.h"

enum { TIMERS = 400, STEPS = 20000, TICK_NS = 1 << WHEEL_TICK_SHIFT };

struct model {
    struct wheel wheel;
    struct wheel_timer timers[TIMERS];
    bool armed[TIMERS];
    uint64_t expiry[TIMERS];
    uint64_t now;
};

/* Distances of all magnitudes, from the past to centuries. */
static uint64_t draw_expiry(struct prng *p, uint64_t now) {
    unsigned bits = (unsigned)prng_below(p, 62);
    uint64_t distance = prng_next(p) >> (63 - bits);
    if (prng_below(p, 10) == 0) return distance < now ? now - distance : 0;
    return now > UINT64_MAX - distance ? UINT64_MAX : now + distance;
}

static void advance(struct model *m, uint64_t by) {
    m->now += by;
    struct list expired = LIST_INIT(expired), *link;
    wheel_advance(&m->wheel, m->now, &expired);
    while ((link = list_pop(&expired)) != NULL) {
        struct wheel_timer *t = container_of(link, struct wheel_timer, link);
        size_t i = (size_t)(t - m->timers);
        assert_true(m->armed[i]);
        assert_true(t->expiry_ns <= m->now);  /* never early */
        m->armed[i] = false;
    }
    for (size_t i = 0; i < TIMERS; i++) {  /* at most a tick late */
        if (m->armed[i]) assert_true(m->expiry[i] > m->now - m->now % TICK_NS);
    }
}

static void wheel_fires_what_the_model_fires(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    static struct model m;
    m.now = prng_next(&p) >> 20;
    wheel_init(&m.wheel, m.now);
    for (size_t i = 0; i < TIMERS; i++) wheel_timer_init(&m.timers[i], 0);
    for (int step = 0; step < STEPS; step++) {
        size_t i = prng_below(&p, TIMERS);
        switch (prng_below(&p, 4)) {
        case 0:
        case 1:
            m.expiry[i] = draw_expiry(&p, m.now);
            m.armed[i] = true;
            wheel_arm(&m.wheel, &m.timers[i], m.expiry[i]);
            break;
        case 2:
            wheel_disarm(&m.wheel, &m.timers[i]);
            m.armed[i] = false;
            break;
        default:
            advance(&m, prng_next(&p) >> (20 + prng_below(&p, 44)));
        }
        assert_int_equal(wheel_timer_is_armed(&m.timers[i]), m.armed[i]);
        if (step % 64 == 0) assert_true(wheel_check(&m.wheel));
        uint64_t next = wheel_next(&m.wheel), least = UINT64_MAX;
        for (size_t k = 0; k < TIMERS; k++) {
            if (m.armed[k] && m.expiry[k] < least) least = m.expiry[k];
        }
        if (least != UINT64_MAX)
            assert_true(next <= clock_after(least, TICK_NS));
        if (least == UINT64_MAX && next != UINT64_MAX) assert_true(next > m.now);
    }
}

/* Following wheel_next alone, every timer fires, and in no more steps than levels times timers. */
static void wheel_next_leads_to_every_timer(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    static struct model m;
    m.now = 1000;
    wheel_init(&m.wheel, m.now);
    for (size_t i = 0; i < TIMERS; i++) {
        wheel_timer_init(&m.timers[i], 0);
        m.expiry[i] = m.now + (prng_next(&p) >> (4 + prng_below(&p, 56)));
        m.armed[i] = true;
        wheel_arm(&m.wheel, &m.timers[i], m.expiry[i]);
    }
    int turns = 0;
    for (uint64_t next; (next = wheel_next(&m.wheel)) != UINT64_MAX; turns++) {
        assert_true(turns < TIMERS * (WHEEL_LEVELS + 1));
        advance(&m, next > m.now ? next - m.now : 0);
    }
    for (size_t i = 0; i < TIMERS; i++) assert_false(m.armed[i]);
}

static void an_expiry_that_is_never_keeps_nobody_awake(void **state) {
    (void)state;
    static struct wheel w;
    struct wheel_timer never, soon;
    wheel_init(&w, 12345);
    wheel_timer_init(&never, 0);
    wheel_timer_init(&soon, 0);
    for (uint64_t back = 0; back < 3 * (uint64_t)TICK_NS; back += TICK_NS / 2 - 1) {
        wheel_arm(&w, &never, UINT64_MAX - back);
        assert_true(wheel_next(&w) > UINT64_MAX / 2);
        wheel_arm(&w, &soon, 10 * (uint64_t)TICK_NS);
        assert_true(wheel_next(&w) <= 10 * (uint64_t)TICK_NS);
        assert_true(wheel_check(&w));
        wheel_disarm(&w, &soon);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wheel_fires_what_the_model_fires),
        cmocka_unit_test(an_expiry_that_is_never_keeps_nobody_awake),
        cmocka_unit_test(wheel_next_leads_to_every_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
