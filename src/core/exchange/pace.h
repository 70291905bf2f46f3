/*
 * pace: how fast the fleet as a whole asks: its rate limit, and how long an answer is still
 * expected, which is what the window counts.
 *
 * A request that is overdue by what answers of all agents usually take no longer counts, so that
 * dead agents, which wait for their time-outs, do not hold up the living.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pace {
    uint32_t rate;                /* most requests a second; 0: no limit */
    uint64_t next_ns;             /* when the rate allows the next request */
    uint64_t srtt_ns, rttvar_ns;  /* RFC 6298 over all agents; srtt 0: nobody has answered yet */
};

void pace_init(struct pace *p, uint32_t rate, uint64_t now);

/* Another rate from now on: the next request waits for no more than one of its intervals. */
void pace_set_rate(struct pace *p, uint32_t rate, uint64_t now);

/* May a request be sent now? If so it is counted. */
bool pace_allows(struct pace *p, uint64_t now);

/* When the rate allows the next request: 0 where there is no limit. */
uint64_t pace_next_ns(const struct pace *p);

/* The round trip of one answer. */
void pace_sample(struct pace *p, uint64_t rtt_ns);

/* How long after its sending an attempt's answer is expected. */
uint64_t pace_expected_ns(const struct pace *p);
