/*
 * simulate_options: see simulate_options.h. The option of a fault has its name, from the table in
 * sim/faults.h.
 */
#include "cli/simulate_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "conf/duration.h"
#include "conf/secret.h"
#include "sim/switch.h"

enum {
    OPTION_AGENTS = 256,
    OPTION_LISTEN,
    OPTION_RECORDINGS,
    OPTION_PORTS,
    OPTION_COMMUNITY,
    OPTION_WRITE_COMMUNITY,
    OPTION_IO,
    OPTION_SEED,
    OPTION_FOR,
    OPTION_MAX_REPLY,
    OPTION_USER,
    OPTION_USER_FILE,
    OPTION_LIST_FAULTS,
    OPTION_FAULT,
};

static const struct option plain_options[] = {
    { "agents", required_argument, NULL, OPTION_AGENTS },
    { "listen", required_argument, NULL, OPTION_LISTEN },
    { "recordings", required_argument, NULL, OPTION_RECORDINGS },
    { "ports", required_argument, NULL, OPTION_PORTS },
    { "community", required_argument, NULL, OPTION_COMMUNITY },
    { "write-community", required_argument, NULL, OPTION_WRITE_COMMUNITY },
    { "io", required_argument, NULL, OPTION_IO },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "for", required_argument, NULL, OPTION_FOR },
    { "max-reply", required_argument, NULL, OPTION_MAX_REPLY },
    { "user", required_argument, NULL, OPTION_USER },
    { "user-file", required_argument, NULL, OPTION_USER_FILE },
    { "list-faults", no_argument, NULL, OPTION_LIST_FAULTS },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, 'h' },
};

enum { PLAIN_OPTIONS = sizeof(plain_options) / sizeof(plain_options[0]) };

static const char help[] =
    "usage: snmpfleet simulate [options]\n"
    "\n"
    "Simulated agents on loopback addresses, SNMPv1, v2c and v3, until SIGTERM or SIGINT. Prints "
    "a line\n"
    "\"ready: N agents at ADDRESS:PORT (IO)\" once they answer.\n"
    "\n"
    "who\n"
    "  --agents N             how many (1); the i-th has the first address + i\n"
    "  --listen ADDR:PORT     the first address, in 127.0.0.0/8 (127.1.0.1:16100), or [::1]:PORT "
    "for one agent\n"
    "  --recordings PATH      what they play: a .snmprec file or the text of snmpwalk -On, or a "
    "folder of\n"
    "                         *.snmprec, *.snmpwalk and *.walk, which the agents take in turn;\n"
    "                         NAME@CONTEXT.snmprec answers COMMUNITY@CONTEXT, and the SNMPv3 "
    "context\n"
    "                         CONTEXT, on the agents of NAME\n"
    "  --ports N              without recordings: switches with so many ports (48)\n"
    "  --community TEXT       to read (public)\n"
    "  --write-community TEXT to read and to set (private)\n"
    "  --user NAME[,AUTH,PASSPHRASE[,PRIV,PASSPHRASE]]\n"
    "                         a user of SNMPv3 who may read and set, at this level only; up to 16\n"
    "                         (noauth, and all of md5, sha, sha224, sha256, sha384, sha512 with "
    "nopriv, des,\n"
    "                         3des, aes, aes192, aes256, aes192c, aes256c: sha256_aes has authpass_"
    "sha256\n"
    "                         and privpass_aes)\n"
    "  --user-file PATH       such users, one a line\n"
    "  --max-reply BYTES      longest reply (65507)\n"
    "faults: --FAULT SHARE[:VALUE], SHARE of the agents (0.05 or 5%) have it\n"
    "  --loss SHARE[:P]       a datagram is lost with probability P (0.1), requests and replies "
    "alike\n"
    "  --delay SHARE[:DUR]    every reply waits (100ms)\n"
    "  --jitter SHARE[:DUR]   and up to this much longer (50ms)\n"
    "  --duplicate SHARE[:P]  replies come twice (1.0)\n"
    "  --reorder SHARE[:P]    replies wait until the agent's next one has left, or 20 ms (0.1)\n"
    "  --dead SHARE           never answers\n"
    "  --truncate SHARE[:P]   replies are cut short (0.2)\n"
    "  --toobig SHARE[:BYTES] longer replies become tooBig, to GETBULK too (484)\n"
    "  --loop SHARE[:N]       behind every N-th object of the MIB a walk goes on 10 objects before "
    "it (30)\n"
    "  --wrong-source SHARE   replies come from another address\n"
    "and of SNMPv3 only\n"
    "  --reboot SHARE[:DUR]   the agent reboots every DUR (10s): engine boots + 1, time from 0\n"
    "  --lost-boots SHARE[:DUR]\n"
    "                         the same, but boots stays 1\n"
    "  --clock-drift SHARE[:N]\n"
    "                         its clock runs N times too fast (10)\n"
    "  --no-boots SHARE       boots and time are 0 unless the message is authenticated\n"
    "  --duplicate-engine SHARE\n"
    "                         these agents all have one engine ID\n"
    "  --wrong-digest SHARE[:P]\n"
    "                         the digest of a reply is wrong (0.2)\n"
    "  --forged-report SHARE[:P]\n"
    "                         a forged usmStatsNotInTimeWindows comes before a reply (1.0)\n"
    "  --wrong-engine SHARE[:P]\n"
    "                         a copy under another engine ID comes before a reply (1.0)\n"
    "\n"
    "  --seed N               another choice of agents and of values (1)\n"
    "  --list-faults          print the agents that have faults, and end\n"
    "how\n"
    "  --io uring|mmsg|auto   how datagrams are moved (auto)\n"
    "  --for DUR              end by itself\n"
    "  -q, --quiet            no summary at the end, no notes about recordings\n";

