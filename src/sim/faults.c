/* faults: see faults.h. */
#include "sim/faults.h"

#include <stdio.h>

#include "base/prng.h"

const struct fault_kind fault_kinds[FAULTS] = {
    [FAULT_LOSS] = { "loss", FAULT_PROBABILITY, 0.1 },
    [FAULT_DELAY] = { "delay", FAULT_DURATION, 100e6 },
    [FAULT_JITTER] = { "jitter", FAULT_DURATION, 50e6 },
    [FAULT_DUPLICATE] = { "duplicate", FAULT_PROBABILITY, 1 },
    [FAULT_REORDER] = { "reorder", FAULT_PROBABILITY, 0.1 },
    [FAULT_DEAD] = { "dead", FAULT_NO_VALUE, 0 },
    [FAULT_TRUNCATE] = { "truncate", FAULT_PROBABILITY, 0.2 },
    [FAULT_TOO_BIG] = { "toobig", FAULT_COUNT, 484 },
    [FAULT_LOOP] = { "loop", FAULT_COUNT, 30 },
    [FAULT_WRONG_SOURCE] = { "wrong-source", FAULT_NO_VALUE, 0 },
    [FAULT_REBOOT] = { "reboot", FAULT_DURATION, 10e9 },
    [FAULT_LOST_BOOTS] = { "lost-boots", FAULT_DURATION, 10e9 },
    [FAULT_CLOCK_DRIFT] = { "clock-drift", FAULT_COUNT, 10 },
    [FAULT_NO_BOOTS] = { "no-boots", FAULT_NO_VALUE, 0 },
    [FAULT_DUPLICATE_ENGINE] = { "duplicate-engine", FAULT_NO_VALUE, 0 },
    [FAULT_WRONG_DIGEST] = { "wrong-digest", FAULT_PROBABILITY, 0.2 },
    [FAULT_FORGED_REPORT] = { "forged-report", FAULT_PROBABILITY, 1 },
    [FAULT_WRONG_ENGINE] = { "wrong-engine", FAULT_PROBABILITY, 1 },
};

static bool fault_has(const struct faults *f, enum fault fault, uint32_t agent) {
    uint64_t hash = prng_mix(prng_mix(f->seed + (uint64_t)fault + 1) + agent * 0x9e3779b97f4a7c15u);
    return (double)(hash >> 11) * 0x1p-53 < f->of[fault].share;
}

uint32_t faults_of_agent(const struct faults *f, uint32_t agent) {
    uint32_t bits = 0;
    for (enum fault fault = 0; fault < FAULTS; fault++) {
        if (f->of[fault].share > 0 && fault_has(f, fault, agent)) bits |= fault_bit(fault);
    }
    return bits;
}

size_t faults_format(const struct faults *f, uint32_t bits, char text[static FAULTS_TEXT_MAX]) {
    size_t length = 0;
    text[0] = '\0';
    for (enum fault fault = 0; fault < FAULTS; fault++) {
        if ((bits & fault_bit(fault)) == 0) continue;
        const struct fault_kind *kind = &fault_kinds[fault];
        double value = kind->unit == FAULT_DURATION ? f->of[fault].value / 1e6 : f->of[fault].value;
        char *at = text + length;
        size_t room = FAULTS_TEXT_MAX - length;
        const char *blank = length > 0 ? " " : "";
        int written = kind->unit == FAULT_NO_VALUE
                          ? snprintf(at, room, "%s%s", blank, kind->name)
                          : snprintf(at, room, "%s%s=%.6g%s", blank, kind->name, value,
                                     kind->unit == FAULT_DURATION ? "ms" : "");
        length += (size_t)written;
    }
    return length;
}
