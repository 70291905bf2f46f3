/* bench_options: see bench_options.h. */
#include "cli/bench_options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mix.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/option_scan.h"

static const char program[] = "snmpfleet bench";

enum {
    RATE_DEFAULT = 10, DURATION_S = 10, WARMUP_S = 1, TIMEOUT_S = 5, SWEEP_TIMEOUT_S = 2,
    SAMPLE_S = 1,
    REPETITIONS_DEFAULT = 10, OPEN_MAX = 250000, SPIN_US = 150, COMMAND_MAX = 4096,
};
#define NS_PER_S UINT64_C(1000000000)
#define REQUESTS_NS (24 * 3600 * NS_PER_S)   /* at the most, where the requests end the run */
#define RATE_MIN 0.01
#define RATE_MAX 1e7

static bool mistake(const char *option, const char *what, const char *value, const char *right) {
    option_tell(&(struct option_mistake){ program, option, what, value, right });
    return false;
}

static bool read_rate(const char *text, char end, double *ret_rate, const char **ret_end) {
    char *after;
    double rate = strtod(text, &after);
    if (after == text || !isfinite(rate) || rate < RATE_MIN || rate > RATE_MAX || *after != end)
        return false;
    *ret_rate = rate;
    *ret_end = after;
    return true;
}

static bool take_rate(struct bench_options *o, const struct option_scan *s) {
    const char *end;
    if (!read_rate(s->value, '\0', &o->plan.rate, &end))
        return mistake(s->spelled, "not a rate", s->value,
                       "requests a second, from 0.01 to 10000000");
    o->plan.rate_end = o->plan.rate;
    o->has_rate = true;
    return true;
}

static bool take_ramp(struct bench_options *o, const struct option_scan *s) {
    const char *end;
    bool is_good = read_rate(s->value, ':', &o->plan.rate, &end) &&
                   read_rate(end + 1, '\0', &o->plan.rate_end, &end);
    if (!is_good)
        return mistake(s->spelled, "not two rates", s->value,
                       "FROM:TO in requests a second, such as 10:500");
    o->has_rate = true;
    return true;
}

static bool take_mix(struct bench_options *o, const struct option_scan *s) {
    static const char right[] = "KIND=N,... with get, getnext, getbulk, walk or set, such as "
                                "get=80,walk=20";
    memset(o->plan.weights, 0, sizeof(o->plan.weights));
    for (const char *at = s->value; *at != '\0';) {
        size_t length = strcspn(at, "=,");
        int kind = 0;
        while (kind < BENCH_KINDS && (strlen(bench_kind_text((enum bench_kind)kind)) != length ||
                                      memcmp(bench_kind_text((enum bench_kind)kind), at, length)))
            kind++;
        if (kind == BENCH_KINDS) return mistake(s->spelled, "no such kind", at, right);
        if (at[length] != '=') return mistake(s->spelled, "a kind without its share", at, right);
        char *end;
        unsigned long weight = strtoul(at + length + 1, &end, 10);
        bool is_number = end != at + length + 1 && at[length + 1] != '-' && weight > 0;
        if (!is_number || weight > MIX_WEIGHT_MAX || (*end != ',' && *end != '\0'))
            return mistake(s->spelled, "a share is no number", at, right);
        if (o->plan.weights[kind] != 0)
            return mistake(s->spelled, "a kind is given twice", at, right);
        o->plan.weights[kind] = (uint32_t)weight;
        at = *end == ',' ? end + 1 : end;
    }
    o->has_kind = true;
    return true;
}

static bool take_limits(struct bench_options *o, const struct option_scan *s) {
    char why[THRESHOLD_TEXT_MAX];
    if (bench_thresholds_parse(s->value, &o->limits, why) == 0) return true;
    return mistake(s->spelled, why, s->value, "such as 'p99<50ms,loss<0.1%'");
}

static bool take_targets(struct bench_options *o, const struct option_scan *s) {
    if (o->target_count == BENCH_FILES_MAX)
        return mistake(s->spelled, "given too often", NULL, "at most 64 times");
    o->more_targets[o->target_count++] = s->value;
    return true;
}

static bool take_kind(struct bench_options *o, const struct option_scan *s) {
    memset(o->plan.weights, 0, sizeof(o->plan.weights));
    o->plan.weights[s->number] = 1;
    o->has_kind = true;
    return true;
}

