/* clock: see clock.h. */
#include "usm/clock.h"

#include "base/clock.h"

uint32_t usm_clock_time(const struct usm_clock *c, uint64_t now) {
    uint64_t elapsed = now > c->at_ns ? (now - c->at_ns) / CLOCK_NS_PER_S : 0;
    uint64_t time = c->time + elapsed;
    return time < USM_TIME_MAX ? (uint32_t)time : USM_TIME_MAX;
}

void usm_clock_set(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now) {
    if (boots < 0 || time < 0) return;
    *c = (struct usm_clock){
        .state = USM_CLOCK_AUTHENTIC,
        .boots = (uint32_t)boots,
        .time = (uint32_t)time,
        .latest = (uint32_t)time,
        .at_ns = now,
    };
}

void usm_clock_guess(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now) {
    if (c->state == USM_CLOCK_AUTHENTIC || boots < 0 || time < 0) return;
    usm_clock_set(c, boots, time, now);
    c->state = USM_CLOCK_GUESSED;
}

bool usm_clock_accept(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now) {
    if (boots < 0 || time < 0 || boots == USM_TIME_MAX) return false;
    if (c->state != USM_CLOCK_AUTHENTIC) {
        usm_clock_set(c, boots, time, now);
        return true;
    }
    uint32_t b = (uint32_t)boots, t = (uint32_t)time;
    if (b > c->boots || (b == c->boots && t > c->latest)) usm_clock_set(c, boots, time, now);
    return b == c->boots && (uint64_t)t + USM_WINDOW_S >= usm_clock_time(c, now);
}
