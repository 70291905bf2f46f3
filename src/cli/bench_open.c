/* bench_open: see bench_open.h. */
#include "cli/bench_open.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/entropy.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/targets_args.h"
#include "conf/targets.h"

enum { WINDOW = 65535, ID_BYTES = 16, TEXT = 256 };

static void ignore_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void ignore_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void tell_notice(void *context, const struct fleet_target *target, const char *text) {
    (void)context;
    log_bounded(LOG_KIND_NOTICE, LEVEL_WARNING, target->name, "%s", text);
}

static int open_fleet(struct bench_options *o, struct bench_targets *t) {
    const struct fleet_options fleet = {
        .sink = { .rows = ignore_rows, .report = ignore_report, .notice = tell_notice },
        .io = o->io, .window = FLEET_WINDOW_MAX, .rto_floor_ns = o->plan.timeout_ns,
        .kernel_times = true,
    };
    int error = fleet_new(&t->fleet, &fleet);
    if (error == 0) return EXIT_COMPLETE;
    log_line(LEVEL_ERROR, NULL, "cannot start: %s%s", fleet_error_text(error),
             error == FLEET_E_UNSUPPORTED ? " (io_uring; --io mmsg works everywhere)" : "");
    return EXIT_SYSTEM;
}

static int set_targets(struct bench_targets *t, const struct targets *targets) {
    t->count = targets_count(targets);
    t->numbers = calloc(t->count + 1, sizeof(*t->numbers));
    if (t->numbers == NULL) return -ENOMEM;
    for (size_t i = 0; i < t->count; i++) {
        struct fleet_target_options target = *targets_get(targets, i);
        target.modules = NULL;
        target.module_count = 0;
        target.window = WINDOW;
        target.rate = 0;
        target.gap_ns = 0;
        int error = fleet_target_set(t->fleet, &target, &t->numbers[i], NULL);
        if (error != 0) return error;
    }
    return 0;
}

static int read_targets(struct bench_options *o, struct bench_targets *t) {
    struct targets *targets = NULL;
    int error = targets_new(&targets);
    if (error == 0) {
        const struct targets_context context = settings_context(&o->settings, t->fleet);
        error = targets_args_read(targets, &context, o->target_count, o->targets);
        if (error != 0) {
            targets_free(targets);
            return targets_args_exit(error);
        }
        error = set_targets(t, targets);
    }
    if (error == 0 && t->count == 0) {
        log_line(LEVEL_ERROR, NULL, "no target is given");
        error = FLEET_E_INVALID;
    } else if (error == 0 && t->count > BENCH_AGENTS_MAX) {
        log_line(LEVEL_ERROR, NULL, "too many targets: %zu (at most %d)", t->count,
                 BENCH_AGENTS_MAX);
        error = FLEET_E_INVALID;
    } else if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "targets: %s", fleet_error_text(error));
    }
    targets_free(targets);
    return error == 0 ? EXIT_COMPLETE : targets_args_exit(error);
}

int bench_open(struct bench_options *o, struct bench_targets *ret_targets) {
    *ret_targets = (struct bench_targets){ .fleet = NULL };
    int code = open_fleet(o, ret_targets);
    if (code != EXIT_COMPLETE) return code;
    int error = settings_load(&o->settings, ret_targets->fleet);
    if (error != 0) return o->settings.is_usage ? EXIT_USAGE : targets_args_exit(error);
    error = settings_open_mib(&o->settings);
    if (error != 0) return EXIT_SYSTEM;
    ret_targets->mib = o->settings.mib;
    return read_targets(o, ret_targets);
}

void bench_close(struct bench_targets *targets) {
    fleet_free(targets->fleet);
    free(targets->numbers);
    *targets = (struct bench_targets){ .fleet = NULL };
}

int bench_name_agents(const struct bench_targets *targets, struct bench_result *result) {
    result->agents = calloc(targets->count + 1, sizeof(*result->agents));
    if (result->agents == NULL) return -ENOMEM;
    result->agent_count = targets->count;
    for (size_t i = 0; i < targets->count; i++) {
        const struct fleet_target *t = fleet_target_get(targets->fleet, targets->numbers[i]);
        result->agents[i].name = strdup(t->name);
        result->agents[i].address = strdup(t->address);
        result->agents[i].cpu_mean = result->agents[i].cpu_max = NAN;
        if (result->agents[i].name == NULL || result->agents[i].address == NULL) return -ENOMEM;
    }
    return 0;
}

