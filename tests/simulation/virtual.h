/*
 * virtual: a clock and a lossy network for the engine, with small agents behind it. Time moves from
 * event to event, so hours pass in milliseconds, and a seed repeats everything.
 *
 * Agent number n has the scalars 1.3.6.1.4.1.1.s.0 (s = 1..3) and a table with columns
 * 1.3.6.1.4.1.2.1.c (c = 1, 2) and 1.3.6.1.4.1.3.1.c (c = 1, 2), rows i = 1..rows(n), every third
 * of which lacks column 2 of the first. The value of each is virtual_value(n, its last two
 * numbers).
 */
#pragma once

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/prng.h"
#include "core/engine.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { VIRTUAL_SLOTS = 64, VIRTUAL_BYTES = 1500, VIRTUAL_MTU = 1200, VIRTUAL_OID = 16 };

/* What the network and the agents do to datagrams; probabilities. */
struct virtual_faults {
    double loss, duplicate, wrong_source, garbage, truncate;
    double dead, too_big, looping;       /* shares of the agents */
    double full;                         /* a send takes but a part, and nothing for a while */
    double no_memory, refused;           /* of one send: ENOBUFS, ENOMEM; EPERM, EHOSTUNREACH */
    double icmp;                         /* a request comes to nothing, as an ICMP error tells */
    double forged_icmp;                  /* one that quotes nothing, or what is not that peer's */
    uint64_t delay_ns, jitter_ns, full_ns;
};

struct virtual_event {
    uint64_t at;
    bool to_agent;
    int icmp;                     /* an error that is about @bytes, sent to @agent; 0: none */
    struct address agent;
    uint32_t length;
    uint8_t bytes[];
};

struct virtual_network {
    uint64_t now;
    struct prng prng;
    struct virtual_faults faults;
    struct virtual_event **heap;  /* by time */
    size_t count, room;
    uint64_t sent;                /* datagrams that left their slot: sent, or refused */
    uint64_t refusals, icmp, forged_icmp, fills;  /* faults that struck */
    uint32_t waiting;             /* the first slots, which were not taken */
    uint64_t room_at;             /* nothing is taken until then */
    bool checks;                  /* look at every structure in each turn, and at the rate */
    double rate;                  /* that the engine has to keep; 0: none */
    uint64_t began;
    uint32_t agents;
    /* Other agents than those described above: writes an answer, returns its length, 0 for none. */
    uint32_t (*answer)(void *context, uint32_t agent, struct span datagram, uint64_t now,
                       uint8_t *bytes);
    void *answer_context;
    uint64_t turns, longest_ns;   /* of the engine's own time for one datagram */
    uint32_t check_every;         /* turns between two checks of all its structures; 0: none */
    struct slot slots[VIRTUAL_SLOTS];
    uint8_t slot_bytes[VIRTUAL_SLOTS][SLOT_BYTES];
};

static inline int64_t virtual_value(uint32_t agent, uint32_t a, uint32_t b) {
    return (int64_t)(prng_mix((uint64_t)agent << 32 | a << 16 | b) & 0x7fffffff);
}

static inline uint32_t virtual_rows(uint32_t agent) {
    return agent % 40;
}

static inline struct address virtual_address(uint32_t agent) {
    return address_ip4(0x0a000000 + agent, 161);
}

static inline bool virtual_is(const struct virtual_network *v, uint32_t agent, double share,
                              uint64_t salt) {
    (void)v;
    return (double)(prng_mix(agent * 7919u + salt) >> 11) * 0x1p-53 < share;
}

/*
 * Does the agent have 1.3.6.1.4.1.x.y.z? x=1: scalars (y, z=0); x=2,3: tables (y=1, then column and
 * row).
 */
struct virtual_object {
    uint32_t table, column, row;  /* row 0: a scalar */
};

static inline bool virtual_has(uint32_t agent, struct virtual_object o) {
    if (o.table == 1) return o.row == 0 && o.column >= 1 && o.column <= 3;
    if (o.table != 2 && o.table != 3) return false;
    if (o.column < 1 || o.column > 2 || o.row < 1 || o.row > virtual_rows(agent)) return false;
    return !(o.table == 2 && o.column == 2 && o.row % 3 == 0);
}

