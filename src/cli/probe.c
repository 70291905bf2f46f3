/* probe: see probe.h. */
#include "cli/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/grouped.h"
#include "cli/log.h"

enum { DETAIL_BYTES = 200, NAME_BYTES = 320, LINE_TEXT = 200, LINE_MS = 200 };

struct probed {
    enum fleet_priv_protocol tried;  /* the other variant; NONE: only what is configured */
    enum fleet_reason reason, reason_tried;
    char detail[DETAIL_BYTES];       /* of the configured one */
};

struct probe {
    struct probed *results;          /* by number of the target in its list */
    uint32_t *indexes;               /* that number by the fleet's number */
    size_t count, asked, silent;     /* targets; of this round so far */
    bool is_second;                  /* the round of the variants */
    bool is_quiet;
    uint64_t shown_ns;               /* when the live line was drawn last */
};

int probe_new(struct probe **ret_probe) {
    *ret_probe = calloc(1, sizeof(**ret_probe));
    return *ret_probe == NULL ? -ENOMEM : 0;
}

void probe_free(struct probe *p) {
    if (p == NULL) return;
    free(p->results);
    free(p->indexes);
    free(p);
}

static void probe_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

/* What a person sees meanwhile. */
static void probe_show(struct probe *p) {
    uint64_t now = clock_monotonic_ns();
    char line[LINE_TEXT], text[3][GROUPED_TEXT];
    if (p->is_quiet || now - p->shown_ns < (uint64_t)LINE_MS * CLOCK_NS_PER_MS) return;
    p->shown_ns = now;
    (void)snprintf(line, sizeof(line), "%s of %s targets asked%s, %s did not answer as configured",
                   grouped(p->asked, text[0]), grouped(p->count, text[1]),
                   p->is_second ? " with the other variant of AES" : "",
                   grouped(p->silent, text[2]));
    log_live(line);
}

static void probe_report(void *context, const struct fleet_report *report) {
    struct probe *p = context;
    p->asked++;
    p->silent += report->reason != FLEET_REASON_OK;
    probe_show(p);
    struct probed *r = &p->results[p->indexes[report->target->number]];
    if (p->is_second) {
        r->reason_tried = report->reason;
        return;
    }
    r->reason = report->reason;
    snprintf(r->detail, sizeof(r->detail), "%s", report->detail);
}

struct fleet_sink probe_sink(struct probe *p) {
    return (struct fleet_sink){ .context = p, .rows = probe_rows, .report = probe_report };
}

/* The other way to make a key longer; NONE where that makes no difference. */
static enum fleet_priv_protocol probe_twin(const struct fleet_auth_options *auth) {
    /* Digests as long as the key of AES-192 (24 octets) or AES-256 (32) need no extension. */
    bool is_long24 = auth->auth_protocol >= FLEET_AUTH_SHA224;
    bool is_long32 = auth->auth_protocol >= FLEET_AUTH_SHA256;
    bool is_moot = auth->priv_key.stage == FLEET_KEY_LOCALIZED ||
                   auth->level == FLEET_NO_AUTH_NO_PRIV || auth->level == FLEET_AUTH_NO_PRIV;
    if (is_moot) return FLEET_PRIV_NONE;
    switch (auth->priv_protocol) {
    case FLEET_PRIV_AES192: return is_long24 ? FLEET_PRIV_NONE : FLEET_PRIV_AES192_REEDER;
    case FLEET_PRIV_AES192_REEDER: return is_long24 ? FLEET_PRIV_NONE : FLEET_PRIV_AES192;
    case FLEET_PRIV_AES256: return is_long32 ? FLEET_PRIV_NONE : FLEET_PRIV_AES256_REEDER;
    case FLEET_PRIV_AES256_REEDER: return is_long32 ? FLEET_PRIV_NONE : FLEET_PRIV_AES256;
    default: return FLEET_PRIV_NONE;
    }
}

/* Silence, or garbage: what a wrong privacy key leads to. */
static bool probe_may_be_variant(enum fleet_reason reason) {
    return reason == FLEET_REASON_TIMEOUT || reason == FLEET_REASON_DECRYPT_ERROR ||
           reason == FLEET_REASON_MALFORMED;
}

