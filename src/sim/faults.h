/*
 * faults: how agents misbehave. Each fault has a share of the agents and a strength; which agents
 * have it is a hash of seed, fault and agent, so that the same seed always gives the same ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
    FAULT_LOSS,          /* probability that a datagram, request or reply, is lost */
    FAULT_DELAY,         /* duration before every reply */
    FAULT_JITTER,        /* duration at the most, added to it at random */
    FAULT_DUPLICATE,     /* probability that a reply comes twice */
    FAULT_REORDER,       /* probability that a reply waits for the agent's next one, or
                            FAULT_REORDER_NS */
    FAULT_DEAD,          /* never answers; no strength */
    FAULT_TRUNCATE,      /* probability that a reply is cut short */
    FAULT_TOO_BIG,       /* bytes: longer replies become tooBig */
    FAULT_LOOP,          /* objects: behind every n-th one a walk is thrown back */
    FAULT_WRONG_SOURCE,  /* replies come from another address; no strength */
    /* of SNMPv3 only: */
    FAULT_REBOOT,        /* duration after which the engine boots anew: boots + 1, time 0 */
    FAULT_LOST_BOOTS,    /* the same, but boots stays 1 */
    FAULT_CLOCK_DRIFT,   /* times too fast that the engine's clock runs */
    FAULT_NO_BOOTS,      /* boots and time are 0 in what is not authenticated; no strength */
    FAULT_DUPLICATE_ENGINE,  /* has the same engine ID as all others that do; no strength */
    FAULT_WRONG_DIGEST,  /* probability that a reply's digest is spoilt */
    FAULT_FORGED_REPORT, /* probability that before a reply comes an unauthenticated Report that
                            the request was not in the time window, with boots and time made up */
    FAULT_WRONG_ENGINE,  /* probability that before a reply comes the same under another engine's
                            ID */
    FAULTS,
};

#define FAULT_REORDER_NS UINT64_C(20000000)

enum fault_unit { FAULT_PROBABILITY, FAULT_DURATION, FAULT_COUNT, FAULT_NO_VALUE };

/* Name as in the option, unit and default (durations in ns). */
struct fault_kind {
    const char *name;
    enum fault_unit unit;
    double value;
};
extern const struct fault_kind fault_kinds[FAULTS];

struct faults {
    uint64_t seed;
    struct {
        double share;  /* of the agents, 0 to 1 */
        double value;  /* in the kind's unit */
    } of[FAULTS];
};

static inline uint32_t fault_bit(enum fault fault) {
    return (uint32_t)1 << fault;
}

/* The faults that @agent has, as fault_bit()s. */
uint32_t faults_of_agent(const struct faults *f, uint32_t agent);

/* "loss=0.1 delay=100ms", for people; "" when @bits is 0. Returns the length. */
enum { FAULTS_TEXT_MAX = 640 };
size_t faults_format(const struct faults *f, uint32_t bits, char text[static FAULTS_TEXT_MAX]);
