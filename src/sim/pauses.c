/* pauses: see pauses.h. All is computed from the time that was paused before a moment. */
#include "sim/pauses.h"

/* Before @at, by the pauses that come again and again. */
static uint64_t pauses_repeated(const struct pauses *p, uint64_t at) {
    if (p->length_ns == 0 || at < p->every_ns) return 0;
    uint64_t since = at - p->every_ns, last = since % p->every_ns;
    return since / p->every_ns * p->length_ns + (last < p->length_ns ? last : p->length_ns);
}

uint64_t pauses_before(const struct pauses *p, uint64_t at) {
    uint64_t repeated = pauses_repeated(p, at);
    if (p->once_ns == 0 || at <= p->once_at_ns) return repeated;
    uint64_t end = p->once_at_ns + p->once_ns, once_end = at < end ? at : end;
    uint64_t both = pauses_repeated(p, once_end) - pauses_repeated(p, p->once_at_ns);
    return repeated + (once_end - p->once_at_ns) - both;
}

uint64_t pauses_finish(const struct pauses *p, uint64_t from, uint64_t work) {
    if (work == 0) return from;
    uint64_t low = from + work, high = low;
    if (pauses_work(p, from, high) == work) return high;
    while (pauses_work(p, from, high) < work) {
        low = high;
        high += (high - from) + p->every_ns + p->once_ns;
    }
    while (low + 1 < high) {  /* done at high, not at low */
        uint64_t middle = low + (high - low) / 2;
        if (pauses_work(p, from, middle) < work) low = middle;
        else high = middle;
    }
    return high;
}
