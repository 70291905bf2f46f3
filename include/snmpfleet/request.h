/*
 * snmpfleet/request.h: single questions to one agent, any number at once, beside the schedule.
 *
 *     static void print(void *context, const struct fleet_result *r) { ... r->varbinds[0] ... }
 *
 *     const char *oids[] = { "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0" };
 *     fleet_get(f, target, oids, 2, &(struct fleet_request_options){ .done = print }, NULL);
 *
 * A question is an operation: its callback is called exactly once, from fleet_step (or from
 * fleet_cancel, fleet_target_remove and fleet_free, with reason `cancelled`), and may do all that a
 * callback may (sink.h), ask again and cancel included. Targets need no module for it. Operations
 * and polls share the fleet's window and rate, each getting half of it where both wait; of one
 * target not more than its window are asked at once, the others wait.
 */
#ifndef SNMPFLEET_REQUEST_H
#define SNMPFLEET_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/sink.h"
#include "snmpfleet/value.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct fleet;
struct fleet_mib;

/* A variable binding (RFC 3416 section 3). All of it is borrowed. */
struct fleet_varbind {
    const uint8_t *oid;          /* BER contents */
    size_t oid_length;
    struct fleet_value value;    /* where there is none, an exception: FLEET_NO_SUCH_OBJECT, ... */
};

/* What became of an operation. Borrowed until the callback returns. */
struct fleet_result {
    uint32_t operation;          /* the number that it had */
    const struct fleet_target *target;
    enum fleet_reason reason;    /* ok: an answer without error-status; agent-error, too-big: one
                                    with; otherwise why there is none */
    const char *detail;          /* what exactly, for people; "" when there is nothing to add */
    int32_t error_status;        /* RFC 3416 section 3; 0: noError, or no answer */
    int32_t error_index;         /* of the varbind that it is about, from 1; 0: none */
    const struct fleet_varbind *varbinds;  /* of the answer; of a walk: what it ended at */
    size_t varbind_count;
    uint64_t rows;               /* handed out: of a walk varbinds, of a table rows */
    const char *address;         /* that the answer came from, with its port; NULL but for `many` */
    int64_t time_ns;             /* Unix time of the end */
    int64_t duration_ns;         /* since it was asked for */
    uint32_t requests, retries;  /* datagrams sent; of them retries. An agent may have carried a SET
                                    out more than once where it was retried after a lost answer */
    uint64_t octets_sent, octets_received;  /* of the datagrams, without UDP and IP */
    /*
     * Moments of CLOCK_MONOTONIC in nanoseconds; 0: there was none. With fleet_options.kernel_times
     * they are those of the kernel; without, those of the turns of the loop.
     */
    uint64_t sent_ns;            /* the first datagram went out */
    uint64_t answered_sent_ns;   /* the one went out that the last answer answers */
    uint64_t arrived_ns;         /* the last answer came to this machine */
    uint64_t taken_ns;           /* the loop took it up */
};

/* Zero means the default given here. Everything is copied, but for context and mib. */
struct fleet_request_options {
    void (*done)(void *context, const struct fleet_result *result);  /* needed */
    void *context;
    uint64_t timeout_ns;         /* longest wait for one attempt: the target's */
    uint64_t deadline_ns;        /* longest for the whole: until its retries are over */
    int32_t retries;             /* attempts after the first: the target's; -1: none */
    /*
     * For a question that many agents answer, at a broadcast or multicast address: called for each
     * answer until the deadline, which is needed; then `done` is called, with reason ok and the
     * number of answers as rows, or timeout where there was none. The question is sent once.
     * Answers are taken from any address, an agent's second one too. fleet_get, fleet_getnext,
     * fleet_getbulk and fleet_request, of v1 and v2c, whose community alone says that an answer is
     * meant. NULL: one answer.
     */
    void (*many)(void *context, const struct fleet_result *answer);
    struct fleet_mib *mib;       /* where names in place of OIDs are looked up; it lives as long as
                                    the call. NULL: OIDs are numeric */
    const char *context_name;    /* SNMPv3: contextName, instead of the target's own; v1 and v2c:
                                    put after the community, with an @ between */
    const uint8_t *context_engine_id;  /* SNMPv3: contextEngineID, where it is not the auth's or the
                                    agent's own (RFC 3411 section 3.3.1) */
    size_t context_engine_id_length;
};

