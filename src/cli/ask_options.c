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
#include "cli/text_options.h"
#include "conf/secret.h"
#include "conf/show.h"

enum { PASSPHRASE_MIN = 8, SECOND_NS = 1000000000, RETRIES_DEFAULT = 5, PORT_DEFAULT = 161 };

static const char letters_of_all[] = "VhHm:M:O:I:P:D:dv:r:t:c:Z:e:E:n:u:l:x:X:a:A:p:s:T:-:3:L:Y:C:";

void ask_options_help(FILE *to) {
    (void)fputs(CREDENTIALS_HELP
                "  -Z BOOTS,TIME          engine boots and time: taken, and learnt anyway\n"
                "  -r RETRIES             attempts after the first (5)\n"
                "  -t SECONDS             longest wait for one attempt (1)\n"
                "  -s ADDRESS             ask from this local address\n"
                "  -d                     datagrams on standard error: hexadecimal, decoded\n"
                "  -m MODULE[:...]        load these MIB modules; ALL: all that are found\n"
                "  -M DIR[:...]           look for modules in these folders\n"
                TEXT_OPTIONS_OUTPUT_HELP
                TEXT_OPTIONS_INPUT_HELP
                "  -Y, --NAME=VALUE       a setting of snmp.conf(5)\n"
                ASK_LOG_HELP
                "  -D, -P TEXT            taken, and mean nothing here\n"
                "  -H                     lists the settings of snmp.conf that count\n"
                "  -V, --version\n"
                "  -h, --help\n",
                to);
}

static void warn(void *context, const char *text) {
    (void)context;
    (void)fprintf(stderr, "%s\n", text);
}

static int told(const char *format, const char *what) {
    char shown[SHOW_MAX + 4];
    (void)fprintf(stderr, format, show_text(what, shown));
    return ASK_USAGE;
}

/* A letter behind -O or -I that there is not. */
static int take_letters(const char *which, const char *wrong) {
    if (wrong == NULL) return 0;
    char shown = isprint((unsigned char)*wrong) ? *wrong : '?';
    (void)fprintf(stderr, "Unknown %s: %c.\n", which, shown);
    return ASK_USAGE;
}

static int take_timeout(struct ask_options *o, const char *text) {
    double seconds = strtod(text, NULL);
    if (!(seconds * 1000000.0 >= 1.0) || seconds > 1e6) {
        (void)fprintf(stderr, "Invalid timeout in seconds after -t flag.\n");
        return ASK_USAGE;
    }
    o->timeout_ns = (uint64_t)(seconds * SECOND_NS);
    return 0;
}

