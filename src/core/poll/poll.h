/*
 * poll: one run of one module against one target, from its admission to exactly one report.
 *
 * A poll is an owner of requests: it asks what its walks want to know, and hands them the answers.
 * It holds a place in its target's window for each request. Whoever frees a place pumps the target:
 * all its running polls may then ask, in turn. A request that is given up ends its poll (the next
 * would fare no better); rows received until then are handed out.
 */
#pragma once

#include "base/arena.h"
#include "base/slab.h"
#include "core/exchange/exchange.h"
#include "core/poll/health.h"
#include "core/poll/lookups.h"
#include "core/walk/walk.h"

enum {
    POLLS_MAX = 1 << 18,   /* running at once */
    POLL_MEMORY = 1024,    /* a poll's first memory, inside it */
};

enum poll_state { POLL_RESOLVING, POLL_PROBING, POLL_RUNNING };

struct poll {
    struct owner owner;    /* first: the exchange fetches from here on */
    struct list link;      /* on the list of running polls */
    struct wheel_timer timer;  /* deadline */
    struct polls *polls;
    struct subscription *subscription;
    struct target *target;
    uint32_t number;
    uint32_t heard_before; /* the peer's count when it began */
    uint8_t state;         /* enum poll_state */
    uint8_t name_at;       /* which of its name's addresses is asked */
    uint8_t versions_tried;  /* that were silent in this poll, at the present address */
    const struct auth *asked_as;  /* the peer's when it began to ask; to compare with */
    uint8_t names_tried;   /* addresses that were silent in this poll */
    uint64_t started_ns, due_ns;
    struct walk_sink sink;
    struct walk_terms terms;
    struct walk *walks;    /* one a part; NULL until it runs */
    struct arena arena;
    _Alignas(16) uint8_t memory[POLL_MEMORY];
};

/* All running polls, and what they stand on. */
struct polls {
    struct exchange *exchange;
    struct health *health;
    struct lookups *lookups;
    struct wheel *wheel;
    struct fleet_stats *stats;
    struct fleet_sink sink;
    bool once;
    size_t memory;         /* that rows which wait may take, all polls together */
    struct slab slab;
    struct list running;
    struct arena_pool chunks;
};

/* The parts that are set already are the engine's. 0 or -ENOMEM. */
int polls_init(struct polls *polls);

/* Rows that wait may take @bytes from now on, those of running polls included. */
void polls_set_memory(struct polls *polls, size_t bytes);

/* No poll runs any more. */
void polls_deinit(struct polls *polls);

/* Every running poll reports `cancelled`. */
void polls_cancel(struct polls *polls, const char *why, struct moment at);

/* Is everything as it must be? For tests. */
bool polls_check(const struct polls *polls);

/* The target is asked at the address that its names say from now on. */
void polls_move_target(struct polls *polls, struct target *t);

/*
 * Something is about to be asked of a target with a host name: it goes to its new address, if it
 * has one and nothing is in flight to the old one, and its name is looked up again when its time
 * has come.
 */
void polls_look_at_name(struct polls *polls, struct target *t, uint64_t now);

/* A place in the target's window is free: its running polls ask on. */
void polls_pump(struct target *t);

/* Begin the poll of @s, for the turn that was due at s->due_ns. */
void poll_start(struct polls *polls, struct subscription *s, struct moment at);

/* Its target's address is known at last: ask. */
void poll_run(struct poll *p, struct moment at);

/* End it and report. Returns the reason that was reported. */
enum fleet_reason poll_end(struct poll *p, enum fleet_reason reason, const char *detail,
                           struct moment at);

/* The report of a turn in which nothing is asked. */
void poll_skip(struct polls *polls, struct subscription *s, enum fleet_reason reason,
               const char *detail, struct moment at);