/* The numbers of an object's OID; returns how many. */
static inline size_t virtual_numbers(struct virtual_object o, uint32_t numbers[static 10]) {
    uint32_t scalar[] = { 1, 3, 6, 1, 4, 1, o.table, o.column, 0 };
    uint32_t cell[] = { 1, 3, 6, 1, 4, 1, o.table, 1, o.column, o.row };
    if (o.table == 1) memcpy(numbers, scalar, sizeof(scalar));
    else memcpy(numbers, cell, sizeof(cell));
    return o.table == 1 ? 9 : 10;
}

static inline size_t virtual_oid(struct virtual_object o,
                                 uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    uint32_t numbers[10];
    return (size_t)oid_from_numbers(numbers, virtual_numbers(o, numbers), bytes);
}

/* Is the OID of @o above the one of these numbers? */
static inline bool virtual_is_above(struct virtual_object o, const uint32_t *asked, size_t count) {
    uint32_t numbers[10];
    size_t length = virtual_numbers(o, numbers);
    for (size_t i = 0; i < length && i < count; i++) {
        if (numbers[i] != asked[i]) return numbers[i] > asked[i];
    }
    return length > count;
}

/*
 * The first object of @agent whose OID is above @oid; false at the end. Plain search: slow and
 * sure.
 */
static inline bool virtual_next(uint32_t agent, struct span oid,
                                struct virtual_object *ret_object) {
    uint32_t asked[FLEET_OID_BYTES_MAX + 1];
    size_t count = oid_to_numbers(oid, asked, FLEET_OID_BYTES_MAX + 1);
    for (uint32_t table = 1; table <= 3; table++) {
        for (uint32_t column = 1; column <= 3; column++) {
            uint32_t rows = table == 1 ? 0 : virtual_rows(agent);
            for (uint32_t row = table == 1 ? 0 : 1; row <= rows; row++) {
                struct virtual_object o = { table, column, row };
                if (!virtual_has(agent, o) || !virtual_is_above(o, asked, count)) continue;
                *ret_object = o;
                return true;
            }
        }
    }
    return false;
}

static inline void virtual_schedule(struct virtual_network *v, struct virtual_event *e) {
    if (v->count == v->room) {
        v->room = v->room == 0 ? 1024 : v->room * 2;
        v->heap = realloc(v->heap, v->room * sizeof(struct virtual_event *));
        assert(v->heap != NULL);
    }
    size_t i = v->count++;
    while (i > 0 && v->heap[(i - 1) / 2]->at > e->at) {
        v->heap[i] = v->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    v->heap[i] = e;
}

static inline struct virtual_event *virtual_pop(struct virtual_network *v) {
    struct virtual_event *first = v->heap[0], *last = v->heap[--v->count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= v->count) break;
        if (child + 1 < v->count && v->heap[child + 1]->at < v->heap[child]->at) child++;
        if (v->heap[child]->at >= last->at) break;
        v->heap[i] = v->heap[child];
        i = child;
    }
    if (v->count > 0) v->heap[i] = last;
    return first;
}

static inline void virtual_send(struct virtual_network *v, struct address agent, bool to_agent,
                                struct span bytes) {
    if (prng_unit(&v->prng) < v->faults.loss) return;
    int copies = prng_unit(&v->prng) < v->faults.duplicate ? 2 : 1;
    while (copies-- > 0) {
        struct virtual_event *e = malloc(sizeof(*e) + bytes.length);
        assert(e != NULL);
        e->at = v->now + v->faults.delay_ns / 2;
        e->to_agent = to_agent;
        e->icmp = 0;
        e->agent = agent;
        e->length = (uint32_t)bytes.length;
        if (v->faults.jitter_ns > 0) e->at += prng_below(&v->prng, v->faults.jitter_ns);
        memcpy(e->bytes, bytes.bytes, bytes.length);
        virtual_schedule(v, e);
    }
}

static inline void virtual_icmp(struct virtual_network *v, struct address to, struct span quoted,
                                int error) {
    struct virtual_event *e = malloc(sizeof(*e) + quoted.length);
    assert(e != NULL && quoted.length <= VIRTUAL_BYTES);
    *e = (struct virtual_event){ .at = v->now + v->faults.delay_ns / 2,
                                 .icmp = error,
                                 .agent = to,
                                 .length = (uint32_t)quoted.length };
    memcpy(e->bytes, quoted.bytes, quoted.length);
    virtual_schedule(v, e);
}

