/*
 * test_source: what folders, patterns and commands give, what is told when they give nothing, and
 * what is kept of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conf/command.h"
#include "conf/secret.h"
#include "conf/source_keep.h"
#include "fake_fleet.h"

static struct fleet the_fleet;
static char told[1024];

static void tell(void *context, const char *file, size_t line, size_t column, const char *what) {
    (void)context, (void)line, (void)column;
    (void)snprintf(told, sizeof(told), "%s: %s", file, what);
}

static const uint32_t module = 10;
static const struct fleet_target_options defaults = { .modules = &module, .module_count = 1 };
static struct targets_context context = { .fleet = &the_fleet, .defaults = &defaults,
                                          .fault = tell };
static char folder[] = "/tmp/snmpfleet-test-XXXXXX";

static void put_file(const char *name, const char *text) {
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
}

static int open_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const names[] = { "b.targets", "a.json", ".hidden", "old~", "sub" };
    char path[128];
    for (size_t i = 0; i < 5; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    return rmdir(folder);
}

static void folder_gives_its_files_by_name_and_no_others(void **state) {
    (void)state;
    const struct source source = { .kind = SOURCE_ANY, .name = folder, .path = folder };
    struct targets *t;
    char path[128];
    assert_int_equal(targets_new(&t), 0);
    assert_int_equal(source_keep_read(t, &source, &context), FLEET_E_INVALID);
    assert_non_null(strstr(told, "there is no file in this folder"));
    put_file("b.targets", "192.0.2.2\n");
    put_file("a.json", "[{\"targets\": [\"192.0.2.1\"]}]");
    put_file(".hidden", "not a target at all\n");
    put_file("old~", "not a target at all\n");
    (void)snprintf(path, sizeof(path), "%s/sub", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(source_keep_read(t, &source, &context), 0);
    assert_int_equal(targets_count(t), 2);
    assert_string_equal(targets_get(t, 0)->name, "192.0.2.1");
    assert_string_equal(targets_get(t, 1)->name, "192.0.2.2");
    targets_free(t);
}

static void pattern_gives_documents_and_says_when_there_are_none(void **state) {
    (void)state;
    char pattern[128];
    struct targets *t;
    (void)snprintf(pattern, sizeof(pattern), "%s/*.json", folder);
    struct source source = { .kind = SOURCE_FILE_SD, .name = pattern, .path = pattern };
    assert_int_equal(targets_new(&t), 0);
    assert_int_equal(source_keep_read(t, &source, &context), 0);
    assert_int_equal(targets_count(t), 1);
    (void)snprintf(pattern, sizeof(pattern), "%s/*.yml", folder);
    assert_int_equal(source_keep_read(t, &source, &context), FLEET_E_INVALID);
    assert_non_null(strstr(told, "no file has such a name"));
    targets_free(t);
}

/* What a shell's command line gives as a source; the shell is the test's, not the program's. */
static bool run_command(const char *script, uint64_t timeout_ns, size_t max, char **ret_bytes,
                        char why[static COMMAND_WHY_MAX]) {
    char text[512];
    (void)snprintf(text, sizeof(text), "%s", script);
    char name[] = "sh", option[] = "-c";
    char *const argv[] = { name, option, text, NULL };
    const struct command command = { .path = "sh", .argv = argv, .input = -1,
                                     .timeout_ns = timeout_ns, .bytes_max = max };
    size_t length;
    *ret_bytes = NULL;
    return command_run(&command, ret_bytes, &length, why);
}

static void command_gives_its_output_or_says_how_it_failed(void **state) {
    (void)state;
    const uint64_t second = 1000000000;
    static const struct {
        const char *script, *why;
    } failures[] = {
        { "echo no; printf 'first\\nla\\033st\\n\\n' >&2; exit 7",
          "it ended with status 7: la?st" },
        { "kill -9 $$", "it was ended by signal 9" },
        { "sleep 60", "it did not end within 0.3 s, and was ended" },
        { "sleep 60 & exit 0", "it did not end within 0.3 s, and was ended" },
        { "exec >&- 2>&-; sleep 60", "it did not end within 0.3 s, and was ended" },
        { "yes", "it writes more than 1 MiB" },
    };
    char *bytes, why[COMMAND_WHY_MAX];
    assert_true(run_command("cat; echo 192.0.2.1; echo x >&2", second, 1 << 20, &bytes, why));
    assert_string_equal(bytes, "192.0.2.1\n");
    (void)secret_realloc(bytes, 0);
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        time_t begin = time(NULL);
        assert_false(run_command(failures[i].script, 3 * second / 10, 1 << 20, &bytes, why));
        assert_string_equal(why, failures[i].why);
        assert_true(time(NULL) - begin < 5);
    }
    const struct command nothing = { .path = "/nonexistent/x", .input = -1, .bytes_max = 1,
                                     .argv = (char *const[]){ (char[]){ "x" }, NULL },
                                     .timeout_ns = second };
    size_t length;
    assert_false(command_run(&nothing, &bytes, &length, why));
    assert_string_equal(why, "it cannot be started: No such file or directory");
}

static void what_a_source_said_is_kept_until_it_says_something_else(void **state) {
    (void)state;
    struct source_keep keep = { .list = NULL };
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/b.targets", folder);
    const struct source source = { .kind = SOURCE_FILE, .name = path, .path = path, .every_ns = 1 };
    struct targets *t;
    context.keep = &keep;
    source_keep_begin(&keep, true, false);
    assert_int_equal(targets_new(&t), 0);
    assert_int_equal(source_keep_read(t, &source, &context), 0);
    targets_free(t);
    source_keep_commit(&keep);
    assert_int_equal(source_keep_refresh(keep.list, &context), SOURCE_SAME);
    put_file("b.targets", "192.0.2.3\n");
    assert_int_equal(source_keep_refresh(keep.list, &context), SOURCE_CHANGED);
    /* The new text is read, though the file is another one again. */
    put_file("b.targets", "nonsense=\n");
    source_keep_begin(&keep, true, true);
    assert_int_equal(targets_new(&t), 0);
    assert_int_equal(source_keep_read(t, &source, &context), 0);
    assert_string_equal(targets_get(t, 0)->name, "192.0.2.3");
    targets_free(t);
    source_keep_commit(&keep);
    /* What was refused is no news when it is said again. */
    assert_int_equal(source_keep_refresh(keep.list, &context), SOURCE_CHANGED);
    source_keep_discard(&keep);
    assert_int_equal(source_keep_refresh(keep.list, &context), SOURCE_FAILED);
    put_file("b.targets", "192.0.2.3\n");
    assert_int_equal(source_keep_refresh(keep.list, &context), SOURCE_SAME);
    context.keep = NULL;
    source_keep_deinit(&keep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_gives_its_files_by_name_and_no_others),
        cmocka_unit_test(pattern_gives_documents_and_says_when_there_are_none),
        cmocka_unit_test(command_gives_its_output_or_says_how_it_failed),
        cmocka_unit_test(what_a_source_said_is_kept_until_it_says_something_else),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
