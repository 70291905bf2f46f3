/* auth: see auth.h. */
#include "core/exchange/auth.h"

#include <errno.h>
#include <stdlib.h>

#include "base/name.h"
#include "snmpfleet/error.h"

enum { AUTHS_MAX = 1 << 14, BUCKETS_MIN = 64 };  /* with a name */

void auths_init(struct auths *auths, struct usm *usm, const struct siphash_key *key) {
    *auths = (struct auths){ .usm = usm, .key = *key };
    list_init(&auths->all);
}

static void auth_link(struct auths *auths, enum auth_table table, struct auth *a) {
    struct auth_place *place = &a->places[table];
    struct auth **head = &auths->heads[table][place->hash & auths->masks[table]];
    place->next = *head;
    place->next_at = head;
    if (*head != NULL) (*head)->places[table].next_at = &place->next;
    *head = a;
}

/* As many buckets as auths, at least. 0 or -ENOMEM. */
static int auths_grow(struct auths *auths, enum auth_table table) {
    uint32_t room = auths->heads[table] == NULL ? 0 : auths->masks[table] + 1;
    if (auths->counts[table] < room) return 0;
    uint32_t buckets = room == 0 ? BUCKETS_MIN : 2 * room;
    struct auth **heads = calloc(buckets, sizeof(struct auth *)), **old = auths->heads[table];
    if (heads == NULL) return -ENOMEM;
    auths->heads[table] = heads;
    auths->masks[table] = buckets - 1;
    for (uint32_t i = 0; i < room; i++) {
        for (struct auth *a = old[i], *next; a != NULL; a = next) {
            next = a->places[table].next;
            auth_link(auths, table, a);
        }
    }
    free(old);
    return 0;
}

static int auth_place(struct auths *auths, enum auth_table table, struct auth *a, uint64_t hash) {
    int error = auths_grow(auths, table);
    if (error != 0) return error;
    a->places[table].hash = hash;
    auth_link(auths, table, a);
    auths->counts[table]++;
    return 0;
}

static void auth_unplace(struct auths *auths, enum auth_table table, struct auth *a) {
    struct auth_place *place = &a->places[table];
    if (place->next_at == NULL) return;
    *place->next_at = place->next;
    if (place->next != NULL) place->next->places[table].next_at = place->next_at;
    place->next_at = NULL;
    auths->counts[table]--;
}

/* The first one in the bucket of @hash; NULL: none. */
static struct auth *auths_first(const struct auths *auths, enum auth_table table, uint64_t hash) {
    struct auth **heads = auths->heads[table];
    return heads == NULL ? NULL : heads[hash & auths->masks[table]];
}

static uint64_t auths_hash(const struct auths *auths, int32_t version, struct span text) {
    return siphash(&auths->key, text.bytes, text.length) + (uint64_t)version;
}

/*
 * In the list, with one user; of v1 and v2c with the community, which is not longer than allowed.
 */
static struct auth *auth_add(struct auths *auths, int32_t version, struct span community) {
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t length =
        version == MESSAGE_V3 ? 0 : message_community_header(version, community, header);
    struct auth *a = calloc(1, sizeof(*a) + length);
    if (a != NULL) {
        a->version = version;
        a->users = 1;
        a->header_length = (uint16_t)length;
        a->community_length = (uint16_t)community.length;
        if (length > 0) memcpy(a->header, header, length);
        list_push(&auths->all, &a->link);
    }
    usm_wipe(header, sizeof(header));
    return a;
}

static void auth_free(struct auths *auths, struct auth *a) {
    for (int i = 0; i < AUTH_TABLES; i++) auth_unplace(auths, (enum auth_table)i, a);
    list_remove(&a->link);
    if (a->number != 0) {
        auths->named[a->number - 1] = NULL;
        if (a->number <= auths->first_free) auths->first_free = a->number - 1;
    }
    if (a->user != NULL) usm_wipe(a->user, sizeof(*a->user));
    free(a->user);
    free(a->name);
    usm_wipe(a, sizeof(*a) + a->header_length);
    free(a);
}

void auths_put(struct auths *auths, struct auth *a) {
    if (a != NULL && --a->users == 0) auth_free(auths, a);
}

