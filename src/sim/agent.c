/*
 * agent: see agent.h.
 *
 * Varbinds are written forward, straight from the recording, behind a gap that any header fits in;
 * the header is then written backward into the gap, and the whole moved to the start of the buffer.
 * Version and community of the reply are the request's own bytes. What SNMPv3 adds is in
 * agent_v3.c.
 *
 * Errors follow RFC 3416 section 4.2 for v2c. For v1 they are mapped as RFC 2576 section 4.3 does,
 * and Counter64 objects do not exist (section 4.1.2.1): GETNEXT steps over them.
 */
#include "sim/agent.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/answer.h"
#include "wire/oid.h"

int agents_new(struct agents **ret_agents, const struct agents_options *options) {
    struct agents *a = calloc(1, sizeof(*a));
    if (a == NULL) return -ENOMEM;
    a->options = *options;
    if (a->options.reply_max == 0 || a->options.reply_max > AGENT_REPLY_MAX)
        a->options.reply_max = AGENT_REPLY_MAX;
    *ret_agents = a;
    return 0;
}

void agents_free(struct agents *a) {
    if (a == NULL) return;
    overlay_deinit(&a->overlay);
    authority_free(a->authority);
    free(a);
}

struct agents_stats *agents_stats(struct agents *a) {
    return &a->stats;
}

const struct recording *agent_context(const struct device *d, struct span name) {
    for (uint32_t i = 0; i < d->context_count; i++) {
        if (span_equal(span_text(d->contexts[i].name), name)) return d->contexts[i].recording;
    }
    return NULL;
}

/* What @community may see: the device, or one of its contexts behind an '@'; NULL: nothing. */
static const struct recording *agent_view(const struct device *d, struct span community,
                                          struct span secret) {
    if (!span_starts_with(community, secret)) return NULL;
    struct span rest = span_skip(community, secret.length);
    if (rest.length == 0) return d->recording;
    return rest.bytes[0] == '@' ? agent_context(d, span_skip(rest, 1)) : NULL;
}

static bool agent_authorize(struct answer *r, struct span community) {
    const struct agents_options *o = &r->agents->options;
    const struct device *d = &o->devices->list[r->request->agent % o->devices->count];
    r->is_switch = d->is_switch;
    r->recording = agent_view(d, community, o->write_community);
    r->may_write = r->recording != NULL;
    if (r->recording == NULL) r->recording = agent_view(d, community, o->read_community);
    return r->recording != NULL;
}

/* Split the request's varbinds; false when one is malformed or there are too many. */
static bool agent_take_varbinds(struct answer *r) {
    struct ber_reader reader = BER_READER(r->in.message.pdu.varbinds);
    struct varbind varbind;
    const uint8_t *start = reader.at;
    while (varbind_next(&reader, &varbind)) {
        if (r->count == AGENT_VARBINDS_MAX) return false;
        r->asked[r->count++] = (struct asked){
            .oid = varbind.oid,
            .value = varbind.value,
            .whole = span_of(start, (size_t)(reader.at - start)),
        };
        start = reader.at;
    }
    return reader.error == 0;
}

static void answer_fail(struct answer *r, int32_t status, uint32_t index) {
    r->error_status = status;
    r->error_index = (int32_t)index + 1;
}

/* Copy an object; false when there is no room for it. */
static bool answer_put(struct answer *r, uint32_t index) {
    const struct recording *recording = r->recording;
    struct span varbind = recording_varbind(recording, index);
    size_t room = (size_t)(r->limit - r->at);
    if (r->agents->overlay.count > 0) {
        struct overlay_key key = { r->request->agent, recording->id, index };
        struct span set = overlay_get(&r->agents->overlay, key);
        if (set.length > 0) {
            if (set.length > room) return false;
            memcpy(r->at, set.bytes, set.length);
            r->at += set.length;
            r->put++;
            return true;
        }
    }
    const struct recording_mark *mark = recording->marks == NULL ? NULL : &recording->marks[index];
    if (mark == NULL || mark->live == 0) {
        if (varbind.length > room) return false;
        memcpy(r->at, varbind.bytes, varbind.length);
        r->at += varbind.length;
        r->put++;
        return true;
    }
    size_t prefix =
        (size_t)recording->entries[index].oid_offset + recording->entries[index].oid_length;
    if (room < prefix + SWITCH_VALUE_MAX + SWITCH_VALUE_SLACK) return false;
    memcpy(r->at, varbind.bytes, prefix);
    size_t value_length = switch_write(&r->live, mark, varbind.bytes[prefix], r->at + prefix);
    r->at[1] = (uint8_t)(prefix - 2 + value_length);  /* below 128: no live object's OID is long */
    r->at += prefix + value_length;
    r->put++;
    return true;
}

