/* ids: see ids.h. */
#include "core/exchange/ids.h"

#include <errno.h>
#include <stdlib.h>

enum {
    ID_BASE = 1 << 30,  /* ids are [2^30, 2^31): positive, and four octets without padding */
    RETIRED_IDS = 4096, /* few enough to stay in the cache */
    IDS_MAX = IDS_OPEN_MAX + RETIRED_IDS, /* known at once */
    DRAWS_MAX = 4,      /* of one id: a collision with one that is still known is rare */
};

int ids_init(struct ids *ids, const struct siphash_key *key) {
    *ids = (struct ids){ .retired = calloc(RETIRED_IDS, sizeof(*ids->retired)) };
    ids->permutation.key = *key;
    if (ids->retired == NULL) return -ENOMEM;
    return idmap_init(&ids->map, 2 * RETIRED_IDS, IDS_MAX);
}

void ids_deinit(struct ids *ids) {
    idmap_deinit(&ids->map);
    free(ids->retired);
    ids->retired = NULL;
}

uint32_t ids_draw(struct ids *ids, uint32_t number) {
    for (int tries = 0; tries < DRAWS_MAX; tries++) {
        uint32_t id = ID_BASE | permutation_of(&ids->permutation, ids->next++ & (ID_BASE - 1));
        if (idmap_insert(&ids->map, id, number)) return id;
    }
    return 0;
}

uint32_t *ids_find(const struct ids *ids, uint32_t id) {
    return idmap_find(&ids->map, id);
}

void ids_retire(struct ids *ids, uint32_t id, uint32_t as) {
    uint32_t *value = idmap_find(&ids->map, id);
    if (value == NULL) return;
    *value = as;
    uint32_t at = ids->retired_at++ % RETIRED_IDS;
    if (ids->retired[at] != 0) idmap_remove(&ids->map, ids->retired[at]);
    ids->retired[at] = id;
}

void ids_forget(struct ids *ids, uint32_t id) {
    idmap_remove(&ids->map, id);
}

bool ids_check(const struct ids *ids) {
    for (uint32_t i = 0; i < RETIRED_IDS; i++) {
        const uint32_t *value =
            ids->retired[i] == 0 ? NULL : idmap_find(&ids->map, ids->retired[i]);
        if (value != NULL && *value < IDS_GIVEN_UP) return false;
    }
    return idmap_check(&ids->map);
}
