/*
 * simulator: see simulator.h.
 *
 * An answer is written where it is sent from: into the next free slot. Agents without faults take
 * the short way; for the others the reply may leave the slot again, to wait, or take a second one.
 */
#include "sim/simulator.h"

#include <errno.h>
#include <stdlib.h>

#include "base/prng.h"
#include "sim/forgery.h"
#include "sim/waiting.h"

/*
 * While requests come in numbers it looks for more for a while before it sleeps: who asks would
 * otherwise pay, batch by batch, for waking it up, which on loopback costs as much as the request
 * itself.
 */
enum { AWAKE_BATCH = 8, AWAKE_NS = 100000 };

/* It is awake this long before a reply leaves: the kernel wakes a process up to so much late. */
enum { NEAR_NS = 70000 };

/* Slots that an answer may take: two forged ones before it, itself, its duplicate. */
enum { ANSWER_SLOTS = 4 };

struct simulator {
    struct simulator_options options;
    struct net *net;
    struct slot *slots;
    uint32_t used;                 /* slots filled; the first of them may wait for room */
    uint32_t first;                /* IPv4 address of agent 0, host order */
    bool has_faults;
    struct agents *agents;
    struct service *service;       /* NULL: answers take no time */
    struct waiting waiting;
    struct prng prng;
    struct simulator_stats stats;
    struct net_event events[NET_EVENTS_MAX];
    uint64_t now;             /* of the last step */
    uint64_t awake_until_ns;
};

bool simulator_fits(const struct simulator_options *o) {
    static const uint8_t ip6_loopback[16] = { [15] = 1 };
    if (o->agents == 0 || o->agents > SIMULATOR_AGENTS_MAX) return false;
    if (o->first.family == ADDRESS_IP6)
        return o->agents == 1 && memcmp(o->first.bytes, ip6_loopback, 16) == 0;
    uint64_t first = address_to_ip4(&o->first), last = first + o->agents - 1;
    return first >> 24 == 127 && last >> 24 == 127 && (first & 0xffffff) != 0 &&
           (last & 0xffffff) != 0xffffff;
}

/* On device "lo" where that is allowed; datagrams to other addresses are ignored in any case. */
static int simulator_open(struct simulator *s) {
    const struct simulator_options *o = &s->options;
    bool ip6 = o->first.family == ADDRESS_IP6;
    struct net_options net = {
        .backend = o->backend,
        .local_addresses = true,
        .shared_port = true,
        .without_ip6 = !ip6,
        .device = "lo",
    };
    if (ip6) net.bind6 = o->first;
    if (ip6) net.bind4 = address_ip4(0x7f000001, 0);
    else net.bind4 = (struct address){ .family = ADDRESS_IP4, .port = o->first.port };
    int error = net_new(&s->net, &net);
    if (error != -EPERM && error != -ENODEV) return error;
    net.device = NULL;
    return net_new(&s->net, &net);
}

int simulator_new(struct simulator **ret_simulator, const struct simulator_options *options,
                  uint64_t now) {
    if (!simulator_fits(options)) return -EINVAL;
    struct simulator *s = calloc(1, sizeof(*s));
    if (s == NULL) return -ENOMEM;
    s->options = *options;
    s->options.answers.started = now;
    s->options.answers.count = options->agents;
    s->first = address_to_ip4(&options->first);
    for (int f = 0; f < FAULTS; f++) s->has_faults |= options->faults.of[f].share > 0;
    prng_init(&s->prng, options->faults.seed);
    int error = waiting_init(&s->waiting);
    if (error == 0) error = agents_new(&s->agents, &s->options.answers);
    s->options.service.seed = options->faults.seed;
    s->options.service.started = now;
    if (error == 0 && service_is_on(&options->service))
        error = service_new(&s->service, &s->options.service, options->agents);
    if (error == 0) error = simulator_open(s);
    if (error != 0) {
        simulator_free(s);
        return error;
    }
    s->slots = net_slots(s->net);
    s->options.first.port = net_port(s->net, options->first.family);
    *ret_simulator = s;
    return 0;
}

void simulator_free(struct simulator *s) {
    if (s == NULL) return;
    net_free(s->net);
    agents_free(s->agents);
    service_free(s->service);
    waiting_deinit(&s->waiting);
    free(s);
}

const struct net *simulator_net(const struct simulator *s) {
    return s->net;
}

struct address simulator_address(const struct simulator *s, uint32_t number) {
    if (s->options.first.family == ADDRESS_IP6) return s->options.first;
    return address_ip4(s->first + number, s->options.first.port);
}

/* Half of 127.0.0.0/8 away, which is farther than the agents reach. */
struct address simulator_wrong_source(const struct simulator *s, uint32_t number) {
    uint32_t host = (s->first + number) ^ 0x800000;
    if ((host & 0xffffff) == 0 || (host & 0xffffff) == 0xffffff) host ^= 1;
    return address_ip4(host, s->options.first.port);
}

