/*
 * switch: see switch.h.
 *
 * The tables of columns below say what each object is: its type, whether it is live and how, and
 * what stands in when it is not. Traffic of a port is its rate times the ticks since the switch was
 * on; packets, broadcasts, errors and so on are fixed fractions of the octets, so that all counters
 * of a port agree with each other at any moment.
 */
#include "sim/switch.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>

#include "base/prng.h"
#include "wire/oid.h"

enum live {
    LIVE_NONE = 0,
    LIVE_UPTIME,
    LIVE_NAME,
    LIVE_MAC,
    LIVE_OPER_STATUS,
    LIVE_SNMP_PACKETS,
    LIVE_CPU_BUSY,        /* percent */
    LIVE_CPU_IDLE,
    LIVE_CPU_BUSY_TICKS,  /* hundredths of a second, of all processors together */
    LIVE_CPU_IDLE_TICKS,
    LIVE_IN_OCTETS,
    LIVE_IN_UNICAST,
    LIVE_IN_MULTICAST,
    LIVE_IN_BROADCAST,
    LIVE_IN_OTHER,
    LIVE_IN_DISCARDS,
    LIVE_IN_ERRORS,
    LIVE_OUT_OCTETS,
    LIVE_OUT_UNICAST,
    LIVE_OUT_MULTICAST,
    LIVE_OUT_BROADCAST,
    LIVE_OUT_OTHER,
    LIVE_OUT_DISCARDS,
    LIVE_OUT_ERRORS,
};

enum fixed {
    FIXED_NUMBER = 0,
    FIXED_INDEX,
    FIXED_DESCR,
    FIXED_NAME,
    FIXED_ALIAS,
    FIXED_KIND,
    FIXED_LAST_CHANGE,
    FIXED_OID
};

struct switch_column {
    uint8_t column, type, live, writable, fixed;
    uint32_t number;
};

static const struct switch_column if_columns[] = {
    { 1, FLEET_INTEGER32, 0, 0, FIXED_INDEX, 0 },
    { 2, FLEET_OCTET_STRING, 0, 0, FIXED_DESCR, 0 },
    { 3, FLEET_INTEGER32, 0, 0, FIXED_KIND, 0 },
    { 4, FLEET_INTEGER32, 0, 0, FIXED_NUMBER, 1500 },
    { 5, FLEET_GAUGE32, 0, 0, FIXED_NUMBER, 1000000000 },
    { 6, FLEET_OCTET_STRING, LIVE_MAC, 0, FIXED_NUMBER, 0 },
    { 7, FLEET_INTEGER32, 0, SWITCH_WRITABLE_STATUS, FIXED_NUMBER, 1 },
    { 8, FLEET_INTEGER32, LIVE_OPER_STATUS, 0, FIXED_NUMBER, 0 },
    { 9, FLEET_TIME_TICKS, 0, 0, FIXED_LAST_CHANGE, 0 },
    { 10, FLEET_COUNTER32, LIVE_IN_OCTETS, 0, FIXED_NUMBER, 0 },
    { 11, FLEET_COUNTER32, LIVE_IN_UNICAST, 0, FIXED_NUMBER, 0 },
    { 12, FLEET_COUNTER32, LIVE_IN_OTHER, 0, FIXED_NUMBER, 0 },
    { 13, FLEET_COUNTER32, LIVE_IN_DISCARDS, 0, FIXED_NUMBER, 0 },
    { 14, FLEET_COUNTER32, LIVE_IN_ERRORS, 0, FIXED_NUMBER, 0 },
    { 15, FLEET_COUNTER32, 0, 0, FIXED_NUMBER, 0 },
    { 16, FLEET_COUNTER32, LIVE_OUT_OCTETS, 0, FIXED_NUMBER, 0 },
    { 17, FLEET_COUNTER32, LIVE_OUT_UNICAST, 0, FIXED_NUMBER, 0 },
    { 18, FLEET_COUNTER32, LIVE_OUT_OTHER, 0, FIXED_NUMBER, 0 },
    { 19, FLEET_COUNTER32, LIVE_OUT_DISCARDS, 0, FIXED_NUMBER, 0 },
    { 20, FLEET_COUNTER32, LIVE_OUT_ERRORS, 0, FIXED_NUMBER, 0 },
    { 21, FLEET_GAUGE32, 0, 0, FIXED_NUMBER, 0 },
    { 22, FLEET_OBJECT_IDENTIFIER, 0, 0, FIXED_OID, 0 },
};

