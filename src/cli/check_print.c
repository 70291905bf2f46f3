/* check_print: see check_print.h. */
#include "cli/check_print.h"
#include "cli/check_plan.h"
#include "cli/grouped.h"
#include "conf/duration.h"
#include "conf/show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For the estimate: rows of a table, values of a reply of 1,400 bytes, replies of a raw subtree. */
enum { ROWS_ASSUMED = 24, VALUES_A_REPLY = 60, REPLIES_A_SUBTREE = 20 };

enum { LOSSES_SHOWN = 20 };

enum { WINDOW_DEFAULT = 2, RETRIES_DEFAULT = 3, PORT_DEFAULT = 161 };

#define TIMEOUT_DEFAULT_NS ((uint64_t)1000000000u)

static struct fleet_module module_of(const struct check_view *v, uint32_t number) {
    struct fleet_module module = { .name = "" };
    (void)fleet_module_get(v->fleet, number, &module);
    return module;
}

static uint64_t interval_of(const struct check_view *v, const struct fleet_target_options *target,
                            uint32_t module) {
    return target->interval_ns != 0 ? target->interval_ns : module_of(v, module).interval_ns;
}

/* Of one poll, and for each context one. */
static double requests_of(const struct fleet *fleet, uint32_t number) {
    struct fleet_module module;
    struct fleet_module_part part;
    if (fleet_module_get(fleet, number, &module) != 0) return 0;
    double n = 0;
    for (uint32_t i = 0; fleet_module_part(fleet, number, i, &part) == 0; i++) {
        if (part.table->is_scalars) n += part.groups;
        else if (part.table->is_subtree) n += REPLIES_A_SUBTREE;
        else n += 1 + (part.asked * ROWS_ASSUMED + VALUES_A_REPLY - 1) / VALUES_A_REPLY;
    }
    return n * (module.contexts > 0 ? module.contexts : 1);
}

/* A value as a targets file holds it. */
static void print_value(const char *value) {
    if (value[0] != '\0' && strpbrk(value, " \t\"\\#") == NULL) {
        (void)fputs(value, stdout);
        return;
    }
    (void)putchar('"');
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\') (void)putchar('\\');
        (void)putchar(*value);
    }
    (void)putchar('"');
}

static void print_duration(const char *key, uint64_t ns) {
    char text[DURATION_TEXT_MAX];
    (void)duration_format(ns, text);
    (void)printf(" %s=%s", key, text);
}

static const char *version_text(enum fleet_version version) {
    return version == FLEET_V1 ? "1" : version == FLEET_V3 ? "3" : "2c";
}

/* Of an auth all but what is secret. */
static void print_auth(const char *prefix, const struct fleet_auth_options *o, const char *suffix) {
    (void)printf("%sauth %s: version %s", prefix, o->name, version_text(o->version));
    if (o->version == FLEET_V3) {
        const char *level = o->level == FLEET_AUTH_PRIV      ? "authPriv"
                            : o->level == FLEET_AUTH_NO_PRIV ? "authNoPriv"
                                                             : "noAuthNoPriv";
        if (o->level == FLEET_LEVEL_DEFAULT && o->auth_protocol != FLEET_AUTH_NONE)
            level = o->priv_protocol != FLEET_PRIV_NONE ? "authPriv" : "authNoPriv";
        char shown[SHOW_MAX + 4];
        (void)printf(", user %s, %s", show_text(o->user, shown), level);
        if (o->auth_protocol != FLEET_AUTH_NONE)
            (void)printf(", %s", fleet_auth_protocol_text(o->auth_protocol));
        if (o->priv_protocol != FLEET_PRIV_NONE)
            (void)printf(", %s", fleet_priv_protocol_text(o->priv_protocol));
        if (o->context != NULL && *o->context != '\0')
            (void)printf(", context %s", show_text(o->context, shown));
    }
    (void)printf("%s\n", suffix);
}

/* How many targets use each auth, by its number; NULL when memory is out. */
static size_t *count_auth_users(const struct check_view *v) {
    uint32_t last = 0;
    for (size_t i = 0; i < v->settings->auth_count; i++) {
        if (v->settings->auths[i].number > last) last = v->settings->auths[i].number;
    }
    size_t *users = calloc(last + 1, sizeof(*users));
    for (size_t i = 0; users != NULL && i < targets_count(v->targets); i++) {
        users[targets_get(v->targets, i)->auth]++;
    }
    return users;
}

static uint32_t number_of(const struct settings *s, const char *name) {
    const struct targets_auth *auth = targets_auths_find(s->auths, s->auth_count, name);
    return auth != NULL ? auth->number : 0;
}

