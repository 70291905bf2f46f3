/* get, getnext: what snmpget and snmpgetnext do. */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/many.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct get {
    enum fleet_pdu pdu;
    bool keeps;                 /* -Cf: a question that failed is not asked again */
    int code;
    struct ask_oid *oids;
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    size_t count;
    size_t failed;              /* of the varbinds, from 1; 0: none is to be left out */
};

static int get_letter(struct ask *a, int argc, char **argv) {
    struct get *g = a->state;
    (void)argc, (void)argv;
    for (; *optarg != '\0'; optarg++) {
        if (*optarg != 'f') {
            log_plain("Unknown flag passed to -C: %c\n",
                      isprint((unsigned char)*optarg) ? *optarg : '?');
            return ASK_FAULT;
        }
        g->keeps = !g->keeps;
    }
    return 0;
}

static int get_check(struct ask *a, int count) {
    (void)a;
    if (count == 0) {
        log_plain("Missing object name\n");
        return ASK_USAGE;
    }
    if (count <= FLEET_VARBINDS_MAX) return 0;
    log_plain("Too many object identifiers specified. Only %d allowed in one "
              "request.\n", FLEET_VARBINDS_MAX);
    return ASK_USAGE;
}

static void get_answered(struct ask *a, const struct fleet_result *result) {
    struct get *g = a->state;
    g->failed = 0;
    if (!ask_has_answer(a, result)) {
        g->code = ASK_EXIT_FAILED;
        return;
    }
    if (result->error_status == 0) {
        for (size_t i = 0; i < result->varbind_count; i++) ask_print(a, &result->varbinds[i]);
        return;
    }
    ask_tell_error(a, result);
    if (g->pdu == FLEET_PDU_GET || result->error_index != 0) g->code = ASK_EXIT_REFUSED;
    if (result->error_index > 0 && (size_t)result->error_index <= g->count)
        g->failed = (size_t)result->error_index;
}

/* Ask, and ask again without each object that the agent refuses. */
static void get_ask(struct ask *a) {
    struct get *g = a->state;
    while (g->count > 0) {
        if (!ask_question(a, g->pdu, g->varbinds, g->count, 0, 0, get_answered))
            g->code = ASK_EXIT_FAILED;
        if (g->failed == 0 || g->keeps) return;
        memmove(&g->varbinds[g->failed - 1], &g->varbinds[g->failed],
                (g->count - g->failed) * sizeof(g->varbinds[0]));
        g->count--;
    }
}

static int get_many(struct ask *a) {
    struct get *g = a->state;
    struct many_question question = { .pdu = g->pdu, .count = g->count, .leaves_out = !g->keeps };
    memcpy(question.varbinds, g->varbinds, g->count * sizeof(g->varbinds[0]));
    return many_run(a, &question);
}

static int get_run(struct ask *a, int count, char **operands) {
    struct get *g = a->state;
    bool is_many = a->options.many.is_many;
    if (!is_many && !ask_open(a)) return ASK_EXIT_FAILED;
    g->oids = calloc((size_t)count, sizeof(*g->oids));
    bool is_good = g->oids != NULL;
    for (int i = 0; i < count && g->oids != NULL; i++) {
        if (!ask_name(a, operands[i], &g->oids[i])) is_good = false;
        else g->varbinds[g->count++] = ask_varbind(&g->oids[i]);
    }
    if (is_good && is_many) g->code = get_many(a);
    else if (is_good) get_ask(a);
    else g->code = ASK_EXIT_FAILED;
    free(g->oids);
    return g->code;
}

int cli_get(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "get", .program = "snmpget", .stop = ".", .error_stop = "",
        .letter = get_letter, .check = get_check, .run = get_run,
    };
    struct get get = { .pdu = FLEET_PDU_GET };
    return ask_main(&verb, argc, argv, &get);
}

int cli_getnext(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "getnext", .program = "snmpgetnext", .stop = ".", .error_stop = ".",
        .letter = get_letter, .check = get_check, .run = get_run,
    };
    struct get get = { .pdu = FLEET_PDU_GETNEXT };
    return ask_main(&verb, argc, argv, &get);
}
