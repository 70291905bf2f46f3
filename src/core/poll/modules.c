/* modules: see modules.h. */
#include "core/poll/modules.h"

#include <string.h>

#include "base/prng.h"
#include "core/walk/plan_compile.h"
#include "snmpfleet/error.h"

enum { CHUNK_BYTES = 16384 }; /* of plans; none is kept for reuse */

void modules_init(struct modules *modules) {
    arena_pool_init(&modules->chunks, CHUNK_BYTES, 0);
}

static uint64_t hash_number(uint64_t h, uint64_t number) {
    return prng_mix(h + number + 1);
}

static uint64_t hash_syntax(uint64_t h, const struct fleet_syntax *s) {
    if (s == NULL) return hash_number(h, 0);
    h = prng_hash_text(prng_hash_text(prng_hash_text(h, s->base), s->convention), s->hint);
    h = hash_number(h, (uint64_t)s->type << 1 | s->is_bits);
    for (uint32_t i = 0; i < s->name_count; i++)
        h = prng_hash_text(hash_number(h, (uint64_t)s->names[i].number), s->names[i].name);
    for (uint32_t i = 0; i < s->range_count; i++)
        h = hash_number(hash_number(h, (uint64_t)s->ranges[i].low), (uint64_t)s->ranges[i].high);
    return h;
}

static uint64_t hash_columns(uint64_t h, const struct fleet_column *columns, size_t count) {
    h = hash_number(h, count);
    for (size_t i = 0; i < count; i++) {
        const struct fleet_column *c = &columns[i];
        h = hash_syntax(prng_hash_text(prng_hash_text(h, c->object), c->oid), c->syntax);
        h = hash_number(h, (uint64_t)c->as << 2 | (uint64_t)c->is_tag << 1 | c->is_hidden);
    }
    return h;
}

static uint64_t hash_index(uint64_t h, const struct fleet_index *index, size_t count) {
    h = hash_number(h, count);
    for (size_t i = 0; i < count; i++) {
        h = hash_syntax(prng_hash_text(h, index[i].name), index[i].syntax);
        h = hash_number(h, (uint64_t)index[i].kind << 32 | (uint64_t)index[i].as << 16 |
                               index[i].size);
    }
    return h;
}

static uint64_t hash_filters(uint64_t h, const struct fleet_filter *filters, size_t count) {
    h = hash_number(h, count);
    for (size_t i = 0; i < count; i++) {
        h = hash_number(prng_hash_text(h, filters[i].by), filters[i].is_negated);
        h = hash_number(h, filters[i].match_count);
        for (size_t k = 0; k < filters[i].match_count; k++) {
            const struct fleet_match *m = &filters[i].matches[k];
            h = prng_hash_text(h, m->text);
            h = hash_number(hash_number(h, (uint64_t)m->low), (uint64_t)m->high);
            h = hash_number(h, m->bits != NULL ? m->bit_octets + 1 : 0);
            for (uint32_t n = 0; m->bits != NULL && n < m->bit_octets; n++)
                h = hash_number(h, m->bits[n]);
        }
    }
    return h;
}

static uint64_t hash_table(uint64_t h, const struct fleet_table *t) {
    h = hash_columns(prng_hash_text(h, t->name), t->columns, t->column_count);
    h = hash_index(h, t->index, t->index_count);
    h = hash_number(h, t->join_count);
    for (size_t i = 0; i < t->join_count; i++) {
        const struct fleet_join *j = &t->joins[i];
        h = hash_index(hash_columns(h, j->columns, j->column_count), j->index, j->index_count);
        for (size_t k = 0; j->by != NULL && k < j->index_count; k++)
            h = prng_hash_text(h, j->by[k]);
    }
    return hash_filters(h, t->filters, t->filter_count);
}

/* Of all that the options say. */
static uint64_t module_fingerprint(const struct fleet_module_options *o) {
    uint64_t h = hash_columns(hash_number(1, o->interval_ns), o->scalars, o->scalar_count);
    h = hash_number(h, o->table_count);
    for (size_t i = 0; i < o->table_count; i++) h = hash_table(h, &o->tables[i]);
    for (size_t i = 0; i < o->subtree_count; i++) h = prng_hash_text(h, o->subtrees[i]);
    h = hash_number(h, o->subtree_count);
    for (size_t i = 0; i < o->context_count; i++) {
        const struct fleet_context *c = &o->contexts[i];
        h = prng_hash_text(prng_hash_text(prng_hash_text(h, c->name), c->context), c->suffix);
    }
    return h;
}

static void module_free_plans(struct module *m) {
    while (m->plans != NULL) {
        struct plan *next = m->plans->next;
        plan_free(m->plans);
        m->plans = next;
    }
    *m = (struct module){ 0 };
}

static bool module_is_used(const struct module *m) {
    for (const struct plan *p = m->plans; p != NULL; p = p->next) {
        if (p->users > 0) return true;
    }
    return false;
}

