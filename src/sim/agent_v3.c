/*
 * agent_v3: what of an SNMPv3 message stands between security and PDU: the engine's state, contexts
 * (RFC 3412 section 7.2, RFC 3413 section 3.2), access, Reports.
 */
#include "sim/answer.h"

/* Room for any Report. */
enum { REPORT_BYTES = 512 };

/* RFC 3412 section 7.1: an answer may be this long. */
static uint32_t answer_bytes_max(const struct answer *r) {
    uint32_t own = r->agents->options.reply_max, theirs = (uint32_t)r->in.message.v3.max_size;
    return own < theirs ? own : theirs;
}

/* The Report's level: with the keys at hand what says the time is authentic. */
static uint8_t answer_report_level(const struct answer *r, int report) {
    switch (report) {
    case REPORT_NOT_IN_TIME_WINDOWS: return MESSAGE_FLAG_AUTH; /* RFC 3414 section 3.2 step 7a */
    case REPORT_UNKNOWN_CONTEXTS:
    case REPORT_UNKNOWN_PDU_HANDLERS: return r->in.level;
    default: return 0;
    }
}

/* RFC 3412 section 7.1 step 3; a request-id that cannot be read is 0. */
static uint32_t answer_report(struct answer *r, int report,
                              uint8_t ret_bytes[static REPORT_BYTES]) {
    const struct message *m = &r->in.message;
    uint64_t count = ++r->agents->stats.reports[report];
    if ((m->v3.flags & MESSAGE_FLAG_REPORTABLE) == 0) return 0;
    const struct authority_counter *counter = &authority_counters[report];
    struct fleet_value value = { .type = FLEET_COUNTER32, .counter = (uint32_t)count };
    struct pdu pdu = { .type = PDU_REPORT, .request_id = m->pdu.request_id };
    struct ber_writer w = BER_WRITER(ret_bytes, REPORT_BYTES - USM_PADDING_MAX);
    varbind_write(&w, span_of(counter->oid, counter->oid_length), &value);
    authority_wrap(r->agents->authority, &r->in, answer_report_level(r, report), SPAN_NULL, &pdu,
                   &w);
    struct span message = ber_written(&w);
    if (message.length > 0) memmove(ret_bytes, message.bytes, message.length);
    return (uint32_t)message.length;
}

/* Who is asked, and may it be? Sets what the answer needs; returns as authority_accept. */
static int answer_view_v3(struct answer *r, uint8_t *ret_bytes) {
    const struct agents_options *o = &r->agents->options;
    const struct device *d = &o->devices->list[r->request->agent % o->devices->count];
    const struct message *m = &r->in.message;
    struct span engine_id = span_of(r->in.engine.id, sizeof(r->in.engine.id));
    if (!span_equal(m->v3.context_engine_id, engine_id)) return REPORT_UNKNOWN_PDU_HANDLERS;
    struct span name = m->v3.context_name;
    r->recording = name.length == 0 ? d->recording : agent_context(d, name);
    if (r->recording == NULL) return REPORT_UNKNOWN_CONTEXTS;
    r->is_switch = d->is_switch;
    r->may_write = true;
    if (r->in.level != r->in.user->flags) r->error_status = ERROR_AUTHORIZATION_ERROR;
    r->start = r->at = ret_bytes + AUTHORITY_HEADERS_MAX + name.length;
    r->limit = ret_bytes + answer_bytes_max(r) - USM_PADDING_MAX;
    return AUTHORITY_ACCEPTED;
}

bool answer_open_v3(struct answer *r, uint8_t ret_bytes[static AGENT_BUFFER],
                    uint32_t *ret_length) {
    struct agents *a = r->agents;
    const struct agents_options *o = &a->options;
    const struct agent_request *request = r->request;
    a->stats.v3++;
    if (a->authority == NULL && o->users != NULL) authority_new(&a->authority, o->users, o->count);
    if (a->authority == NULL) {
        a->stats.unsupported++;
        return false;
    }
    r->in.engine =
        agent_engine_at(o->seed, request->agent, request->now - o->started, &request->engine);
    int outcome = authority_accept(a->authority, request->agent, request->datagram, &r->in);
    if (outcome == AUTHORITY_ACCEPTED) outcome = answer_view_v3(r, ret_bytes);
    if (outcome == AUTHORITY_ACCEPTED) return true;
    if (outcome < AUTHORITY_REPORTS) *ret_length = answer_report(r, outcome, ret_bytes);
    else if (outcome == AUTHORITY_MALFORMED) a->stats.malformed++;
    else a->stats.unsupported++;
    return false;
}

uint32_t answer_wrap_v3(const struct answer *r, const struct pdu *pdu, uint8_t *ret_bytes) {
    struct ber_writer w = { .start = ret_bytes, .at = r->start, .end = r->at };
    authority_wrap(r->agents->authority, &r->in, r->in.level, r->in.message.v3.context_name, pdu,
                   &w);
    struct span message = ber_written(&w);
    memmove(ret_bytes, message.bytes, message.length);
    return (uint32_t)message.length;
}
