/* simulate_options: see simulate_options.h. The option of a fault has its name (sim/faults.h). */
#include "cli/simulate_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/option_scan.h"
#include "conf/duration.h"
#include "conf/secret.h"

static const char program[] = "snmpfleet simulate";

static bool mistake(const char *option, const char *what, const char *value, const char *right) {
    option_tell(&(struct option_mistake){ program, option, what, value, right });
    return false;
}

/* "0.25" or "25%"; false unless from 0 to 1. */
static bool parse_share(const char *text, size_t length, double *ret_share) {
    char copy[32], *end;
    if (length == 0 || length >= sizeof(copy) || strspn(text, "0123456789.%") < length)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    double share = strtod(copy, &end);
    if (end == copy) return false;
    if (*end == '%') {
        share /= 100;
        end++;
    }
    if (*end != '\0' || !(share >= 0 && share <= 1)) return false;
    *ret_share = share;
    return true;
}

static bool parse_fault_value(const struct fault_kind *kind, const char *text, double *ret_value) {
    uint64_t number;
    switch (kind->unit) {
    case FAULT_PROBABILITY:
        return parse_share(text, strlen(text), ret_value);
    case FAULT_DURATION:
        if (!duration_parse(text, &number)) return false;
        break;
    case FAULT_COUNT:
        if (!number_parse(text, 1, UINT32_MAX, &number)) return false;
        break;
    default:
        return false;
    }
    *ret_value = (double)number;
    return true;
}

/* The fault that has the option of @name. */
static enum fault fault_of(const char *name) {
    unsigned fault = 0;
    while (strcmp(fault_kinds[fault].name, name) != 0) fault++;
    return (enum fault)fault;
}

/* SHARE[:VALUE] */
static bool take_fault(const struct option_scan *s, struct faults *f) {
    static const char *const values[] = {
        [FAULT_PROBABILITY] = "after ':' a probability, such as 0.2 or 20%",
        [FAULT_DURATION] = "after ':' a time, such as 500ms or 2s",
        [FAULT_COUNT] = "after ':' a number from 1 to 4294967295",
        [FAULT_NO_VALUE] = "SHARE only: this fault has no value",
    };
    enum fault fault = fault_of(s->row->name);
    const struct fault_kind *kind = &fault_kinds[fault];
    size_t length = strcspn(s->value, ":");
    if (!parse_share(s->value, length, &f->of[fault].share))
        return mistake(s->spelled, "not a share", s->value,
                       "a share of the agents, such as 0.05 or 5%");
    if (s->value[length] == '\0') return true;
    return parse_fault_value(kind, s->value + length + 1, &f->of[fault].value) ||
           mistake(s->spelled, "the value after ':' cannot be used", s->value, values[kind->unit]);
}

/* [OID=]DUR */
static bool take_object_cost(const struct option_scan *s, struct service_options *o) {
    char *equals = strchr(s->value, '=');
    uint64_t ns;
    if (!duration_parse(equals == NULL ? s->value : equals + 1, &ns))
        return mistake(s->spelled, "not a time", s->value,
                       "DUR or OID=DUR, such as 1.3.6.1.2.1.2.2.1.10=2ms");
    if (equals == NULL) {
        o->object_ns = ns;
        return true;
    }
    *equals = '\0';
    int error = service_add_cost(o, s->value, ns);
    if (error == 0) return true;
    return error == -ENOSPC
               ? mistake(s->spelled, "given too often", NULL, "at most 32 times with an OID")
               : mistake(s->spelled, "not a numeric OID", s->value,
                         "such as 1.3.6.1.2.1.2.2.1.10=2ms");
}

/* TIME:DUR */
static bool take_pause(const struct option_scan *s, uint64_t *ret_time, uint64_t *ret_ns) {
    char text[64];
    size_t length = strcspn(s->value, ":");
    bool is_good = s->value[length] == ':' && length < sizeof(text);
    if (is_good) {
        memcpy(text, s->value, length);
        text[length] = '\0';
        is_good = duration_parse(text, ret_time) && duration_parse(s->value + length + 1, ret_ns);
    }
    return is_good || mistake(s->spelled, "not two times", s->value, "such as 10s:500ms");
}

