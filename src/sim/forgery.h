/*
 * forgery: what agents with faults, or somebody in their place, make of a message of SNMPv3 that
 * such an agent sends. Messages of other versions are left alone.
 */
#pragma once

#include "base/prng.h"
#include "base/span.h"

enum { FORGERY_REPORT_MAX = 512 };

/* Make the digest of @message, of @length octets, wrong. False: it has none. */
bool forgery_spoil_digest(uint8_t *message, size_t length);

/*
 * A Report usmStatsNotInTimeWindows as if in answer to what @message answers: of its engine, with
 * its msgID and user, but unauthenticated, with boots and time made up. Returns the length, or 0.
 */
size_t forgery_report(struct span message, struct prng *prng,
                      uint8_t ret_bytes[static FORGERY_REPORT_MAX]);

/* @message under the ID of another engine, in as many octets; false: it cannot be. */
bool forgery_engine(struct span message, uint8_t *ret_bytes);
