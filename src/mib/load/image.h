/*
 * image: a MIB module compiled: one run of bytes that can be written to a file, mapped again and
 * used where it lies.
 *
 *     header | what objects point to | objects, by OID | their places by name | relocations
 *
 * While it is at rest, a pointer is the offset of what it points to (0: NULL). The relocations list
 * where pointers are; image_open adds the address to each of them and makes the memory read-only.
 *
 * An image comes from a child process that may have gone wrong, or from a file that may have been
 * damaged. So image_open believes nothing: a checksum, then every pointer, count and text is
 * checked to lie inside. Images are of the machine that made them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/mib.h"

enum {
    IMAGE_VERSION = 3,                /* one more whenever anything in here changes */
    IMAGE_OBJECTS_MAX = 1 << 20,
};

#define IMAGE_BYTES_MAX ((size_t)64 << 20)
#define IMAGE_MAGIC "snmpmib"         /* with its NUL */

/* All of it offsets from the header, in front of which there is nothing. */
struct image_header {
    char magic[8];
    uint32_t version;
    uint32_t layout;          /* image_layout() */
    uint64_t key;             /* what it was made of: files, their sizes and times */
    uint64_t checksum;        /* of all, as if it were 0 */
    uint32_t size;            /* bytes, header included */
    uint32_t module;          /* its name */
    uint32_t objects, object_count;      /* struct fleet_object, by OID */
    uint32_t by_name;                    /* uint32_t: their places in the order of their names */
    uint32_t messages, message_count;    /* const char *: what is to be warned of */
    uint32_t relocations, relocation_count;  /* uint32_t: offsets of pointers, ascending */
    uint32_t is_failed;       /* the module could not be read; the messages say why */
};

struct image {
    void *memory;
    size_t size;
    const char *module;
    const struct fleet_object *objects;  /* in the order of their OIDs */
    const uint32_t *by_name;
    const char *const *messages;
    uint32_t object_count, message_count;
    bool is_failed;
};

#define IMAGE_NULL ((struct image){ .memory = NULL })

/* Sizes and places of the structures as this build has them, in one number. */
uint32_t image_layout(void);

/* Set the checksum of an image that is otherwise finished. */
void image_seal(void *memory);

/* Whether the header at @memory is of an image of @size bytes that was made from @key. */
bool image_is_of(const void *memory, size_t size, uint64_t key);

/*
 * Make the image at @memory usable: a private, writable mapping of @size bytes at a page's
 * beginning. On success @ret_image owns the mapping. False: it is damaged, or of another build;
 * the mapping is changed, and still the caller's.
 */
bool image_open(void *memory, size_t size, struct image *ret_image);

/* The same of bytes anywhere, which are copied. 0; 1: they are no image; -errno. */
int image_copy(const void *bytes, size_t size, struct image *ret_image);

void image_close(struct image *image);

/* The first object of this name, or NULL; those that follow in by_name have it too. */
const struct fleet_object *image_find(const struct image *image, const char *name);

/* Order of OIDs, a prefix first: <0, 0, >0. */
int image_compare(const uint32_t *a, uint32_t a_length, const uint32_t *b, uint32_t b_length);
