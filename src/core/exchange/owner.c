/* owner: see owner.h. */
#include "core/exchange/owner.h"

#include <stdio.h>

void owner_init(struct owner *o, const struct owner_ops *ops, struct peer *peer) {
    o->ops = ops;
    o->peer = peer;
    o->timeout_ns = 0;
    o->takes_many = false;
    list_init(&o->requests);
    o->tally.sent = o->tally.retries = 0;
    o->tally.octets_sent = o->tally.octets_received = o->tally.first_sent_ns = 0;
    o->tally.answers = o->tally.reports = 0;
    o->tally.discoveries = o->tally.disbelieved = 0;
    o->tally.noted = FLEET_REASON_OK;
    o->tally.note[0] = '\0';
}

void owner_note(struct owner *o, enum fleet_reason reason, const char *text) {
    if (reason == FLEET_REASON_TIMEOUT && o->tally.noted != FLEET_REASON_OK) return;
    o->tally.noted = (uint8_t)reason;
    snprintf(o->tally.note, sizeof(o->tally.note), "%s", text);
}
