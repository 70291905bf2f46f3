/* learnt: what outlives the process (snmpfleet/learnt.h), taken out of a target and put back. */
#pragma once

#include "core/poll/target.h"
#include "snmpfleet/learnt.h"

/* Memory for what a description points to; grows with the largest. */
struct learnt {
    struct fleet_learnt_module *modules;
    uint32_t room;
};

void learnt_deinit(struct learnt *l);

/* What is known of @t, good until the next call. 0 or -ENOMEM. */
int learnt_get(struct learnt *l, const struct target *t, struct fleet_learnt *ret_learnt,
               struct moment at);

/* Put it back where it is about the same agent; elsewhere it is ignored. */
void learnt_set(struct target *t, const struct fleet_learnt *learnt, struct moment at);
