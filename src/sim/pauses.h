/*
 * pauses: when the processors of simulated agents stand still: again and again, once, or both.
 * Times are nanoseconds since the agents' start.
 */
#pragma once

#include <stdint.h>

struct pauses {
    uint64_t every_ns, length_ns;   /* at every multiple of every_ns but 0, for length_ns, which is
                                       shorter; 0: never */
    uint64_t once_at_ns, once_ns;   /* and once, for once_ns; 0: never */
};

/* How long they stand still before @at. */
uint64_t pauses_before(const struct pauses *p, uint64_t at);

/* How long they work from @from to @to, without the pauses. */
static inline uint64_t pauses_work(const struct pauses *p, uint64_t from, uint64_t to) {
    return to <= from ? 0 : to - from - (pauses_before(p, to) - pauses_before(p, from));
}

/* When @work nanoseconds of work that begin at @from are done. */
uint64_t pauses_finish(const struct pauses *p, uint64_t from, uint64_t work);

/* The first moment from @from on at which they do not stand still. */
static inline uint64_t pauses_end(const struct pauses *p, uint64_t from) {
    return pauses_finish(p, from, 1) - 1;
}
