/* versions: see versions.h. */
#include "core/exchange/versions.h"

#include <errno.h>
#include <stdlib.h>

#include "core/exchange/security.h"

int versions_new(struct exchange *x, struct peer *p, const char *community,
                 struct versions **ret_versions) {
    struct versions *v = calloc(1, sizeof(*v));
    if (v == NULL) return -ENOMEM;
    v->auths[v->count++] = p->auth;
    v->security = p->security;
    int error = 0;
    for (int32_t version = p->auth->version; error == 0 && version != MESSAGE_V1;) {
        version = version == MESSAGE_V3 ? MESSAGE_V2C : MESSAGE_V1;
        error = auths_get(&x->vault.auths, 0, version, community, &v->auths[v->count]);
        if (error == 0) v->count++;
    }
    if (error != 0) {
        versions_free(x, p, v);
        return error;
    }
    *ret_versions = v;
    return 0;
}

static void versions_use(struct versions *v, struct peer *p, uint8_t at) {
    v->at = at;
    p->auth = v->auths[at];
    p->security = at == 0 ? v->security : NULL;
}

void versions_free(struct exchange *x, struct peer *p, struct versions *v) {
    if (v == NULL) return;
    versions_use(v, p, 0);
    for (uint8_t i = 1; i < v->count; i++) auths_put(&x->vault.auths, v->auths[i]);
    free(v);
}

void versions_next(struct versions *v, struct peer *p, const struct auth *asked_as) {
    if (versions_is_found(p) || p->auth != asked_as) return;
    versions_use(v, p, (uint8_t)((v->at + 1) % v->count));
}

void versions_swap(struct versions **a, struct peer *a_peer, struct versions **b,
                   struct peer *b_peer) {
    struct versions *v = *a;
    *a = *b;
    *b = v;
    uint32_t heard = a_peer->heard;
    a_peer->heard = b_peer->heard;
    b_peer->heard = heard;
    versions_use(*a, a_peer, (*a)->at);
    versions_use(*b, b_peer, (*b)->at);
    if ((*a)->security != NULL) (*a)->security->peer = a_peer;
    if ((*b)->security != NULL) (*b)->security->peer = b_peer;
}
