/* keeper: see keeper.h. */
#include "cli/keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/log.h"

enum { EVERY_S = 300 };

static void keeper_plan(struct keeper *k, uint64_t now) {
    k->next_ns = now + (uint64_t)EVERY_S * CLOCK_NS_PER_S;
}

static void keeper_tell(struct keeper *k, int error) {
    if (error == 0) k->has_failed = false;
    if (error == 0 || k->has_failed) return;
    k->has_failed = true;
    log_bounded(LOG_KIND_STATE, LEVEL_ERROR, k->path, "what was learnt is not saved: %s",
                fleet_error_text(error));
}

static void keeper_give_up(struct keeper *k) {
    state_saver_free(k->saver);
    k->saver = NULL;
}

/*
 * The file is written under another name and then renamed, so that a symbolic link has to be
 * followed beforehand. False: it leads nowhere, which was told.
 */
static bool follow_link(struct keeper *k) {
    struct stat st;
    if (lstat(k->path, &st) != 0 || !S_ISLNK(st.st_mode)) return true;
    k->real = realpath(k->path, NULL);
    if (k->real == NULL) {
        log_line(LEVEL_ERROR, k->path, "--state is a symbolic link that leads nowhere: %s",
                 strerror(errno));
        return false;
    }
    k->path = k->real;
    return true;
}

int keeper_open(struct keeper *k, struct fleet *fleet, const char *path, uint64_t now) {
    *k = (struct keeper){ .path = path, .next_ns = UINT64_MAX };
    if (path == NULL) return EXIT_COMPLETE;
    if (!follow_link(k)) return EXIT_BAD_CONFIG;
    path = k->path;
    size_t taken = 0;
    int error = state_load(fleet, path, &taken);
    if (error == -ENOTSUP) {
        log_line(LEVEL_ERROR, path, "--state takes a file; this is a pipe, a device or a folder");
        return EXIT_BAD_CONFIG;
    }
    if (error > 0)
        log_line(LEVEL_WARNING, path, "damaged or of another version, ignored");
    if (error < 0 && error != -ENOENT)
        log_line(LEVEL_WARNING, path, "cannot be read: %s: ignored",
                 fleet_error_text(error));
    if (error == 0) log_line(LEVEL_INFO, path, "%zu targets are known already", taken);
    error = state_saver_new(&k->saver, path);
    keeper_give_up(k);
    if (error != 0) {
        log_line(LEVEL_ERROR, path, "cannot be written: %s",
                 fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    keeper_plan(k, now);
    return EXIT_COMPLETE;
}

void keeper_step(struct keeper *k, struct fleet *fleet, uint64_t now) {
    int error = 0;
    if (k->saver == NULL) {
        if (now < k->next_ns) return;
        keeper_plan(k, now);
        error = state_saver_new(&k->saver, k->path);
        keeper_tell(k, error);
        return;
    }
    if (!state_saver_step(k->saver, fleet, &error)) return;
    keeper_tell(k, error);
    keeper_give_up(k);
}

uint64_t keeper_deadline_ns(const struct keeper *k) {
    return k->saver != NULL ? 0 : k->next_ns;
}

void keeper_close(struct keeper *k, struct fleet *fleet) {
    if (k->path == NULL) return;
    keeper_give_up(k);
    int error = state_saver_new(&k->saver, k->path);
    if (error == 0) error = state_saver_finish(k->saver, fleet);
    keeper_tell(k, error);
    keeper_give_up(k);
    free(k->real);
    k->real = NULL;
}
