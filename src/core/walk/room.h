/*
 * room: octets that a request to a peer has for its variable bindings, beside all that stands
 * around them, so that its message is at most WALK_REQUEST_BYTES long.
 */
#pragma once

#include "core/exchange/owner.h"
#include "core/exchange/peer.h"

/* @scope: the context of the request; NULL: the peer's own. */
uint32_t room_of_request(const struct peer *p, const struct scope *scope);
