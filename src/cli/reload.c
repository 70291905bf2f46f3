/* reload: see reload.h. */
#include "cli/reload.h"

#include <stdlib.h>

#include "base/clock.h"
#include "cli/log.h"
#include "cli/notify.h"
#include "cli/targets_args.h"

enum { STEP_US = 1000, TARGETS_AT_ONCE = 64 };

void reload_init(struct reload *r, struct poll_options *options, struct fleet *fleet,
                 struct outputs *outputs) {
    *r = (struct reload){ .options = options, .fleet = fleet, .outputs = outputs,
                          .warmup = WARMUP_NONE, .loader = LOADER_NONE };
}

/*
 * What outputs there are to be: those of the command line, or of the configuration. They are opened
 * and not used yet.
 */
static int prepare_outputs(struct reload *r) {
    struct poll_options chosen = *r->options;  /* which the next reload begins with again */
    size_t count = 0;
    const struct fleet_writer_options *configured = NULL;
    if (r->options->settings.config != NULL)
        configured = config_outputs(r->options->settings.config, &count);
    chosen.path_count = 0;
    int error = 0;
    if (!poll_options_choose_outputs(&chosen, configured, count)) error = FLEET_E_INVALID;
    else if (!outputs_prepare(r->outputs, chosen.outputs, chosen.output_count))
        error = RELOAD_OUTPUTS_FAILED;
    while (chosen.path_count > 0) free(chosen.paths[--chosen.path_count]);
    return error;
}

static struct source_keep *keep_of(struct reload *r) {
    return &r->options->settings.keep;
}

/* Without a period nothing has to be kept. */
static bool has_period(const struct targets_context *context) {
    bool has = false;
    for (size_t i = 0; i < context->source_count; i++)
        has = has || context->sources[i].every_ns > 0;
    return has;
}

/* The configuration, up to where targets can be read with it. */
static int load_settings(struct reload *r) {
    struct settings *settings = &r->options->settings;
    int error = settings_load(settings, r->fleet);
    if (error != 0) return error;
    r->context = settings_context(settings, r->fleet);
    source_keep_begin(keep_of(r), has_period(&r->context), r->asked != NULL);
    if (r->options->target_count == 0 && r->context.source_count == 0) {
        (void)poll_options_tell_no_targets(r->options);
        settings->is_usage = true;
        error = FLEET_E_INVALID;
    }
    if (error == 0) error = prepare_outputs(r);
    if (error != 0) settings_unload(settings);
    return error;
}

static int read_targets(struct reload *r) {
    int error = targets_new(&r->targets);
    if (error != 0) return error;
    error = targets_args_read(r->targets, &r->context, r->options->target_count,
                              r->options->targets);
    if (error == 0) targets_note_used(r->targets, &r->used);
    return error;
}

/* The targets are the fleet's: so is the rest. */
static struct outputs_changes settle(struct reload *r) {
    struct settings *settings = &r->options->settings;
    settings_prune(settings, r->fleet);
    settings_apply_limits(settings, r->fleet);
    settings_warn_unused(settings, &r->used);
    if (r->asked != NULL) refresh_succeed(r->asked);
    source_keep_commit(keep_of(r));
    refresh_plan(keep_of(r), r->asked == NULL, clock_monotonic_ns());
    return outputs_commit(r->outputs);
}

int reload_first(struct reload *r) {
    struct targets_changes changes;
    struct inputs *inputs = &r->options->settings.inputs;
    int error = load_settings(r);
    if (error != 0) return error;
    error = read_targets(r);
    if (error == 0) {
        error = targets_apply(r->targets, r->fleet, &changes);
        if (error != 0) log_line(LEVEL_ERROR, "targets", "%s", fleet_error_text(error));
    }
    if (error == 0) (void)settle(r);
    else source_keep_discard(keep_of(r));
    outputs_abandon(r->outputs);
    settings_unload(&r->options->settings);
    targets_free(r->targets);
    r->targets = NULL;
    inputs->is_running = true;
    inputs->is_kept = told_kept;
    inputs->context = &r->told;
    return error;
}

