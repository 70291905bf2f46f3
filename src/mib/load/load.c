/* load: see load.h. */
#include "mib/load/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "mib/load/builder.h"
#include "mib/load/builtin.h"
#include "mib/load/catalog.h"
#include "mib/load/child.h"
#include "mib/load/lookup.h"

/* What one call of mib_load needs: modules with all they import, imports first. */
struct loading {
    struct fleet_mib *mib;
    struct mib_module **modules;
    size_t count;
    struct child_job *jobs;           /* one for each file, in the order of its first module */
    struct order_module *job_modules;
    struct mib_module **job_owners;   /* beside job_modules */
    uint32_t *job_imports;
    uint32_t job_count;
    size_t job_module_count, job_import_count;
};

static struct mib_module *stand_in_make(struct fleet_mib *mib, const char *name) {
    struct scan_module modules[SCAN_MODULES_A_FILE];
    struct mib_module *m = calloc(1, sizeof(*m));
    char *text = m == NULL ? NULL : builtin_text(name);
    struct scan_module *found = arena_get(&mib->scan.arena, sizeof(*found));
    if (m == NULL || text == NULL || found == NULL ||
        scan_text(&mib->scan.arena, text, strlen(text), modules) != 1) {
        free(text);
        free(m);
        return NULL;
    }
    *found = modules[0];
    *m = (struct mib_module){ .name = found->name, .found = found, .text = text, .is_tried = true };
    return m;
}

/* Where no file has a module that others import from, what is built in may do. */
static struct mib_module *stand_in(struct fleet_mib *mib, const char *name) {
    for (size_t i = 0; i < mib->stand_in_count; i++) {
        if (strcmp(mib->stand_ins[i]->name, name) == 0) return mib->stand_ins[i];
    }
    if (mib->options.from == FLEET_MIB_FILES || !builtin_has_text(name) ||
        mib->stand_in_count == MIB_STAND_INS_MAX) return NULL;
    struct mib_module *m = stand_in_make(mib, name);
    if (m != NULL) mib->stand_ins[mib->stand_in_count++] = m;
    return m;
}

/* NULL: it is nowhere. */
static struct mib_module *import_of(struct fleet_mib *mib, const struct mib_module *m,
                                    uint32_t number) {
    const char *name = m->found->imports[number];
    struct mib_module *import = mib_known(mib, name);
    return import != NULL ? import : stand_in(mib, name);
}

/*
 * Put @first behind all it imports, directly or not, that is not listed yet. The path from it to
 * where we are is kept in @stack; modules that import each other in a circle are met on it.
 */
static void list_with_imports(struct loading *l, struct mib_module *first,
                              struct mib_module **stack, uint32_t *next) {
    size_t depth = 0;
    if (first->mark == l->mib->mark) return;
    first->mark = l->mib->mark;
    stack[0] = first;
    next[0] = 0;
    for (;;) {
        struct mib_module *m = stack[depth];
        if (next[depth] == m->found->import_count) {
            l->modules[l->count++] = m;
            if (depth-- == 0) return;
            continue;
        }
        struct mib_module *import = import_of(l->mib, m, next[depth]++);
        if (import == NULL || import->mark == l->mib->mark) continue;
        import->mark = l->mib->mark;
        depth++;
        stack[depth] = import;
        next[depth] = 0;
    }
}

static int list_all(struct loading *l, struct mib_module *const *modules, size_t count) {
    size_t all = l->mib->catalog_count + MIB_STAND_INS_MAX;
    l->modules = calloc(all + 1, sizeof(struct mib_module *));
    struct mib_module **stack = calloc(all + 1, sizeof(struct mib_module *));
    uint32_t *next = calloc(all + 1, sizeof(*next));
    if (l->modules != NULL && stack != NULL && next != NULL) {
        l->mib->mark++;
        for (size_t i = 0; i < count; i++) list_with_imports(l, modules[i], stack, next);
    }
    bool is_good = l->modules != NULL && stack != NULL && next != NULL;
    free(stack);
    free(next);
    return is_good ? 0 : -ENOMEM;
}

/*
 * What an image is made of: its file, and what it imports from; and where it is kept, which depends
 * on where those files are, so that programs with other folders do not take each other's place.
 */
