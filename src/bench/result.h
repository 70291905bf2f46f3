/*
 * result: what a benchmark says. The measuring parts fill it, reports and comparisons read it.
 *
 * A request is planned for a moment; it goes out then or later; its answer arrives in the kernel
 * and is taken by our loop a little later. So there are four times:
 *
 *     planned ──delay──> sent ──service──> arrived ──loop──> taken
 *        └───────────latency────────────────┘
 *
 * Latency counts from the planned moment, so that an agent that stalls cannot hide behind requests
 * that were not sent meanwhile (coordinated omission). In a closed loop a request is planned for
 * the moment at which a place is free, and latency is service time. All times are nanoseconds;
 * moments are counted from the beginning of the measured time. Where a number is not known it is
 * NAN.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "snmpfleet/sink.h"

enum bench_kind {
    BENCH_GET, BENCH_GETNEXT, BENCH_GETBULK, BENCH_WALK, BENCH_SET, BENCH_KINDS
};

enum {
    BENCH_ERROR_STATUS_OTHER = 19,  /* RFC 3416 section 3 has 0 to 18 */
    BENCH_ERROR_STATUSES,
    BENCH_TEXT = 160,
    BENCH_HEATS = 25,           /* bounds of latencies: 1 us, 2 us, 5 us, 10 us, ... 100 s */
    BENCH_SAMPLES_MAX = 100000,
    BENCH_SECONDS_MAX = 100000,
    BENCH_AGENTS_MAX = 100000,
    BENCH_POINTS_MAX = 256,
    BENCH_COSTS_MAX = 4096,
};

/* The range of latencies: 1 us to 100 s, with 3 significant digits. */
#define BENCH_LOWEST_NS UINT64_C(1000)
#define BENCH_HIGHEST_NS UINT64_C(100000000000)
/* A request that goes out later than this behind its plan is late by us. */
#define BENCH_LATE_NS UINT64_C(1000000)

/* What became of the requests that were planned within the measured time. */
struct bench_counts {
    uint64_t planned;           /* sent + unsent */
    uint64_t sent;              /* of them those that went out; = answered + lost + open */
    uint64_t unsent;            /* never sent: too many were open, or the kernel refused */
    uint64_t sent_late;         /* of sent: more than BENCH_LATE_NS behind the plan */
    uint64_t answered;          /* with an answer, with an error-status or without */
    uint64_t ok;                /* of answered: without error, and of a walk to its end */
    uint64_t lost;              /* no answer in time, or one that is not to be believed */
    uint64_t open;              /* neither answered nor lost when the run was ended */
    uint64_t reasons[FLEET_REASONS];                 /* how each ended */
    uint64_t error_status[BENCH_ERROR_STATUSES];     /* of answers */
    uint64_t requests;          /* datagrams sent: of a walk many */
    uint64_t varbinds;          /* in answers */
    uint64_t below;             /* of them, of GETBULK, those below the OIDs that were asked for */
    uint64_t octets_sent, octets_received;           /* of datagrams, without UDP and IP */
};

/* One second of the measured time, by the planned moments of its requests. */
struct bench_second {
    uint32_t planned, sent, unsent, sent_late, answered, ok, lost;
    uint64_t p50_ns, p99_ns, max_ns;   /* latency; 0 where there is no answer */
    double mean_ns;
    uint32_t heat[BENCH_HEATS];        /* answers by latency: up to this bound, and above
                                          the one before */
};

/* What an agent said of itself during the run. */
struct bench_sample {
    uint64_t at_ns;
    uint32_t agent;             /* index in .agents */
    bool has_uptime;
    uint32_t uptime_ticks;      /* sysUpTime, hundredths of a second */
    double cpu_percent;         /* 0 to 100, all its processors together; NAN: not known */
};

struct bench_agent {
    char *name, *address;       /* as users gave them, and as it was asked; owned */
    char *description;          /* sysDescr as the agent sent it, with anything in it; NULL */
    char *cpu_object;           /* name of what .cpu_percent was made of; NULL: it has none */
    struct bench_counts counts;
    struct histogram latency;   /* with fewer digits where there are many agents */
    uint32_t restarts;          /* seen by sysUpTime that went back */
    double cpu_mean, cpu_max;   /* percent; NAN: not known */
};

/* One step of a sweep: a load, and what it gave. */
struct bench_point {
    double rate;                /* offered, requests a second; 0: a closed loop */
    uint32_t concurrency;       /* of a closed loop; otherwise 0 */
    uint32_t burst;             /* requests planned for one moment; 0, 1: evenly spaced */
    uint32_t repetitions;       /* of GETBULK; otherwise 0 */
    uint64_t planned;
    double answered_rate;       /* answers a second */
    double varbind_rate;        /* varbinds a second, below the OIDs that were asked for */
    uint64_t p50_ns, p99_ns;    /* latency */
    double mean_ns;
    double loss;                /* share of what was sent, 0 to 1 */
    double late;                /* share of what was planned that we sent late or not at all */
    double cpu_percent;         /* the agent's; NAN: not known */
    bool is_good;               /* below the knee */
    char why[BENCH_TEXT];       /* why it is not good; "" */
};