static int take_names(const struct reload *r, struct reload_names *names) {
    int error = changes_take_modules(&names->modules, r->fleet);
    int other = changes_take_auths(&names->auths, r->fleet);
    return error != 0 ? error : other;
}

static void free_names(struct reload_names *names) {
    changes_deinit(&names->modules);
    changes_deinit(&names->auths);
}

static void tell_changes(struct reload *r, const struct outputs_changes *outputs) {
    const struct targets_changes *t = &r->apply.changes;
    struct changes modules = { .added = 0 }, auths = { .added = 0 };
    char modules_text[CHANGES_TEXT], auths_text[CHANGES_TEXT];
    struct reload_names after;
    if (take_names(r, &after) == 0) {
        modules = changes_between(&r->before.modules, &after.modules);
        auths = changes_between(&r->before.auths, &after.auths);
    }
    free_names(&after);
    if (r->asked != NULL && t->added + t->changed + t->removed == 0) return;
    log_line(LEVEL_INFO, NULL,
             "targets reloaded: %zu added, %zu changed, %zu removed, %zu as before; modules: %s; "
             "auths: %s; outputs: %zu added, %zu removed, %zu as before",
             t->added, t->changed, t->removed, t->unchanged, changes_text(&modules, modules_text),
             changes_text(&auths, auths_text), outputs->added, outputs->removed, outputs->kept);
    notify_status("reloaded");
}

static void free_targets(void *reload) {
    struct reload *r = reload;
    targets_free(r->targets);
    r->targets = NULL;
}

/* Wiping and freeing a million targets takes long, too. */
static void begin_freeing(struct reload *r) {
    targets_apply_deinit(&r->apply);
    settings_unload(&r->options->settings);
    outputs_abandon(r->outputs);
    free_names(&r->before);
    if (r->asked == NULL) notify_ready();
    r->phase = RELOAD_FREEING;
    if (loader_start(&r->loader, free_targets, r) == 0) return;
    free_targets(r);
    r->phase = RELOAD_IDLE;
    r->asked = NULL;
}

/* What was wrong with files was told where it was found. */
static void fail(struct reload *r, int error) {
    source_keep_discard(keep_of(r));
    if (r->asked != NULL) {
        refresh_fail(r->asked, &r->told);
        begin_freeing(r);
        return;
    }
    log_line(LEVEL_ERROR, NULL, "not reloaded%s%s: polling goes on as before",
             error < 0 ? ": " : "", error < 0 ? fleet_error_text(error) : "");
    notify_status("not reloaded: see the log; polling goes on as before");
    begin_freeing(r);
}

static void read_in_thread(void *reload) {
    struct reload *r = reload;
    r->error = read_targets(r);
}

static void begin_reading(struct reload *r) {
    int error = take_names(r, &r->before);
    if (error == 0) error = load_settings(r);
    if (error == 0) {
        r->context.fault = told_fault;
        r->context.warn = told_warn;
        r->context.fault_context = &r->told;
        r->phase = RELOAD_READING;
        error = loader_start(&r->loader, read_in_thread, r);
    }
    if (error != 0) fail(r, error);
}

static void begin(struct reload *r) {
    if (r->asked == NULL) notify_reloading();
    if (warmup_start(&r->warmup, &r->options->settings)) r->phase = RELOAD_WARMING;
    else begin_reading(r);
}

void reload_want(struct reload *r) {
    if (r->phase != RELOAD_IDLE) r->wants_again = true;
    else begin(r);
}

static void ask_in_thread(void *reload) {
    struct reload *r = reload;
    r->asked->news = source_keep_refresh(r->asked, &r->context);
}

static void begin_asking(struct reload *r) {
    struct settings *settings = &r->options->settings;
    r->asked = refresh_due(&settings->keep, clock_monotonic_ns());
    if (r->asked == NULL) return;
    r->context = (struct targets_context){ .inputs = &settings->inputs, .keep = &settings->keep,
                                           .is_stopping = &settings->is_stopping,
                                           .fault = told_fault, .fault_context = &r->told };
    if (loader_start(&r->loader, ask_in_thread, r) == 0) r->phase = RELOAD_ASKING;
    else r->asked = NULL;
}

