/* subtree: see subtree.h. */
#include "core/operation/subtree.h"

#include <errno.h>
#include <stdlib.h>

#include "snmpfleet/error.h"
#include "wire/oid.h"

enum {
    REPETITIONS_START = 10,
    REPETITIONS_MAX = 127,      /* some agents take the count as a signed byte */
    REPETITIONS_GIVEN = 10,     /* of method getbulk, where no number was given */
    FRAME_BYTES = 1472,         /* UDP payload of an Ethernet frame over IPv4 */
};

static struct span subtree_root(const struct subtree *s) {
    return span_of(s->root, s->root_length);
}

static struct span subtree_last(const struct subtree *s) {
    return span_of(s->last, s->last_length);
}

static int subtree_set_names(struct subtree *s, const char *oid) {
    size_t prefix;
    int length = oid_parse_subtree(span_text(oid), s->last, &prefix);
    if (length < 0) return FLEET_E_OID;
    s->last_length = (uint16_t)length;
    memcpy(s->root, s->last, prefix);
    s->root_length = (uint16_t)prefix;
    if (s->options.stop == NULL) return 0;
    length = oid_parse(span_text(s->options.stop), s->stop);
    if (length <= 0) return FLEET_E_OID;
    s->stop_length = (uint16_t)length;
    s->has_stop = true;
    s->options.stop = NULL;
    return 0;
}

static uint16_t subtree_first_repetitions(const struct subtree *s, uint32_t most) {
    uint32_t given = s->options.max_repetitions;
    if (s->options.method == FLEET_WALK_GETNEXT) return 0;
    if (s->options.method == FLEET_WALK_GETBULK)
        return (uint16_t)(given != 0 ? given : REPETITIONS_GIVEN);
    return (uint16_t)(most < REPETITIONS_START ? most : REPETITIONS_START);
}

int subtree_new(const char *oid, const struct fleet_walk_options *o, uint32_t repetitions_max,
                struct subtree **ret_subtree) {
    bool is_endless = o->unordered && o->max_rows == 0 && o->max_requests == 0;
    if (o->found == NULL || is_endless || (unsigned)o->method > FLEET_WALK_GETBULK ||
        (unsigned)o->end > FLEET_END_MIB || o->max_repetitions > UINT16_MAX ||
        o->non_repeaters > INT32_MAX)
        return FLEET_E_INVALID;
    struct subtree *s = calloc(1, sizeof(*s));
    if (s == NULL) return -ENOMEM;
    s->options = *o;
    uint32_t most = o->max_repetitions != 0  ? o->max_repetitions
                    : repetitions_max != 0   ? repetitions_max
                                             : REPETITIONS_MAX;
    s->repetitions_max = (uint16_t)(most < UINT16_MAX ? most : UINT16_MAX);
    s->repetitions = subtree_first_repetitions(s, most);
    int error = subtree_set_names(s, oid);
    if (error != 0) {
        free(s);
        return error;
    }
    *ret_subtree = s;
    return 0;
}

void subtree_write(const struct subtree *s, bool is_v1, struct pdu *pdu, struct ber_writer *w) {
    bool is_bulk = s->repetitions > 0 && !is_v1;
    *pdu = (struct pdu){ .type = is_bulk ? PDU_GETBULK : PDU_GETNEXT,
                         .error_status = is_bulk ? (int32_t)s->options.non_repeaters : 0,
                         .error_index = is_bulk ? s->repetitions : 0 };
    varbind_write_null(w, subtree_last(s), SPAN_NULL);
}

void subtree_lost(struct subtree *s) {
    if (s->options.method != FLEET_WALK_AUTO) return;
    s->repetitions /= 2;
    s->repetitions_max = s->repetitions > 0 ? s->repetitions : 1;
}

bool subtree_has_room(const struct subtree *s) {
    return s->options.high_water == 0 || s->untaken < s->options.high_water;
}

static bool subtree_is_outside(const struct subtree *s, struct span name) {
    if (s->has_stop) return oid_compare(name, span_of(s->stop, s->stop_length)) >= 0;
    return s->options.end == FLEET_END_SUBTREE && !span_starts_with(name, subtree_root(s));
}

static void verdict_end(struct subtree_verdict *v, enum fleet_reason reason, const char *detail) {
    v->is_over = true;
    v->reason = reason;
    v->detail = detail;
}

/* As verdict_end, at a varbind. */
static void verdict_end_at(struct subtree_verdict *v, enum fleet_reason reason, const char *detail,
                           const struct fleet_varbind *about) {
    verdict_end(v, reason, detail);
    v->about[0] = *about;
    v->about_count = 1;
}

