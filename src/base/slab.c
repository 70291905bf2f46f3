/*
 * slab: see slab.h. The free list is threaded through the objects themselves, last in first out, so
 * that warm ones are reused.
 */
#include "base/slab.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int slab_init(struct slab *s, size_t object_size, uint32_t limit) {
    assert(object_size >= sizeof(uint32_t) && limit > 0);
    size_t align = _Alignof(max_align_t);
    size_t blocks = ((size_t)limit + SLAB_BLOCK - 1) / SLAB_BLOCK;
    *s = (struct slab){
        .blocks = calloc(blocks, sizeof(*s->blocks)),
        .object_size = (object_size + align - 1) / align * align,
        .limit = limit,
    };
    return s->blocks == NULL ? -ENOMEM : 0;
}

void slab_deinit(struct slab *s) {
    for (uint32_t i = 0; s->blocks != NULL && i < s->made; i += SLAB_BLOCK)
        free(s->blocks[i >> SLAB_BLOCK_SHIFT]);
    free(s->blocks);
    *s = SLAB_NULL;
}

void *slab_get(struct slab *s, uint32_t *ret_number) {
    uint32_t number;
    if (s->free_first != 0) {
        number = s->free_first - 1;
        memcpy(&s->free_first, slab_at(s, number), sizeof(s->free_first));
    } else {
        if (s->made == s->limit) return NULL;
        number = s->made;
        if ((number & (SLAB_BLOCK - 1)) == 0) {
            unsigned char *block = calloc(SLAB_BLOCK, s->object_size);
            if (block == NULL) return NULL;
            s->blocks[number >> SLAB_BLOCK_SHIFT] = block;
        }
        s->made++;
    }
    s->used++;
    *ret_number = number;
    return slab_at(s, number);
}

void slab_put(struct slab *s, uint32_t number) {
    assert(number < s->made && s->used > 0);
    memcpy(slab_at(s, number), &s->free_first, sizeof(s->free_first));
    s->free_first = number + 1;
    s->used--;
}
