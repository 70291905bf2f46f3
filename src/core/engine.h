/*
 * engine: the poller, sans I/O. Time and datagrams come in as arguments; datagrams, rows and
 * reports go out.
 *
 * One turn, in this order, at the host's pace:
 *
 *     engine_datagram, engine_unreachable, engine_send_failed    what came
 *     engine_expire      what ran out of time
 *     engine_admit       polls that are due, while the windows hold
 *     engine_transmit    the ready queues into free slots, which the host sends
 *     engine_sent        which of them the kernel had no room for
 *
 * Nothing sends in reaction to an event: every cause appends a request to a ready queue, and
 * engine_transmit alone empties them.
 *
 * It is made of two floors: exchange/ asks one agent one question; poll/ and operation/ are who
 * asks.
 */
#pragma once

#include "base/address.h"
#include "base/moment.h"
#include "base/slot.h"
#include "base/span.h"
#include "core/exchange/vault.h"
#include "core/operation/operation.h"
#include "core/poll/names.h"
#include "core/walk/plan.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/learnt.h"

struct engine;

enum { ENGINE_MEMORY = 256 << 20, ENGINE_COLUMNS_MAX = PLAN_COLUMNS_MAX };

struct engine_options {
    struct fleet_sink sink;
    bool once;
    uint32_t rate, window, dead_after;  /* as in struct fleet_options; window is needed */
    uint32_t lookup_rate;               /* look-ups of host names a second; 0: no limit */
    uint64_t rto_floor_ns;
    struct secrets secrets;             /* drawn from the kernel; not kept */
    uint64_t (*policer)(void *context, const struct fleet_target *target, uint64_t now_ns);
    size_t memory;            /* as in struct fleet_options; 0: ENGINE_MEMORY */
};

/* 0, -ENOMEM or -EIO. */
int engine_new(struct engine **ret_engine, const struct engine_options *options, uint64_t now);

/* Every running poll reports `cancelled`. */
void engine_free(struct engine *e, struct moment at);

/* Is every structure as it must be? For tests; walks all of them. */
bool engine_check(const struct engine *e);

/* The functions of fleet.h on the engine. */
int engine_module_add(struct engine *e, const struct fleet_module_options *options,
                      uint32_t *ret_module);
int engine_module_set(struct engine *e, const struct fleet_module_options *options,
                      uint32_t *ret_module);
int engine_module_remove(struct engine *e, uint32_t module);
uint32_t engine_module_bound(const struct engine *e);
int engine_module_get(const struct engine *e, uint32_t module, struct fleet_module *ret_module);
int engine_module_part(const struct engine *e, uint32_t module, uint32_t part,
                       struct fleet_module_part *ret_part);
int engine_module_find(const struct engine *e, const char *name, uint32_t *ret_module);
int engine_auth_set(struct engine *e, const struct fleet_auth_options *options, uint32_t *ret_auth,
                    const char **ret_why);
int engine_auth_remove(struct engine *e, uint32_t auth);
const char *engine_auth_name(const struct engine *e, uint32_t auth);
uint32_t engine_auth_bound(const struct engine *e);
int engine_auth_find(const struct engine *e, const char *name, uint32_t *ret_auth);
int engine_learnt_get(struct engine *e, uint32_t target, struct fleet_learnt *ret_learnt,
                      struct moment at);
int engine_learnt_set(struct engine *e, const struct fleet_learnt *learnt, struct moment at);
int engine_target_set(struct engine *e, const struct fleet_target_options *options,
                      uint32_t *ret_target, enum fleet_change *ret_change, struct moment at);
int engine_target_find(const struct engine *e, const char *name, uint32_t *ret_target);
int engine_target_remove(struct engine *e, uint32_t target, struct moment at);
int engine_request(struct engine *e, uint32_t target, const struct operation_question *ask,
                   const struct fleet_request_options *options, uint32_t *ret_operation,
                   struct moment at);
int engine_walk(struct engine *e, uint32_t target, const char *oid,
                const struct fleet_walk_options *walk,
                const struct fleet_request_options *options, uint32_t *ret_operation,
                struct moment at);
int engine_table(struct engine *e, uint32_t target, const struct fleet_table *table,
                 void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                 const struct fleet_request_options *options, uint32_t *ret_operation,
                 struct moment at);
