/*
 * message: the wrapping of a PDU.
 *
 * v1 and v2c: version, community, PDU (RFC 1157 section 4, RFC 1901). v3: version, header, security
 * parameters, scoped PDU, the latter in clear or as one encrypted octet string (RFC 3412 section
 * 6). All PDUs but the Trap of v1 have one shape, three integers and the varbind list (RFC 3416
 * section 3); GetBulk only names the second and third otherwise.
 *
 * What the community or the version should have been is not decided here: the caller matches.
 * Refused is only what cannot be given a meaning: an unknown version, msgFlags that are not one
 * octet or claim privacy without authentication (RFC 3412 section 7.2), a v1 Trap in any other
 * version.
 */
#include "wire/message.h"

#include <assert.h>

static void message_decode_trap_v1(struct ber_reader *fields, struct pdu *pdu);
static void message_decode_pdu(struct ber_reader *r, struct message *message);
static void message_decode_scoped_in(struct ber_reader *r, struct message *message);
static void message_decode_v3(struct ber_reader *r, struct message *message);

/*
 * The contents of the element at @at when it has @tag, a length in its shortest form, and ends
 * exactly at @end; otherwise NULL.
 */
static inline const uint8_t *message_plain_contents(const uint8_t *at, const uint8_t *end,
                                                    uint8_t tag) {
    if (end - at < 4 || at[0] != tag) return NULL;
    size_t left = (size_t)(end - at);
    if (at[1] < 0x80) return left == at[1] + 2u ? at + 2 : NULL;
    if (at[1] == 0x81) return at[2] >= 0x80 && left == at[2] + 3u ? at + 3 : NULL;
    if (at[1] == 0x82) return at[2] > 0 && left == (size_t)(at[2] << 8 | at[3]) + 4 ? at + 4 : NULL;
    return NULL;
}

/*
 * A v1 or v2c message as nearly all are: shortest lengths, a request-id of four octets, small error
 * fields, nothing behind. False says nothing: the reader finds out what it is.
 */
static bool message_decode_plain(struct span datagram, struct message *ret_message) {
    const uint8_t *end = datagram.bytes + datagram.length;
    const uint8_t *at =
        datagram.length == 0 ? NULL : message_plain_contents(datagram.bytes, end, BER_SEQUENCE);
    if (at == NULL || end - at < 5) return false;
    if (at[0] != BER_INTEGER || at[1] != 1 || at[2] > MESSAGE_V2C || at[3] != BER_OCTET_STRING ||
        at[4] > 0x7f)
        return false;
    const uint8_t *pdu = at + 5 + at[4];
    if (end - pdu < 2 || pdu[0] == PDU_TRAP_V1 || pdu[0] < PDU_GET || pdu[0] > PDU_REPORT)
        return false;
    const uint8_t *id = message_plain_contents(pdu, end, pdu[0]);
    if (id == NULL || end - id < 12 || id[0] != BER_INTEGER || id[1] != 4) return false;
    if (id[6] != BER_INTEGER || id[7] != 1 || id[9] != BER_INTEGER || id[10] != 1) return false;
    uint32_t number = (uint32_t)id[2] << 24 | (uint32_t)id[3] << 16 | (uint32_t)id[4] << 8 | id[5];
    if (number >> 23 == 0 || number >> 23 == 0x1ff) return false;
    const uint8_t *varbinds = message_plain_contents(id + 12, end, BER_SEQUENCE);
    if (varbinds == NULL) return false;
    *ret_message = (struct message){
        .version = at[2],
        .community = span_of(at + 5, at[4]),
        .pdu = { .type = pdu[0],
                 .request_id = (int32_t)number,
                 .error_status = (int8_t)id[8],
                 .error_index = (int8_t)id[11],
                 .varbinds = span_of(varbinds, (size_t)(end - varbinds)) },
    };
    return true;
}

uint32_t message_glance_id(struct span datagram) {
    const uint8_t *at = datagram.bytes;
    if (datagram.length < 24) return 0;
    at += at[1] < 0x80 ? 2 : (at[1] & 3) + 2;     /* SEQUENCE */
    if (at[2] == MESSAGE_V3) {                     /* msgGlobalData, msgID */
        if (at[3] != BER_SEQUENCE || at[5] != BER_INTEGER || at[6] != 4) return 0;
        return (uint32_t)at[7] << 24 | (uint32_t)at[8] << 16 | (uint32_t)at[9] << 8 | at[10];
    }
    size_t community = at[4];                      /* behind INTEGER version and the tag of the
                                                      community */
    if (community > datagram.length - 24) return 0;
    at += 5 + community;
    at += at[1] < 0x80 ? 2 : (at[1] & 3) + 2;     /* PDU */
    if (at[0] != BER_INTEGER || at[1] != 4) return 0;
    return (uint32_t)at[2] << 24 | (uint32_t)at[3] << 16 | (uint32_t)at[4] << 8 | at[5];
}

