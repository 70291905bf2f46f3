/*
 * path: chooses which way requests go, when they may go, and asks who answers.
 *
 *     path HOST PORT USER AUTH PASSPHRASE LOCAL-ADDRESS MILLISECONDS
 *
 * Requests leave from LOCAL-ADDRESS, marked with the DSCP CS2 (operations and management), from
 * sockets with small buffers, and never sooner than MILLISECONDS after the one before: the policer
 * says so. `device` of the fleet's options (not used here) would choose a network device as well.
 * Asks the SNMPv3 agent for its engine (fleet_refresh, fleet_target_engine), and then for its name
 * and location by a request that is put together by hand (fleet_request).
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct program {
    struct fleet *fleet;
    uint32_t target;
    uint64_t gap_ns, next_ns;  /* next_ns: when the next datagram may go */
    unsigned datagrams;
    int exit_code;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "path: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/*
 * Asked once for each datagram, retries included; it answers with a moment of CLOCK_MONOTONIC. One
 * that is not later than now lets the datagram go at once.
 */
static uint64_t police(void *context, const struct fleet_target *target, uint64_t now_ns) {
    struct program *p = context;
    uint64_t when = p->next_ns > now_ns ? p->next_ns : now_ns;
    (void)target;
    p->next_ns = when + p->gap_ns;
    p->datagrams++;
    return when;
}

static void take_values(void *context, const struct fleet_result *result) {
    struct program *p = context;
    char text[1024];
    if (result->reason != FLEET_REASON_OK) {
        printf("%s %s\n", fleet_reason_text(result->reason), result->detail);
        p->exit_code = 1;
    }
    for (size_t i = 0; result->reason == FLEET_REASON_OK && i < result->varbind_count; i++) {
        fleet_value_text(&result->varbinds[i].value, NULL, FLEET_AS_AUTO, text, sizeof(text));
        printf("value %s\n", text);
    }
}

/* sysName.0 and sysLocation.0 as they travel: 1.3 is one octet, 43, and so is each other number. */
static void ask_by_hand(struct program *p) {
    static const uint8_t name[] = { 43, 6, 1, 2, 1, 1, 5, 0 };
    static const uint8_t place[] = { 43, 6, 1, 2, 1, 1, 6, 0 };
    const struct fleet_varbind varbinds[] = { { .oid = name, .oid_length = sizeof(name) },
                                              { .oid = place, .oid_length = sizeof(place) } };
    const struct fleet_request_options options = { .done = take_values, .context = p };
    must(fleet_request(p->fleet, p->target, FLEET_PDU_GET, varbinds, 2, 0, 0, &options, NULL),
         "fleet_request");
}

/* The engine is known now, and its boots and time were proved by an authentic answer. */
static void take_engine(void *context, const struct fleet_result *result) {
    struct program *p = context;
    struct fleet_engine engine;
    if (result->reason != FLEET_REASON_OK) {
        take_values(context, result);
        return;
    }
    must(fleet_target_engine(p->fleet, p->target, &engine), "fleet_target_engine");
    printf("engine ");
    for (size_t i = 0; i < engine.id_length; i++) printf("%02x", engine.id[i]);
    printf(" boots %u time %u%s\n", engine.boots, engine.time_s,
           engine.is_confirmed && engine.has_time ? ", authentic" : "");
    ask_by_hand(p);
}

int main(int argc, char **argv) {
    if (argc != 8) {
        fprintf(stderr, "usage: path HOST PORT USER AUTH PASSPHRASE LOCAL-ADDRESS MILLISECONDS\n");
        return 2;
    }
    struct program p = { .gap_ns = strtoull(argv[7], NULL, 10) * 1000000 };
    const struct fleet_options options = {
        .sink = { .context = &p, .rows = take_rows, .report = take_report },
        .once = true,
        .bind = argv[6],
        .tos = 0x40,
        .receive_buffer = 256 << 10,
        .send_buffer = 64 << 10,
        .policer = police,
    };
    must(fleet_new(&p.fleet, &options), "fleet_new");

    struct fleet_auth_options user = {
        .name = "the user", .version = FLEET_V3, .user = argv[3],
        .auth_key = { FLEET_KEY_PASSPHRASE, (const uint8_t *)argv[5], strlen(argv[5]) },
    };
    uint32_t auth;
    if (!fleet_auth_protocol_parse(argv[4], &user.auth_protocol)) must(FLEET_E_INVALID, argv[4]);
    must(fleet_auth_set(p.fleet, &user, &auth, NULL), "fleet_auth_set");
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .auth = auth };
    must(fleet_target_set(p.fleet, &agent, &p.target, NULL), argv[1]);

    const struct fleet_request_options ask = { .done = take_engine, .context = &p };
    must(fleet_refresh(p.fleet, p.target, &ask, NULL), "fleet_refresh");
    must(fleet_run(p.fleet), "fleet_run");
    printf("datagrams %u\n", p.datagrams);
    fleet_free(p.fleet);
    return p.exit_code;
}
