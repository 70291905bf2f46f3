/* config_modules: see config_modules.h. */
#include "conf/config_modules.h"
#include "conf/config_clash.h"
#include "conf/config_table.h"
#include "conf/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    PARTS_MAX = 48,         /* of one kind, of a module */
    SCALARS_MAX = 256,
    CONTEXTS_MAX = 4094,
    CONTEXT_BYTES_MAX = 120,
};

static const char *const module_keys[] = { "interval", "scalars",  "tables",
                                           "subtrees", "contexts", NULL };
static const char *const context_keys[] = { "name", "context", "community_suffix", NULL };

/* An array in the reader's arena for each item of the list at @node; NULL: told. */
static void *list_room(struct config_reader *r, const struct config_node *node, size_t size,
                       size_t max) {
    if (!config_check_list(r, node)) return NULL;
    if (node->count > max) {
        (void)config_fault(r, node->place, "%s: more than %zu", node->key, max);
        return NULL;
    }
    void *room = arena_get(r->arena, node->count * size);
    if (room == NULL) (void)config_out_of_memory(r);
    return room;
}

static bool check_scalar(struct config_reader *r, const struct fleet_column *columns, size_t count,
                         const struct config_object *o) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(columns[i].oid, o->column.oid) == 0)
            return config_fault(r, o->node->place, "%s is given twice", o->mib_name);
        if (strcmp(columns[i].object, o->column.object) == 0)
            return config_fault(r, o->node->place,
                                "there is another scalar '%s': `name` gives it one of its own",
                                o->column.object);
    }
    return true;
}

/* All scalars are there, each by one item of the list at @node. */
static bool check_scalars(struct config_reader *r, const struct config_node *node,
                          const struct fleet_module_options *module) {
    const struct fleet_table row = { .columns = module->scalars, .module = module->name,
                                     .column_count = module->scalar_count, .is_scalars = true };
    struct schema_clash clash;
    bool is_good = true;
    for (size_t at = 0; schema_find_clash(&row, at, &clash); at = clash.at + 1)
        is_good = config_clash(r, config_node_at(node, clash.at), &clash);
    return is_good;
}

static bool read_scalars(struct config_reader *r, const struct config_node *node,
                         struct fleet_module_options *module) {
    struct fleet_column *columns = list_room(r, node, sizeof(*columns), SCALARS_MAX);
    if (columns == NULL) return false;
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        struct config_object object;
        if (config_reader_is_full(r)) return false;
        bool is_fine = config_object_read(r, n, CONFIG_SCALAR, &object) &&
                       check_scalar(r, columns, count, &object);
        if (is_fine) columns[count++] = object.column;
        is_good = is_good && is_fine;
    }
    module->scalars = columns;
    module->scalar_count = count;
    return is_good && check_scalars(r, node, module);
}

static bool read_tables(struct config_reader *r, const struct config_node *node,
                        struct fleet_module_options *module) {
    struct fleet_table *tables = list_room(r, node, sizeof(*tables), PARTS_MAX);
    if (tables == NULL) return false;
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (config_reader_is_full(r)) return false;
        if (!config_table_read(r, n, &tables[count])) {
            is_good = false;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp(tables[i].name, tables[count].name) == 0)
                is_good = config_fault(r, n->place, "there is another table '%s' in this module",
                                       tables[i].name);
        }
        count++;
    }
    module->tables = tables;
    module->table_count = count;
    return is_good;
}

static bool read_subtrees(struct config_reader *r, const struct config_node *node,
                          struct fleet_module_options *module) {
    const char **subtrees = list_room(r, node, sizeof(*subtrees), PARTS_MAX);
    if (subtrees == NULL) return false;
    size_t count = 0;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        uint32_t oid[FLEET_OID_SUBIDS_MAX];
        size_t length;
        const struct fleet_object *known;
        if (!config_object_resolve(r, n, oid, &length, &known)) return false;
        subtrees[count] = config_oid_text(r, oid, length);
        if (subtrees[count] == NULL) return false;
        for (size_t i = 0; i < count; i++) {
            if (strcmp(subtrees[i], subtrees[count]) == 0)
                return config_fault(r, n->place, "%s is given twice", n->text);
        }
        count++;
    }
    module->subtrees = subtrees;
    module->subtree_count = count;
    return true;
}

/* What stands in a context may be empty: that is the default context. */
static bool context_text(struct config_reader *r, const struct config_node *node,
                         const char **ret_text) {
    if (node == NULL) return true;
    if (node->kind != CONFIG_TEXT || node->is_null)
        return config_fault_expected(r, node, "a name");
    if (strlen(node->text) > CONTEXT_BYTES_MAX)
        return config_fault(r, node->place, "more than %d bytes", CONTEXT_BYTES_MAX);
    if (*node->text != '\0' && config_name(r, node) == NULL) return false;
    *ret_text = node->text;
    return true;
}

