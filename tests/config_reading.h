/*
 * config_reading: configurations read beside a real fleet that never runs, and what is told of
 * them. Include it behind cmocka.h.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/config.h"

/* Nothing of it may ever be told: every test's passwords hold it. */
#define NEVER "hunter2"

struct told {
    size_t count, warnings;
    char all[8192];   /* "line:column: what\n" of each */
};

static struct told told;
static struct fleet *fleet;
static struct fleet_mib *mib;

static inline void tell(void *context, const char *file, size_t line, size_t column,
                        const char *what) {
    (void)context;
    size_t at = strlen(told.all);
    assert_non_null(file);
    assert_null(strstr(what, NEVER));
    (void)snprintf(told.all + at, sizeof(told.all) - at, "%zu:%zu: %s\n", line, column, what);
    told.count++;
}

static inline void warn(void *context, const char *file, size_t line, size_t column,
                        const char *what) {
    tell(context, file, line, column, what);
    told.count--;
    told.warnings++;
}

static inline struct config_context context(void) {
    return (struct config_context){ .fleet = fleet, .mib = mib, .fault = tell, .warn = warn };
}

static inline struct config *read_bytes(const char *text, size_t length, int expected) {
    struct config *c;
    memset(&told, 0, sizeof(told));
    struct config_context with = context();
    assert_int_equal(config_new(&c), 0);
    int r = config_read_text(c, text, length, "test", &with);
    if (r != expected) fail_msg("%s\ngave %d:\n%s", text, r, told.all);
    return c;
}

static inline struct config *read_good(const char *text) {
    return read_bytes(text, strlen(text), 0);
}

static inline void assert_faults(const char *text, const char *faults) {
    config_free(read_bytes(text, strlen(text), FLEET_E_INVALID));
    if (strcmp(told.all, faults) != 0) fail_msg("%s\ngave\n%s", text, told.all);
}

static inline void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static inline void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static inline int set_up(void **state) {
    (void)state;
    struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report },
                                     .io = FLEET_IO_MMSG };
    /* Only what is built in: no test depends on the machine's MIB files. */
    const struct fleet_mib_options built_in = { .path = "/nonexistent", .cache = "" };
    int r = fleet_mib_new(&mib, &built_in);
    if (r == 0) r = fleet_new(&fleet, &options);
    uint32_t module;
    if (r == 0) r = fleet_module_add(fleet, fleet_module_builtin("system"), &module);
    if (r == 0) r = fleet_module_add(fleet, fleet_module_builtin("interfaces"), &module);
    return r;
}

static inline int tear_down(void **state) {
    (void)state;
    fleet_free(fleet);
    fleet_mib_free(mib);
    return 0;
}
