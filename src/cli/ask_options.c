/*
 * ask_options: see ask_options.h.
 *
 * The texts of what is wrong are Net-SNMP's, so that scripts find what they look for. What
 * snmp.conf says counts more than letters of -O and -I, as it does there: it is read later.
 */
#include "cli/ask_options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "cli/arguments.h"
#include "cli/option_scan.h"
#include "cli/log.h"
#include "cli/text_options.h"
#include "conf/secret.h"
#include "conf/show.h"

enum { PASSPHRASE_MIN = 8, SECOND_NS = 1000000000, RETRIES_DEFAULT = 5, PORT_DEFAULT = 161 };
enum { ASK_WARNING_MAX = 256 };

static void warn(void *context, const char *text) {
    (void)context;
    log_plain("%s\n", text);
}

/* In our own words, where we were not started under Net-SNMP's name. */
static int mistake(const struct ask_options *o, const char *option, const char *what,
                   const char *value, const char *right) {
    option_tell(&(struct option_mistake){ o->program, option, what, value, right });
    return ASK_USAGE;
}

static int told(const char *format, const char *what) {
    char shown[SHOW_MAX + 4];
    log_plain(format, show_text(what, shown));
    return ASK_USAGE;
}

/* A letter behind -O, -I or -P that there is not. */
static int take_letters(const struct ask_options *o, char option, const char *which,
                        const char *wrong) {
    if (wrong == NULL) return 0;
    char shown[] = { isprint((unsigned char)*wrong) ? *wrong : '?', '\0' };
    const char spelled[] = { '-', option, '\0' };
    bool lacks_text = option == 'O' ? *wrong == 'p' : option == 'I' && strchr("sS", *wrong);
    if (!o->is_net_snmp)
        return mistake(o, spelled, lacks_text ? "no text behind the letter" : "no such letter",
                       shown, NULL);
    log_plain("Unknown %s: %s.\n", which, shown);
    return ASK_USAGE;
}

static int take_timeout(struct ask_options *o, const char *text) {
    double seconds = strtod(text, NULL);
    if (!(seconds * 1000000.0 >= 1.0) || seconds > 1e6) {
        log_plain("Invalid timeout in seconds after -t flag.\n");
        return ASK_USAGE;
    }
    o->timeout_ns = (uint64_t)(seconds * SECOND_NS);
    return 0;
}

static int take_retries(struct ask_options *o, const char *text) {
    long number = strtol(text, NULL, 10);
    if (number < 0 || number > INT32_MAX || !isdigit((unsigned char)text[0])) {
        log_plain("Invalid number of retries after -r flag.\n");
        return ASK_USAGE;
    }
    o->retries = (int32_t)number;
    return 0;
}

/* BOOTS,TIME, or BOOTS and TIME as a word of its own. */
static int take_times(const char *text) {
    char *end;
    (void)strtoul(text, &end, 10);
    if (end == text) return told("Need engine boots value after -3Z flag.%.0s\n", text);
    if (*end == ',' && isdigit((unsigned char)end[1])) return 0;
    return told("Need engine time after \"-3Z engineBoot,\".%.0s\n", text);
}