int message_decode(struct span datagram, struct message *ret_message) {
    if (message_decode_plain(datagram, ret_message)) return 0;
    struct ber_reader r = BER_READER(datagram);
    struct ber_reader fields = ber_enter(&r, BER_SEQUENCE);
    *ret_message = (struct message){ .version = ber_read_int32(&fields) };
    switch (ret_message->version) {
    case MESSAGE_V1:
    case MESSAGE_V2C:
        ret_message->community = ber_read(&fields, BER_OCTET_STRING);
        message_decode_pdu(&fields, ret_message);
        break;
    case MESSAGE_V3:
        message_decode_v3(&fields, ret_message);
        break;
    default:
        ber_fail(&fields, BER_BAD_VALUE);
    }
    ber_leave(&r, &fields);
    if (r.at < r.end) r.lenient |= BER_LENIENT_TRAILING;
    ret_message->lenient = r.lenient;
    return r.error;
}

static void message_decode_v3(struct ber_reader *r, struct message *message) {
    struct ber_reader header = ber_enter(r, BER_SEQUENCE);
    message->v3.id = ber_read_int32(&header);
    message->v3.max_size = ber_read_int32(&header);
    struct span flags = ber_read(&header, BER_OCTET_STRING);
    if (header.error == 0 && flags.length != 1) ber_fail(&header, BER_BAD_VALUE);
    if (header.error == 0) message->v3.flags = flags.bytes[0];
    message->v3.security_model = ber_read_int32(&header);
    bool auth = (message->v3.flags & MESSAGE_FLAG_AUTH) != 0;
    bool priv = (message->v3.flags & MESSAGE_FLAG_PRIV) != 0;
    if (priv && !auth) ber_fail(&header, BER_BAD_VALUE);
    ber_leave(r, &header);

    message->v3.security_parameters = ber_read(r, BER_OCTET_STRING);
    if (priv) message->v3.encrypted = ber_read(r, BER_OCTET_STRING);
    else message_decode_scoped_in(r, message);
}

/*
 * What follows the SEQUENCE is not noted: a block cipher's padding is there by right (RFC 3414
 * section 8.1.1.2).
 */
int message_decode_scoped(struct span scoped, struct message *message) {
    struct ber_reader r = BER_READER(scoped);
    message_decode_scoped_in(&r, message);
    message->lenient |= r.lenient;
    return r.error;
}

static void message_decode_scoped_in(struct ber_reader *r, struct message *message) {
    struct ber_reader scoped = ber_enter(r, BER_SEQUENCE);
    message->v3.context_engine_id = ber_read(&scoped, BER_OCTET_STRING);
    message->v3.context_name = ber_read(&scoped, BER_OCTET_STRING);
    message_decode_pdu(&scoped, message);
    ber_leave(r, &scoped);
}

static void message_decode_pdu(struct ber_reader *r, struct message *message) {
    uint8_t type = ber_peek(r);
    bool known = type >= PDU_GET && type <= PDU_REPORT;
    bool fits = type != PDU_TRAP_V1 || message->version == MESSAGE_V1;
    if (!(known && fits) && !ber_at_end(r)) ber_fail(r, BER_UNEXPECTED_TAG);
    struct ber_reader fields = ber_enter(r, type);
    struct pdu *pdu = &message->pdu;
    *pdu = (struct pdu){ .type = type };
    if (type == PDU_TRAP_V1) {
        message_decode_trap_v1(&fields, pdu);
    } else {
        pdu->request_id = ber_read_int32(&fields);
        pdu->error_status = ber_read_int32(&fields);
        pdu->error_index = ber_read_int32(&fields);
    }
    pdu->varbinds = ber_read(&fields, BER_SEQUENCE);
    ber_leave(r, &fields);
}

static void message_decode_trap_v1(struct ber_reader *fields, struct pdu *pdu) {
    struct span enterprise = ber_read(fields, BER_OBJECT_IDENTIFIER);
    if (fields->error == 0) pdu->trap.enterprise = ber_oid(fields, enterprise);
    struct span address = ber_read(fields, FLEET_IP_ADDRESS);
    if (fields->error == 0 && address.length != 4) fields->lenient |= BER_LENIENT_ADDRESS;
    pdu->trap.agent_address = address;
    pdu->trap.generic = ber_read_int32(fields);
    pdu->trap.specific = ber_read_int32(fields);
    struct span timestamp = ber_read(fields, FLEET_TIME_TICKS);
    if (fields->error == 0) pdu->trap.timestamp = (uint32_t)ber_unsigned(fields, timestamp, 32);
}

/* Every field of a known width: what a poller sends. */
static bool message_is_small(const struct pdu *pdu) {
    return pdu->request_id >= 1 << 23 && (uint32_t)pdu->error_status < 0x80 &&
           (uint32_t)pdu->error_index < 0x80;
}

