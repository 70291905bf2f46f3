/* engines: see engines.h. */
#include "core/exchange/engines.h"

#include <errno.h>
#include <stdlib.h>

#include "core/exchange/peer.h"

static struct security **engines_head(const struct engines *engines, const struct security *s) {
    struct span id = security_engine_id(s);
    return &engines->heads[(uint32_t)siphash(&engines->key, id.bytes, id.length) & engines->mask];
}

static void engines_link(struct engines *engines, struct security *s) {
    struct security **head = engines_head(engines, s);
    s->next_same = *head;
    s->same_link = head;
    if (s->next_same != NULL) s->next_same->same_link = &s->next_same;
    *head = s;
}

void engines_init(struct engines *engines, const struct siphash_key *key) {
    *engines = (struct engines){ .key = *key };
}

int engines_grow(struct engines *engines, uint32_t room) {
    struct security **heads = calloc(room, sizeof(struct security *));
    if (heads == NULL) return -ENOMEM;
    struct engines old = *engines;
    engines->heads = heads;
    engines->mask = room - 1;
    for (uint32_t i = 0; old.heads != NULL && i <= old.mask; i++) {
        while (old.heads[i] != NULL) {
            struct security *s = old.heads[i];
            old.heads[i] = s->next_same;
            engines_link(engines, s);
        }
    }
    free(old.heads);
    return 0;
}

void engines_deinit(struct engines *engines) {
    free(engines->heads);
    *engines = (struct engines){ .heads = NULL };
}

/* Another agent, not only another peer at the same address. */
static const struct security *engines_other(const struct engines *engines,
                                            const struct security *s) {
    for (const struct security *o = *engines_head(engines, s); o != NULL; o = o->next_same) {
        if (span_equal(security_engine_id(o), security_engine_id(s)) &&
            !address_equal(&o->peer->address, &s->peer->address))
            return o;
    }
    return NULL;
}

const struct security *engines_put(struct engines *engines, struct security *s) {
    if (s->same_link != NULL) return NULL;
    const struct security *other = engines_other(engines, s);
    engines_link(engines, s);
    if (other == NULL) return NULL;
    s->is_duplicate = true;
    engines->duplicates++;
    return other;
}

void engines_take(struct engines *engines, struct security *s) {
    if (s->is_duplicate) engines->duplicates--;
    s->is_duplicate = false;
    if (s->same_link == NULL) return;
    *s->same_link = s->next_same;
    if (s->next_same != NULL) s->next_same->same_link = s->same_link;
    s->same_link = NULL;
}
