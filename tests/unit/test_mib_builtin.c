#include "mib/load/builtin.h"
#include "mib/load/builtin/facts_read.h"
#include "mib/load/catalog.h"
#include "mib/load/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fleet_mib *new_mib(const char *path) {
    struct fleet_mib *mib;
    struct fleet_mib_options options = { .path = path, .cache = "", .reader = MIB_READER };
    assert_int_equal(fleet_mib_new(&mib, &options), 0);
    return mib;
}

static void common_names_need_no_file(void **state) {
    (void)state;
    static const char *const names[] = {
        "sysUpTime", "snmpInPkts", "ifHCInOctets", "IF-MIB::ifHCInOctets", "ifStackStatus",
        "ipAddressIfIndex", "tcpCurrEstab", "udpInDatagrams", "hrStorageUsed", "hrProcessorLoad",
        "hrSWRunName", "entPhysicalName", "entPhySensorValue", "memAvailReal", "laLoad",
        "ssCpuRawUser", "dskPercent", "dot3StatsFCSErrors", "lldpRemSysName", "bgpPeerState",
        "usmStatsWrongDigests", "snmpUnknownSecurityModels", "coldStart", "linkDown",
        "SNMPv2-MIB::authenticationFailure", "enterprises", "mib-2", "iso", "diskIONReadX",
        "lmTempSensorsValue", "RFC1213-MIB::ipInReceives", "snmpEngineBoots", "netSnmpAgentOIDs",
    };
    struct fleet_mib *mib = new_mib("/nonexistent");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (fleet_mib_find(mib, names[i]) == NULL) fail_msg("no %s", names[i]);
    }
    assert_null(fleet_mib_find(mib, "nosuch"));
    assert_null(fleet_mib_find(mib, "IF-MIB::sysUpTime"));
    assert_null(fleet_mib_find(mib, "NO-MIB::sysUpTime"));
    const struct fleet_object *o = fleet_mib_find(mib, "ifDescr");
    assert_string_equal(o->module, "IF-MIB");
    assert_string_equal(o->syntax->base, "OCTET STRING");
    assert_string_equal(o->syntax->convention, "DisplayString");
    assert_string_equal(o->syntax->hint, "255a");
    assert_string_equal(o->index[0].name, "ifIndex");
    o = fleet_mib_find(mib, "ifType");
    assert_true(o->syntax->name_count > 290);
    assert_string_equal(o->syntax->names[5].name, "ethernetCsmacd");
    assert_int_equal(o->syntax->names[5].number, 6);
    o = fleet_mib_find(mib, "ifXEntry");
    assert_string_equal(o->augments, "ifEntry");
    fleet_mib_free(mib);
}

