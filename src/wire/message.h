/*
 * message: an SNMP message and its PDU, decoded in place and encoded backward.
 *
 * Decoding allocates nothing: spans point into the datagram and live as long as it. The padding
 * that an OID may have is taken out of the datagram (ber_oid), which therefore is writable. A
 * varbind list is decoded one varbind at a time. v1 and v2c messages (RFC 1157, RFC 1901, RFC 3416)
 * are decoded whole; of a v3 message (RFC 3412 section 6) the header, the security parameters as a
 * span, and the scoped PDU where it is plaintext.
 */
#pragma once

#include "base/span.h"
#include "snmpfleet/value.h"
#include "wire/ber.h"

enum message_version { MESSAGE_V1 = 0, MESSAGE_V2C = 1, MESSAGE_V3 = 3 };

enum pdu_type {
    PDU_GET = 0xa0, PDU_GETNEXT = 0xa1, PDU_RESPONSE = 0xa2, PDU_SET = 0xa3, PDU_TRAP_V1 = 0xa4,
    PDU_GETBULK = 0xa5, PDU_INFORM = 0xa6, PDU_TRAP_V2 = 0xa7, PDU_REPORT = 0xa8,
};

/* RFC 3416 section 3. */
enum error_status {
    ERROR_NO_ERROR = 0,
    ERROR_TOO_BIG,
    ERROR_NO_SUCH_NAME,
    ERROR_BAD_VALUE,
    ERROR_READ_ONLY,
    ERROR_GEN_ERR,
    ERROR_NO_ACCESS,
    ERROR_WRONG_TYPE,
    ERROR_WRONG_LENGTH,
    ERROR_WRONG_ENCODING,
    ERROR_WRONG_VALUE,
    ERROR_NO_CREATION,
    ERROR_INCONSISTENT_VALUE,
    ERROR_RESOURCE_UNAVAILABLE,
    ERROR_COMMIT_FAILED,
    ERROR_UNDO_FAILED,
    ERROR_AUTHORIZATION_ERROR,
    ERROR_NOT_WRITABLE,
    ERROR_INCONSISTENT_NAME,
};

struct pdu {
    uint8_t type;             /* enum pdu_type */
    int32_t request_id;
    int32_t error_status;     /* GetBulk: non-repeaters */
    int32_t error_index;      /* GetBulk: max-repetitions */
    struct span varbinds;     /* contents of the VarBindList */
    struct {                  /* v1 Trap only (RFC 1157 section 4.1.6) */
        struct span enterprise, agent_address;
        int32_t generic, specific;
        uint32_t timestamp;
    } trap;
};

struct message {
    int32_t version;          /* enum message_version */
    struct span community;    /* v1, v2c */
    struct {                  /* v3 (RFC 3412 section 6) */
        int32_t id, max_size, security_model;
        uint8_t flags;        /* 1 auth, 2 priv, 4 reportable */
        struct span security_parameters;
        struct span encrypted;  /* contents of the encryptedPDU octet string, when flags has priv */
        struct span context_engine_id, context_name;
    } v3;
    struct pdu pdu;           /* type 0 when encrypted */
    uint32_t lenient;         /* enum ber_lenience bits */
};

enum { MESSAGE_FLAG_AUTH = 1, MESSAGE_FLAG_PRIV = 2, MESSAGE_FLAG_REPORTABLE = 4 };

enum { MESSAGE_SECURITY_USM = 3 };  /* msgSecurityModel (RFC 3411 section 6.1) */

/*
 * Decode @datagram. Returns 0, or an enum ber_error with *ret_message undefined. Varbinds are not
 * looked at: their faults show when they are read. BER_BAD_VALUE: a version that is none of the
 * three, msgFlags that are not one octet or claim privacy without authentication.
 * BER_UNEXPECTED_TAG: among others a v1 Trap in another version.
 */
int message_decode(struct span datagram, struct message *ret_message);

/*
 * The request-id of a v1 or v2c message, or the msgID of a v3 one, of the usual shape, by a glance
 * at where it stands; 0 when it is of another. It is for guesses only: nothing else of the message
 * has been looked at.
 */
uint32_t message_glance_id(struct span datagram);

/*
 * Decode a scoped PDU (contextEngineID, contextName, PDU; the SEQUENCE included) as it stands in
 * clear or after decryption, into @message; its lenience is added. Octets behind the SEQUENCE are
 * padding and not noted. @message has its version set. Returns as message_decode.
 */
