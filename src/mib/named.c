/*
 * named: objects as a configuration names them (fleet_mib_parse): the answer is that of the module
 * that the name says, and never depends on what was loaded for the sake of another name.
 *
 * Three kinds of modules answer where no module is named, in this order: those that somebody asked
 * to load (listed), those that are built in, and those that were loaded because a name had them in
 * front (named). Only when none of these has a lone name, all of the path are loaded for it.
 * Numbers alone are answered by the first two kinds.
 */
#include "mib/builtin.h"
#include "mib/mib.h"

#include <string.h>

static bool image_holds(const struct image *image, const struct fleet_object *object) {
    uintptr_t at = (uintptr_t)object, first = (uintptr_t)image->objects;
    return image->memory != NULL && at >= first && at < (uintptr_t)(image->objects +
                                                                    image->object_count);
}

/* The image that the object is of: the module's file, or what is built in. */
static const struct image *image_of(struct fleet_mib *mib, const struct fleet_object *object) {
    const struct mib_module *m = mib_loaded(mib, object->module);
    if (m != NULL && image_holds(&m->image, object)) return &m->image;
    m = mib_builtin(mib, object->module);
    return m != NULL && image_holds(&m->image, object) ? &m->image : NULL;
}

/* The first object of the image at exactly this OID. */
static const struct fleet_object *image_at(const struct image *image, const uint32_t *oid,
                                           uint32_t length) {
    uint32_t low = 0, high = image->object_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct fleet_object *o = &image->objects[middle];
        if (image_compare(o->oid, o->oid_length, oid, length) < 0) low = middle + 1;
        else high = middle;
    }
    if (low == image->object_count) return NULL;
    const struct fleet_object *o = &image->objects[low];
    return image_compare(o->oid, o->oid_length, oid, length) == 0 ? o : NULL;
}

const struct fleet_object *mib_named_at(struct fleet_mib *mib, const struct fleet_object *named,
                                        const uint32_t *oid, size_t length) {
    const struct image *image = image_of(mib, named);
    const struct fleet_object *found = NULL;
    for (uint32_t left = (uint32_t)length; found == NULL && left > named->oid_length; left--)
        found = image != NULL ? image_at(image, oid, left) : NULL;
    return found != NULL ? found : named;
}

static bool is_listed(const struct fleet_mib *mib, const char *module) {
    const struct mib_module *m = mib_loaded(mib, module);
    return m != NULL && m->is_listed;
}

const struct fleet_object *mib_number_at(struct fleet_mib *mib, const uint32_t *oid,
                                         size_t length) {
    for (uint32_t left = (uint32_t)length; left > 0; left--) {
        const struct fleet_object *o = mib_listed_at(mib, oid, left);
        if (o != NULL) return o;
        for (size_t i = 0; i < mib->builtin_count; i++) {
            const char *name = mib->builtins[i].name;
            const struct mib_module *m = is_listed(mib, name) ? NULL : mib_builtin(mib, name);
            o = m != NULL ? image_at(&m->image, oid, left) : NULL;
            if (o != NULL) return o;
        }
    }
    return NULL;
}

/* Among the modules of a kind, by Net-SNMP's rule: of several OIDs that which got the name last. */
static const struct fleet_object *find_among(const struct fleet_mib *mib, const char *name,
                                             bool of_listed) {
    const struct fleet_object *found = NULL;
    for (size_t i = 0; i < mib->loaded_count; i++) {
        const struct mib_module *m = mib->loaded[i];
        if (of_listed ? !m->is_listed : !m->is_named) continue;
        const struct fleet_object *o = image_find(&m->image, name);
        bool is_same = found != NULL && o != NULL &&
                       image_compare(found->oid, found->oid_length, o->oid, o->oid_length) == 0;
        if (o != NULL && !is_same) found = o;
    }
    return found;
}

const struct fleet_object *mib_lone_find(struct fleet_mib *mib, const char *name) {
    const struct fleet_object *found = find_among(mib, name, true);
    for (size_t i = 0; found == NULL && i < mib->builtin_count; i++) {
        if (!builtin_defines(i, name) || is_listed(mib, mib->builtins[i].name)) continue;
        const struct mib_module *m = mib_builtin(mib, mib->builtins[i].name);
        found = m != NULL ? image_find(&m->image, name) : NULL;
    }
    if (found == NULL) found = find_among(mib, name, false);
    if (found != NULL) return found;
    bool loads_all = mib->options.from == FLEET_MIB_ANY && !mib->is_all_loaded;
    if (loads_all && mib_load_all(mib) < 0) return NULL;
    return mib_name_find(mib, name);
}

const struct fleet_object *fleet_mib_parent(struct fleet_mib *mib,
                                            const struct fleet_object *object) {
    const struct image *image = image_of(mib, object);
    if (image == NULL || object->oid_length < 2) return NULL;
    return image_at(image, object->oid, object->oid_length - 1);
}

const struct fleet_object *fleet_mib_next_of_module(struct fleet_mib *mib,
                                                    const struct fleet_object *after) {
    const struct image *image = image_of(mib, after);
    const struct fleet_object *end = image != NULL ? image->objects + image->object_count : after;
    for (const struct fleet_object *o = after; o < end; o++) {
        if (image_compare(o->oid, o->oid_length, after->oid, after->oid_length) != 0) return o;
    }
    return NULL;
}