/* The text is blanked behind the name. */
static bool parse_user(char *text, struct users *users) {
    const char *why;
    bool is_good = users_add(users, text, &why);
    char *secret = strchr(text, ',');
    if (secret != NULL) explicit_bzero(secret, strlen(secret));
    if (is_good) return true;
    return mistake("--user", why, NULL, NULL);  /* never the passphrases */
}

/* A user a line; without empty ones and what begins with '#'. */
static bool parse_user_file(const char *path, struct users *users) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return mistake("--user-file", strerror(errno), path, NULL);
    }
    char line[512];
    bool ok = true;
    while (ok && fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        ok = line[0] == '\0' || line[0] == '#' || parse_user(line, users);
    }
    ok &= ferror(file) == 0;
    fclose(file);
    explicit_bzero(line, sizeof(line));
    return ok;
}

/* For when the command line is through: a file may be waited for, with secrets still in ps. */
static bool put_user_file(const char *path, const char **files, size_t *count) {
    if (*count == SIMULATE_USER_FILES_MAX) {
        return mistake("--user-file", "given too often", NULL, "at most 16 times");
    }
    files[(*count)++] = path;
    return true;
}

/* At most 255 octets; nothing of it is shown. */
static bool take_community(const struct option_scan *s, char **copy, struct span *ret_community) {
    bool is_good = strlen(s->value) <= 255;
    if (!arguments_take_secret(s->value, copy))
        return mistake(s->spelled, strerror(ENOMEM), NULL, NULL);
    *ret_community = span_text(*copy);
    return is_good || mistake(s->spelled, "too long", NULL, "at most 255 octets");
}

static enum net_backend backend_of(uint64_t word) {
    static const enum net_backend backends[] = { NET_AUTO, NET_URING, NET_MMSG };
    return backends[word];
}

static bool take_service(const struct option_scan *s, struct service_options *o) {
    struct pauses *p = &o->pauses;
    switch (s->row->id) {
    case OPT_CAPACITY: o->capacity = (uint32_t)s->number; return true;
    case OPT_SERVERS: o->servers = (uint32_t)s->number; return true;
    case OPT_QUEUE: o->queue = (uint32_t)s->number; return true;
    case OPT_SERVICE: o->is_exponential = s->number == 1; return true;
    case OPT_OBJECT_COST: return take_object_cost(s, o);
    case OPT_PAUSE: return take_pause(s, &p->every_ns, &p->length_ns);
    case OPT_PAUSE_AT: return take_pause(s, &p->once_at_ns, &p->once_ns);
    default: return false;
    }
}

static bool take_option(const struct option_scan *s, struct simulate_options *o) {
    struct simulator_options *simulator = &o->simulator;
    struct agents_options *answers = &simulator->answers;
    switch (s->row->id) {
    case OPT_AGENTS: simulator->agents = (uint32_t)s->number; return true;
    case OPT_PORTS: o->ports = (uint32_t)s->number; return true;
    case OPT_MAX_REPLY: answers->reply_max = (uint32_t)s->number; return true;
    case OPT_SEED: simulator->faults.seed = s->number; return true;
    case OPT_FOR: o->for_ns = s->number; return true;
    case OPT_IO: simulator->backend = backend_of(s->number); return true;
    case OPT_LOG_LEVEL:
    case OPT_LOG_FORMAT: return true;  /* taken when it was read */
    case OPT_QUIET: o->quiet = true; return true;
    case OPT_LIST_FAULTS: o->list_faults = true; return true;
    case OPT_LISTEN:
        return address_parse(s->value, 16100, &simulator->first) ||
               mistake(s->spelled, "not an address", s->value,
                       "ADDRESS:PORT in 127.0.0.0/8, or [::1]:PORT");
    case OPT_RECORDINGS:
        o->recordings = s->value;
        return *s->value != '\0' || mistake(s->spelled, "is empty", NULL, "a file or a folder");
    case OPT_COMMUNITY:
        return take_community(s, &o->read_community, &answers->read_community);
    case OPT_WRITE_COMMUNITY:
        return take_community(s, &o->write_community, &answers->write_community);
    case OPT_USER: return parse_user(s->value, &o->users);
    case OPT_USER_FILE: return put_user_file(s->value, o->user_files, &o->user_file_count);
    case OPT_FAULT: return take_fault(s, &simulator->faults);
    default: return take_service(s, &simulator->service);
    }
}

