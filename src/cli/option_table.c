/* The options that several verbs have: see option.h. */
#include "cli/option.h"

/* In the order of enum log_level and of enum log_format (log.h). */
static const char *const log_levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const log_formats[] = { "auto", "text", "json", "journal", NULL };

static const char *const backends[] = { "auto", "uring", "mmsg", NULL };

enum {
    VERBS_MIB = VERBS_FLEET | VERBS_ASK | VERB_TRANSLATE | VERB_BENCH,
    VERBS_CREDENTIALS = VERBS_FLEET | VERBS_ASK | VERB_BENCH,
};

#define CREDENTIAL(letter_, value_, standard_, help_) \
    { .id = OPT_CREDENTIAL, .letter = (letter_), .value = (value_), \
      .rule = { .kind = RULE_TEXT }, .standard = (standard_), .help = (help_), \
      .section = SECTION_CREDENTIALS, .verbs = VERBS_CREDENTIALS }

const struct option_row option_rows_common[] = {
    { .id = OPT_CONFIG, .name = "config", .letter = 'f', .value = "FILE",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_FILES,
      .help = "configuration (YAML): fleet, defaults, auths, modules, outputs",
      .verbs = VERBS_FLEET, .is_file = true },
    { .id = OPT_CONFIG, .name = "config", .letter = 'f', .value = "FILE",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_FILES, .verbs = VERB_BENCH,
      .help = "configuration (YAML) with auths, defaults and modules", .is_file = true },
    { .id = OPT_CONFIG, .name = "config", .letter = 'f', .value = "FILE",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_MANY,
      .help = "configuration (YAML) with auths and defaults", .verbs = VERBS_MANY,
      .is_own = true, .is_file = true },
    { .id = OPT_TARGETS, .name = "targets", .value = "FILE", .rule = { .kind = RULE_TEXT },
      .section = SECTION_FILES, .verbs = VERBS_FLEET, .is_file = true,
      .help = "a targets file, a block or a range, as TARGETS; - is standard input; may be given "
              "several times" },
    { .id = OPT_TARGETS, .name = "targets", .value = "FILE", .rule = { .kind = RULE_TEXT },
      .section = SECTION_FILES, .verbs = VERB_BENCH, .is_file = true,
      .help = "instead of AGENT: a targets file, a block or a range; each agent gets the load; - "
              "is standard input; may be given several times" },
    { .id = OPT_TARGETS, .name = "targets", .value = "FILE", .rule = { .kind = RULE_TEXT },
      .section = SECTION_MANY, .verbs = VERBS_MANY, .is_own = true, .is_file = true,
      .help = "instead of AGENT: a targets file, a block or a range; - is standard input; "
              "may be given several times" },
    { .id = OPT_MIB_MODULES, .letter = 'm', .value = "MODULE[:...]", .rule = { .kind = RULE_TEXT },
      .section = SECTION_FILES, .verbs = VERBS_MIB,
      .help = "load these MIB modules first; ALL: all that are found" },
    { .id = OPT_MIB_PATH, .letter = 'M', .value = "DIR[:...]", .rule = { .kind = RULE_TEXT },
      .section = SECTION_FILES, .verbs = VERBS_MIB, .is_file = true,
      .help = "look for MIB modules in these folders; +DIR: after, -DIR: before the default ones" },

    CREDENTIAL('v', "1|2c|3", "2c; 3 with -u", "SNMP version"),
    CREDENTIAL('c', "COMMUNITY", "public", "community of versions 1 and 2c"),
    CREDENTIAL('u', "USER", NULL, "SNMPv3 user"),
    CREDENTIAL('l', "LEVEL", "the highest that the protocols allow",
               "security level: noAuthNoPriv, authNoPriv or authPriv"),
    CREDENTIAL('a', "PROTOCOL", NULL,
               "authentication: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512"),
    CREDENTIAL('A', "PASSWORD", NULL, "password of the authentication"),
    CREDENTIAL('x', "PROTOCOL", NULL,
               "privacy: DES, 3DES, AES, AES192, AES256, AES192C or AES256C"),
    CREDENTIAL('X', "PASSWORD", NULL, "password of the privacy"),
    { .id = OPT_CREDENTIAL, .letter = '3', .value = "KEY", .rule = { .kind = RULE_TEXT },
      .help = "keys in hexadecimal, instead of passwords:", .section = SECTION_CREDENTIALS,
      .letters = "m HEX\tmaster key of the authentication\n"
                 "M HEX\tmaster key of the privacy\n"
                 "k HEX\tlocalized key of the authentication\n"
                 "K HEX\tlocalized key of the privacy\n",
      .verbs = VERBS_CREDENTIALS },
    CREDENTIAL('n', "CONTEXT", NULL, "SNMPv3 context"),
    CREDENTIAL('e', "ID", "discovered", "security engine ID, in hexadecimal"),
    CREDENTIAL('E', "ID", NULL, "context engine ID, in hexadecimal"),

    { .id = OPT_IO, .name = "io", .value = "uring|mmsg|auto",
      .rule = { .kind = RULE_WORDS, .words = backends }, .standard = "auto",
      .help = "how datagrams are moved: io_uring, or sendmmsg and recvmmsg",
      .section = SECTION_SPEED, .verbs = VERBS_FLEET | VERB_SIMULATE | VERB_BENCH },
    { .id = OPT_FOR, .name = "for", .value = "DUR", .rule = { .kind = RULE_TIME },
      .help = "end after this long", .section = SECTION_OTHER,
      .verbs = VERBS_FLEET | VERB_SIMULATE },
    { .id = OPT_QUIET, .name = "quiet", .letter = 'q', .section = SECTION_OTHER,
      .help = "no status line, no summary, no lines about single targets",
      .verbs = VERBS_FLEET | VERB_SIMULATE },
    { .id = OPT_QUIET, .name = "quiet", .letter = 'q', .section = SECTION_OTHER,
      .help = "no progress on standard error", .verbs = VERB_BENCH },
    { .id = OPT_LOG_LEVEL, .name = "log-level", .value = "LEVEL",
      .rule = { .kind = RULE_WORDS, .words = log_levels }, .standard = "info",
      .help = "how much is told: lines of this level and of those before it, of error, warning, "
              "info, debug",
      .section = SECTION_OTHER,
      .verbs = VERBS_FLEET | VERB_SIMULATE | VERB_TRANSLATE | VERB_BENCH },
    { .id = OPT_LOG_FORMAT, .name = "log-format", .value = "FORMAT",
      .rule = { .kind = RULE_WORDS, .words = log_formats }, .standard = "auto",
      .help = "the format of messages on standard error: text, json (an object a line) or "
              "journal; auto: journal where systemd's journal reads it, otherwise text",
      .section = SECTION_OTHER,
      .verbs = VERBS_FLEET | VERB_SIMULATE | VERB_TRANSLATE | VERB_BENCH },
    { .id = OPT_VERSION, .name = "version", .letter = 'V', .section = SECTION_OTHER,
      .help = "print the version of the program and of its libraries", .verbs = VERBS_ALL },
    { .id = OPT_HELP, .name = "help", .letter = 'h', .section = SECTION_OTHER,
      .help = "print this help", .verbs = VERBS_ALL },
    { .help = NULL },
};