/* PDU header in front of all that is written. */
static void message_write_pdu(struct ber_writer *w, const struct pdu *pdu) {
    ber_write_header(w, BER_SEQUENCE, w->end);
    if (pdu->type == PDU_TRAP_V1) {
        ber_write_unsigned(w, FLEET_TIME_TICKS, pdu->trap.timestamp);
        ber_write_integer(w, BER_INTEGER, pdu->trap.specific);
        ber_write_integer(w, BER_INTEGER, pdu->trap.generic);
        ber_write(w, FLEET_IP_ADDRESS, pdu->trap.agent_address);
        ber_write(w, BER_OBJECT_IDENTIFIER, pdu->trap.enterprise);
    } else if (message_is_small(pdu) && w->error == 0 && w->at - w->start >= 12) {
        uint32_t id = (uint32_t)pdu->request_id;
        const uint8_t fields[12] = {
            BER_INTEGER,
            4,
            (uint8_t)(id >> 24),
            (uint8_t)(id >> 16),
            (uint8_t)(id >> 8),
            (uint8_t)id,
            BER_INTEGER,
            1,
            (uint8_t)pdu->error_status,
            BER_INTEGER,
            1,
            (uint8_t)pdu->error_index,
        };
        w->at -= sizeof(fields);
        memcpy(w->at, fields, sizeof(fields));
    } else {
        ber_write_integer(w, BER_INTEGER, pdu->error_index);
        ber_write_integer(w, BER_INTEGER, pdu->error_status);
        ber_write_integer(w, BER_INTEGER, pdu->request_id);
    }
    ber_write_header(w, pdu->type, w->end);
}

void message_write_v2c(struct ber_writer *w, struct span community_header, const struct pdu *pdu) {
    message_write_pdu(w, pdu);
    ber_write_bytes(w, community_header);
    ber_write_header(w, BER_SEQUENCE, w->end);
}

void message_write_scoped(struct ber_writer *w, struct span context_engine_id,
                          struct span context_name, const struct pdu *pdu) {
    message_write_pdu(w, pdu);
    ber_write(w, BER_OCTET_STRING, context_name);
    ber_write(w, BER_OCTET_STRING, context_engine_id);
    ber_write_header(w, BER_SEQUENCE, w->end);
}

uint8_t *message_write_v3(struct ber_writer *w, const struct message_v3_header *header,
                          const struct usm_parameters *usm) {
    const uint8_t *mark = w->at;
    ber_write(w, BER_OCTET_STRING, usm->priv_parameters);
    ber_write(w, BER_OCTET_STRING, usm->auth_parameters);
    uint8_t *auth = w->at;
    ber_write(w, BER_OCTET_STRING, usm->user_name);
    ber_write_integer(w, BER_INTEGER, usm->engine_time);
    ber_write_integer(w, BER_INTEGER, usm->engine_boots);
    ber_write(w, BER_OCTET_STRING, usm->engine_id);
    ber_write_header(w, BER_SEQUENCE, mark);
    ber_write_header(w, BER_OCTET_STRING, mark);
    mark = w->at;
    ber_write_integer(w, BER_INTEGER, MESSAGE_SECURITY_USM);
    ber_write(w, BER_OCTET_STRING, span_of(&header->flags, 1));
    ber_write_integer(w, BER_INTEGER, header->max_size);
    ber_write_integer(w, BER_INTEGER, header->id);
    ber_write_header(w, BER_SEQUENCE, mark);
    ber_write_integer(w, BER_INTEGER, MESSAGE_V3);
    ber_write_header(w, BER_SEQUENCE, w->end);
    return w->error != 0 ? NULL : auth + 2;
}

size_t message_community_header(int32_t version, struct span community,
                                uint8_t ret_bytes[static MESSAGE_COMMUNITY_MAX + 8]) {
    assert(version == MESSAGE_V1 || version == MESSAGE_V2C);
    if (community.length > MESSAGE_COMMUNITY_MAX) return 0;
    uint8_t buffer[MESSAGE_COMMUNITY_MAX + 8];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    ber_write(&w, BER_OCTET_STRING, community);
    ber_write_integer(&w, BER_INTEGER, version);
    struct span written = ber_written(&w);
    memcpy(ret_bytes, written.bytes, written.length);
    return written.length;
}

const char *error_status_name(int32_t status) {
    static const char *const names[] = {
        "noError",           "tooBig",            "noSuchName",          "badValue",
        "readOnly",          "genErr",            "noAccess",            "wrongType",
        "wrongLength",       "wrongEncoding",     "wrongValue",          "noCreation",
        "inconsistentValue", "resourceUnavailable", "commitFailed",      "undoFailed",
        "authorizationError", "notWritable",      "inconsistentName",
    };
    if (status < 0 || (size_t)status >= sizeof(names) / sizeof(names[0])) return "unknown";
    return names[status];
}