/* The auth of @options with @twin in the place of its privacy protocol. */
static int probe_set_variant(struct fleet *fleet, const struct fleet_auth_options *auth,
                             enum fleet_priv_protocol twin, uint32_t *ret_auth) {
    char name[NAME_BYTES];
    struct fleet_auth_options variant = *auth;
    snprintf(name, sizeof(name), "%.255s, %s", auth->name, fleet_priv_protocol_text(twin));
    variant.name = name;
    variant.priv_protocol = twin;
    return fleet_auth_set(fleet, &variant, ret_auth, NULL);
}

static int probe_ask(struct probe *p, struct fleet *fleet, uint32_t module, size_t index,
                     const struct fleet_target_options *target, uint32_t auth) {
    struct fleet_target_options o = *target;
    uint32_t number;
    o.auth = auth;
    o.modules = &module;
    o.module_count = 1;
    o.retries = -1;
    o.tag_count = 0;
    int error = fleet_target_set(fleet, &o, &number, NULL);
    if (error == 0) p->indexes[number] = (uint32_t)index;
    return error;
}

static int probe_round(struct probe *p, struct fleet *fleet, uint32_t module,
                       const struct settings *settings, const struct targets *targets) {
    int error = 0;
    for (size_t i = 0; i < p->count && error == 0; i++) {
        const struct fleet_target_options *o = targets_get(targets, i);
        uint32_t auth = o->auth;
        if (p->is_second) {
            struct probed *r = &p->results[i];
            const struct fleet_auth_options *given = settings_auth(settings, o->auth);
            if (given == NULL || !probe_may_be_variant(r->reason)) continue;
            r->tried = probe_twin(given);
            if (r->tried == FLEET_PRIV_NONE) continue;
            error = probe_set_variant(fleet, given, r->tried, &auth);
        }
        if (error == 0) error = probe_ask(p, fleet, module, i, o, auth);
    }
    return error != 0 ? error : fleet_run(fleet);
}

static void probe_print(const struct probed *r, const struct fleet_target_options *target,
                        const struct fleet_auth_options *auth) {
    printf("%s: ", target->name);
    if (auth != NULL) printf("auth %s: ", auth->name);
    if (r->reason == FLEET_REASON_OK) {
        puts("ok");
    } else if (r->tried != FLEET_PRIV_NONE && r->reason_tried == FLEET_REASON_OK) {
        printf("speaks %s, not %s: set priv_protocol: %s\n", fleet_priv_protocol_text(r->tried),
               fleet_priv_protocol_text(auth->priv_protocol), fleet_priv_protocol_text(r->tried));
    } else {
        printf("%s%s%s", fleet_reason_text(r->reason), *r->detail != '\0' ? ": " : "", r->detail);
        if (r->tried != FLEET_PRIV_NONE)
            printf("; with %s: %s", fleet_priv_protocol_text(r->tried),
                   fleet_reason_text(r->reason_tried));
        putchar('\n');
    }
}

int probe_run(struct probe *p, struct fleet *fleet, const struct settings *settings,
              const struct targets *targets, bool is_quiet, size_t *ret_failed) {
    static const struct fleet_column up_time = { .object = "sysUpTime",
                                                 .oid = "1.3.6.1.2.1.1.3.0" };
    const struct fleet_module_options options = { .name = "probe", .scalars = &up_time,
                                                  .scalar_count = 1 };
    uint32_t module;
    p->count = targets_count(targets);
    p->is_quiet = is_quiet;
    p->results = calloc(p->count + 1, sizeof(*p->results));
    p->indexes = calloc(p->count + 1, sizeof(*p->indexes));
    if (p->results == NULL || p->indexes == NULL) return -ENOMEM;
    int error = fleet_module_add(fleet, &options, &module);
    if (error == 0) error = probe_round(p, fleet, module, settings, targets);
    p->is_second = true;
    p->asked = p->silent = 0;
    if (error == 0) error = probe_round(p, fleet, module, settings, targets);
    log_live(NULL);
    size_t failed = 0;
    for (size_t i = 0; i < p->count && error == 0; i++) {
        const struct fleet_target_options *o = targets_get(targets, i);
        bool is_good = p->results[i].reason == FLEET_REASON_OK;
        failed += !is_good;
        if (!is_good || !is_quiet)
            probe_print(&p->results[i], o, settings_auth(settings, o->auth));
    }
    if (error == 0) *ret_failed = failed;
    return error;
}
