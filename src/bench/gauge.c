/* gauge: see gauge.h. */
#include "bench/gauge.h"

#include <math.h>
#include <string.h>

enum { SUBIDS_MAX = 20, SCALARS_MAX = 4, UPTIME_WRAP_TICKS = 360000 };

enum gauge_kind {
    GAUGE_TICKS,    /* counters: user, nice, system, idle */
    GAUGE_BUSY,     /* percent, the mean of all instances */
    GAUGE_BUSIEST,  /* percent, the highest of all instances: cards of a chassis */
    GAUGE_IDLE,     /* percent that are not used */
};

struct gauge_source {
    const char *name;
    const char *column;                 /* OID of a column as text; NULL: scalars */
    enum gauge_kind kind;
    uint32_t numbers[SCALARS_MAX][SUBIDS_MAX];  /* the column, or the scalars; zeros behind */
};

#define UCD 1, 3, 6, 1, 4, 1, 2021, 11

static const struct gauge_source sources[] = {
    { "UCD-SNMP-MIB::ssCpuRawIdle", NULL, GAUGE_TICKS,
      { { UCD, 50, 0 }, { UCD, 51, 0 }, { UCD, 52, 0 }, { UCD, 53, 0 } } },
    { "CISCO-PROCESS-MIB::cpmCPUTotal5secRev", "1.3.6.1.4.1.9.9.109.1.1.1.1.6", GAUGE_BUSY,
      { { 1, 3, 6, 1, 4, 1, 9, 9, 109, 1, 1, 1, 1, 6 } } },
    { "OLD-CISCO-CPU-MIB::busyPer", NULL, GAUGE_BUSY, { { 1, 3, 6, 1, 4, 1, 9, 2, 1, 56, 0 } } },
    { "FORTINET-FORTIGATE-MIB::fgSysCpuUsage", NULL, GAUGE_BUSY,
      { { 1, 3, 6, 1, 4, 1, 12356, 101, 4, 1, 3, 0 } } },
    { "JUNIPER-MIB::jnxOperatingCPU", "1.3.6.1.4.1.2636.3.1.13.1.8", GAUGE_BUSIEST,
      { { 1, 3, 6, 1, 4, 1, 2636, 3, 1, 13, 1, 8 } } },
    { "HUAWEI-ENTITY-EXTENT-MIB::hwEntityCpuUsage", "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5",
      GAUGE_BUSIEST, { { 1, 3, 6, 1, 4, 1, 2011, 5, 25, 31, 1, 1, 1, 1, 5 } } },
    { "HH3C-ENTITY-EXT-MIB::hh3cEntityExtCpuUsage", "1.3.6.1.4.1.25506.2.6.1.1.1.1.6",
      GAUGE_BUSIEST, { { 1, 3, 6, 1, 4, 1, 25506, 2, 6, 1, 1, 1, 1, 6 } } },
    { "STATISTICS-MIB::hpSwitchCpuStat", NULL, GAUGE_BUSY,
      { { 1, 3, 6, 1, 4, 1, 11, 2, 14, 11, 5, 1, 9, 6, 1, 0 } } },
    { "HOST-RESOURCES-MIB::hrProcessorLoad", "1.3.6.1.2.1.25.3.3.1.2", GAUGE_BUSY,
      { { 1, 3, 6, 1, 2, 1, 25, 3, 3, 1, 2 } } },
    { "UCD-SNMP-MIB::ssCpuIdle", NULL, GAUGE_IDLE, { { UCD, 11, 0 } } },
};
enum { SOURCES = sizeof(sources) / sizeof(sources[0]) };
_Static_assert((int)SOURCES <= (int)GAUGE_SOURCES_MAX, "room for the question");

static void oid_encode(const uint32_t numbers[SUBIDS_MAX], struct gauge_oid *ret_oid) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t count = SUBIDS_MAX;
    while (count > 0 && numbers[count - 1] == 0) count--;
    ret_oid->length = fleet_oid_bytes(numbers, count, bytes);
    memcpy(ret_oid->bytes, bytes, ret_oid->length);
}

/* A scalar's name, with the 0 that ends it, which looks like the end of the numbers. */
static void scalar_encode(const uint32_t numbers[SUBIDS_MAX], struct gauge_oid *ret_oid) {
    oid_encode(numbers, ret_oid);
    ret_oid->bytes[ret_oid->length++] = 0;
}

size_t gauge_probe(struct fleet_varbind varbinds[static GAUGE_SOURCES_MAX]) {
    static struct gauge_oid names[SOURCES];
    for (size_t i = 0; i < SOURCES; i++) {
        oid_encode(sources[i].numbers[0], &names[i]);
        varbinds[i] = (struct fleet_varbind){ .oid = names[i].bytes,
                                              .oid_length = names[i].length };
    }
    return SOURCES;
}

static bool is_number(const struct fleet_value *v) {
    return v->type == FLEET_INTEGER32 || v->type == FLEET_COUNTER32 || v->type == FLEET_GAUGE32 ||
           v->type == FLEET_COUNTER64;
}

/* As a percentage; NAN: it is none. */
static double percent_of(const struct fleet_value *v) {
    double number = !is_number(v)                    ? NAN
                    : v->type == FLEET_INTEGER32     ? (double)v->integer
                                                     : (double)v->counter;
    return number >= 0 && number <= 100 ? number : NAN;
}

