/*
 * MIB files of all kinds, in folders made for a test: what loads, what is warned of, what is kept.
 */
#include "mib/load/catalog.h"
#include "mib/load/lookup.h"
#include "mib/load/state.h"
#include "temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

struct world {
    struct temporary t;
    struct fleet_mib *mib;
    const char *reader;
    char warnings[16][512];
    size_t warning_count;
};

#define A_MIB \
    "A-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI\n" \
    "    DisplayString FROM SNMPv2-TC;\n" \
    "aMIB MODULE-IDENTITY LAST-UPDATED \"202401010000Z\" ORGANIZATION \"\" CONTACT-INFO \"\"\n" \
    "    DESCRIPTION \"\" REVISION \"202401010000Z\" DESCRIPTION \"\" ::= { enterprises 4711 }\n" \
    "aName OBJECT-TYPE SYNTAX DisplayString (SIZE (0..20)) MAX-ACCESS read-only STATUS current\n" \
    "    DESCRIPTION \"Its name.\" DEFVAL { \"x\" } ::= { aMIB 1 }\n" \
    "END\n"

#define B_MIB \
    "B-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS OBJECT-TYPE FROM SNMPv2-SMI aMIB FROM A-MIB;\n" \
    "bState OBJECT-TYPE SYNTAX INTEGER { up(1), down(2) } MAX-ACCESS read-write STATUS current\n" \
    "    DESCRIPTION \"\" ::= { aMIB 2 }\n" \
    "END\n"

enum { HANG_NS = 1000000000 };

/* libsmi goes round in these types for ever. */
#define LOOP_MIB \
    "LOOP-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS OBJECT-TYPE, enterprises FROM SNMPv2-SMI TEXTUAL-CONVENTION FROM SNMPv2-TC;\n" \
    "A ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX B\n" \
    "B ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX A\n" \
    "loopA OBJECT-TYPE SYNTAX A MAX-ACCESS read-only STATUS current DESCRIPTION \"\"\n" \
    "    ::= { enterprises 4713 }\n" \
    "END\n"

static void warn(void *context, const char *file, const char *text) {
    struct world *w = context;
    assert_true(w->warning_count < 16);
    (void)snprintf(w->warnings[w->warning_count++], sizeof(w->warnings[0]), "%s: %s",
                   file == NULL ? "-" : file, text);
}

/* Load @modules from "mibs" of the world's folder, with "cache" beside it. */
static int load_with(struct world *w, const char *modules, const char *cache, uint64_t timeout_ns) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/mibs", w->t.folder);
    fleet_mib_free(w->mib);
    w->mib = NULL;
    w->warning_count = 0;
    struct fleet_mib_options options = {
        .path = path, .modules = modules, .cache = cache, .timeout_ns = timeout_ns, .warn = warn,
        .warn_context = w, .reader = w->reader,
    };
    return fleet_mib_new(&w->mib, &options);
}

static int load(struct world *w, const char *modules) {
    char cache[256];
    (void)snprintf(cache, sizeof(cache), "%s/cache/deeper", w->t.folder);
    return load_with(w, modules, cache, 0);
}

static int setup(void **state) {
    static struct world world;
    world = (struct world){ .reader = MIB_READER };
    temporary_init(&world.t);
    *state = &world;
    return mkdir(temporary_path(&world.t, "mibs"), 0700);
}

static int teardown(void **state) {
    struct world *w = *state;
    fleet_mib_free(w->mib);
    temporary_deinit(&w->t);
    return 0;
}

static void expect_warning(const struct world *w, const char *file, const char *text) {
    for (size_t i = 0; i < w->warning_count; i++) {
        if (strstr(w->warnings[i], file) != NULL && strstr(w->warnings[i], text) != NULL) return;
    }
    for (size_t i = 0; i < w->warning_count; i++) print_message("%s\n", w->warnings[i]);
    fail_msg("no warning of %s: %s", file, text);
}

static void expect_no_warnings(const struct world *w) {
    if (w->warning_count > 0) fail_msg("%s", w->warnings[0]);
}