/* What is wrong with -a, -l and the like, in the words of Net-SNMP's programs. */
static int take_credential(struct ask_options *o, int option, int argc, char **argv) {
    char kind = option == '3' ? *optarg : (char)option;
    const char *argument = option == '3' && optarg[0] != '\0' ? optarg + 1 : optarg;
    char given[SHOW_MAX + 4] = "";
    if (!o->is_net_snmp) {
        bool is_good = credentials_take(&o->credentials, o->program, option, optarg, argc, argv);
        return is_good ? 0 : ASK_USAGE;
    }
    if (strchr("vlax", kind) != NULL) (void)show_text(argument, given);  /* others are secrets */
    const char *why = credentials_parse(&o->credentials, option, optarg, argc, argv);
    if (why == NULL) return 0;
    switch (kind) {
    case 'v': log_plain("Invalid version specified after -v flag: %s\n", given); break;
    case 'l':
        log_plain("Invalid security level specified after -3l flag: %s\n", given);
        break;
    case 'a':
        log_plain("Invalid authentication protocol specified after -3a flag: %s\n",
                  given);
        break;
    case 'x':
        log_plain("Invalid privacy protocol specified after -3x flag: %s\n", given);
        break;
    case 'e':
    case 'E': log_plain("Bad engine ID value after -3%c flag.\n", kind); break;
    case 'm':
    case 'M':
    case 'k':
    case 'K': log_plain("Bad key value after -3%c flag.\n", kind); break;
    default: log_plain("%s: %s\n", o->program, why); break;
    }
    return ASK_USAGE;
}

static int take_setting(struct ask_options *o, const char *text) {
    if (o->setting_count == ASK_SETTINGS_MAX) return told("Too many settings: %s\n", text);
    o->settings[o->setting_count++] = text;
    return 0;
}

/* Scripts that look for the version of the program whose name is used find the one it acts as. */
static int tell_version(void) {
    log_plain("NET-SNMP version: 5.9.3\nsnmpfleet " SNMPFLEET_VERSION "\n");
    return ASK_DONE;
}

static int take_long(struct ask_options *o, const char *text) {
    if (strcasecmp(text, "help") == 0) return ASK_USAGE;
    return strcasecmp(text, "version") == 0 ? tell_version() : take_setting(o, text);
}

static int take_parsing(const struct ask_options *o, const char *text) {
    size_t good = strspn(text, "ucdewWR");
    return take_letters(o, 'P', "parsing option passed to -P",
                        text[good] != '\0' ? text + good : NULL);
}

static int take_option(struct ask_options *o, int option, int argc, char **argv) {
    switch (option) {
    case 'm': o->modules = optarg; return 0;
    case 's': o->source = optarg; return 0;
    case 'M': o->path = optarg; return 0;
    case 'O':
        return take_letters(o, 'O', "output option passed to -O",
                            text_options_output(&o->style, optarg, argc, argv));
    case 'I':
        if (strpbrk(optarg, "Rb") == optarg) o->is_exact = true;
        return take_letters(o, 'I', "input option passed to -I",
                            text_options_input(&o->names, &o->style, optarg, argc, argv));
    case 'P': return take_parsing(o, optarg);
    case 'L': return ask_log_option(&o->log, optarg, argc, argv) ? 0 : ASK_USAGE;
    case 'p':
        log_plain("Warning: -p option is no longer used - specify the remote host as "
                  "HOST:PORT\n");
        return ASK_USAGE;
    case 't': return take_timeout(o, optarg);
    case 'r': return take_retries(o, optarg);
    case 'Z': return take_times(optarg);
    case 'T':
        o->has_transport = true;
        if (strchr(optarg, '=') != NULL) return 0;
        return told("-T expects a NAME=VALUE pair.%.0s\n", optarg);
    case 'd': o->dumps = true; return 0;
    case 'D': return 0;
    case 'Y': return take_setting(o, optarg);
    case '-': return take_long(o, optarg);
    case 'V': return tell_version();
    case 'H':
        log_plain("Configuration directives understood:\n");
        FILE *to = log_open();
        if (to != NULL) snmp_conf_list(to);
        log_close(to);
        return ASK_DONE;
    default:
        return credentials_is_option(option) ? take_credential(o, option, argc, argv) : ASK_USAGE;
    }
}

/* AGENT, unless --targets stands for it. */
static int take_agent(struct ask_options *o, int count, char **operands) {
    bool needs_agent = o->many.file_count == 0;
    o->operands = operands + needs_agent;
    o->operand_count = count - needs_agent;
    if (needs_agent && count == 0 && o->is_net_snmp)
        log_plain("No hostname specified.\n");
    else if (needs_agent && count == 0)
        (void)mistake(o, NULL, "no agent is given", NULL, "AGENT, or --targets FILE");
    if (needs_agent && count == 0) return ASK_USAGE;
    if (needs_agent) o->agent = operands[0];
    if (!o->is_net_snmp) many_options_settle(&o->many, o->agent);
    return 0;
}