/* An ICMP error of somebody who saw no request: it quotes too little, or what is not that peer's. */
static inline void virtual_forge_icmp(struct virtual_network *v, const struct slot *slot) {
    uint8_t bytes[VIRTUAL_BYTES];
    uint32_t id = message_glance_id(span_of(slot->bytes, slot->length));
    const uint8_t wanted[] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8),
                               (uint8_t)id };
    assert(slot->length <= VIRTUAL_BYTES);
    memcpy(bytes, slot->bytes, slot->length);
    struct address to = slot->to;
    size_t length = slot->length;
    uint8_t *at = memmem(bytes, length, wanted, sizeof(wanted));
    assert(at != NULL);
    switch (prng_below(&v->prng, 4)) {
    case 0: length = 0; break;
    case 1: length = (size_t)(at - bytes) + 3; break;
    case 2: at[3] ^= 1; break;
    case 3: to = virtual_address(address_to_ip4(&to) - 0x0a000000 + 1); break;
    }
    v->forged_icmp++;
    virtual_icmp(v, to, span_of(bytes, length), ECONNREFUSED);
}

struct virtual_answer {
    struct { struct span oid; struct fleet_value value; uint8_t bytes[VIRTUAL_OID]; } binds[128];
    size_t count;
    int32_t error, index;
};

static inline void virtual_bind(struct virtual_answer *a, struct span oid,
                                struct fleet_value value) {
    if (a->count == 128) return;
    assert(oid.length <= VIRTUAL_OID);
    memcpy(a->binds[a->count].bytes, oid.bytes, oid.length);
    a->binds[a->count].oid = span_of(a->binds[a->count].bytes, oid.length);
    a->binds[a->count++].value = value;
}

/* Answer one varbind of a GETNEXT/GETBULK; *oid moves on. */
static inline void virtual_bind_next(struct virtual_network *v, uint32_t agent,
                                     struct virtual_answer *a, uint8_t *oid, size_t *length) {
    struct virtual_object o;
    struct span at = span_of(oid, *length);
    if (!virtual_next(agent, at, &o)) {
        virtual_bind(a, at, (struct fleet_value){ .type = FLEET_END_OF_MIB_VIEW });
        return;
    }
    if (virtual_is(v, agent, v->faults.looping, 3) && o.row == 12) o.row = 5;
    uint8_t next[FLEET_OID_BYTES_MAX];
    *length = virtual_oid(o, next);
    memcpy(oid, next, *length);
    struct fleet_value value = { .type = FLEET_INTEGER32,
                                 .integer = virtual_value(agent, o.table << 8 | o.column, o.row) };
    virtual_bind(a, span_of(oid, *length), value);
}

static inline void virtual_answer_get(uint32_t agent, struct virtual_answer *a, struct span oid) {
    for (uint32_t column = 1; column <= 3; column++) {
        struct virtual_object o = { 1, column, 0 };
        uint8_t bytes[FLEET_OID_BYTES_MAX];
        if (!span_equal(span_of(bytes, virtual_oid(o, bytes)), oid)) continue;
        virtual_bind(a, oid,
                     (struct fleet_value){ .type = FLEET_INTEGER32,
                                           .integer = virtual_value(agent, 1u << 8 | column, 0) });
        return;
    }
    virtual_bind(a, oid, (struct fleet_value){ .type = FLEET_NO_SUCH_INSTANCE });
}

