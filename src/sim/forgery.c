/* forgery: see forgery.h. */
#include "sim/forgery.h"

#include "sim/authority.h"

static bool forgery_decode(struct span bytes, struct message *message, struct usm_parameters *usm) {
    return message_decode(bytes, message) == 0 && message->version == MESSAGE_V3 &&
           usm_parameters_decode(message->v3.security_parameters, usm) == 0;
}

bool forgery_spoil_digest(uint8_t *bytes, size_t length) {
    struct message message;
    struct usm_parameters usm;
    if (!forgery_decode(span_of(bytes, length), &message, &usm) || usm.auth_parameters.length == 0)
        return false;
    bytes[usm.auth_parameters.bytes - bytes] ^= 1;
    return true;
}

size_t forgery_report(struct span bytes, struct prng *prng,
                      uint8_t ret_bytes[static FORGERY_REPORT_MAX]) {
    const struct authority_counter *counter = &authority_counters[REPORT_NOT_IN_TIME_WINDOWS];
    struct message message;
    struct usm_parameters usm;
    if (!forgery_decode(bytes, &message, &usm)) return 0;
    struct fleet_value value = { .type = FLEET_COUNTER32, .counter = 1 };
    struct pdu pdu = { .type = PDU_REPORT, .request_id = message.pdu.request_id };
    struct message_v3_header header = { message.v3.id, message.v3.max_size, 0 };
    usm.engine_boots = (int32_t)prng_below(prng, INT32_MAX);
    usm.engine_time = (int32_t)prng_below(prng, INT32_MAX);
    usm.auth_parameters = usm.priv_parameters = SPAN_NULL;
    struct ber_writer w = BER_WRITER(ret_bytes, FORGERY_REPORT_MAX);
    varbind_write(&w, span_of(counter->oid, counter->oid_length), &value);
    message_write_scoped(&w, usm.engine_id, SPAN_NULL, &pdu);
    message_write_v3(&w, &header, &usm);
    struct span written = ber_written(&w);
    if (written.length > 0) memmove(ret_bytes, written.bytes, written.length);
    return written.length;
}

/* An octet that says nothing about which agent it is, so that no other agent has this ID. */
static void forgery_rename(struct span id, struct span bytes, uint8_t *ret_bytes) {
    if (id.length == ENGINE_ID_LENGTH) ret_bytes[id.bytes + 5 - bytes.bytes] ^= 0xff;
}

bool forgery_engine(struct span bytes, uint8_t *ret_bytes) {
    struct message message;
    struct usm_parameters usm;
    if (!forgery_decode(bytes, &message, &usm) || usm.engine_id.length != ENGINE_ID_LENGTH)
        return false;
    memcpy(ret_bytes, bytes.bytes, bytes.length);
    forgery_rename(usm.engine_id, bytes, ret_bytes);
    forgery_rename(message.v3.context_engine_id, bytes, ret_bytes);
    return true;
}
