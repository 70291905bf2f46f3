/*
 * schedule: whose turn it is. Each subscription has a timer for its next turn; a turn puts it on
 * the queue of due ones, and admission takes it from there while the windows hold. A poll that
 * still runs at its next turn is counted, never stacked.
 */
#pragma once

#include "core/poll/poll.h"

struct schedule {
    struct polls *polls;
    struct list due;
    uint32_t due_count;
    bool is_draining;      /* no more polls start */
};

void schedule_init(struct schedule *s, struct polls *polls);

/* The subscription takes its turns from now on, or none any more. */
void schedule_subscribe(struct schedule *s, struct subscription *subscription, uint64_t now);
void schedule_unsubscribe(struct schedule *s, struct subscription *subscription);

/* Its timer expired: its turn. */
void schedule_turn(struct schedule *s, struct subscription *subscription, uint64_t now);

/* Can a poll that is due be started? */
bool schedule_may_admit(const struct schedule *s);

/* Start the poll that is due next. False: none can be started now. */
bool schedule_admit_one(struct schedule *s, struct moment at);