/* A number that no module has; those without a name that nobody uses any more are gone. */
static int module_new_number(struct modules *modules, uint32_t *ret_module) {
    uint32_t number = modules->bound;
    for (uint32_t i = modules->bound; i > 0; i--) {
        struct module *m = &modules->all[i - 1];
        if (!m->has_name && !module_is_used(m)) {
            module_free_plans(m);
            number = i - 1;
        }
    }
    if (number == MODULES_MAX) return FLEET_E_FULL;
    if (number == modules->bound) modules->bound++;
    *ret_module = number;
    return 0;
}

/* One plan for each context. */
static int module_make_plans(struct modules *modules, const struct fleet_module_options *o,
                             struct module *m) {
    size_t count = o->context_count > 0 ? o->context_count : 1;
    struct plan **link = &m->plans;
    if (count > PLAN_CONTEXTS_MAX) return FLEET_E_FULL;
    for (size_t i = 0; i < count; i++) {
        int error = plan_new(o, i, &modules->chunks, &modules->table_number, link);
        if (error != 0) return error;
        for (const struct plan *p = m->plans; p != *link; p = p->next) {
            if (strcmp(p->label, (*link)->label) == 0) return FLEET_E_DUPLICATE;
        }
        link = &(*link)->next;
    }
    m->plan_count = (uint32_t)count;
    return 0;
}

int modules_find(const struct modules *modules, const char *name, uint32_t *ret_module) {
    for (uint32_t i = 0; i < modules->bound; i++) {
        const struct module *m = &modules->all[i];
        if (!m->has_name || strcmp(m->plans->name, name) != 0) continue;
        *ret_module = i;
        return 0;
    }
    return FLEET_E_UNKNOWN;
}

/* A module with this name and content, even if the name has since passed to another version. */
static bool module_find_same(const struct modules *modules, const char *name, uint64_t fingerprint,
                             uint32_t *ret_module) {
    for (uint32_t i = 0; i < modules->bound; i++) {
        const struct module *m = &modules->all[i];
        if (m->plans == NULL || m->fingerprint != fingerprint || strcmp(m->plans->name, name) != 0)
            continue;
        *ret_module = i;
        return true;
    }
    return false;
}

int modules_set(struct modules *modules, const struct fleet_module_options *o,
                uint32_t *ret_module) {
    uint32_t old, number;
    uint64_t fingerprint = module_fingerprint(o);
    bool is_known = o->name != NULL && modules_find(modules, o->name, &old) == 0;
    if (o->name != NULL && module_find_same(modules, o->name, fingerprint, &number)) {
        if (is_known) modules->all[old].has_name = false;
        modules->all[number].has_name = true;
        *ret_module = number;
        return 0;
    }
    struct module fresh = { .fingerprint = fingerprint, .has_name = true };
    int error = module_make_plans(modules, o, &fresh);
    if (error == 0) error = module_new_number(modules, &number);
    if (error != 0) {
        module_free_plans(&fresh);
        return error;
    }
    if (is_known) modules->all[old].has_name = false;
    modules->all[number] = fresh;
    *ret_module = number;
    return 0;
}

int modules_add(struct modules *modules, const struct fleet_module_options *o,
                uint32_t *ret_module) {
    uint32_t known;
    if (o->name != NULL && modules_find(modules, o->name, &known) == 0) return FLEET_E_DUPLICATE;
    return modules_set(modules, o, ret_module);
}

int modules_remove(struct modules *modules, uint32_t module) {
    if (modules_at(modules, module) == NULL) return FLEET_E_UNKNOWN;
    modules->all[module].has_name = false;
    if (!module_is_used(&modules->all[module])) module_free_plans(&modules->all[module]);
    return 0;
}

const struct module *modules_at(const struct modules *modules, uint32_t module) {
    bool is_there = module < modules->bound && modules->all[module].has_name;
    return is_there ? &modules->all[module] : NULL;
}

int modules_get(const struct modules *modules, uint32_t module, struct fleet_module *ret_module) {
    const struct module *m = modules_at(modules, module);
    if (m == NULL) return FLEET_E_UNKNOWN;
    const struct plan *plan = m->plans;
    *ret_module = (struct fleet_module){ .name = plan->name,
                                         .interval_ns = plan->interval_ns,
                                         .contexts = plan->context != NULL ? m->plan_count : 0,
                                         .parts = plan->part_count };
    return 0;
}

int modules_part(const struct modules *modules, uint32_t module, uint32_t part,
                 struct fleet_module_part *ret_part) {
    const struct module *m = modules_at(modules, module);
    if (m == NULL) return FLEET_E_UNKNOWN;
    const struct plan *plan = m->plans;
    if (part >= plan->part_count) return FLEET_E_UNKNOWN;
    const struct plan_part *p = &plan->parts[part];
    *ret_part = (struct fleet_module_part){ .table = &p->described,
                                            .asked = p->column_count,
                                            .groups = p->group_count,
                                            .is_lookup = p->kind == PLAN_LOOKUP };
    return 0;
}

void modules_deinit(struct modules *modules) {
    for (uint32_t i = 0; i < modules->bound; i++) module_free_plans(&modules->all[i]);
    arena_pool_deinit(&modules->chunks);
}
