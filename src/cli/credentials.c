/* credentials: see credentials.h. */
#include "cli/credentials.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/arguments.h"
#include "cli/option.h"
#include "conf/config.h"
#include "base/hex.h"
#include "conf/secret.h"

enum { RIGHT_TEXT = 200 };

bool credentials_is_option(int option) {
    const struct option_row *row = option > 0 && option < 128
                                       ? option_by_letter((char)option, VERBS_FLEET)
                                       : NULL;
    return row != NULL && row->id == OPT_CREDENTIAL;
}

/* What is said together is wrong. */
static bool mistake(const char *program, const char *what) {
    option_tell(&(struct option_mistake){ .program = program, .what = what });
    return false;
}

static const char *take_secret(char *argument, char **secret) {
    return arguments_take_secret(argument, secret) ? NULL : strerror(ENOMEM);
}

static const char *take_password(char *argument, char **secret, struct fleet_key *key) {
    const char *why = take_secret(argument, secret);
    if (why == NULL)
        *key = (struct fleet_key){ .stage = FLEET_KEY_PASSPHRASE,
                                   .bytes = (const uint8_t *)*secret,
                                   .length = strlen(*secret) };
    return why;
}

/* KEY of kind m, M, k or K. */
static const char *take_key(struct credentials *c, char kind, char *text) {
    bool is_priv = kind == 'M' || kind == 'K';
    char **secret = is_priv ? &c->priv_secret : &c->auth_secret;
    struct fleet_key *key = is_priv ? &c->auth.priv_key : &c->auth.auth_key;
    const char *why = take_secret(text, secret);
    if (why != NULL) return why;
    /* The octets take the place of their hexadecimal, which is longer. */
    size_t length, size = strlen(*secret);
    uint8_t bytes[FLEET_KEY_MAX];
    bool is_good = hex_parse(*secret, bytes, sizeof(bytes), &length);
    explicit_bzero(*secret, size);
    if (is_good) memcpy(*secret, bytes, length);
    explicit_bzero(bytes, sizeof(bytes));
    if (!is_good)
        return "up to 64 octets, two hexadecimal digits each";
    *key = (struct fleet_key){
        .stage = kind == 'm' || kind == 'M' ? FLEET_KEY_MASTER : FLEET_KEY_LOCALIZED,
        .bytes = (const uint8_t *)*secret,
        .length = length,
    };
    return NULL;
}

/* Behind the 3 of -3mKEY, -3m=KEY, "-3m KEY" and -3m KEY: a key, or another of these options. */
static const char *take_three(struct credentials *c, char *argument, int argc, char **argv) {
    char kind = *argument, *text = kind != '\0' ? argument + 1 : argument;
    if (kind == '\0' || kind == '3' || kind == ':')
        return "m, M, k or K and a key in hexadecimal";
    text += *text == '=';
    while (*text == ' ') text++;
    if (*text == '\0' && optind < argc) text = argv[optind++];
    if (strchr("mMkK", kind) != NULL) return take_key(c, kind, text);
    if (strchr("ueElnaAxX", kind) != NULL) return credentials_parse(c, kind, text, argc, argv);
    return "m, M, k or K and a key in hexadecimal";
}

static const char *take_version(struct credentials *c, const char *text) {
    if (strcmp(text, "1") == 0) c->auth.version = FLEET_V1;
    else if (strcasecmp(text, "2c") == 0) c->auth.version = FLEET_V2C;
    else if (strcmp(text, "3") == 0) c->auth.version = FLEET_V3;
    else return "1, 2c or 3";
    return NULL;
}

static const char *take_level(struct credentials *c, const char *text) {
    static const struct {
        const char *names[4];
        enum fleet_level level;
    } levels[] = {
        { { "noAuthNoPriv", "nanp", "noauth", "1" }, FLEET_NO_AUTH_NO_PRIV },
        { { "authNoPriv", "anp", "auth", "2" }, FLEET_AUTH_NO_PRIV },
        { { "authPriv", "ap", "priv", "3" }, FLEET_AUTH_PRIV },
    };
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        for (size_t k = 0; k < 4; k++) {
            if (strcasecmp(text, levels[i].names[k]) != 0) continue;
            c->auth.level = levels[i].level;
            return NULL;
        }
    }
    return "noAuthNoPriv, authNoPriv or authPriv";
}

static const char *take_engine_id(const char *text, uint8_t *bytes, const uint8_t **ret_bytes,
                                  size_t *ret_length) {
    if (!hex_parse(text, bytes, FLEET_ENGINE_ID_MAX, ret_length) ||
        *ret_length < FLEET_ENGINE_ID_MIN)
        return "5 to 32 octets in hexadecimal, such as 0x8000000001020304";
    *ret_bytes = bytes;
    return NULL;
}

const char *credentials_parse(struct credentials *c, int option, char *argument, int argc,
                              char **argv) {
    struct fleet_auth_options *a = &c->auth;
    const char *why;
    c->is_given = true;
    switch (option) {
    case 'v': return take_version(c, argument);
    case 'c':
        why = take_secret(argument, &c->community);
        if (why == NULL) a->community = c->community;
        return why;
    case 'u': a->user = argument; return NULL;
    case 'l': return take_level(c, argument);
    case 'a':
        return fleet_auth_protocol_parse(argument, &a->auth_protocol)
                   ? NULL
                   : "MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512 or none";
    case 'x':
        return fleet_priv_protocol_parse(argument, &a->priv_protocol)
                   ? NULL
                   : "DES, 3DES, AES, AES192, AES256, AES192C, AES256C or none";
    case 'A': return take_password(argument, &c->auth_secret, &a->auth_key);
    case 'X': return take_password(argument, &c->priv_secret, &a->priv_key);
    case '3': return take_three(c, argument, argc, argv);
    case 'n': a->context = argument; return NULL;
    case 'e': return take_engine_id(argument, c->engine_id, &a->engine_id, &a->engine_id_length);
    default:
        return take_engine_id(argument, c->context_engine_id, &a->context_engine_id,
                              &a->context_engine_id_length);
    }
}

