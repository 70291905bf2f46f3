/*
 * one: one question at a time to one agent, waited for. For what is not a load: costs of single
 * objects, walks step by step.
 */
#pragma once

#include "bench/hooks.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/request.h"

struct one_question {
    uint32_t target;
    enum fleet_pdu pdu;
    const struct fleet_varbind *varbinds;
    size_t count;
    uint32_t repetitions;       /* of GETBULK */
    uint64_t timeout_ns;
    uint32_t retries;
};

struct one_answer {
    enum fleet_reason reason;
    int32_t error_status;
    uint64_t time_ns;           /* from the send to the arrival; 0: there was no answer */
};

/*
 * @take, unless NULL, is called with the result, which lives until it returns. 0, a fatal -errno,
 * or -ECANCELED: the hooks say that it shall end.
 */
int one_ask(struct fleet *fleet, const struct bench_hooks *hooks,
            const struct one_question *question,
            void (*take)(void *context, const struct fleet_result *result), void *context,
            struct one_answer *ret_answer);

/* Wait for @ns without asking anything. As above. */
int one_pause(struct fleet *fleet, const struct bench_hooks *hooks, uint64_t ns);
