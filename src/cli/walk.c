/*
 * walk, bulkwalk: what snmpwalk and snmpbulkwalk do.
 *
 * Each answer is looked through as those programs do it, so that agents whose objects are out of
 * order give the same lines: a varbind is told before its name is held against the one asked for,
 * and bulkwalk holds all of an answer against the same name and goes on to its end.
 */
#include "base/clock.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/many.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { REPETITIONS_DEFAULT = 10, NO_SUCH_NAME = 2 };

#define NS_PER_SECOND 1e9

struct walk {
    bool is_bulk;
    uint32_t flags;             /* of enum snmp_conf_walk */
    uint32_t non_repeaters, max_repetitions;
    const char *end_name;       /* -CE */
    struct ask_oid root, end;   /* what is asked for; the first name that is none of it */
    struct ask_oid name;        /* asked next */
    bool goes_on, has_answer;
    int code;
    size_t found;
    uint64_t asked_ns;
};

static int walk_unknown_letter(char letter) {
    log_plain("Unknown flag passed to -C: %c\n",
              isprint((unsigned char)letter) ? letter : '?');
    return ASK_FAULT;
}

static uint32_t walk_flag(char letter) {
    switch (letter) {
    case 'i': return SNMP_CONF_INCLUDE_REQUESTED;
    case 'p': return SNMP_CONF_PRINT_STATISTICS;
    case 'c': return SNMP_CONF_DONT_CHECK_ORDERING;
    case 'I': return SNMP_CONF_EXCLUDE_REQUESTED;
    case 't': return SNMP_CONF_TIME_RESULTS;
    case 'T': return SNMP_CONF_TIME_RESULTS_SINGLE;
    default: return 0;
    }
}

static int walk_letter(struct ask *a, int argc, char **argv) {
    struct walk *w = a->state;
    while (*optarg != '\0') {
        char letter = *optarg++;
        uint32_t flag = walk_flag(letter);
        if (letter == 'E') {
            if (optind == argc) return ASK_USAGE;
            w->end_name = argv[optind++];
        } else if (flag == 0) {
            return walk_unknown_letter(letter);
        }
        w->flags ^= flag;
    }
    return 0;
}

static int bulkwalk_letter(struct ask *a, int argc, char **argv) {
    struct walk *w = a->state;
    (void)argc, (void)argv;
    while (*optarg != '\0') {
        char letter = *optarg++;
        if (letter == 'n' || letter == 'r') {
            if (!ask_take_number(letter == 'r' ? &w->max_repetitions : &w->non_repeaters))
                return ASK_USAGE;
            if (isspace((unsigned char)*optarg)) break;
        } else if (strchr("cip", letter) != NULL) {
            w->flags ^= walk_flag(letter);
        } else {
            return walk_unknown_letter(letter);
        }
    }
    return 0;
}

static bool walk_is(const struct walk *w, uint32_t flag) {
    return (w->flags & flag) != 0;
}

static int compare(const struct ask_oid *a, const struct ask_oid *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (a->numbers[i] != b->numbers[i]) return a->numbers[i] < b->numbers[i] ? -1 : 1;
    }
    return a->count == b->count ? 0 : a->count < b->count ? -1 : 1;
}

static void take_name(const struct fleet_varbind *varbind, struct ask_oid *ret_oid) {
    ret_oid->count = fleet_oid_numbers(varbind->oid, varbind->oid_length, ret_oid->numbers);
    ret_oid->length = varbind->oid_length;
    if (ret_oid->length <= sizeof(ret_oid->bytes))
        memcpy(ret_oid->bytes, varbind->oid, ret_oid->length);
}

static bool is_outside(const struct walk *w, const struct ask_oid *name) {
    if (!w->is_bulk) return compare(&w->end, name) <= 0;
    return name->count < w->root.count ||
           memcmp(name->numbers, w->root.numbers, w->root.count * sizeof(uint32_t)) != 0;
}

static bool is_exception(const struct fleet_varbind *varbind) {
    return varbind->value.type == FLEET_END_OF_MIB_VIEW ||
           varbind->value.type == FLEET_NO_SUCH_OBJECT ||
           varbind->value.type == FLEET_NO_SUCH_INSTANCE;
}

static void tell_order(struct ask *a, const struct ask_oid *before, const struct ask_oid *name) {
    struct walk *w = a->state;
    (void)fflush(stdout);
    log_plain("Error: OID not increasing: ");
    ask_tell_oid(a, before->numbers, before->count);
    log_plain(" >= ");
    ask_tell_oid(a, name->numbers, name->count);
    log_plain("\n");
    w->goes_on = false;
    w->code = ASK_EXIT_FAILED;
}

static void walk_varbind(struct ask *a, const struct fleet_varbind *varbind, bool is_last) {
    struct walk *w = a->state;
    struct ask_oid name;
    take_name(varbind, &name);
    if (is_outside(w, &name)) {
        w->goes_on = false;
        return;
    }
    w->found++;
    if (walk_is(w, SNMP_CONF_TIME_RESULTS_SINGLE))
        (void)printf("%f s: ", (double)(clock_monotonic_ns() - w->asked_ns) / NS_PER_SECOND);
    ask_print(a, varbind);
    if (is_exception(varbind)) {
        w->goes_on = false;
        return;
    }
    if (!walk_is(w, SNMP_CONF_DONT_CHECK_ORDERING) && compare(&w->name, &name) >= 0)
        tell_order(a, &w->name, &name);
    if (!w->is_bulk || is_last) w->name = name;
}