static const struct switch_column ifx_columns[] = {
    { 1, FLEET_OCTET_STRING, 0, 0, FIXED_NAME, 0 },
    { 2, FLEET_COUNTER32, LIVE_IN_MULTICAST, 0, FIXED_NUMBER, 0 },
    { 3, FLEET_COUNTER32, LIVE_IN_BROADCAST, 0, FIXED_NUMBER, 0 },
    { 4, FLEET_COUNTER32, LIVE_OUT_MULTICAST, 0, FIXED_NUMBER, 0 },
    { 5, FLEET_COUNTER32, LIVE_OUT_BROADCAST, 0, FIXED_NUMBER, 0 },
    { 6, FLEET_COUNTER64, LIVE_IN_OCTETS, 0, FIXED_NUMBER, 0 },
    { 7, FLEET_COUNTER64, LIVE_IN_UNICAST, 0, FIXED_NUMBER, 0 },
    { 8, FLEET_COUNTER64, LIVE_IN_MULTICAST, 0, FIXED_NUMBER, 0 },
    { 9, FLEET_COUNTER64, LIVE_IN_BROADCAST, 0, FIXED_NUMBER, 0 },
    { 10, FLEET_COUNTER64, LIVE_OUT_OCTETS, 0, FIXED_NUMBER, 0 },
    { 11, FLEET_COUNTER64, LIVE_OUT_UNICAST, 0, FIXED_NUMBER, 0 },
    { 12, FLEET_COUNTER64, LIVE_OUT_MULTICAST, 0, FIXED_NUMBER, 0 },
    { 13, FLEET_COUNTER64, LIVE_OUT_BROADCAST, 0, FIXED_NUMBER, 0 },
    { 14, FLEET_INTEGER32, 0, 0, FIXED_NUMBER, 1 },
    { 15, FLEET_GAUGE32, 0, 0, FIXED_NUMBER, 1000 },
    { 16, FLEET_INTEGER32, 0, 0, FIXED_NUMBER, 2 },
    { 17, FLEET_INTEGER32, 0, 0, FIXED_NUMBER, 1 },
    { 18, FLEET_OCTET_STRING, 0, SWITCH_WRITABLE_ALIAS, FIXED_ALIAS, 0 },
    { 19, FLEET_TIME_TICKS, 0, 0, FIXED_NUMBER, 0 },
};

struct switch_scalar {
    const char *oid;
    uint8_t type, live, writable;
    uint32_t number;
    const char *text;  /* of a string, or of an OID */
};

/* 32473 is the enterprise number for documentation (RFC 5612). */
static const struct switch_scalar scalars[] = {
    { "1.3.6.1.2.1.1.1.0", FLEET_OCTET_STRING, 0, 0, 0,
      "snmpfleet simulated switch, version " SNMPFLEET_VERSION },
    { "1.3.6.1.2.1.1.2.0", FLEET_OBJECT_IDENTIFIER, 0, 0, 0, "1.3.6.1.4.1.32473.1.1" },
    { "1.3.6.1.2.1.1.3.0", FLEET_TIME_TICKS, LIVE_UPTIME, 0, 0, NULL },
    { "1.3.6.1.2.1.1.4.0", FLEET_OCTET_STRING, 0, SWITCH_WRITABLE_TEXT, 0, "noc@example.net" },
    { "1.3.6.1.2.1.1.5.0", FLEET_OCTET_STRING, LIVE_NAME, SWITCH_WRITABLE_TEXT, 0, "" },
    { "1.3.6.1.2.1.1.6.0", FLEET_OCTET_STRING, 0, SWITCH_WRITABLE_TEXT, 0, "Room 101, rack 7" },
    { "1.3.6.1.2.1.1.7.0", FLEET_INTEGER32, 0, 0, 2, NULL },
    { "1.3.6.1.2.1.1.8.0", FLEET_TIME_TICKS, 0, 0, 12, NULL },
    { "1.3.6.1.2.1.1.9.1.2.1", FLEET_OBJECT_IDENTIFIER, 0, 0, 0, "1.3.6.1.6.3.1" },
    { "1.3.6.1.2.1.1.9.1.2.2", FLEET_OBJECT_IDENTIFIER, 0, 0, 0, "1.3.6.1.2.1.31" },
    { "1.3.6.1.2.1.1.9.1.3.1", FLEET_OCTET_STRING, 0, 0, 0, "The MIB module for SNMP entities" },
    { "1.3.6.1.2.1.1.9.1.3.2", FLEET_OCTET_STRING, 0, 0, 0,
      "The MIB module for network interfaces" },
    { "1.3.6.1.2.1.1.9.1.4.1", FLEET_TIME_TICKS, 0, 0, 11, NULL },
    { "1.3.6.1.2.1.1.9.1.4.2", FLEET_TIME_TICKS, 0, 0, 12, NULL },
    { "1.3.6.1.2.1.11.1.0", FLEET_COUNTER32, LIVE_SNMP_PACKETS, 0, 0, NULL },
    { "1.3.6.1.2.1.11.3.0", FLEET_COUNTER32, 0, 0, 0, NULL },
    { "1.3.6.1.2.1.11.4.0", FLEET_COUNTER32, 0, 0, 3, NULL },
    { "1.3.6.1.2.1.11.5.0", FLEET_COUNTER32, 0, 0, 0, NULL },
    { "1.3.6.1.2.1.11.6.0", FLEET_COUNTER32, 0, 0, 0, NULL },
    { "1.3.6.1.2.1.11.30.0", FLEET_INTEGER32, 0, 0, 2, NULL },
    { "1.3.6.1.2.1.31.1.5.0", FLEET_TIME_TICKS, 0, 0, 12, NULL },
};