static void keep_warning(void *context, const char *text) {
    (void)snprintf(context, ASK_WARNING_MAX, "%s", text);
}

/* --NAME=VALUE that is no option: a setting of snmp.conf, if there is one of that name. */
static int take_other(struct ask_options *o, const struct option_scan *s) {
    struct snmp_conf scratch = SNMP_CONF_NULL;
    char warning[ASK_WARNING_MAX] = "", what[OPTION_HINT_MAX + 64], hint[OPTION_HINT_MAX];
    bool is_good = snmp_conf_option(&scratch, s->value, keep_warning, warning);
    snmp_conf_deinit(&scratch);
    if (is_good) return take_setting(o, s->value);
    bool is_known = warning[0] != '\0' && strstr(warning, "nknown") == NULL;
    (void)snprintf(what, sizeof(what), "no such option, nor a setting of snmp.conf%s",
                   option_hint(s->spelled, s->verb->bit, hint));
    return mistake(o, s->spelled, is_known ? warning : what, NULL, NULL);
}

/* One of -t and -r, which targets of a list may also say. */
static void take_pace(struct ask_options *o, const struct option_scan *s) {
    struct target_keys none = { .fleet = NULL };
    struct target_fault fault;
    /* Its rule has taken the value, and it has nothing but a rule. */
    (void)target_key_read(&none, &o->many.given, (enum target_key)(s->row->key - target_keys),
                          s->value, &fault);
    if (s->row->letter == 't') o->timeout_ns = s->number;
    else o->retries = (int32_t)s->number;
}

static int take_own(struct ask_options *o, const struct option_scan *s,
                    int (*letters)(void *context, int argc, char **argv), void *context) {
    bool is_good;
    if (s->row == NULL) return take_other(o, s);
    if (many_options_take(&o->many, o->program, s->row, s->spelled, s->value, &is_good)) return 0;
    if (!is_good) return ASK_USAGE;
    if (s->row->key != NULL) {
        take_pace(o, s);
        return 0;
    }
    optarg = s->value;
    if (s->row->letter == 'C') return letters(context, s->argc, s->argv);
    return take_option(o, s->row->letter, s->argc, s->argv);
}

/* By the table of options, in our words. */
static int ask_options_scan(struct ask_options *o, int argc, char **argv, bool is_strict,
                            int (*letters)(void *context, int argc, char **argv), void *context) {
    struct option_scan scan;
    enum option_step step;
    option_scan_begin(&scan, o->verb, o->program, argc, argv);
    scan.stops_at_operand = is_strict;
    scan.takes_others = true;
    while ((step = option_scan_next(&scan)) == OPTION_TAKEN) {
        int fault = take_own(o, &scan, letters, context);
        if (fault != 0) return fault;
    }
    if (step == OPTION_DONE) return ASK_DONE;
    if (step == OPTION_WRONG) return ASK_FAULT;
    return take_agent(o, scan.operand_count, argv + 1);
}

int ask_options_take(struct ask_options *o, int argc, char **argv, bool is_strict,
                     int (*letters)(void *context, int argc, char **argv), void *context) {
    int option, fault = 0;
    char *name = argv[0], known[OPTION_LETTERS_MAX], all[OPTION_LETTERS_MAX + 4];
    if (!o->is_net_snmp) return ask_options_scan(o, argc, argv, is_strict, letters, context);
    option_letters(o->verb->bit, false, known);
    (void)snprintf(all, sizeof(all), "%s%s-:", is_strict ? "+" : "", known);
    argv[0] = (char *)(uintptr_t)o->program;  /* getopt's messages begin with it */
    opterr = 1;
    optind = 1;
    while (fault == 0 && (option = getopt(argc, argv, all)) != -1) {
        if (option == 'C') fault = letters(context, argc, argv);
        else fault = take_option(o, option, argc, argv);
    }
    argv[0] = name;
    return fault != 0 ? fault : take_agent(o, argc - optind, argv + optind);
}

