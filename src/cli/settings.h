/*
 * settings: what targets are read with: the configuration file, the options of the command line,
 * which win over its defaults, the auths of both, and the modules and limits that the fleet is to
 * have.
 *
 *     take options into .config_path, .credentials, .given
 *     settings_load(&settings, fleet);      at start and at each reload
 *     targets_read... with settings_context
 *     targets_apply(...)
 *     settings_apply_limits(&settings, fleet);
 *     settings_prune(&settings, fleet);     auths that are named no more are removed
 *     settings_unload(&settings);           what was read is wiped
 *     settings_free(&settings);             at the end
 */
#pragma once

#include "cli/credentials.h"
#include "cli/targets_args.h"
#include "conf/config.h"
#include "conf/input.h"
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
    struct target_draft given;            /* keys that the command line gives */
    struct fleet_limits limit_flags;      /* of the fleet; zero: not given on the command line */
    /* While it is loaded: */
    struct config *config;                /* NULL: there is no file */
    struct fleet_mib *mib;                /* that its names were looked up in; otherwise NULL */
    uint32_t polled[1 + TARGETS_ARGS_MODULES_MAX];  /* what --walk, --modules or nobody says */
    struct fleet_target_options defaults;
    struct fleet_limits limits;           /* of command line and file; zero: neither says */
    bool is_usage;                        /* what was wrong was on the command line */
    struct fleet_auth_options own_auth;   /* of the command line, with what the default auth says */
    struct targets_auth *auths;           /* of file and command line, sorted by name */
    size_t auth_count;
};

/*
 * Give @fleet the modules and auths that there are now, built-in modules first. 0, or what was
 * wrong (told on standard error): -errno or an enum fleet_error, nothing loaded; targets go on with
 * what they have.
 */
int settings_load(struct settings *settings, struct fleet *fleet);
void settings_prune(const struct settings *settings, struct fleet *fleet);

/* Last, when nothing else was wrong: a reload that fails leaves the limits as they are. */
void settings_apply_limits(const struct settings *settings, struct fleet *fleet);
void settings_unload(struct settings *settings);

/* The name that the auth of @number has; NULL when it is none of these. */
const struct targets_auth *settings_named(const struct settings *settings, uint32_t number);

/* What the auth of @number says; NULL when it is none of these. Its secrets are not to be shown. */
const struct fleet_auth_options *settings_auth(const struct settings *settings, uint32_t number);

/*
 * Warn of modules of the configuration that no target has, unless the command line says what is to
 * be polled.
 */
void settings_warn_unused(const struct settings *settings, const struct targets_used *used);

struct targets_context settings_context(struct settings *settings, const struct fleet *fleet);

void settings_free(struct settings *settings);