static void compute_keys(struct loading *l) {
    /* Another libsmi may read other things from the same file. */
    static const char libsmi[] = SNMPFLEET_SMI_VERSION;
    const uint64_t library = prng_hash(libsmi, strlen(libsmi));
    for (size_t i = 0; i < l->count; i++) {
        struct mib_module *m = l->modules[i];
        const struct scan_file *f = m->file;
        m->key = m->place = library;
        if (f == NULL) continue;
        m->place = prng_hash(f->path, strlen(f->path));
        m->key = prng_mix(m->key ^ m->place);
        m->key = prng_mix(m->key ^ f->size);
        m->key = prng_mix(m->key ^ (uint64_t)f->mtime_ns);
        m->key = prng_mix(m->key ^ prng_hash(m->name, strlen(m->name)));
    }
    for (size_t i = 0; i < l->count; i++) {
        struct mib_module *m = l->modules[i];
        for (uint32_t k = 0; k < m->found->import_count; k++) {
            const char *name = m->found->imports[k];
            const struct mib_module *import = import_of(l->mib, m, k);
            uint64_t none = import == NULL ? prng_hash(name, strlen(name)) : 0;
            m->key = prng_mix(m->key + (import != NULL ? import->key : none));
            m->place = prng_mix(m->place + (import != NULL ? import->place : none));
        }
    }
}

static void job_of_file(struct loading *l, struct mib_module *m) {
    for (uint32_t i = 0; m->file != NULL && i < m->file->module_count; i++) {
        struct mib_module *other = mib_known(l->mib, m->file->modules[i].name);
        if (other->found == &m->file->modules[i] && other->mark == l->mib->mark &&
            other->job != UINT32_MAX) {
            m->job = other->job;
            return;
        }
    }
    m->job = l->job_count;
    l->jobs[l->job_count++] = (struct child_job){
        .path = m->file != NULL ? m->file->path : m->name, .text = m->text,
    };
}

/* The modules of a job lie together: first counted, then put in place. */
static int make_jobs(struct loading *l) {
    size_t import_count = 0;
    for (size_t i = 0; i < l->count; i++) import_count += l->modules[i]->found->import_count;
    l->jobs = calloc(l->count + 1, sizeof(*l->jobs));
    l->job_modules = calloc(l->count + 1, sizeof(*l->job_modules));
    l->job_owners = calloc(l->count + 1, sizeof(struct mib_module *));
    l->job_imports = calloc(import_count + 1, sizeof(*l->job_imports));
    if (l->jobs == NULL || l->job_modules == NULL || l->job_owners == NULL ||
        l->job_imports == NULL) return -ENOMEM;
    for (size_t i = 0; i < l->count; i++) l->modules[i]->job = UINT32_MAX;
    for (size_t i = 0; i < l->count; i++) {
        job_of_file(l, l->modules[i]);
        struct child_job *job = &l->jobs[l->modules[i]->job];
        bool has_image = l->modules[i]->image.memory != NULL;
        job->is_wanted |= !l->modules[i]->is_tried && !has_image;
        job->is_bad |= has_image ? l->modules[i]->image.is_failed
                                 : l->modules[i]->is_tried && job->text == NULL;
    }
    for (uint32_t j = 0; j < l->job_count; j++) {
        struct child_job *job = &l->jobs[j];
        job->modules = l->job_modules + l->job_module_count;
        job->imports = l->job_imports + l->job_import_count;
        for (size_t i = 0; i < l->count; i++) {
            struct mib_module *m = l->modules[i];
            if (m->job != j) continue;
            l->job_owners[l->job_module_count] = m;
            l->job_modules[l->job_module_count++] = (struct order_module){ m->name, m->key };
            job->module_count++;
            for (uint32_t k = 0; k < m->found->import_count; k++) {
                const struct mib_module *import = import_of(l->mib, m, k);
                if (import == NULL || import->job == j) continue;
                l->job_imports[l->job_import_count++] = import->job;
                job->import_count++;
            }
        }
    }
    return 0;
}

static struct mib_module *owner_of(const struct loading *l, uint32_t job, uint32_t module) {
    return l->job_owners[(size_t)(l->jobs[job].modules - l->job_modules) + module];
}

