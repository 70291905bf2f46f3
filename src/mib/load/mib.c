/* mib: a fleet_mib made, modules loaded into it, and its end; see snmpfleet/mib.h. */
#include "snmpfleet/mib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "mib/load/builtin/facts_read.h"
#include "mib/load/catalog.h"
#include "mib/load/load.h"
#include "mib/load/lookup.h"

enum { NAME_MAX_BYTES = 256 };

#define TIMEOUT_NS ((uint64_t)10 * 1000000000)

static int copy_text(const char **text) {
    if (*text == NULL) return 0;
    *text = strdup(*text);
    return *text == NULL ? -ENOMEM : 0;
}

static int mib_init(struct fleet_mib *mib, const struct fleet_mib_options *options) {
    mib->options = *options;
    mib->options.modules = NULL;
    if (mib->options.from == FLEET_MIB_BUILT_IN) mib->options.path = NULL;
    if (mib->options.timeout_ns == 0) mib->options.timeout_ns = TIMEOUT_NS;
    if (mib->options.reader == NULL) mib->options.reader = SNMPFLEET_MIB_READER;
    int errors[] = { copy_text(&mib->options.path), copy_text(&mib->options.cache),
                     copy_text(&mib->options.reader) };
    int error = errors[0] != 0 ? errors[0] : errors[1] != 0 ? errors[1] : errors[2];
    scan_init(&mib->scan);
    if (error == 0) error = mib->options.from == FLEET_MIB_ANY
                                ? search_init(&mib->search, mib->options.path)
                                : search_init_exactly(&mib->search, mib->options.path);
    if (error == 0) error = cache_init(&mib->cache, mib->options.cache);
    if (error != 0) return error;
    /* The first holds the arcs at the top of the tree, which no file has. */
    mib->builtin_count = mib->options.from == FLEET_MIB_FILES ? 1 : builtin_count();
    mib->builtins = calloc(mib->builtin_count + 1, sizeof(*mib->builtins));
    if (mib->builtins == NULL) return -ENOMEM;
    for (size_t i = 0; i < mib->builtin_count; i++) mib->builtins[i].name = builtin_name(i);
    return 0;
}

/*
 * "A:B", each with a '+' or '-' of Net-SNMP's in front that means nothing here. What cannot be
 * loaded has been warned of, and is no reason to go without the others.
 */
static int load_list(struct fleet_mib *mib, const char *list) {
    int result = 0;
    while (list != NULL && *list != '\0') {
        char name[NAME_MAX_BYTES * 16];
        list += *list == '+' || *list == '-';
        size_t length = strcspn(list, ":");
        if (length > 0 && length < sizeof(name)) {
            memcpy(name, list, length);
            name[length] = '\0';
            int r = fleet_mib_load(mib, name);
            if (r < 0) return r;
            if (r != 0) result = r;
        }
        list += length + (list[length] == ':');
    }
    return result;
}

int fleet_mib_new(struct fleet_mib **ret_mib, const struct fleet_mib_options *options) {
    struct fleet_mib_options none = { .path = NULL };
    if (options == NULL) options = &none;
    struct fleet_mib *mib = calloc(1, sizeof(*mib));
    if (mib == NULL) return -ENOMEM;
    int error = mib_init(mib, options);
    if (error == 0 && mib->options.from != FLEET_MIB_BUILT_IN)
        error = load_list(mib, options->modules);
    if (error < 0) fleet_mib_free(mib);
    else *ret_mib = mib;
    return error;
}

void fleet_mib_free(struct fleet_mib *mib) {
    if (mib == NULL) return;
    mib_lookups_free(mib);
    mib_catalog_free(mib);
    for (size_t i = 0; i < mib->builtin_count; i++) image_close(&mib->builtins[i].image);
    free(mib->builtins);
    scan_deinit(&mib->scan);
    search_deinit(&mib->search);
    cache_deinit(&mib->cache);
    free((void *)(uintptr_t)mib->options.path);
    free((void *)(uintptr_t)mib->options.cache);
    free((void *)(uintptr_t)mib->options.reader);
    free(mib);
}

static int load_unknown(struct fleet_mib *mib, const char *name) {
    struct nearest n = NEAREST_INIT(name);
    for (size_t i = 0; i < mib->catalog_count; i++) nearest_try(&n, mib->catalog[i]->name);
    for (size_t i = 0; i < mib->builtin_count; i++) nearest_try(&n, mib->builtins[i].name);
    const char *where = mib->search.text;
    if (n.best != NULL)
        mib_warn(mib, NULL, "no module '%s' in %s (did you mean '%s'?)", name, where, n.best);
    else mib_warn(mib, NULL, "no module '%s' in %s", name, where);
    return FLEET_E_UNKNOWN;
}

static int load_one(struct fleet_mib *mib, const char *module) {
    int error = 0;
    if (strcasecmp(module, "ALL") == 0) return mib_load_all(mib);
    if (strchr(module, '/') != NULL) return mib_load_path(mib, module);
    struct mib_module *m = mib_catalog_find(mib, module, &error);
    if (error != 0) return error;
    if (m != NULL) {
        int r = mib_load(mib, &m, 1);
        if (r != FLEET_E_UNKNOWN) return r;
    }
    if (mib_builtin(mib, module) != NULL) return 0;
    return m != NULL ? FLEET_E_UNKNOWN : load_unknown(mib, module);
}

/* What was loaded for a name before is listed, too, once somebody asks for it. */
int fleet_mib_load(struct fleet_mib *mib, const char *module) {
    size_t before = strcasecmp(module, "ALL") == 0 ? 0 : mib->loaded_count;
    int result = load_one(mib, module);
    struct mib_module *asked = mib_loaded(mib, module);
    for (size_t i = before; i < mib->loaded_count; i++) mib->loaded[i]->is_listed = true;
    if (asked != NULL) asked->is_listed = true;
    return result;
}
