/*
 * v3: asks an SNMPv3 agent for one object, as a user with keys of any kind, in any context.
 *
 *     v3 HOST PORT OID USER
 *     v3 HOST PORT OID USER AUTH KEY
 *     v3 HOST PORT OID USER AUTH KEY PRIV KEY [CONTEXT]
 *
 * AUTH is MD5, SHA or SHA-224 to SHA-512; PRIV is DES, 3DES, AES, AES-192, AES-256, or AES-192-C
 * and AES-256-C (keys made longer as Cisco does). KEY is one of
 *
 *     pass:TEXT        a passphrase of at least 8 characters
 *     master:HEX       the key Ku made of it (RFC 3414 section 2.6)
 *     localized:HEX    the key Kul, which is good for one agent only
 *
 * The security level is the highest that the protocols allow. Engine ID, boots and time of the
 * agent are found and kept up to date by the library.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int exit_code;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "v3: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* The reason says what the agent had against it: unknown-user, wrong-digest, not-in-window, ... */
static void take_result(void *context, const struct fleet_result *result) {
    char text[4096];
    (void)context;
    if (result->reason != FLEET_REASON_OK) {
        printf("%s %s\n", fleet_reason_text(result->reason), result->detail);
        exit_code = 1;
        return;
    }
    fleet_value_text(&result->varbinds[0].value, NULL, FLEET_AS_AUTO, text, sizeof(text));
    printf("%s\n", text);
}

static struct fleet_key parse_key(const char *text, uint8_t bytes[static FLEET_KEY_MAX]) {
    static const struct {
        const char *prefix;
        enum fleet_key_stage stage;
    } stages[] = { { "pass:", FLEET_KEY_PASSPHRASE },
                   { "master:", FLEET_KEY_MASTER },
                   { "localized:", FLEET_KEY_LOCALIZED } };
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
        size_t length = strlen(stages[i].prefix), count = 0;
        const char *at = text + length;
        unsigned octet;
        int used;
        if (strncmp(text, stages[i].prefix, length) != 0) continue;
        if (stages[i].stage == FLEET_KEY_PASSPHRASE)
            return (struct fleet_key){ FLEET_KEY_PASSPHRASE, (const uint8_t *)at, strlen(at) };
        for (; count < FLEET_KEY_MAX && sscanf(at, "%2x%n", &octet, &used) == 1; at += used)
            bytes[count++] = (uint8_t)octet;
        if (*at == '\0') return (struct fleet_key){ stages[i].stage, bytes, count };
    }
    must(FLEET_E_INVALID, "a KEY");
    return (struct fleet_key){ .stage = FLEET_KEY_NONE };
}

static uint32_t add_user(struct fleet *fleet, int argc, char **argv) {
    uint8_t auth_key[FLEET_KEY_MAX], priv_key[FLEET_KEY_MAX];
    struct fleet_auth_options o = { .name = "the user", .version = FLEET_V3, .user = argv[4] };
    if (argc > 6) {
        if (!fleet_auth_protocol_parse(argv[5], &o.auth_protocol)) must(FLEET_E_INVALID, argv[5]);
        o.auth_key = parse_key(argv[6], auth_key);
    }
    if (argc > 8) {
        if (!fleet_priv_protocol_parse(argv[7], &o.priv_protocol)) must(FLEET_E_INVALID, argv[7]);
        o.priv_key = parse_key(argv[8], priv_key);
    }
    if (argc > 9) o.context = argv[9];
    const char *why;
    uint32_t auth;
    int error = fleet_auth_set(fleet, &o, &auth, &why);
    if (error == FLEET_E_INVALID) fprintf(stderr, "v3: %s\n", why);
    must(error, "fleet_auth_set");
    /* The library has its own copy, which it wipes when it is freed. This one is wiped here. */
    explicit_bzero(auth_key, sizeof(auth_key));
    explicit_bzero(priv_key, sizeof(priv_key));
    return auth;
}

int main(int argc, char **argv) {
    if (argc < 5 || argc == 6 || argc == 8 || argc > 10) {
        fprintf(stderr, "usage: v3 HOST PORT OID USER [AUTH KEY [PRIV KEY [CONTEXT]]]\n");
        return 2;
    }
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");

    /* One auth can serve any number of targets; its passphrases are hashed once. */
    const struct fleet_target_options agent = {
        .host = argv[1],
        .port = (uint16_t)atoi(argv[2]),
        .auth = add_user(fleet, argc, argv),
    };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);

    const char *const oids[] = { argv[3] };
    const struct fleet_request_options ask = { .done = take_result };
    must(fleet_get(fleet, target, oids, 1, &ask, NULL), argv[3]);
    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    return exit_code;
}
