/* config_auth: see config_auth.h. */
#include "conf/config_auth.h"
#include "base/hex.h"
#include "conf/secret.h"
#include "conf/show.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 255 };

/* What is being read. */
struct auth_reading {
    struct config_reader *reader;
    struct config_owned **owned;
    const struct config_node *node;
    const struct config_auth_texts *texts;
    struct config_auth *auth;
};

static const struct config_node *member(const struct auth_reading *a, unsigned key) {
    return config_node_find(a->node, config_auth_key_text(key));
}

static bool fault_expected(const struct auth_reading *a, unsigned key, const char *expected) {
    char shown[SHOW_MAX + 4];
    return config_fault(a->reader, member(a, key)->place, "%s '%s': expected %s",
                        config_auth_key_text(key), show_text(a->texts->texts[key], shown),
                        expected);
}

static bool read_version(const struct auth_reading *a) {
    const char *text = a->texts->texts[CONFIG_VERSION];
    enum fleet_version *version = &a->auth->options.version;
    if (text == NULL) {
        *version = a->texts->texts[CONFIG_USERNAME] != NULL ? FLEET_V3 : FLEET_V2C;
        return true;
    }
    if (strcmp(text, "1") == 0) *version = FLEET_V1;
    else if (strcmp(text, "2c") == 0) *version = FLEET_V2C;
    else if (strcmp(text, "3") == 0) *version = FLEET_V3;
    else return fault_expected(a, CONFIG_VERSION, "1, 2c or 3");
    return true;
}

static bool read_level(const struct auth_reading *a) {
    static const char *const names[] = { [FLEET_NO_AUTH_NO_PRIV] = "noAuthNoPriv",
                                         [FLEET_AUTH_NO_PRIV] = "authNoPriv",
                                         [FLEET_AUTH_PRIV] = "authPriv" };
    const char *text = a->texts->texts[CONFIG_LEVEL];
    if (text == NULL) return true;
    for (unsigned level = FLEET_NO_AUTH_NO_PRIV; level <= FLEET_AUTH_PRIV; level++) {
        if (strcasecmp(text, names[level]) != 0) continue;
        a->auth->options.level = level;
        return true;
    }
    return fault_expected(a, CONFIG_LEVEL, "noAuthNoPriv, authNoPriv or authPriv");
}

static bool read_protocols(const struct auth_reading *a) {
    const char *auth = a->texts->texts[CONFIG_AUTH_PROTOCOL];
    const char *priv = a->texts->texts[CONFIG_PRIV_PROTOCOL];
    struct fleet_auth_options *o = &a->auth->options;
    bool is_good = true;
    if (auth != NULL && !fleet_auth_protocol_parse(auth, &o->auth_protocol))
        is_good = fault_expected(a, CONFIG_AUTH_PROTOCOL,
                                 "MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512 or none");
    if (priv != NULL && !fleet_priv_protocol_parse(priv, &o->priv_protocol))
        is_good = fault_expected(a, CONFIG_PRIV_PROTOCOL,
                                 "DES, 3DES, AES, AES192, AES256, AES192C, AES256C or none");
    return is_good;
}

static bool read_engine_id(const struct auth_reading *a, unsigned key, uint8_t *bytes,
                           const uint8_t **ret_bytes, size_t *ret_length) {
    const char *text = a->texts->texts[key];
    size_t length;
    if (text == NULL) return true;
    if (!hex_parse(text, bytes, FLEET_ENGINE_ID_MAX, &length) || length < FLEET_ENGINE_ID_MIN)
        return fault_expected(a, key,
                              "5 to 32 octets in hexadecimal, such as 0x8000000001020304");
    *ret_bytes = bytes;
    *ret_length = length;
    return true;
}

/* The octets of a key, in memory of their own. */
static bool read_hex_key(const struct auth_reading *a, struct config_place place, const char *text,
                         struct fleet_key *ret_key) {
    uint8_t *bytes = secret_realloc(NULL, FLEET_KEY_MAX);
    struct config_owned *owned = arena_get(a->reader->arena, sizeof(*owned));
    if (bytes == NULL || owned == NULL) {
        (void)secret_realloc(bytes, 0);
        return config_out_of_memory(a->reader);
    }
    *owned = (struct config_owned){ .next = *a->owned, .text = (char *)bytes };
    *a->owned = owned;
    if (!hex_parse(text, bytes, FLEET_KEY_MAX, &ret_key->length))
        return config_fault(a->reader, place, "expected a key of at most %d octets in hexadecimal",
                            FLEET_KEY_MAX);
    ret_key->bytes = bytes;
    return true;
}

/* A password or one of the keys that come from it: three kinds of secret from @first on. */
static bool read_key(const struct auth_reading *a, enum config_secret first,
                     struct fleet_key *ret_key) {
    static const enum fleet_key_stage stages[] = { FLEET_KEY_PASSPHRASE, FLEET_KEY_MASTER,
                                                   FLEET_KEY_LOCALIZED };
    const char *before = NULL;
    for (unsigned i = 0; i < 3; i++) {
        enum config_secret secret = first + i;
        const char *text, *name = config_auth_key_text(config_secret_key(secret, CONFIG_LITERAL));
        struct config_place place;
        if (!config_secret_read(a->reader, a->owned, a->node, secret,
                                a->texts->texts + config_secret_key(secret, CONFIG_LITERAL), &text,
                                &place))
            return false;
        if (text == NULL) continue;
        if (before != NULL)
            return config_fault(a->reader, place, "'%s' and '%s': only one of them", before, name);
        before = name;
        *ret_key = (struct fleet_key){ .stage = stages[i], .bytes = (const uint8_t *)text,
                                       .length = strlen(text) };
        if (i > 0 && !read_hex_key(a, place, text, ret_key)) return false;
    }
    return true;
}

