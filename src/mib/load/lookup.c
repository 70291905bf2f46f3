/* lookup: see lookup.h. */
#include "mib/load/lookup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "mib/load/builtin/facts_read.h"
#include "mib/load/catalog.h"

struct mib_names {
    const struct fleet_object **slots;
    size_t slot_count;
};

struct mib_tree {
    const struct fleet_object **objects;  /* by OID; of one OID in load order */
    size_t count;
};

enum { BELOW_SUBIDS_MAX = 12, BELOW_A_MODULE_MAX = 8 };

/* A place below which a built-in module has objects. */
struct mib_below {
    size_t module;
    uint32_t length;
    uint32_t oid[BELOW_SUBIDS_MAX];
};

void mib_forget_lookups(struct fleet_mib *mib) {
    if (mib->names != NULL) free(mib->names->slots);
    if (mib->tree != NULL) free(mib->tree->objects);
    free(mib->names);
    free(mib->tree);
    mib->names = NULL;
    mib->tree = NULL;
}

void mib_lookups_free(struct fleet_mib *mib) {
    mib_forget_lookups(mib);
    free(mib->below);
    mib->below = NULL;
}

static int compare(const struct fleet_object *a, const struct fleet_object *b) {
    return image_compare(a->oid, a->oid_length, b->oid, b->oid_length);
}

/* ---- names */

/*
 * Net-SNMP finds a lone name at the OID that it was given last, and shows the module that was first
 * to give it there. So of two objects of a name, the later module's counts when its OID is another.
 */
static void names_add(struct fleet_mib *mib, struct mib_names *names, size_t module,
                      const struct fleet_object *o) {
    size_t at = prng_hash(o->name, strlen(o->name)) & (names->slot_count - 1);
    while (names->slots[at] != NULL && strcmp(names->slots[at]->name, o->name) != 0) {
        at = (at + 1) & (names->slot_count - 1);
    }
    if (names->slots[at] != NULL) {
        if (compare(names->slots[at], o) == 0) return;
        for (size_t i = 0; i < module; i++) {
            const struct fleet_object *earlier = image_find(&mib->loaded[i]->image, o->name);
            if (earlier != NULL && compare(earlier, o) == 0) return;
        }
    }
    names->slots[at] = o;
}

static const struct mib_names *names_of(struct fleet_mib *mib) {
    if (mib->names != NULL) return mib->names;
    size_t objects = 0, slots = 64;
    for (size_t i = 0; i < mib->loaded_count; i++) objects += mib->loaded[i]->image.object_count;
    while (slots < 2 * objects) slots *= 2;
    struct mib_names *names = calloc(1, sizeof(*names));
    if (names == NULL) return NULL;
    names->slot_count = slots;
    names->slots = calloc(slots, sizeof(struct fleet_object *));
    if (names->slots == NULL) {
        free(names);
        return NULL;
    }
    for (size_t i = 0; i < mib->loaded_count; i++) {
        const struct image *image = &mib->loaded[i]->image;
        for (uint32_t k = 0; k < image->object_count; k++)
            names_add(mib, names, i, &image->objects[k]);
    }
    return mib->names = names;
}

const struct fleet_object *mib_name_find(struct fleet_mib *mib, const char *name) {
    const struct mib_names *names = names_of(mib);
    if (names == NULL) return NULL;
    size_t at = prng_hash(name, strlen(name)) & (names->slot_count - 1);
    for (; names->slots[at] != NULL; at = (at + 1) & (names->slot_count - 1)) {
        if (strcmp(names->slots[at]->name, name) == 0) return names->slots[at];
    }
    for (size_t i = 0; i < mib->builtin_count; i++) {
        if (!builtin_defines(i, name) || mib_loaded(mib, mib->builtins[i].name) != NULL) continue;
        const struct mib_module *m = mib_builtin(mib, mib->builtins[i].name);
        const struct fleet_object *found = m == NULL ? NULL : image_find(&m->image, name);
        if (found != NULL) return found;
    }
    return NULL;
}

void mib_nearest(struct fleet_mib *mib, struct nearest *n) {
    for (size_t i = 0; i < mib->loaded_count + mib->builtin_count; i++) {
        const char *builtin = i < mib->loaded_count ? NULL
                                                    : mib->builtins[i - mib->loaded_count].name;
        if (builtin != NULL && mib_loaded(mib, builtin) != NULL) continue;
        const struct mib_module *m = builtin == NULL ? mib->loaded[i] : mib_builtin(mib, builtin);
        for (uint32_t k = 0; m != NULL && k < m->image.object_count; k++) {
            nearest_try(n, m->image.objects[k].name);
        }
    }
}

