/*
 * snmpfleet/fleet.h: a fleet of targets polled on schedule by one thread.
 *
 *     struct fleet *f;
 *     fleet_new(&f, &(struct fleet_options){ .sink = sink });
 *     fleet_module_add(f, fleet_module_builtin("system"), &module);
 *     struct fleet_target_options o = { .host = "192.0.2.1",
 *                                       .modules = &module, .module_count = 1 };
 *     fleet_target_set(f, &o, &target, NULL);
 *     fleet_run(f);
 *     fleet_free(f);
 *
 * It embeds in a host's loop: register fleet_fd() once, and call fleet_step() whenever it is
 * readable; no timer is needed. fleet_run() is such a loop.
 *
 * Threads. A fleet belongs to the thread that made it: its ring takes work from no other. Called
 * from another thread, functions that change a fleet or step it and return an error return
 * FLEET_E_THREAD and do nothing; fleet_drain and fleet_hold stop the program (assert); those that
 * only tell something (fleet_get_stats, ..._find, ..._get, ..._bound, fleet_deadline_ns) are not
 * checked, and may be called only while the owner does not use the fleet. Other threads hand their
 * questions to the owner, by a queue with an eventfd in its loop, say. fleet_fd() may be waited on
 * anywhere. When the owner has ended, another thread may call fleet_free; of io_uring the kernel
 * then may keep the port for a moment. Callbacks come in the thread that called.
 *
 * Any number of fleets may be in one thread, and in as many threads as there are: they share
 * nothing that is written, and need no lock. Functions that are given no object of the library
 * (fleet_module_builtin, fleet_error_text, fleet_value_text, ...) may be called by all at once, and
 * what they return is constant. After fork() a fleet must not be used in the child.
 */
#ifndef SNMPFLEET_FLEET_H
#define SNMPFLEET_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "snmpfleet/auth.h"
#include "snmpfleet/error.h"
#include "snmpfleet/module.h"
#include "snmpfleet/sink.h"
#include "snmpfleet/target.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct fleet;

enum fleet_io {
    FLEET_IO_AUTO = 0,  /* io_uring where the kernel allows it, otherwise mmsg */
    FLEET_IO_URING,
    FLEET_IO_MMSG,
};

/* The limits of the limits, here and wherever they are set. */
#define FLEET_RATE_MAX 100000000u
#define FLEET_WINDOW_MAX (1u << 18)
#define FLEET_DNS_RATE_MAX 100000u
#define FLEET_MEMORY_MIN (UINT64_C(8) << 20)
#define FLEET_MEMORY_MAX (UINT64_C(8) << 40)

/* A datagram that is about to be sent, or was received, whatever it holds. Borrowed. */
struct fleet_trace {
    bool is_sent;
    const struct fleet_target *target;  /* one at that address and port; NULL: none is */
    const char *address;   /* where to or from: "192.0.2.1:161", "[2001:db8::1]:161" */
    uint16_t local_port;
    const uint8_t *bytes;
    size_t length;
};

struct fleet_options {
    struct fleet_sink sink;
    enum fleet_io io;
    bool once;             /* each (target, module) is polled once, at once; fleet_is_done() when
                              all have reported */
    uint32_t rate;         /* most requests a second, all targets together: no limit */
    uint32_t window;       /* requests in flight whose answer is still expected: from the receive
                              buffer */
    uint32_t dead_after;   /* polls in a row without any answer until a target is only probed: 3 */
    uint64_t rto_floor_ns; /* least wait before a retry: 200 ms */
    uint32_t dns_rate;     /* most look-ups of host names a second: 500 */
    const char *dns;       /* name servers "ADDRESS[:PORT],..."; default: the system's */
    const char *bind;      /* local addresses to ask from, "ADDRESS[:PORT]", one of IPv4, one of
                              IPv6, or both with a comma between: any */
    const char *device;    /* network device to ask through (SO_BINDTODEVICE): any */
    uint8_t tos;           /* octet of IPv4's type of service and IPv6's traffic class, with the
                              DSCP (RFC 2474) in its upper six bits: 0 */
    bool kernel_times;     /* measure: results of operations have the moments at which the kernel
                              got the answers (SO_TIMESTAMPNS) and datagrams were given to it;
                              costs about 100 ns a datagram */
    bool broadcast;        /* requests may go to IPv4 broadcast addresses (see `many` of
                              request.h) */
    uint64_t receive_buffer, send_buffer;  /* bytes of the sockets' buffers, of each family: 64 and
                              8 MiB; the kernel's limits hold where the process may not pass
                              them */
    /*
     * When the next datagram may go to @target: a moment of CLOCK_MONOTONIC. Asked once for each
     * that is about to be sent, retries included; @now_ns or less: at once. NULL: not asked. It
     * is called from fleet_step with the sink's context and must not call the fleet.
     */
    uint64_t (*policer)(void *context, const struct fleet_target *target, uint64_t now_ns);
    /*
     * Shown each datagram, for people who look for a fault. Called from fleet_step with the sink's
     * context; must not call the fleet. It sees communities and all that is not encrypted. NULL:
     * costs nothing.
     */
    void (*trace)(void *context, const struct fleet_trace *trace);
    uint64_t memory;       /* bytes that rows may take which wait for other columns or are looked up
                              by others, all polls together, of which one may have an eighth:
                              256 MiB; at least FLEET_MEMORY_MIN */
};