static bool read_context(struct config_reader *r, const struct config_node *node,
                         struct fleet_context *context) {
    *context = (struct fleet_context){ 0 };
    if (node->kind != CONFIG_MAPPING) return context_text(r, node, &context->name);
    if (!config_check_mapping(r, node, context_keys)) return false;
    const struct config_node *name = config_node_find(node, "name");
    if (name == NULL) return config_fault(r, node->place, "expected a key 'name'");
    return context_text(r, name, &context->name) &&
           context_text(r, config_node_find(node, "context"), &context->context) &&
           context_text(r, config_node_find(node, "community_suffix"), &context->suffix);
}

static bool read_contexts(struct config_reader *r, const struct config_node *node,
                          struct fleet_module_options *module) {
    struct fleet_context *contexts = list_room(r, node, sizeof(*contexts), CONTEXTS_MAX);
    if (contexts == NULL) return false;
    size_t count = 0;
    for (const struct config_node *n = node->first; n != NULL; n = n->next, count++) {
        if (!read_context(r, n, &contexts[count])) return false;
        for (size_t i = 0; i < count; i++) {
            if (strcmp(contexts[i].name, contexts[count].name) == 0)
                return config_fault(r, n->place, "'%s' is given twice", contexts[i].name);
        }
    }
    module->contexts = contexts;
    module->context_count = count;
    return true;
}

static bool read_module(struct config_reader *r, const struct config_node *node,
                        struct fleet_module_options *module) {
    *module = (struct fleet_module_options){ .name = node->key };
    if (node->key[strcspn(node->key, ", \t@")] != '\0')
        return config_fault(r, node->key_place,
                            "a module's name has no blanks, commas or @ in it");
    if (strcmp(node->key, SCHEMA_REPORTS) == 0)
        return config_fault(r, node->key_place,
                            "reports are called %s: the module needs another name",
                            SCHEMA_REPORTS);
    if (!config_check_is_mapping(r, node)) return false;
    bool is_good = config_check_mapping(r, node, module_keys);
    static const struct {
        const char *key;
        bool (*read)(struct config_reader *, const struct config_node *,
                     struct fleet_module_options *);
    } lists[] = {
        { "scalars", read_scalars },
        { "tables", read_tables },
        { "subtrees", read_subtrees },
        { "contexts", read_contexts },
    };
    const struct config_node *interval = config_node_find(node, "interval");
    if (interval != NULL)
        is_good = config_by_rule(r, interval, &target_keys[TARGET_INTERVAL].rule,
                                 &module->interval_ns) && is_good;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const struct config_node *list = config_node_find(node, lists[i].key);
        if (list != NULL) is_good = lists[i].read(r, list, module) && is_good;
    }
    if (!is_good) return false;
    if (module->scalar_count + module->table_count + module->subtree_count == 0)
        return config_fault(r, node->place,
                            "nothing to poll: expected 'scalars', 'tables' or 'subtrees'");
    return true;
}

/*
 * Texts below @node that have a module in front, "IF-MIB::ifDescr"; into @names unless it is NULL.
 */
static size_t list_qualified(const struct config_node *node, const char **names) {
    size_t count = 0;
    const struct config_node *n = node;
    while (n != NULL) {
        const char *const texts[] = { n->text, n == node ? NULL : n->key };
        for (size_t i = 0; i < 2; i++) {
            if (texts[i] == NULL || strstr(texts[i], "::") == NULL) continue;
            if (names != NULL) names[count] = texts[i];
            count++;
        }
        const struct config_node *next = n->first;
        for (; next == NULL && n != node; n = n->parent) next = n->next;
        n = next;
    }
    return count;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * The MIB modules that stand in front of names are loaded first, in an order of their own, so that
 * the order of modules and tables in the file says nothing of what a lone name means.
 */
static bool load_named(struct config_reader *r, const struct config_node *node) {
    size_t count = list_qualified(node, NULL);
    const char **names = arena_get(r->arena, (count + 1) * sizeof(*names));
    if (names == NULL) return config_out_of_memory(r);
    (void)list_qualified(node, names);
    qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++) {
        uint32_t oid[FLEET_OID_SUBIDS_MAX];
        size_t length;
        const struct fleet_object *object;
        char why[FLEET_MIB_WHY_MAX];
        /* What is wrong with it is told where it is read. */
        if (fleet_mib_parse(r->context.mib, names[i], oid, &length, &object, why) == -ENOMEM)
            return config_out_of_memory(r);
    }
    return true;
}

bool config_modules_read(struct config_reader *r, const struct config_node *node,
                         struct fleet_module_options **ret_modules, size_t *ret_count) {
    *ret_modules = NULL;
    *ret_count = 0;
    if (node == NULL || node->is_null) return true;
    if (!config_check_is_mapping(r, node)) return false;
    if (r->context.mib == NULL)
        return config_fault(r, node->key_place, "modules are not read here");
    struct fleet_module_options *modules =
        arena_get(r->arena, (node->count + 1) * sizeof(*modules));
    if (modules == NULL) return config_out_of_memory(r);
    if (!load_named(r, node)) return false;
    size_t count = 0;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (config_reader_is_full(r)) return false;
        is_good = read_module(r, n, &modules[count++]) && is_good;
    }
    *ret_modules = modules;
    *ret_count = count;
    return is_good;
}
