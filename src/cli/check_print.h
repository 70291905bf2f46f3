/*
 * check_print: what `snmpfleet check` says of targets, auths and modules.
 */
#pragma once

#include "cli/settings.h"

/* How many targets a module has, by its number, and how often they are polled. */
struct check_use {
    size_t targets;
    uint64_t shortest_ns, longest_ns;
};

/* All that is said. */
struct check_view {
    const struct settings *settings;
    const struct fleet *fleet;
    const struct targets *targets;
};

/* Each auth and each target on a line, as a targets file would have it. */
void check_print_list(const struct check_view *view);

/* What it all amounts to: targets, auths, modules with their plans, load. */
void check_print_summary(const struct check_view *view);
