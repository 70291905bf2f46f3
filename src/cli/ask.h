/*
 * ask: a verb that asks one agent, as Net-SNMP's programs do: a fleet with one target, one question
 * after another, answers in its words.
 *
 *     get.c, bulkget.c, set.c, walk.c: one file a verb; a verb is struct ask_verb, run by ask_main.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/ask_options.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/mib.h"
#include "snmpfleet/request.h"

/* Net-SNMP's exit codes. */
enum { ASK_EXIT_GOOD = 0, ASK_EXIT_FAILED = 1, ASK_EXIT_REFUSED = 2 };

struct ask;

struct ask_verb {
    const char *name, *program;      /* "get", "snmpget" */
    const char *stop, *error_stop;   /* "." or "": behind time-outs and "Error in packet" */
    bool is_strict;                  /* options end at AGENT: values may begin with a dash */
    uint32_t text_flags;             /* enum fleet_text_flag that -O begins with */
    int (*letter)(struct ask *ask, int argc, char **argv);   /* -C; 0 or an enum ask_fault, told */
    int (*check)(struct ask *ask, int count);  /* operands; NULL: all are good; as above */
    int (*run)(struct ask *ask, int count, char **operands);  /* the exit code */
};

struct ask {
    const struct ask_verb *verb;
    struct ask_options options;
    struct fleet_mib *mib;           /* NULL: not needed yet */
    struct fleet *fleet;
    uint32_t target;
    void *state;                     /* the verb's own */
    /* Of the question under way. */
    void (*answered)(struct ask *ask, const struct fleet_result *result);
    bool is_over;
};

/* The exit code of a verb; @state is for its own use. */
int ask_main(const struct ask_verb *verb, int argc, char **argv, void *state);

/* The names and how they are written; loaded when first needed. NULL: told. */
struct fleet_mib *ask_mib(struct ask *ask);

/*
 * The fleet and its target: AGENT looked up, the credentials taken. False: told. To be called
 * once, before questions; where it is called, mistakes in AGENT and in names are told in
 * Net-SNMP's order.
 */
bool ask_open(struct ask *ask);

/* A name as an OID for a question. False: told. */
struct ask_oid {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t count, length;
    uint8_t bytes[FLEET_OID_BYTES_MAX];
};
bool ask_name(struct ask *ask, const char *text, struct ask_oid *ret_oid);

/* What fleet_mib_parse_name says of @text, a name in or for @operand, that it does not take. */
void ask_tell_unknown(struct ask *ask, const char *operand, const char *text, int error,
                      const char *why);

/* The varbind that asks for it; borrows it. */
struct fleet_varbind ask_varbind(const struct ask_oid *oid);

/*
 * Ask, and wait until @answered was called with the result. False: it could not be asked, told;
 * nothing was called.
 */
bool ask_question(struct ask *ask, enum fleet_pdu pdu, const struct fleet_varbind *varbinds,
                  size_t count, uint32_t non_repeaters, uint32_t max_repetitions,
                  void (*answered)(struct ask *ask, const struct fleet_result *result));

/* Is there an answer, with or without error-status? Otherwise it is told why not. */
bool ask_has_answer(struct ask *ask, const struct fleet_result *result);

/* A varbind on standard output. */
void ask_print(struct ask *ask, const struct fleet_varbind *varbind);

/* An OID and a line break on standard error. */
void ask_tell_oid(struct ask *ask, const uint32_t *numbers, size_t count);

/* "Error in packet", the reason, the object that failed. */
void ask_tell_error(struct ask *ask, const struct fleet_result *result);

/* -CnNUM and -CrNUM: the number at optarg, which is moved behind it. False: there is none. */
bool ask_take_number(uint32_t *number);
