/*
 * target_key: values of the keys that say how a target is polled (keys.h has their table). A
 * targets file has them as key=value, a configuration file under `defaults`; both read them here,
 * and the command line has some of them as options.
 */
#pragma once

#include "conf/keys.h"
#include "conf/targets_auth.h"
#include "snmpfleet/fleet.h"
#include "base/arena.h"

enum { TARGET_TAGS_MAX = 64, TARGET_WHAT_MAX = 256 };

#define TARGET_MODULE_PLANNED 0x80000000u

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
 * What @said says, key by key, in the place of what @options say; keys that it has not stay. Names,
 * modules and credentials are no part of it.
 */
void target_draft_merge(const struct target_draft *said, struct fleet_target_options *options);

/*
 * When all keys are read: do those of credentials agree? What the defaults, with which the draft
 * began, say of credentials gives way to what the target itself says.
 */
bool target_draft_settle(struct target_draft *draft, struct target_fault *ret_fault);