/* A varbind whose value is an exception of RFC 3416; false when there is no room. */
static bool answer_put_exception(struct answer *r, struct span oid, uint8_t type) {
    uint8_t buffer[FLEET_OID_BYTES_MAX + 16];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    varbind_write(&w, oid, &(struct fleet_value){ .type = type });
    struct span varbind = ber_written(&w);
    if (varbind.length > (size_t)(r->limit - r->at)) return false;
    memcpy(r->at, varbind.bytes, varbind.length);
    r->at += varbind.length;
    r->put++;
    return true;
}

static bool answer_can_see(const struct answer *r, uint32_t index) {
    return !r->is_v1 || recording_type(r->recording, index) != FLEET_COUNTER64;
}

/*
 * Is @other an instance of the object that @oid names, as far as numbers tell: below it, or beside
 * it and as long?
 */
static bool answer_is_beside(struct span oid, struct span other) {
    size_t parent = oid.length - 1;
    while (parent > 0 && (oid.bytes[parent - 1] & 0x80) != 0) parent--;
    if (span_starts_with(other, oid)) return true;
    return span_starts_with(other, span_of(oid.bytes, parent)) &&
           oid_count(other) == oid_count(oid);
}

/*
 * Which exception: whether the instance or the object is missing cannot be known without a MIB, but
 * neighbours hint at it.
 */
static uint8_t answer_missing(const struct answer *r, struct span oid) {
    uint32_t next = recording_after(r->recording, oid);
    bool beside =
        next < r->recording->count && answer_is_beside(oid, recording_oid(r->recording, next));
    beside |= next > 0 && answer_is_beside(oid, recording_oid(r->recording, next - 1));
    return beside ? FLEET_NO_SUCH_INSTANCE : FLEET_NO_SUCH_OBJECT;
}

static void answer_get(struct answer *r) {
    for (uint32_t i = 0; i < r->count && r->error_status == 0; i++) {
        uint32_t index = recording_find(r->recording, r->asked[i].oid);
        bool there = index < r->recording->count && answer_can_see(r, index), put = true;
        if (there) put = answer_put(r, index);
        else if (r->is_v1) answer_fail(r, ERROR_NO_SUCH_NAME, i);
        else put = answer_put_exception(r, r->asked[i].oid, answer_missing(r, r->asked[i].oid));
        if (!put) r->error_status = ERROR_TOO_BIG;
    }
}

/* The object that a walk gets behind @index, the loop of faulty agents included. */
static uint32_t answer_successor(const struct answer *r, uint32_t index) {
    uint32_t loop = r->request->loop_after;
    if (loop > 0 && (index + 1) % loop == 0 && index >= AGENT_LOOP_BACK)
        return index - AGENT_LOOP_BACK;
    index++;
    while (r->is_v1 && index < r->recording->count && !answer_can_see(r, index)) index++;
    return index;
}

static uint32_t answer_next(const struct answer *r, struct span oid) {
    uint32_t index = recording_find(r->recording, oid);
    if (index < r->recording->count) return answer_successor(r, index);
    index = recording_after(r->recording, oid);
    while (index < r->recording->count && !answer_can_see(r, index)) index++;
    return index;
}