static bool parse_io(const char *text, enum net_backend *ret_backend) {
    static const char *const names[] = {
        [NET_AUTO] = "auto", [NET_URING] = "uring", [NET_MMSG] = "mmsg"
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i]) != 0) continue;
        *ret_backend = (enum net_backend)i;
        return true;
    }
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

/* SHARE[:VALUE] */
static bool parse_fault(struct faults *f, enum fault fault, const char *text) {
    size_t length = strcspn(text, ":");
    if (!parse_share(text, length, &f->of[fault].share)) return false;
    if (text[length] == '\0') return true;
    return parse_fault_value(&fault_kinds[fault], text + length + 1, &f->of[fault].value);
}

/* The text is blanked behind the name. */
static bool parse_user(char *text, struct users *users) {
    const char *why;
    bool is_good = users_add(users, text, &why);
    char *secret = strchr(text, ',');
    if (secret != NULL) explicit_bzero(secret, strlen(secret));
    if (is_good) return true;
    fprintf(stderr, "snmpfleet simulate: a user: %s\n", why);  /* never the passphrases */
    return false;
}

/* A user a line; without empty ones and what begins with '#'. */
static bool parse_user_file(const char *path, struct users *users) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "snmpfleet simulate: --user-file: %s: %s\n", path, strerror(errno));
        return false;
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

enum { USER_FILES_MAX = 16 };

/* For when the command line is through: a file may be waited for, with secrets still in ps. */
static bool put_user_file(const char *path, const char **files, size_t *count) {
    if (*count == USER_FILES_MAX) {
        fprintf(stderr, "snmpfleet simulate: --user-file: at most %d of them\n", USER_FILES_MAX);
        return false;
    }
    files[(*count)++] = path;
    return true;
}

/* At most 255 octets; nothing of it is shown. */
static bool parse_community(char *value, char **copy, struct span *ret_community) {
    bool is_good = strlen(value) <= 255;
    if (!arguments_take_secret(value, copy)) {
        fprintf(stderr, "snmpfleet simulate: %s\n", strerror(ENOMEM));
        return false;
    }
    if (!is_good) fputs("snmpfleet simulate: a community has at most 255 octets\n", stderr);
    *ret_community = span_text(*copy);
    return is_good;
}

