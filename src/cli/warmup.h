/*
 * warmup: before a reload the configuration is read by a process of its own, so that MIB modules
 * that it names are compiled and kept when it is read here: that takes milliseconds, and what hangs
 * in there holds up nobody.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "cli/settings.h"

struct warmup {
    pid_t pid;    /* 0: none */
    int fd;       /* readable when it is over; -1: none */
};

#define WARMUP_NONE ((struct warmup){ .fd = -1 })

/* False: there is nothing to warm up, or no way to: reload at once. */
bool warmup_start(struct warmup *w, const struct settings *settings);

/* Take notice of its end. False: it is under way. */
bool warmup_is_over(struct warmup *w);

/* End it if it is under way. */
void warmup_stop(struct warmup *w);