int engine_walk_take(struct engine *e, uint32_t operation, uint32_t count);
int engine_refresh(struct engine *e, uint32_t target, const struct fleet_request_options *options,
                   uint32_t *ret_operation, struct moment at);
int engine_version_of(const struct engine *e, uint32_t target, enum fleet_version *ret_version);
int engine_engine_of(const struct engine *e, uint32_t target, struct fleet_engine *ret_engine,
                     uint64_t now);
int engine_cancel(struct engine *e, uint32_t operation, struct moment at);
int engine_target_cancel(struct engine *e, uint32_t target, struct moment at);
const struct fleet_target *engine_target_get(const struct engine *e, uint32_t target);

/* A target at that address and port; NULL: none is. */
const struct fleet_target *engine_target_at(const struct engine *e, const struct address *address);
uint32_t engine_target_bound(const struct engine *e);

/*
 * A datagram came from @peer, at the monotonic moment @arrived_ns (not after now). Whatever it
 * holds, it is counted.
 */
void engine_datagram(struct engine *e, const struct address *peer, struct span datagram,
                     uint64_t arrived_ns, struct moment at);

/*
 * What is about to be needed for a datagram, fetched into the cache: see core/exchange/receive.h.
 */
const void *engine_prefetch_request(const struct engine *e, struct span datagram);
void engine_prefetch_poll(const void *request);
void engine_prefetch_target(const void *request);

/* ICMP says that @peer cannot be reached; @quoted: of our datagram, as far as it tells. */
void engine_unreachable(struct engine *e, const struct address *peer, struct span quoted, int error,
                        struct moment at);

/* The kernel refused the datagram of @cookie. */
void engine_send_failed(struct engine *e, uint32_t cookie, int error, struct moment at);

/*
 * Up to @max timers that ran out; polls that are due and operations that wait, up to @max of each.
 * True: there is more to do at once, and the next call begins with it.
 */
bool engine_expire(struct engine *e, struct moment at, uint32_t max);
bool engine_admit(struct engine *e, struct moment at, uint32_t max);

/* Fill up to @max slots; returns how many are to be sent. */
uint32_t engine_transmit(struct engine *e, struct slot *slots, uint32_t max, uint64_t now);

/*
 * Of the first @count slots the kernel took all but the first @waiting: those stay in their slots,
 * and are not filled by the next engine_transmit.
 */
void engine_sent(struct engine *e, const struct slot *slots, uint32_t waiting, uint32_t count,
                 uint64_t now);

/*
 * The kernel took the @count slots one after the other between @begin_ns and @end_ns: exact moments
 * for the requests' round trips, in place of the turn's.
 */
void engine_sent_between(struct engine *e, const struct slot *slots, uint32_t count,
                         uint64_t begin_ns, uint64_t end_ns);

/* When the next turn is needed: 0 at once, UINT64_MAX never. */
uint64_t engine_deadline_ns(const struct engine *e, uint64_t now);

/*
 * Host names to look up: the next target that wants it (it is taken off the queue), or NULL: none
 * now. *@ret_family: 4, 6, or 0 for addresses of both families.
 */
const char *engine_next_lookup(struct engine *e, uint32_t *ret_target, int *ret_family,
                               uint64_t now);

/* When there is a next one: 0 at once, UINT64_MAX never. */
uint64_t engine_lookup_deadline_ns(const struct engine *e, uint64_t now);

/* What the look-up of @host for @target gave. */
void engine_resolved(struct engine *e, uint32_t target, const char *host,
                     const struct lookup *lookup, struct moment at);

bool engine_is_done(const struct engine *e);
void engine_drain(struct engine *e);
void engine_hold(struct engine *e, bool hold);
void engine_get_stats(const struct engine *e, struct fleet_stats *ret_stats);

/*
 * Other limits from now on. Nothing is filled in: a rate of 0 is no limit, window and memory are
 * needed.
 */
void engine_limits_set(struct engine *e, const struct fleet_limits *limits, uint64_t now);
void engine_limits_get(const struct engine *e, struct fleet_limits *ret_limits);

/* Counters of the engine that the host adds to (datagrams that never reached it). */
struct fleet_stats *engine_stats(struct engine *e);
