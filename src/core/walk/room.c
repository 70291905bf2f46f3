/* room: see room.h. */
#include "core/walk/room.h"

#include "core/exchange/security.h"
#include "core/walk/walk_state.h"

enum {
    V2C_BYTES = 32,     /* of a message around its variable bindings, without the community; */
    V3_BYTES = 180,     /* of one of version 3, without contexts and the user's name */
};

uint32_t room_of_request(const struct peer *p, const struct scope *scope) {
    const struct auth *auth = p->auth;
    const struct security *s = p->security;
    size_t suffix = scope != NULL ? scope->suffix.length : 0;
    size_t context = scope != NULL ? scope->v3_context.length : 0;
    size_t around = V2C_BYTES + auth->community_length + suffix;
    if (s != NULL)
        around = V3_BYTES + security_context(s).length + context + auth->user->name_length;
    size_t most = WALK_REQUEST_BYTES - WALK_REQUEST_SMALL;
    return (uint32_t)(WALK_REQUEST_BYTES - (around < most ? around : most));
}
