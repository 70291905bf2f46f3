/*
 * reload: configuration and targets read at the start and again at SIGHUP, while the fleet is
 * polled.
 *
 *     reload_init, reload_first         the start: all of it at once
 *     reload_want                       a reload begins; one that is under way is followed by it
 *     reload_step                       once a turn of the loop
 *
 * A source with a period is asked again by itself, in a thread. Where it says something new, a
 * reload follows in which all other sources say what they said.
 *
 * A reload goes through phases. A child reads the configuration first, so that MIB modules are in
 * the cache (warmup.h). Then the fleet gets auths and modules, which nothing uses yet. A thread
 * reads the targets (loader.h). The fleet gets them in steps of a millisecond. The thread wipes and
 * frees what was read. Until the targets are applied anything that is wrong leaves them, limits and
 * outputs as they were.
 */
#pragma once

#include <poll.h>
#include <stdbool.h>

#include "cli/changes.h"
#include "cli/loader.h"
#include "cli/outputs.h"
#include "cli/poll_options.h"
#include "cli/refresh.h"
#include "cli/told.h"
#include "cli/warmup.h"
#include "conf/targets_apply.h"

/* Beside enum fleet_error: an output cannot be opened, which was told. */
enum { RELOAD_OUTPUTS_FAILED = 1000 };

enum { RELOAD_FDS_MAX = 2 };

enum reload_phase {
    RELOAD_IDLE,
    RELOAD_ASKING,        /* the thread asks a source that is read again by itself */
    RELOAD_WARMING,       /* the child is at work */
    RELOAD_READING,       /* the thread reads targets */
    RELOAD_APPLYING,
    RELOAD_FREEING,       /* the thread frees them */
};

struct reload_names {
    struct changes_names modules, auths;
};

struct reload {
    struct poll_options *options;
    struct fleet *fleet;
    struct outputs *outputs;
    enum reload_phase phase;
    bool wants_again;             /* another one, when this is over */
    struct source_kept *asked;    /* the source that is asked, or that said something new */
    struct warmup warmup;
    struct loader loader;
    struct targets_context context;
    struct targets *targets;      /* that are read, applied, or freed */
    struct targets_used used;     /* modules that they have */
    struct targets_apply apply;
    struct told told;             /* what the thread has to say */
    int error;                    /* of the thread */
    struct reload_names before;
};

void reload_init(struct reload *r, struct poll_options *options, struct fleet *fleet,
                 struct outputs *outputs);

/*
 * Read everything, waiting for files, and give it to the fleet. Returns 0, or after a message
 * -errno, an enum fleet_error, or RELOAD_OUTPUTS_FAILED.
 */
int reload_first(struct reload *r);

void reload_want(struct reload *r);
void reload_step(struct reload *r);

/* Descriptors that reload_step waits for; returns how many. */
size_t reload_poll(const struct reload *r, struct pollfd *fds);

/* When reload_step wants to be called: 0 at once, UINT64_MAX when a descriptor says so. */
uint64_t reload_deadline_ns(const struct reload *r);

/*
 * To be called at the end, also while a reload runs. False: the thread still waits for a file and
 * uses the fleet and the settings; they have to stay until the process ends.
 */
bool reload_stop(struct reload *r);
