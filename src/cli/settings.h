/*
 * settings: everything that targets are read with. That is the configuration file, the options of
 * the command line (they win over `defaults`), the auths of both, and the modules and limits of the
 * fleet.
 *
 *     take options into .config_path, .credentials, .given
 *     settings_load(&settings, fleet);      at start and at each reload
 *     targets_read... with settings_context
 *     targets_apply(...)
 *     settings_apply_limits(&settings, fleet);
 *     settings_prune(&settings, fleet);     auths that nothing names any more are removed
 *     settings_unload(&settings);           what was read is wiped
 *     settings_free(&settings);             at the end
 */
#pragma once

#include "cli/credentials.h"
#include "cli/targets_args.h"
#include "conf/config.h"
#include "conf/input.h"
#include "conf/source_keep.h"
#include "conf/target_key.h"

enum { SETTINGS_WALKS_MAX = 64 };

struct settings {
    const char *verb;                     /* "poll" */
    const char *program;                  /* in messages: "snmpfleet poll" */
    const char *config_path;              /* -f; NULL: none */
    const char *mib_path, *mib_modules;   /* -M, -m; NULL: not given */
    const char *modules;                  /* --modules; NULL: not given */
    const char *const *walks;             /* of --walk: a module of that name, before the others */
    size_t walk_count;                    /* at most SETTINGS_WALKS_MAX */
    struct credentials credentials;
    struct inputs inputs;                 /* of configuration and targets */
    struct source_keep keep;              /* what sources of targets said */
    atomic_bool is_stopping;              /* no command is waited for any more */
    bool without_sources;                 /* the part `targets` of the configuration is not read */
    struct target_draft given;            /* keys that the command line gives */
    struct fleet_limits limit_flags;      /* of the fleet; zero: not given on the command line */
    /* While it is loaded: */
    struct config *config;                /* NULL: there is no file */
    struct fleet_mib *mib;                /* that its names were looked up in; otherwise NULL */
    uint32_t polled[1 + TARGETS_ARGS_MODULES_MAX];  /* what --walk, --modules or nobody says */
    struct fleet_target_options defaults;
    struct fleet_limits limits;           /* of command line and file; zero: neither says */
    bool is_usage;                        /* the error was in the command line */
    struct fleet_auth_options own_auth;   /* of the command line, with what the default auth says */
    struct targets_auth *auths;           /* of file and command line, sorted by name */
    size_t auth_count;
};

/*
 * Give @fleet the modules and auths of the file and the command line, built-in modules first.
 * Returns 0, or -errno or an enum fleet_error after a message. After an error nothing is loaded,
 * and targets go on with what they have.
 */
int settings_load(struct settings *settings, struct fleet *fleet);

/* Names of MIB modules in .mib, unless they are there. 0 or -errno, told. */
int settings_open_mib(struct settings *settings);
void settings_prune(const struct settings *settings, struct fleet *fleet);

/* To be called last, when there was no error: a reload that fails must not change the limits. */
void settings_apply_limits(const struct settings *settings, struct fleet *fleet);
void settings_unload(struct settings *settings);

/* The auth with this number in the fleet, or NULL. */
const struct targets_auth *settings_named(const struct settings *settings, uint32_t number);

/* The options of the auth with this number, or NULL. Its secrets must not be shown. */
const struct fleet_auth_options *settings_auth(const struct settings *settings, uint32_t number);

/*
 * Warn of modules of the configuration that no target has, unless the command line says what is to
 * be polled.
 */
void settings_warn_unused(const struct settings *settings, const struct targets_used *used);

struct targets_context settings_context(struct settings *settings, const struct fleet *fleet);

void settings_free(struct settings *settings);