/* ---- what was not said ---- */

void ask_options_settle_texts(struct ask_options *o) {
    const struct snmp_conf *c = &o->conf;
    o->style.flags = (o->style.flags & ~c->output.set) | c->output.value;
    o->names.flags = (o->names.flags & ~c->names.set) | c->names.value;
    if ((o->names.flags & FLEET_NAME_NO_HINTS) != 0) o->style.flags |= FLEET_TEXT_NO_HINTS;
    if (c->oid_style >= 0) o->style.oid = (enum fleet_oid_style)c->oid_style;
    if (o->style.real == NULL) o->style.real = c->texts[SNMP_CONF_PRECISION];
    if (c->hex_line != 0) o->style.hex_line = c->hex_line;
    if (o->timeout_ns == 0) o->timeout_ns = c->timeout_ns != 0 ? c->timeout_ns : SECOND_NS;
    if (o->retries < 0) o->retries = c->retries >= 0 ? c->retries : RETRIES_DEFAULT;
    o->port = c->port != 0 ? c->port : PORT_DEFAULT;
    o->dumps |= c->dumps;
}

/* False: it is too short. */
static bool settle_key(struct fleet_key *key, const char *passphrase) {
    if (key->stage == FLEET_KEY_NONE && passphrase != NULL)
        *key = (struct fleet_key){ .stage = FLEET_KEY_PASSPHRASE,
                                   .bytes = (const uint8_t *)passphrase,
                                   .length = strlen(passphrase) };
    return key->stage != FLEET_KEY_PASSPHRASE || key->length >= PASSPHRASE_MIN;
}

/* A key that a setting gives in hexadecimal; its octets take the place of the digits. */
static void take_key(struct fleet_key *key, char *text, enum fleet_key_stage stage) {
    uint8_t bytes[FLEET_KEY_MAX];
    size_t length;
    if (key->stage != FLEET_KEY_NONE || text == NULL) return;
    if (hex_parse(text, bytes, sizeof(bytes), &length)) {
        memcpy(text, bytes, length);
        *key = (struct fleet_key){ .stage = stage, .bytes = (const uint8_t *)text,
                                   .length = length };
    }
    explicit_bzero(bytes, sizeof(bytes));
}

static int bad_passphrase(const struct ask_options *o, const char *kind) {
    log_plain("Error: passphrase chosen is below the length requirements of the USM "
              "(min=8).\n"
              "%s:  (The supplied password length is too short.)\n"
              "Error generating a key (Ku) from the supplied %s pass phrase. \n",
              o->program, kind);
    return ASK_FAULT;
}

static int settle_keys(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    char **texts = o->conf.texts;
    const char *both = texts[SNMP_CONF_PASSPHRASE];
    const char *auth = texts[SNMP_CONF_AUTH_PASSPHRASE], *priv = texts[SNMP_CONF_PRIV_PASSPHRASE];
    take_key(&a->auth_key, texts[SNMP_CONF_AUTH_LOCALIZED_KEY], FLEET_KEY_LOCALIZED);
    take_key(&a->auth_key, texts[SNMP_CONF_AUTH_MASTER_KEY], FLEET_KEY_MASTER);
    take_key(&a->priv_key, texts[SNMP_CONF_PRIV_LOCALIZED_KEY], FLEET_KEY_LOCALIZED);
    take_key(&a->priv_key, texts[SNMP_CONF_PRIV_MASTER_KEY], FLEET_KEY_MASTER);
    if (!settle_key(&a->auth_key, auth != NULL ? auth : both))
        return bad_passphrase(o, "authentication");
    if (!settle_key(&a->priv_key, priv != NULL ? priv : both))
        return bad_passphrase(o, "privacy");
    return 0;
}

