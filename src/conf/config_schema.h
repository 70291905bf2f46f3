/*
 * config_schema: the keys of a configuration file, and the loading of its texts by libcyaml. All
 * values are text to libcyaml: what a duration or a password is, is decided where places are known.
 */
#pragma once

#include "conf/config_outline.h"
#include "conf/target_key.h"

/*
 * Keys of an auth. Each secret has four: its text, a file with it, a variable of the environment
 * with it, a credential of the service manager (a file in $CREDENTIALS_DIRECTORY).
 */
enum config_auth_key {
    CONFIG_VERSION,
    CONFIG_USERNAME,
    CONFIG_AUTH_PROTOCOL,
    CONFIG_PRIV_PROTOCOL,
    CONFIG_LEVEL,
    CONFIG_CONTEXT,
    CONFIG_CONTEXT_ENGINE_ID,
    CONFIG_ENGINE_ID,
    CONFIG_SECRETS,
};

enum config_secret {
    CONFIG_COMMUNITY,
    CONFIG_AUTH_PASSWORD,
    CONFIG_AUTH_MASTER_KEY,
    CONFIG_AUTH_LOCALIZED_KEY,
    CONFIG_PRIV_PASSWORD,
    CONFIG_PRIV_MASTER_KEY,
    CONFIG_PRIV_LOCALIZED_KEY,
    CONFIG_SECRET_KINDS
};

enum config_form { CONFIG_LITERAL, CONFIG_FILE, CONFIG_ENV, CONFIG_CREDENTIAL, CONFIG_FORMS };

enum { CONFIG_AUTH_KEYS = CONFIG_SECRETS + CONFIG_SECRET_KINDS * CONFIG_FORMS };

static inline unsigned config_secret_key(enum config_secret secret, enum config_form form) {
    return CONFIG_SECRETS + (unsigned)secret * CONFIG_FORMS + (unsigned)form;
}

/* "version", ..., "community", "community_file", ... */
const char *config_auth_key_text(unsigned key);

struct config_auth_texts {
    char *texts[CONFIG_AUTH_KEYS];   /* NULL: not given */
};

struct config_defaults_texts {
    char *texts[TARGET_KEYS];
    char *community_from[CONFIG_FORMS];  /* community_file, community_env, ... */
    char **modules;                      /* when they are a list */
    uint32_t module_count;
    char **tags;                         /* in the order of the file */
};

struct config_texts {
    struct config_defaults_texts *defaults;  /* NULL: the part is missing or empty */
    struct config_auth_texts **auths;        /* in the order of the file */
};

struct config_schema;

/*
 * The schema for a file of this outline, whose keys become those of `auths` and `tags`. False:
 * memory is out.
 */
bool config_schema_make(struct config_reader *reader, const struct config_node *root,
                        struct config_schema **ret_schema);

/* Has everything in the outline its place in the schema? Otherwise false, and all is told. */
bool config_schema_check(struct config_reader *reader, const struct config_schema *schema,
                         const struct config_node *root);

/* Load texts that were checked; they lie in memory that is wiped when it is freed. */
bool config_schema_load(struct config_reader *reader, const struct config_schema *schema,
                        const char *bytes, size_t length, struct config_texts **ret_texts);
void config_schema_unload(const struct config_schema *schema, struct config_texts *texts);
