/*
 * agent_engine: see agent_engine.h.
 *
 * Agents have been up for different times, more than a time window, when the simulator starts; so a
 * first reboot is seen even by who looks at the time alone. Those that reboot do it at different
 * moments.
 */
#include "sim/agent_engine.h"

#include <string.h>

#include "base/clock.h"
#include "base/prng.h"

enum { UP_BEFORE_MIN_S = 1000, UP_BEFORE_SPREAD_S = 86400 };

struct agent_engine agent_engine_at(uint64_t seed, uint32_t agent, uint64_t elapsed_ns,
                        const struct agent_engine_faults *faults) {
    uint64_t hash = prng_mix(seed + agent * 0x9e3779b97f4a7c15u), up_ns = elapsed_ns, life = 0;
    struct agent_engine e = { .boots = 1, .hides_clock = faults->hides_clock };
    if (faults->reboot_ns > 0) {
        uint64_t shifted = elapsed_ns + hash % faults->reboot_ns;
        life = shifted / faults->reboot_ns;
        if (life > 0) up_ns = shifted % faults->reboot_ns;
    }
    uint64_t rate = faults->drift > 0 ? faults->drift : 1;
    uint64_t time = up_ns / CLOCK_NS_PER_S * rate + up_ns % CLOCK_NS_PER_S * rate / CLOCK_NS_PER_S;
    if (life == 0) time += UP_BEFORE_MIN_S + hash % UP_BEFORE_SPREAD_S;
    if (!faults->keeps_boots) e.boots += (uint32_t)life;
    e.time = time < INT32_MAX ? (uint32_t)time : INT32_MAX;
    e.number = prng_mix(seed + 1) << 32 | (faults->is_duplicate ? 0 : agent + 1);
    static const uint8_t prefix[5] = { 0x80, 0x00, 0x7e, 0xd9, 5 };
    memcpy(e.id, prefix, sizeof(prefix));
    for (int i = 0; i < 8; i++) e.id[5 + i] = (uint8_t)(e.number >> (56 - 8 * i));
    return e;
}
