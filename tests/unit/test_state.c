/* The file of --state: what is written comes back, and a damaged one is never half taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/state.h"
#include "snmpfleet/snmpfleet.h"

static char folder[] = "/tmp/snmpfleet-state-XXXXXX", path[64];

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

/* A fleet of two targets of v3, one of v2c, and one that is pinned. */
static struct fleet *new_fleet(void) {
    static const uint8_t pinned[] = { 0x80, 0, 0, 1, 5, 9 };
    const struct fleet_key key = { FLEET_KEY_PASSPHRASE, (const uint8_t *)"geheimgeheim", 12 };
    struct fleet *fleet;
    struct fleet_options o = { .sink = { .rows = take_rows, .report = take_report },
                               .io = FLEET_IO_MMSG };
    assert_int_equal(fleet_new(&fleet, &o), 0);
    uint32_t modules[2], auth;
    assert_int_equal(fleet_module_add(fleet, fleet_module_builtin("system"), &modules[0]), 0);
    assert_int_equal(fleet_module_add(fleet, fleet_module_builtin("interfaces"), &modules[1]), 0);
    struct fleet_auth_options a = {
        .name = "a", .version = FLEET_V3, .user = "usergeheim", .auth_protocol = FLEET_AUTH_SHA256,
        .auth_key = key, .priv_protocol = FLEET_PRIV_AES128, .priv_key = key,
    };
    assert_int_equal(fleet_auth_set(fleet, &a, &auth, NULL), 0);
    struct fleet_target_options t = { .modules = modules, .module_count = 2 };
    t.host = "127.0.0.1";
    t.name = "core 1%=";
    t.auth = auth;
    assert_int_equal(fleet_target_set(fleet, &t, NULL, NULL), 0);
    t.host = "host.example";
    t.name = NULL;
    assert_int_equal(fleet_target_set(fleet, &t, NULL, NULL), 0);
    t.host = "127.0.0.3";
    t.engine_id = pinned;
    t.engine_id_length = sizeof(pinned);
    assert_int_equal(fleet_target_set(fleet, &t, NULL, NULL), 0);
    t = (struct fleet_target_options){ .host = "127.0.0.4", .community = "communitygeheim",
                                       .modules = modules, .module_count = 2 };
    assert_int_equal(fleet_target_set(fleet, &t, NULL, NULL), 0);
    return fleet;
}

static struct fleet_learnt learnt_of(const char *name, const char *host) {
    static const uint8_t system[] = { 0 }, interfaces[] = { 12, 30 };
    static const struct fleet_learnt_module modules[] = {
        { "system", system, 1 }, { "interfaces", interfaces, 2 }, { "gone", interfaces, 2 },
    };
    return (struct fleet_learnt){
        .name = name, .host = host, .port = 161, .engine_id_length = 6,
        .engine_id = { 0x80, 0, 0, 1, 5, 7 }, .has_clock = true, .engine_boots = 0,
        .engine_time = 1000, .unix_ns = 0, .srtt_us = 1234, .rttvar_us = 56, .modules = modules,
        .module_count = 3,
    };
}

static void save(struct fleet *fleet) {
    struct state_saver *saver;
    assert_int_equal(state_saver_new(&saver, path), 0);
    assert_int_equal(state_saver_finish(saver, fleet), 0);
    state_saver_free(saver);
}

static size_t slurp(char *text, size_t size) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size - 1, file);
    fclose(file);
    text[length] = '\0';
    return length;
}

static void spit(const char *text, size_t length) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

/* Round trip and repetitions; an engine ID is kept only once something was believed of it. */
static void what_was_learnt_comes_back(void **state) {
    (void)state;
    struct fleet *fleet = new_fleet();
    struct fleet_learnt l = learnt_of("core 1%=", "127.0.0.1");
    assert_int_equal(fleet_learnt_set(fleet, &l), 0);
    l = learnt_of("127.0.0.4", "127.0.0.4");
    assert_int_equal(fleet_learnt_set(fleet, &l), 0);
    l = learnt_of("127.0.0.3", "10.9.9.9");          /* it has moved */
    assert_int_equal(fleet_learnt_set(fleet, &l), 0);
    l = learnt_of("nobody", "127.0.0.1");
    assert_int_equal(fleet_learnt_set(fleet, &l), FLEET_E_UNKNOWN);
    save(fleet);
    fleet_free(fleet);

    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char text[4096];
    slurp(text, sizeof(text));
    assert_null(strstr(text, "geheim"));
    assert_non_null(strstr(text, "core%201%25%3d\t127.0.0.1\t161\t"));
    assert_null(strstr(text, "127.0.0.3"));

    size_t taken;
    fleet = new_fleet();
    assert_int_equal(state_load(fleet, path, &taken), 0);
    assert_int_equal(taken, 2);
    uint32_t number;
    assert_int_equal(fleet_target_find(fleet, "core 1%=", &number), 0);
    assert_int_equal(fleet_learnt_get(fleet, number, &l), 0);
    assert_int_equal(l.srtt_us, 1234);
    assert_int_equal(l.rttvar_us, 56);
    assert_string_equal(l.modules[1].module, "interfaces");
    assert_int_equal(l.modules[1].repetitions[0], 12);
    assert_int_equal(l.modules[1].repetitions[1], 30);
    fleet_free(fleet);
}

