/*
 * names: asks for objects by the names that MIB modules give them, and prints the values as the
 * modules describe them.
 *
 *     names HOST PORT COMMUNITY NAME...
 *
 * NAME is "sysName.0", "IF-MIB::ifOperStatus.1" or a numeric OID. Common modules are built in;
 * others are read from the usual folders (/usr/share/snmp/mibs, ...), or those of $MIBDIRS. Each
 * value is printed twice: as Net-SNMP's programs write it, and alone, numbers by their names.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

struct question {
    struct fleet_mib *mib;
    const char *name;
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;  /* NULL: no module describes it */
};

enum { NAMES_MAX = 32 };

static int exit_code;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "names: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

static void warn(void *context, const char *file, const char *text) {
    (void)context;
    fprintf(stderr, "names: %s%s%s\n", file != NULL ? file : "", file != NULL ? ": " : "", text);
}

static void take_result(void *context, const struct fleet_result *result) {
    const struct question *q = context;
    char line[4096], value[4096];
    if (result->reason != FLEET_REASON_OK) {
        printf("%s: %s %s\n", q->name, fleet_reason_text(result->reason), result->detail);
        exit_code = 1;
        return;
    }
    const struct fleet_value *got = &result->varbinds[0].value;
    const struct fleet_syntax *syntax = q->object != NULL ? q->object->syntax : NULL;
    fleet_mib_varbind_text(q->mib, q->oid, q->length, got, NULL, line, sizeof(line));
    fleet_value_text(got, syntax, FLEET_AS_ENUM, value, sizeof(value));
    printf("%s\n    %s\n", line, value);
}

static void ask(struct fleet *fleet, uint32_t target, struct question *q) {
    char why[FLEET_MIB_WHY_MAX], text[FLEET_OID_TEXT_MAX];
    int error = fleet_mib_parse(q->mib, q->name, q->oid, &q->length, &q->object, why);
    if (error != 0) {
        /* It says what is wrong and which name was probably meant. */
        fprintf(stderr, "names: %s\n", why);
        exit_code = 1;
        return;
    }
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    fleet_mib_oid_text(q->mib, q->oid, q->length, &numeric, text, sizeof(text));
    const char *const oids[] = { text };
    const struct fleet_request_options options = { .done = take_result, .context = q };
    must(fleet_get(fleet, target, oids, 1, &options, NULL), text);
}

int main(int argc, char **argv) {
    if (argc < 5 || argc - 4 > NAMES_MAX) {
        fprintf(stderr, "usage: names HOST PORT COMMUNITY NAME...\n");
        return 2;
    }
    struct fleet_mib *mib;
    must(fleet_mib_new(&mib, &(struct fleet_mib_options){ .warn = warn }), "fleet_mib_new");
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .community = argv[3] };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);

    static struct question questions[NAMES_MAX];
    for (int i = 4; i < argc; i++) {
        questions[i - 4] = (struct question){ .mib = mib, .name = argv[i] };
        ask(fleet, target, &questions[i - 4]);
    }
    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    fleet_mib_free(mib);
    return exit_code;
}
