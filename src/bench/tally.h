/*
 * tally: counts what became of requests into a result: totals, histograms, seconds, agents. It
 * knows no clock and no network; moments are those of CLOCK_MONOTONIC, 0: there was none.
 */
#pragma once

#include "bench/result.h"

/*
 * Seconds whose latencies are still collected: what is answered later than this behind its plan
 * counts, but not in the percentiles of its second.
 */
enum { TALLY_SECONDS_OPEN = 64 };

struct tally_second {
    struct histogram latency;
    size_t number;              /* of the second; only where is_used */
    bool is_used;
};

struct tally {
    struct bench_result *result;
    uint64_t begin_ns;          /* of the measured time */
    struct tally_second open[TALLY_SECONDS_OPEN];
};

/* What became of one request of the measured time. */
struct tally_outcome {
    uint32_t agent;             /* index in result.agents */
    uint64_t planned_ns;
    uint64_t sent_ns;           /* first datagram; 0: it was not sent */
    uint64_t answered_sent_ns;  /* the datagram that the last answer answers */
    uint64_t arrived_ns, taken_ns;
    enum fleet_reason reason;
    int32_t error_status;
    uint64_t requests, varbinds, below, octets_sent, octets_received;
};

/*
 * A tally into @result, whose agents are set already. Each gets a histogram, of fewer digits the
 * more agents there are. @seconds: for how many there shall be room. 0 or -ENOMEM.
 */
int tally_init(struct tally *t, struct bench_result *result, size_t seconds);
void tally_deinit(struct tally *t);

/* A request is planned for @planned_ns. Then one of the two below is called for it, once. */
void tally_plan(struct tally *t, uint32_t agent, uint64_t planned_ns);
void tally_unsent(struct tally *t, uint32_t agent, uint64_t planned_ns);
void tally_take(struct tally *t, const struct tally_outcome *outcome);

/*
 * An answer to a request, be it one of the warm-up: does it belong to what was answered between the
 * begin and @end_ns?
 */
void tally_arrive(struct tally *t, const struct tally_outcome *outcome, uint64_t end_ns);

/* All is over: percentiles of the seconds that are still open, agents worst first. */
void tally_finish(struct tally *t);