/* ---- OIDs */

/* Two runs that lie behind each other become one; of equal OIDs the first run's stay first. */
static void merge(const struct fleet_object **to, const struct fleet_object *const *from,
                  size_t first, size_t second) {
    size_t a = 0, b = first, end = first + second;
    while (a < first && b < end) *to++ = compare(from[a], from[b]) <= 0 ? from[a++] : from[b++];
    while (a < first) *to++ = from[a++];
    while (b < end) *to++ = from[b++];
}

/* Merge runs, two by two, until one is left. @ends are where they end. The result is in *objects,
   which may have become *spare. */
static void merge_all(const struct fleet_object ***objects, const struct fleet_object ***spare,
                      size_t *ends, size_t runs) {
    while (runs > 1) {
        size_t merged = 0, start = 0;
        for (size_t i = 0; i < runs; i += 2) {
            size_t middle = ends[i], end = i + 1 < runs ? ends[i + 1] : middle;
            merge(*spare + start, *objects + start, middle - start, end - middle);
            ends[merged++] = start = end;
        }
        const struct fleet_object **swap = *objects;
        *objects = *spare;
        *spare = swap;
        runs = merged;
    }
}

static size_t tree_fill(struct fleet_mib *mib, const struct fleet_object **objects, size_t *ends,
                        size_t *ret_runs) {
    size_t count = 0, runs = 0;
    for (size_t i = 0; i < mib->loaded_count + mib->builtin_count; i++) {
        const struct mib_module *m;
        if (i < mib->loaded_count) {
            m = mib->loaded[i];
        } else {
            m = &mib->builtins[i - mib->loaded_count];
            if (m->image.memory == NULL || mib_loaded(mib, m->name) != NULL) continue;
        }
        for (uint32_t k = 0; k < m->image.object_count; k++) {
            objects[count++] = &m->image.objects[k];
        }
        ends[runs++] = count;
    }
    *ret_runs = runs;
    return count;
}

/* Of the modules that have an image. */
static const struct mib_tree *tree_of(struct fleet_mib *mib) {
    if (mib->tree != NULL) return mib->tree;
    size_t most = 0, runs = mib->loaded_count + mib->builtin_count;
    for (size_t i = 0; i < mib->loaded_count; i++) most += mib->loaded[i]->image.object_count;
    for (size_t i = 0; i < mib->builtin_count; i++) most += mib->builtins[i].image.object_count;
    struct mib_tree *tree = calloc(1, sizeof(*tree));
    const struct fleet_object **objects = calloc(most + 1, sizeof(struct fleet_object *));
    const struct fleet_object **spare = calloc(most + 1, sizeof(struct fleet_object *));
    size_t *ends = calloc(runs + 1, sizeof(*ends));
    if (tree != NULL && objects != NULL && spare != NULL && ends != NULL) {
        tree->count = tree_fill(mib, objects, ends, &runs);
        merge_all(&objects, &spare, ends, runs);
        tree->objects = objects;
        mib->tree = tree;
    } else {
        free(tree);
        free(objects);
    }
    free(spare);
    free(ends);
    return mib->tree;
}

/* ---- built-in modules on demand */

static void below_add(struct fleet_mib *mib, size_t module) {
    const char *at = builtin_below(module);
    while (*at != '\0') {
        struct mib_below *b = &mib->below[mib->below_count++];
        *b = (struct mib_below){ .module = module };
        bool is_more = true;
        while (is_more) {
            char *end;
            assert(b->length < BELOW_SUBIDS_MAX);
            b->oid[b->length++] = (uint32_t)strtoul(at, &end, 10);
            is_more = *end == '.';
            at = end + (*end != '\0');
        }
    }
}

/* False: memory is out. */
static bool below_fill(struct fleet_mib *mib) {
    if (mib->below != NULL) return true;
    mib->below = calloc(mib->builtin_count * BELOW_A_MODULE_MAX, sizeof(*mib->below));
    for (size_t i = 0; mib->below != NULL && i < mib->builtin_count; i++) below_add(mib, i);
    return mib->below != NULL;
}