/*
 * The limits of the fleet as a whole that can be changed while it runs; each is the field of that
 * name in struct fleet_options, and zero is the default given there.
 */
struct fleet_limits {
    uint32_t rate;         /* requests a second, at most FLEET_RATE_MAX */
    uint32_t window;       /* requests, at most FLEET_WINDOW_MAX */
    uint32_t dns_rate;     /* look-ups a second, at most FLEET_DNS_RATE_MAX */
    uint64_t memory;       /* bytes, from FLEET_MEMORY_MIN to FLEET_MEMORY_MAX */
};

/* Counters since fleet_new; all of them only grow, but for the gauges at the end. */
struct fleet_stats {
    uint64_t polls, reasons[FLEET_REASONS], overruns;
    uint64_t requests, retries;
    uint64_t responses;        /* datagrams received, whatever they hold */
    uint64_t varbinds, rows;
    uint64_t bytes_sent, bytes_received;
    uint64_t late;             /* answers to an attempt that had been given up, or to a finished
                                  request */
    uint64_t duplicates;       /* further answers to an attempt that was answered */
    uint64_t unmatched;        /* no request of that id was ever open */
    uint64_t wrong_source;     /* right id, but not from the address asked (reply_from=strict) */
    uint64_t wrong_auth;       /* right id, but another version, community or user */
    /* v3: refused without any effect (RFC 3414 section 3.2, by clause), and what was believed */
    uint64_t wrong_digest;     /* the digest does not verify */
    uint64_t not_in_window;    /* authentic, but outside the time window: replayed */
    uint64_t wrong_engine;     /* of another engine than the target's */
    uint64_t wrong_context;    /* of another contextEngineID or contextName than asked for */
    uint64_t lacks_context;    /* believed although contextEngineID or contextName is left out */
    uint64_t unauthenticated;  /* less secure than what was asked, where that is not allowed */
    uint64_t decrypt_errors;   /* cannot be decrypted, or is nothing when it is */
    uint64_t reports;          /* Reports to our requests, believed or not */
    uint64_t discoveries;      /* engine IDs that a discovery gave */
    uint64_t resyncs;          /* clocks set after an authentic notInTimeWindows Report */
    uint64_t malformed;        /* datagrams that do not decode */
    uint64_t truncated;        /* datagrams larger than the receive buffers */
    uint64_t lenient[9];       /* answers by what was let pass: fleet_lenient_text names each */
    uint64_t icmp;             /* ICMP errors that the kernel reported */
    uint64_t icmp_ignored;     /* of these: what they quote is no open request to that address */
    uint64_t send_failed;      /* datagrams that the kernel refused to send; what it only had no
                                  room for waits, and is not counted */
    uint64_t kernel_drops;     /* datagrams that the kernel dropped because the receive buffer was
                                  full */
    uint64_t receive_stalls;   /* io_uring: times the buffer ring or completion queue ran full
                                  (nothing is lost by it) */
    uint64_t resolved, resolve_failed;
    uint32_t targets, targets_dead, targets_unresolved;         /* gauges */
    uint32_t same_engine;      /* gauge: targets whose engine ID another target has as well */
    uint32_t polls_running, polls_waiting, requests_in_flight, window;
};

