/*
 * switch: the built-in device, a LAN switch made up from a number.
 *
 * Objects: system and sysORTable (RFC 3418), interfaces with ifTable and ifXTable (RFC 2863; all
 * columns) and some of the snmp group; with processors their load, as HOST-RESOURCES-MIB and
 * UCD-SNMP-MIB have it (service.h). Ports 1 to N and one virtual interface behind them. One
 * recording serves all switches; name, addresses, counters and states of a single one are computed
 * from its number and the time whenever they are asked for, so that nothing is stored per agent.
 *
 * Time starts long before the simulator does, at another moment for each agent. Counters grow
 * steadily from 0 at that moment, each port at its own rate; the 32-bit ones are the low halves of
 * the others. One port in eight is down and stands still.
 */
#pragma once

#include "sim/recording.h"
#include "sim/service.h"

enum { SWITCH_PORTS_MAX = 4000 };

/* What a SET must be to be accepted (recording_mark.writable). */
enum switch_writable {
    SWITCH_READ_ONLY = 0,
    SWITCH_WRITABLE_TEXT,    /* 0 to 255 octets */
    SWITCH_WRITABLE_ALIAS,   /* 0 to 64 octets */
    SWITCH_WRITABLE_STATUS,  /* 1 to 3 */
};

/* A switch at a moment: what its live values are computed from. */
struct switch_state {
    uint32_t number;
    uint64_t hash;
    uint64_t ticks;  /* since it was switched on, in hundredths of a second */
    const struct service *service;  /* whose load its processors have; NULL: they are idle */
    uint64_t now;
};

/* Longest live value with tag and length, and how far writing one may reach beyond it. */
enum { SWITCH_VALUE_MAX = 40, SWITCH_VALUE_SLACK = 8 };

/* The recording of switches; with @processors 0 without objects of them. 0 or -errno. */
int switch_new(uint32_t ports, uint32_t processors, struct recording **ret_recording);

/* The switch @number, @age nanoseconds after the simulator's start. */
struct switch_state switch_at(uint64_t seed, uint32_t number, uint64_t age);

/*
 * Write the value of an object that @mark.live marks, of type @type, as tag, length and contents;
 * returns how long it is. Up to SWITCH_VALUE_MAX + SWITCH_VALUE_SLACK bytes at @ret_value are
 * written on.
 */
size_t switch_write(const struct switch_state *s, const struct recording_mark *mark, uint8_t type,
                    uint8_t *ret_value);
