/*
 * cache: a folder in which compiled modules and what was found in MIB files are kept for the next
 * start.
 *
 * Nothing depends on it: what is missing, damaged, of another build or of another user is as good
 * as not there, and what cannot be written is not. Files appear whole, by renaming.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/load/image.h"

struct cache {
    char *folder;         /* NULL: nothing is kept */
    bool is_made;         /* the folder is there, as far as it could be made */
};

#define CACHE_NULL ((struct cache){ .folder = NULL })

/*
 * @folder; NULL: $XDG_CACHE_HOME/snmpfleet/mibs or ~/.cache/snmpfleet/mibs; "": none. 0 or -ENOMEM.
 */
int cache_init(struct cache *c, const char *folder);
void cache_deinit(struct cache *c);

/*
 * The image of a module that was made from @key. @place tells apart what is kept of modules of one
 * name: it is of the files that an image was made from, whatever is in them.
 */
bool cache_get(const struct cache *c, uint64_t place, const char *module, uint64_t key,
               struct image *ret_image);
void cache_put(struct cache *c, uint64_t place, const char *module, const void *bytes, size_t size);

/* A text under a name; for free(). NULL: it is not there. */
char *cache_text(const struct cache *c, const char *name, size_t *ret_length);
void cache_put_text(struct cache *c, const char *name, const void *bytes, size_t size);
