/* bench_files: see bench_files.h. */
#include "cli/bench_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/hgrm.h"
#include "bench/report_csv.h"
#include "bench/report_html.h"
#include "bench/report_json.h"
#include "cli/log.h"

static bool tell(const char *path, const char *what, int error) {
    log_line(LEVEL_ERROR, path, "%s: %s", what, strerror(error));
    return false;
}

static bool is_output(const char *path) {
    return path != NULL && strcmp(path, "-") == 0;
}

bool bench_files_take_output(const struct bench_files *f) {
    for (int i = 0; i < BENCH_FILE_KINDS; i++) {
        if (is_output(f->paths[i])) return true;
    }
    return false;
}

static bool open_one(struct bench_files *f, int kind) {
    const char *path = f->paths[kind];
    for (int i = 0; i < kind; i++) {
        if (f->paths[i] == NULL || strcmp(f->paths[i], path) != 0) continue;
        log_line(LEVEL_ERROR, path, "two reports go there; give each a file of its own");
        return false;
    }
    int fd = is_output(path) ? dup(STDOUT_FILENO)
                             : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    f->files[kind] = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (f->files[kind] != NULL) return true;
    int error = errno;
    if (fd >= 0) close(fd);
    return tell(path, "cannot be opened", error);
}

bool bench_files_open(struct bench_files *f) {
    for (int i = 0; i < BENCH_FILE_KINDS; i++) {
        if (f->paths[i] != NULL && !open_one(f, i)) return false;
    }
    return true;
}

static int write_kind(FILE *file, enum bench_file kind, const struct bench_result *result) {
    switch (kind) {
    case BENCH_FILE_JSON: bench_report_json(file, result); break;
    case BENCH_FILE_HGRM: hgrm_write(file, &result->latency); break;
    case BENCH_FILE_CSV: return bench_report_csv(file, result);
    case BENCH_FILE_HTML: return bench_report_html(file, result);
    case BENCH_FILE_KINDS: break;
    }
    return 0;
}

/* What was in the file is cut off only now. A pipe or a terminal has nothing to cut. */
static bool write_one(struct bench_files *f, int kind, const struct bench_result *result) {
    FILE *file = f->files[kind];
    struct stat status;
    bool is_file = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
    errno = 0;
    if (is_file && !is_output(f->paths[kind]) && ftruncate(fileno(file), 0) != 0)
        return tell(f->paths[kind], "cannot be written", errno);
    int failed = write_kind(file, (enum bench_file)kind, result);
    bool has_failed = fflush(file) != 0 || ferror(file) || failed != 0;
    int error = failed != 0 ? -failed : errno != 0 ? errno : EIO;
    f->files[kind] = NULL;
    if (fclose(file) != 0 && !has_failed) {
        error = errno;
        has_failed = true;
    }
    return !has_failed || tell(f->paths[kind], "cannot be written", error);
}

bool bench_files_write(struct bench_files *f, const struct bench_result *result) {
    bool is_good = true;
    for (int i = 0; i < BENCH_FILE_KINDS; i++) {
        if (f->files[i] != NULL) is_good &= write_one(f, i, result);
    }
    return is_good;
}

void bench_files_close(struct bench_files *f) {
    for (int i = 0; i < BENCH_FILE_KINDS; i++) {
        if (f->files[i] != NULL) (void)fclose(f->files[i]);
        f->files[i] = NULL;
    }
}