/* Of the load, and of what is asked. */
static bool take_load(struct bench_options *o, const struct option_scan *s) {
    struct bench_plan *plan = &o->plan;
    switch (s->row->id) {
    case OPT_BENCH_RATE: return take_rate(o, s);
    case OPT_RAMP: return take_ramp(o, s);
    case OPT_CONCURRENCY:
        plan->is_closed = true;
        plan->concurrency = (uint32_t)s->number;
        return true;
    case OPT_DURATION:
        plan->duration_ns = s->number;
        o->has_duration = true;
        return true;
    case OPT_REQUESTS: plan->requests = s->number; return true;
    case OPT_WARMUP: plan->warmup_ns = s->number; return true;
    case OPT_SWEEP: o->sweeps = true; return true;
    case OPT_FIND_SLOW: o->finds_slow = true; return true;
    case OPT_COSTS: o->finds_costs = true; return true;
    case OPT_YES: o->is_told = true; return true;
    case OPT_KIND: return take_kind(o, s);
    case OPT_MIX: return take_mix(o, s);
    case OPT_MODULE: o->module = s->value; return true;
    case OPT_VARBINDS: o->varbinds = (uint32_t)s->number; return true;
    case OPT_REPETITIONS: plan->repetitions = (uint32_t)s->number; return true;
    case OPT_BENCH_TIMEOUT:
        plan->timeout_ns = s->number;
        o->has_timeout = true;
        return true;
    case OPT_BENCH_RETRIES: plan->retries = (uint32_t)s->number; return true;
    case OPT_SAMPLE: plan->sample_ns = s->number; return true;
    case OPT_NO_SAMPLE: plan->sample_ns = 0; return true;
    default: return false;
    }
}

static bool take_option(struct bench_options *o, const struct option_scan *s) {
    static const enum fleet_io backends[] = { FLEET_IO_AUTO, FLEET_IO_URING, FLEET_IO_MMSG };
    switch (s->row->id) {
    case OPT_CREDENTIAL:
        return credentials_take(&o->settings.credentials, program, s->row->letter, s->value,
                                s->argc, s->argv);
    case OPT_CONFIG: o->settings.config_path = s->value; return true;
    case OPT_TARGETS: return take_targets(o, s);
    case OPT_MIB_MODULES: o->settings.mib_modules = s->value; return true;
    case OPT_MIB_PATH: o->settings.mib_path = s->value; return true;
    case OPT_IO: o->io = backends[s->number]; return true;
    case OPT_JSON: o->json = s->value; return true;
    case OPT_CSV_SECONDS: o->csv = s->value; return true;
    case OPT_HGRM: o->hgrm = s->value; return true;
    case OPT_HTML: o->html = s->value; return true;
    case OPT_FAIL: return take_limits(o, s);
    case OPT_LOG_LEVEL:
    case OPT_LOG_FORMAT: return true;  /* taken when it was read */
    case OPT_QUIET: o->quiet = true; return true;
    default: return take_load(o, s);
    }
}

/* The command line as it was given, for the report; secrets are blanked in it already. */
static char *command_of(int argc, char **argv) {
    char *text = calloc(COMMAND_MAX, 1);
    size_t length = 0;
    for (int i = 0; text != NULL && i < argc && length < COMMAND_MAX - 1; i++)
        length += (size_t)snprintf(text + length, COMMAND_MAX - length, "%s%s",
                                   i == 0 ? "snmpfleet " : " ", argv[i]);
    return text;
}

/* Those of --targets, or AGENT; then OIDs. */
static bool take_operands(struct bench_options *o, int count, char **operands) {
    bool has_files = o->target_count > 0;
    if (!has_files && count == 0)
        return mistake(NULL, "no agent", NULL, "give AGENT, such as 192.0.2.1, or --targets FILE");
    if (!has_files) o->more_targets[o->target_count++] = *operands++;
    o->oids = operands;
    o->oid_count = count - !has_files;
    if (o->module != NULL && o->oid_count > 0)
        return mistake("--module", "OIDs are given, too", o->module, "one or the other");
    o->targets = calloc((size_t)o->target_count + 1, sizeof(*o->targets));
    if (o->targets == NULL) return mistake(NULL, strerror(ENOMEM), NULL, NULL);
    memcpy(o->targets, o->more_targets, (size_t)o->target_count * sizeof(*o->targets));
    return arguments_hide_targets(o->target_count, o->targets);
}

