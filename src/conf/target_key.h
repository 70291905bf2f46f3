/*
 * target_key: the keys that say how a target is polled, and the forms of their values. A targets
 * file has them as key=value, a configuration file under `defaults`; both read them here.
 */
#pragma once

#include "conf/targets.h"
#include "base/arena.h"

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

enum { TARGET_TAGS_MAX = 64, TARGET_WHAT_MAX = 256 };

#define TARGET_MODULE_PLANNED 0x80000000u

/* "name", "auth", ... */
const char *target_key_text(enum target_key key);

/* TARGET_KEYS: there is none of that name. */
enum target_key target_key_find(const char *name);

/* What values are read with; the pieces that options point at come from the arena. */
struct target_keys {
    const struct fleet *fleet;         /* its modules may be named */
    const struct targets_auth *auths;  /* sorted by name; these may be named */
    size_t auth_count;
    const char *const *planned;        /* modules that the fleet will have: their numbers are
                                          TARGET_MODULE_PLANNED and their place here */
    size_t planned_count;
    struct arena *arena;
    int error;                         /* -ENOMEM, sticky */
    const char *modules_text;          /* the last `modules`, which is mostly the next one's too */
    const uint32_t *modules;
    size_t module_count;
};

/* A target in the making. Its options' tags are set by who has read them all. */
struct target_draft {
    struct fleet_target_options options;
    const struct targets_auth *auth;   /* of options.auth; NULL: version and community */
    uint32_t seen;                     /* keys that were read, as bits */
};

struct target_fault {
    enum target_key key;
    bool in_value;      /* so many bytes into the value; otherwise into the key */
    size_t offset;
    char what[TARGET_WHAT_MAX];
};

/*
 * Read @value, which may be cut up and stays referred to. False: *ret_fault says what is wrong, or
 * keys->error is set. Values that may be secret are never part of a message.
 */
bool target_key_read(struct target_keys *keys, struct target_draft *draft, enum target_key key,
                     char *value, struct target_fault *ret_fault);

/* Can a tag have this name and value? */
bool target_tag_check(const char *name, const char *value, struct target_fault *ret_fault);

/*
 * When all keys are read: do those of credentials agree? What the defaults, with which the draft
 * began, say of credentials gives way to what the target itself says.
 */
bool target_draft_settle(struct target_draft *draft, struct target_fault *ret_fault);