static void a_module_is_found_by_its_name_whatever_its_file_is_called(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/first.my", B_MIB);
    temporary_text(&w->t, "mibs/vendor_v2.txt", A_MIB);
    assert_int_equal(load(w, "B-MIB"), 0);
    expect_no_warnings(w);
    const struct fleet_object *o = fleet_mib_find(w->mib, "bState");
    assert_non_null(o);
    assert_string_equal(o->syntax->base, "INTEGER");
    assert_string_equal(o->syntax->names[1].name, "down");
    assert_int_equal(o->access, FLEET_READ_WRITE);
    static const uint32_t oid[] = { 1, 3, 6, 1, 4, 1, 4711, 1, 0 };
    o = fleet_mib_at(w->mib, oid, 9);
    assert_string_equal(o->name, "aName");
    assert_string_equal(o->module, "A-MIB");
    assert_string_equal(o->default_value, "\"x\"");
    assert_string_equal(o->description, "Its name.");
    assert_string_equal(o->syntax->convention, "DisplayString");
    assert_string_equal(o->syntax->hint, "255a");
    assert_int_equal(o->syntax->ranges[0].high, 20);
}

static void a_module_is_loaded_when_it_is_named(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/b", B_MIB);
    assert_int_equal(load(w, NULL), 0);
    assert_non_null(fleet_mib_find(w->mib, "IF-MIB::ifDescr"));
    assert_non_null(fleet_mib_find(w->mib, "ifDescr"));
    assert_int_equal(w->mib->counts.children, 0);
    assert_non_null(fleet_mib_find(w->mib, "A-MIB::aName"));
    assert_int_equal(w->mib->loaded_count, 1);
    assert_non_null(fleet_mib_find(w->mib, "bState"));
    assert_int_equal(w->mib->loaded_count, 2);
    assert_null(fleet_mib_find(w->mib, "cState"));
    assert_int_equal(w->mib->counts.children, 2);
    expect_no_warnings(w);
}

static void a_file_can_be_named(void **state) {
    struct world *w = *state;
    char path[512];
    (void)snprintf(path, sizeof(path), "%s", temporary_text(&w->t, "elsewhere", A_MIB B_MIB));
    assert_int_equal(load(w, path), 0);
    assert_non_null(fleet_mib_find(w->mib, "A-MIB::aName"));
    assert_non_null(fleet_mib_find(w->mib, "B-MIB::bState"));
    assert_int_equal(fleet_mib_load(w->mib, "/nonexistent/file"), FLEET_E_UNKNOWN);
    expect_warning(w, "/nonexistent/file", "not a file");
    temporary_text(&w->t, "mibs/other", A_MIB "C-MIB DEFINITIONS ::= BEGIN END\n" B_MIB);
    assert_int_equal(load(w, path), 0);
    assert_string_equal(mib_loaded(w->mib, "A-MIB")->file->path, path);
}

static void a_module_that_is_nowhere_is_told_with_what_was_meant(void **state) {
    struct world *w = *state;
    assert_int_equal(load(w, "IF-MBI"), FLEET_E_UNKNOWN);
    expect_warning(w, "-", "no module 'IF-MBI' in ");
    expect_warning(w, "-", "did you mean 'IF-MIB'?");
    assert_int_equal(fleet_mib_load(w->mib, "IF-MBI"), FLEET_E_UNKNOWN);
    assert_int_equal(load(w, "IF-MIB:+SNMPv2-MIB"), 0);
    expect_no_warnings(w);
}