/*
 * 0, -errno, FLEET_E_INVALID (no sink, or a limit that struct fleet_limits does not allow),
 * FLEET_E_ADDRESS (of name servers, or in `bind`), or FLEET_E_UNSUPPORTED when io is URING and the
 * kernel refuses it. -EIO: the kernel gives no random octets.
 */
int fleet_new(struct fleet **ret_fleet, const struct fleet_options *options);

/* Ends every running poll (each reports `cancelled`) and frees all. NULL is fine. */
void fleet_free(struct fleet *fleet);

/*
 * "uring" or "mmsg", and with FLEET_IO_AUTO why it is not uring ("" otherwise). Live as long as the
 * fleet.
 */
const char *fleet_io_name(const struct fleet *fleet);
const char *fleet_io_why(const struct fleet *fleet);

/*
 * FLEET_E_DUPLICATE, FLEET_E_NAME, FLEET_E_OID, FLEET_E_INVALID (nothing to poll) or FLEET_E_FULL.
 */
int fleet_module_add(struct fleet *fleet, const struct fleet_module_options *options,
                     uint32_t *ret_module);

/*
 * Add the module, or replace the one of that name. A module that is the same keeps its number. A
 * changed one gets a new number; targets that use the old one keep it until they are set anew, and
 * until then it can be given again. Fails like fleet_module_add;
 * FLEET_E_DUPLICATE: two contexts of one name.
 */
int fleet_module_set(struct fleet *fleet, const struct fleet_module_options *options,
                     uint32_t *ret_module);

/*
 * Its name is free again, and its number can no longer be given to targets. Targets that use it
 * keep it until they are set anew. FLEET_E_UNKNOWN.
 */
int fleet_module_remove(struct fleet *fleet, uint32_t module);

struct fleet_module {
    const char *name;
    uint64_t interval_ns;
    uint32_t contexts;         /* polls a turn; 0: one, in the target's own context */
    uint32_t parts;
};

/* One of the parts that a poll of the module asks for. */
struct fleet_module_part {
    const struct fleet_table *table;  /* as rows of it will have it */
    uint32_t asked;            /* columns that are asked for: the first ones of the table */
    uint32_t groups;           /* requests that a step takes, each for some of the columns */
    bool is_lookup;            /* of joins: no rows */
};

/* What is known of a module and of its parts; both live until the module is set or removed. */
int fleet_module_get(const struct fleet *fleet, uint32_t module, struct fleet_module *ret_module);
int fleet_module_part(const struct fleet *fleet, uint32_t module, uint32_t part,
                      struct fleet_module_part *ret_part);

/* Numbers are below it. */
uint32_t fleet_module_bound(const struct fleet *fleet);

/* FLEET_E_UNKNOWN when there is none. */
int fleet_module_find(const struct fleet *fleet, const char *name, uint32_t *ret_module);

/*
 * Add a named auth. One of the same name and content is the same number again; of other content it
 * takes the name, and targets that use the old one keep it until they are set anew. A passphrase is
 * hashed here (1 MiB of hashing, some milliseconds), once for each protocol and passphrase.
 * FLEET_E_NAME, FLEET_E_INVALID, FLEET_E_UNSUPPORTED (OpenSSL lacks an algorithm) or FLEET_E_FULL;
 * *ret_why, unless NULL, says what is wrong: a phrase without secrets, good until the next call.
 */
int fleet_auth_set(struct fleet *fleet, const struct fleet_auth_options *options,
                   uint32_t *ret_auth, const char **ret_why);

/* Numbers start at 1. FLEET_E_UNKNOWN when there is none of that name. */
int fleet_auth_find(const struct fleet *fleet, const char *name, uint32_t *ret_auth);

/*
 * Its name is free again; targets that use it keep it until they are set anew, and with the last of
 * them its keys are wiped. FLEET_E_UNKNOWN.
 */
int fleet_auth_remove(struct fleet *fleet, uint32_t auth);

/* The name of an auth, NULL when there is none of that number; numbers are at most the bound. */
const char *fleet_auth_name(const struct fleet *fleet, uint32_t auth);
uint32_t fleet_auth_bound(const struct fleet *fleet);

