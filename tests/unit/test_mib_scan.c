#include "mib/load/scan.h"
#include "mib/load/scan_index.h"
#include "mib/load/search.h"
#include "mib/load/token.h"
#include "temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>

static int scan(struct scan *s, const char *text, struct scan_module *modules) {
    return scan_text(&s->arena, text, strlen(text), modules);
}

static void tokens_are_words_texts_and_signs_without_comments(void **state) {
    (void)state;
    static const char text[] = "a-B ::= { x.1 } -- no -- no\n\"a \n-- b\"'0F'H;--\n-x";
    static const char *const expected[] = { "a-B", "::=", "{", "x.1", "}", "\"a \n-- b\"", "'0F'",
                                            "H",   ";",   "-x" };
    struct tokens t = { text, text + sizeof(text) - 1 };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct token token = token_next(&t);
        if (!token_is(&token, expected[i]))
            fail_msg("%.*s is not %s", (int)token.length, token.start, expected[i]);
    }
    assert_int_equal(token_next(&t).kind, TOKEN_END);
    assert_int_equal(token_next(&t).kind, TOKEN_END);
}

static void modules_are_found_with_their_imports(void **state) {
    (void)state;
    struct scan s;
    struct scan_module m[SCAN_MODULES_A_FILE];
    scan_init(&s);
    assert_int_equal(scan(&s, "-- A-MIB DEFINITIONS ::= BEGIN\n"
                              "B-MIB { iso org(3) 4 } DEFINITIONS IMPLICIT TAGS ::= BEGIN\n"
                              "IMPORTS a, b FROM X-MIB c -- d FROM Y-MIB\n FROM Z-MIB\n"
                              "e FROM X-MIB; f FROM U-MIB\n"
                              "g OBJECT-TYPE DESCRIPTION \"H-MIB DEFINITIONS ::= BEGIN\" END\n"
                              "C-MIB DEFINITIONS ::=\n BEGIN END", m), 2);
    assert_string_equal(m[0].name, "B-MIB");
    assert_int_equal(m[0].import_count, 2);
    assert_string_equal(m[0].imports[0], "X-MIB");
    assert_string_equal(m[0].imports[1], "Z-MIB");
    assert_string_equal(m[1].name, "C-MIB");
    assert_int_equal(m[1].import_count, 0);
    scan_deinit(&s);
}

static void what_is_no_module_is_none(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", "DEFINITIONS ::= BEGIN", "a-mib DEFINITIONS ::= BEGIN", "A DEFINITIONS",
        "{ A DEFINITIONS",
        "A DEFINITIONS ::= END BEGIN2", "\"A DEFINITIONS ::= BEGIN", "A B { DEFINITIONS ::= BEGIN",
        "plain text, nothing more",
    };
    struct scan s;
    struct scan_module m[SCAN_MODULES_A_FILE];
    scan_init(&s);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (scan(&s, texts[i], m) != 0) fail_msg("a module in: %s", texts[i]);
    }
    scan_deinit(&s);
}

static const struct scan_file *file_named(const struct scan *s, const char *name) {
    for (size_t i = 0; i < s->count; i++) {
        const char *slash = strrchr(s->files[i]->path, '/');
        if (strcmp(slash + 1, name) == 0) return s->files[i];
    }
    return NULL;
}

static void a_folder_is_read_by_name_without_what_cannot_be_a_mib(void **state) {
    (void)state;
    struct temporary t;
    struct scan s;
    temporary_init(&t);
    temporary_text(&t, "b.my", "B-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM A-MIB; END");
    temporary_text(&t, "a.txt", "A-MIB DEFINITIONS ::= BEGIN END");
    temporary_text(&t, "garbage", "nothing of interest");
    temporary_write(&t, "nul", "A-MIB DEFINITIONS ::= BEGIN \0 END", 33);
    temporary_text(&t, ".hidden", "H-MIB DEFINITIONS ::= BEGIN END");
    temporary_text(&t, "README.md", "R-MIB DEFINITIONS ::= BEGIN END");
    temporary_text(&t, "sub/c", "C-MIB DEFINITIONS ::= BEGIN END");
    assert_int_equal(truncate(temporary_text(&t, "huge", "H"), 100 << 20), 0);
    assert_int_equal(mkfifo(temporary_path(&t, "fifo"), 0600), 0);
    assert_int_equal(symlink("/nonexistent", temporary_path(&t, "dangling")), 0);
    scan_init(&s);
    assert_int_equal(scan_folder(&s, t.folder), 0);
    assert_int_equal(scan_folder(&s, "/nonexistent"), 0);
    assert_int_equal(s.count, 5);
    assert_int_equal(s.read_count, 4);
    assert_ptr_equal(s.files[0], file_named(&s, "a.txt"));
    assert_string_equal(file_named(&s, "b.my")->modules[0].name, "B-MIB");
    assert_null(file_named(&s, "a.txt")->fault);
    assert_non_null(strstr(file_named(&s, "nul")->fault, "NUL"));
    assert_non_null(strstr(file_named(&s, "huge")->fault, "larger"));
    assert_non_null(strstr(file_named(&s, "garbage")->fault, "no MIB module"));
    scan_deinit(&s);
    temporary_deinit(&t);
}

