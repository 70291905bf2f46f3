/* settings: see settings.h. */
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/mib_folders.h"
#include "cli/settings.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the command line says wins, key by key. */
static struct fleet_limits settings_merge_limits(const struct settings *s) {
    struct fleet_limits limits = { .rate = 0 };
    const struct fleet_limits *flags = &s->limit_flags;
    if (s->config != NULL) limits = *config_limits(s->config);
    if (flags->rate != 0) limits.rate = flags->rate;
    if (flags->window != 0) limits.window = flags->window;
    if (flags->dns_rate != 0) limits.dns_rate = flags->dns_rate;
    if (flags->memory != 0) limits.memory = flags->memory;
    return limits;
}

static void tell_mib(void *context, const char *file, const char *text) {
    (void)context;
    log_bounded(LOG_KIND_MIB, LEVEL_WARNING, file, "%s", text);
}

int settings_open_mib(struct settings *s) {
    if (s->mib != NULL) return 0;
    struct fleet_mib_options options = { .path = s->mib_path, .modules = s->mib_modules,
                                         .reader = CLI_MIB_READER, .warn = tell_mib };
    mib_folders_check(s->mib_path);
    int error = fleet_mib_new(&s->mib, &options);
    if (error < 0) log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
    return error < 0 ? error : 0;  /* modules of -m that are not there are warned of */
}

/*
 * Built-in modules have their names again, and modules of the last configuration none: what it says
 * now comes next.
 */
static int settings_reset_modules(struct fleet *fleet) {
    for (uint32_t i = 0; i < fleet_module_bound(fleet); i++) {
        struct fleet_module module;
        bool is_other = fleet_module_get(fleet, i, &module) == 0 &&
                        fleet_module_builtin(module.name) == NULL;
        if (is_other) (void)fleet_module_remove(fleet, i);
    }
    return targets_args_set_builtin(fleet);
}

/* A name of --walk as the OID that it stands for, in @text. */
static int settings_resolve_walk(struct settings *s, const char *walk,
                                 char text[static FLEET_OID_TEXT_MAX], const char **ret_oid) {
    *ret_oid = walk;
    if (walk[strspn(walk, "0123456789.")] == '\0') return 0;
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    int error = s->mib == NULL ? settings_open_mib(s) : 0;
    if (error != 0) return error;
    error = fleet_mib_parse(s->mib, walk, oid, &length, &object, why);
    if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "--walk: %s", why);
        return error;
    }
    (void)fleet_mib_oid_text(s->mib, oid, length, &numeric, text, FLEET_OID_TEXT_MAX);
    *ret_oid = text;
    return 0;
}

/* The module `walk`. */
static int settings_add_walk(struct settings *s, struct fleet *fleet, uint32_t *ret_module) {
    const char *oids[SETTINGS_WALKS_MAX];
    char texts[SETTINGS_WALKS_MAX][FLEET_OID_TEXT_MAX];
    for (size_t i = 0; i < s->walk_count; i++) {
        int error = settings_resolve_walk(s, s->walks[i], texts[i], &oids[i]);
        if (error != 0) return error;
    }
    const struct fleet_module_options walk = { .name = "walk", .subtrees = oids,
                                               .subtree_count = s->walk_count };
    int error = fleet_module_add(fleet, &walk, ret_module);
    if (error == FLEET_E_DUPLICATE)
        log_line(LEVEL_ERROR, NULL, "--walk: the configuration has a module 'walk'");
    else if (error != 0)
        log_line(LEVEL_ERROR, NULL, "--walk takes names, or OIDs such as .1.3.6.1.2.1: %s",
                 fleet_error_text(error));
    return error;
}

/* What --walk, --modules, or else nobody says is to be polled. */
static int settings_choose_modules(struct settings *s, struct fleet *fleet) {
    struct fleet_target_options *o = &s->defaults;
    size_t count = 0, listed = 0;
    if (s->walk_count > 0) {
        int error = settings_add_walk(s, fleet, &s->polled[count++]);
        if (error != 0) return error;
    }
    bool is_asked = s->modules != NULL || count > 0;
    const char *list = s->modules != NULL ? s->modules : target_keys[TARGET_MODULES].standard;
    if (s->modules != NULL || (count == 0 && o->module_count == 0)) {
        int error = targets_args_modules(fleet, list, s->polled + count, &listed);
        if (error != 0) return error;
    }
    if (!is_asked && o->module_count > 0) return 0;
    o->modules = s->polled;
    o->module_count = count + listed;
    return 0;
}

static int settings_read_config(struct settings *s, struct fleet *fleet) {
    struct config_context context = { .fleet = fleet,
                                      .inputs = &s->inputs,
                                      .fault = targets_args_tell,
                                      .warn = targets_args_warn };
    int error = settings_open_mib(s);
    if (error != 0) return error;
    context.mib = s->mib;
    error = config_new(&s->config);
    if (error == 0) error = config_read(s->config, s->config_path, &context);
    if (error == 0) error = config_apply(s->config, fleet);
    return error;
}

/* The file's auths, and that of the command line. */
static int settings_list_auths(struct settings *s, uint32_t own) {
    size_t count = 0;
    const struct targets_auth *auths = NULL;
    if (s->config != NULL) auths = config_auths(s->config, &count);
    s->auths = calloc(count + 1, sizeof(*s->auths));
    if (s->auths == NULL) return -ENOMEM;
    if (count > 0) memcpy(s->auths, auths, count * sizeof(*auths));
    if (own != 0) {
        s->auths[count++] = (struct targets_auth){ .name = CONFIG_AUTH_OF_COMMAND_LINE,
                                                   .number = own,
                                                   .version = FLEET_V3 };
        targets_auths_sort(s->auths, count);
    }
    s->auth_count = count;
    return 0;
}