enum fleet_pdu {
    FLEET_PDU_GET,
    FLEET_PDU_GETNEXT,
    FLEET_PDU_GETBULK,
    FLEET_PDU_SET,
};

/* Most varbinds of one question, and most operations that wait or are under way at once. */
enum { FLEET_VARBINDS_MAX = 128, FLEET_OPERATIONS_MAX = 1 << 18 };

/*
 * Ask @target (RFC 3416 sections 4.2.1 to 4.2.5). Of FLEET_PDU_SET the values count, of the others
 * only the names; @non_repeaters and @max_repetitions are those of FLEET_PDU_GETBULK, which v1 has
 * not. Everything is copied. *ret_operation, unless NULL, names it until its callback. 0, -ENOMEM,
 * FLEET_E_UNKNOWN (the target), FLEET_E_OID, FLEET_E_INVALID (nothing asked for, an option out of
 * its range, GETBULK of v1), FLEET_E_FULL (too many varbinds, octets or operations).
 */
int fleet_request(struct fleet *fleet, uint32_t target, enum fleet_pdu pdu,
                  const struct fleet_varbind *varbinds, size_t count, uint32_t non_repeaters,
                  uint32_t max_repetitions, const struct fleet_request_options *options,
                  uint32_t *ret_operation);

/*
 * The same of OIDs as text: numeric ("1.3.6.1.2.1.1.3.0"), or with options->mib names in all forms
 * of fleet_mib_parse ("IF-MIB::ifDescr.3"). FLEET_E_OID: one is neither; fleet_mib_parse says why.
 */
int fleet_get(struct fleet *fleet, uint32_t target, const char *const *oids, size_t count,
              const struct fleet_request_options *options, uint32_t *ret_operation);
int fleet_getnext(struct fleet *fleet, uint32_t target, const char *const *oids, size_t count,
                  const struct fleet_request_options *options, uint32_t *ret_operation);
int fleet_getbulk(struct fleet *fleet, uint32_t target, const char *const *oids, size_t count,
                  uint32_t non_repeaters, uint32_t max_repetitions,
                  const struct fleet_request_options *options, uint32_t *ret_operation);

/*
 * SET (RFC 3416 section 4.2.5): all of @varbinds or none. Where an answer was lost the agent may
 * have carried it out: result.retries tells that it was sent again.
 */
int fleet_set(struct fleet *fleet, uint32_t target, const struct fleet_varbind *varbinds,
              size_t count, const struct fleet_request_options *options, uint32_t *ret_operation);

enum fleet_walk_method {
    FLEET_WALK_AUTO = 0,  /* GETBULK where the version has it, for as many names as the agent and a
                             frame take; GETNEXT otherwise, and where GETBULK fails */
    FLEET_WALK_GETNEXT,
    FLEET_WALK_GETBULK,   /* as told; an error, or an answer that is too big, ends it. To a target
                             of v1 it is a GETNEXT (RFC 3584 section 4.1.1) */
};

enum fleet_walk_end {
    FLEET_END_SUBTREE = 0,  /* where names leave the subtree */
    FLEET_END_MIB,          /* where names end */
};

/* Zero means the default given here. Copied, but for the context that the callback gets. */
struct fleet_walk_options {
    /*
     * Varbinds of one answer, in its order: needed. Called from fleet_step, before `done`, with
     * the context of the request's options. What it is given is borrowed until it returns. It may
     * do all that a callback may, fleet_cancel of this walk included.
     */
    void (*found)(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                  size_t count);
    enum fleet_walk_method method;
    enum fleet_walk_end end;
    const char *stop;          /* an OID: the walk ends at the first name that is not below
                                  it, and not where the subtree ends: none */
    uint64_t max_rows;         /* varbinds: no limit */
    uint32_t max_requests;     /* questions, retries not counted: no limit */
    bool unordered;            /* names that do not increase are no fault; needs one of the limits,
                                  because an agent may then lead round in a circle */
    uint32_t max_repetitions;  /* of GETBULK: what the target's options allow; of method getbulk:
                                  10 */
    uint32_t non_repeaters;    /* of GETBULK: 0 */
    uint32_t high_water;       /* varbinds handed out at which the walk waits until
                                  fleet_walk_take says that some were taken: no limit */
};

