/*
 * message_text: what a datagram says, in lines for people.
 *
 * Communities and keys are not shown, nor octets that are encrypted.
 */
#include <stdlib.h>
#include <string.h>

#include "mib/text/put.h"
#include "snmpfleet/mib.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { TEXT_BYTES = 512 };

static void put_named(struct put *out, const char *name, int64_t number) {
    put_text(out, name);
    put_char(out, ' ');
    put_i64(out, number);
}

static void put_octets(struct put *out, const char *name, struct span octets) {
    put_text(out, name);
    if (octets.length == 0) put_text(out, " none");
    else put_char(out, ' ');
    for (size_t i = 0; i < octets.length; i++) put_hex(out, octets.bytes[i]);
}

/* In quotes; what is not printable ASCII as a dot. */
static void put_quoted(struct put *out, const char *name, struct span text) {
    put_text(out, name);
    put_text(out, " \"");
    for (size_t i = 0; i < text.length; i++) {
        uint8_t c = text.bytes[i];
        put_char(out, c >= ' ' && c < 0x7f && c != '"' ? (char)c : '.');
    }
    put_char(out, '"');
}

static const char *pdu_name(uint8_t type) {
    switch (type) {
    case PDU_GET: return "get-request";
    case PDU_GETNEXT: return "get-next-request";
    case PDU_RESPONSE: return "response";
    case PDU_SET: return "set-request";
    case PDU_TRAP_V1: return "trap";
    case PDU_GETBULK: return "get-bulk-request";
    case PDU_INFORM: return "inform-request";
    case PDU_TRAP_V2: return "snmpV2-trap";
    case PDU_REPORT: return "report";
    default: return "unknown PDU";
    }
}

/* One varbind a line; a text that is long goes through memory of its own. */
static void put_varbind(struct put *out, struct fleet_mib *mib, const struct varbind *vb,
                        const struct fleet_text_style *style) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    char room[TEXT_BYTES], *text = room;
    size_t count = oid_to_numbers(vb->oid, oid, FLEET_OID_SUBIDS_MAX);
    if (vb->value.type == FLEET_NULL) {  /* of a question: of no type that could be wrong */
        (void)fleet_mib_oid_text(mib, oid, count, style, room, sizeof(room));
        put_text(out, "  ");
        put_text(out, room);
        put_text(out, " = NULL\n");
        return;
    }
    size_t length = fleet_mib_varbind_text(mib, oid, count, &vb->value, style, room, sizeof(room));
    if (length >= sizeof(room)) {
        text = malloc(length + 1);
        if (text != NULL)
            (void)fleet_mib_varbind_text(mib, oid, count, &vb->value, style, text, length + 1);
    }
    put_text(out, "  ");
    put_text(out, text != NULL ? text : "(out of memory)");
    put_char(out, '\n');
    if (text != room) free(text);
}

static void put_pdu(struct put *out, struct fleet_mib *mib, const struct pdu *pdu,
                    const struct fleet_text_style *style) {
    put_text(out, pdu_name(pdu->type));
    if (pdu->type == PDU_TRAP_V1) {
        put_named(out, ": generic-trap", pdu->trap.generic);
        put_named(out, ", specific-trap", pdu->trap.specific);
    } else {
        bool is_bulk = pdu->type == PDU_GETBULK;
        put_named(out, ": request-id", pdu->request_id);
        put_named(out, is_bulk ? ", non-repeaters" : ", error-status", pdu->error_status);
        if (!is_bulk && pdu->error_status != 0) {
            put_text(out, " (");
            put_text(out, error_status_name(pdu->error_status));
            put_char(out, ')');
        }
        put_named(out, is_bulk ? ", max-repetitions" : ", error-index", pdu->error_index);
    }
    put_char(out, '\n');
    struct ber_reader r = BER_READER(pdu->varbinds);
    struct varbind vb;
    while (varbind_next(&r, &vb)) put_varbind(out, mib, &vb, style);
    if (r.error != 0) put_text(out, "  (varbinds that do not decode)\n");
}

static void put_v3(struct put *out, const struct message *m) {
    static const char *const levels[] = { "noAuthNoPriv", "authNoPriv", "(invalid)", "authPriv" };
    struct usm_parameters usm;
    put_named(out, "version 3: msgID", m->v3.id);
    put_named(out, ", msgMaxSize", m->v3.max_size);
    put_text(out, ", ");
    put_text(out, levels[m->v3.flags & (MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV)]);
    if ((m->v3.flags & MESSAGE_FLAG_REPORTABLE) != 0) put_text(out, ", reportable");
    put_char(out, '\n');
    if (m->v3.security_model != MESSAGE_SECURITY_USM ||
        usm_parameters_decode(m->v3.security_parameters, &usm) != 0) {
        put_named(out, "security model", m->v3.security_model);
        put_text(out, ", whose parameters are not known\n");
        return;
    }
    put_octets(out, "USM: engine ID", usm.engine_id);
    put_named(out, ", boots", usm.engine_boots);
    put_named(out, ", time", usm.engine_time);
    put_quoted(out, ", user", usm.user_name);
    put_named(out, ", octets of digest", (int64_t)usm.auth_parameters.length);
    put_named(out, ", of salt", (int64_t)usm.priv_parameters.length);
    put_char(out, '\n');
}

static void put_message(struct put *out, struct fleet_mib *mib, struct span datagram,
                        const struct fleet_text_style *style) {
    struct message m;
    if (message_decode(datagram, &m) != 0) {
        put_text(out, "no SNMP message\n");
        return;
    }
    if (m.version != MESSAGE_V3) {
        put_text(out, m.version == MESSAGE_V1 ? "version 1" : "version 2c");
        put_named(out, ": octets of community", (int64_t)m.community.length);
        put_char(out, '\n');
        put_pdu(out, mib, &m.pdu, style);
        return;
    }
    put_v3(out, &m);
    if ((m.v3.flags & MESSAGE_FLAG_PRIV) != 0) {
        put_named(out, "encrypted scoped PDU: octets", (int64_t)m.v3.encrypted.length);
        put_char(out, '\n');
        return;
    }
    put_octets(out, "scoped PDU: context engine ID", m.v3.context_engine_id);
    put_quoted(out, ", context", m.v3.context_name);
    put_char(out, '\n');
    put_pdu(out, mib, &m.pdu, style);
}

size_t fleet_mib_message_text(struct fleet_mib *mib, const uint8_t *bytes, size_t length,
                              const struct fleet_text_style *style, char *buffer, size_t size) {
    struct put out = PUT_INIT(buffer, size);
    uint8_t *copy = malloc(length + 1);  /* in which padding may be taken out */
    if (copy != NULL && length > 0) memcpy(copy, bytes, length);
    if (copy != NULL) put_message(&out, mib, span_of(copy, length), style);
    else put_text(&out, "(out of memory)\n");
    free(copy);
    return put_end(&out);
}