/* An image is there, or will not be needed. */
static void below_remove(struct fleet_mib *mib, size_t module) {
    size_t kept = 0;
    for (size_t i = 0; i < mib->below_count; i++) {
        if (mib->below[i].module != module) mib->below[kept++] = mib->below[i];
    }
    mib->below_count = kept;
}

static bool leads_to(const struct mib_below *b, const uint32_t *oid, size_t length) {
    if (b->length > length || oid[b->length - 1] != b->oid[b->length - 1]) return false;
    return memcmp(oid, b->oid, b->length * sizeof(*oid)) == 0;
}

/* The images of the modules that may have an object at the OID or above it; @oid NULL: of all. */
static void make_images(struct fleet_mib *mib, const uint32_t *oid, size_t length) {
    if (!below_fill(mib)) return;
    for (size_t i = 0; i < mib->below_count;) {
        if (oid != NULL && !leads_to(&mib->below[i], oid, length)) {
            i++;
            continue;
        }
        size_t module = mib->below[i].module;
        const char *name = mib->builtins[module].name;
        if (mib_loaded(mib, name) == NULL && mib_builtin(mib, name) != NULL)
            mib_forget_lookups(mib);
        below_remove(mib, module);
        i = 0;
    }
}

/* The place of the first object that is not before the OID. */
static size_t tree_place(const struct mib_tree *tree, const uint32_t *oid, uint32_t length) {
    size_t low = 0, high = tree->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct fleet_object *o = tree->objects[middle];
        if (image_compare(o->oid, o->oid_length, oid, length) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static uint32_t common_prefix(const struct fleet_object *o, const uint32_t *oid, uint32_t length) {
    uint32_t i = 0;
    while (i < length && i < o->oid_length && o->oid[i] == oid[i]) i++;
    return i;
}

const struct fleet_object *fleet_mib_at(struct fleet_mib *mib, const uint32_t *oid,
                                        size_t length) {
    uint32_t left = length > FLEET_OID_SUBIDS_MAX ? FLEET_OID_SUBIDS_MAX : (uint32_t)length;
    make_images(mib, oid, left);
    const struct mib_tree *tree = tree_of(mib);
    while (tree != NULL && left > 0) {
        size_t place = tree_place(tree, oid, left);
        if (place < tree->count && tree->objects[place]->oid_length == left &&
            common_prefix(tree->objects[place], oid, left) == left) return tree->objects[place];
        /* Whatever is above lies before, and shares no more with the OID than its neighbour. */
        if (place == 0) return NULL;
        uint32_t shared = common_prefix(tree->objects[place - 1], oid, left);
        left = shared < left ? shared : left - 1;
    }
    return NULL;
}

const struct fleet_object *mib_listed_at(struct fleet_mib *mib, const uint32_t *oid,
                                         uint32_t length) {
    const struct mib_tree *tree = tree_of(mib);
    size_t place = tree != NULL ? tree_place(tree, oid, length) : 0;
    for (; tree != NULL && place < tree->count; place++) {
        const struct fleet_object *o = tree->objects[place];
        if (image_compare(o->oid, o->oid_length, oid, length) != 0) return NULL;
        const struct mib_module *m = mib_loaded(mib, o->module);
        if (m != NULL && m->is_listed) return o;
    }
    return NULL;
}

const struct fleet_object *fleet_mib_next(struct fleet_mib *mib,
                                          const struct fleet_object *after) {
    make_images(mib, NULL, 0);
    const struct mib_tree *tree = tree_of(mib);
    size_t place = 0;
    if (tree == NULL) return NULL;
    if (after != NULL) place = tree_place(tree, after->oid, after->oid_length);
    while (after != NULL && place < tree->count && compare(tree->objects[place], after) == 0) {
        place++;
    }
    return place < tree->count ? tree->objects[place] : NULL;
}

size_t mib_definitions(struct fleet_mib *mib, const struct fleet_object *object,
                       const struct fleet_object **ret_objects, size_t max) {
    make_images(mib, object->oid, object->oid_length);
    const struct mib_tree *tree = tree_of(mib);
    size_t count = 0;
    if (tree == NULL) return 0;
    size_t place = tree_place(tree, object->oid, object->oid_length);
    for (; place < tree->count && compare(tree->objects[place], object) == 0; place++) {
        if (strcmp(tree->objects[place]->name, object->name) != 0) continue;
        if (count < max) ret_objects[count] = tree->objects[place];
        count++;
    }
    return count;
}