/* An error-status: less is asked for, or it is the end. */
static void subtree_take_error(struct subtree *s, const struct pdu *pdu,
                               const struct fleet_varbind *varbinds, size_t count,
                               struct subtree_verdict *v) {
    if (s->options.method == FLEET_WALK_AUTO && s->repetitions > 0) {
        subtree_lost(s);
        return;
    }
    /* RFC 1157 section 4.1.3: v1 says so that no name follows. */
    bool is_end = pdu->error_status == ERROR_NO_SUCH_NAME && s->is_v1;
    enum fleet_reason reason = is_end                                 ? FLEET_REASON_OK
                               : pdu->error_status == ERROR_TOO_BIG ? FLEET_REASON_TOO_BIG
                                                                      : FLEET_REASON_AGENT_ERROR;
    verdict_end(v, reason, is_end ? NULL : error_status_name(pdu->error_status));
    if (count == 0) return;
    size_t at = pdu->error_index > 0 && (size_t)pdu->error_index <= count
                    ? (size_t)pdu->error_index - 1 : 0;
    v->about[0] = varbinds[at];
    v->about_count = 1;
}

/* Does the walk go on behind @vb? Otherwise the verdict says why not. */
static bool subtree_take_varbind(struct subtree *s, const struct fleet_varbind *vb,
                                 uint8_t before[static FLEET_OID_BYTES_MAX],
                                 struct subtree_verdict *v) {
    struct span name = span_of(vb->oid, vb->oid_length);
    if (vb->value.type == FLEET_END_OF_MIB_VIEW || subtree_is_outside(s, name)) {
        verdict_end_at(v, FLEET_REASON_OK, NULL, vb);
    } else if (vb->value.type == FLEET_NO_SUCH_OBJECT || vb->value.type == FLEET_NO_SUCH_INSTANCE) {
        verdict_end_at(v, FLEET_REASON_MALFORMED, "noSuchObject or noSuchInstance in a walk", vb);
    } else if (s->options.max_rows != 0 && s->rows == s->options.max_rows) {
        verdict_end(v, FLEET_REASON_PARTIAL, "max_rows is reached");
    } else if (!s->options.unordered && oid_compare(name, subtree_last(s)) <= 0) {
        memcpy(before, s->last, s->last_length);
        verdict_end(v, FLEET_REASON_NOT_INCREASING, "a name is not above the one before it");
        v->about[0] = (struct fleet_varbind){ .oid = before, .oid_length = s->last_length };
        v->about[1] = *vb;
        v->about_count = 2;
    } else {
        memcpy(s->last, name.bytes, name.length);
        s->last_length = (uint16_t)name.length;
        s->rows++;
        s->untaken++;
        v->count++;
        return true;
    }
    return false;
}

/* Twice as many next time, where they would still fit a frame. */
static void subtree_grow(struct subtree *s, size_t count, size_t size) {
    bool is_full = s->repetitions > 0 && count >= s->repetitions;
    if (s->options.method != FLEET_WALK_AUTO || !is_full || 2 * size > FRAME_BYTES) return;
    uint32_t twice = 2u * s->repetitions;
    s->repetitions = (uint16_t)(twice < s->repetitions_max ? twice : s->repetitions_max);
}

void subtree_take(struct subtree *s, const struct pdu *pdu, const struct fleet_varbind *varbinds,
                  size_t count, bool is_garbled, size_t size,
                  uint8_t before[static FLEET_OID_BYTES_MAX],
                  struct subtree_verdict *v) {
    *v = (struct subtree_verdict){ .reason = FLEET_REASON_OK };
    s->requests++;
    if (pdu->error_status != ERROR_NO_ERROR) {
        subtree_take_error(s, pdu, varbinds, count, v);
        return;
    }
    size_t at = 0;
    while (at < count && subtree_take_varbind(s, &varbinds[at], before, v)) at++;
    if (v->is_over) return;
    if (count == 0 && !is_garbled && s->options.method == FLEET_WALK_AUTO && s->repetitions > 0) {
        s->repetitions = 0;
    } else if (count == 0 || is_garbled) {
        verdict_end(v, FLEET_REASON_MALFORMED,
                    is_garbled ? "varbinds that do not decode" : "an answer without varbinds");
    } else if (s->options.max_requests != 0 && s->requests >= s->options.max_requests) {
        verdict_end(v, FLEET_REASON_PARTIAL, "max_requests is reached");
    } else {
        subtree_grow(s, count, size);
    }
}