static void an_oid_has_the_name_of_the_nearest_object_above(void **state) {
    (void)state;
    struct fleet_mib *mib = new_mib("/nonexistent");
    static const struct {
        uint32_t oid[14];
        uint32_t length;
        const char *name;
    } cases[] = {
        { { 1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 3 }, 11, "ifOperStatus" },
        { { 1, 3, 6, 1, 2, 1, 2, 2, 1, 8 }, 10, "ifOperStatus" },
        { { 1, 3, 6, 1, 2, 1, 2, 2, 1, 99, 1 }, 11, "ifEntry" },
        { { 1, 3, 6, 1, 4, 1, 4294967295 }, 7, "enterprises" },
        { { 1, 3, 6, 1, 2, 1, 1, 3, 0 }, 9, "sysUpTime" },
        { { 1, 4 }, 2, "iso" },
        { { 1 }, 1, "iso" },
        { { 0, 0 }, 2, "zeroDotZero" },
        { { 2, 999 }, 2, "joint-iso-ccitt" },
        { { 3 }, 1, NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fleet_object *o = fleet_mib_at(mib, cases[i].oid, cases[i].length);
        if (cases[i].name == NULL) assert_null(o);
        else assert_string_equal(o->name, cases[i].name);
    }
    assert_null(fleet_mib_at(mib, NULL, 0));
    fleet_mib_free(mib);
}

static void next_goes_through_all_oids_in_order(void **state) {
    (void)state;
    struct fleet_mib *mib = new_mib("/nonexistent");
    const struct fleet_object *last = NULL, *o;
    size_t count = 0;
    for (; (o = fleet_mib_next(mib, last)) != NULL; last = o, count++) {
        if (last == NULL) continue;
        assert_true(image_compare(last->oid, last->oid_length, o->oid, o->oid_length) < 0);
        assert_ptr_equal(fleet_mib_at(mib, o->oid, o->oid_length), o);
    }
    assert_true(count > 1200);
    fleet_mib_free(mib);
}

static void expect_text(const struct fleet_object *o, const char *what, const char *a,
                        const char *b) {
    if (a == NULL && b == NULL) return;
    if (a == NULL || b == NULL || strcmp(a, b) != 0)
        fail_msg("%s::%s: %s is %s, in the file %s", o->module, o->name, what,
                 a == NULL ? "none" : a, b == NULL ? "none" : b);
}

static void expect_number(const struct fleet_object *o, const char *what, int64_t a, int64_t b) {
    if (a != b) fail_msg("%s::%s: %s is %lld, in the file %lld", o->module, o->name, what,
                         (long long)a, (long long)b);
}

static void compare_syntax(const struct fleet_object *o, const struct fleet_syntax *a,
                           const struct fleet_syntax *b) {
    expect_number(o, "syntax", a != NULL, b != NULL);
    if (a == NULL) return;
    expect_text(o, "base", a->base, b->base);
    expect_text(o, "convention", a->convention, b->convention);
    expect_text(o, "hint", a->hint, b->hint);
    expect_number(o, "type", a->type, b->type);
    expect_number(o, "bits", a->is_bits, b->is_bits);
    expect_number(o, "names", a->name_count, b->name_count);
    expect_number(o, "ranges", a->range_count, b->range_count);
    for (uint32_t i = 0; i < a->name_count; i++) {
        expect_text(o, "name", a->names[i].name, b->names[i].name);
        expect_number(o, "number", a->names[i].number, b->names[i].number);
    }
    for (uint32_t i = 0; i < a->range_count; i++) {
        expect_number(o, "low", a->ranges[i].low, b->ranges[i].low);
        expect_number(o, "high", a->ranges[i].high, b->ranges[i].high);
    }
}

static void compare_objects(const struct fleet_object *a, const struct fleet_object *b) {
    expect_number(a, "order of OIDs",
                  image_compare(a->oid, a->oid_length, b->oid, b->oid_length), 0);
    expect_number(a, "kind", a->kind, b->kind);
    expect_number(a, "access", a->access, b->access);
    expect_number(a, "status", a->status, b->status);
    expect_text(a, "units", a->units, b->units);
    expect_text(a, "augments", a->augments, b->augments);
    compare_syntax(a, a->syntax, b->syntax);
    expect_number(a, "index", a->index_count, b->index_count);
    for (uint32_t i = 0; i < a->index_count; i++) {
        expect_text(a, "component", a->index[i].name, b->index[i].name);
        expect_number(a, "kind of component", a->index[i].kind, b->index[i].kind);
        expect_number(a, "size of component", a->index[i].size, b->index[i].size);
        compare_syntax(a, a->index[i].syntax, b->index[i].syntax);
    }
    expect_number(a, "objects", a->object_count, b->object_count);
    for (uint32_t i = 0; i < a->object_count; i++) {
        expect_text(a, "member", a->objects[i], b->objects[i]);
    }
}

/* Wherever the real modules are: every fact is held against them. */
static void every_fact_is_that_of_the_module(void **state) {
    (void)state;
    if (access(MIBS "/IF-MIB", R_OK) != 0) {
        print_message("skipped: no MIB modules in " MIBS "\n");
        skip();
    }
    struct fleet_mib *mib = new_mib(MIBS);
    size_t compared = 0;
    for (size_t i = 0; i < builtin_count(); i++) {
        const char *name = builtin_name(i);
        if (name[0] == '\0') continue;
        assert_int_equal(fleet_mib_load(mib, name), 0);
        const struct mib_module *built = mib_builtin(mib, name), *real = mib_loaded(mib, name);
        if (real == NULL) fail_msg("%s: no file", name);
        for (uint32_t k = 0; k < built->image.object_count; k++) {
            const struct fleet_object *a = &built->image.objects[k];
            const struct fleet_object *b = image_find(&real->image, a->name);
            if (b == NULL) fail_msg("%s::%s: not in the file", a->module, a->name);
            compare_objects(a, b);
            compared++;
        }
    }
    assert_true(compared > 1200);
    fleet_mib_free(mib);
}

static bool stands_below(const struct fleet_object *o, const char *places) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    while (*places != '\0') {
        uint32_t length = 0;
        char *end = NULL;
        do {
            oid[length++] = (uint32_t)strtoul(places, &end, 10);
            places = end + (*end != '\0');
        } while (*end == '.');
        if (o->oid_length >= length && memcmp(oid, o->oid, length * sizeof(*oid)) == 0) return true;
    }
    return false;
}

static void every_object_stands_where_its_module_is_said_to_have_objects(void **state) {
    (void)state;
    for (size_t i = 0; i < builtin_count(); i++) {
        struct image image;
        assert_int_equal(builtin_image(i, &image), 0);
        for (uint32_t k = 0; k < image.object_count; k++) {
            if (!stands_below(&image.objects[k], builtin_below(i)))
                fail_msg("%s::%s is not below %s", builtin_name(i), image.objects[k].name,
                         builtin_below(i));
        }
        image_close(&image);
    }
}

static size_t images_made(const struct fleet_mib *mib) {
    size_t made = 0;
    for (size_t i = 0; i < mib->builtin_count; i++) made += mib->builtins[i].image.memory != NULL;
    return made;
}

/* Asked first of all or last, an OID has the same object. */
static void an_object_by_its_oid_costs_the_modules_that_may_have_it(void **state) {
    (void)state;
    struct fleet_mib *whole = new_mib("/nonexistent");
    const struct fleet_object *o = NULL;
    size_t count = 0;
    for (; (o = fleet_mib_next(whole, o)) != NULL; count++) {
        struct fleet_mib *mib = new_mib("/nonexistent");
        uint32_t oid[FLEET_OID_SUBIDS_MAX];
        memcpy(oid, o->oid, o->oid_length * sizeof(*oid));
        oid[o->oid_length] = 4711;
        const struct fleet_object *below = fleet_mib_at(mib, oid, o->oid_length + 1);
        const struct fleet_object *same = fleet_mib_at(mib, o->oid, o->oid_length);
        assert_string_equal(same->name, fleet_mib_at(whole, o->oid, o->oid_length)->name);
        assert_ptr_equal(below, same);
        assert_true(images_made(mib) <= 6);
        fleet_mib_free(mib);
    }
    assert_true(count > 1000);
    assert_true(images_made(whole) > 20);
    fleet_mib_free(whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_names_need_no_file),
        cmocka_unit_test(an_oid_has_the_name_of_the_nearest_object_above),
        cmocka_unit_test(next_goes_through_all_oids_in_order),
        cmocka_unit_test(every_fact_is_that_of_the_module),
        cmocka_unit_test(every_object_stands_where_its_module_is_said_to_have_objects),
        cmocka_unit_test(an_object_by_its_oid_costs_the_modules_that_may_have_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