static void what_was_found_is_remembered_until_a_file_changes(void **state) {
    (void)state;
    struct temporary t;
    struct scan first, second;
    size_t length;
    temporary_init(&t);
    temporary_text(&t, "a", "A-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM X y FROM Y; END "
                            "A2-MIB DEFINITIONS ::= BEGIN END");
    temporary_text(&t, "b", "B-MIB DEFINITIONS ::= BEGIN END");
    temporary_text(&t, "c", "garbage");
    scan_init(&first);
    assert_int_equal(scan_folder(&first, t.folder), 0);
    assert_true(first.is_changed);
    char *text = scan_index_write(&first, &length);
    assert_non_null(text);
    temporary_text(&t, "b", "B2-MIB DEFINITIONS ::= BEGIN END");
    scan_init(&second);
    char *copy = strdup(text);
    assert_int_equal(scan_index_read(&second, copy, length), 0);
    assert_int_equal(scan_folder(&second, t.folder), 0);
    assert_int_equal(second.read_count, 1);
    assert_true(second.is_changed);
    const struct scan_file *a = file_named(&second, "a");
    assert_int_equal(a->module_count, 2);
    assert_string_equal(a->modules[0].imports[1], "Y");
    assert_string_equal(a->modules[1].name, "A2-MIB");
    assert_string_equal(file_named(&second, "b")->modules[0].name, "B2-MIB");
    assert_ptr_equal(file_named(&second, "c")->fault, file_named(&first, "c")->fault);
    scan_deinit(&second);

    for (size_t i = 0; i < length; i++) {
        memcpy(copy, text, length);
        copy[i] = (char)(copy[i] ^ 4);
        scan_init(&second);
        assert_int_equal(scan_index_read(&second, copy, length), 0);
        assert_int_equal(second.known_count, 0);
        assert_int_equal(scan_index_read(&second, text, i), 0);
        assert_int_equal(second.known_count, 0);
        scan_deinit(&second);
    }
    free(copy);
    free(text);
    scan_deinit(&first);
    temporary_deinit(&t);
}

static void expect_path(const char *path, const char *expected) {
    struct search s;
    assert_int_equal(search_init(&s, path), 0);
    assert_string_equal(s.text, expected);
    search_deinit(&s);
}

static void folders_are_replaced_or_added_as_net_snmp_does(void **state) {
    (void)state;
    struct search s;
    char *before, *expected;
    unsetenv("MIBDIRS");
    unsetenv("SMIPATH");
    setenv("HOME", "/home/nobody", 1);
    expect_path("/a:/b", "/a:/b");
    expect_path("/a:/a/::/b:", "/a:/b");
    assert_int_equal(search_init(&s, NULL), 0);
    before = strdup(s.text);
    search_deinit(&s);
    assert_non_null(strstr(before, "/usr/share/snmp/mibs"));
    assert_non_null(strstr(before, ":/home/nobody/.snmp/mibs"));
    assert_true(asprintf(&expected, "%s:/a:/b", before) > 0);
    expect_path("+/a:/b", expected);
    free(expected);
    assert_true(asprintf(&expected, "/a:/b:%s", before) > 0);
    expect_path("-/a:/b", expected);
    setenv("MIBDIRS", "-/a:/b", 1);
    expect_path(NULL, expected);
    free(expected);
    setenv("MIBDIRS", "/x", 1);
    expect_path(NULL, "/x");
    expect_path("+/y", "/x:/y");
    expect_path("/z", "/z");
    unsetenv("MIBDIRS");
    setenv("SMIPATH", "/first:/second", 1);
    assert_int_equal(search_init(&s, NULL), 0);
    assert_non_null(strstr(s.text, "/second:/first:/home/nobody"));
    search_deinit(&s);
    unsetenv("SMIPATH");
    unsetenv("HOME");
    assert_int_equal(search_init(&s, NULL), 0);
    assert_null(strstr(s.text, ".snmp"));
    search_deinit(&s);
    free(before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_words_texts_and_signs_without_comments),
        cmocka_unit_test(modules_are_found_with_their_imports),
        cmocka_unit_test(what_is_no_module_is_none),
        cmocka_unit_test(a_folder_is_read_by_name_without_what_cannot_be_a_mib),
        cmocka_unit_test(what_was_found_is_remembered_until_a_file_changes),
        cmocka_unit_test(folders_are_replaced_or_added_as_net_snmp_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
