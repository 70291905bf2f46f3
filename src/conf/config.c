/*
 * config: a file is read in four steps, each of which tells all its faults: the outline (is it
 * YAML?), the schema (which keys?), the texts by libcyaml, and what they mean.
 */
#include "conf/config.h"
#include "base/utf8.h"
#include "conf/config_defaults.h"
#include "conf/config_fleet.h"
#include "conf/config_modules.h"
#include "conf/config_outputs.h"
#include "conf/config_sources.h"
#include "conf/input.h"
#include "conf/secret.h"
#include "conf/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ARENA_CHUNK = 16 << 10 };

struct config {
    struct arena_pool pool;
    struct arena arena;
    struct config_reader reader;
    struct config_node *root;             /* NULL: the file is empty */
    struct config_schema *schema;
    struct config_texts *texts;           /* libcyaml's; wiped */
    struct config_owned *owned;           /* of secrets that are not in the texts; wiped */
    struct config_auth *auths;            /* in the order of the file */
    struct targets_auth *table;           /* the same, sorted by name */
    size_t auth_count;
    struct fleet_limits limits;
    struct fleet_target_options defaults;
    struct fleet_module_options *modules; /* in the order of the file */
    const char **module_names;            /* of these */
    uint32_t *module_numbers;             /* in the fleet, once applied */
    size_t module_count;
    struct source *sources;
    size_t source_count;
    struct fleet_writer_options *outputs;
    size_t output_count;
};

int config_new(struct config **ret_config) {
    struct config *c = calloc(1, sizeof(*c));
    if (c == NULL) return -ENOMEM;
    arena_pool_init(&c->pool, ARENA_CHUNK, 0);
    c->arena = ARENA_INIT(&c->pool);
    *ret_config = c;
    return 0;
}

void config_free(struct config *config) {
    if (config == NULL) return;
    if (config->schema != NULL) config_schema_unload(config->schema, config->texts);
    config_owned_free(config->owned);
    arena_deinit(&config->arena);
    arena_pool_deinit(&config->pool);
    free(config);
}

/* All auths and their table, in which numbers are places in the file, from 1, until the fleet's. */
static bool read_auths(struct config *c, const struct config_node *part) {
    size_t count = part != NULL ? part->count : 0;
    c->auths = arena_get(&c->arena, (count + 1) * sizeof(*c->auths));
    c->table = arena_get(&c->arena, (count + 1) * sizeof(*c->table));
    if (c->auths == NULL || c->table == NULL) return config_out_of_memory(&c->reader);
    const struct config_node *node = count > 0 ? part->first : NULL;
    bool is_good = true;
    for (size_t i = 0; i < count; i++, node = node->next) {
        if (config_reader_is_full(&c->reader)) return false;
        struct config_auth *auth = &c->auths[i];
        is_good = config_auth_read(&c->reader, &c->owned, node, c->texts->auths[i], auth) &&
                  is_good;
        c->table[i] = (struct targets_auth){ .name = auth->options.name,
                                             .number = (uint32_t)i + 1,
                                             .version = auth->options.version };
    }
    c->auth_count = count;
    targets_auths_sort(c->table, count);
    return is_good;
}

static bool read_modules(struct config *c, const struct config_node *part) {
    bool is_good = config_modules_read(&c->reader, part, &c->modules, &c->module_count);
    c->module_names = arena_get(&c->arena, (c->module_count + 1) * sizeof(*c->module_names));
    c->module_numbers = arena_get(&c->arena, (c->module_count + 1) * sizeof(*c->module_numbers));
    if (c->module_names == NULL || c->module_numbers == NULL)
        return config_out_of_memory(&c->reader);
    for (size_t i = 0; i < c->module_count; i++) c->module_names[i] = c->modules[i].name;
    return is_good;
}