/* What one object, or one column of a table, costs the agent. */
struct bench_cost {
    char *oid, *name;           /* numeric; by its MIB module, or the OID again; owned */
    char *table;                /* name of the table of a column; NULL */
    uint64_t objects;           /* instances that were measured */
    double mean_ns, low_ns, high_ns;  /* agent's time for one instance; the 95 % interval */
    uint64_t max_ns;
    double share;               /* of the time of all that was measured, 0 to 1 */
    bool is_slow;               /* stands out: see man page */
};

enum bench_serving { BENCH_SERVES_UNKNOWN, BENCH_SERVES_ONE, BENCH_SERVES_SEVERAL };

/* The answer to the question. Zero: not known. */
struct bench_verdict {
    double safe_rate, knee_rate;       /* requests a second */
    bool is_knee_beyond;               /* no knee up to knee_rate, where the search ended */
    uint32_t repetitions;
    enum bench_serving serving;
    uint32_t served_at_once;
    char text[512];                    /* the line for people */
};

/* How the load was made. */
struct bench_load {
    bool is_closed;
    double rate, rate_end;      /* planned requests a second, at the begin and the end of a ramp */
    uint32_t concurrency;       /* of a closed loop */
    uint64_t warmup_ns;
    uint64_t timeout_ns;
    uint32_t retries;
    uint32_t varbinds;          /* a request */
    uint32_t repetitions;
    uint32_t weights[BENCH_KINDS];
    char *version;              /* "2c", "3 authPriv SHA-256 AES" */
    char **oids;                /* as users gave them */
    size_t oid_count;
    uint64_t seed;
};

struct bench_host {
    char *hostname, *kernel, *cpu, *io;  /* io: "uring", "mmsg" */
    uint32_t cpus;
};

struct bench_result {
    char id[40];                /* of the run: 32 hexadecimal digits */
    char *program;              /* version of snmpfleet */
    char *command;              /* its command line, secrets blanked */
    int64_t began_unix_ns;
    uint64_t duration_ns;       /* the measured time */
    char stopped[BENCH_TEXT];   /* why it ended before its time; "" */
    struct bench_host host;
    struct bench_load load;

    struct bench_counts counts;
    uint64_t answers_within;    /* that arrived within the measured time, those to requests of the
                                   warm-up, too: what the agent gave in that time */
    uint64_t varbinds_within;   /* in these answers */
    uint64_t late, duplicates;  /* replies after their time-out; further replies to one request */
    uint64_t unmatched, malformed;  /* to no request of ours; that do not decode */
    uint64_t refused;           /* to an open request, but not to be believed: from another address
                                   or port, of another community, or refused by SNMPv3 */
    uint64_t kernel_drops;      /* replies that our own kernel dropped: our loss, not the agent's */
    uint64_t send_failures;
    double most_late_ns;        /* how far behind the plan a request was sent at the most */

    struct histogram latency;   /* arrived - planned */
    struct histogram service;   /* arrived - sent */
    struct histogram delay;     /* sent - planned: our own lateness */
    struct histogram loop;      /* taken - arrived: our own loop */
    bool has_kernel_times;      /* otherwise arrived is the moment at which our loop took it */

    struct bench_second *seconds;
    size_t second_count;
    struct bench_sample *samples;
    size_t sample_count;
    struct bench_agent *agents; /* worst first */
    size_t agent_count;

    struct bench_point *points; /* of a sweep, in the order in which they were measured */
    size_t point_count;
    struct bench_cost *costs;   /* dearest first */
    size_t cost_count;
    bool has_verdict;
    struct bench_verdict verdict;
};

/* Zero, with histograms made. 0 or -ENOMEM. */
int bench_result_init(struct bench_result *r);
void bench_result_deinit(struct bench_result *r);

const char *bench_kind_text(enum bench_kind kind);

/* The bound of .heat[@n] in nanoseconds, and as text: "20us". */
uint64_t bench_heat_bound(unsigned n);
const char *bench_heat_text(unsigned n);
/* RFC 3416's name, "noError", "tooBig"; "other". @status is below BENCH_ERROR_STATUSES. */
const char *bench_error_status_text(unsigned status);

/* As histogram_percentile, but never above the highest value that was recorded. */
uint64_t bench_percentile(const struct histogram *h, double percentile);