/* All auths; with @users how many targets use each, otherwise as comments of a targets file. */
static void print_auths(const struct check_view *v, const size_t *users) {
    const struct settings *s = v->settings;
    const struct fleet_auth_options *o = NULL;
    for (size_t i = 0;; i++) {
        bool is_last = s->config == NULL || (o = config_auth(s->config, i)) == NULL;
        if (is_last) o = &s->own_auth;
        if (is_last && (!s->credentials.is_given || o->version != FLEET_V3)) return;
        char suffix[48] = "";
        size_t n = users != NULL ? users[number_of(s, o->name)] : 0;
        if (users != NULL)
            (void)snprintf(suffix, sizeof(suffix), ": %zu target%s", n, plural(n));
        print_auth(users != NULL ? "" : "# ", o, suffix);
        if (is_last) return;
    }
}

static void print_credentials(const struct check_view *v, const struct fleet_target_options *o) {
    const struct targets_auth *auth = settings_named(v->settings, o->auth);
    if (auth == NULL) {
        (void)printf(" version=%s community=***", version_text(o->version));
        return;
    }
    (void)fputs(" auth=", stdout);
    print_value(auth->name);
    if (o->context != NULL) {
        (void)fputs(" context=", stdout);
        print_value(o->context);
    }
    if (o->engine_id_length > 0) (void)fputs(" engine_id=0x", stdout);
    for (size_t i = 0; i < o->engine_id_length; i++) (void)printf("%02x", o->engine_id[i]);
}

static void print_target(const struct check_view *v, const struct fleet_target_options *o) {
    const char *shape = strchr(o->host, ':') != NULL ? "[%s]:%u name=" : "%s:%u name=";
    (void)printf(shape, o->host, o->port != 0 ? o->port : PORT_DEFAULT);
    print_value(o->name);
    (void)fputs(" modules=", stdout);
    for (size_t i = 0; i < o->module_count; i++) {
        (void)printf("%s%s", i > 0 ? "," : "", module_of(v, o->modules[i]).name);
    }
    uint64_t first = interval_of(v, o, o->modules[0]);
    bool is_same = true;
    for (size_t i = 1; i < o->module_count; i++) {
        is_same = is_same && interval_of(v, o, o->modules[i]) == first;
    }
    if (is_same) print_duration("interval", first);
    if (o->deadline_ns != 0) print_duration("deadline", o->deadline_ns);
    print_duration("timeout", o->timeout_ns != 0 ? o->timeout_ns : TIMEOUT_DEFAULT_NS);
    (void)printf(" retries=%d", o->retries < 0    ? 0
                                : o->retries == 0 ? RETRIES_DEFAULT
                                                  : o->retries);
    (void)printf(" window=%u", o->window != 0 ? o->window : WINDOW_DEFAULT);
    if (o->rate != 0) (void)printf(" rate=%u", o->rate);
    if (o->gap_ns != 0) print_duration("gap", o->gap_ns);
    if (o->max_repetitions != 0) (void)printf(" max_repetitions=%u", o->max_repetitions);
    if (o->varbinds_max != 0) (void)printf(" varbinds_max=%u", o->varbinds_max);
    print_credentials(v, o);
    (void)printf(" reply_from=%s", o->reply_from == FLEET_REPLY_ANY ? "any" : "strict");
    if (o->family != FLEET_FAMILY_ANY) (void)printf(" family=%d", (int)o->family);
    if (o->reply_community == FLEET_REPLY_COMMUNITY_ANY) (void)printf(" reply_community=any");
    for (size_t i = 0; i < o->tag_count; i++) {
        (void)printf(" tag.%s=", o->tags[i].name);
        print_value(o->tags[i].value);
    }
    (void)putchar('\n');
}

static void print_winner(const struct targets_loss *loss, const struct targets_line *winner) {
    char shown[SHOW_MAX + 4];
    if (strcmp(winner->file, TARGETS_ARGUMENT) == 0) (void)printf("argument %zu", winner->line);
    else if (strcmp(winner->file, loss->line.file) == 0) (void)printf("line %zu", winner->line);
    else (void)printf("%s:%zu", show_text(winner->file, shown), winner->line);
}

/* Blocks that more exact lines have taken addresses of, a line each. */
static void print_losses(const struct check_view *v, const char *prefix) {
    const struct targets_loss *loss;
    size_t i = 0;
    for (; i < LOSSES_SHOWN && (loss = targets_loss(v->targets, i)) != NULL; i++) {
        char file[SHOW_MAX + 4], text[SHOW_MAX + 4];
        bool is_argument = strcmp(loss->line.file, TARGETS_ARGUMENT) == 0;
        (void)printf("%s%s%c%zu: %s: %u of %u address%s polled as ", prefix,
                     show_text(loss->line.file, file), is_argument ? ' ' : ':', loss->line.line,
                     show_text(loss->text, text), loss->lost, loss->count,
                     loss->count == 1 ? " is" : "es are");
        for (size_t k = 0; k < loss->winner_count; k++) {
            if (k > 0) (void)fputs(", ", stdout);
            print_winner(loss, &loss->winners[k]);
        }
        (void)printf("%s say%s\n", loss->has_more ? " and others" : "",
                     loss->winner_count == 1 ? "s" : "");
    }
    size_t more = 0;
    while (targets_loss(v->targets, i + more) != NULL) more++;
    if (more > 0)
        (void)printf("%s%zu more block%s with addresses of more exact lines\n", prefix, more,
                     plural(more));
}