/* UCD-SNMP-MIB: all work is the user's. */
static const struct switch_scalar cpu_scalars[] = {
    { "1.3.6.1.4.1.2021.11.9.0", FLEET_INTEGER32, LIVE_CPU_BUSY, 0, 0, NULL },
    { "1.3.6.1.4.1.2021.11.10.0", FLEET_INTEGER32, 0, 0, 0, NULL },
    { "1.3.6.1.4.1.2021.11.11.0", FLEET_INTEGER32, LIVE_CPU_IDLE, 0, 100, NULL },
    { "1.3.6.1.4.1.2021.11.50.0", FLEET_COUNTER32, LIVE_CPU_BUSY_TICKS, 0, 0, NULL },
    { "1.3.6.1.4.1.2021.11.51.0", FLEET_COUNTER32, 0, 0, 0, NULL },
    { "1.3.6.1.4.1.2021.11.52.0", FLEET_COUNTER32, 0, 0, 0, NULL },
    { "1.3.6.1.4.1.2021.11.53.0", FLEET_COUNTER32, LIVE_CPU_IDLE_TICKS, 0, 0, NULL },
};

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct fleet_value value_of_text(const char *text) {
    return (struct fleet_value){
        .type = FLEET_OCTET_STRING,
        .length = (uint32_t)strlen(text),
        .bytes = (const uint8_t *)text,
    };
}

static struct fleet_value value_of_oid(const char *text,
                                       uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    int length = oid_parse(span_text(text), bytes);
    assert(length > 0);
    return (struct fleet_value){ .type = FLEET_OBJECT_IDENTIFIER,
                                 .length = (uint32_t)length,
                                 .bytes = bytes };
}

static void switch_add(struct recording_builder *b, const char *oid_text,
                       const struct fleet_value *value, uint8_t live, uint8_t writable,
                       uint32_t port) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    int length = oid_parse(span_text(oid_text), bytes);
    assert(length > 0);
    struct recording_mark mark = { .live = live, .writable = writable, .port = (uint16_t)port };
    recording_add(b, span_of(bytes, (size_t)length), value, &mark);
}

