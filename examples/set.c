/*
 * set: changes objects of an agent, all of them or none.
 *
 *     set HOST PORT COMMUNITY OID TYPE VALUE [OID TYPE VALUE]...
 *
 * TYPE is one letter, as in Net-SNMP's snmpset: i Integer32, u Gauge32 (Unsigned32), c Counter32,
 * C Counter64, t TimeTicks (hundredths of a second), a IpAddress, o OBJECT IDENTIFIER, s octets as
 * text, x octets in hexadecimal (0x00ff).
 *
 * A SET that got no answer may have been carried out all the same, and one that was sent again may
 * have been carried out twice. This is why `retries` is -1 (none) here: the caller can look what is
 * there before it asks again.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 16, VALUE_MAX = 1024 };

static const struct fleet_syntax oid_syntax = { .base = "OBJECT IDENTIFIER",
                                                .type = FLEET_OBJECT_IDENTIFIER };

static const struct {
    char letter;
    struct fleet_syntax syntax;
} types[] = {
    { 'i', { .base = "Integer32", .type = FLEET_INTEGER32 } },
    { 'u', { .base = "Unsigned32", .type = FLEET_GAUGE32 } },
    { 'c', { .base = "Counter32", .type = FLEET_COUNTER32 } },
    { 'C', { .base = "Counter64", .type = FLEET_COUNTER64 } },
    { 't', { .base = "TimeTicks", .type = FLEET_TIME_TICKS } },
    { 'a', { .base = "IpAddress", .type = FLEET_IP_ADDRESS } },
    { 'o', { .base = "OBJECT IDENTIFIER", .type = FLEET_OBJECT_IDENTIFIER } },
    { 's', { .base = "OCTET STRING", .type = FLEET_OCTET_STRING } },
    { 'x', { .base = "OCTET STRING", .type = FLEET_OCTET_STRING } },
};

static int exit_code;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "set: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* An agent that refuses says why (error-status) and which of the objects it is about. */
static void take_result(void *context, const struct fleet_result *result) {
    char **words = context;
    if (result->reason == FLEET_REASON_OK) {
        printf("done: %zu objects\n", result->varbind_count);
        return;
    }
    exit_code = 1;
    printf("%s %s", fleet_reason_text(result->reason), result->detail);
    if (result->error_index > 0 && (size_t)result->error_index <= result->varbind_count)
        printf(" (error-status %d of %s)", result->error_status,
               words[3 * (result->error_index - 1)]);
    printf("\n");
}

static const struct fleet_syntax *syntax_of(const char *letter) {
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (letter[0] == types[i].letter && letter[1] == '\0') return &types[i].syntax;
    }
    must(FLEET_E_INVALID, letter);
    return NULL;
}

/* "OID TYPE VALUE" as a variable binding whose octets are in @name and @value. */
static struct fleet_varbind parse(char **words, uint8_t *name, uint8_t *value) {
    struct fleet_value oid;
    struct fleet_varbind varbind;
    must(fleet_value_parse(words[0], &oid_syntax, name, FLEET_OID_BYTES_MAX, &oid), words[0]);
    varbind.oid = oid.bytes;
    varbind.oid_length = oid.length;
    const struct fleet_syntax *syntax = syntax_of(words[1]);
    if (words[1][0] != 's') {
        must(fleet_value_parse(words[2], syntax, value, VALUE_MAX, &varbind.value), words[2]);
    } else {
        /* Text is sent as it is, even where it looks like hexadecimal. */
        varbind.value = (struct fleet_value){ .type = FLEET_OCTET_STRING,
                                              .bytes = (const uint8_t *)words[2],
                                              .length = (uint32_t)strlen(words[2]) };
    }
    return varbind;
}

int main(int argc, char **argv) {
    if (argc < 7 || (argc - 4) % 3 != 0 || (argc - 4) / 3 > CHANGES_MAX) {
        fprintf(stderr, "usage: set HOST PORT COMMUNITY OID i|u|c|C|t|a|o|s|x VALUE ...\n");
        return 2;
    }
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .community = argv[3] };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);

    static uint8_t names[CHANGES_MAX][FLEET_OID_BYTES_MAX], values[CHANGES_MAX][VALUE_MAX];
    struct fleet_varbind varbinds[CHANGES_MAX];
    size_t count = (size_t)(argc - 4) / 3;
    for (size_t i = 0; i < count; i++) varbinds[i] = parse(argv + 4 + 3 * i, names[i], values[i]);
    const struct fleet_request_options ask = { .done = take_result, .context = argv + 4,
                                               .retries = -1 };
    must(fleet_set(fleet, target, varbinds, count, &ask, NULL), "fleet_set");

    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    return exit_code;
}