static bool parse_option(int option, const char *value, struct simulate_options *o) {
    struct simulator_options *s = &o->simulator;
    uint64_t number = 0;
    bool ok = true;
    switch (option) {
    case OPTION_AGENTS:
        ok = number_parse(value, 1, SIMULATOR_AGENTS_MAX, &number);
        s->agents = (uint32_t)number;
        return ok;
    case OPTION_PORTS:
        ok = number_parse(value, 1, SWITCH_PORTS_MAX, &number);
        o->ports = (uint32_t)number;
        return ok;
    case OPTION_MAX_REPLY:
        ok = number_parse(value, 484, AGENT_REPLY_MAX, &number);
        s->answers.reply_max = (uint32_t)number;
        return ok;
    case OPTION_SEED:
        return number_parse(value, 0, UINT64_C(1) << 60, &s->faults.seed);
    case OPTION_LISTEN:
        return address_parse(value, 16100, &s->first);
    case OPTION_RECORDINGS:
        o->recordings = value;
        return *value != '\0';
    case OPTION_IO:
        return parse_io(value, &s->backend);
    case OPTION_FOR:
        return duration_parse(value, &o->for_ns);
    default:
        return parse_fault(&s->faults, (enum fault)(option - OPTION_FAULT), value);
    }
}

static bool simulate_options_check(const struct simulate_options *o) {
    const struct simulator_options *s = &o->simulator;
    if (!simulator_fits(s)) {
        fprintf(stderr,
                "snmpfleet simulate: %u agents do not fit: they live in 127.0.0.0/8 (--listen "
                "127.1.0.1:16100), "
                "or one on ::1\n",
                s->agents);
        return false;
    }
    if (s->first.family == ADDRESS_IP6 && s->faults.of[FAULT_WRONG_SOURCE].share > 0) {
        fputs("snmpfleet simulate: --wrong-source needs IPv4: there is only one ::1\n", stderr);
        return false;
    }
    return true;
}

static void simulate_options_init(struct simulate_options *o) {
    *o = (struct simulate_options){
        .simulator = { .first = address_ip4(0x7f010001, 16100), .agents = 1, .faults.seed = 1 },
        .ports = 48,
    };
    o->simulator.answers.read_community = span_text("public");
    o->simulator.answers.write_community = span_text("private");
    for (int f = 0; f < FAULTS; f++) o->simulator.faults.of[f].value = fault_kinds[f].value;
}

bool simulate_options_parse(int argc, char **argv, struct simulate_options *o, int *ret_code) {
    struct option long_options[PLAIN_OPTIONS + FAULTS + 1] = { 0 };
    memcpy(long_options, plain_options, sizeof(plain_options));
    for (int f = 0; f < FAULTS; f++)
        long_options[PLAIN_OPTIONS + f] =
            (struct option){ fault_kinds[f].name, required_argument, NULL, OPTION_FAULT + f };
    simulate_options_init(o);
    *ret_code = EXIT_USAGE;
    int option, index = 0;
    static const char letters[] = ":qh";
    struct agents_options *answers = &o->simulator.answers;
    const char *user_files[USER_FILES_MAX];
    size_t user_file_count = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, letters, long_options, &index)) != -1) {
        switch (option) {
        case 'h':
            fputs(help, stdout);
            *ret_code = EXIT_COMPLETE;
            return false;
        case 'q':
            o->quiet = true;
            continue;
        case '?':
        case ':':
            arguments_tell_wrong("simulate", option, argv, letters, long_options);
            return false;
        case OPTION_COMMUNITY:
            if (!parse_community(optarg, &o->read_community, &answers->read_community))
                return false;
            continue;
        case OPTION_WRITE_COMMUNITY:
            if (!parse_community(optarg, &o->write_community, &answers->write_community))
                return false;
            continue;
        case OPTION_LIST_FAULTS:
            o->list_faults = true;
            continue;
        case OPTION_USER:
            if (!parse_user(optarg, &o->users)) return false;
            continue;
        case OPTION_USER_FILE:
            if (!put_user_file(optarg, user_files, &user_file_count)) return false;
            continue;
        default:
            break;
        }
        if (parse_option(option, optarg, o)) continue;
        fprintf(stderr, "snmpfleet simulate: --%s: '%s' cannot be used\n", long_options[index].name,
                optarg);
        return false;
    }
    if (optind < argc) {
        fputs("snmpfleet simulate: there is an argument behind the options, which takes none\n",
              stderr);
        return false;
    }
    for (size_t i = 0; i < user_file_count; i++) {
        if (!parse_user_file(user_files[i], &o->users)) return false;
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