static bool read_meaning(struct config *c) {
    bool is_good = config_fleet_read(&c->reader, config_node_find(c->root, "fleet"), &c->limits);
    is_good = config_sources_read(&c->reader, config_node_find(c->root, "targets"), &c->sources,
                                  &c->source_count) && is_good;
    is_good = read_auths(c, config_node_find(c->root, "auths")) && is_good;
    is_good = read_modules(c, config_node_find(c->root, "modules")) && is_good;
    is_good = config_outputs_read(&c->reader, config_node_find(c->root, "outputs"), &c->outputs,
                                  &c->output_count) && is_good;
    struct target_keys keys = { .fleet = c->reader.context.fleet,
                                .planned = c->module_names,
                                .planned_count = c->module_count,
                                .auths = c->table,
                                .auth_count = c->auth_count,
                                .arena = &c->arena };
    struct target_draft draft;
    const struct config_node *defaults = config_node_find(c->root, "defaults");
    if (!config_defaults_read(&c->reader, &c->owned, &keys, defaults,
                              c->texts->defaults, &draft)) return false;
    c->defaults = draft.options;
    return is_good;
}

static int result_of(struct config *c) {
    config_tell_more(&c->reader);
    if (c->reader.error == 0) return c->reader.faults > 0 ? FLEET_E_INVALID : 0;
    config_fault(&c->reader, (struct config_place){ 0, 0 }, "%s", strerror(-c->reader.error));
    return c->reader.error;
}

/* The folder that relative paths begin with, with its slash. */
static const char *folder_of(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return "";
    size_t length = (size_t)(slash - path) + 1;
    char *folder = (char *)arena_get_bytes(arena, length + 1);
    if (folder == NULL) return NULL;
    memcpy(folder, path, length);
    folder[length] = '\0';
    return folder;
}

/* False: what the reader needs is not there. */
static bool begin(struct config *c, const char *name, const struct config_context *context) {
    c->reader = (struct config_reader){ .context = *context, .file = name, .arena = &c->arena };
    const char *file = arena_text(&c->arena, name);
    c->reader.folder = folder_of(&c->arena, name);
    if (file == NULL || c->reader.folder == NULL) return config_out_of_memory(&c->reader);
    c->reader.file = file;
    return true;
}

static void read_text(struct config *c, const char *text, size_t length) {
    struct config_reader *r = &c->reader;
    if (utf16_is_marked(text, length)) {
        config_fault(r, (struct config_place){ 1, 1 }, "this is UTF-16 text: save it as UTF-8");
        return;
    }
    size_t mark = utf8_mark(text, length);
    text += mark;
    length -= mark;
    if (!config_outline_read(r, text, length, &c->root) || c->root == NULL) return;
    if (!config_schema_make(r, c->root, &c->schema)) return;
    if (!config_schema_check(r, c->schema, c->root)) return;
    if (!config_schema_load(r, c->schema, text, length, &c->texts) || c->texts == NULL) return;
    (void)read_meaning(c);
}

int config_read_text(struct config *config, const char *text, size_t length, const char *name,
                     const struct config_context *context) {
    if (begin(config, name, context)) read_text(config, text, length);
    return result_of(config);
}

/* An empty file is fine at the start only, and an empty pipe is one that was read before. */
static void check_empty(struct config *c, const char *path) {
    const struct inputs *inputs = c->reader.context.inputs;
    struct stat st;
    const char *why = NULL;
    if (c->root != NULL || c->reader.faults > 0 || c->reader.error != 0) return;
    if (inputs != NULL && inputs->is_running) why = "there is nothing in it";
    else if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode)) why = "nothing comes from this pipe";
    if (why != NULL) config_fault(&c->reader, (struct config_place){ 0, 0 }, "%s", why);
}

int config_read(struct config *config, const char *path, const struct config_context *context) {
    struct config_reader *r = &config->reader;
    if (!begin(config, path, context)) return result_of(config);
    char *text = NULL, why[INPUT_WHY_MAX];
    size_t length = 0;
    int error = input_read(context->inputs, path, CONFIG_BYTES_MAX, &text, &length);
    if (error != 0) {
        config_fault(r, (struct config_place){ 0, 0 }, "%s",
                     input_why(error, CONFIG_BYTES_MAX, why));
        return error;
    }
    r->is_public = input_is_public(path);
    if (input_is_utf16(text, length))
        config_fault(r, (struct config_place){ 0, 0 }, INPUT_IS_UTF16);
    else read_text(config, text, length);
    check_empty(config, path);
    (void)secret_realloc(text, 0);
    return result_of(config);
}