static void the_others_of_a_list_are_loaded_without_those_that_cannot_be(void **state) {
    struct world *w = *state;
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/b", B_MIB);
    temporary_text(&w->t, "mibs/broken", "BROKEN-MIB DEFINITIONS ::= BEGIN\n"
                                         "IMPORTS enterprises FROM NO-SUCH-SMI;\n"
                                         "broken OBJECT IDENTIFIER ::= { enterprises 4711 }\nEND\n");
    assert_int_equal(load(w, "NOWHERE-MIB:/nonexistent/file:BROKEN-MIB:A-MIB:A-MIB:B-MIB"),
                     FLEET_E_UNKNOWN);
    expect_warning(w, "-", "no module 'NOWHERE-MIB' in ");
    expect_warning(w, "/nonexistent/file", "not a file");
    expect_warning(w, "mibs/broken", "imports NO-SUCH-SMI");
    assert_non_null(mib_loaded(w->mib, "A-MIB"));
    assert_non_null(mib_loaded(w->mib, "B-MIB"));
    /* What is refused is not what was meant. */
    assert_int_equal(fleet_mib_parse(w->mib, "NOWHERE-MIB::aName", oid, &length, &object, why),
                     FLEET_E_UNKNOWN);
    assert_non_null(strstr(why, "no module \"NOWHERE-MIB\""));
    assert_null(strstr(why, "did you mean"));
    assert_int_equal(fleet_mib_parse(w->mib, "B-MIB::aName", oid, &length, &object, why),
                     FLEET_E_UNKNOWN);
    assert_non_null(strstr(why, "(did you mean A-MIB::aName?)"));
}

#define OTHER_IF_MIB \
    "OTHER-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS OBJECT-TYPE, mib-2 FROM SNMPv2-SMI;\n" \
    "others OBJECT IDENTIFIER ::= { mib-2 2 }\n" \
    "ifNumber OBJECT-TYPE SYNTAX OCTET STRING MAX-ACCESS read-only STATUS current\n" \
    "    DESCRIPTION \"x\" ::= { others 1 }\nEND\n"

static const struct fleet_object *parsed(struct world *w, const char *text) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(w->mib, text, oid, &length, &object, why) != 0) fail_msg("%s", why);
    return object;
}