/* False when there was no room. */
static bool answer_put_next(struct answer *r, uint32_t i) {
    struct asked *a = &r->asked[i];
    a->next = a->is_under_way ? answer_successor(r, a->next) : answer_next(r, a->oid);
    a->is_under_way = a->next < r->recording->count;
    if (a->is_under_way) {
        a->oid = recording_oid(r->recording, a->next);
        return answer_put(r, a->next);
    }
    if (!r->is_v1) return answer_put_exception(r, a->oid, FLEET_END_OF_MIB_VIEW);
    answer_fail(r, ERROR_NO_SUCH_NAME, i);
    return true;
}

static void answer_getnext(struct answer *r) {
    for (uint32_t i = 0; i < r->count && r->error_status == 0; i++) {
        if (!answer_put_next(r, i)) r->error_status = ERROR_TOO_BIG;
    }
}

/*
 * One column of objects that stand as they are: a run of the recording. Returns how many
 * repetitions it gave.
 */
static uint32_t answer_put_run(struct answer *r, struct asked *a, uint32_t repetitions) {
    const struct recording *recording = r->recording;
    if (recording->marks != NULL || r->agents->overlay.count > 0 || r->request->loop_after > 0)
        return 0;
    uint32_t first = answer_next(r, a->oid), left = recording->count - first;
    uint32_t count = repetitions < left ? repetitions : left;
    const struct recording_entry *e = &recording->entries[first];
    size_t room = (size_t)(r->limit - r->at);
    while (count > 0 && e[count].offset - e->offset > room) count--;
    if (count == 0) return 0;
    size_t length = e[count].offset - e->offset;
    memcpy(r->at, recording->bytes + e->offset, length);
    r->at += length;
    r->put += count;
    a->next = first + count - 1;
    a->oid = recording_oid(recording, a->next);
    a->is_under_way = true;
    return count;
}

/*
 * RFC 3416 section 4.2.3. A reply that is full ends at any varbind; repetitions end early when no
 * column has anything left.
 */
static void answer_getbulk(struct answer *r) {
    int32_t wanted = r->in.message.pdu.error_status, repetitions = r->in.message.pdu.error_index;
    uint32_t singles = wanted < 0 ? 0 : (uint32_t)wanted < r->count ? (uint32_t)wanted : r->count;
    bool room = true, more = true;
    for (uint32_t i = 0; i < singles && room; i++) room = answer_put_next(r, i);
    uint32_t done = 0, rows = repetitions < 0 ? 0 : (uint32_t)repetitions;
    if (room && r->count - singles == 1) done = answer_put_run(r, &r->asked[singles], rows);
    for (uint32_t row = done; row < rows && room && more; row++) {
        more = false;
        for (uint32_t i = singles; i < r->count && room; i++) {
            room = answer_put_next(r, i);
            more |= r->asked[i].is_under_way;
        }
    }
    if (!room && r->put == 0) r->error_status = ERROR_TOO_BIG;
}

/* Make the varbinds the request's own; false when they do not fit. */
static bool answer_echo(struct answer *r) {
    struct span varbinds = r->in.message.pdu.varbinds;
    r->at = r->start;
    if (varbinds.length > (size_t)(r->limit - r->start)) return false;
    if (varbinds.length > 0) memcpy(r->at, varbinds.bytes, varbinds.length);
    r->at += varbinds.length;
    return true;
}

/*
 * What goes out with an error: the request's varbinds, but nothing with tooBig in v2c (RFC 3416
 * section 4.2.1).
 */
static bool answer_put_error(struct answer *r) {
    bool is_too_big = r->error_status == ERROR_TOO_BIG;
    if (is_too_big) r->error_index = 0;
    r->at = r->start;
    r->agents->stats.errors++;
    return (is_too_big && !r->is_v1) || answer_echo(r);
}

/* Header in front of the varbinds, all moved to @ret_bytes; returns the length. */
static uint32_t answer_wrap(const struct answer *r, uint8_t *ret_bytes) {
    struct pdu pdu = {
        .type = PDU_RESPONSE, .request_id = r->in.message.pdu.request_id,
        .error_status = r->error_status, .error_index = r->error_index,
    };
    if (r->is_v3) return answer_wrap_v3(r, &pdu, ret_bytes);
    struct ber_writer w = { .start = ret_bytes, .at = r->start, .end = r->at };
    message_write_v2c(&w, r->community_header, &pdu);
    struct span message = ber_written(&w);
    memmove(ret_bytes, message.bytes, message.length);
    return (uint32_t)message.length;
}