static bool source_is_at(const struct gauge_source *s, const struct fleet_varbind *vb) {
    struct gauge_oid name;
    oid_encode(s->numbers[0], &name);
    bool is_below = vb->oid_length > name.length && vb->oid_length <= GAUGE_OID_BYTES &&
                    memcmp(vb->oid, name.bytes, name.length) == 0;
    if (!is_below || !is_number(&vb->value)) return false;
    return s->kind == GAUGE_TICKS || !isnan(percent_of(&vb->value));
}

void gauge_found(struct gauge *g, const struct fleet_varbind *varbinds, size_t count) {
    *g = GAUGE_NULL;
    for (size_t i = 0; i < SOURCES && i < count; i++) {
        if (!source_is_at(&sources[i], &varbinds[i])) continue;
        g->source = (int)i;
        if (sources[i].column != NULL) return;
        for (size_t k = 0; k < SCALARS_MAX && sources[i].numbers[k][0] != 0; k++)
            scalar_encode(sources[i].numbers[k], &g->instances[g->instance_count++]);
        return;
    }
}

const char *gauge_name(const struct gauge *g) {
    return g->source >= 0 ? sources[g->source].name : NULL;
}

const char *gauge_root(const struct gauge *g) {
    return g->source >= 0 ? sources[g->source].column : NULL;
}

void gauge_add(struct gauge *g, const struct fleet_varbind *instance) {
    if (g->instance_count == GAUGE_INSTANCES_MAX || instance->oid_length > GAUGE_OID_BYTES) return;
    if (isnan(percent_of(&instance->value))) return;
    struct gauge_oid *to = &g->instances[g->instance_count++];
    memcpy(to->bytes, instance->oid, instance->oid_length);
    to->length = instance->oid_length;
}

size_t gauge_question(const struct gauge *g,
                      struct fleet_varbind varbinds[static 1 + GAUGE_INSTANCES_MAX]) {
    static const uint8_t uptime[] = { 0x2b, 6, 1, 2, 1, 1, 3, 0 };  /* sysUpTime.0 */
    varbinds[0] = (struct fleet_varbind){ .oid = uptime, .oid_length = sizeof(uptime) };
    for (size_t i = 0; i < g->instance_count; i++)
        varbinds[1 + i] = (struct fleet_varbind){ .oid = g->instances[i].bytes,
                                                  .oid_length = g->instances[i].length };
    return 1 + g->instance_count;
}

/* The ticks since the reading before: 32-bit counters that may have begun anew. */
static double ticks_read(struct gauge *g, const struct fleet_varbind *varbinds, size_t count) {
    uint64_t ticks[SCALARS_MAX];
    if (count < SCALARS_MAX) return NAN;
    for (size_t i = 0; i < SCALARS_MAX; i++) {
        if (!is_number(&varbinds[i].value)) return NAN;
        ticks[i] = varbinds[i].value.counter;
    }
    uint64_t busy = ticks[0] + ticks[1] + ticks[2], idle = ticks[3];
    uint64_t busy_before = g->busy_ticks, idle_before = g->idle_ticks;
    bool has_before = g->has_ticks;
    g->has_ticks = true;
    g->busy_ticks = busy;
    g->idle_ticks = idle;
    bool has_moved = busy + idle > busy_before + idle_before;
    if (!has_before || busy < busy_before || idle < idle_before || !has_moved) return NAN;
    double more = (double)(busy - busy_before);
    return 100 * more / (more + (double)(idle - idle_before));
}

static double cpu_read(struct gauge *g, const struct fleet_varbind *varbinds, size_t count) {
    if (g->source < 0 || count == 0) return NAN;
    enum gauge_kind kind = sources[g->source].kind;
    if (kind == GAUGE_TICKS) return ticks_read(g, varbinds, count);
    double sum = 0, highest = NAN, known = 0;
    for (size_t i = 0; i < count; i++) {
        double percent = percent_of(&varbinds[i].value);
        if (isnan(percent)) continue;
        sum += percent;
        known++;
        if (isnan(highest) || percent > highest) highest = percent;
    }
    if (kind == GAUGE_BUSIEST || known == 0) return highest;
    return kind == GAUGE_IDLE ? 100 - sum / known : sum / known;
}

/* sysUpTime went back, and not by going over its end, which it does from near 2^32. */
static bool uptime_is_anew(uint32_t before, uint32_t now) {
    return now < before && (uint32_t)(now - before) > UPTIME_WRAP_TICKS;
}

void gauge_read(struct gauge *g, const struct fleet_varbind *varbinds, size_t count,
                struct gauge_reading *ret_reading) {
    *ret_reading = (struct gauge_reading){ .cpu_percent = NAN };
    if (count == 0) return;
    if (varbinds[0].value.type == FLEET_TIME_TICKS) {
        uint32_t now = (uint32_t)varbinds[0].value.counter;
        ret_reading->has_uptime = true;
        ret_reading->uptime_ticks = now;
        ret_reading->has_restarted = g->has_uptime && uptime_is_anew(g->uptime_ticks, now);
        g->restarts += ret_reading->has_restarted;
        g->has_uptime = true;
        g->uptime_ticks = now;
    }
    ret_reading->cpu_percent = cpu_read(g, varbinds + 1, count - 1);
}