/* What it said is read with what all others said, unless all are read anew after this. */
static void end_asking(struct reload *r) {
    enum source_news news = r->asked->news;
    r->phase = RELOAD_IDLE;
    if (news == SOURCE_FAILED) refresh_fail(r->asked, &r->told);
    if (news == SOURCE_SAME) refresh_succeed(r->asked);
    if (news == SOURCE_CHANGED && !r->wants_again) begin(r);
    else r->asked = NULL;
}

static void begin_applying(struct reload *r) {
    if (r->error == 0 || r->asked == NULL) told_tell(&r->told);
    int error = r->error;
    if (error == 0) error = targets_apply_init(&r->apply, r->targets);
    if (error != 0) fail(r, error);
    else r->phase = RELOAD_APPLYING;
}

/* As many targets as a millisecond sets, while others wait to be polled. */
static void apply_some(struct reload *r) {
    bool is_done = false;
    int error = 0;
    uint64_t end = clock_monotonic_ns() + (uint64_t)STEP_US * 1000;
    while (error == 0 && !is_done && clock_monotonic_ns() < end)
        error = targets_apply_step(&r->apply, r->fleet, TARGETS_AT_ONCE, &is_done);
    if (error != 0) {
        log_line(LEVEL_ERROR, "targets", "%s", fleet_error_text(error));
        fail(r, error);
    } else if (is_done) {
        struct outputs_changes outputs = settle(r);
        if (r->asked == NULL) outputs_reopen(r->outputs);
        tell_changes(r, &outputs);
        begin_freeing(r);
    }
}

void reload_step(struct reload *r) {
    switch (r->phase) {
    case RELOAD_ASKING:
        if (loader_is_done(&r->loader)) end_asking(r);
        break;
    case RELOAD_WARMING:
        if (warmup_is_over(&r->warmup)) begin_reading(r);
        break;
    case RELOAD_READING:
        if (loader_is_done(&r->loader)) begin_applying(r);
        break;
    case RELOAD_APPLYING: apply_some(r); break;
    case RELOAD_FREEING:
        if (loader_is_done(&r->loader)) r->phase = RELOAD_IDLE;
        if (r->phase == RELOAD_IDLE) r->asked = NULL;
        break;
    case RELOAD_IDLE:
        if (!r->wants_again && reload_deadline_ns(r) <= clock_monotonic_ns()) begin_asking(r);
        break;
    }
    if (r->phase != RELOAD_IDLE || !r->wants_again) return;
    r->wants_again = false;
    begin(r);
}

size_t reload_poll(const struct reload *r, struct pollfd *fds) {
    size_t count = 0;
    if (r->warmup.fd >= 0) fds[count++] = (struct pollfd){ .fd = r->warmup.fd, .events = POLLIN };
    if (r->loader.fd >= 0) fds[count++] = (struct pollfd){ .fd = r->loader.fd, .events = POLLIN };
    return count;
}

uint64_t reload_deadline_ns(const struct reload *r) {
    if (r->phase == RELOAD_IDLE) return refresh_deadline_ns(&r->options->settings.keep);
    return r->phase == RELOAD_APPLYING ? 0 : UINT64_MAX;
}

bool reload_stop(struct reload *r) {
    atomic_store(&r->options->settings.is_stopping, true);
    warmup_stop(&r->warmup);
    if (!loader_stop(&r->loader)) return false;
    if (r->phase == RELOAD_ASKING) told_forget(&r->told);
    if (r->phase == RELOAD_READING || r->phase == RELOAD_APPLYING || r->phase == RELOAD_FREEING) {
        targets_apply_deinit(&r->apply);
        targets_free(r->targets);
        settings_unload(&r->options->settings);
        free_names(&r->before);
    }
    r->targets = NULL;
    r->phase = RELOAD_IDLE;
    told_tell(&r->told);
    return true;
}