static void walk_answered(struct ask *a, const struct fleet_result *result) {
    struct walk *w = a->state;
    w->has_answer = ask_has_answer(a, result);
    if (!w->has_answer) {
        w->goes_on = false;
        w->code = ASK_EXIT_FAILED;
    } else if (result->error_status == NO_SUCH_NAME) {
        (void)puts("End of MIB");
        w->goes_on = false;
    } else if (result->error_status != 0) {
        ask_tell_error(a, result);
        w->goes_on = false;
        w->code = ASK_EXIT_REFUSED;
    } else {
        /* What gives nothing would be asked for ever. */
        if (result->varbind_count == 0) w->goes_on = false;
        for (size_t i = 0; i < result->varbind_count; i++)
            walk_varbind(a, &result->varbinds[i], i + 1 == result->varbind_count);
    }
}

/* The object itself; a failure is not told. */
static void root_answered(struct ask *a, const struct fleet_result *result) {
    struct walk *w = a->state;
    if (result->reason != FLEET_REASON_OK || result->error_status != 0) return;
    for (size_t i = 0; i < result->varbind_count; i++) {
        w->found++;
        ask_print(a, &result->varbinds[i]);
    }
}

static void walk_root(struct ask *a) {
    struct walk *w = a->state;
    struct fleet_varbind varbind = ask_varbind(&w->root);
    if (!ask_question(a, FLEET_PDU_GET, &varbind, 1, 0, 0, root_answered))
        w->code = ASK_EXIT_FAILED;
}

static void walk_all(struct ask *a) {
    struct walk *w = a->state;
    enum fleet_pdu pdu = w->is_bulk ? FLEET_PDU_GETBULK : FLEET_PDU_GETNEXT;
    while (w->goes_on) {
        struct fleet_varbind varbind = ask_varbind(&w->name);
        w->asked_ns = clock_monotonic_ns();
        if (ask_question(a, pdu, &varbind, 1, w->non_repeaters, w->max_repetitions, walk_answered))
            continue;
        w->goes_on = w->has_answer = false;
        w->code = ASK_EXIT_FAILED;
    }
}

/* From where, and how far. False: told. */
static bool walk_bounds(struct ask *a, int count, char **operands) {
    struct walk *w = a->state;
    static const char mib_2[] = ".1.3.6.1.2.1";
    struct fleet_name_style style = a->options.names;
    if (count == 0) a->options.names = (struct fleet_name_style){ .flags = 0 };
    bool is_good = ask_name(a, count > 0 ? operands[0] : mib_2, &w->root);
    a->options.names = style;
    if (is_good && w->end_name != NULL) return ask_name(a, w->end_name, &w->end);
    w->end = w->root;
    if (is_good) w->end.numbers[w->end.count - 1]++;
    return is_good;
}

static int walk_many(struct ask *a) {
    const struct walk *w = a->state;
    if (walk_is(w, SNMP_CONF_TIME_RESULTS_SINGLE)) {
        ask_log_error(&a->options.log, "%s: -CT is for one agent", a->options.program);
        return ASK_EXIT_FAILED;
    }
    struct many_question question = {
        .is_walk = true, .root = w->root,
        .method = w->is_bulk ? FLEET_WALK_GETBULK : FLEET_WALK_GETNEXT,
        .non_repeaters = w->non_repeaters, .max_repetitions = w->max_repetitions,
        .is_unordered = walk_is(w, SNMP_CONF_DONT_CHECK_ORDERING),
        .asks_root_first = walk_is(w, SNMP_CONF_INCLUDE_REQUESTED),
        .asks_root_last = !walk_is(w, SNMP_CONF_EXCLUDE_REQUESTED),
        .tells_count = walk_is(w, SNMP_CONF_PRINT_STATISTICS),
        .tells_time = walk_is(w, SNMP_CONF_TIME_RESULTS),
    };
    if (w->end_name != NULL) question.end = w->end;
    return many_run(a, &question);
}

static int walk_run(struct ask *a, int count, char **operands) {
    struct walk *w = a->state;
    const struct snmp_conf_flags *told = &a->options.conf.walk;
    w->flags = (w->flags & ~told->set) | told->value;
    if (!walk_bounds(a, count, operands)) return ASK_EXIT_FAILED;
    if (a->options.many.is_many) return walk_many(a);
    if (!ask_open(a)) return ASK_EXIT_FAILED;
    w->name = w->root;
    w->goes_on = true;
    if (walk_is(w, SNMP_CONF_INCLUDE_REQUESTED)) walk_root(a);
    uint64_t start = clock_monotonic_ns();
    walk_all(a);
    uint64_t end = clock_monotonic_ns();
    if (w->found == 0 && w->has_answer && !walk_is(w, SNMP_CONF_EXCLUDE_REQUESTED)) walk_root(a);
    if (walk_is(w, SNMP_CONF_PRINT_STATISTICS)) (void)printf("Variables found: %zu\n", w->found);
    if (walk_is(w, SNMP_CONF_TIME_RESULTS))
        log_plain("Total traversal time = %f seconds\n",
                  (double)(end - start) / NS_PER_SECOND);
    return w->code;
}

int cli_walk(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "walk", .program = "snmpwalk",
        .stop = "", .error_stop = ".",
        .letter = walk_letter, .run = walk_run,
    };
    struct walk walk = { .code = ASK_EXIT_GOOD };
    return ask_main(&verb, argc, argv, &walk);
}

int cli_bulkwalk(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "bulkwalk", .program = "snmpbulkwalk",
        .stop = "", .error_stop = ".",
        .letter = bulkwalk_letter, .run = walk_run,
    };
    struct walk walk = { .is_bulk = true, .max_repetitions = REPETITIONS_DEFAULT };
    return ask_main(&verb, argc, argv, &walk);
}