static inline void virtual_answer_pdu(struct virtual_network *v, uint32_t agent,
                                      const struct message *m, struct virtual_answer *a) {
    struct ber_reader r = BER_READER(m->pdu.varbinds);
    static uint8_t oids[64][FLEET_OID_BYTES_MAX];
    static size_t lengths[64];
    size_t asked = 0;
    struct varbind vb;
    while (asked < 64 && varbind_next(&r, &vb)) {
        memcpy(oids[asked], vb.oid.bytes, vb.oid.length);
        lengths[asked++] = vb.oid.length;
    }
    int32_t rounds = m->pdu.type == PDU_GETBULK ? m->pdu.error_index : 1;
    for (int32_t round = 0; round < rounds && a->count < 100; round++) {
        for (size_t i = 0; i < asked && a->count < 100; i++) {
            if (m->pdu.type == PDU_GET) virtual_answer_get(agent, a, span_of(oids[i], lengths[i]));
            else virtual_bind_next(v, agent, a, oids[i], &lengths[i]);
        }
    }
    if (virtual_is(v, agent, v->faults.too_big, 2) && a->count > 4) {
        a->count = 0;
        a->error = ERROR_TOO_BIG;
    }
}

static inline void virtual_agent_receives(struct virtual_network *v, struct virtual_event *e) {
    uint32_t agent = address_to_ip4(&e->agent) - 0x0a000000;
    struct message m;
    if (virtual_is(v, agent, v->faults.dead, 1)) return;
    if (v->answer != NULL) {
        static uint8_t bytes[65536];
        uint32_t length =
            v->answer(v->answer_context, agent, span_of(e->bytes, e->length), v->now, bytes);
        if (length > 0) virtual_send(v, e->agent, false, span_of(bytes, length));
        return;
    }
    if (message_decode(span_of(e->bytes, e->length), &m) != 0) return;
    static struct virtual_answer a;
    a.count = 0;
    a.error = a.index = 0;
    virtual_answer_pdu(v, agent, &m, &a);

    uint8_t buffer[VIRTUAL_BYTES];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = a.count; i > 0; i--)
        varbind_write(&w, a.binds[i - 1].oid, &a.binds[i - 1].value);
    struct pdu pdu = { .type = PDU_RESPONSE,
                       .request_id = m.pdu.request_id,
                       .error_status = a.error,
                       .error_index = a.index };
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(m.version, m.community, header);
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    struct span reply = ber_written(&w);
    if (w.error != 0) return;  /* an agent whose reply does not fit stays silent: as good as lost */
    struct address from = e->agent;
    if (prng_unit(&v->prng) < v->faults.garbage) {
        uint8_t noise[64];
        for (size_t i = 0; i < sizeof(noise); i++) noise[i] = (uint8_t)prng_next(&v->prng);
        virtual_send(v, from, false, span_of(noise, sizeof(noise)));
    }
    if (prng_unit(&v->prng) < v->faults.wrong_source) from.bytes[0] = 11;
    if (prng_unit(&v->prng) < v->faults.truncate) reply.length = prng_below(&v->prng, reply.length);
    virtual_send(v, from, false, reply);
}

static inline int64_t virtual_unix(const struct virtual_network *v) {
    return (int64_t)v->now + INT64_C(1700000000000000000);
}

/* Take the datagram of @slot; the error that refuses it, or 0. */
static inline int virtual_take(struct virtual_network *v, const struct slot *slot) {
    const struct virtual_faults *f = &v->faults;
    struct span datagram = span_of(slot->bytes, slot->length);
    bool is_odd = (prng_next(&v->prng) & 1) != 0;
    assert(slot->length <= VIRTUAL_MTU);
    if (prng_unit(&v->prng) < f->no_memory) return is_odd ? ENOBUFS : ENOMEM;
    if (prng_unit(&v->prng) < f->refused) return is_odd ? EPERM : EHOSTUNREACH;
    if (prng_unit(&v->prng) < f->forged_icmp) virtual_forge_icmp(v, slot);
    if (prng_unit(&v->prng) >= f->icmp) {
        virtual_send(v, slot->to, true, datagram);
        return 0;
    }
    v->icmp++;
    if (is_odd && datagram.length > 64) datagram.length = 64;
    virtual_icmp(v, slot->to, datagram, is_odd ? EHOSTUNREACH : ECONNREFUSED);
    return 0;
}

/* How many of @count slots are taken now. */
static inline uint32_t virtual_room(struct virtual_network *v, uint32_t count) {
    if (v->now < v->room_at) return 0;
    if (count == 0 || prng_unit(&v->prng) >= v->faults.full) return count;
    v->fills++;
    v->room_at = v->now + 1 + prng_below(&v->prng, v->faults.full_ns);
    return (uint32_t)prng_below(&v->prng, count);
}

