/* bulkget: what snmpbulkget does; `getbulk` is another word for it. */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/many.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { REPETITIONS_DEFAULT = 10 };

struct bulkget {
    uint32_t non_repeaters, max_repetitions;
    int code;
};

static int bulkget_letter(struct ask *a, int argc, char **argv) {
    struct bulkget *b = a->state;
    (void)argc, (void)argv;
    while (*optarg != '\0') {
        char letter = *optarg++;
        if (letter != 'n' && letter != 'r') {
            log_plain("Unknown flag passed to -C: %c\n",
                      isprint((unsigned char)letter) ? letter : '?');
            return ASK_FAULT;
        }
        if (!ask_take_number(letter == 'r' ? &b->max_repetitions : &b->non_repeaters))
            return ASK_USAGE;
        if (isspace((unsigned char)*optarg)) break;
    }
    return 0;
}

static int bulkget_check(struct ask *a, int count) {
    struct bulkget *b = a->state;
    if ((uint32_t)count < b->non_repeaters) {
        log_plain("%s: need more objects than <nonrep>\n", a->options.program);
        return ASK_FAULT;
    }
    if (count <= FLEET_VARBINDS_MAX) return 0;
    log_plain("Too many object identifiers specified. Only %d allowed in one "
              "request.\n", FLEET_VARBINDS_MAX);
    return ASK_FAULT;
}

static void bulkget_answered(struct ask *a, const struct fleet_result *result) {
    struct bulkget *b = a->state;
    enum { NO_SUCH_NAME = 2 };
    if (!ask_has_answer(a, result)) {
        b->code = ASK_EXIT_FAILED;
    } else if (result->error_status == NO_SUCH_NAME) {
        (void)puts("End of MIB.");
    } else if (result->error_status != 0) {
        ask_tell_error(a, result);
        b->code = ASK_EXIT_REFUSED;
    } else {
        for (size_t i = 0; i < result->varbind_count; i++) ask_print(a, &result->varbinds[i]);
    }
}

static int bulkget_many(struct ask *a, const struct fleet_varbind *varbinds, size_t count) {
    struct bulkget *b = a->state;
    struct many_question question = { .pdu = FLEET_PDU_GETBULK, .count = count,
                                      .non_repeaters = b->non_repeaters,
                                      .max_repetitions = b->max_repetitions };
    memcpy(question.varbinds, varbinds, count * sizeof(varbinds[0]));
    return many_run(a, &question);
}

static int bulkget_run(struct ask *a, int count, char **operands) {
    struct bulkget *b = a->state;
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    struct ask_oid *oids = calloc((size_t)count + 1, sizeof(*oids));
    bool is_good = oids != NULL;
    for (int i = 0; is_good && i < count; i++) {
        is_good = ask_name(a, operands[i], &oids[i]);
        varbinds[i] = ask_varbind(&oids[i]);
    }
    if (is_good && a->options.many.is_many) {
        if (count > 0) b->code = bulkget_many(a, varbinds, (size_t)count);
        count = 0;
    } else if (is_good) {
        is_good = ask_open(a);
    }
    /* Nothing asked for: nothing to say. */
    if (is_good && count > 0)
        is_good = ask_question(a, FLEET_PDU_GETBULK, varbinds, (size_t)count, b->non_repeaters,
                               b->max_repetitions, bulkget_answered);
    free(oids);
    return is_good ? b->code : ASK_EXIT_FAILED;
}

int cli_bulkget(int argc, char **argv) {
    struct ask_verb verb = {
        .name = strcmp(argv[0], "getbulk") == 0 ? "getbulk" : "bulkget",
        .program = "snmpbulkget",
        .stop = "", .error_stop = ".",
        .letter = bulkget_letter, .check = bulkget_check, .run = bulkget_run,
    };
    struct bulkget bulkget = { .max_repetitions = REPETITIONS_DEFAULT };
    return ask_main(&verb, argc, argv, &bulkget);
}