static void what_a_name_means_does_not_depend_on_what_others_loaded(void **state) {
    struct world *w = *state;
    static const char *const names[] = { "IF-MIB::ifNumber", "IF-MIB::ifNumber.0", "ifNumber",
                                         "IF-MIB::interfaces.ifNumber", "1.3.6.1.2.1.2.1",
                                         ".1.3.6.1.2.1.2.1.0", "interfaces.ifNumber.0" };
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/other", OTHER_IF_MIB);
    assert_int_equal(load(w, NULL), 0);
    assert_string_equal(parsed(w, "aName")->module, "A-MIB");  /* loads all of the path */
    assert_non_null(mib_loaded(w->mib, "OTHER-MIB"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_string_equal(parsed(w, names[i])->module, "IF-MIB");
    assert_string_equal(parsed(w, "OTHER-MIB::ifNumber")->module, "OTHER-MIB");
    assert_string_equal(parsed(w, "OTHER-MIB::ifNumber.0")->module, "OTHER-MIB");
    assert_string_equal(parsed(w, "ifNumber")->module, "IF-MIB");
    const struct fleet_object *parent = fleet_mib_parent(w->mib, parsed(w, "OTHER-MIB::ifNumber"));
    assert_string_equal(parent->name, "others");
    assert_ptr_equal(fleet_mib_next_of_module(w->mib, parent), parsed(w, "OTHER-MIB::ifNumber"));
    /* Numbers alone are no name of a module that nobody asked for. */
    assert_string_equal(parsed(w, "A-MIB::aName.0")->name, "aName");
    const struct fleet_object *a = parsed(w, "aName");
    char text[FLEET_OID_TEXT_MAX];
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    (void)fleet_mib_oid_text(w->mib, a->oid, a->oid_length, &numeric, text, sizeof(text));
    const struct fleet_object *at = parsed(w, text);
    assert_true(at == NULL || strcmp(at->module, "A-MIB") != 0);

    /* Of one that was asked for they are, and it comes first. */
    assert_int_equal(load(w, "OTHER-MIB:A-MIB"), 0);
    assert_string_equal(parsed(w, "ifNumber")->module, "OTHER-MIB");
    assert_string_equal(parsed(w, "1.3.6.1.2.1.2.1.0")->module, "OTHER-MIB");
    assert_string_equal(parsed(w, "IF-MIB::ifNumber.0")->module, "IF-MIB");
    assert_string_equal(parsed(w, text)->module, "A-MIB");
}

static void a_second_start_reads_nothing(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/b", B_MIB);
    assert_int_equal(load(w, "ALL"), 0);
    assert_int_equal(w->mib->counts.children, 1);
    assert_int_equal(w->mib->counts.files_read, 2);
    assert_int_equal(w->mib->counts.images_compiled, 2);
    assert_int_equal(load(w, "ALL"), 0);
    assert_int_equal(w->mib->counts.children, 0);
    assert_int_equal(w->mib->counts.files_read, 0);
    assert_int_equal(w->mib->counts.images_cached, 2);
    assert_non_null(fleet_mib_find(w->mib, "bState"));
    /* What a module imports counts too. */
    temporary_text(&w->t, "mibs/a", A_MIB "\n");
    assert_int_equal(load(w, "ALL"), 0);
    assert_int_equal(w->mib->counts.files_read, 1);
    assert_int_equal(w->mib->counts.images_compiled, 2);
    struct stat st;
    assert_int_equal(stat(temporary_path(&w->t, "cache/deeper"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

/* Change, cut or empty each file of the cache. */
static void damage_cache(struct world *w, int how) {
    DIR *d = opendir(temporary_path(&w->t, "cache/deeper"));
    struct dirent *e;
    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        struct stat st;
        if (e->d_type != DT_REG) continue;
        int fd = openat(dirfd(d), e->d_name, O_RDWR);
        assert_true(fd >= 0 && fstat(fd, &st) == 0);
        if (how == 0) assert_int_equal(pwrite(fd, "\xff\xfe\xfd", 3, st.st_size / 2), 3);
        else assert_int_equal(ftruncate(fd, how == 1 ? st.st_size / 2 : 0), 0);
        close(fd);
    }
    closedir(d);
}

static void a_damaged_cache_is_made_again_without_a_word(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/b", B_MIB);
    assert_int_equal(load(w, "ALL"), 0);
    for (int how = 0; how < 3; how++) {
        damage_cache(w, how);
        assert_int_equal(load(w, "ALL"), 0);
        expect_no_warnings(w);
        assert_int_equal(w->mib->counts.images_compiled, 2);
        assert_non_null(fleet_mib_find(w->mib, "bState"));
        assert_int_equal(load(w, "ALL"), 0);
        assert_int_equal(w->mib->counts.images_cached, 2);
    }
}

static void without_a_cache_everything_works(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    static const char *const caches[] = { "", "/dev/null/cache", "/proc/nonexistent" };
    for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
        for (int again = 0; again < 2; again++) {
            assert_int_equal(load_with(w, "ALL", caches[i], 0), 0);
            expect_no_warnings(w);
            assert_int_equal(w->mib->counts.images_compiled, 1);
            assert_non_null(fleet_mib_find(w->mib, "aName"));
        }
    }
    unsetenv("HOME");
    unsetenv("XDG_CACHE_HOME");
    assert_int_equal(load_with(w, "ALL", NULL, 0), 0);
    assert_null(w->mib->cache.folder);
    setenv("XDG_CACHE_HOME", temporary_path(&w->t, "xdg"), 1);
    assert_int_equal(load_with(w, "ALL", NULL, 0), 0);
    assert_int_equal(access(temporary_path(&w->t, "xdg/snmpfleet/mibs/index"), F_OK), 0);
    unsetenv("XDG_CACHE_HOME");
}

static void a_file_on_which_libsmi_hangs_is_left_out_and_remembered(void **state) {
    struct world *w = *state;
    char cache[256];
    (void)snprintf(cache, sizeof(cache), "%s/cache", w->t.folder);
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/b", B_MIB);
    temporary_text(&w->t, "mibs/loop", LOOP_MIB);
    assert_int_equal(load_with(w, "ALL", cache, HANG_NS), 0);
    assert_int_equal(w->warning_count, 1);
    expect_warning(w, "mibs/loop", "libsmi did not finish within 1 s; left out");
    assert_non_null(fleet_mib_find(w->mib, "aName"));
    assert_non_null(fleet_mib_find(w->mib, "bState"));
    assert_null(fleet_mib_find(w->mib, "loopA"));
    assert_int_equal(w->mib->counts.children, 2);
    assert_int_equal(load_with(w, "ALL", cache, HANG_NS), 0);
    assert_int_equal(w->mib->counts.children, 0);
    assert_int_equal(w->warning_count, 1);
    expect_warning(w, "mibs/loop", "libsmi did not finish");
    assert_int_equal(fleet_mib_load(w->mib, "LOOP-MIB"), FLEET_E_UNKNOWN);
    /* One that imports from it is loaded without. */
    temporary_text(&w->t, "mibs/user", "USER-MIB DEFINITIONS ::= BEGIN\n"
                                       "IMPORTS enterprises FROM SNMPv2-SMI A FROM LOOP-MIB;\n"
                                       "user OBJECT IDENTIFIER ::= { enterprises 4714 }\nEND\n");
    assert_int_equal(load_with(w, "USER-MIB", cache, HANG_NS), 0);
    assert_non_null(fleet_mib_find(w->mib, "user"));
}

static void bad_files_are_warned_of_by_name_and_the_others_load(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    temporary_text(&w->t, "mibs/garbage", "this is no MIB");
    temporary_write(&w->t, "mibs/nul", "N-MIB DEFINITIONS ::= BEGIN \0 END", 33);
    assert_int_equal(truncate(temporary_text(&w->t, "mibs/huge", "H"), 100 << 20), 0);
    assert_int_equal(mkfifo(temporary_path(&w->t, "mibs/fifo"), 0600), 0);
    temporary_text(&w->t, "mibs/missing", "M-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM NO-MIB;\n"
                                          "m OBJECT IDENTIFIER ::= { x 1 } END\n");
    temporary_text(&w->t, "mibs/self", "S-MIB DEFINITIONS ::= BEGIN\n"
                                       "IMPORTS s FROM S-MIB enterprises FROM SNMPv2-SMI;\n"
                                       "s OBJECT IDENTIFIER ::= { enterprises 4715 } END\n");
    temporary_text(&w->t, "mibs/twice",
                   "T-MIB DEFINITIONS ::= BEGIN\n"
                   "IMPORTS enterprises, OBJECT-TYPE FROM SNMPv2-SMI;\n"
                   "t OBJECT IDENTIFIER ::= { enterprises 4716 }\n"
                   "tAlias OBJECT IDENTIFIER ::= { enterprises 4716 }\n"
                   "tA OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current\n"
                   "    DESCRIPTION \"\" ::= { t 1 }\n"
                   "tB OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current\n"
                   "    DESCRIPTION \"\" ::= { t 1 } END\n");
    assert_int_equal(load(w, "ALL"), 0);
    expect_warning(w, "mibs/garbage", "no MIB module in it");
    expect_warning(w, "mibs/nul", "NUL bytes");
    expect_warning(w, "mibs/huge", "larger than 16 MiB");
    expect_warning(w, "mibs/missing", "imports NO-MIB, which is in none of");
    expect_warning(w, "mibs/missing", "objects are left out");
    expect_warning(w, "mibs/twice", "tB' registers object identifier already registered by `tA");
    assert_int_equal(w->warning_count, 6);
    assert_non_null(fleet_mib_find(w->mib, "aName"));
    assert_non_null(fleet_mib_find(w->mib, "S-MIB::s"));
    assert_non_null(fleet_mib_find(w->mib, "tA"));
    assert_non_null(fleet_mib_find(w->mib, "tAlias"));
    assert_non_null(fleet_mib_find(w->mib, "tB"));
    assert_null(fleet_mib_find(w->mib, "m"));
}

static void modules_that_import_each_other_load(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/x", "X-MIB DEFINITIONS ::= BEGIN\n"
                                    "IMPORTS enterprises FROM SNMPv2-SMI z FROM Z-MIB;\n"
                                    "x OBJECT IDENTIFIER ::= { enterprises 4717 } END\n");
    temporary_text(&w->t, "mibs/y", "Y-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM X-MIB;\n"
                                    "y OBJECT IDENTIFIER ::= { x 1 } END\n");
    temporary_text(&w->t, "mibs/z", "Z-MIB DEFINITIONS ::= BEGIN IMPORTS y FROM Y-MIB;\n"
                                    "z OBJECT IDENTIFIER ::= { enterprises 4718 } END\n");
    assert_int_equal(load(w, "ALL"), 0);
    assert_non_null(fleet_mib_find(w->mib, "x"));
    assert_int_equal(w->mib->loaded_count, 3);
    assert_int_equal(load(w, "ALL"), 0);
    assert_int_equal(w->mib->counts.images_cached, 3);
}

static void of_two_files_with_a_module_the_last_counts(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a1", A_MIB);
    temporary_text(&w->t, "mibs/a2",
                   "A-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;\n"
                   "aOther OBJECT IDENTIFIER ::= { enterprises 4711 } END\n");
    assert_int_equal(load(w, "ALL"), 0);
    assert_non_null(fleet_mib_find(w->mib, "aOther"));
    assert_null(fleet_mib_find(w->mib, "aName"));
    expect_no_warnings(w);
}

static void of_two_files_with_a_module_one_counts_that_others_need_too(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/both", A_MIB B_MIB);
    temporary_text(&w->t, "mibs/one", A_MIB);
    assert_int_equal(load(w, "ALL"), 0);
    expect_no_warnings(w);
    assert_non_null(fleet_mib_find(w->mib, "A-MIB::aName"));
    assert_non_null(fleet_mib_find(w->mib, "B-MIB::bState"));
}

/* Net-SNMP: by OID the module that was loaded first; by name the OID that got it last. */
static void conflicts_are_settled_as_in_net_snmp(void **state) {
    struct world *w = *state;
    static const char text[] = "%s DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;\n"
                               "same OBJECT IDENTIFIER ::= { enterprises 4719 }\n"
                               "%s OBJECT IDENTIFIER ::= { enterprises 4720 }\n"
                               "moved OBJECT IDENTIFIER ::= { enterprises %d } END\n";
    static const uint32_t oid[] = { 1, 3, 6, 1, 4, 1, 4720 };
    char module[512];
    (void)snprintf(module, sizeof(module), text, "ONE-MIB", "one", 4721);
    temporary_text(&w->t, "mibs/1", module);
    (void)snprintf(module, sizeof(module), text, "TWO-MIB", "two", 4722);
    temporary_text(&w->t, "mibs/2", module);
    assert_int_equal(load(w, "ONE-MIB:TWO-MIB"), 0);
    assert_string_equal(fleet_mib_find(w->mib, "same")->module, "ONE-MIB");
    assert_string_equal(fleet_mib_find(w->mib, "TWO-MIB::same")->module, "TWO-MIB");
    assert_string_equal(fleet_mib_at(w->mib, oid, 7)->name, "one");
    assert_int_equal(fleet_mib_find(w->mib, "moved")->oid[6], 4722);
    const struct fleet_object *definitions[4], *same = fleet_mib_find(w->mib, "same");
    assert_int_equal(mib_definitions(w->mib, same, definitions, 4), 2);
    assert_string_equal(definitions[1]->module, "TWO-MIB");
    /* All of a path: from the last file to the first. */
    assert_int_equal(load(w, "ALL"), 0);
    assert_string_equal(fleet_mib_find(w->mib, "same")->module, "TWO-MIB");
    assert_string_equal(fleet_mib_at(w->mib, oid, 7)->name, "two");
    assert_int_equal(fleet_mib_find(w->mib, "moved")->oid[6], 4721);
}

static void known_names_help_with_a_misspelt_one(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/a", A_MIB);
    assert_int_equal(load(w, "ALL"), 0);
    struct nearest n = NEAREST_INIT("ifHCInOctet");
    mib_nearest(w->mib, &n);
    assert_string_equal(n.best, "ifHCInOctets");
    n = NEAREST_INIT("aNaem");
    mib_nearest(w->mib, &n);
    assert_string_equal(n.best, "aName");
    assert_non_null(strstr(mib_searched(w->mib), "/mibs"));
}

static bool has_real_modules(void) {
    if (access(MIBS "/IF-MIB", R_OK) == 0) return true;
    print_message("skipped: no MIB modules in " MIBS "\n");
    return false;
}

static void all_real_modules_load(void **state) {
    struct world *w = *state;
    if (!has_real_modules()) skip();
    struct fleet_mib_options options = {
        .path = MIBS ":" MIBS "/cisco", .modules = "ALL", .cache = "", .warn = warn,
        .warn_context = w, .reader = w->reader,
    };
    assert_int_equal(fleet_mib_new(&w->mib, &options), 0);
    assert_int_equal(w->mib->loaded_count, 64 + 9);
    assert_int_equal(w->mib->counts.children, 1);
    for (size_t i = 0; i < w->warning_count; i++) {
        if (strstr(w->warnings[i], "imports ") == NULL) fail_msg("%s", w->warnings[i]);
    }
    assert_non_null(fleet_mib_find(w->mib, "upsBatteryStatus"));
    assert_non_null(fleet_mib_find(w->mib, "cpmCPUTotal5minRev"));
}

static void a_module_that_crashes_libsmi_costs_one_warning(void **state) {
    struct world *w = *state;
    char cache[256];
    if (!has_real_modules()) skip();
    (void)snprintf(cache, sizeof(cache), "%s/cache", w->t.folder);
    struct fleet_mib_options options = {
        .path = MIBS ":" MIBS "/crash", .modules = "ALL", .cache = cache, .warn = warn,
        .warn_context = w, .reader = w->reader,
    };
    for (int start = 0; start < 2; start++) {
        size_t crashes = 0;
        w->warning_count = 0;
        assert_int_equal(fleet_mib_new(&w->mib, &options), 0);
        assert_int_equal(w->mib->loaded_count, 64 + 2);
        assert_int_equal(w->mib->counts.children, start == 0 ? 2 : 0);
        expect_warning(w, "crash/MERU-WLAN-MIB", "libsmi crashed (signal 11); left out");
        for (size_t i = 0; i < w->warning_count; i++) {
            crashes += strstr(w->warnings[i], "crash/MERU-WLAN-MIB") != NULL;
        }
        assert_int_equal(crashes, 1);
        assert_non_null(fleet_mib_find(w->mib, "ifDescr"));
        fleet_mib_free(w->mib);
        w->mib = NULL;
    }
}

/* What is built in and what is cached does not need it; one warning tells of the rest. */
static void without_a_reader_the_load_says_why_and_the_rest_works(void **state) {
    struct world *w = *state;
    static const struct {
        const char *reader, *why;
    } cases[] = {
        { "/nonexistent/reader", "/nonexistent/reader cannot be started: No such file" },
        { "/", "/ cannot be started: Permission denied" },
        { "", " cannot be started: No such file" },
        { "/bin/true", "/bin/true reads nothing (exit status 0)" },
        { "/bin/false", "/bin/false reads nothing (exit status 1)" },
    };
    temporary_text(&w->t, "mibs/A-MIB", A_MIB);
    assert_int_equal(load(w, "A-MIB"), 0);
    temporary_text(&w->t, "mibs/B-MIB", B_MIB);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        w->reader = cases[i].reader;
        assert_int_equal(load(w, "A-MIB:B-MIB:ALL"), FLEET_E_UNKNOWN);
        assert_int_equal(w->warning_count, 1);
        expect_warning(w, "-: MIB files are not read: ", cases[i].why);
        assert_non_null(fleet_mib_find(w->mib, "A-MIB::aName"));
        assert_non_null(fleet_mib_find(w->mib, "IF-MIB::ifHCInOctets"));
        assert_null(fleet_mib_find(w->mib, "B-MIB::bState"));
    }
    w->reader = MIB_READER;
    assert_int_equal(load(w, "B-MIB"), 0);
    assert_non_null(fleet_mib_find(w->mib, "B-MIB::bState"));
}

static const char *script_said(struct world *w) {
    static char said[4096];
    FILE *f = fopen(temporary_path(&w->t, "said"), "r");
    assert_non_null(f);
    said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
    fclose(f);
    return said;
}

/* Descriptors, handlers and masks of a host stay with it; the child sees the three standard files. */
static void the_reader_inherits_nothing_but_its_pipe(void **state) {
    struct world *w = *state;
    char script[1024];
    (void)snprintf(script, sizeof(script),
                   "#!/bin/sh\noutput=$(readlink /proc/$$/fd/1)\n"
                   "{ ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status; "
                   "readlink /proc/$$/fd/0 /proc/$$/fd/2; echo $output; } >%s/said\n",
                   w->t.folder);
    temporary_text(&w->t, "mibs/A-MIB", A_MIB);
    temporary_text(&w->t, "reader", script);
    const char *path = temporary_path(&w->t, "reader");
    assert_int_equal(chmod(path, 0700), 0);
    int leaked = fcntl(open("/dev/zero", O_RDONLY), F_DUPFD, 77);
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    void (*handler)(int) = signal(SIGUSR2, SIG_IGN);
    w->reader = path;
    assert_int_equal(load_with(w, "A-MIB", "", 0), FLEET_E_UNKNOWN);
    signal(SIGUSR2, handler);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(leaked);
    const char *said = script_said(w);
    assert_memory_equal(said, "0 1 2 3 Sig", 11);  /* 3 is the folder that ls lists */
    assert_non_null(strstr(said, "SigBlk:\t0000000000000000"));
    /* glibc ignores its own two, 32 and 33, for a moment. */
    assert_int_equal(strtoull(strstr(said, "SigIgn:\t") + 8, NULL, 16) & 0x7fffffff, 0);
    assert_non_null(strstr(said, "memfd:order"));
    assert_non_null(strstr(said, "pipe:["));
    assert_non_null(strstr(said, "/dev/null"));
}

/* A host may have closed its own: order and pipe then get those numbers. */
static void a_host_without_standard_files_reads_as_any_other(void **state) {
    struct world *w = *state;
    temporary_text(&w->t, "mibs/A-MIB", A_MIB);
    int kept[3];
    for (int i = 0; i < 3; i++) kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 50);
    for (int i = 0; i < 3; i++) close(i);
    int error = load_with(w, "A-MIB", "", 0);
    for (int i = 0; i < 3; i++) {
        dup2(kept[i], i);
        close(kept[i]);
    }
    assert_int_equal(error, 0);
    assert_int_equal(w->mib->loaded_count, 1);
}

#define WITH_WORLD(test_) cmocka_unit_test_setup_teardown(test_, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_module_is_found_by_its_name_whatever_its_file_is_called),
        WITH_WORLD(a_module_is_loaded_when_it_is_named),
        WITH_WORLD(a_file_can_be_named),
        WITH_WORLD(a_module_that_is_nowhere_is_told_with_what_was_meant),
        WITH_WORLD(the_others_of_a_list_are_loaded_without_those_that_cannot_be),
        WITH_WORLD(what_a_name_means_does_not_depend_on_what_others_loaded),
        WITH_WORLD(a_second_start_reads_nothing),
        WITH_WORLD(a_damaged_cache_is_made_again_without_a_word),
        WITH_WORLD(without_a_cache_everything_works),
        WITH_WORLD(a_file_on_which_libsmi_hangs_is_left_out_and_remembered),
        WITH_WORLD(bad_files_are_warned_of_by_name_and_the_others_load),
        WITH_WORLD(modules_that_import_each_other_load),
        WITH_WORLD(of_two_files_with_a_module_the_last_counts),
        WITH_WORLD(of_two_files_with_a_module_one_counts_that_others_need_too),
        WITH_WORLD(conflicts_are_settled_as_in_net_snmp),
        WITH_WORLD(known_names_help_with_a_misspelt_one),
        WITH_WORLD(all_real_modules_load),
        WITH_WORLD(a_module_that_crashes_libsmi_costs_one_warning),
        WITH_WORLD(without_a_reader_the_load_says_why_and_the_rest_works),
        WITH_WORLD(the_reader_inherits_nothing_but_its_pipe),
        WITH_WORLD(a_host_without_standard_files_reads_as_any_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
