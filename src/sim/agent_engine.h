/*
 * agent_engine: the SNMP engine of a simulated agent: its ID (SnmpEngineID of RFC 3411 section
 * 5), its boots and its time (RFC 3414 section 2.2). All follow from seed, number and time, so
 * nothing is stored.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Enterprise 32473, which is for documentation (RFC 5612); format 5, octets; 8 octets. */
enum { ENGINE_ID_LENGTH = 13 };

/* All zero: none. */
struct agent_engine_faults {
    uint64_t reboot_ns;    /* it boots anew so often: boots one more, time from 0 */
    uint32_t drift;        /* its clock runs so many times too fast; 0: as it should */
    bool keeps_boots;      /* boots stay 1 then */
    bool hides_clock;      /* boots and time of messages that are not authenticated are 0 */
    bool is_duplicate;     /* has the ID that all such agents have */
};

struct agent_engine {
    uint64_t number;       /* the last octets of the ID */
    uint8_t id[ENGINE_ID_LENGTH];
    uint32_t boots, time;
    bool hides_clock;
};

/* The engine of @agent when the simulator has run for @elapsed_ns. */
struct agent_engine agent_engine_at(uint64_t seed, uint32_t agent, uint64_t elapsed_ns,
                        const struct agent_engine_faults *faults);