static int take_image(void *context, uint32_t job, uint32_t module, const void *bytes,
                      size_t size) {
    struct loading *l = context;
    struct mib_module *m = owner_of(l, job, module);
    if (m->is_tried || m->image.memory != NULL) return 0;
    if (!image_is_of(bytes, size, m->key)) return 1;
    l->mib->counts.images_compiled++;
    int error = image_copy(bytes, size, &m->image);
    if (error == 0) cache_put(&l->mib->cache, m->place, m->name, bytes, size);
    return error;
}

/* An image that says why there is none: it is cached like others. */
static int take_failure(void *context, uint32_t job, const char *why) {
    struct loading *l = context;
    for (uint32_t i = 0; i < l->jobs[job].module_count; i++) {
        struct mib_module *m = owner_of(l, job, i);
        struct builder *b;
        void *bytes = NULL;
        size_t size = 0;
        if (m->is_tried) continue;
        image_close(&m->image);
        int error = builder_new(&b, m->name);
        if (error != 0) return error;
        builder_fail(b);
        if (i == 0) builder_message(b, why);
        error = builder_finish(b, m->key, &bytes, &size);
        if (error == 0) error = image_copy(bytes, size, &m->image);
        if (error == 0) cache_put(&l->mib->cache, m->place, m->name, bytes, size);
        free(bytes);
        builder_free(b);
        if (error != 0) return error;
    }
    return 0;
}

static int append_loaded(struct fleet_mib *mib, struct mib_module *m) {
    if (mib->loaded_count == mib->loaded_capacity) {
        size_t capacity = mib->loaded_capacity == 0 ? 64 : 2 * mib->loaded_capacity;
        struct mib_module **loaded = realloc(mib->loaded, capacity * sizeof(struct mib_module *));
        if (loaded == NULL) return -ENOMEM;
        mib->loaded = loaded;
        mib->loaded_capacity = capacity;
    }
    mib->loaded[mib->loaded_count++] = m;
    return 0;
}

/* What is to be said of a module, and its place among those loaded. */
static int settle(struct loading *l, struct mib_module *m) {
    struct fleet_mib *mib = l->mib;
    m->is_tried = true;
    for (uint32_t i = 0; i < m->image.message_count; i++) {
        mib_warn(mib, m->file->path, "%s", m->image.messages[i]);
    }
    for (uint32_t i = 0; i < m->found->import_count && !m->image.is_failed; i++) {
        const char *name = m->found->imports[i];
        if (import_of(mib, m, i) == NULL)
            mib_warn(mib, m->file->path, "imports %s, which is in none of %s", name,
                     mib->search.text);
    }
    if (m->image.memory == NULL || m->image.is_failed) {
        image_close(&m->image);
        return FLEET_E_UNKNOWN;
    }
    return append_loaded(mib, m);
}

static void take_cached(struct loading *l) {
    for (size_t i = 0; i < l->count; i++) {
        struct mib_module *m = l->modules[i];
        if (m->is_tried || m->image.memory != NULL) continue;
        if (cache_get(&l->mib->cache, m->place, m->name, m->key, &m->image))
            l->mib->counts.images_cached++;
    }
}

/* Is there anything that only the child can give? */
static bool needs_child(const struct loading *l) {
    for (size_t i = 0; i < l->count; i++) {
        if (!l->modules[i]->is_tried && l->modules[i]->image.memory == NULL) return true;
    }
    return false;
}

static int load_in_child(struct loading *l) {
    struct child_handler handler = {
        .image = take_image, .failed = take_failure, .context = l,
        .timeout_ns = l->mib->options.timeout_ns, .reader = l->mib->options.reader,
    };
    uint32_t children;
    char why[CHILD_WHY_BYTES];
    int error = make_jobs(l);
    if (error != 0) return error;
    error = child_run(l->jobs, l->job_count, &handler, &children, why);
    if (error < 0) return error;
    l->mib->counts.children += children;
    if (error > 0 && !l->mib->is_without_reader)
        mib_warn(l->mib, NULL, "MIB files are not read: %s", why);
    l->mib->is_without_reader |= error > 0;
    return 0;
}

