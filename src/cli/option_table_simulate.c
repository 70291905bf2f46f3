/* The options of simulate: see option.h. Those of faults are in the order of sim/faults.h. */
#include "cli/option.h"

#include "sim/service.h"
#include "sim/simulator.h"
#include "sim/switch.h"

#define FAULT_ROW(name_, value_, standard_, help_, section_) \
    { .id = OPT_FAULT, .name = (name_), .value = (value_), .rule = { .kind = RULE_TEXT }, \
      .standard = (standard_), .help = (help_), .section = (section_), .verbs = VERB_SIMULATE }

static const char *const service_words[] = { "constant", "exponential", NULL };

const struct option_row option_rows_simulate[] = {
    { .id = OPT_AGENTS, .name = "agents", .value = "N", .standard = "1",
      .rule = { .kind = RULE_NUMBER, .min = 1, .max = SIMULATOR_AGENTS_MAX },
      .help = "how many agents; the i-th has the first address + i", .section = SECTION_VERB,
      .verbs = VERB_SIMULATE },
    { .id = OPT_LISTEN, .name = "listen", .value = "ADDR:PORT", .rule = { .kind = RULE_TEXT },
      .standard = "127.1.0.1:16100", .section = SECTION_VERB, .verbs = VERB_SIMULATE,
      .help = "the first address, in 127.0.0.0/8, or [::1]:PORT for one agent" },
    { .id = OPT_RECORDINGS, .name = "recordings", .value = "PATH", .rule = { .kind = RULE_TEXT },
      .help = "what they play: a .snmprec file or the text of snmpwalk -On, or a folder of "
              "*.snmprec, *.snmpwalk and *.walk, which the agents take in turn; "
              "NAME@CONTEXT.snmprec answers COMMUNITY@CONTEXT, and the SNMPv3 context CONTEXT, on "
              "the agents of NAME",
      .section = SECTION_VERB, .verbs = VERB_SIMULATE, .is_file = true },
    { .id = OPT_PORTS, .name = "ports", .value = "N", .standard = "48",
      .rule = { .kind = RULE_NUMBER, .min = 1, .max = SWITCH_PORTS_MAX },
      .help = "ports of each switch, where there are no recordings", .section = SECTION_VERB,
      .verbs = VERB_SIMULATE },
    { .id = OPT_MAX_REPLY, .name = "max-reply", .value = "BYTES", .standard = "65507",
      .rule = { .kind = RULE_NUMBER, .min = 484, .max = AGENT_REPLY_MAX },
      .help = "longest reply", .section = SECTION_VERB, .verbs = VERB_SIMULATE },
    { .id = OPT_COMMUNITY, .name = "community", .value = "TEXT", .rule = { .kind = RULE_TEXT },
      .standard = "public", .help = "community that may read", .section = SECTION_CREDENTIALS,
      .verbs = VERB_SIMULATE },
    { .id = OPT_WRITE_COMMUNITY, .name = "write-community", .value = "TEXT",
      .rule = { .kind = RULE_TEXT }, .standard = "private",
      .help = "community that may read and set", .section = SECTION_CREDENTIALS,
      .verbs = VERB_SIMULATE },
    { .id = OPT_USER, .name = "user", .value = "NAME[,AUTH,PASSPHRASE[,PRIV,PASSPHRASE]]",
      .rule = { .kind = RULE_TEXT }, .section = SECTION_CREDENTIALS, .verbs = VERB_SIMULATE,
      .help = "a user of SNMPv3 who may read and set, at this level only; up to 16. Without any: "
              "noauth, and all of md5, sha, sha224, sha256, sha384, sha512 with nopriv, des, 3des, "
              "aes, aes192, aes256, aes192c, aes256c: sha256_aes has the passphrases "
              "authpass_sha256 and privpass_aes" },
    { .id = OPT_USER_FILE, .name = "user-file", .value = "PATH", .rule = { .kind = RULE_TEXT },
      .help = "such users, one a line", .section = SECTION_CREDENTIALS, .verbs = VERB_SIMULATE,
      .is_file = true },

    { .id = OPT_CAPACITY, .name = "capacity", .value = "R",
      .rule = { .kind = RULE_NUMBER, .min = 1, .max = SERVICE_CAPACITY_MAX },
      .help = "each agent answers R requests a second at the most: the work on one takes N/R "
              "seconds, with N of --servers",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },
    { .id = OPT_SERVERS, .name = "servers", .value = "N", .standard = "1",
      .rule = { .kind = RULE_NUMBER, .min = 1, .max = SERVICE_SERVERS_MAX },
      .help = "each agent works on N requests at once", .section = SECTION_SERVICE,
      .verbs = VERB_SIMULATE },
    { .id = OPT_QUEUE, .name = "queue", .value = "N", .standard = "128",
      .rule = { .kind = RULE_NUMBER, .min = 0, .max = SERVICE_QUEUE_MAX },
      .help = "requests that wait at an agent at the most, beside those it works on; it drops the "
              "others",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },
    { .id = OPT_SERVICE, .name = "service", .value = "KIND", .standard = "constant",
      .rule = { .kind = RULE_WORDS, .words = service_words },
      .help = "constant: the time of --capacity is that of each request; exponential: it is the "
              "mean, and the times have an exponential distribution",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },
    { .id = OPT_OBJECT_COST, .name = "object-cost", .value = "[OID=]DUR",
      .rule = { .kind = RULE_TEXT },
      .help = "each object in a reply takes DUR more; with a numeric OID those below it, the "
              "longest OID counts; up to 32 times",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },
    { .id = OPT_PAUSE, .name = "pause", .value = "EVERY:DUR", .rule = { .kind = RULE_TEXT },
      .help = "agents stand still for DUR at every EVERY after the start; requests wait",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },
    { .id = OPT_PAUSE_AT, .name = "pause-at", .value = "TIME:DUR", .rule = { .kind = RULE_TEXT },
      .help = "agents stand still once, for DUR, at TIME after the start; requests wait",
      .section = SECTION_SERVICE, .verbs = VERB_SIMULATE },

    FAULT_ROW("loss", "SHARE[:P]", "P 0.1",
              "a datagram, request or reply, is lost with probability P", SECTION_FAULTS),
    FAULT_ROW("delay", "SHARE[:DUR]", "100ms", "every reply waits", SECTION_FAULTS),
    FAULT_ROW("jitter", "SHARE[:DUR]", "50ms", "every reply waits up to this much longer",
              SECTION_FAULTS),
    FAULT_ROW("duplicate", "SHARE[:P]", "P 1.0", "replies come twice", SECTION_FAULTS),
    FAULT_ROW("reorder", "SHARE[:P]", "P 0.1",
              "replies wait until the agent's next one has left, or 20 ms", SECTION_FAULTS),
    FAULT_ROW("dead", "SHARE", NULL, "the agent never answers", SECTION_FAULTS),
    FAULT_ROW("truncate", "SHARE[:P]", "P 0.2", "replies are cut short", SECTION_FAULTS),
    FAULT_ROW("toobig", "SHARE[:BYTES]", "484",
              "replies of more than BYTES become tooBig, also to GETBULK", SECTION_FAULTS),
    FAULT_ROW("loop", "SHARE[:N]", "30",
              "after every N-th object the agent goes back 10 objects, so that a walk never ends",
              SECTION_FAULTS),
    FAULT_ROW("wrong-source", "SHARE", NULL, "replies come from another address", SECTION_FAULTS),
    FAULT_ROW("reboot", "SHARE[:DUR]", "10s",
              "the agent reboots every DUR: engine boots + 1, time from 0", SECTION_FAULTS_V3),
    FAULT_ROW("lost-boots", "SHARE[:DUR]", "10s", "the same, but engine boots stays 1",
              SECTION_FAULTS_V3),
    FAULT_ROW("clock-drift", "SHARE[:N]", "10", "the agent's clock runs N times too fast",
              SECTION_FAULTS_V3),
    FAULT_ROW("no-boots", "SHARE", NULL,
              "boots and time are 0 unless the message is authenticated", SECTION_FAULTS_V3),
    FAULT_ROW("duplicate-engine", "SHARE", NULL, "these agents all have one engine ID",
              SECTION_FAULTS_V3),
    FAULT_ROW("wrong-digest", "SHARE[:P]", "P 0.2", "the digest of a reply is wrong",
              SECTION_FAULTS_V3),
    FAULT_ROW("forged-report", "SHARE[:P]", "P 1.0",
              "a forged usmStatsNotInTimeWindows comes before a reply", SECTION_FAULTS_V3),
    FAULT_ROW("wrong-engine", "SHARE[:P]", "P 1.0",
              "a copy under another engine ID comes before a reply", SECTION_FAULTS_V3),

    { .id = OPT_SEED, .name = "seed", .value = "N", .standard = "1",
      .rule = { .kind = RULE_NUMBER, .min = 0, .max = UINT64_C(1) << 60 },
      .help = "seed of the random choices: which agents have faults, values, times",
      .section = SECTION_OTHER, .verbs = VERB_SIMULATE },
    { .id = OPT_LIST_FAULTS, .name = "list-faults",
      .help = "print the agents that have faults, and end", .section = SECTION_OTHER,
      .verbs = VERB_SIMULATE },
    { .help = NULL },
};