static void print_excluded(const struct check_view *v, const char *prefix) {
    size_t count = targets_excluded_count(v->targets);
    if (count > 0)
        (void)printf("%s%zu address%s left out by exclude=\n", prefix, count,
                     count == 1 ? " is" : "es are");
}

/* The limits of all targets together as they will hold. */
static void print_limits(const struct check_view *v, const char *prefix) {
    struct fleet_limits limits;
    char rate[16] = "none", memory[SIZE_TEXT_MAX];
    fleet_limits_get(v->fleet, &limits);
    if (limits.rate != 0) (void)snprintf(rate, sizeof(rate), "%u", limits.rate);
    (void)printf("%sfleet: rate %s, window %u, memory %s, dns_rate %u\n", prefix, rate,
                 limits.window, size_format(limits.memory, memory), limits.dns_rate);
}

void check_print_list(const struct check_view *v) {
    print_limits(v, "# ");
    print_auths(v, NULL);
    print_losses(v, "# ");
    print_excluded(v, "# ");
    for (size_t i = 0; i < targets_count(v->targets); i++)
        print_target(v, targets_get(v->targets, i));
}

static void note_use(struct check_use *use, uint64_t ns) {
    if (use->targets++ == 0) use->shortest_ns = use->longest_ns = ns;
    if (ns < use->shortest_ns) use->shortest_ns = ns;
    if (ns > use->longest_ns) use->longest_ns = ns;
}

static void print_module(const struct check_view *v, uint32_t number, const struct check_use *use) {
    struct fleet_module module = module_of(v, number);
    (void)printf("module %s: %zu target%s", module.name, use->targets, plural(use->targets));
    if (use->targets > 0) {
        char shortest[DURATION_TEXT_MAX], longest[DURATION_TEXT_MAX];
        (void)duration_format(use->shortest_ns, shortest);
        (void)duration_format(use->longest_ns, longest);
        bool is_same = use->shortest_ns == use->longest_ns;
        (void)printf(" every %s%s%s", shortest, is_same ? "" : " to ", is_same ? "" : longest);
    }
    double requests = requests_of(v->fleet, number);
    (void)printf(": about %.0f request%s a turn\n", requests, requests < 1.5 ? "" : "s");
    check_print_plan(v->fleet, number);
}

/* Is it one of the configuration's, which is shown though no target has it? */
static bool is_configured(const struct check_view *v, const char *name) {
    const struct fleet_module_options *o;
    if (v->settings->config == NULL) return false;
    for (size_t i = 0; (o = config_module(v->settings->config, i)) != NULL; i++) {
        if (strcmp(o->name, name) == 0) return true;
    }
    return false;
}

/* What targets ask for, @rate a second and @window at once, beside what the fleet allows. */
static void print_load(const struct check_view *v, double rate, uint64_t window) {
    struct fleet_limits limits;
    fleet_limits_get(v->fleet, &limits);
    (void)printf("load: about %.*f requests a second (of %d rows a table)", rate < 10 ? 1 : 0, rate,
                 ROWS_ASSUMED);
    if (limits.rate != 0 && rate > limits.rate)
        (void)printf(", more than the rate of the fleet, %u, lets through", limits.rate);
    (void)printf("\nwindow: at most %" PRIu64 " requests in flight at once\n",
                 window < limits.window ? window : limits.window);
}

void check_print_summary(const struct check_view *v) {
    double rate = 0;
    uint64_t window = 0;
    size_t count = targets_count(v->targets);
    uint32_t bound = fleet_module_bound(v->fleet);
    struct check_use *uses = calloc(bound + 1, sizeof(*uses));
    if (uses == NULL) return;
    for (size_t i = 0; i < count; i++) {
        const struct fleet_target_options *o = targets_get(v->targets, i);
        window += o->window != 0 ? o->window : WINDOW_DEFAULT;
        for (size_t k = 0; k < o->module_count; k++) {
            uint64_t ns = interval_of(v, o, o->modules[k]);
            note_use(&uses[o->modules[k]], ns);
            rate += requests_of(v->fleet, o->modules[k]) * 1e9 / (double)ns;
        }
    }
    (void)printf("%zu target%s\n", count, plural(count));
    print_limits(v, "");
    print_losses(v, "");
    print_excluded(v, "");
    size_t *users = count_auth_users(v);
    if (users != NULL) print_auths(v, users);
    free(users);
    for (uint32_t m = 0; m < bound; m++) {
        struct fleet_module module;
        if (fleet_module_get(v->fleet, m, &module) != 0) continue;
        if (uses[m].targets > 0 || is_configured(v, module.name)) print_module(v, m, &uses[m]);
    }
    free(uses);
    if (count == 0) return;
    print_load(v, rate, window);
}