int message_decode_scoped(struct span scoped, struct message *message);

/* The security parameters of USM (RFC 3414 section 2.4). */
struct usm_parameters {
    struct span engine_id;
    int32_t engine_boots, engine_time;
    struct span user_name, auth_parameters, priv_parameters;
};
int usm_parameters_decode(struct span parameters, struct usm_parameters *ret_parameters);

/*
 * Opaque-wrapped numbers of Net-SNMP are unwrapped: FLEET_OPAQUE_FLOAT, FLEET_OPAQUE_DOUBLE; both
 * unsigned 64-bit ones as FLEET_COUNTER64; the signed one as FLEET_INTEGER32, the only case in
 * which `integer` may exceed 32 bits. What they came as is told by `opaque`.
 */
struct varbind {
    struct span oid;           /* BER contents, valid, in their shortest form, never empty */
    struct fleet_value value;  /* bytes point into the datagram (an empty OID: at a constant 0.0) */
};

/*
 * The next varbind of a list; @r is BER_READER(pdu.varbinds). False at the end and at the first
 * fault (then @r->error says which, and the varbinds before it were good).
 */
bool varbind_next(struct ber_reader *r, struct varbind *ret_varbind);

/*
 * The same, but that a varbind whose name or value does not decode is given, too, and the next call
 * goes on behind it: its value is FLEET_ABSENT, its name SPAN_NULL where that does not decode.
 * False at the end, and where the list itself is broken.
 */
bool varbind_skip(struct ber_reader *r, const uint8_t *at, struct varbind *ret_varbind);
static inline bool varbind_next_or_skip(struct ber_reader *r, struct varbind *ret_varbind) {
    const uint8_t *at = r->at;
    return varbind_next(r, ret_varbind) || (r->error != 0 && varbind_skip(r, at, ret_varbind));
}

/*
 * The same when the next varbind is likely to be that of @oid, as in the answer to a GET: then its
 * name is only compared, not looked into. *ret_is_of: it is; whatever it is, *ret_varbind is as
 * varbind_next would give it.
 */
bool varbind_next_of(struct ber_reader *r, struct span oid, struct varbind *ret_varbind,
                     bool *ret_is_of);

/*
 * Write a varbind in front of what is written: its value as it stands. FLEET_ABSENT and types that
 * are none write NULL; an INTEGER beyond 32 bits goes as the Opaque-wrapped signed 64-bit integer
 * it came from, and so does what has `opaque` set.
 */
void varbind_write(struct ber_writer *w, struct span oid, const struct fleet_value *value);

/*
 * Write a varbind whose value is NULL, its OID in two parts (a column and an index, or the latter
 * empty).
 */
void varbind_write_null(struct ber_writer *w, struct span oid, struct span suffix);

/*
 * Put PDU header and message header (version, community) of a v1/v2c message in front of the
 * varbinds written since the writer was empty; the version is the one that @community_header
 * carries (the bytes of message_community_header). A request-id in [2^24, 2^31) always takes four
 * octets.
 */
void message_write_v2c(struct ber_writer *w, struct span community_header, const struct pdu *pdu);

/*
 * Put PDU header and contexts of a scoped PDU in front of the varbinds written since the writer was
 * empty (RFC 3412 section 6.8).
 */
void message_write_scoped(struct ber_writer *w, struct span context_engine_id,
                          struct span context_name, const struct pdu *pdu);

struct message_v3_header {
    int32_t id, max_size;
    uint8_t flags;            /* MESSAGE_FLAG_... */
};

/*
 * Put all that stands before msgData (a scoped PDU, or the octet string of an encrypted one) in
 * front of it, with security model USM. auth_parameters are to be zeros of the MAC's length, below
 * 128; returns where they are, or NULL after an error of the writer.
 */
uint8_t *message_write_v3(struct ber_writer *w, const struct message_v3_header *header,
                          const struct usm_parameters *usm);

/*
 * Bytes of version and community as they stand in every message of an auth; returns the length, at
 * most MESSAGE_COMMUNITY_MAX + 8, or 0 when the community is longer.
 */
enum { MESSAGE_COMMUNITY_MAX = 255 };
size_t message_community_header(int32_t version, struct span community,
                                uint8_t ret_bytes[static MESSAGE_COMMUNITY_MAX + 8]);

/*
 * "noError", "tooBig", ... as RFC 3416 names them; "error N" is never given: unknown ones are
 * "unknown".
 */
const char *error_status_name(int32_t status);
