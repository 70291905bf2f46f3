/* named: see named.h. */
#include "mib/load/named.h"

#include <string.h>

#include "mib/load/builtin/facts_read.h"
#include "mib/load/catalog.h"
#include "mib/load/load.h"
#include "mib/load/lookup.h"

enum { MODULE_NAME_MAX = 256 };

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

static const struct fleet_object *find_lone(struct fleet_mib *mib, const char *name) {
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

/* Old modules, which scripts still name, and those that have their objects now. */
static const struct {
    const char *old, *present;
} moved[] = {
    { "RFC1155-SMI", "SNMPv2-SMI" },
    { "RFC1213-MIB", "SNMPv2-MIB" },
    { "RFC1213-MIB", "IF-MIB" },
    { "RFC1213-MIB", "IP-MIB" },
    { "RFC1213-MIB", "TCP-MIB" },
    { "RFC1213-MIB", "UDP-MIB" },
    { "RFC1213-MIB", "SNMPv2-SMI" },
    { "RFC1271-MIB", "RMON-MIB" },
    { "RFC1286-MIB", "BRIDGE-MIB" },
};

/*
 * MODULE::name. Of built-in modules no file is looked for, unless it is loaded already; with
 * @is_named it counts only if somebody asked to load it.
 */
static const struct fleet_object *find_in_module(struct fleet_mib *mib, const char *module,
                                                 const char *name, bool is_named) {
    int error = 0;
    struct mib_module *m = mib_loaded(mib, module);
    if (m != NULL && (m->is_listed || !is_named)) return image_find(&m->image, name);
    m = mib_builtin(mib, module);
    const struct fleet_object *found = m != NULL ? image_find(&m->image, name) : NULL;
    if (found != NULL) return found;
    m = mib_catalog_find(mib, module, &error);
    if (m == NULL || (!m->is_tried && mib_load(mib, &m, 1) < 0)) return NULL;
    if (m->image.memory == NULL) return NULL;
    m->is_named |= is_named;
    return image_find(&m->image, name);
}

static const struct fleet_object *find_moved(struct fleet_mib *mib, const char *module,
                                             const char *name, bool is_named) {
    const struct fleet_object *found = NULL;
    for (size_t i = 0; found == NULL && i < sizeof(moved) / sizeof(moved[0]); i++) {
        if (strcmp(moved[i].old, module) == 0) found = find_in_module(mib, moved[i].present, name,
                                                                  is_named);
    }
    return found;
}

static const struct fleet_object *find_qualified(struct fleet_mib *mib, const char *name,
                                                 const char *colons, bool is_named) {
    char module[MODULE_NAME_MAX];
    size_t length = (size_t)(colons - name);
    if (length >= sizeof(module)) return NULL;
    memcpy(module, name, length);
    module[length] = '\0';
    const struct fleet_object *found = find_in_module(mib, module, colons + 2, is_named);
    return found != NULL ? found : find_moved(mib, module, colons + 2, is_named);
}

const struct fleet_object *mib_named_find(struct fleet_mib *mib, const char *name) {
    const char *colons = strstr(name, "::");
    return colons != NULL ? find_qualified(mib, name, colons, true) : find_lone(mib, name);
}

const struct fleet_object *fleet_mib_find(struct fleet_mib *mib, const char *name) {
    const char *colons = strstr(name, "::");
    if (colons != NULL) return find_qualified(mib, name, colons, false);
    const struct fleet_object *found = mib_name_find(mib, name);
    if (found != NULL || mib->is_all_loaded || mib->options.from != FLEET_MIB_ANY) return found;
    if (mib_load_all(mib) < 0) return NULL;
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