static bool check_name(const struct auth_reading *a) {
    const char *name = a->node->key;
    size_t length = strlen(name);
    const char *wrong = NULL;
    if (length > NAME_MAX_BYTES) wrong = "has more than 255 bytes";
    if (!utf8_is_valid((const uint8_t *)name, length)) wrong = "is not valid UTF-8";
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) wrong = "holds a control character";
    }
    if (strcmp(name, CONFIG_AUTH_OF_COMMAND_LINE) == 0) wrong = "is reserved for the command line";
    return wrong == NULL ||
           config_fault(a->reader, a->node->key_place, "the name of the auth %s", wrong);
}

/* An empty value is an error, except for `context`, which may be empty. */
static bool check_values(const struct auth_reading *a) {
    bool is_good = true;
    for (unsigned key = 0; key < CONFIG_SECRETS; key++) {
        const char *text = a->texts->texts[key];
        if (text == NULL || *text != '\0' || key == CONFIG_CONTEXT) continue;
        is_good = config_fault(a->reader, member(a, key)->place, "'%s' has no value",
                               config_auth_key_text(key));
    }
    return is_good;
}

static bool check_whole(const struct auth_reading *a) {
    const char *why = fleet_auth_check(&a->auth->options);
    if (why == NULL) return true;
    return config_fault(a->reader, config_auth_place(a->auth, why), "%s", why);
}

bool config_auth_read(struct config_reader *reader, struct config_owned **owned,
                      const struct config_node *node, const struct config_auth_texts *texts,
                      struct config_auth *ret_auth) {
    *ret_auth = (struct config_auth){ .node = node, .options = { .name = node->key } };
    struct fleet_auth_options *o = &ret_auth->options;
    struct auth_reading a = { reader, owned, node, texts, ret_auth };
    if (!check_name(&a)) return false;
    if (texts == NULL || node->count == 0)
        return config_fault(reader, node->key_place,
                            "an auth needs a community, or the username of version 3");
    if (!check_values(&a)) return false;
    struct config_place place;
    o->user = texts->texts[CONFIG_USERNAME];
    o->context = texts->texts[CONFIG_CONTEXT];
    bool is_good = read_version(&a);
    is_good = read_level(&a) && is_good;
    is_good = read_protocols(&a) && is_good;
    is_good = read_engine_id(&a, CONFIG_ENGINE_ID, ret_auth->engine_id, &o->engine_id,
                             &o->engine_id_length) && is_good;
    is_good = read_engine_id(&a, CONFIG_CONTEXT_ENGINE_ID, ret_auth->context_engine_id,
                             &o->context_engine_id, &o->context_engine_id_length) && is_good;
    is_good = config_secret_read(reader, owned, node, CONFIG_COMMUNITY,
                                 texts->texts + config_secret_key(CONFIG_COMMUNITY, CONFIG_LITERAL),
                                 &o->community, &place) && is_good;
    is_good = read_key(&a, CONFIG_AUTH_PASSWORD, &o->auth_key) && is_good;
    is_good = read_key(&a, CONFIG_PRIV_PASSWORD, &o->priv_key) && is_good;
    return is_good && check_whole(&a);
}

/*
 * Which keys a phrase is about: the first of them that the auth has is the place. They are looked
 * for in this order, so the narrower comes first; a phrase that is not here is told of the auth.
 */
static const struct {
    const char *phrase, *keys[6];
} subjects[] = {
    { "need version 3", { "username", "auth_protocol", "priv_protocol", "level", "context" } },
    { "need version 3", { "auth_password", "priv_password", "engine_id", "context_engine_id" } },
    { "an authentication protocol needs", { "auth_protocol" } },
    { "a privacy protocol needs", { "priv_protocol" } },
    { "privacy needs authentication", { "priv_protocol" } },
    { "level", { "level" } },
    { "user name", { "username", "version" } },
    { "context engine ID", { "context_engine_id" } },
    { "engine ID", { "engine_id" } },
    { "context name", { "context" } },
    { "community", { "community" } },
    { "authentication", { "auth_password", "auth_master_key", "auth_localized_key" } },
    { "privacy", { "priv_password", "priv_master_key", "priv_localized_key" } },
};

/* What an auth has of @key; of a secret in any of its forms. */
static const struct config_node *find_any_form(const struct config_node *node, const char *key) {
    for (unsigned secret = 0; secret < CONFIG_SECRET_KINDS; secret++) {
        unsigned first = config_secret_key(secret, CONFIG_LITERAL);
        if (strcmp(config_auth_key_text(first), key) != 0) continue;
        const struct config_node *found = NULL;
        for (unsigned form = 0; found == NULL && form < CONFIG_FORMS; form++)
            found = config_node_find(node, config_auth_key_text(first + form));
        return found;
    }
    return config_node_find(node, key);
}

struct config_place config_auth_place(const struct config_auth *auth, const char *why) {
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        if (strstr(why, subjects[i].phrase) == NULL) continue;
        for (size_t k = 0; subjects[i].keys[k] != NULL; k++) {
            const struct config_node *found = find_any_form(auth->node, subjects[i].keys[k]);
            if (found != NULL) return found->place;
        }
    }
    return auth->node->key_place;
}