/* "2c", "3 authPriv SHA-256 AES"; of several targets that of the first. */
static char *version_of(const struct bench_options *o, const struct bench_targets *t) {
    enum fleet_version version = FLEET_V2C;
    char text[TEXT];
    (void)fleet_target_version(t->fleet, t->numbers[0], &version);
    const struct fleet_auth_options *a = &o->settings.own_auth;
    bool has_auth = a->auth_protocol != FLEET_AUTH_NONE;
    bool has_priv = has_auth && a->priv_protocol != FLEET_PRIV_NONE;
    if (version != FLEET_V3)
        (void)snprintf(text, sizeof(text), "%s", version == FLEET_V1 ? "1" : "2c");
    else if (a->version != FLEET_V3)
        (void)snprintf(text, sizeof(text), "3");
    else
        (void)snprintf(text, sizeof(text), "3 %s%s%s%s%s",
                       has_priv   ? "authPriv"
                       : has_auth ? "authNoPriv"
                                  : "noAuthNoPriv",
                       has_auth ? " " : "",
                       has_auth ? fleet_auth_protocol_text(a->auth_protocol) : "",
                       has_priv ? " " : "",
                       has_priv ? fleet_priv_protocol_text(a->priv_protocol) : "");
    return strdup(text);
}

/* The first "model name" of /proc/cpuinfo; NULL: it says none. */
static char *cpu_name(void) {
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[TEXT], *name = NULL;
    while (file != NULL && name == NULL && fgets(line, sizeof(line), file) != NULL) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || colon == NULL) continue;
        colon[strcspn(colon, "\n")] = '\0';
        name = strdup(colon + 1 + strspn(colon + 1, " "));
    }
    if (file != NULL) (void)fclose(file);
    return name;
}

static int fill_host(const struct bench_targets *t, struct bench_host *host) {
    struct utsname names;
    char kernel[3 * TEXT];
    if (uname(&names) != 0) return -errno;
    (void)snprintf(kernel, sizeof(kernel), "%s %s %s", names.sysname, names.release,
                   names.machine);
    cpu_set_t set;
    *host = (struct bench_host){ .hostname = strdup(names.nodename), .kernel = strdup(kernel),
                                 .cpu = cpu_name(), .io = strdup(fleet_io_name(t->fleet)) };
    if (sched_getaffinity(0, sizeof(set), &set) == 0) host->cpus = (uint32_t)CPU_COUNT(&set);
    return host->hostname != NULL && host->kernel != NULL && host->io != NULL ? 0 : -ENOMEM;
}

static int fill_load(const struct bench_options *o, const struct bench_targets *t,
                     struct bench_load *load) {
    const struct bench_plan *plan = &o->plan;
    *load = (struct bench_load){
        .is_closed = plan->is_closed, .rate = plan->rate, .rate_end = plan->rate_end,
        .concurrency = plan->concurrency, .warmup_ns = plan->warmup_ns,
        .timeout_ns = plan->timeout_ns, .retries = plan->retries,
        .repetitions = plan->repetitions, .version = version_of(o, t),
    };
    for (int k = 0; k < BENCH_KINDS; k++) {
        load->weights[k] = plan->weights[k];
        if (plan->weights[k] > 0 && plan->questions[k].count > 0 && load->varbinds == 0)
            load->varbinds = (uint32_t)plan->questions[k].list[0].count;
    }
    size_t count = o->module != NULL ? 1 : (size_t)o->oid_count;
    load->oids = calloc(count + 1, sizeof(*load->oids));
    if (load->oids == NULL || load->version == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        load->oids[i] = strdup(o->module != NULL ? o->module : o->oids[i]);
        if (load->oids[i] == NULL) return -ENOMEM;
        load->oid_count++;
    }
    return 0;
}

int bench_fill_facts(const struct bench_options *o, const struct bench_targets *t,
                     struct bench_result *r) {
    uint8_t id[ID_BYTES];
    if (entropy_draw(id, sizeof(id)) != 0) return -EIO;
    for (size_t i = 0; i < sizeof(id); i++)
        (void)snprintf(r->id + 2 * i, sizeof(r->id) - 2 * i, "%02x", id[i]);
    r->program = strdup(SNMPFLEET_VERSION);
    r->command = o->command != NULL ? strdup(o->command) : NULL;
    r->has_kernel_times = true;
    if (r->program == NULL) return -ENOMEM;
    int error = fill_host(t, &r->host);
    return error == 0 ? fill_load(o, t, &r->load) : error;
}