static int auth_get_community(struct auths *auths, int32_t version, struct span community,
                              struct auth **ret_auth) {
    uint64_t hash = auths_hash(auths, version, community);
    struct auth *a = auths_first(auths, AUTH_BY_CONTENT, hash);
    for (; a != NULL; a = a->places[AUTH_BY_CONTENT].next) {
        if (a->version != version || !span_equal(auth_community(a), community)) continue;
        a->users++;
        *ret_auth = a;
        return 0;
    }
    a = auth_add(auths, version, community);
    if (a == NULL) return -ENOMEM;
    int error = auth_place(auths, AUTH_BY_CONTENT, a, hash);
    if (error != 0) auths_put(auths, a);
    else *ret_auth = a;
    return error;
}

int auths_get(struct auths *auths, uint32_t number, int32_t version, const char *community,
              struct auth **ret_auth) {
    if (number == 0)
        return auth_get_community(auths, version,
                                  span_text(community != NULL ? community : "public"), ret_auth);
    if (auths_name(auths, number) == NULL) return FLEET_E_UNKNOWN;
    *ret_auth = auths->named[number - 1];
    (*ret_auth)->users++;
    return 0;
}

static struct auth *auth_of_name(const struct auths *auths, const char *name) {
    struct auth *a = auths_first(auths, AUTH_BY_NAME, auths_hash(auths, 0, span_text(name)));
    while (a != NULL && strcmp(a->name, name) != 0) a = a->places[AUTH_BY_NAME].next;
    return a;
}

/* A number that no auth has. */
static int auth_new_number(struct auths *auths, uint32_t *ret_number) {
    uint32_t i = auths->first_free;
    while (i < auths->bound && auths->named[i] != NULL) i++;
    if (i == AUTHS_MAX) return FLEET_E_FULL;
    if (i == auths->room) {
        uint32_t room = auths->room == 0 ? BUCKETS_MIN : 2 * auths->room;
        struct auth **named = realloc(auths->named, room * sizeof(struct auth *));
        if (named == NULL) return -ENOMEM;
        auths->named = named;
        auths->room = room;
    }
    if (i == auths->bound) auths->named[auths->bound++] = NULL;
    auths->first_free = i;
    *ret_number = i + 1;
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
    const char *community = o->community != NULL ? o->community : "public";
    struct auth *a =
        auth_add(auths, version, version == MESSAGE_V3 ? SPAN_NULL : span_text(community));
    if (a == NULL) return -ENOMEM;
    a->name = strdup(o->name);
    int error = a->name == NULL ? -ENOMEM : 0;
    if (error == 0 && version == MESSAGE_V3) {
        a->user = malloc(sizeof(*a->user));
        error = a->user == NULL ? -ENOMEM : usm_user_init(a->user, auths->usm, o, ret_why);
    }
    if (error != 0) auths_put(auths, a);
    else *ret_auth = a;
    return error;
}

/* Found from now on: by its number, its name and, of v1 and v2c, its content. */
static int auth_publish(struct auths *auths, struct auth *a) {
    uint32_t number;
    int error = auth_new_number(auths, &number);
    if (error == 0)
        error = auth_place(auths, AUTH_BY_NAME, a, auths_hash(auths, 0, span_text(a->name)));
    if (error == 0 && a->version != MESSAGE_V3)
        error = auth_place(auths, AUTH_BY_CONTENT, a,
                           auths_hash(auths, a->version, auth_community(a)));
    if (error != 0) return error;
    a->number = number;
    auths->named[number - 1] = a;
    return 0;
}

/* The name is no longer its own; it may be its end. */
static void auth_unname(struct auths *auths, struct auth *a) {
    auth_unplace(auths, AUTH_BY_NAME, a);
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
    if (!name_is_good(o->name, NAME_BYTES_MAX)) {
        *ret_why = "the name is too long or holds a control character";
        return FLEET_E_NAME;
    }
    struct auth *known = auth_of_name(auths, o->name), *fresh;
    int error = auth_make(auths, o, &fresh, ret_why);
    if (error != 0) return error;
    if (known != NULL && auth_is_same(known, fresh)) {
        auths_put(auths, fresh);
        *ret_auth = known->number;
        return 0;
    }
    error = auth_publish(auths, fresh);
    if (error != 0) {
        auths_put(auths, fresh);
        return error;
    }
    *ret_auth = fresh->number;
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
    if (auths->all.next == NULL) return;  /* never initialised */
    while (!list_is_empty(&auths->all))
        auth_free(auths, container_of(auths->all.next, struct auth, link));
    for (int i = 0; i < AUTH_TABLES; i++) free(auths->heads[i]);
    free(auths->named);
}
