/*
 * both_io: tests of a fleet on real sockets are run with mmsg, and once more with io_uring. Where
 * the kernel refuses that, they say so, and count as skipped.
 */
#pragma once

#include <stdio.h>

#include <cmocka.h>

#include "snmpfleet/fleet.h"

static enum fleet_io io;  /* of fleets that the tests make */

static inline void both_io_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static inline void both_io_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

/* What main returns. */
static inline int both_io_run(const struct CMUnitTest *tests, size_t count) {
    io = FLEET_IO_MMSG;
    int failed = _cmocka_run_group_tests("mmsg", tests, count, NULL, NULL);
    struct fleet *probe;
    io = FLEET_IO_URING;
    const struct fleet_options o = { .sink = { .rows = both_io_rows, .report = both_io_report },
                                     .io = io };
    int error = fleet_new(&probe, &o);
    if (error != 0) {
        printf("io_uring cannot be used here (%d): its tests are skipped\n", error);
        return failed != 0 ? failed : 77;
    }
    fleet_free(probe);
    return failed + _cmocka_run_group_tests("uring", tests, count, NULL, NULL);
}