static bool settle(struct bench_options *o) {
    struct bench_plan *plan = &o->plan;
    if (plan->is_closed && o->has_rate && !o->sweeps)
        return mistake("--concurrency", "a rate is given, too", NULL,
                       "--rate for an open loop, --concurrency for a closed one");
    if (o->sweeps + o->finds_slow + o->finds_costs > 1)
        return mistake(o->finds_slow ? "--find-slow" : "--costs",
                       o->sweeps ? "--sweep is given, too" : "--costs is given, too", NULL,
                       "one of them; a sweep has the costs, too");
    if (o->finds_costs && o->oid_count == 0 && o->module == NULL)
        return mistake("--costs", "no OID", NULL, "OIDs, or --module NAME");
    if (!o->has_rate && !o->sweeps) plan->rate = plan->rate_end = RATE_DEFAULT;
    bool is_ramp = plan->rate != plan->rate_end;
    if (plan->requests != 0 && !o->has_duration && !o->sweeps && !is_ramp)
        plan->duration_ns = REQUESTS_NS;
    if (o->sweeps && !o->has_timeout) plan->timeout_ns = SWEEP_TIMEOUT_S * NS_PER_S;
    if (o->finds_slow || o->finds_costs) {
        memset(plan->weights, 0, sizeof(plan->weights));
        plan->weights[BENCH_GETNEXT] = 1;
        plan->weights[BENCH_GET] = o->finds_costs;
        o->has_kind = true;
    }
    if (!o->has_kind) plan->weights[o->module != NULL ? BENCH_WALK : BENCH_GET] = 1;
    return credentials_settle(&o->settings.credentials, program, o->settings.config_path != NULL);
}

static void set_defaults(struct bench_options *o) {
    *o = (struct bench_options){
        .program = program,
        .settings = { .verb = "bench", .program = program, .without_sources = true },
        .plan = { .duration_ns = DURATION_S * NS_PER_S, .warmup_ns = WARMUP_S * NS_PER_S,
                  .timeout_ns = TIMEOUT_S * NS_PER_S, .sample_ns = SAMPLE_S * NS_PER_S,
                  .repetitions = REPETITIONS_DEFAULT, .open_max = OPEN_MAX,
                  .spin_ns = SPIN_US * 1000 },
    };
}

static bool parse(int argc, char **argv, struct bench_options *o, int *ret_code) {
    struct option_scan scan;
    enum option_step step;
    *ret_code = EXIT_USAGE;
    option_scan_begin(&scan, verb_find("bench"), program, argc, argv);
    while ((step = option_scan_next(&scan)) == OPTION_TAKEN) {
        if (!take_option(o, &scan)) {
            o->target_count = 0;
            return false;
        }
    }
    if (step != OPTION_END) {
        *ret_code = step == OPTION_DONE ? EXIT_COMPLETE : EXIT_USAGE;
        o->target_count = 0;
        return false;
    }
    if (scan.operand_count > 0 && strcmp(argv[1], "compare") == 0) {
        o->is_compare = true;
        o->files = argv + 2;
        o->file_count = scan.operand_count - 1;
        return o->file_count >= 2 || mistake("compare", "fewer than two results", NULL,
                                             "snmpfleet bench compare A.json B.json");
    }
    return take_operands(o, scan.operand_count, argv + 1) && settle(o);
}

bool bench_options_parse(int argc, char **argv, struct bench_options *o, int *ret_code) {
    /* The scan moves operands to the front of @argv, so the order is kept here. */
    char **given = calloc((size_t)argc, sizeof(*given));
    set_defaults(o);
    *ret_code = EXIT_SYSTEM;
    if (given == NULL) return mistake(NULL, strerror(ENOMEM), NULL, NULL);
    memcpy(given, argv, (size_t)argc * sizeof(*given));
    bool is_taken = parse(argc, argv, o, ret_code);
    if (is_taken && !o->is_compare) o->command = command_of(argc, given);
    free(given);
    return is_taken;
}

void bench_options_free(struct bench_options *o) {
    if (o->targets != NULL) arguments_wipe_targets(o->target_count, o->targets);
    free(o->targets);
    free(o->command);
    o->targets = NULL;
    o->command = NULL;
    settings_free(&o->settings);
}
