/*
 * owner: who asks. A poll is one; a single operation or an inform would be another. The exchange
 * knows of an owner what stands here, and nothing else.
 *
 * An owner embeds a `struct owner` and asks by exchange_ask with an intent, a number that only the
 * owner understands. It is told back through four functions. In `answered` and `ended` the request
 * is gone already, and the owner may ask again, or go away itself.
 */
#pragma once

#include "base/list.h"
#include "base/moment.h"
#include "snmpfleet/sink.h"
#include "wire/message.h"

struct owner;
struct peer;

/* The context of a question (RFC 3411 section 3.3.1), where it is not the peer's own. */
struct scope {
    struct span v3_context;   /* contextName */
    struct span v3_engine;    /* contextEngineID; empty: the auth's, or the engine's own */
    struct span suffix;       /* behind the community, for v1 and v2c: "@vlan" */
};

struct answer {
    const struct message *message;   /* its PDU is the answer; borrowed */
    const struct address *from;      /* borrowed */
    size_t size;                     /* octets of its datagram */
    uint64_t sent_ns;                /* moment at which what it answers was sent; 0: not known */
    uint64_t arrived_ns;             /* moment at which it came */
};

/* Why an attempt is given up. */
enum owner_loss {
    OWNER_LOSS_SILENCE,      /* no answer in time */
    OWNER_LOSS_TOO_LARGE,    /* it was not sent: it is larger than the path takes */
};

struct owner_ops {
    /*
     * Write what @intent asks now: type and header fields of the PDU, and the variable bindings in
     * front of what is in @w. A retry is the same call again, and may ask for less.
     */
    void (*write)(const struct owner *o, uint32_t intent, struct pdu *pdu, struct ber_writer *w);
    /* The agent's answer, authentic. */
    void (*answered)(struct owner *o, uint32_t intent, const struct answer *answer,
                     struct moment at);
    /* An attempt was lost; the next one follows, and should ask for less. */
    void (*lost)(struct owner *o, uint32_t intent, enum owner_loss cause);
    /* It is over without an answer. @detail: what exactly, or NULL; borrowed. */
    void (*ended)(struct owner *o, uint32_t intent, enum fleet_reason reason, const char *detail,
                  struct moment at);
};

enum { TALLY_NOTE_BYTES = 128 };

/* What became of an owner's requests so far. */
struct tally {
    uint32_t sent, retries;
    uint64_t octets_sent, octets_received;  /* of requests; of answers that were believed */
    uint64_t first_sent_ns; /* moment of the first request; 0: none yet */
    uint32_t answers;       /* authentic answers */
    uint32_t reports;       /* Reports, believed or not */
    uint32_t discoveries;   /* those of them to a question for the engine ID */
    uint32_t disbelieved;   /* other datagrams under the id of a request: not believed */
    uint8_t noted;          /* enum fleet_reason: what a time-out is put down to; OK: to silence */
    char note[TALLY_NOTE_BYTES];  /* what was seen; "": nothing */
};

struct owner {
    const struct owner_ops *ops;
    struct peer *peer;
    uint64_t timeout_ns;    /* longest wait for one attempt; 0: the peer's */
    bool takes_many;        /* every answer counts, from any address, until timeout_ns is over */
    struct list requests;   /* those that are open */
    struct tally tally;
};

void owner_init(struct owner *o, const struct owner_ops *ops, struct peer *peer);

/*
 * Something that is no answer came: what a time-out of this owner will be put down to. Silence
 * (FLEET_REASON_TIMEOUT) explains least: it does not replace another reason.
 */
void owner_note(struct owner *o, enum fleet_reason reason, const char *text);