/* The fleet refused it: where that was asked for. */
static void fault_apply(struct config *c, const struct config_auth *auth, int error,
                        const char *why) {
    struct config_place place = config_auth_place(auth, why != NULL ? why : "");
    if (error == FLEET_E_UNSUPPORTED) {
        const char *priv = fleet_priv_protocol_text(auth->options.priv_protocol);
        bool is_priv = why != NULL && strstr(why, priv) != NULL;
        const struct config_node *key =
            config_node_find(auth->node, is_priv ? "priv_protocol" : "auth_protocol");
        if (key != NULL) place = key->place;
    }
    config_fault(&c->reader, place, "%s", why != NULL ? why : fleet_error_text(error));
}

/* Where the module is in the file, for what only the fleet finds wrong. */
static struct config_place module_place(const struct config *c, const char *name) {
    const struct config_node *node = config_node_find(config_node_find(c->root, "modules"), name);
    return node != NULL ? node->key_place : (struct config_place){ 0, 0 };
}

static void apply_modules(struct config *c, struct fleet *fleet) {
    for (size_t i = 0; i < c->module_count; i++) {
        int error = fleet_module_set(fleet, &c->modules[i], &c->module_numbers[i]);
        if (error < 0) c->reader.error = error;
        if (error > 0)
            config_fault(&c->reader, module_place(c, c->modules[i].name), "module '%s': %s",
                         c->modules[i].name, fleet_error_text(error));
        if (error != 0) return;
    }
    /* The defaults may name modules that had no number before. */
    uint32_t *numbers = (uint32_t *)(uintptr_t)c->defaults.modules;
    for (size_t i = 0; i < c->defaults.module_count; i++) {
        if (numbers[i] >= TARGET_MODULE_PLANNED)
            numbers[i] = c->module_numbers[numbers[i] - TARGET_MODULE_PLANNED];
    }
}

int config_apply(struct config *config, struct fleet *fleet) {
    struct config *c = config;
    apply_modules(c, fleet);
    uint32_t default_auth = 0;
    for (size_t i = 0; i < c->auth_count && !config_reader_is_full(&c->reader); i++) {
        struct targets_auth *t = &c->table[i];
        const struct config_auth *auth = &c->auths[t->number - 1];
        const char *why = NULL;
        bool is_default = c->defaults.auth == t->number;
        int error = fleet_auth_set(fleet, &auth->options, &t->number, &why);
        if (error < 0) c->reader.error = error;
        if (error > 0) fault_apply(c, auth, error, why);
        if (is_default) default_auth = t->number;
    }
    c->defaults.auth = default_auth;
    return result_of(c);
}

const struct fleet_target_options *config_defaults(const struct config *config) {
    return &config->defaults;
}

const struct fleet_limits *config_limits(const struct config *config) {
    return &config->limits;
}

const struct fleet_module_options *config_module(const struct config *config, size_t index) {
    return index < config->module_count ? &config->modules[index] : NULL;
}

void config_warn_unused(struct config *config, config_is_used_fn *is_used, const void *context) {
    for (size_t i = 0; i < config->module_count; i++) {
        const char *name = config->modules[i].name;
        char shown[SHOW_MAX + 4];
        if (is_used(context, config->module_numbers[i])) continue;
        (void)show_text(name, shown);
        config_warn(&config->reader, module_place(config, name),
                    "module '%s' is not polled: nothing names it. Targets name it with modules=%s, "
                    "all of them with `defaults: { modules: [%s] }`, the command line with "
                    "--modules %s", shown, shown, shown, shown);
    }
}

const struct source *config_sources(const struct config *config, size_t *ret_count) {
    *ret_count = config->source_count;
    return config->sources;
}

const struct fleet_writer_options *config_outputs(const struct config *config, size_t *ret_count) {
    *ret_count = config->output_count;
    return config->outputs;
}

const struct targets_auth *config_auths(const struct config *config, size_t *ret_count) {
    *ret_count = config->auth_count;
    return config->table;
}

const struct fleet_auth_options *config_auth(const struct config *config, size_t index) {
    return index < config->auth_count ? &config->auths[index].options : NULL;
}
