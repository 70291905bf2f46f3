/* walk_answer: what a reply says. */
#pragma once

#include "core/walk/walk_state.h"

/* A reply of @g without an error-status, or with one. */
void walk_take_reply(struct walk *w, uint16_t g, const struct pdu *pdu, size_t size,
                     int64_t time_ns, struct walk_sink *sink);
void walk_take_error(struct walk *w, uint16_t g, const struct pdu *pdu);
