/*
 * mib: what a start with MIB modules costs, without and with a cache, and how fast names and OIDs
 * are found.
 *
 *     bench_mib [FOLDERS] [runs]        FOLDERS as in -M; default ../shared/mibs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snmpfleet/mib.h"

static double seconds_now(void) {
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Milliseconds of one start; the mib goes to @ret_mib, or away. */
static double start(const struct fleet_mib_options *options, struct fleet_mib **ret_mib) {
    struct fleet_mib *mib;
    double begun = seconds_now();
    if (fleet_mib_new(&mib, options) != 0) {
        (void)fprintf(stderr, "the modules cannot be loaded\n");
        exit(1);
    }
    double ms = 1e3 * (seconds_now() - begun);
    if (ret_mib != NULL) *ret_mib = mib;
    else fleet_mib_free(mib);
    return ms;
}

static void measure_start(const char *what, const struct fleet_mib_options *options, int runs) {
    double best = 1e9;
    for (int i = 0; i < runs; i++) {
        double ms = start(options, NULL);
        if (ms < best) best = ms;
    }
    (void)printf("%-28s %8.2f ms (best of %d)\n", what, best, runs);
}

static void measure_lookups(struct fleet_mib *mib, int rounds) {
    const struct fleet_object *last = NULL, *o;
    size_t count = 0, found = 0;
    double begun = seconds_now();
    while ((o = fleet_mib_next(mib, last)) != NULL) {
        last = o;
        count++;
    }
    (void)printf("%-28s %8.2f ms for %zu OIDs\n", "tree made and walked",
                 1e3 * (seconds_now() - begun), count);
    const struct fleet_object **all = calloc(count + 1, sizeof(struct fleet_object *));
    if (all == NULL) return;
    count = 0;
    for (last = NULL; (o = fleet_mib_next(mib, last)) != NULL; last = o) all[count++] = o;
    begun = seconds_now();
    for (int i = 0; i < rounds; i++) {
        for (size_t k = 0; k < count; k++) found += fleet_mib_find(mib, all[k]->name) != NULL;
    }
    double names = seconds_now() - begun;
    begun = seconds_now();
    for (int i = 0; i < rounds; i++) {
        for (size_t k = 0; k < count; k++) {
            uint32_t oid[FLEET_OID_SUBIDS_MAX + 2];
            size_t length = all[k]->oid_length;
            memcpy(oid, all[k]->oid, length * sizeof(*oid));
            oid[length] = 4711;
            found += fleet_mib_at(mib, oid, length + 1) != NULL;
        }
    }
    double instances = seconds_now() - begun;
    double total = (double)rounds * (double)count;
    (void)printf("%-28s %8.2f million/s\n", "lone names", total / names / 1e6);
    (void)printf("%-28s %8.2f million/s\n", "names of instances", total / instances / 1e6);
    if (found != 2 * (size_t)total) (void)printf("%zu of %.0f found\n", found, 2 * total);
    free(all);
}

int main(int argc, char **argv) {
    const char *folders = argc > 1 ? argv[1] : "../shared/mibs";
    int runs = argc > 2 ? atoi(argv[2]) : 10;
    char cache[] = "/tmp/snmpfleet-bench-XXXXXX", remove[64];
    if (runs < 1 || mkdtemp(cache) == NULL) return 3;
    struct fleet_mib_options options = { .path = folders, .modules = "ALL", .cache = "",
                                         .reader = MIB_READER };
    struct fleet_mib *mib;
    measure_start("no modules", &(struct fleet_mib_options){ .path = folders, .cache = "" }, runs);
    measure_start("all modules, no cache", &options, runs);
    options.cache = cache;
    (void)start(&options, NULL);
    measure_start("all modules, cached", &options, runs);
    (void)start(&options, &mib);
    measure_lookups(mib, 20);
    fleet_mib_free(mib);
    (void)snprintf(remove, sizeof(remove), "rm -r %s", cache);
    return system(remove) == 0 ? 0 : 1;
}
