/*
 * wait: a loop of a benchmark sleeps here between two turns of its fleet.
 */
#pragma once

#include "bench/hooks.h"
#include "snmpfleet/fleet.h"

/* Until the monotonic moment @until_ns, a datagram, or the descriptor of the hooks. */
void bench_wait(struct fleet *fleet, const struct bench_hooks *hooks, uint64_t until_ns);

/* Do the hooks say that it shall end? */
bool bench_is_stopped(const struct bench_hooks *hooks);
