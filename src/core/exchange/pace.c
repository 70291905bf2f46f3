/* pace: see pace.h. */
#include "core/exchange/pace.h"

#include "base/clock.h"

enum {
    AGE_FLOOR_MS = 50,
    AGE_UNKNOWN_MS = 200, /* while nobody has answered yet */
    RATE_BURST_MS = 10,
    SAMPLE_SHARE = 64, /* one sample's share of the estimates */
};

void pace_init(struct pace *p, uint32_t rate, uint64_t now) {
    *p = (struct pace){ .rate = rate, .next_ns = now };
}

void pace_set_rate(struct pace *p, uint32_t rate, uint64_t now) {
    p->rate = rate;
    if (rate != 0 && p->next_ns > now + CLOCK_NS_PER_S / rate)
        p->next_ns = now + CLOCK_NS_PER_S / rate;
}

bool pace_allows(struct pace *p, uint64_t now) {
    if (p->rate == 0) return true;
    uint64_t burst = (uint64_t)RATE_BURST_MS * CLOCK_NS_PER_MS;
    if (p->next_ns + burst < now) p->next_ns = now - burst;
    if (p->next_ns > now) return false;
    p->next_ns += CLOCK_NS_PER_S / p->rate;
    return true;
}

uint64_t pace_next_ns(const struct pace *p) {
    return p->rate == 0 ? 0 : p->next_ns;
}

void pace_sample(struct pace *p, uint64_t rtt) {
    if (p->srtt_ns == 0) {
        p->srtt_ns = rtt + 1;
        p->rttvar_ns = rtt / 2;
        return;
    }
    uint64_t off = rtt > p->srtt_ns ? rtt - p->srtt_ns : p->srtt_ns - rtt;
    p->rttvar_ns += off / SAMPLE_SHARE - p->rttvar_ns / SAMPLE_SHARE;
    p->srtt_ns += rtt / SAMPLE_SHARE - p->srtt_ns / SAMPLE_SHARE;
    if (p->srtt_ns == 0) p->srtt_ns = 1;
}

uint64_t pace_expected_ns(const struct pace *p) {
    if (p->srtt_ns == 0) return (uint64_t)AGE_UNKNOWN_MS * CLOCK_NS_PER_MS;
    uint64_t age = 2 * (p->srtt_ns + 4 * p->rttvar_ns),
             floor = (uint64_t)AGE_FLOOR_MS * CLOCK_NS_PER_MS;
    return age < floor ? floor : age;
}
