/* keeper: see keeper.h. */
#include "cli/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { EVERY_S = 300 };

static void keeper_plan(struct keeper *k, uint64_t now) {
    k->next_ns = now + (uint64_t)EVERY_S * CLOCK_NS_PER_S;
}

static void keeper_tell(struct keeper *k, int error) {
    if (error == 0) k->has_failed = false;
    if (error == 0 || k->has_failed) return;
    k->has_failed = true;
    fprintf(stderr, "snmpfleet: %s: state not saved: %s\n", k->path, fleet_error_text(error));
}

static void keeper_give_up(struct keeper *k) {
    state_saver_free(k->saver);
    k->saver = NULL;
}

bool keeper_open(struct keeper *k, struct fleet *fleet, const char *path, bool is_quiet,
                 uint64_t now) {
    *k = (struct keeper){ .path = path, .next_ns = UINT64_MAX };
    if (path == NULL) return true;
    size_t taken = 0;
    int error = state_load(fleet, path, &taken);
    if (error == -ENOTSUP) {
        fprintf(stderr, "snmpfleet: --state: %s is a pipe, a device or a folder, and no file\n",
                path);
        return false;
    }
    if (error > 0)
        fprintf(stderr, "snmpfleet: %s: damaged or of another version, ignored\n", path);
    if (error < 0 && error != -ENOENT)
        fprintf(stderr, "snmpfleet: %s: %s, ignored\n", path, fleet_error_text(error));
    if (error == 0 && !is_quiet)
        fprintf(stderr, "snmpfleet: %s: %zu targets are known already\n", path, taken);
    error = state_saver_new(&k->saver, path);
    keeper_give_up(k);
    if (error != 0) {
        fprintf(stderr, "snmpfleet: %s: cannot be written: %s\n", path, fleet_error_text(error));
        return false;
    }
    keeper_plan(k, now);
    return true;
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
}
