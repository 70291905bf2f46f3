/*
 * many: the question of a verb (ask.h), asked of many agents at once: one fleet, whose window is
 * the only bound on what is in flight; what comes is written as it comes.
 *
 * Targets are read as those of `poll` are (settings.h): what the command line says of credentials,
 * time-outs and retries counts for those that do not say.
 *
 * Sorted, the records of a target wait until all targets before it are done. Beyond the fleet's
 * memory (struct fleet_limits) of them no further target is asked, and walks wait, until that has
 * come down: but for the one whose turn it is.
 */
#pragma once

#include "cli/ask.h"

/* What a verb asks. */
struct many_question {
    bool is_walk;
    /* Of a question: */
    enum fleet_pdu pdu;
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    size_t count;
    uint32_t non_repeaters, max_repetitions;
    bool leaves_out;            /* the object that an agent refuses; the rest is asked again */
    bool is_quiet;              /* answers are not written */
    /* Of a walk: */
    enum fleet_walk_method method;
    struct ask_oid root, end;   /* end.count 0: where the subtree ends */
    bool is_unordered;
    bool asks_root_first, asks_root_last;  /* root itself; where nothing is below it */
    bool tells_count, tells_time;
};

/* Ask all, and wait until all are done. The exit code; what is wrong is told. */
int many_run(struct ask *ask, const struct many_question *question);