/* Options that say how requests are served, where serving takes no time, would do nothing. */
static bool service_check(const struct service_options *o) {
    static const char why[] = "does nothing here",
                      right[] = "only with --capacity, --object-cost, --pause or --pause-at";
    if (o->pauses.length_ns > 0 && o->pauses.length_ns >= o->pauses.every_ns)
        return mistake("--pause", "the agents would never work", NULL, "EVERY above DUR");
    if (o->is_exponential && o->capacity == 0)
        return mistake("--service", why, NULL, "only with --capacity");
    if (service_is_on(o)) return true;
    if (o->servers != 1) return mistake("--servers", why, NULL, right);
    return o->queue == SERVICE_QUEUE || mistake("--queue", why, NULL, right);
}

static bool simulate_options_check(const struct simulate_options *o) {
    const struct simulator_options *s = &o->simulator;
    if (!simulator_fits(s)) {
        char text[32];
        (void)snprintf(text, sizeof(text), "%u", s->agents);
        return mistake("--agents", "do not fit behind --listen", text,
                       "addresses in 127.0.0.0/8, such as 127.1.0.1:16100, or one on ::1");
    }
    if (s->first.family == ADDRESS_IP6 && s->faults.of[FAULT_WRONG_SOURCE].share > 0) {
        return mistake("--wrong-source", "needs IPv4: there is only one ::1", NULL, NULL);
    }
    return service_check(&s->service);
}

static void simulate_options_init(struct simulate_options *o) {
    *o = (struct simulate_options){
        .simulator = { .first = address_ip4(0x7f010001, 16100), .agents = 1, .faults.seed = 1,
                       .service = { .servers = 1, .queue = SERVICE_QUEUE } },
        .ports = 48,
    };
    o->simulator.answers.read_community = span_text("public");
    o->simulator.answers.write_community = span_text("private");
    for (int f = 0; f < FAULTS; f++) o->simulator.faults.of[f].value = fault_kinds[f].value;
}

bool simulate_options_parse(int argc, char **argv, struct simulate_options *o, int *ret_code) {
    struct option_scan scan;
    enum option_step step;
    simulate_options_init(o);
    *ret_code = EXIT_USAGE;
    option_scan_begin(&scan, verb_find("simulate"), program, argc, argv);
    while ((step = option_scan_next(&scan)) == OPTION_TAKEN) {
        if (!take_option(&scan, o)) return false;
    }
    if (step == OPTION_DONE) *ret_code = EXIT_COMPLETE;
    if (step != OPTION_END) return false;
    if (scan.operand_count > 0)
        return mistake(NULL, "takes options only, no other arguments", NULL,
                       "--recordings PATH, --agents N ...");
    for (size_t i = 0; i < o->user_file_count; i++) {
        if (!parse_user_file(o->user_files[i], &o->users)) return false;
    }
    if (o->users.count == 0) users_add_all_protocols(&o->users);
    o->simulator.answers.users = &o->users;
    o->simulator.answers.seed = o->simulator.faults.seed;
    return simulate_options_check(o);
}

void simulate_options_free(struct simulate_options *options) {
    options->read_community = secret_realloc(options->read_community, 0);
    options->write_community = secret_realloc(options->write_community, 0);
    explicit_bzero(&options->users, sizeof(options->users));
}
