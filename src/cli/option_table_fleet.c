/* The options of poll and check: see option.h. */
#include "cli/option.h"

static const char *const layouts[] = { "long", "wide", NULL };
static const char *const compatible[] = { "telegraf", NULL };

/* An option that means what a key of targets means, or one of `fleet`. */
#define KEY(name_, letter_, key_, section_) \
    { .id = OPT_KEY, .name = (name_), .letter = (letter_), .key = (key_), \
      .section = (section_), .verbs = VERBS_FLEET }

const struct option_row option_rows_fleet[] = {
    { .id = OPT_MODULES, .name = "modules", .key = &target_keys[TARGET_MODULES],
      .help = "modules of targets that name none, separated by commas", .section = SECTION_WHAT,
      .verbs = VERBS_FLEET },
    { .id = OPT_WALK, .name = "walk", .value = "OID[,OID...]", .rule = { .kind = RULE_TEXT },
      .help = "walk these subtrees, raw; in numbers or by name", .section = SECTION_WHAT,
      .verbs = VERBS_FLEET },
    KEY("interval", 0, &target_keys[TARGET_INTERVAL], SECTION_WHAT),
    { .id = OPT_ONCE, .name = "once", .help = "poll everything once, now, and end",
      .section = SECTION_WHAT, .verbs = VERBS_FLEET },
    { .id = OPT_DRY_RUN, .name = "dry-run",
      .help = "check configuration, targets and options, as 'snmpfleet check' does; send nothing",
      .section = SECTION_WHAT, .verbs = VERBS_FLEET },
    { .id = OPT_CONFIG_ONLY, .name = "config-only", .section = SECTION_WHAT, .verbs = VERB_CHECK,
      .help = "check the configuration and read no targets", .is_hidden = true },
    { .id = OPT_LIST, .name = "list",
      .help = "print each target on a line, with all its keys",
      .section = SECTION_WHAT, .verbs = VERB_CHECK },
    { .id = OPT_PRINT_MODULE, .name = "print-module", .value = "NAME",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_WHAT, .verbs = VERB_CHECK,
      .help = "print a built-in module as a configuration file has it, and end" },
    { .id = OPT_PROBE, .name = "probe", .section = SECTION_WHAT, .verbs = VERB_CHECK,
      .help = "ask each target once (sysUpTime) and say whether it answers; one that is silent is "
              "also asked with the other variant of AES-192 or AES-256" },

    KEY("timeout", 't', &target_keys[TARGET_TIMEOUT], SECTION_WHO),
    KEY("retries", 'r', &target_keys[TARGET_RETRIES], SECTION_WHO),
    KEY("deadline", 0, &target_keys[TARGET_DEADLINE], SECTION_WHO),
    KEY("max-repetitions", 0, &target_keys[TARGET_MAX_REPETITIONS], SECTION_WHO),
    KEY("varbinds-max", 0, &target_keys[TARGET_VARBINDS_MAX], SECTION_WHO),
    KEY("target-window", 0, &target_keys[TARGET_WINDOW], SECTION_WHO),
    KEY("target-rate", 0, &target_keys[TARGET_RATE], SECTION_WHO),
    KEY("gap", 0, &target_keys[TARGET_GAP], SECTION_WHO),
    KEY("reply-from", 0, &target_keys[TARGET_REPLY_FROM], SECTION_WHO),
    KEY("reply-community", 0, &target_keys[TARGET_REPLY_COMMUNITY], SECTION_WHO),
    KEY("family", 0, &target_keys[TARGET_FAMILY], SECTION_WHO),

    KEY("rate", 0, &limit_keys[LIMIT_RATE], SECTION_SPEED),
    KEY("window", 0, &limit_keys[LIMIT_WINDOW], SECTION_SPEED),
    KEY("memory", 0, &limit_keys[LIMIT_MEMORY], SECTION_SPEED),
    KEY("dns-rate", 0, &limit_keys[LIMIT_DNS_RATE], SECTION_SPEED),

    { .id = OPT_OUTPUT, .name = "output", .letter = 'o', .value = "FMT[:PATH]",
      .rule = { .kind = RULE_TEXT }, .standard = "csv", .section = SECTION_OUTPUT,
      .help = "rows as csv, csv-wide (PATH is a folder), influx or json, to a file or standard "
              "output; may be given several times",
      .verbs = VERBS_FLEET, .is_file = true },
    { .id = OPT_REPORT, .name = "report", .value = "FMT[:PATH]", .rule = { .kind = RULE_TEXT },
      .help = "one report a poll, in the same formats; may be given several times",
      .section = SECTION_OUTPUT, .verbs = VERBS_FLEET, .is_file = true },
    { .id = OPT_CSV, .name = "csv", .value = "long|wide",
      .rule = { .kind = RULE_WORDS, .words = layouts }, .standard = "long",
      .help = "layout of CSV; wide: one file a table, and PATH is a folder",
      .section = SECTION_OUTPUT, .verbs = VERBS_FLEET },
    { .id = OPT_UINT, .name = "uint", .section = SECTION_OUTPUT, .verbs = VERBS_FLEET,
      .help = "influx: write Counter64 as unsigned ('u')" },
    { .id = OPT_COMPAT, .name = "compat", .value = "telegraf",
      .rule = { .kind = RULE_WORDS, .words = compatible },
      .help = "influx: write as Telegraf's snmp input does, to the letter: no tag target, OIDs "
              "with a leading dot, octets in hexadecimal without 0x",
      .section = SECTION_OUTPUT, .verbs = VERBS_FLEET },

    { .id = OPT_STATE, .name = "state", .value = "FILE", .rule = { .kind = RULE_TEXT },
      .help = "keep what is learnt of the targets over a restart: engine IDs and clocks of "
              "SNMPv3, round trips, repetitions; no secrets",
      .section = SECTION_OTHER, .verbs = VERBS_FLEET, .is_file = true },
    { .id = OPT_DUMP, .name = "dump", .letter = 'd', .value = "TARGET",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_OTHER, .verbs = VERBS_FLEET,
      .help = "show the datagrams of the target of that name on standard error, in hexadecimal "
              "and decoded; its community can be read in them" },
    { .id = OPT_DNS, .name = "dns", .value = "ADDRESS[:PORT]", .rule = { .kind = RULE_TEXT },
      .standard = "the system's", .help = "name servers, separated by commas",
      .section = SECTION_OTHER, .verbs = VERBS_FLEET },
    { .id = OPT_FAIL_THRESHOLD, .name = "fail-threshold", .value = "N%",
      .rule = { .kind = RULE_TEXT }, .standard = "0%", .section = SECTION_OTHER,
      .help = "exit with 0 when no more than this share of the polls failed",
      .verbs = VERBS_FLEET },
    { .help = NULL },
};