static int take_retries(struct ask_options *o, const char *text) {
    long number = strtol(text, NULL, 10);
    if (number < 0 || number > INT32_MAX || !isdigit((unsigned char)text[0])) {
        (void)fprintf(stderr, "Invalid number of retries after -r flag.\n");
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
    if (strchr("vlax", kind) != NULL) (void)show_text(argument, given);  /* others are secrets */
    const char *why = credentials_parse(&o->credentials, option, optarg, argc, argv);
    if (why == NULL) return 0;
    switch (kind) {
    case 'v': (void)fprintf(stderr, "Invalid version specified after -v flag: %s\n", given); break;
    case 'l':
        (void)fprintf(stderr, "Invalid security level specified after -3l flag: %s\n", given);
        break;
    case 'a':
        (void)fprintf(stderr, "Invalid authentication protocol specified after -3a flag: %s\n",
                      given);
        break;
    case 'x':
        (void)fprintf(stderr, "Invalid privacy protocol specified after -3x flag: %s\n", given);
        break;
    case 'e':
    case 'E': (void)fprintf(stderr, "Bad engine ID value after -3%c flag.\n", kind); break;
    case 'm':
    case 'M':
    case 'k':
    case 'K': (void)fprintf(stderr, "Bad key value after -3%c flag.\n", kind); break;
    default: (void)fprintf(stderr, "%s: %s\n", o->program, why); break;
    }
    return ASK_USAGE;
}

static int take_setting(struct ask_options *o, const char *text) {
    if (o->setting_count == ASK_SETTINGS_MAX) return told("Too many settings: %s\n", text);
    o->settings[o->setting_count++] = text;
    return 0;
}

/* Scripts that look for the version of the program whose name is used find the one it acts as. */
static int tell_version(const struct ask_options *o) {
    (void)fprintf(stderr, "%ssnmpfleet " SNMPFLEET_VERSION "\n",
                  o->is_net_snmp ? "NET-SNMP version: 5.9.3\n" : "");
    return ASK_DONE;
}

static int take_long(struct ask_options *o, const char *text, int argc, char **argv) {
    bool is_good;
    if (strcasecmp(text, "help") == 0) return ASK_USAGE;
    if (strcasecmp(text, "version") == 0) return tell_version(o);
    if (!o->is_net_snmp && many_options_take_long(&o->many, text, argc, argv, &is_good))
        return is_good ? 0 : ASK_USAGE;
    return take_setting(o, text);
}

static int take_parsing(const char *text) {
    size_t good = strspn(text, "ucdewWR");
    return take_letters("parsing option passed to -P", text[good] != '\0' ? text + good : NULL);
}

static int take_option(struct ask_options *o, int option, int argc, char **argv) {
    switch (option) {
    case 'm': o->modules = optarg; return 0;
    case 's': o->source = optarg; return 0;
    case 'M': o->path = optarg; return 0;
    case 'O':
        return take_letters("output option passed to -O",
                            text_options_output(&o->style, optarg, argc, argv));
    case 'I':
        if (strpbrk(optarg, "Rb") == optarg) o->is_exact = true;
        return take_letters("input option passed to -I",
                            text_options_input(&o->names, &o->style, optarg, argc, argv));
    case 'P': return take_parsing(optarg);
    case 'L': return ask_log_option(&o->log, optarg, argc, argv) ? 0 : ASK_USAGE;
    case 'p':
        (void)fprintf(stderr, "Warning: -p option is no longer used - specify the remote host as "
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
    case 'f':
    case 'o': return many_options_take(&o->many, option, optarg) ? 0 : ASK_USAGE;
    case 'Y': return take_setting(o, optarg);
    case '-': return take_long(o, optarg, argc, argv);
    case 'V': return tell_version(o);
    case 'H':
        (void)fprintf(stderr, "Configuration directives understood:\n");
        snmp_conf_list(stderr);
        return ASK_DONE;
    default:
        return credentials_is_option(option) ? take_credential(o, option, argc, argv) : ASK_USAGE;
    }
}

int ask_options_take(struct ask_options *o, int argc, char **argv, bool is_strict,
                     int (*letters)(void *context, int argc, char **argv), void *context) {
    int option, fault = 0;
    char *name = argv[0], all[sizeof(letters_of_all) + sizeof(MANY_OPTIONS)];
    (void)snprintf(all, sizeof(all), "%s%s%s", is_strict ? "+" : "", letters_of_all,
                   o->is_net_snmp ? "" : MANY_OPTIONS);
    argv[0] = (char *)(uintptr_t)o->program;  /* getopt's messages begin with it */
    opterr = 1;
    optind = 1;
    while (fault == 0 && (option = getopt(argc, argv, all)) != -1) {
        if (option == 'C') fault = letters(context, argc, argv);
        else fault = take_option(o, option, argc, argv);
    }
    argv[0] = name;
    if (fault != 0) return fault;
    if (o->many.file_count == 0 && optind == argc) {
        (void)fprintf(stderr, "No hostname specified.\n");
        return ASK_USAGE;
    }
    if (o->many.file_count == 0) o->agent = argv[optind++];
    if (!o->is_net_snmp) many_options_settle(&o->many, o->agent);
    return 0;
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
    (void)fprintf(stderr, "Error: passphrase chosen is below the length requirements of the USM "
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
    (void)fprintf(stderr, "No community name specified.\n");
    return ASK_USAGE;
}

/* Of many agents: what is not said here may be said by targets and the configuration. */
static int settle_many(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    o->many.timeout_ns = o->timeout_ns;
    o->many.retries = o->retries == 0 ? -1 : o->retries < 0 ? 0 : o->retries;
    ask_options_settle_texts(o);
    if (a->version == FLEET_VERSION_DEFAULT && a->user != NULL) a->version = FLEET_V3;
    return a->version == FLEET_V3 ? settle_user(o) : 0;
}

int ask_options_settle(struct ask_options *o) {
    struct fleet_auth_options *a = &o->credentials.auth;
    if (o->is_net_snmp && snmp_conf_load(&o->conf, warn, NULL) != 0) {
        (void)fprintf(stderr, "%s: %s\n", o->program, strerror(ENOMEM));
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
}