static void answer_work(struct answer *r) {
    switch (r->in.message.pdu.type) {
    case PDU_GET:
        answer_get(r);
        break;
    case PDU_GETNEXT:
        answer_getnext(r);
        break;
    case PDU_GETBULK:
        answer_getbulk(r);
        break;
    default:
        answer_set(r);
        if (r->error_status == 0 && !answer_echo(r)) r->error_status = ERROR_TOO_BIG;
    }
}

/* False: not even the error fits. */
static bool answer_run(struct answer *r) {
    if (r->limit < r->start) return false;
    if (r->error_status == 0) answer_work(r);
    return r->error_status == 0 || answer_put_error(r);
}

/* Of v1 or v2c: may it be answered, and where does the reply go? False: no, and that is counted. */
static bool answer_open_community(struct answer *r, uint8_t *ret_bytes) {
    struct agents_stats *stats = &r->agents->stats;
    struct span community = r->in.message.community;
    if (community.length > MESSAGE_COMMUNITY_MAX || !agent_authorize(r, community)) {
        stats->wrong_community++;
        return false;
    }
    struct ber_reader whole = BER_READER(r->request->datagram),
                      fields = ber_enter(&whole, BER_SEQUENCE);
    r->is_v1 = r->in.message.version == MESSAGE_V1;
    r->community_header =
        span_of(fields.at, (size_t)(community.bytes + community.length - fields.at));
    r->start = r->at = ret_bytes + r->community_header.length + ANSWER_HEADERS_MAX;
    r->limit = ret_bytes + r->agents->options.reply_max;
    return true;
}

static bool agent_knows(const struct message *m) {
    uint8_t type = m->pdu.type;
    return type == PDU_GET || type == PDU_GETNEXT || type == PDU_SET ||
           (type == PDU_GETBULK && m->version != MESSAGE_V1);
}

/* Is it a request that an agent answers? Otherwise *ret_length is as agent_answer returns it. */
static bool answer_open(struct answer *r, uint8_t ret_bytes[static AGENT_BUFFER],
                        uint32_t *ret_length) {
    struct agents_stats *stats = &r->agents->stats;
    *ret_length = 0;
    if (message_decode(r->request->datagram, &r->in.message) != 0) {
        stats->malformed++;
        return false;
    }
    r->is_v3 = r->in.message.version == MESSAGE_V3;
    if (r->is_v3 && !answer_open_v3(r, ret_bytes, ret_length)) return false;
    if (!agent_knows(&r->in.message)) {
        stats->unsupported++;
        return false;
    }
    if (!r->is_v3 && !answer_open_community(r, ret_bytes)) return false;
    if (agent_take_varbinds(r)) return true;
    stats->malformed++;
    return false;
}

uint32_t agent_answer(struct agents *a, const struct agent_request *request,
                      uint8_t ret_bytes[static AGENT_BUFFER]) {
    struct answer r = { .agents = a, .request = request, .asked = a->asked };
    struct agents_stats *stats = &a->stats;
    uint32_t length;
    stats->requests++;
    if (!answer_open(&r, ret_bytes, &length)) return length;
    if (r.is_switch) {
        r.live = switch_at(a->options.seed, request->agent, request->now - a->options.started);
        r.live.service = request->service;
        r.live.now = request->now;
    }
    if (!answer_run(&r)) return 0;
    if (request->service != NULL) {
        struct span varbinds = span_of(r.start, (size_t)(r.at - r.start));
        *request->ret_objects_ns =
            r.error_status != 0 ? 0 : service_objects_ns(request->service, varbinds);
    }

    length = answer_wrap(&r, ret_bytes);
    if (request->too_big_above > 0 && length > request->too_big_above) {
        r.error_status = ERROR_TOO_BIG;
        r.put = 0;
        if (!answer_put_error(&r)) return 0;
        length = answer_wrap(&r, ret_bytes);
    }
    stats->replies++;
    stats->varbinds += r.put;
    return length;
}