bool credentials_take(struct credentials *c, const char *program, int option, char *argument,
                      int argc, char **argv) {
    const char spelled[] = { '-', (char)option, '\0' };
    bool is_shown = strchr("vlaxeE", option) != NULL;  /* others hold secrets */
    struct option_mistake m = { program, spelled, "cannot be used", is_shown ? argument : NULL,
                                NULL };
    const char *right = credentials_parse(c, option, argument, argc, argv);
    if (right == NULL) return true;
    char text[RIGHT_TEXT];
    (void)snprintf(text, sizeof(text), "%s %s %s", spelled,
                   option == '3' ? "is followed by" : "takes", right);
    m.right = text;
    option_tell(&m);
    return false;
}

static bool check(const struct fleet_auth_options *a, const char *program) {
    if (a->version == FLEET_V3 && a->user == NULL)
        return mistake(program, "-v 3 needs the name of a user: -u USER");
    const char *why = fleet_auth_check(a);
    return why == NULL || mistake(program, why);
}

bool credentials_settle(struct credentials *c, const char *program, bool has_config) {
    struct fleet_auth_options *a = &c->auth;
    if (!c->is_given) return true;
    a->name = CONFIG_AUTH_OF_COMMAND_LINE;
    if (a->version == FLEET_VERSION_DEFAULT && a->user != NULL) a->version = FLEET_V3;
    return has_config || check(a, program);
}

/* What is below a level is of no use at it. */
static void lower(struct fleet_auth_options *a, enum fleet_level level) {
    if (level == FLEET_NO_AUTH_NO_PRIV) {
        a->auth_protocol = FLEET_AUTH_NONE;
        a->auth_key = (struct fleet_key){ .stage = FLEET_KEY_NONE };
    }
    if (level != FLEET_AUTH_PRIV) {
        a->priv_protocol = FLEET_PRIV_NONE;
        a->priv_key = (struct fleet_key){ .stage = FLEET_KEY_NONE };
    }
}

/* @base, with what the command line says in the place of what it says. */
static void merge(const struct fleet_auth_options *given, struct fleet_auth_options *base) {
    bool asks_user = given->version == FLEET_V3;
    bool asks_community = !asks_user && (given->version != FLEET_VERSION_DEFAULT ||
                                         given->community != NULL);
    bool is_user = base->version == FLEET_V3;
    if ((asks_user && !is_user) || (asks_community && is_user))
        *base = (struct fleet_auth_options){ .name = NULL };
    bool has_keys = given->auth_key.stage != FLEET_KEY_NONE ||
                    given->priv_key.stage != FLEET_KEY_NONE;
    if (given->level != FLEET_LEVEL_DEFAULT) lower(base, given->level);
    if (given->level != FLEET_LEVEL_DEFAULT || has_keys) base->level = given->level;
    base->name = given->name;
    if (given->version != FLEET_VERSION_DEFAULT) base->version = given->version;
    if (given->community != NULL) base->community = given->community;
    if (given->user != NULL) base->user = given->user;
    if (given->auth_protocol != FLEET_AUTH_NONE) base->auth_protocol = given->auth_protocol;
    if (given->priv_protocol != FLEET_PRIV_NONE) base->priv_protocol = given->priv_protocol;
    if (given->auth_key.stage != FLEET_KEY_NONE) base->auth_key = given->auth_key;
    if (given->priv_key.stage != FLEET_KEY_NONE) base->priv_key = given->priv_key;
    if (given->context != NULL) base->context = given->context;
    if (given->engine_id != NULL) {
        base->engine_id = given->engine_id;
        base->engine_id_length = given->engine_id_length;
    }
    if (given->context_engine_id != NULL) {
        base->context_engine_id = given->context_engine_id;
        base->context_engine_id_length = given->context_engine_id_length;
    }
}

int credentials_apply(const struct credentials *c, const char *program, struct fleet *fleet,
                      const struct fleet_auth_options *base,
                      struct fleet_target_options *defaults,
                      struct fleet_auth_options *ret_auth) {
    struct fleet_auth_options auth = { .version = defaults->version,
                                       .community = defaults->community };
    *ret_auth = auth;
    if (!c->is_given) return 0;
    if (base != NULL) auth = *base;
    merge(&c->auth, &auth);
    if (!check(&auth, program)) return FLEET_E_INVALID;
    *ret_auth = auth;
    bool is_user = auth.version == FLEET_V3;
    defaults->auth = 0;
    if (!is_user || c->auth.context != NULL) defaults->context = NULL;
    if (!is_user || c->auth.engine_id != NULL) {
        defaults->engine_id = NULL;
        defaults->engine_id_length = 0;
    }
    defaults->version = is_user ? FLEET_VERSION_DEFAULT : auth.version;
    defaults->community = is_user ? NULL : auth.community;
    if (!is_user) return 0;
    const char *why = NULL;
    int error = fleet_auth_set(fleet, &auth, &defaults->auth, &why);
    if (error != 0) (void)mistake(program, why != NULL ? why : fleet_error_text(error));
    return error;
}

void credentials_wipe(struct credentials *c) {
    c->community = secret_realloc(c->community, 0);
    c->auth_secret = secret_realloc(c->auth_secret, 0);
    c->priv_secret = secret_realloc(c->priv_secret, 0);
    *c = (struct credentials){ 0 };
}
