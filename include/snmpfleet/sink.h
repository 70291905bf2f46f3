/*
 * snmpfleet/sink.h: what a fleet hands out: rows, and one report for each poll.
 */
#ifndef SNMPFLEET_SINK_H
#define SNMPFLEET_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/module.h"
#include "snmpfleet/target.h"
#include "snmpfleet/value.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Why a poll ended as it did: the closed list. */
enum fleet_reason {
    FLEET_REASON_OK = 0,
    FLEET_REASON_PARTIAL,            /* some was received, some was not; the detail says what */
    FLEET_REASON_TIMEOUT,            /* no answer to any attempt */
    FLEET_REASON_UNREACHABLE,        /* ICMP, no route, or a host name that does not resolve */
    FLEET_REASON_UNKNOWN_USER,
    FLEET_REASON_WRONG_DIGEST,
    FLEET_REASON_DECRYPT_ERROR,
    FLEET_REASON_NOT_IN_WINDOW,
    FLEET_REASON_UNSUPPORTED_LEVEL,
    FLEET_REASON_AGENT_ERROR,        /* an error-status that nothing could be done about */
    FLEET_REASON_TOO_BIG,            /* one value alone does not fit the agent's replies */
    FLEET_REASON_NOT_INCREASING,     /* an agent's OIDs went backward or round in a loop */
    FLEET_REASON_MALFORMED,          /* replies that do not decode or do not answer what was
                                        asked */
    FLEET_REASON_DEADLINE,           /* the poll's time was over */
    FLEET_REASON_BACKOFF,            /* not asked: the target is known to be dead until its next
                                        probe */
    FLEET_REASON_CANCELLED,          /* target removed, or the fleet shut down */
    FLEET_REASONS
};

/* "ok", "partial", ... "not-in-window", as the contract spells them. */
const char *fleet_reason_text(enum fleet_reason reason);

/*
 * One row. All of it is borrowed until the callback returns. A cell of type FLEET_ABSENT, or an
 * exception type, holds no value; writers leave it out.
 */
struct fleet_row {
    const struct fleet_target *target;
    const struct fleet_table *table;
    int64_t time_ns;                  /* Unix time at which the reply that completed the row came */
    const uint8_t *index;             /* instance: BER contents of its sub-identifiers; of a
                                         subtree's row: of the whole OID */
    size_t index_length;              /* 0 for scalars */
    const struct fleet_value *cells;  /* table->column_count of them, in the order of its columns */
};

struct fleet_report {
    const struct fleet_target *target;
    const char *module;
    const char *context;         /* of a module that has a list of them; otherwise NULL */
    enum fleet_reason reason;
    const char *detail;          /* what exactly, for people; "" when there is nothing to add */
    int64_t time_ns;             /* Unix time of the poll's end */
    int64_t rtt_ns;              /* median-like: smoothed round trip of the target; -1 when it never
                                    answered */
    int64_t duration_ns;         /* from the first request's admission to the end */
    int64_t lag_ns;              /* how much later than due it was admitted */
    uint32_t answers;            /* datagrams of the agent that counted: believed responses, and
                                    Reports other than those to a question for the engine ID.
                                    0: nothing was heard of it in this poll */
    uint32_t requests;           /* datagrams sent, retries included */
    uint32_t retries;
    uint32_t varbinds;           /* received and used */
    uint32_t rows;
    uint32_t max_repetitions;    /* largest in use at the end; 0 when nothing was walked by
                                    GETBULK */
    uint32_t overruns;           /* turns of this module on this target that were left out since its
                                    last report */
};

/*
 * Called from fleet_step, and from what ends running polls: fleet_target_set, fleet_target_remove
 * and fleet_free. Must not block. A callback may add, set and remove targets, modules and auths;
 * what that changes of targets that are there comes about at the end of the turn, so that they are
 * found as they were until then. It must not call fleet_step or fleet_free. Rows of one call belong
 * to one target and one table. A notice, if wanted, is a sentence about a target that no report has
 * a place for: an engine ID that another agent has as well. Each is given once.
 */
struct fleet_sink {
    void *context;
    void (*rows)(void *context, const struct fleet_row *rows, size_t count);
    void (*report)(void *context, const struct fleet_report *report);
    void (*notice)(void *context, const struct fleet_target *target, const char *text);
};

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
