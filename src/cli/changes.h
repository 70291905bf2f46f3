/*
 * changes: what a reload has done to the modules and auths of a fleet, by their names and numbers:
 * one that is not as it was has another number.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/fleet.h"

struct changes_name {
    char *name;      /* owned */
    uint32_t number;
};

/* The names at a moment, sorted. */
struct changes_names {
    struct changes_name *all;
    size_t count;
};

struct changes {
    size_t added, changed, removed, unchanged;
};

/* 0 or -ENOMEM. Modules with a name; auths with a name. To be deinited either way. */
int changes_take_modules(struct changes_names *names, const struct fleet *fleet);
int changes_take_auths(struct changes_names *names, const struct fleet *fleet);
void changes_deinit(struct changes_names *names);

struct changes changes_between(const struct changes_names *before,
                               const struct changes_names *after);

/* "1 added, 2 changed, 0 removed, 5 as before" */
enum { CHANGES_TEXT = 128 };
const char *changes_text(const struct changes *changes, char text[static CHANGES_TEXT]);