/* Send what waits and what is ready; false: nothing was, or there is no room. */
static inline bool virtual_transmit(struct virtual_network *v, struct engine *e) {
    struct moment at = { v->now, virtual_unix(v) };
    uint32_t count = v->waiting + engine_transmit(e, v->slots + v->waiting,
                                                  VIRTUAL_SLOTS - v->waiting, v->now);
    uint32_t taken = virtual_room(v, count), failed = 0;
    struct { uint32_t cookie; int error; } failures[VIRTUAL_SLOTS];
    for (uint32_t i = 0; i < taken; i++) {
        int error = virtual_take(v, &v->slots[i]);
        if (error == 0) continue;
        failures[failed].cookie = v->slots[i].cookie;
        failures[failed++].error = error;
    }
    v->waiting = count - taken;
    for (uint32_t i = 0; i < v->waiting; i++) {
        struct slot waiting = v->slots[taken + i];
        v->slots[taken + i] = v->slots[i];
        v->slots[i] = waiting;
    }
    v->sent += taken;
    v->refusals += failed;
    engine_sent(e, v->slots, v->waiting, count, v->now);
    for (uint32_t i = 0; i < failed; i++)
        engine_send_failed(e, failures[i].cookie, failures[i].error, at);
    return taken > 0;
}

/* One turn of the engine at the present time. */
static inline void virtual_turn(struct virtual_network *v, struct engine *e) {
    engine_expire(e, (struct moment){ v->now, virtual_unix(v) }, UINT32_MAX);
    engine_admit(e, (struct moment){ v->now, virtual_unix(v) }, UINT32_MAX);
    while (virtual_transmit(v, e)) {
    }
    if (!v->checks) return;
    struct fleet_stats stats;
    engine_get_stats(e, &stats);
    double allowed = v->rate * ((double)(v->now - v->began) / 1e9 + 0.010) + 1;
    assert(engine_check(e));
    assert(v->rate == 0 || (double)stats.requests <= allowed);
}

/* What came goes where it belongs. */
static inline void virtual_deliver(struct virtual_network *v, struct engine *e,
                                   struct virtual_event *event) {
    struct moment at = { v->now, virtual_unix(v) };
    struct span bytes = span_of(event->bytes, event->length);
    if (event->to_agent) virtual_agent_receives(v, event);
    else if (event->icmp != 0) engine_unreachable(e, &event->agent, bytes, event->icmp, at);
    else {
        uint64_t started = clock_monotonic_ns();
        engine_datagram(e, &event->agent, bytes, at.now, at);
        uint64_t took = clock_monotonic_ns() - started;
        if (took > v->longest_ns) v->longest_ns = took;
    }
}

/* Let time pass until @until, or until the engine is done or has nothing planned. */
static inline void virtual_run(struct virtual_network *v, struct engine *e, uint64_t until) {
    while (v->now < until && !engine_is_done(e)) {
        virtual_turn(v, e);
        uint64_t next = engine_deadline_ns(e, v->now);
        if (v->count > 0 && v->heap[0]->at < next) next = v->heap[0]->at;
        if (v->waiting > 0 && v->room_at < next) next = v->room_at;
        if (next == UINT64_MAX) return;
        v->now = next > v->now ? next : v->now + (next == 0 ? 0 : 1000);
        while (v->count > 0 && v->heap[0]->at <= v->now) {
            struct virtual_event *event = virtual_pop(v);
            virtual_deliver(v, e, event);
            free(event);
        }
        if (v->check_every != 0 && ++v->turns % v->check_every == 0) assert(engine_check(e));
    }
}

static inline struct virtual_network *virtual_new(uint64_t seed,
                                                  const struct virtual_faults *faults) {
    struct virtual_network *v = calloc(1, sizeof(*v));
    assert(v != NULL);
    prng_init(&v->prng, seed);
    v->now = v->began = 12345678901;
    v->faults = *faults;
    for (int i = 0; i < VIRTUAL_SLOTS; i++) v->slots[i].bytes = v->slot_bytes[i];
    return v;
}

static inline void virtual_free(struct virtual_network *v) {
    while (v->count > 0) free(virtual_pop(v));
    free(v->heap);
    free(v);
}