/* The cell of a column for one of @ports + 1 interfaces; the last one is virtual. */
static void switch_add_cell(struct recording_builder *b, const char *table,
                            const struct switch_column *c, uint32_t port, uint32_t ports) {
    bool is_virtual = port > ports;
    char oid_text[64], text[64];
    uint8_t oid[FLEET_OID_BYTES_MAX];
    struct fleet_value value = { .type = c->type };
    switch (c->fixed) {
    case FIXED_INDEX:
        value.integer = port;
        break;
    case FIXED_DESCR:
        if (is_virtual) snprintf(text, sizeof(text), "Vlan1");
        else snprintf(text, sizeof(text), "GigabitEthernet1/0/%u", port);
        value = value_of_text(text);
        break;
    case FIXED_NAME:
        if (is_virtual) snprintf(text, sizeof(text), "Vl1");
        else snprintf(text, sizeof(text), "Gi1/0/%u", port);
        value = value_of_text(text);
        break;
    case FIXED_ALIAS:
        if (is_virtual) snprintf(text, sizeof(text), "management");
        else if (port == ports) snprintf(text, sizeof(text), "uplink, \"core\"");
        else snprintf(text, sizeof(text), "desk %u", port);
        value = value_of_text(text);
        break;
    case FIXED_KIND:
        value.integer = is_virtual ? 53 : 6;  /* propVirtual, ethernetCsmacd */
        break;
    case FIXED_LAST_CHANGE:
        value.counter = 1000 + 37 * port;
        break;
    case FIXED_OID:
        value = value_of_oid("0.0", oid);
        break;
    default:
        value.counter = c->number;
    }
    snprintf(oid_text, sizeof(oid_text), "%s.%u.%u", table, c->column, port);
    switch_add(b, oid_text, &value, c->live, c->writable, is_virtual ? 0 : port);
}

static void switch_add_table(struct recording_builder *b, const char *table,
                             const struct switch_column *columns, size_t count, uint32_t ports) {
    for (size_t i = 0; i < count; i++) {
        for (uint32_t port = 1; port <= ports + 1; port++)
            switch_add_cell(b, table, &columns[i], port, ports);
    }
}

static void switch_add_scalars(struct recording_builder *b, const struct switch_scalar *list,
                               size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct switch_scalar *s = &list[i];
        uint8_t oid[FLEET_OID_BYTES_MAX];
        struct fleet_value value = { .type = s->type, .counter = s->number };
        if (s->type == FLEET_OCTET_STRING) value = value_of_text(s->text);
        if (s->type == FLEET_OBJECT_IDENTIFIER) value = value_of_oid(s->text, oid);
        switch_add(b, s->oid, &value, s->live, s->writable, 0);
    }
}

/* hrProcessorLoad of each: all have the same. */
static void switch_add_processors(struct recording_builder *b, uint32_t processors) {
    struct fleet_value load = { .type = FLEET_INTEGER32 };
    for (uint32_t i = 1; i <= processors; i++) {
        char oid[64];
        snprintf(oid, sizeof(oid), "1.3.6.1.2.1.25.3.3.1.2.%u", i);
        switch_add(b, oid, &load, LIVE_CPU_BUSY, 0, 0);
    }
    switch_add_scalars(b, cpu_scalars, LENGTH_OF(cpu_scalars));
}

int switch_new(uint32_t ports, uint32_t processors, struct recording **ret_recording) {
    struct recording_builder b = RECORDING_BUILDER_NULL;
    switch_add_scalars(&b, scalars, LENGTH_OF(scalars));
    if (processors > 0) switch_add_processors(&b, processors);
    struct fleet_value interfaces = { .type = FLEET_INTEGER32, .integer = ports + 1 };
    switch_add(&b, "1.3.6.1.2.1.2.1.0", &interfaces, 0, 0, 0);
    switch_add_table(&b, "1.3.6.1.2.1.2.2.1", if_columns, LENGTH_OF(if_columns), ports);
    switch_add_table(&b, "1.3.6.1.2.1.31.1.1.1", ifx_columns, LENGTH_OF(ifx_columns), ports);
    return recording_build(&b, ret_recording);
}

/* Switched on between one day and four months before the simulator started. */
struct switch_state switch_at(uint64_t seed, uint32_t number, uint64_t age) {
    enum { TICK_NS = 10000000, DAY = 8640000, MONTHS = 120 * DAY };
    uint64_t hash = prng_mix(seed + (number + 1) * 0x9e3779b97f4a7c15u);
    return (struct switch_state){ .number = number,
                                  .hash = hash,
                                  .ticks = DAY + hash % MONTHS + age / TICK_NS };
}

static uint64_t switch_port_hash(const struct switch_state *s, uint32_t port) {
    return prng_mix(s->hash ^ (port + 1) * 0xd6e8feb86659fd93u);
}

static bool switch_port_is_up(uint64_t hash, uint32_t port) {
    return (hash & 7) != 0 || port == 0;
}