/* Net-SNMP's defaults: MD5, DES, and no security unless a level is given. */
static int settle_user(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    const struct snmp_conf *c = &o->conf;
    int fault = settle_keys(o);
    if (fault != 0) return fault;
    if (a->user == NULL) a->user = c->texts[SNMP_CONF_USER];
    if (a->context == NULL) a->context = c->texts[SNMP_CONF_CONTEXT];
    if (a->level == FLEET_LEVEL_DEFAULT) a->level = c->level;
    if (a->level == FLEET_LEVEL_DEFAULT) {
        bool has_auth = a->auth_key.stage != FLEET_KEY_NONE;
        bool has_priv = has_auth && a->priv_key.stage != FLEET_KEY_NONE;
        a->level = o->is_net_snmp || !has_auth ? FLEET_NO_AUTH_NO_PRIV
                   : has_priv                  ? FLEET_AUTH_PRIV
                                               : FLEET_AUTH_NO_PRIV;
    }
    if (a->auth_protocol == FLEET_AUTH_NONE) a->auth_protocol = c->auth_protocol;
    if (a->auth_protocol == FLEET_AUTH_NONE) a->auth_protocol = FLEET_AUTH_MD5;
    if (a->priv_protocol == FLEET_PRIV_NONE) a->priv_protocol = c->priv_protocol;
    if (a->priv_protocol == FLEET_PRIV_NONE) a->priv_protocol = FLEET_PRIV_DES;
    if (a->level == FLEET_NO_AUTH_NO_PRIV) {
        a->auth_protocol = FLEET_AUTH_NONE;
        a->auth_key = (struct fleet_key){ .stage = FLEET_KEY_NONE };
    }
    if (a->level != FLEET_AUTH_PRIV) {
        a->priv_protocol = FLEET_PRIV_NONE;
        a->priv_key = (struct fleet_key){ .stage = FLEET_KEY_NONE };
    }
    return 0;
}

static int settle_community(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    if (a->community == NULL) a->community = o->conf.texts[SNMP_CONF_COMMUNITY];
    if (a->community == NULL && !o->is_net_snmp) a->community = "public";
    if (a->community != NULL) return 0;
    log_plain("No community name specified.\n");
    return ASK_USAGE;
}

/* Of many agents: what is not said here may be said by targets and the configuration. */
static int settle_many(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    ask_options_settle_texts(o);
    if (a->version == FLEET_VERSION_DEFAULT && a->user != NULL) a->version = FLEET_V3;
    return a->version == FLEET_V3 ? settle_user(o) : 0;
}

int ask_options_settle(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    if (o->is_net_snmp && snmp_conf_load(&o->conf, warn, NULL) != 0) {
        log_plain("%s: %s\n", o->program, strerror(ENOMEM));
        return ASK_FAULT;
    }
    for (size_t i = 0; i < o->setting_count; i++)
        (void)snmp_conf_option(&o->conf, o->settings[i], warn, NULL);
    if (o->many.is_many) return settle_many(o);
    ask_options_settle_texts(o);
    o->credentials.is_given = true;
    if (a->version == FLEET_VERSION_DEFAULT) a->version = o->conf.version;
    if (a->version == FLEET_VERSION_DEFAULT)
        a->version = o->is_net_snmp || a->user != NULL ? FLEET_V3 : FLEET_V2C;
    return a->version == FLEET_V3 ? settle_user(o) : settle_community(o);
}

void ask_options_deinit(struct ask_options *o) {
    credentials_wipe(&o->credentials);
    snmp_conf_deinit(&o->conf);
    ask_log_close(&o->log);
    arguments_wipe_targets((int)o->many.file_count, o->many.files);
}
