/*
 * With all modules loaded, every OID has the module and name that Net-SNMP shows for it, and every
 * lone name leads to the OID that Net-SNMP takes it for.
 */
#include "mib/load/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { A_CALL = 1000, LINE_BYTES = 1024, COMMAND_BYTES = 100000 };

static struct fleet_mib *mib;
static const struct fleet_object **objects;
static size_t count;

static int setup(void **state) {
    (void)state;
    const struct fleet_object *last = NULL, *o;
    struct fleet_mib_options options = { .path = MIBS, .modules = "ALL", .cache = "",
                                         .reader = MIB_READER };
    if (access(MIBS "/IF-MIB", R_OK) != 0) {
        print_message("skipped: no MIB modules in " MIBS "\n");
        return 0;
    }
    if (system("snmptranslate -V >/dev/null 2>&1") != 0) {
        print_message("skipped: there is no snmptranslate\n");
        return 0;
    }
    if (fleet_mib_new(&mib, &options) != 0) return -1;
    for (; (o = fleet_mib_next(mib, last)) != NULL; last = o) count++;
    objects = calloc(count, sizeof(struct fleet_object *));
    if (objects == NULL) return -1;
    count = 0;
    for (last = NULL; (o = fleet_mib_next(mib, last)) != NULL; last = o) {
        /* Built in, where Net-SNMP has nothing. */
        if (o->module[0] == '\0' || mib_loaded(mib, o->module) != NULL) objects[count++] = o;
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    free(objects);
    fleet_mib_free(mib);
    return 0;
}

static void write_oid(char *text, const struct fleet_object *o) {
    for (uint32_t i = 0; i < o->oid_length; i++) text += sprintf(text, ".%u", o->oid[i]);
}

/* What snmptranslate makes of some objects by OID or name, a line each. */
static void ask(const char *options, bool by_name, size_t first, size_t end,
                void (*take)(size_t number, const char *line)) {
    static char command[COMMAND_BYTES], line[LINE_BYTES];
    int length = sprintf(command, "snmptranslate -m ALL -M %s %s", MIBS, options);
    for (size_t i = first; i < end; i++) {
        char oid[FLEET_OID_TEXT_MAX];
        write_oid(oid, objects[i]);
        length += sprintf(command + length, " %s", by_name ? objects[i]->name : oid);
        assert_true((size_t)length < sizeof(command) - LINE_BYTES);
    }
    (void)strcpy(command + length, " 2>/dev/null");
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t number = first;
    while (fgets(line, sizeof(line), pipe) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0') continue;
        assert_true(number < end);
        take(number++, line);
    }
    assert_int_equal(pclose(pipe), 0);
    assert_int_equal(number, end);
}

static void ask_all(const char *options, bool by_name,
                    void (*take)(size_t number, const char *line)) {
    if (objects == NULL) skip();
    for (size_t i = 0; i < count; i += A_CALL) {
        ask(options, by_name, i, i + A_CALL < count ? i + A_CALL : count, take);
    }
}

static void compare_name(size_t number, const char *line) {
    const struct fleet_object *o = objects[number];
    char expected[LINE_BYTES];
    (void)snprintf(expected, sizeof(expected), "%s%s%s", o->module,
                   o->module[0] == '\0' ? "" : "::", o->name);
    assert_string_equal(line, expected);
}

static void compare_oid(size_t number, const char *line) {
    char oid[FLEET_OID_TEXT_MAX];
    const struct fleet_object *o = fleet_mib_find(mib, objects[number]->name);
    assert_non_null(o);
    write_oid(oid, o);
    if (strcmp(line, oid) != 0) fail_msg("%s is %s, for Net-SNMP %s", o->name, oid, line);
}

static void oids_have_the_names_that_net_snmp_shows(void **state) {
    (void)state;
    ask_all("", false, compare_name);
}

static void lone_names_are_the_oids_that_net_snmp_takes_them_for(void **state) {
    (void)state;
    ask_all("-IR -On", true, compare_oid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oids_have_the_names_that_net_snmp_shows),
        cmocka_unit_test(lone_names_are_the_oids_that_net_snmp_takes_them_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
