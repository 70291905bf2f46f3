/*
 * discover: what a Report means (RFC 3414 sections 3.2 and 4), as a verdict that the exchange
 * carries out.
 *
 * Discovery is no step of its own: a request to a peer whose engine is not known, or is in doubt,
 * goes out as an empty question for the engine ID, with its time-outs, retries and place in the
 * window, and when the Report has come it goes out again as what it was meant to be. The time is
 * learnt alike: the request carries the best guess, and an authentic notInTimeWindows Report sets
 * the clock. So thousands of discoveries are under way at once, and none holds up another.
 *
 * A Report that is not authenticated can be forged. It never changes what is known: a claim that
 * the engine is another one leads to the question which one, or to another guess where there was
 * but a guess; any other claim is noted, its attempt is given up early, and when a second attempt
 * is answered alike, the request ends with it.
 */
#pragma once

#include "core/exchange/security.h"
#include "snmpfleet/sink.h"

/*
 * Write the question for the engine ID under @id. @user NULL: as nobody, which MikroTik's agents
 * want; some others are silent to nobody.
 */
bool discover_write(const struct usm_user *user, int32_t id, struct ber_writer *w);

/* What is to be done. */
enum discover_step {
    DISCOVER_MALFORMED,   /* nothing: no proper engine ID where one was asked for */
    DISCOVER_ADOPT,       /* the engine is the one that the claim names; ask again */
    DISCOVER_SUSPECT,     /* the engine is in doubt; ask again */
    DISCOVER_CONTRADICTED,  /* it denies the ID that it has just given: in doubt, but no more
                               than that */
    DISCOVER_REFUSE,      /* another engine than the pinned one */
    DISCOVER_RESYNC,      /* the clock is what the claim says; ask again */
    DISCOVER_UNPROVEN_TIME,  /* nothing: a claim about the time needs authentication */
    DISCOVER_GIVE_UP,     /* the request ends for the reason that the Report gives */
    DISCOVER_DOUBT,       /* a claim that nothing proves: noted, its attempt given up early */
};

struct discover_verdict {
    enum discover_step step;
    enum fleet_reason reason;   /* what the Report says */
    const char *text;           /* the same in words; static storage */
};

/* What is known of the request that the Report answers. */
struct discover_question {
    bool is_discovery;          /* its last attempt asked for the engine ID */
    bool may_adopt;             /* it was not asked anew too often already */
    bool was_asked_anew;        /* because of another engine */
    bool has_auth;              /* its user authenticates */
};

struct discover_verdict discover_judge(const struct security *s, const struct message *m,
                                       const struct security_claim *claim,
                                       struct discover_question question);

enum { DISCOVER_HEX_BYTES = 2 * FLEET_ENGINE_ID_MAX + 1 };

/* An engine ID in hexadecimal. */
void discover_format_engine_id(struct span engine_id, char text[static DISCOVER_HEX_BYTES]);