/* The auth of the configuration's defaults; NULL: they have none. */
static const struct fleet_auth_options *settings_default_auth(const struct settings *s) {
    size_t count = 0;
    const struct targets_auth *auths = NULL;
    const struct fleet_auth_options *auth;
    if (s->config != NULL) auths = config_auths(s->config, &count);
    while (count > 0 && auths[count - 1].number != s->defaults.auth) count--;
    if (count == 0 || s->defaults.auth == 0) return NULL;
    for (size_t i = 0; (auth = config_auth(s->config, i)) != NULL; i++) {
        if (strcmp(auth->name, auths[count - 1].name) == 0) return auth;
    }
    return NULL;
}

int settings_load(struct settings *settings, struct fleet *fleet) {
    struct settings *s = settings;
    s->is_usage = false;
    s->defaults = (struct fleet_target_options){ 0 };
    int error = settings_reset_modules(fleet);
    if (error == 0 && s->config_path != NULL) error = settings_read_config(s, fleet);
    /* Modules and folders that are not there are told, whether or not a name needs them. */
    bool names_mibs = s->mib_modules != NULL || s->mib_path != NULL;
    if (error == 0 && s->mib == NULL && names_mibs) error = settings_open_mib(s);
    else if (error == 0 && s->mib == NULL) mib_folders_check(NULL);
    if (error == 0 && s->config != NULL) s->defaults = *config_defaults(s->config);
    s->limits = settings_merge_limits(s);
    if (error == 0) {
        error = settings_choose_modules(s, fleet);
        s->is_usage = error > 0;
    }
    if (error == 0) {
        target_draft_merge(&s->given, &s->defaults);
        error = credentials_apply(&s->credentials, s->program, fleet, settings_default_auth(s),
                                  &s->defaults, &s->own_auth);
        s->is_usage = error > 0;
    }
    bool is_own = s->credentials.is_given && s->own_auth.version == FLEET_V3;
    if (error == 0) {
        error = settings_list_auths(s, is_own ? s->defaults.auth : 0);
        if (error != 0) log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
    }
    if (error != 0) settings_unload(s);
    return error;
}

void settings_prune(const struct settings *s, struct fleet *fleet) {
    for (uint32_t number = 1; number <= fleet_auth_bound(fleet); number++) {
        const char *name = fleet_auth_name(fleet, number);
        if (name != NULL && targets_auths_find(s->auths, s->auth_count, name) == NULL)
            (void)fleet_auth_remove(fleet, number);
    }
}

void settings_apply_limits(const struct settings *s, struct fleet *fleet) {
    int error = fleet_limits_set(fleet, &s->limits);
    assert(error == 0);  /* options and file were held against the same limits */
    (void)error;
}

void settings_unload(struct settings *settings) {
    config_free(settings->config);
    free(settings->auths);
    fleet_mib_free(settings->mib);
    settings->config = NULL;
    settings->mib = NULL;
    settings->auths = NULL;
    settings->auth_count = 0;
    settings->defaults = (struct fleet_target_options){ 0 };
    settings->own_auth = (struct fleet_auth_options){ .name = NULL };
}

static bool is_used(const void *used, uint32_t module) {
    return targets_used_has(used, module);
}

void settings_warn_unused(const struct settings *s, const struct targets_used *used) {
    bool is_chosen = s->modules != NULL || s->walk_count > 0;
    if (s->config != NULL && !is_chosen) config_warn_unused(s->config, is_used, used);
}

struct targets_context settings_context(struct settings *settings, const struct fleet *fleet) {
    size_t count = 0;
    const struct source *sources = NULL;
    if (settings->config != NULL && !settings->without_sources)
        sources = config_sources(settings->config, &count);
    return (struct targets_context){ .fleet = fleet,
                                     .inputs = &settings->inputs,
                                     .sources = sources,
                                     .source_count = count,
                                     .keep = &settings->keep,
                                     .is_stopping = &settings->is_stopping,
                                     .defaults = &settings->defaults,
                                     .auths = settings->auths,
                                     .auth_count = settings->auth_count,
                                     .fault = targets_args_tell,
                                     .warn = targets_args_warn };
}

const struct targets_auth *settings_named(const struct settings *s, uint32_t number) {
    for (size_t i = 0; number != 0 && i < s->auth_count; i++) {
        if (s->auths[i].number == number) return &s->auths[i];
    }
    return NULL;
}

const struct fleet_auth_options *settings_auth(const struct settings *s, uint32_t number) {
    const struct targets_auth *named = settings_named(s, number);
    if (named == NULL) return NULL;
    const struct fleet_auth_options *auth = NULL;
    for (size_t i = 0; s->config != NULL && (auth = config_auth(s->config, i)) != NULL; i++) {
        if (strcmp(auth->name, named->name) == 0) return auth;
    }
    return &s->own_auth;
}

void settings_free(struct settings *settings) {
    settings_unload(settings);
    inputs_deinit(&settings->inputs);
    source_keep_deinit(&settings->keep);
    credentials_wipe(&settings->credentials);
}
