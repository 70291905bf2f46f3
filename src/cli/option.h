/*
 * option: the table of the options of all verbs, each once. From its rows come what the command
 * line takes (option_scan.h), --help, manual pages and completion (option_help.h, option_man.h,
 * option_completion.h), and the options of getopt for the verbs with Net-SNMP's grammar.
 *
 * Values have a rule (conf/rule.h); an option that means what a key of targets or of `fleet` means
 * has that key, and with it the key's rule, default and help (conf/keys.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/verb.h"
#include "conf/keys.h"

enum option_id {
    /* of all or several verbs */
    OPT_CONFIG, OPT_TARGETS, OPT_MIB_MODULES, OPT_MIB_PATH, OPT_QUIET, OPT_HELP, OPT_VERSION,
    OPT_IO, OPT_FOR, OPT_LOG_LEVEL, OPT_LOG_FORMAT,
    /* credentials: .letter says which */
    OPT_CREDENTIAL,
    /* poll and check: keys of targets and of `fleet`: .key says which */
    OPT_KEY,
    OPT_MODULES, OPT_WALK, OPT_ONCE, OPT_OUTPUT, OPT_REPORT, OPT_CSV, OPT_UINT, OPT_COMPAT,
    OPT_STATE, OPT_DUMP, OPT_DNS, OPT_FAIL_THRESHOLD, OPT_DRY_RUN,
    OPT_CONFIG_ONLY, OPT_LIST, OPT_PRINT_MODULE, OPT_PROBE,
    /* simulate */
    OPT_AGENTS, OPT_LISTEN, OPT_RECORDINGS, OPT_PORTS, OPT_COMMUNITY, OPT_WRITE_COMMUNITY,
    OPT_SEED, OPT_MAX_REPLY, OPT_USER, OPT_USER_FILE, OPT_LIST_FAULTS, OPT_FAULT,
    OPT_CAPACITY, OPT_SERVERS, OPT_QUEUE, OPT_SERVICE, OPT_OBJECT_COST, OPT_PAUSE, OPT_PAUSE_AT,
    /* translate and the verbs that ask: Net-SNMP's, .letter says which */
    OPT_NET_SNMP,
    OPT_FORMAT, OPT_SORTED,
    /* bench */
    OPT_BENCH_RATE, OPT_RAMP, OPT_CONCURRENCY, OPT_DURATION, OPT_REQUESTS, OPT_WARMUP, OPT_SWEEP,
    OPT_FIND_SLOW, OPT_COSTS, OPT_YES, OPT_KIND, OPT_MIX, OPT_MODULE, OPT_VARBINDS, OPT_REPETITIONS,
    OPT_BENCH_TIMEOUT, OPT_BENCH_RETRIES, OPT_SAMPLE, OPT_NO_SAMPLE, OPT_JSON, OPT_CSV_SECONDS,
    OPT_HGRM, OPT_HTML, OPT_FAIL,
};

enum option_section {
    SECTION_VERB, SECTION_FILES, SECTION_WHAT, SECTION_WHO, SECTION_CREDENTIALS, SECTION_SPEED,
    SECTION_OUTPUT, SECTION_MANY, SECTION_TEXT, SECTION_SERVICE, SECTION_FAULTS, SECTION_FAULTS_V3,
    SECTION_OTHER,
    SECTIONS
};

struct option_row {
    enum option_id id;
    const char *name;         /* behind --; NULL: there is only a letter */
    char letter;              /* '\0': there is only a name */
    const char *value;        /* what its value is called; NULL: none, or that of the key */
    struct rule rule;         /* RULE_NONE with a key: the key's */
    const struct key *key;    /* NULL: it is none of a key */
    const char *standard;     /* its default as text; NULL: none, or that of the key */
    const char *help;         /* NULL: that of the key */
    const char *letters;      /* of the value: "LETTERS\ttext\n..."; NULL: it has none */
    enum option_section section;
    uint32_t verbs;           /* enum verb_bit */
    bool is_own;              /* Net-SNMP's programs do not have it */
    bool is_hidden;           /* taken, but not listed */
    bool is_file;             /* its value is a file or a folder */
};

/* The families of rows; after the last row of each, .help and .key are NULL. */
extern const struct option_row option_rows_common[], option_rows_fleet[], option_rows_simulate[],
    option_rows_ask[], option_rows_bench[];

/*
 * The row after @row (NULL: the first) among those that any of @verbs has. NULL: there are no
 * more.
 */
const struct option_row *option_next_row(const struct option_row *row, uint32_t verbs);

const struct option_row *option_by_letter(char letter, uint32_t verbs);
const struct option_row *option_by_name(const char *name, size_t length, uint32_t verbs);

/*
 * The only row whose name begins with @name, of @length. NULL: there is none, or there are several;
 * *ret_count is their number.
 */
const struct option_row *option_by_prefix(const char *name, size_t length, uint32_t verbs,
                                          unsigned *ret_count);

bool option_has_value(const struct option_row *row);
const struct rule *option_rule(const struct option_row *row);
const char *option_value(const struct option_row *row);
const char *option_standard(const struct option_row *row);
const char *option_text(const struct option_row *row);
const char *option_section_title(enum option_section section);

/* "--config", or "-c" where there is no name. */
enum { OPTION_SPELLED_MAX = 40 };
const char *option_spelled(const struct option_row *row, char text[static OPTION_SPELLED_MAX]);

/*
 * The letters of the options of @verbs, in getopt's form: with ':' after those that take a value.
 * @with_own: also those that Net-SNMP's programs do not have.
 */
enum { OPTION_LETTERS_MAX = 160 };
void option_letters(uint32_t verbs, bool with_own, char letters[static OPTION_LETTERS_MAX]);

/*
 * A suggestion for an unknown option: @text is the word of the command line. The result is a phrase
 * in parentheses with a blank before it, or "" where no option is similar. The value is ignored.
 */
enum { OPTION_HINT_MAX = 160 };
const char *option_hint(const char *text, uint32_t verbs, char hint[static OPTION_HINT_MAX]);

/* Tells "snmpfleet VERB: --option: what the error is: 'value' (what is right)". */
struct option_mistake {
    const char *program;    /* "snmpfleet poll" */
    const char *option;     /* as it was spelled: "--rate"; NULL: no option */
    const char *what;
    const char *value;      /* NULL: not to be shown */
    const char *right;      /* NULL: nothing is told */
};
void option_tell(const struct option_mistake *mistake);
