/* auth: see auth.h. */
#include "core/exchange/auth.h"

#include <errno.h>
#include <stdlib.h>

#include "snmpfleet/error.h"

enum { AUTHS_MAX = 1 << 14 }; /* with a name */

void auths_init(struct auths *auths, struct usm *usm) {
    *auths = (struct auths){ .usm = usm };
}

/* In the list, with one user. */
static struct auth *auth_add(struct auths *auths, int32_t version) {
    struct auth *a = calloc(1, sizeof(*a));
    if (a == NULL) return NULL;
    a->version = version;
    a->users = 1;
    a->next = auths->all;
    auths->all = a;
    return a;
}

static void auth_set_community(struct auth *a, struct span community) {
    a->header_length = (uint16_t)message_community_header(a->version, community, a->header);
    a->community_length = (uint16_t)community.length;
}

static int auth_get_community(struct auths *auths, int32_t version, struct span community,
                              struct auth **ret_auth) {
    for (struct auth *a = auths->all; a != NULL; a = a->next) {
        if (a->version != version || a->user != NULL) continue;
        if (!span_equal(auth_community(a), community)) continue;
        a->users++;
        *ret_auth = a;
        return 0;
    }
    struct auth *a = auth_add(auths, version);
    if (a == NULL) return -ENOMEM;
    auth_set_community(a, community);
    *ret_auth = a;
    return 0;
}

int auths_get(struct auths *auths, uint32_t number, int32_t version, const char *community,
              struct auth **ret_auth) {
    if (number == 0)
        return auth_get_community(auths, version,
                                  span_text(community != NULL ? community : "public"), ret_auth);
    if (number > auths->bound || auths->named[number - 1] == NULL) return FLEET_E_UNKNOWN;
    *ret_auth = auths->named[number - 1];
    (*ret_auth)->users++;
    return 0;
}

static void auth_wipe(struct auth *a) {
    if (a->user != NULL) usm_wipe(a->user, sizeof(*a->user));
    free(a->user);
    free(a->name);
    usm_wipe(a, sizeof(*a));
    free(a);
}

void auths_put(struct auths *auths, struct auth *a) {
    if (a == NULL || --a->users > 0) return;
    struct auth **link = &auths->all;
    while (*link != a) link = &(*link)->next;
    *link = a->next;
    if (a->number != 0) auths->named[a->number - 1] = NULL;
    auth_wipe(a);
}

static struct auth *auth_of_name(const struct auths *auths, const char *name) {
    for (struct auth *a = auths->all; a != NULL; a = a->next) {
        if (a->name != NULL && strcmp(a->name, name) == 0) return a;
    }
    return NULL;
}

/* A number that no auth has. */
static int auth_new_number(struct auths *auths, uint32_t *ret_number) {
    for (uint32_t i = 0; i < auths->bound; i++) {
        if (auths->named[i] != NULL) continue;
        *ret_number = i + 1;
        return 0;
    }
    if (auths->bound == AUTHS_MAX) return FLEET_E_FULL;
    struct auth **named = realloc(auths->named, (auths->bound + 1) * sizeof(struct auth *));
    if (named == NULL) return -ENOMEM;
    auths->named = named;
    auths->named[auths->bound++] = NULL;
    *ret_number = auths->bound;
    return 0;
}

static bool auth_is_same(const struct auth *a, const struct auth *b) {
    if (a->version != b->version) return false;
    if (a->user != NULL) return memcmp(a->user, b->user, sizeof(*a->user)) == 0;
    return span_equal(auth_community(a), auth_community(b));
}

/* What @options say, without a number. */
static int auth_make(struct auths *auths, const struct fleet_auth_options *o,
                     struct auth **ret_auth, const char **ret_why) {
    int32_t version = o->version == FLEET_V1   ? MESSAGE_V1
                      : o->version == FLEET_V3 ? MESSAGE_V3
                                               : MESSAGE_V2C;
    int error = 0;
    struct auth *a = auth_add(auths, version);
    if (a == NULL) return -ENOMEM;
    a->name = strdup(o->name);
    if (a->name == NULL) error = -ENOMEM;
    if (version != MESSAGE_V3) {
        auth_set_community(a, span_text(o->community != NULL ? o->community : "public"));
    } else if (error == 0) {
        a->user = malloc(sizeof(*a->user));
        error = a->user == NULL ? -ENOMEM : usm_user_init(a->user, auths->usm, o, ret_why);
    }
    if (error != 0) auths_put(auths, a);
    else *ret_auth = a;
    return error;
}

/* The name is no longer its own; it may be its end. */
static void auth_unname(struct auths *auths, struct auth *a) {
    free(a->name);
    a->name = NULL;
    auths_put(auths, a);
}

int auths_set(struct auths *auths, const struct fleet_auth_options *o, uint32_t *ret_auth,
              const char **ret_why) {
    const char *why = fleet_auth_check(o);
    if (ret_why == NULL) ret_why = &why;
    *ret_why = why;
    if (why != NULL) return FLEET_E_INVALID;
    struct auth *known = auth_of_name(auths, o->name), *fresh;
    int error = auth_make(auths, o, &fresh, ret_why);
    if (error != 0) return error;
    if (known != NULL && auth_is_same(known, fresh)) {
        auths_put(auths, fresh);
        *ret_auth = known->number;
        return 0;
    }
    uint32_t number;
    error = auth_new_number(auths, &number);
    if (error != 0) {
        auths_put(auths, fresh);
        return error;
    }
    fresh->number = number;
    auths->named[number - 1] = fresh;
    *ret_auth = number;
    if (known != NULL) auth_unname(auths, known);
    return 0;
}

const char *auths_name(const struct auths *auths, uint32_t auth) {
    if (auth == 0 || auth > auths->bound || auths->named[auth - 1] == NULL) return NULL;
    return auths->named[auth - 1]->name;
}

int auths_remove(struct auths *auths, uint32_t auth) {
    if (auths_name(auths, auth) == NULL) return FLEET_E_UNKNOWN;
    auth_unname(auths, auths->named[auth - 1]);
    return 0;
}

int auths_find(const struct auths *auths, const char *name, uint32_t *ret_auth) {
    const struct auth *a = auth_of_name(auths, name);
    if (a == NULL) return FLEET_E_UNKNOWN;
    *ret_auth = a->number;
    return 0;
}

void auths_deinit(struct auths *auths) {
    while (auths->all != NULL) {
        struct auth *next = auths->all->next;
        auth_wipe(auths->all);
        auths->all = next;
    }
    free(auths->named);
}