/* False for an address that is no agent's. */
static bool simulator_find(const struct simulator *s, const struct address *local,
                           uint32_t *ret_number) {
    if (s->options.first.family == ADDRESS_IP6) {
        *ret_number = 0;
        return local->family == ADDRESS_IP6 &&
               memcmp(local->bytes, s->options.first.bytes, 16) == 0;
    }
    *ret_number = address_to_ip4(local) - s->first;
    return local->family == ADDRESS_IP4 && *ret_number < s->options.agents;
}

/* Send; what the kernel has no room for stays in the first slots, and goes first next time. */
static int simulator_flush(struct simulator *s) {
    int done = net_send(s->net, s->used);
    if (done < 0) return done;
    s->used = net_waiting(s->net);
    return 0;
}

/* Are there slots for one more answer, with all that belongs to it? */
static bool simulator_has_room(const struct simulator *s) {
    return s->used + ANSWER_SLOTS <= NET_SLOTS;
}

/* The slot just filled is to be sent. */
static int simulator_commit(struct simulator *s) {
    s->used++;
    return s->used >= net_waiting(s->net) + NET_BATCH - ANSWER_SLOTS ? simulator_flush(s) : 0;
}

static int simulator_send_waiting(struct simulator *s, struct waiting_reply *reply) {
    struct slot *slot = &s->slots[s->used];
    memcpy(slot->bytes, reply->bytes, reply->length);
    slot->length = reply->length;
    slot->to = reply->to;
    slot->from = reply->from;
    waiting_put(&s->waiting, reply);
    return simulator_commit(s);
}

static bool simulator_chance(struct simulator *s, uint32_t bits, enum fault fault) {
    if ((bits & fault_bit(fault)) == 0) return false;
    bool strikes = fault_kinds[fault].unit != FAULT_PROBABILITY ||
                   prng_unit(&s->prng) < s->options.faults.of[fault].value;
    s->stats.faults[fault] += strikes;
    return strikes;
}

/* Send what is in the slot now, and behind it what waits for it. */
static int simulator_send_now(struct simulator *s, uint32_t agent) {
    int error = simulator_commit(s);
    struct waiting_reply *held;
    while (error == 0 && simulator_has_room(s) &&
           (held = waiting_held(&s->waiting, agent)) != NULL)
        error = simulator_send_waiting(s, held);
    return error;
}

#define FORGING (fault_bit(FAULT_FORGED_REPORT) | fault_bit(FAULT_WRONG_ENGINE))

/* Copy the reply in @slot with all that belongs to it. */
static void simulator_copy(struct slot *to, const struct slot *slot) {
    memcpy(to->bytes, slot->bytes, slot->length);
    to->length = slot->length;
    to->cookie = slot->cookie;
    to->to = slot->to;
    to->from = slot->from;
}

/* Send what somebody else makes of the reply in the slot, and move that behind. */
static int simulator_forge(struct simulator *s, uint32_t bits) {
    int error = 0;
    for (int f = FAULT_FORGED_REPORT; f <= FAULT_WRONG_ENGINE && error == 0; f++) {
        if (!simulator_chance(s, bits, (enum fault)f)) continue;
        struct slot *forged = &s->slots[s->used], *reply = forged + 1;
        simulator_copy(reply, forged);
        struct span genuine = span_of(reply->bytes, reply->length);
        if (f == FAULT_FORGED_REPORT)
            forged->length = (uint32_t)forgery_report(genuine, &s->prng, forged->bytes);
        else if (!forgery_engine(genuine, forged->bytes)) forged->length = 0;
        if (forged->length > 0) {
            error = simulator_commit(s);
        } else {                        /* not SNMPv3: as it was */
            forged->length = reply->length;
            s->stats.faults[f]--;
        }
    }
    return error;
}

/* Send the reply in the slot, which is done at @done, as an agent with faults does. */
static int simulator_send_faulty(struct simulator *s, uint32_t agent, uint32_t bits,
                                 uint64_t done) {
    const struct faults *f = &s->options.faults;
    struct slot *slot = &s->slots[s->used];
    if (simulator_chance(s, bits, FAULT_LOSS)) return 0;
    if ((bits & FORGING) != 0) {
        int error = simulator_forge(s, bits);
        if (error != 0) return error;
        slot = &s->slots[s->used];
    }
    if (simulator_chance(s, bits, FAULT_WRONG_DIGEST) &&
        !forgery_spoil_digest(slot->bytes, slot->length))
        s->stats.faults[FAULT_WRONG_DIGEST]--;
    if (simulator_chance(s, bits, FAULT_TRUNCATE))
        slot->length = 1 + (uint32_t)prng_below(&s->prng, slot->length - 1);
    if (simulator_chance(s, bits, FAULT_WRONG_SOURCE))
        slot->from = simulator_wrong_source(s, agent);
    uint64_t expiry = done;
    if (simulator_chance(s, bits, FAULT_DELAY)) expiry += (uint64_t)f->of[FAULT_DELAY].value;
    if (simulator_chance(s, bits, FAULT_JITTER))
        expiry += (uint64_t)(prng_unit(&s->prng) * f->of[FAULT_JITTER].value);
    bool is_held = simulator_chance(s, bits, FAULT_REORDER),
         twice = simulator_chance(s, bits, FAULT_DUPLICATE);
    if (is_held) expiry += FAULT_REORDER_NS;

    if (expiry > s->now) {
        bool added = waiting_add(&s->waiting, slot, agent, expiry, is_held);
        if (added && twice) waiting_add(&s->waiting, slot, agent, expiry, is_held);
        if (added) return 0;
        if (s->service != NULL) {  /* it would come before it is done */
            s->stats.send_failures++;
            return 0;
        }
        s->stats.not_delayed++;
    }
    if (twice) {
        simulator_copy(slot + 1, slot);
        int error = simulator_commit(s);
        if (error != 0) return error;
    }
    return simulator_send_now(s, agent);
}

