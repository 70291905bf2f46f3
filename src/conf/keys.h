/*
 * keys: the table of the keys that say how a target is polled, and of those of `fleet`: name,
 * limits, default, help. Targets files, `defaults` and `fleet` of the configuration, and the
 * options of the command line that mean the same (cli/option.h) all read their values by it.
 */
#pragma once

#include "conf/rule.h"

enum target_key {
    TARGET_NAME,
    TARGET_AUTH,
    TARGET_MODULES,
    TARGET_INTERVAL,
    TARGET_TIMEOUT,
    TARGET_RETRIES,
    TARGET_WINDOW,
    TARGET_RATE,
    TARGET_GAP,
    TARGET_MAX_REPETITIONS,
    TARGET_VARBINDS_MAX,
    TARGET_DEADLINE,
    TARGET_VERSION,
    TARGET_COMMUNITY,
    TARGET_CONTEXT,
    TARGET_ENGINE_ID,
    TARGET_REPLY_FROM,
    TARGET_REPLY_COMMUNITY,
    TARGET_FAMILY,
    TARGET_KEYS
};

enum limit_key {
    LIMIT_RATE,
    LIMIT_WINDOW,
    LIMIT_DNS_RATE,
    LIMIT_MEMORY,
    LIMIT_KEYS
};

/* Where a key of a target may be written, beside the command line. */
enum key_door {
    KEY_ON_LINE = 1,        /* behind a target, as key=value */
    KEY_IN_DEFAULTS = 2,    /* under `defaults` */
};

struct key {
    const char *name;
    const char *value;      /* what its value is called in help: "DUR" */
    struct rule rule;
    const char *standard;   /* what counts when nobody says, as text; NULL: there is no such */
    const char *help;
    unsigned doors;         /* enum key_door; 0: it is a key of `fleet` */
};

extern const struct key target_keys[TARGET_KEYS];
extern const struct key limit_keys[LIMIT_KEYS];

/* Of reply_from and reply_community. */
enum { KEY_STRICT, KEY_ANY };

/* "name", "auth", ... */
const char *target_key_text(enum target_key key);

/* TARGET_KEYS: there is none of that name. */
enum target_key target_key_find(const char *name);

/* The key that @name is most like; NULL: it is like none. */
const char *target_key_nearest(const char *name);
