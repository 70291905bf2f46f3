/*
 * simulator: many agents on loopback addresses behind one socket. It embeds in a loop: call
 * simulator_step until simulator_is_idle, then wait for simulator_fd or simulator_deadline_ns.
 *
 * Agent i has the first address + i, in 127.0.0.0/8; on ::1 there is only one.
 */
#pragma once

#include "net/net.h"
#include "sim/agent.h"
#include "sim/faults.h"
#include "sim/service.h"

/* More would leave no addresses for the fault `wrong-source`. */
enum { SIMULATOR_AGENTS_MAX = (1 << 23) - 2 };

struct simulator_options {
    struct address first;          /* with port; 0: the kernel's choice */
    uint32_t agents;
    enum net_backend backend;
    struct faults faults;
    struct service_options service;  /* .seed and .started are set by simulator_new */
    struct agents_options answers;
};

struct simulator_stats {
    struct agents_stats answers;
    struct net_stats net;
    uint64_t stray;                /* datagrams to addresses that are no agent's */
    uint64_t send_failures;
    uint64_t queue_full;           /* requests that an agent dropped because too many waited */
    uint64_t not_delayed;          /* replies that left at once because too many were waiting */
    uint64_t faults[FAULTS];       /* how often each struck */
};

struct simulator;

/* Are all agents' addresses loopback addresses that can be used? */
bool simulator_fits(const struct simulator_options *options);

/*
 * 0 or -errno: -EADDRINUSE, -EINVAL (addresses), what net_new gives. Options are copied, what they
 * point at is borrowed.
 */
int simulator_new(struct simulator **ret_simulator, const struct simulator_options *options,
                  uint64_t now);
void simulator_free(struct simulator *s);

const struct net *simulator_net(const struct simulator *s);

/* The address of agent @number; its source when it has the fault `wrong-source`. */
struct address simulator_address(const struct simulator *s, uint32_t number);
struct address simulator_wrong_source(const struct simulator *s, uint32_t number);

/* Receive, answer, send. 0 or a fatal -errno. Never blocks. */
int simulator_step(struct simulator *s, uint64_t now);
bool simulator_is_idle(const struct simulator *s);
int simulator_fd(const struct simulator *s);
/* A little before the next reply leaves, so that it leaves in time; UINT64_MAX: none waits. */
uint64_t simulator_deadline_ns(const struct simulator *s);

void simulator_get_stats(struct simulator *s, struct simulator_stats *ret_stats);
