/* arrival: see arrival.h. */
#include "api/arrival.h"

#include "base/clock.h"

/* Clocks that are adjusted smoothly (adjtimex: at most 500 ppm) move apart less in a short turn. */
enum { STEP_NS = 50 * CLOCK_NS_PER_US, SLEW_PPM = 1000 };

static bool arrival_is_step(const struct arrival *a, struct moment at, int64_t offset) {
    int64_t moved = offset > a->offset_ns ? offset - a->offset_ns : a->offset_ns - offset;
    uint64_t slewed = (at.now - a->now) / (1000000 / SLEW_PPM);
    return (uint64_t)moved > STEP_NS + slewed;
}

void arrival_turn(struct arrival *a, struct moment at) {
    int64_t offset = at.unix_ns - (int64_t)at.now;
    if (a->now != 0 && arrival_is_step(a, at, offset)) {
        a->old_offset_ns = a->offset_ns;
        a->step_after_ns = a->now;
        a->step_before_ns = at.now;
    }
    a->now = at.now;
    a->offset_ns = offset;
}

uint64_t arrival_ns(const struct arrival *a, int64_t kernel_unix_ns) {
    if (kernel_unix_ns == 0) return a->now;
    int64_t moment = kernel_unix_ns - a->offset_ns;
    if (moment >= (int64_t)a->step_after_ns && moment <= (int64_t)a->now) return (uint64_t)moment;
    int64_t before = kernel_unix_ns - a->old_offset_ns;
    bool was_before = a->step_before_ns != 0 && before > 0 && before <= (int64_t)a->step_before_ns;
    return was_before ? (uint64_t)before : a->now;
}