static struct agent_engine_faults simulator_engine_faults(const struct faults *f, uint32_t bits) {
    struct agent_engine_faults e = {
        .keeps_boots = (bits & fault_bit(FAULT_LOST_BOOTS)) != 0,
        .hides_clock = (bits & fault_bit(FAULT_NO_BOOTS)) != 0,
        .is_duplicate = (bits & fault_bit(FAULT_DUPLICATE_ENGINE)) != 0,
    };
    enum fault reboot = e.keeps_boots ? FAULT_LOST_BOOTS : FAULT_REBOOT;
    if ((bits & fault_bit(reboot)) != 0) e.reboot_ns = (uint64_t)f->of[reboot].value;
    if ((bits & fault_bit(FAULT_CLOCK_DRIFT)) != 0)
        e.drift = (uint32_t)f->of[FAULT_CLOCK_DRIFT].value;
    return e;
}

static int simulator_answer(struct simulator *s, const struct net_event *e, uint64_t now) {
    struct agent_request request = { .datagram = e->payload, .now = now };
    if (!simulator_find(s, &e->local, &request.agent)) {
        s->stats.stray++;
        return 0;
    }
    if (!simulator_has_room(s)) {  /* as many answers wait as can: it is lost, as at a busy agent */
        s->stats.send_failures++;
        return 0;
    }
    uint32_t bits = s->has_faults ? faults_of_agent(&s->options.faults, request.agent) : 0;
    if (bits != 0) {
        if (simulator_chance(s, bits, FAULT_DEAD) || simulator_chance(s, bits, FAULT_LOSS))
            return 0;
        if ((bits & fault_bit(FAULT_TOO_BIG)) != 0)
            request.too_big_above = (uint32_t)s->options.faults.of[FAULT_TOO_BIG].value;
        if ((bits & fault_bit(FAULT_LOOP)) != 0)
            request.loop_after = (uint32_t)s->options.faults.of[FAULT_LOOP].value;
        request.engine = simulator_engine_faults(&s->options.faults, bits);
    }
    uint64_t objects_ns = 0, done = now;
    if (s->service != NULL) {
        if (!service_admit(s->service, request.agent, now, &request.now)) {
            s->stats.queue_full++;
            return 0;
        }
        request.service = s->service;
        request.ret_objects_ns = &objects_ns;
    }
    struct slot *slot = &s->slots[s->used];
    slot->length = agent_answer(s->agents, &request, slot->bytes);
    if (slot->length == 0) return 0;
    if (s->service != NULL) done = service_take(s->service, request.agent, request.now, objects_ns);
    slot->cookie = 0;
    slot->to = e->peer;
    slot->from = e->local;
    if (bits == 0 && s->service == NULL) return simulator_commit(s);
    return simulator_send_faulty(s, request.agent, bits, done);
}

int simulator_step(struct simulator *s, uint64_t now) {
    int count = net_receive(s->net, s->events, NET_EVENTS_MAX), error = count < 0 ? count : 0;
    s->now = now;
    if (count >= AWAKE_BATCH) s->awake_until_ns = now + AWAKE_NS;
    for (int i = 0; i < count && error == 0; i++) {
        if (s->events[i].kind == NET_DATAGRAM) error = simulator_answer(s, &s->events[i], now);
        else s->stats.send_failures += s->events[i].kind == NET_SEND_FAILED;
    }
    struct waiting_reply *reply;
    while (error == 0 && simulator_has_room(s) &&
           (reply = waiting_due(&s->waiting, now)) != NULL)
        error = simulator_send_waiting(s, reply);
    if (error == 0 && s->used > 0) error = simulator_flush(s);
    return error;
}

int simulator_fd(const struct simulator *s) {
    return net_fd(s->net);
}

uint64_t simulator_deadline_ns(const struct simulator *s) {
    uint64_t next = simulator_has_room(s) ? waiting_next(&s->waiting) : UINT64_MAX;
    return next == UINT64_MAX || next < NEAR_NS ? next : next - NEAR_NS;
}

bool simulator_is_idle(const struct simulator *s) {
    return net_is_idle(s->net) && s->now >= s->awake_until_ns &&
           simulator_deadline_ns(s) > s->now;
}

void simulator_get_stats(struct simulator *s, struct simulator_stats *ret_stats) {
    *ret_stats = s->stats;
    ret_stats->answers = *agents_stats(s->agents);
    net_get_stats(s->net, &ret_stats->net);
}