/* Between 2 kB/s and 1 MB/s each way. */
static uint64_t switch_counter(const struct switch_state *s, uint8_t live, uint32_t port) {
    uint64_t hash = switch_port_hash(s, port);
    if (!switch_port_is_up(hash, port)) return 0;
    bool out = live >= LIVE_OUT_OCTETS;
    uint64_t rate = 2000 + (hash >> (out ? 32 : 8) & 0xfffff);
    uint64_t octets = rate * s->ticks / 100;
    switch (live) {
    case LIVE_IN_UNICAST: case LIVE_OUT_UNICAST: return octets >> 9;
    case LIVE_IN_MULTICAST: case LIVE_OUT_MULTICAST: return octets >> 15;
    case LIVE_IN_BROADCAST: case LIVE_OUT_BROADCAST: return octets >> 17;
    case LIVE_IN_OTHER: case LIVE_OUT_OTHER: return (octets >> 15) + (octets >> 17);
    case LIVE_IN_DISCARDS: case LIVE_OUT_DISCARDS: return octets >> 32;
    case LIVE_IN_ERRORS: case LIVE_OUT_ERRORS: return octets >> 36;
    default: return octets;
    }
}

/* In as few octets as possible; the store is eight wide. */
static size_t switch_write_number(uint8_t type, uint64_t number, uint8_t *ret_value) {
    unsigned bits = 64 - (unsigned)__builtin_clzll(number | 1), length = bits / 8 + 1;
    uint64_t word = htobe64(length > 8 ? number : number << (64 - 8 * length));
    ret_value[0] = type;
    ret_value[1] = (uint8_t)length;
    ret_value[2] = 0;
    memcpy(ret_value + 2 + (length > 8), &word, sizeof(word));
    return 2 + length;
}

static size_t switch_write_name(const struct switch_state *s, uint8_t *ret_value) {
    char text[SWITCH_VALUE_MAX];
    size_t length = sizeof("switch-") - 1, digits = 0;
    memcpy(text, "switch-", length);
    uint8_t reversed[10];
    for (uint32_t rest = s->number + 1; rest > 0 || digits < 5; rest /= 10)
        reversed[digits++] = (uint8_t)('0' + rest % 10);
    while (digits > 0) text[length++] = (char)reversed[--digits];
    ret_value[0] = FLEET_OCTET_STRING;
    ret_value[1] = (uint8_t)length;
    memcpy(ret_value + 2, text, length);
    return 2 + length;
}

/* Ticks count from the simulator's start. What is busy and what is idle make 100 percent. */
static uint64_t switch_processors(const struct switch_state *s, uint8_t live) {
    enum { TICK_NS = 10000000 };
    struct service_load load = { .busy = 0 };
    if (s->service != NULL) load = service_load_at(s->service, s->number, s->now);
    uint64_t percent = (uint64_t)(load.busy * 100 + 0.5);
    switch (live) {
    case LIVE_CPU_BUSY: return percent;
    case LIVE_CPU_IDLE: return 100 - percent;
    case LIVE_CPU_BUSY_TICKS: return load.busy_ns / TICK_NS;
    default: return load.idle_ns / TICK_NS;
    }
}

size_t switch_write(const struct switch_state *s, const struct recording_mark *mark, uint8_t type,
                    uint8_t *ret_value) {
    uint64_t number;
    switch (mark->live) {
    case LIVE_UPTIME:
        number = s->ticks;
        break;
    case LIVE_NAME:
        return switch_write_name(s, ret_value);
    case LIVE_MAC: {
        /* locally administered: 02, agent, port */
        uint64_t address =
            htobe64(((uint64_t)0x02 << 40 | (uint64_t)s->number << 12 | mark->port) << 16);
        ret_value[0] = FLEET_OCTET_STRING;
        ret_value[1] = 6;
        memcpy(ret_value + 2, &address, sizeof(address));
        return 8;
    }
    case LIVE_OPER_STATUS:
        number = switch_port_is_up(switch_port_hash(s, mark->port), mark->port) ? 1 : 2;
        break;
    case LIVE_SNMP_PACKETS:
        number = s->ticks / 600;
        break;
    case LIVE_CPU_BUSY:
    case LIVE_CPU_IDLE:
    case LIVE_CPU_BUSY_TICKS:
    case LIVE_CPU_IDLE_TICKS:
        number = switch_processors(s, mark->live);
        break;
    default:
        number = switch_counter(s, mark->live, mark->port);
    }
    if (type != FLEET_COUNTER64) number &= UINT32_MAX;
    return switch_write_number(type, number, ret_value);
}
