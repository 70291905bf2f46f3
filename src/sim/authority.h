/*
 * authority: simulated agents as authoritative engines of SNMPv3: what an incoming message means
 * (RFC 3414 section 3.2) and how an answer is wrapped (section 3.1). PDUs are none of its business.
 *
 * One for all agents: it has the users' master keys, made when a user is first seen, and remembers
 * localized ones in a table of fixed size, a few places an agent. A user whose protocols OpenSSL
 * lacks is there but supports no level.
 */
#pragma once

#include "sim/agent_engine.h"
#include "sim/users.h"
#include "usm/user.h"
#include "wire/message.h"

/* Why a message is answered by a Report (RFC 3414 section 3.2, RFC 3412 sections 4.2, 7.2). */
enum authority_report {
    REPORT_UNSUPPORTED_LEVELS,
    REPORT_NOT_IN_TIME_WINDOWS,
    REPORT_UNKNOWN_USER_NAMES,
    REPORT_UNKNOWN_ENGINE_IDS,
    REPORT_WRONG_DIGESTS,
    REPORT_DECRYPTION_ERRORS,
    REPORT_UNKNOWN_CONTEXTS,
    REPORT_UNKNOWN_PDU_HANDLERS,
    AUTHORITY_REPORTS,
};

/* What else becomes of it. */
enum { AUTHORITY_ACCEPTED = AUTHORITY_REPORTS, AUTHORITY_MALFORMED, AUTHORITY_UNABLE };

/* The counter's name in its MIB, and the contents of its instance's OID. */
struct authority_counter {
    const char *name;
    uint8_t oid_length, oid[12];
};
extern const struct authority_counter authority_counters[AUTHORITY_REPORTS];

struct authority;

/* For @agents agents; @users is borrowed. 0, -ENOMEM or -EIO. */
int authority_new(struct authority **ret_security, const struct users *users, uint32_t agents);
void authority_free(struct authority *s);

/* A message as far as it is understood: what its answer is made of (securityStateReference). */
struct incoming {
    struct message message;        /* spans into the datagram, or into the struct authority */
    struct usm_parameters usm;
    struct agent_engine engine;          /* the agent's, now */
    const struct usm_user *user;   /* NULL: unknown */
    const struct usm_keys *keys;   /* set when its digest was looked at */
    uint8_t level;                 /* MESSAGE_FLAG_AUTH and _PRIV of it */
};

/*
 * Take the v3 message that @datagram was decoded to for @agent; in->message and in->engine are set,
 * the rest of @in is filled in and good until the next call. A scoped PDU that was encrypted is
 * decoded into in->message. Returns AUTHORITY_ACCEPTED; an enum authority_report;
 * AUTHORITY_MALFORMED; AUTHORITY_UNABLE: another security model, or out of memory.
 */
int authority_accept(struct authority *s, uint32_t agent, struct span datagram,
                     struct incoming *in);

/* Most octets of an answer besides its varbinds, context name and padding. */
enum { AUTHORITY_HEADERS_MAX = 208 };

/*
 * Make the whole message, with @pdu and its header, in front of the varbinds in @w; at the level
 * @level, no higher than that of @in. Behind w->end there is room for USM_PADDING_MAX octets more.
 * The message is ber_written(w) then.
 */
void authority_wrap(struct authority *s, const struct incoming *in, uint8_t level,
                   struct span context_name, const struct pdu *pdu, struct ber_writer *w);
