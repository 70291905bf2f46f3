/*
 * operations: asks by the public functions of snmpfleet/request.h, as a program that embeds the
 * library would.
 *
 *     operations HOST PORT COMMUNITY get|getnext OID...
 *     operations HOST PORT COMMUNITY getbulk NON_REPEATERS REPETITIONS OID...
 *     operations HOST PORT COMMUNITY set OID INTEGER
 *     operations crowd FIRST COUNT PORT OID      one GET of each of COUNT agents from address FIRST on
 *
 * Prints a line for each varbind, "OID TYPE VALUE", or the reason and detail of what went wrong; of a
 * crowd how many were answered.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snmpfleet/snmpfleet.h"
#include "wire/oid.h"

static uint32_t answered, failed;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void print(void *context, const struct fleet_result *r) {
    (void)context;
    if (r->reason != FLEET_REASON_OK)
        printf("%s %s %d %d\n", fleet_reason_text(r->reason), r->detail, r->error_status,
               r->error_index);
    for (size_t i = 0; r->reason == FLEET_REASON_OK && i < r->varbind_count; i++) {
        const struct fleet_varbind *vb = &r->varbinds[i];
        char name[FLEET_OID_TEXT_MAX], value[4096];
        size_t length = oid_format(span_of(vb->oid, vb->oid_length), name);
        fleet_value_text(&vb->value, NULL, FLEET_AS_RAW, value, sizeof(value));
        printf("%.*s %d %s\n", (int)length, name, vb->value.type, value);
    }
}

static void count(void *context, const struct fleet_result *r) {
    (void)context;
    if (r->reason == FLEET_REASON_OK && r->varbind_count == 1) answered++;
    else failed++;
}

static void need(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "%s: %s\n", what, fleet_error_text(error));
    exit(1);
}

static uint32_t add_target(struct fleet *f, const char *host, uint16_t port, const char *community) {
    uint32_t target;
    const struct fleet_target_options o = {
        .name = host, .host = host, .port = port, .community = community,
    };
    need(fleet_target_set(f, &o, &target, NULL), host);
    return target;
}

static void ask_crowd(struct fleet *f, char **argv) {
    struct in_addr first;
    inet_pton(AF_INET, argv[0], &first);
    const char *oids[] = { argv[3] };
    for (uint32_t i = 0; i < (uint32_t)atoi(argv[1]); i++) {
        struct in_addr address = { htonl(ntohl(first.s_addr) + i) };
        char host[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &address, host, sizeof(host));
        uint32_t target = add_target(f, host, (uint16_t)atoi(argv[2]), "public");
        need(fleet_get(f, target, oids, 1, &(struct fleet_request_options){ .done = count }, NULL),
             "get");
    }
}

static void ask_one(struct fleet *f, int argc, char **argv) {
    const struct fleet_request_options o = { .done = print };
    uint32_t target = add_target(f, argv[0], (uint16_t)atoi(argv[1]), argv[2]);
    const char *verb = argv[3];
    const char *const *oids = (const char *const *)argv + 4;
    size_t n = (size_t)argc - 4;
    if (strcmp(verb, "get") == 0) need(fleet_get(f, target, oids, n, &o, NULL), verb);
    if (strcmp(verb, "getnext") == 0) need(fleet_getnext(f, target, oids, n, &o, NULL), verb);
    if (strcmp(verb, "getbulk") == 0)
        need(fleet_getbulk(f, target, oids + 2, n - 2, (uint32_t)atoi(oids[0]),
                           (uint32_t)atoi(oids[1]), &o, NULL), verb);
    if (strcmp(verb, "set") == 0) {
        uint8_t bytes[FLEET_OID_BYTES_MAX];
        int length = oid_parse(span_text(oids[0]), bytes);
        const struct fleet_varbind vb = {
            .oid = bytes, .oid_length = (size_t)length,
            .value = { .type = FLEET_INTEGER32, .integer = atoi(oids[1]) },
        };
        need(fleet_set(f, target, &vb, 1, &o, NULL), verb);
    }
}

int main(int argc, char **argv) {
    struct fleet *f;
    const char *io = getenv("FLEET_IO");
    const struct fleet_options o = {
        .sink = { .rows = take_rows, .report = take_report },
        .once = true,
        .io = io != NULL && strcmp(io, "mmsg") == 0 ? FLEET_IO_MMSG : FLEET_IO_AUTO,
    };
    if (argc < 6) return 3;
    need(fleet_new(&f, &o), "fleet_new");
    bool is_crowd = strcmp(argv[1], "crowd") == 0;
    if (is_crowd) ask_crowd(f, argv + 2);
    else ask_one(f, argc - 1, argv + 1);
    need(fleet_run(f), "fleet_run");
    if (is_crowd) printf("%" PRIu32 " answered, %" PRIu32 " failed\n", answered, failed);
    fleet_free(f);
    return 0;
}