enum fleet_change { FLEET_UNCHANGED, FLEET_ADDED, FLEET_CHANGED };

/*
 * Add the target, or make the one of that name as given. One that is the same is not touched. Of a
 * changed one the running polls report `cancelled`; its phase stays, and while address and auth are
 * the same, so does what was learnt of it. FLEET_E_NAME, FLEET_E_ADDRESS, FLEET_E_INVALID,
 * FLEET_E_UNKNOWN (a module or auth) or FLEET_E_FULL. @ret_change may be NULL.
 */
int fleet_target_set(struct fleet *fleet, const struct fleet_target_options *options,
                     uint32_t *ret_target, enum fleet_change *ret_change);

int fleet_target_find(const struct fleet *fleet, const char *name, uint32_t *ret_target);

/* Its running polls report `cancelled` first. FLEET_E_UNKNOWN. */
int fleet_target_remove(struct fleet *fleet, uint32_t target);

/*
 * Description of a target; NULL when there is none of that number. Numbers are below
 * fleet_target_bound().
 */
const struct fleet_target *fleet_target_get(const struct fleet *fleet, uint32_t target);
uint32_t fleet_target_bound(const struct fleet *fleet);

/*
 * Readable whenever fleet_step() has something to do: a datagram came, a time-out or a poll is due,
 * something can be sent, or a call between two turns (fleet_target_set, fleet_get, fleet_cancel,
 * fleet_hold, ...) gave it work. The same descriptor from fleet_new to fleet_free; wait for it
 * level-triggered (poll, epoll without EPOLLET, libuv), and never read it. It may be readable when
 * a turn then finds nothing.
 */
int fleet_fd(const struct fleet *fleet);

/*
 * Monotonic time (CLOCK_MONOTONIC) of the next thing to do; 0: at once; UINT64_MAX: nothing is
 * planned. For hosts that have a timer of their own, or want to know how long the fleet sleeps;
 * fleet_fd() becomes readable then, too.
 */
uint64_t fleet_deadline_ns(const struct fleet *fleet);

/*
 * One turn: receive, expire, admit, transmit. Never blocks. 0 or -errno that leaves no way to go
 * on.
 *
 * @max_ns is about how long the turn may take, callbacks included, so that the rest of a host's
 * loop is not kept waiting; 0: no bound, at most 256 datagrams in and out and all that is due. A
 * turn that runs out of time leaves the rest to the next one: fleet_fd() stays readable, nothing is
 * lost, and each kind of work (answers, look-ups, time-outs, what is due, sending) goes on by one
 * step at least. It exceeds its bound by no more than those steps: a callback that is running and
 * the sending of 16 datagrams. 1 ms is a sensible bound; one below 0.1 ms costs throughput.
 */
int fleet_step(struct fleet *fleet, uint64_t max_ns);

/* Step until fleet_is_done(). */
int fleet_run(struct fleet *fleet);

/* With `once` all polls have reported; otherwise after fleet_drain() the running ones have. */
bool fleet_is_done(const struct fleet *fleet);

/* Start no more polls; the running ones go on to their end. */
void fleet_drain(struct fleet *fleet);

/*
 * While held, no poll starts and no new request is made (answers are still taken): for a sink whose
 * buffers are full.
 */
void fleet_hold(struct fleet *fleet, bool hold);

/*
 * Give the fleet these limits, all four; a zero is the default again. They hold from the next
 * request, look-up and row on. Requests in flight go on where the window becomes smaller. Where
 * rows that wait already take more than the memory, they are cut short: their polls report
 * `partial`. FLEET_E_INVALID: one is out of range, and all stay as they were.
 */
int fleet_limits_set(struct fleet *fleet, const struct fleet_limits *limits);

/* The limits that hold now, defaults filled in; a rate of 0: no limit. */
void fleet_limits_get(const struct fleet *fleet, struct fleet_limits *ret_limits);

void fleet_get_stats(const struct fleet *fleet, struct fleet_stats *ret_stats);

/*
 * What the @kind-th counter of fleet_stats.lenient counts: "lengths in more octets than needed",
 * ...
 */
const char *fleet_lenient_text(size_t kind);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
