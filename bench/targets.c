/*
 * targets: how fast a targets file is read and made the fleet's, and what a target costs in memory.
 *
 *     bench_targets [LINES]      1,000,000
 *
 * Lines have a name, a community, two modules and a tag, as a real file's have. CPU time, on
 * one core; memory is what the process has resident more than before, when all is applied and the
 * file's own is freed. Nothing is sent.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "conf/targets.h"
#include "conf/targets_apply.h"

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double resident_bytes(void) {
    unsigned long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%lu %lu", &size, &resident) != 2) resident = 0;
    if (f != NULL) fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void tell(void *context, const char *file, size_t line, size_t column, const char *what) {
    (void)context;
    fprintf(stderr, "%s:%zu:%zu: %s\n", file, line, column, what);
}

static void write_lines(const char *path, unsigned count) {
    FILE *f = fopen(path, "w");
    assert(f != NULL);
    for (unsigned i = 0; i < count; i++)
        fprintf(f, "10.%u.%u.%u name=switch-%07u community=s3cret modules=system,interfaces "
                   "tag.site=%s\n", i >> 16 & 255, i >> 8 & 255, i & 255, i,
                i % 2 ? "ams" : "fra");
    assert(fclose(f) == 0);
}

static void print_rate(const char *what, unsigned count, double time) {
    printf("%-34s %8.2f million/s\n", what, count / time / 1e6);
}

int main(int argc, char **argv) {
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1000000;
    char path[] = "/tmp/snmpfleet-targets-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || count == 0) return 1;
    close(fd);
    write_lines(path, count);

    const struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report },
                                           .io = FLEET_IO_MMSG };
    struct fleet *fleet;
    struct targets *targets;
    uint32_t module;
    assert(fleet_new(&fleet, &options) == 0 && targets_new(&targets) == 0);
    assert(fleet_module_add(fleet, fleet_module_builtin("system"), &module) == 0);
    assert(fleet_module_add(fleet, fleet_module_builtin("interfaces"), &module) == 0);
    const struct fleet_target_options defaults = { 0 };
    const struct targets_context context = { .fleet = fleet, .defaults = &defaults, .fault = tell };

    double before = resident_bytes(), start = seconds();
    int error = targets_read_file(targets, path, &context);
    if (error == 0) error = targets_settle(targets, &context);
    double read = seconds();
    struct targets_changes changes;
    if (error == 0) error = targets_apply(targets, fleet, &changes);
    double applied = seconds();
    if (error == 0) error = targets_apply(targets, fleet, &changes);
    double again = seconds();
    double peak = resident_bytes();
    targets_free(targets);
    double after = resident_bytes();
    unlink(path);
    if (error != 0) return 1;

    print_rate("lines read and checked", count, read - start);
    print_rate("targets made of them, planned", count, applied - read);
    print_rate("both", count, applied - start);
    print_rate("applied again, nothing changed", count, again - applied);
    printf("%-34s %8.0f octets\n", "resident a target", (after - before) / count);
    printf("%-34s %8.0f octets\n", "while it is read", (peak - before) / count);
    fleet_free(fleet);
    return 0;
}
