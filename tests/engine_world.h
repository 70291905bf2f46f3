/*
 * engine_world: an engine on a virtual clock with window 64, an agent that answers any GET, GETNEXT,
 * GETBULK or SET by the varbinds that were asked, and a host that takes rows and reports as told.
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/engine.h"
#include "secrets.h"
#include "wire/message.h"

enum { SLOTS = 64 };

/* An engine on a virtual clock, an agent that answers sysDescr.0, and a host that does as told. */
struct world {
    struct engine *engine;
    struct moment at;
    struct slot slots[SLOTS];
    uint8_t bytes[SLOTS][SLOT_BYTES];
    bool is_mute;
    int32_t error_status;       /* of its answers */
    int64_t largest_lag_ns;     /* of reports */
    uint32_t count;             /* datagrams of the last turn, in slots */
    uint32_t module, requests, rows, reports, reasons[FLEET_REASONS];
    char last_detail[200];
    void (*on_rows)(struct world *w, const struct fleet_row *row);
    void (*on_report)(struct world *w, const struct fleet_report *report);
};

static struct world world;

static inline void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct world *w = context;
    w->rows += (uint32_t)count;
    for (size_t i = 0; i < count && w->on_rows != NULL; i++) w->on_rows(w, &rows[i]);
}

static inline void take_report(void *context, const struct fleet_report *report) {
    struct world *w = context;
    w->reports++;
    w->reasons[report->reason]++;
    if (report->lag_ns > w->largest_lag_ns) w->largest_lag_ns = report->lag_ns;
    snprintf(w->last_detail, sizeof(w->last_detail), "%s", report->detail);
    if (w->on_report != NULL) w->on_report(w, report);
}

static const struct fleet_column scalar = { .object = "sysDescr", .oid = "1.3.6.1.2.1.1.1.0" };

static inline uint32_t add_module(struct world *w, const struct fleet_context *contexts, size_t count) {
    const struct fleet_module_options m = {
        .name = count > 0 ? "contexts" : "m", .interval_ns = 10 * CLOCK_NS_PER_S,
        .scalars = &scalar, .scalar_count = 1, .contexts = contexts, .context_count = count,
    };
    uint32_t module;
    assert_int_equal(engine_module_add(w->engine, &m, &module), 0);
    return module;
}

static inline int setup(void **state) {
    struct world *w = &world;
    *w = (struct world){ .at = { 5000 * CLOCK_NS_PER_S, 1 } };
    for (int i = 0; i < SLOTS; i++) w->slots[i].bytes = w->bytes[i];
    const struct engine_options o = { .sink = { w, take_rows, take_report, NULL }, .window = 64,
                                      .dead_after = 3, .rto_floor_ns = 200 * CLOCK_NS_PER_MS,
                                      .secrets = secrets_of(3) };
    if (engine_new(&w->engine, &o, w->at.now) != 0) return -1;
    w->module = add_module(w, NULL, 0);
    *state = w;
    return 0;
}

static inline int teardown(void **state) {
    struct world *w = *state;
    w->on_rows = NULL;
    w->on_report = NULL;
    engine_free(w->engine, w->at);
    return 0;
}

static inline struct fleet_target_options options_of(struct world *w, const char *host) {
    return (struct fleet_target_options){ .host = host, .modules = &w->module, .module_count = 1 };
}

static inline uint32_t set(struct world *w, struct fleet_target_options o, enum fleet_change expected) {
    uint32_t number;
    enum fleet_change change;
    assert_int_equal(engine_target_set(w->engine, &o, &number, &change, w->at), 0);
    assert_int_equal(change, expected);
    return number;
}

/* With the varbinds as they were asked. */
static inline void answer(struct world *w, const struct slot *slot) {
    struct message m;
    uint8_t bytes[256];
    assert_int_equal(message_decode(span_of(slot->bytes, slot->length), &m), 0);
    struct ber_writer writer = BER_WRITER(bytes, sizeof(bytes));
    ber_write_bytes(&writer, m.pdu.varbinds);
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t length = message_community_header(m.version, m.community, header);
    m.pdu.type = PDU_RESPONSE;
    m.pdu.error_status = w->error_status;
    m.pdu.error_index = w->error_status != 0 ? 1 : 0;
    message_write_v2c(&writer, span_of(header, length), &m.pdu);
    engine_datagram(w->engine, &slot->to, ber_written(&writer), w->at.now,
                    w->at);
}

static inline void turn(struct world *w, uint64_t step_ns) {
    w->at.now += step_ns;
    w->at.unix_ns += (int64_t)step_ns;
    engine_expire(w->engine, w->at, UINT32_MAX);
    engine_admit(w->engine, w->at, UINT32_MAX);
    uint32_t count = engine_transmit(w->engine, w->slots, SLOTS, w->at.now);
    w->requests += count;
    w->count = count;
    for (uint32_t i = 0; i < count && !w->is_mute; i++) answer(w, &w->slots[i]);
    assert_true(engine_check(w->engine));
}

static inline void run_for(struct world *w, uint64_t seconds) {
    for (uint64_t ms = 0; ms < seconds * 1000; ms += 50) turn(w, 50 * CLOCK_NS_PER_MS);
}