/*
 * All that follows the name @oid in its subtree, from name to name (RFC 3416 sections 4.2.2 and
 * 4.2.3). The instance @oid itself is not part of it. The timeout and retries of the request count
 * for each question; its deadline counts for the whole walk, waiting for a reader included.
 *
 * How it ended: ok, the subtree or the MIB was walked to its end; varbinds[0] is what follows it,
 * or an endOfMibView; error_status is noSuchName where a v1 agent said with it that nothing
 * follows. partial: a limit was reached. not-increasing: varbinds[0] has the name, varbinds[1] what
 * came after it. agent-error: varbinds[0] is what the error is about. What was found until then was
 * handed out in every case. Errors: see fleet_request; FLEET_E_INVALID also for `unordered` without
 * a limit.
 */
int fleet_walk(struct fleet *fleet, uint32_t target, const char *oid,
               const struct fleet_walk_options *walk,
               const struct fleet_request_options *options, uint32_t *ret_operation);

/*
 * @count of the varbinds that a walk with a high-water mark handed out were taken by their reader.
 * FLEET_E_UNKNOWN: it is over, or no walk.
 */
int fleet_walk_take(struct fleet *fleet, uint32_t operation, uint32_t count);

/*
 * The rows of one table, with all columns of @table (module.h), joins and filters included: index
 * order, each as soon as it is complete, by a walk that puts up with what agents do (errors for
 * single cells, GETBULK that does not work, names out of order). @rows is needed; it is called with
 * the options' context from fleet_step, before `done`. The table's name may be NULL ("table"), and
 * with options->mib the OID of a column, which is then looked up by its `object`. With options->mib
 * and no columns the name is looked up ("IF-MIB::ifTable"): all columns that agents hand out, and
 * the index where none is given. Names the rows give: row.table->columns[i].object.
 *
 * How it ended: ok, all rows and cells were had; otherwise the reason and detail say what was not,
 * and result.rows how many were handed out. fleet_cancel from within @rows ends it when that
 * returns. One request is out at a time. Errors: see fleet_request and fleet_module_add.
 */
int fleet_table(struct fleet *fleet, uint32_t target, const struct fleet_table *table,
                void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                const struct fleet_request_options *options, uint32_t *ret_operation);

/*
 * Is the agent there, and what are the boots and time of its engine? The question for sysUpTime.0;
 * of SNMPv3 with the engine ID and time learnt anew first (RFC 3414 section 4), but for one that is
 * pinned. It is never needed: both are kept right by themselves. Errors: see fleet_request.
 */
int fleet_refresh(struct fleet *fleet, uint32_t target,
                  const struct fleet_request_options *options, uint32_t *ret_operation);

/* The authoritative engine of a target of SNMPv3 (RFC 3414 section 3.1), as it is known now. */
struct fleet_engine {
    uint8_t id[FLEET_ENGINE_ID_MAX];
    uint8_t id_length;
    bool is_confirmed;           /* an authentic message proved it */
    bool has_time;               /* boots and time are authentic */
    uint32_t boots, time_s;      /* snmpEngineBoots, and snmpEngineTime now */
};

/* FLEET_E_UNKNOWN: no such target; or it is not of v3, or its engine is not known yet. */
int fleet_target_engine(const struct fleet *fleet, uint32_t target,
                        struct fleet_engine *ret_engine);

/*
 * The version that @target is asked by. 0: that is certain, for it was given, or something was
 * heard of the agent. FLEET_E_UNKNOWN: no such target, or nothing was heard of it yet; *ret_version
 * is then what it is tried with.
 */
int fleet_target_version(const struct fleet *fleet, uint32_t target,
                         enum fleet_version *ret_version);

/* Its callback is called now, with reason `cancelled`. FLEET_E_UNKNOWN: it is over. */
int fleet_cancel(struct fleet *fleet, uint32_t operation);

/*
 * The same for all operations of @target that wait or are under way. What their callbacks ask anew
 * stays. FLEET_E_UNKNOWN: no such target.
 */
int fleet_target_cancel(struct fleet *fleet, uint32_t target);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
