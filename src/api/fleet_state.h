/* fleet_state: what a fleet is, for the files of api/ that are its functions. */
#pragma once

#include "core/engine.h"
#include "net/net.h"
#include "net/resolve.h"

struct fleet {
    struct engine *engine;
    struct net *net;
    struct resolver *resolver;
    int fd;
    uint64_t now;                /* of the last turn */
    struct net_event events[NET_EVENTS_MAX];
};
