/*
 * fuzz_message: any datagram. Whatever decodes must survive being written and decoded again: each
 * varbind by itself, and a v1 or v2c message as a whole. Also the two parts of a v3 message that
 * reach the decoder by other ways: security parameters and a decrypted scoped PDU. And what is told
 * of it is text, whatever it holds.
 */
#include "snmpfleet/mib.h"
#include "wire/message.h"
#include "wire/oid.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static bool values_equal(const struct fleet_value *a, const struct fleet_value *b) {
    if (a->type != b->type || a->length != b->length) return false;
    switch (a->type) {
    case FLEET_OCTET_STRING:
    case FLEET_OBJECT_IDENTIFIER:
    case FLEET_IP_ADDRESS:
    case FLEET_OPAQUE:
        return span_equal(span_of(a->bytes, a->length), span_of(b->bytes, b->length));
    default:
        return a->counter == b->counter;
    }
}

static void check_oid(struct span oid) {
    char text[FLEET_OID_TEXT_MAX];
    uint8_t again[FLEET_OID_BYTES_MAX];
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    require(oid.length > 0 && oid.length <= FLEET_OID_BYTES_MAX && ber_oid_is_valid(oid));
    size_t count = oid_to_numbers(oid, numbers, FLEET_OID_SUBIDS_MAX);
    require(count == oid_count(oid) + 1);
    size_t length = oid_format(oid, text);
    require(length <= FLEET_OID_TEXT_MAX);
    int parsed = oid_parse(span_of(text, length), again);
    require(parsed > 0 && oid_compare(oid, span_of(again, (size_t)parsed)) == 0);
    require(oid_from_numbers(numbers, count, again) == parsed);
}

static void check_varbind(const struct varbind *varbind, uint8_t *buffer, size_t buffer_size) {
    check_oid(varbind->oid);
    if (varbind->value.type == FLEET_OBJECT_IDENTIFIER)
        check_oid(span_of(varbind->value.bytes, varbind->value.length));
    struct ber_writer w = BER_WRITER(buffer, buffer_size);
    varbind_write(&w, varbind->oid, &varbind->value);
    require(w.error == 0);
    struct ber_reader r = BER_READER(ber_written(&w));
    struct varbind again;
    require(varbind_next(&r, &again));
    require(span_equal(varbind->oid, again.oid) && values_equal(&varbind->value, &again.value));
    require((r.lenient & ~(uint32_t)BER_LENIENT_ADDRESS) == 0);
    require(!varbind_next(&r, &again) && r.error == 0);
}

static void check_pdu(const struct pdu *pdu, uint8_t *buffer, size_t buffer_size) {
    struct ber_reader r = BER_READER(pdu->varbinds);
    struct varbind varbind;
    const uint8_t *before = r.at;
    while (varbind_next(&r, &varbind)) {
        require(r.at > before && r.at <= pdu->varbinds.bytes + pdu->varbinds.length);
        before = r.at;
        check_varbind(&varbind, buffer, buffer_size);
    }
    require(r.error != 0 || r.at == r.end);
    require(!varbind_next(&r, &varbind));
}

static void check_community_message(const struct message *message, uint8_t *buffer,
                                    size_t buffer_size) {
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(message->version, message->community, header);
    require((header_length == 0) == (message->community.length > MESSAGE_COMMUNITY_MAX));
    if (header_length == 0) return;
    struct ber_writer w = BER_WRITER(buffer, buffer_size);
    ber_write_bytes(&w, message->pdu.varbinds);
    message_write_v2c(&w, span_of(header, header_length), &message->pdu);
    require(w.error == 0);
    struct message again;
    require(message_decode(ber_written(&w), &again) == 0);
    require(again.version == message->version && span_equal(again.community, message->community));
    const struct pdu *a = &message->pdu, *b = &again.pdu;
    require(a->type == b->type && a->request_id == b->request_id);
    require(a->error_status == b->error_status && a->error_index == b->error_index);
    require(span_equal(a->varbinds, b->varbinds));
    require(span_equal(a->trap.enterprise, b->trap.enterprise));
    require(span_equal(a->trap.agent_address, b->trap.agent_address));
    require(a->trap.generic == b->trap.generic && a->trap.specific == b->trap.specific);
    require(a->trap.timestamp == b->trap.timestamp);
}

static void check_text(const uint8_t *data, size_t size) {
    static struct fleet_mib *mib;
    const struct fleet_mib_options built_in = { .from = FLEET_MIB_BUILT_IN };
    if (mib == NULL) require(fleet_mib_new(&mib, &built_in) == 0);
    char text[512];
    size_t length = fleet_mib_message_text(mib, data, size, NULL, text, sizeof(text));
    require(length > 0 && strlen(text) == (length < sizeof(text) ? length : sizeof(text) - 1));
    for (const char *c = text; *c != '\0'; c++)
        require(*c == '\n' || *c == '\t' || *c == '\r' || (*c >= ' ' && *c < 0x7f));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_text(data, size);
    uint8_t *copy = malloc(size > 0 ? size : 1);  /* in which padding may be taken out */
    require(copy != NULL);
    if (size > 0) memcpy(copy, data, size);
    struct span datagram = span_of(copy, size);
    size_t buffer_size = size + 1024;
    uint8_t *buffer = malloc(buffer_size);
    require(buffer != NULL);

    struct message message;
    if (message_decode(datagram, &message) == 0) {
        struct usm_parameters usm;
        if (message.version == MESSAGE_V3)
            usm_parameters_decode(message.v3.security_parameters, &usm);
        else check_community_message(&message, buffer, buffer_size);
        if (message.pdu.type != 0) check_pdu(&message.pdu, buffer, buffer_size);
    }
    struct message scoped = { .version = MESSAGE_V3 };
    if (message_decode_scoped(datagram, &scoped) == 0) check_pdu(&scoped.pdu, buffer, buffer_size);
    struct usm_parameters usm;
    usm_parameters_decode(datagram, &usm);
    free(buffer);
    free(copy);
    return 0;
}