static void a_damaged_file_is_refused_whole(void **state) {
    (void)state;
    struct fleet *fleet = new_fleet();
    struct fleet_learnt l = learnt_of("core 1%=", "127.0.0.1");
    assert_int_equal(fleet_learnt_set(fleet, &l), 0);
    save(fleet);
    char good[4096], bad[4096];
    size_t length = slurp(good, sizeof(good)), taken;
    for (size_t i = 0; i < length; i++) {
        spit(good, i);                                /* cut short anywhere */
        assert_int_equal(state_load(fleet, path, &taken), FLEET_E_INVALID);
        memcpy(bad, good, length);
        bad[i] ^= 1;                                  /* one bit anywhere */
        spit(bad, length);
        assert_int_equal(state_load(fleet, path, &taken), FLEET_E_INVALID);
    }
    memcpy(bad, good, length);
    bad[length] = '\n';
    spit(bad, length + 1);                            /* something behind the end */
    assert_int_equal(state_load(fleet, path, &taken), FLEET_E_INVALID);
    spit(good, length);
    assert_int_equal(state_load(fleet, path, &taken), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(state_load(fleet, path, &taken), -ENOENT);
    assert_int_equal(state_load(fleet, folder, &taken), -ENOTSUP);
    fleet_free(fleet);
}

/* A fleet with one target of a name, of which something is known. */
static struct fleet *fleet_of_one(const char *name) {
    struct fleet *fleet;
    struct fleet_options o = { .sink = { .rows = take_rows, .report = take_report },
                               .io = FLEET_IO_MMSG };
    assert_int_equal(fleet_new(&fleet, &o), 0);
    uint32_t module;
    assert_int_equal(fleet_module_add(fleet, fleet_module_builtin("system"), &module), 0);
    const struct fleet_target_options t = { .host = "127.0.0.1", .name = name, .modules = &module,
                                            .module_count = 1 };
    assert_int_equal(fleet_target_set(fleet, &t, NULL, NULL), 0);
    return fleet;
}

static void names_that_the_file_itself_uses_come_back(void **state) {
    (void)state;
    static const char *const names[] = {
        "end", "END", "-", "%", "%25", "=", "snmpfleet-state 1", "snmpfleet-state", "end 1",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct fleet *fleet = fleet_of_one(names[i]);
        const struct fleet_learnt l = { .name = names[i], .host = "127.0.0.1", .port = 161,
                                        .srtt_us = 5, .rttvar_us = 1 };
        size_t taken = 0;
        assert_int_equal(fleet_learnt_set(fleet, &l), 0);
        save(fleet);
        int r = state_load(fleet, path, &taken);
        if (r != 0 || taken != 1) fail_msg("'%s' gave %d, %zu taken", names[i], r, taken);
        fleet_free(fleet);
    }
    assert_int_equal(unlink(path), 0);
}

static void a_pipe_is_neither_waited_for_nor_replaced(void **state) {
    (void)state;
    struct fleet *fleet = fleet_of_one("a");
    struct state_saver *saver = NULL;
    size_t taken;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(state_load(fleet, path, &taken), -ENOTSUP);
    assert_int_equal(state_saver_new(&saver, path), -ENOTSUP);
    assert_null(saver);
    assert_int_equal(unlink(path), 0);
    char temporary[80];
    snprintf(temporary, sizeof(temporary), "%s.tmp", path);
    assert_int_equal(mkfifo(temporary, 0600), 0);
    assert_int_equal(state_saver_new(&saver, path), -ENXIO);
    assert_int_equal(unlink(temporary), 0);
    fleet_free(fleet);
}

static void what_cannot_be_written_leaves_the_old_file(void **state) {
    (void)state;
    struct fleet *fleet = new_fleet();
    struct state_saver *saver;
    spit("old", 3);
    assert_int_equal(state_saver_new(&saver, path), 0);
    state_saver_free(saver);                          /* given up half-way */
    char text[64], temporary[80];
    assert_int_equal(slurp(text, sizeof(text)), 3);
    snprintf(temporary, sizeof(temporary), "%s.tmp", path);
    assert_int_equal(access(temporary, F_OK), -1);
    assert_int_equal(state_saver_new(&saver, "/nonexistent/state"), -ENOENT);
    fleet_free(fleet);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_learnt_comes_back),
        cmocka_unit_test(a_damaged_file_is_refused_whole),
        cmocka_unit_test(names_that_the_file_itself_uses_come_back),
        cmocka_unit_test(a_pipe_is_neither_waited_for_nor_replaced),
        cmocka_unit_test(what_cannot_be_written_leaves_the_old_file),
    };
    if (mkdtemp(folder) == NULL) return 1;
    snprintf(path, sizeof(path), "%s/state", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(folder);
    return failed;
}
