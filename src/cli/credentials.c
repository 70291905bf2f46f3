/* credentials: see credentials.h. */
#include "cli/credentials.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/arguments.h"
#include "conf/config.h"
#include "base/hex.h"
#include "conf/secret.h"

bool credentials_is_option(int option) {
    return option != ':' && option > 0 && option < 128 && strchr(CREDENTIALS_OPTIONS, option);
}

static bool mistake(const char *verb, const char *what) {
    fprintf(stderr, "snmpfleet %s: %s\n", verb, what);
    return false;
}

static bool take_secret(const char *verb, char *argument, char **secret) {
    return arguments_take_secret(argument, secret) || mistake(verb, strerror(ENOMEM));
}

static bool take_password(const char *verb, char *argument, char **secret, struct fleet_key *key) {
    if (!take_secret(verb, argument, secret)) return false;
    *key = (struct fleet_key){ .stage = FLEET_KEY_PASSPHRASE,
                               .bytes = (const uint8_t *)*secret,
                               .length = strlen(*secret) };
    return true;
}

/* -3mKEY or -3m KEY: getopt has given what stands behind the 3. */
static bool take_key(struct credentials *c, const char *verb, int argc, char **argv) {
    char kind = *optarg, *text = kind != '\0' ? optarg + 1 : optarg;
    while (*text == ' ') text++;
    if (kind == '\0' || strchr("mMkK", kind) == NULL)
        return mistake(verb, "-3 is followed by m, M, k or K and a key in hexadecimal");
    if (*text == '\0' && optind < argc) text = argv[optind++];
    bool is_priv = kind == 'M' || kind == 'K';
    char **secret = is_priv ? &c->priv_secret : &c->auth_secret;
    struct fleet_key *key = is_priv ? &c->auth.priv_key : &c->auth.auth_key;
    if (!take_secret(verb, text, secret)) return false;
    /* The octets take the place of their hexadecimal, which is longer. */
    size_t length, size = strlen(*secret);
    uint8_t bytes[FLEET_KEY_MAX];
    bool is_good = hex_parse(*secret, bytes, sizeof(bytes), &length);
    explicit_bzero(*secret, size);
    if (is_good) memcpy(*secret, bytes, length);
    explicit_bzero(bytes, sizeof(bytes));
    if (!is_good)
        return mistake(verb, "-3m, -3M, -3k and -3K take up to 64 octets, two hexadecimal "
                             "digits each");
    *key = (struct fleet_key){
        .stage = kind == 'm' || kind == 'M' ? FLEET_KEY_MASTER : FLEET_KEY_LOCALIZED,
        .bytes = (const uint8_t *)*secret,
        .length = length,
    };
    return true;
}

static bool take_version(struct credentials *c, const char *verb, const char *text) {
    if (strcmp(text, "1") == 0) c->auth.version = FLEET_V1;
    else if (strcmp(text, "2c") == 0) c->auth.version = FLEET_V2C;
    else if (strcmp(text, "3") == 0) c->auth.version = FLEET_V3;
    else return mistake(verb, "-v takes 1, 2c or 3");
    return true;
}

static bool take_level(struct credentials *c, const char *verb, const char *text) {
    static const struct {
        const char *name, *brief;
        enum fleet_level level;
    } levels[] = {
        { "noAuthNoPriv", "nanp", FLEET_NO_AUTH_NO_PRIV },
        { "authNoPriv", "anp", FLEET_AUTH_NO_PRIV },
        { "authPriv", "ap", FLEET_AUTH_PRIV },
    };
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcasecmp(text, levels[i].name) != 0 && strcasecmp(text, levels[i].brief) != 0)
            continue;
        c->auth.level = levels[i].level;
        return true;
    }
    return mistake(verb, "-l takes noAuthNoPriv, authNoPriv or authPriv");
}

static bool take_engine_id(const char *verb, const char *text, uint8_t *bytes,
                           const uint8_t **ret_bytes, size_t *ret_length) {
    if (!hex_parse(text, bytes, FLEET_ENGINE_ID_MAX, ret_length) ||
        *ret_length < FLEET_ENGINE_ID_MIN)
        return mistake(verb, "-e and -E take 5 to 32 octets in hexadecimal, such as "
                             "0x8000000001020304");
    *ret_bytes = bytes;
    return true;
}

bool credentials_take(struct credentials *c, const char *verb, int option, int argc, char **argv) {
    struct fleet_auth_options *a = &c->auth;
    c->is_given = true;
    switch (option) {
    case 'v': return take_version(c, verb, optarg);
    case 'c':
        if (!take_secret(verb, optarg, &c->community)) return false;
        a->community = c->community;
        return true;
    case 'u': a->user = optarg; return true;
    case 'l': return take_level(c, verb, optarg);
    case 'a':
        return fleet_auth_protocol_parse(optarg, &a->auth_protocol) ||
               mistake(verb, "-a takes MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512 or none");
    case 'x':
        return fleet_priv_protocol_parse(optarg, &a->priv_protocol) ||
               mistake(verb, "-x takes DES, 3DES, AES, AES192, AES256, AES192C, AES256C or none");
    case 'A': return take_password(verb, optarg, &c->auth_secret, &a->auth_key);
    case 'X': return take_password(verb, optarg, &c->priv_secret, &a->priv_key);
    case '3': return take_key(c, verb, argc, argv);
    case 'n': a->context = optarg; return true;
    case 'e':
        return take_engine_id(verb, optarg, c->engine_id, &a->engine_id, &a->engine_id_length);
    case 'E':
        return take_engine_id(verb, optarg, c->context_engine_id, &a->context_engine_id,
                              &a->context_engine_id_length);
    default: return false;
    }
}

bool credentials_settle(struct credentials *c, const char *verb) {
    struct fleet_auth_options *a = &c->auth;
    if (!c->is_given) return true;
    a->name = CONFIG_AUTH_OF_COMMAND_LINE;
    if (a->version == FLEET_VERSION_DEFAULT && a->user != NULL) a->version = FLEET_V3;
    if (a->version == FLEET_V3 && a->user == NULL)
        return mistake(verb, "-v 3 needs the name of a user: -u USER");
    const char *why = fleet_auth_check(a);
    return why == NULL || mistake(verb, why);
}

int credentials_apply(const struct credentials *c, const char *verb, struct fleet *fleet,
                      struct fleet_target_options *defaults) {
    if (!c->is_given) return 0;
    defaults->auth = 0;
    defaults->context = NULL;
    defaults->engine_id = NULL;
    defaults->engine_id_length = 0;
    if (c->auth.version != FLEET_V3) {
        if (c->auth.version != FLEET_VERSION_DEFAULT) defaults->version = c->auth.version;
        if (c->auth.community != NULL) defaults->community = c->auth.community;
        return 0;
    }
    defaults->version = FLEET_VERSION_DEFAULT;
    defaults->community = NULL;
    const char *why = NULL;
    int error = fleet_auth_set(fleet, &c->auth, &defaults->auth, &why);
    if (error != 0) (void)mistake(verb, why != NULL ? why : fleet_error_text(error));
    return error;
}

void credentials_wipe(struct credentials *c) {
    c->community = secret_realloc(c->community, 0);
    c->auth_secret = secret_realloc(c->auth_secret, 0);
    c->priv_secret = secret_realloc(c->priv_secret, 0);
    *c = (struct credentials){ 0 };
}
