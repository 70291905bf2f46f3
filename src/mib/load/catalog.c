/* catalog: see catalog.h. */
#include "mib/load/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "mib/load/builtin.h"
#include "mib/load/scan_index.h"

static const char index_name[] = "index";

static size_t slot_of(const struct fleet_mib *mib, const char *name) {
    size_t at = prng_hash(name, strlen(name)) & (mib->slot_count - 1);
    while (mib->slots[at] != NULL && strcmp(mib->slots[at]->name, name) != 0) {
        at = (at + 1) & (mib->slot_count - 1);
    }
    return at;
}

static int catalog_grow(struct fleet_mib *mib) {
    size_t count = mib->slot_count == 0 ? 256 : 2 * mib->slot_count;
    struct mib_module **slots = calloc(count, sizeof(struct mib_module *));
    struct mib_module **catalog = realloc(mib->catalog, count * sizeof(struct mib_module *));
    if (catalog != NULL) mib->catalog = catalog;
    if (slots == NULL || catalog == NULL) {
        free(slots);
        return -ENOMEM;
    }
    free(mib->slots);
    mib->slots = slots;
    mib->slot_count = count;
    for (size_t i = 0; i < mib->catalog_count; i++) {
        slots[slot_of(mib, catalog[i]->name)] = catalog[i];
    }
    return 0;
}

/*
 * Add a module that was found in a file. Where two files have a module, the later file wins, as in
 * Net-SNMP, in the earlier one's place of the order. Exception: a file with fewer modules does not
 * displace one with more, because libsmi reads a file only whole. A file that was asked for by its
 * path always wins.
 */
static int catalog_add(struct fleet_mib *mib, const struct scan_file *file,
                       const struct scan_module *found, bool is_asked) {
    if (2 * (mib->catalog_count + 1) > mib->slot_count) {
        int error = catalog_grow(mib);
        if (error != 0) return error;
    }
    struct mib_module **slot = &mib->slots[slot_of(mib, found->name)];
    if (*slot == NULL) {
        *slot = calloc(1, sizeof(**slot));
        if (*slot == NULL) return -ENOMEM;
        mib->catalog[mib->catalog_count++] = *slot;
    } else if ((*slot)->is_tried ||
               (!is_asked && (*slot)->file->module_count > file->module_count)) {
        return 0;
    }
    (*slot)->name = found->name;
    (*slot)->file = file;
    (*slot)->found = found;
    return 0;
}

static int catalog_add_file(struct fleet_mib *mib, const struct scan_file *file, bool is_asked) {
    for (uint32_t i = 0; i < file->module_count; i++) {
        int error = catalog_add(mib, file, &file->modules[i], is_asked);
        if (error != 0) return error;
    }
    return 0;
}

int mib_catalog_add_file(struct fleet_mib *mib, const struct scan_file *file) {
    return catalog_add_file(mib, file, true);
}

/* What the last start found, and what this one did. */
static int index_load(struct fleet_mib *mib) {
    size_t length;
    char *text = cache_text(&mib->cache, index_name, &length);
    int error = text == NULL ? 0 : scan_index_read(&mib->scan, text, length);
    free(text);
    return error;
}

static void index_save(struct fleet_mib *mib) {
    size_t length;
    if (mib->cache.folder == NULL || !mib->scan.is_changed) return;
    char *text = scan_index_write(&mib->scan, &length);
    if (text != NULL) cache_put_text(&mib->cache, index_name, text, length);
    mib->scan.is_changed = false;
    free(text);
}

int mib_catalog_make(struct fleet_mib *mib) {
    if (mib->is_scanned) return 0;
    int read = index_load(mib);
    if (read != 0) return read;
    for (size_t i = 0; i < mib->search.count; i++) {
        int error = scan_folder(&mib->scan, mib->search.folders[i]);
        if (error != 0) return error;
    }
    for (size_t i = 0; i < mib->scan.count; i++) {
        int error = catalog_add_file(mib, mib->scan.files[i], false);
        if (error != 0) return error;
    }
    mib->counts.files_read = mib->scan.read_count;
    mib->is_scanned = true;
    index_save(mib);
    return 0;
}

void mib_catalog_free(struct fleet_mib *mib) {
    for (size_t i = 0; i < mib->catalog_count; i++) {
        image_close(&mib->catalog[i]->image);
        free(mib->catalog[i]);
    }
    for (size_t i = 0; i < mib->stand_in_count; i++) {
        free(mib->stand_ins[i]->text);
        free(mib->stand_ins[i]);
    }
    free(mib->catalog);
    free(mib->slots);
    free(mib->loaded);
}

struct mib_module *mib_catalog_find(struct fleet_mib *mib, const char *name, int *ret_error) {
    *ret_error = mib_catalog_make(mib);
    return *ret_error != 0 ? NULL : mib_known(mib, name);
}

struct mib_module *mib_known(const struct fleet_mib *mib, const char *name) {
    return mib->slot_count == 0 ? NULL : mib->slots[slot_of(mib, name)];
}

struct mib_module *mib_loaded(const struct fleet_mib *mib, const char *name) {
    struct mib_module *m = mib_known(mib, name);
    return m != NULL && m->image.memory != NULL ? m : NULL;
}

struct mib_module *mib_builtin(struct fleet_mib *mib, const char *name) {
    for (size_t i = 0; i < mib->builtin_count; i++) {
        struct mib_module *m = &mib->builtins[i];
        if (strcmp(m->name, name) != 0) continue;
        if (m->image.memory == NULL && builtin_image(i, &m->image) != 0) return NULL;
        return m;
    }
    return NULL;
}