static int load_listed(struct loading *l) {
    int result = 0;
    compute_keys(l);
    take_cached(l);
    int error = needs_child(l) ? load_in_child(l) : 0;
    if (error != 0) return error;
    for (size_t i = 0; i < l->count; i++) {
        if (l->modules[i]->is_tried) continue;
        int r = settle(l, l->modules[i]);
        if (r < 0) return r;
        if (r != 0) result = r;
    }
    return result;
}

int mib_load(struct fleet_mib *mib, struct mib_module *const *modules, size_t count) {
    struct loading l = { .mib = mib };
    bool any = false;
    for (size_t i = 0; i < count; i++) any |= !modules[i]->is_tried;
    int error = any ? list_all(&l, modules, count) : 0;
    if (error == 0 && any) error = load_listed(&l);
    mib_forget_lookups(mib);
    free(l.modules);
    free(l.jobs);
    free(l.job_modules);
    free(l.job_owners);
    free(l.job_imports);
    if (error < 0) return error;
    for (size_t i = 0; i < count; i++) {
        if (modules[i]->image.memory == NULL) return FLEET_E_UNKNOWN;
    }
    return 0;
}

/*
 * What was loaded one by one before comes where it would have come if all had been loaded at once;
 * only what somebody asked for or named stays in front.
 */
static int sort_loaded(struct fleet_mib *mib, struct mib_module *const *modules, size_t count) {
    struct loading l = { .mib = mib };
    struct mib_module **sorted = calloc(mib->loaded_count + 1, sizeof(struct mib_module *));
    size_t at = 0;
    int error = sorted == NULL ? -ENOMEM : list_all(&l, modules, count);
    for (size_t i = 0; error == 0 && i < mib->loaded_count; i++) {
        const struct mib_module *m = mib->loaded[i];
        bool stays = m->is_listed || m->is_named || m->mark != mib->mark;
        if (stays) sorted[at++] = mib->loaded[i];
    }
    for (size_t i = 0; error == 0 && i < l.count; i++) {
        struct mib_module *m = l.modules[i];
        if (m->image.memory != NULL && !m->is_listed && !m->is_named) sorted[at++] = m;
    }
    if (error == 0) memcpy(mib->loaded, sorted, at * sizeof(struct mib_module *));
    free(sorted);
    free(l.modules);
    mib_forget_lookups(mib);
    return error;
}

/* From the last to the first, which is Net-SNMP's order. */
int mib_load_all(struct fleet_mib *mib) {
    int error = mib_catalog_make(mib);
    if (error != 0) return error;
    if (mib->is_all_loaded) return 0;
    mib->is_all_loaded = true;
    for (size_t i = 0; i < mib->scan.count; i++) {
        const struct scan_file *f = mib->scan.files[i];
        if (f->fault != NULL) mib_warn(mib, f->path, "%s", f->fault);
    }
    size_t count = mib->catalog_count;
    struct mib_module **modules = calloc(count + 1, sizeof(struct mib_module *));
    if (modules == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) modules[i] = mib->catalog[count - 1 - i];
    error = mib_load(mib, modules, count);
    if (error >= 0 && mib->loaded_count > 0) {
        int r = sort_loaded(mib, modules, count);
        if (r != 0) error = r;
    }
    free(modules);
    /* What nothing came of was warned of, and is no reason to go without the others. */
    return error < 0 ? error : 0;
}

int mib_load_path(struct fleet_mib *mib, const char *path) {
    struct scan_file *file;
    struct mib_module *modules[SCAN_MODULES_A_FILE];
    uint32_t count = 0;
    int error = mib_catalog_make(mib);
    if (error != 0) return error;
    int r = scan_one(&mib->scan, path, &file);
    if (r < 0) return r;
    if (r > 0 || file->fault != NULL) {
        mib_warn(mib, path, "%s", r > 0 ? "not a file that can be read" : file->fault);
        return FLEET_E_UNKNOWN;
    }
    error = mib_catalog_add_file(mib, file);
    if (error != 0) return error;
    for (uint32_t i = 0; i < file->module_count; i++) {
        struct mib_module *m = mib_known(mib, file->modules[i].name);
        modules[count++] = m;
    }
    return mib_load(mib, modules, count);
}
