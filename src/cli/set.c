/* set: what snmpset does. */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/many.h"
#include "conf/show.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct set {
    bool is_quiet;              /* -Cq */
    int code;
    uint8_t *scratch;           /* of all varbinds */
};

static int set_letter(struct ask *a, int argc, char **argv) {
    struct set *s = a->state;
    (void)argc, (void)argv;
    for (; *optarg != '\0'; optarg++) {
        if (*optarg != 'q') {
            log_plain("Unknown flag passed to -C: %c\n",
                      isprint((unsigned char)*optarg) ? *optarg : '?');
            return ASK_FAULT;
        }
        s->is_quiet = true;
    }
    return 0;
}

static int set_check(struct ask *a, int count) {
    (void)a;
    if (count == 0) {
        log_plain("Missing object name\n");
        return ASK_USAGE;
    }
    if (count <= 3 * FLEET_VARBINDS_MAX) return 0;
    log_plain("Too many assignments specified. Only %d allowed in one request.\n",
              FLEET_VARBINDS_MAX);
    return ASK_USAGE;
}

/* Are they all of three words, with a type that there is? */
static bool set_check_words(int count, char **words) {
    char shown[SHOW_MAX + 4];
    for (int i = 0; i < count; i += 3) {
        const char *name = show_text(words[i], shown);
        if (i + 1 == count) {
            log_plain("%s: Needs type and value\n", name);
            return false;
        }
        char type = words[i + 1][0];
        if (type == '\0' || strchr("=iu3taosxdbIUFD", type) == NULL) {
            log_plain("%s: Bad object type: %c\n", name,
                      isprint((unsigned char)type) ? type : '?');
            return false;
        }
        if (i + 2 == count) {
            log_plain("%s: Needs value\n", name);
            return false;
        }
    }
    return true;
}

static bool set_read(struct ask *a, char **words, struct fleet_varbind *varbind, uint8_t **room,
                     size_t *size) {
    char why[FLEET_MIB_WHY_MAX], shown[SHOW_MAX + 4];
    struct fleet_name_style style = a->options.names;
    if (a->options.is_net_snmp) style.flags |= FLEET_NAME_ANY_NUMBER;
    struct fleet_mib *mib = ask_mib(a);
    if (mib == NULL) return false;
    int error = fleet_varbind_parse(mib, words[0], words[1][0], words[2], &style, *room, *size,
                                    varbind, why);
    bool is_name = error == FLEET_E_OID || error == FLEET_E_UNKNOWN;
    static const char unknown[] = "Unknown Object Identifier (no object";
    if (is_name) ask_tell_unknown(a, words[0], words[0], error, why);
    else if (error != 0 && a->options.is_net_snmp && strncmp(why, unknown, strlen(unknown)) == 0)
        ask_tell_unknown(a, words[0], words[2], FLEET_E_UNKNOWN, why);
    else if (error != 0)
        ask_log_error(&a->options.log, "%s: %s", show_text(words[0], shown), why);
    if (error != 0) return false;
    size_t used = varbind->oid_length + varbind->value.length;
    *room += used;
    *size -= used;
    return true;
}

static void set_answered(struct ask *a, const struct fleet_result *result) {
    struct set *s = a->state;
    if (!ask_has_answer(a, result)) {
        s->code = ASK_EXIT_FAILED;
    } else if (result->error_status != 0) {
        ask_tell_error(a, result);
        s->code = ASK_EXIT_REFUSED;
    } else if (!s->is_quiet) {
        for (size_t i = 0; i < result->varbind_count; i++) ask_print(a, &result->varbinds[i]);
    }
}

static int set_many(struct ask *a, const struct fleet_varbind *varbinds, size_t count) {
    struct set *s = a->state;
    struct many_question question = { .pdu = FLEET_PDU_SET, .count = count,
                                      .is_quiet = s->is_quiet };
    memcpy(question.varbinds, varbinds, count * sizeof(varbinds[0]));
    return many_run(a, &question);
}

static int set_run(struct ask *a, int count, char **words) {
    struct set *s = a->state;
    struct fleet_varbind varbinds[FLEET_VARBINDS_MAX];
    size_t size = (size_t)count * FLEET_OID_BYTES_MAX + FLEET_VARBIND_SCRATCH, n = 0;
    bool is_many = a->options.many.is_many;
    if (!set_check_words(count, words) || (!is_many && !ask_open(a))) return ASK_EXIT_FAILED;
    s->scratch = malloc(size);
    uint8_t *room = s->scratch;
    bool is_good = room != NULL;
    for (int i = 0; i < count && room != NULL; i += 3)
        is_good &= set_read(a, words + i, &varbinds[n++], &room, &size);
    if (is_good && is_many) s->code = set_many(a, varbinds, n);
    else if (is_good) is_good = ask_question(a, FLEET_PDU_SET, varbinds, n, 0, 0, set_answered);
    free(s->scratch);
    return is_good ? s->code : ASK_EXIT_FAILED;
}

int cli_set(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "set", .program = "snmpset",
        .stop = "", .error_stop = ".", .is_strict = true,
        .letter = set_letter, .check = set_check, .run = set_run,
    };
    struct set set = { .code = ASK_EXIT_GOOD };
    return ask_main(&verb, argc, argv, &set);
}
