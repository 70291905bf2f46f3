/* bench_compare: see bench_compare.h. */
#include "cli/bench_compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare.h"
#include "bench/compare_html.h"
#include "bench/compare_text.h"
#include "bench/measure.h"
#include "bench/report_read.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "conf/show.h"

enum { RESULTS_MAX = 32, NAME_TEXT = 64 };

struct comparing {
    struct bench_result results[RESULTS_MAX];
    struct bench_comparison comparisons[RESULTS_MAX];
    char names[RESULTS_MAX][NAME_TEXT];
    size_t count;                 /* results that were read */
};

static int read_one(struct comparing *c, const char *path) {
    char shown[SHOW_MAX + 4], error[BENCH_ERROR_MAX];
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (file == NULL) {
        log_line(LEVEL_ERROR, path, "%s", strerror(errno));
        return EXIT_BAD_CONFIG;
    }
    int result = bench_report_read(file, show_text(path, shown), &c->results[c->count], error);
    if (file != stdin) (void)fclose(file);
    if (result == 0) {
        c->count++;
        return EXIT_COMPLETE;
    }
    log_line(LEVEL_ERROR, NULL, "%s", error);
    return result == -ENOMEM ? EXIT_SYSTEM : EXIT_BAD_CONFIG;
}

static int write_page(const struct comparing *c, const char *path) {
    bool is_output = strcmp(path, "-") == 0;
    FILE *file = is_output ? stdout : fopen(path, "we");
    if (file == NULL) {
        log_line(LEVEL_ERROR, path, "cannot be opened: %s", strerror(errno));
        return EXIT_SYSTEM;
    }
    errno = 0;
    int error = bench_compare_html(file, c->comparisons, c->count - 1);
    bool has_failed = error != 0 || fflush(file) != 0 || ferror(file) != 0;
    if (has_failed)
        log_line(LEVEL_ERROR, path, "cannot be written: %s",
                 strerror(error != 0 ? -error : errno != 0 ? errno : EIO));
    if (!is_output && fclose(file) != 0 && !has_failed) {
        log_line(LEVEL_ERROR, path, "cannot be written: %s", strerror(errno));
        has_failed = true;
    }
    return has_failed ? EXIT_SYSTEM : EXIT_COMPLETE;
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* The files' names without their folders, where that tells them apart; printable. */
static void name_all(struct comparing *c, const struct bench_options *o) {
    bool are_apart = true;
    for (int i = 0; i < o->file_count; i++) {
        for (int k = 0; k < i; k++)
            are_apart &= strcmp(file_name(o->files[i]), file_name(o->files[k])) != 0;
    }
    for (int i = 0; i < o->file_count; i++)
        (void)measure_text(are_apart ? file_name(o->files[i]) : o->files[i], c->names[i],
                           NAME_TEXT);
}

static int compare_all(struct comparing *c, const struct bench_options *o) {
    for (int i = 0; i < o->file_count; i++) {
        int code = read_one(c, o->files[i]);
        if (code != EXIT_COMPLETE) return code;
    }
    name_all(c, o);
    for (size_t i = 1; i < c->count; i++) {
        int error = bench_compare(&c->results[0], c->names[0], &c->results[i], c->names[i],
                                  &c->comparisons[i - 1]);
        if (error == 0) continue;
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    bool is_page_output = o->html != NULL && strcmp(o->html, "-") == 0;
    if (!is_page_output) bench_compare_text(stdout, c->comparisons, c->count - 1);
    if (fflush(stdout) != 0) {
        log_line(LEVEL_ERROR, NULL, "standard output: %s", strerror(errno));
        return EXIT_SYSTEM;
    }
    return o->html != NULL ? write_page(c, o->html) : EXIT_COMPLETE;
}

int bench_compare_files(const struct bench_options *o) {
    if (o->file_count > RESULTS_MAX) {
        log_line(LEVEL_ERROR, NULL, "too many results: %d (at most %d)", o->file_count,
                 RESULTS_MAX);
        return EXIT_USAGE;
    }
    struct comparing *c = calloc(1, sizeof(*c));
    if (c == NULL) return EXIT_SYSTEM;
    int code = compare_all(c, o);
    for (size_t i = 0; i < c->count; i++) bench_result_deinit(&c->results[i]);
    free(c);
    return code;
}
