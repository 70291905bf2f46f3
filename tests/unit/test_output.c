/*
 * test_output: bytes leave in order and whole, whatever the file behind them does, and nothing ever
 * waits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include "out/output.h"
#include "sample_rows.h"

enum { PATH_BYTES = 256 };

/* Puts @fd in place of standard output; returns the old one. */
static int replace_stdout(int fd) {
    (void)fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    assert_true(saved >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    return saved;
}

static void restore_stdout(int saved) {
    assert_true(dup2(saved, STDOUT_FILENO) >= 0);
    (void)close(saved);
}

static void append(struct output *o, size_t length) {
    static unsigned counter;
    char *at = output_reserve(o, length);
    assert_non_null(at);
    if (o->tail == o->head && o->written == 0) counter = 0;
    for (size_t i = 0; i < length; i++) at[i] = (char)(counter++ % 251);
    output_commit(o, at + length);
}

/* Reads what is there and checks that it goes on at @at of the sequence. */
static size_t drain(int fd, size_t at) {
    uint8_t bytes[5000];
    ssize_t n = read(fd, bytes, sizeof(bytes));
    if (n < 0) return at;
    for (ssize_t i = 0; i < n; i++) assert_int_equal(bytes[i], (at + (size_t)i) % 251);
    return at + (size_t)n;
}

static void slow_pipe_gets_every_byte_in_order(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int saved = replace_stdout(ends[1]);
    struct output *o;
    assert_int_equal(output_new(&o, NULL, NULL, 0), 0);
    size_t put = 0, got = 0;
    int r = 0;
    for (int i = 0; i < 300; i++) {
        append(o, 1777);
        put += 1777;
        r = output_flush(o);
        assert_true(r == 0 || r == FLEET_E_BUSY);
        if (i % 9 == 0) got = drain(ends[0], got);
    }
    assert_int_equal(r, FLEET_E_BUSY);
    while (got < put) {
        got = drain(ends[0], got);
        r = output_flush(o);
    }
    assert_int_equal(r, 0);
    assert_int_equal(o->written, put);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    output_free(o);
    restore_stdout(saved);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void pipe_without_a_reader_is_epipe_and_keeps_the_data(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int saved = replace_stdout(ends[1]);
    (void)close(ends[1]);
    struct output *o;
    assert_int_equal(output_new(&o, NULL, NULL, 0), 0);
    assert_int_equal(output_open(o), 0);
    (void)close(ends[0]);
    append(o, 10);
    int r = output_flush(o);
    restore_stdout(saved);
    assert_int_equal(r, -EPIPE);
    assert_int_equal(output_pending(o), 10);
    output_free(o);
}

static void flags_of_a_shared_socket_are_given_back(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    int saved = replace_stdout(ends[1]);
    struct output *o;
    assert_int_equal(output_new(&o, NULL, NULL, 0), 0);
    int r = 0;
    for (int i = 0; i < 1000 && r == 0; i++) {
        append(o, 4000);
        r = output_flush(o);
    }
    output_free(o);
    int flags = fcntl(ends[1], F_GETFL);
    restore_stdout(saved);
    assert_int_equal(r, FLEET_E_BUSY);
    assert_int_equal(flags & O_NONBLOCK, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void full_device_is_enospc_and_keeps_the_data(void **state) {
    (void)state;
    struct output *o;
    assert_int_equal(output_new(&o, "/dev/full", NULL, 0), 0);
    append(o, 100);
    assert_int_equal(output_flush(o), -ENOSPC);
    assert_int_equal(output_pending(o), 100);
    assert_int_equal(output_flush(o), -ENOSPC);
    assert_int_equal(output_pending(o), 100);
    output_free(o);
}

static void file_in_a_missing_folder_is_enoent(void **state) {
    (void)state;
    struct fleet_writer *w = NULL;
    struct fleet_writer_options options = { .path = "/tmp/snmpfleet-no-such-folder/x.csv",
                                            .rows = true };
    assert_int_equal(fleet_writer_new(&w, &options), -ENOENT);
    assert_null(w);
}

static void header_is_written_to_an_empty_file_only(void **state) {
    (void)state;
    char path[] = "/tmp/snmpfleet-test-XXXXXX";
    (void)close(mkstemp(path));
    for (int i = 0; i < 2; i++) {
        struct output *o;
        assert_int_equal(output_new(&o, path, "head\n", 5), 0);
        memcpy(output_reserve(o, 5), "line\n", 5);
        output_commit(o, o->bytes + o->tail + 5);
        assert_int_equal(output_flush(o), 0);
        output_free(o);
    }
    char *text = sample_read(path);
    (void)unlink(path);
    assert_string_equal(text, "head\nline\nline\n");
    free(text);
}

/* One line behind @header to @path; returns where it went. */
static const char *write_line(const char *path, const char *header, char *room) {
    struct output *o;
    assert_int_equal(output_new(&o, path, header, header != NULL ? strlen(header) : 0), 0);
    memcpy(output_reserve(o, 5), "line\n", 5);
    output_commit(o, o->bytes + o->tail + 5);
    assert_int_equal(output_flush(o), 0);
    (void)snprintf(room, PATH_BYTES, "%s", o->instead != NULL ? o->instead : o->path);
    output_free(o);
    return room;
}

/* @before is in the file; then a line is written behind @header. */
static void expect_continued(const char *before, const char *header, const char *after) {
    char path[] = "/tmp/snmpfleet-test-XXXXXX", room[PATH_BYTES];
    int fd = mkstemp(path);
    assert_int_equal(write(fd, before, strlen(before)), (ssize_t)strlen(before));
    (void)close(fd);
    assert_string_equal(write_line(path, header, room), path);
    char *text = sample_read(path);
    (void)unlink(path);
    assert_string_equal(text, after);
    free(text);
}

static void torn_last_line_is_ended_first(void **state) {
    (void)state;
    expect_continued("head\nli", "head\n", "head\nli\nline\n");
    expect_continued("li", NULL, "li\nline\n");
    expect_continued("li\n", NULL, "li\nline\n");
}

static void torn_header_is_completed(void **state) {
    (void)state;
    expect_continued("he", "head\n", "head\nline\n");
    expect_continued("head", "head\n", "head\nline\n");
}

static void file_with_another_header_is_left_alone(void **state) {
    (void)state;
    char folder[] = "/tmp/snmpfleet-test-XXXXXX", path[PATH_BYTES], two[PATH_BYTES];
    char three[PATH_BYTES], room[PATH_BYTES];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/a.b.csv", folder);
    (void)snprintf(two, sizeof(two), "%s/a.b.2.csv", folder);
    (void)snprintf(three, sizeof(three), "%s/a.b.3.csv", folder);
    assert_string_equal(write_line(path, "one\n", room), path);
    assert_string_equal(write_line(path, "two\n", room), two);
    assert_string_equal(write_line(path, "three\n", room), three);
    assert_string_equal(write_line(path, "two\n", room), two);
    assert_string_equal(write_line(path, "one\n", room), path);
    /* A header that begins like that in the file is another one. */
    assert_string_equal(strrchr(write_line(two, "two\nmore\n", room), '/'), "/a.b.2.2.csv");
    static const char *const expected[] = { "one\nline\nline\n", "two\nline\nline\n",
                                            "three\nline\n" };
    const char *paths[] = { path, two, three };
    for (size_t i = 0; i < 3; i++) {
        char *text = sample_read(paths[i]);
        assert_string_equal(text, expected[i]);
        free(text);
        (void)unlink(paths[i]);
    }
    (void)unlink(room);
    assert_int_equal(rmdir(folder), 0);
}

static void standard_output_that_holds_something_gets_the_header(void **state) {
    (void)state;
    static const char *const before[] = { "date\n", "da" };
    static const char *const after[] = { "date\nhead\n", "da\nhead\n" };
    for (size_t i = 0; i < 2; i++) {
        char path[] = "/tmp/snmpfleet-test-XXXXXX";
        int fd = mkstemp(path);
        assert_int_equal(write(fd, before[i], strlen(before[i])), (ssize_t)strlen(before[i]));
        int saved = replace_stdout(fd);
        struct output *o;
        assert_int_equal(output_new(&o, NULL, "head\n", 5), 0);
        int r = output_flush(o);
        output_free(o);
        restore_stdout(saved);
        assert_int_equal(r, 0);
        (void)close(fd);
        char *text = sample_read(path);
        (void)unlink(path);
        assert_string_equal(text, after[i]);
        free(text);
    }
}

struct elsewhere {
    int count;
    char path[PATH_BYTES], instead[PATH_BYTES];
};

static void note_elsewhere(void *context, const char *path, const char *instead) {
    struct elsewhere *e = context;
    e->count++;
    (void)snprintf(e->path, sizeof(e->path), "%s", path);
    (void)snprintf(e->instead, sizeof(e->instead), "%s", instead);
}

static void host_is_told_once_that_rows_go_elsewhere(void **state) {
    (void)state;
    char folder[] = "/tmp/snmpfleet-test-XXXXXX", path[PATH_BYTES], room[PATH_BYTES];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/rows", folder);
    (void)write_line(path, "foreign\n", room);
    struct elsewhere e = { 0 };
    struct fleet_writer *w;
    struct fleet_writer_options options = { .path = path, .rows = true,
                                            .elsewhere = note_elsewhere,
                                            .elsewhere_context = &e };
    assert_int_equal(fleet_writer_new(&w, &options), 0);
    assert_int_equal(fleet_writer_flush(w), 0);
    sample_write_interfaces(w);
    assert_int_equal(fleet_writer_flush(w), 0);
    fleet_writer_free(w);
    assert_int_equal(e.count, 1);
    assert_string_equal(e.path, path);
    (void)snprintf(room, sizeof(room), "%s/rows.2", folder);
    assert_string_equal(e.instead, room);
    (void)unlink(path);
    (void)unlink(room);
    assert_int_equal(rmdir(folder), 0);
}

static void writer_is_full_above_its_limit_and_free_below_half_of_it(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    int saved = replace_stdout(ends[1]);
    /* A small pipe, which cannot take half of the limit at once. */
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
    struct fleet_writer *w;
    struct fleet_writer_options options = { .rows = true, .buffer_bytes = 100000 };
    assert_int_equal(fleet_writer_new(&w, &options), 0);
    while (!fleet_writer_is_full(w)) sample_write_interfaces(w);
    assert_true(fleet_writer_pending(w) > 100000);
    bool was_between = false;
    while (fleet_writer_is_full(w)) {
        char bytes[8000];
        int r = fleet_writer_flush(w);
        assert_int_equal(r, FLEET_E_BUSY);
        assert_true(fleet_writer_fd(w) >= 0);
        size_t pending = fleet_writer_pending(w);
        if (pending < 100000 && pending > 50000) was_between = fleet_writer_is_full(w);
        if (fleet_writer_is_full(w)) assert_true(read(ends[0], bytes, sizeof(bytes)) > 0);
    }
    restore_stdout(saved);
    size_t left = fleet_writer_pending(w);
    fleet_writer_free(w);
    assert_true(left > 0 && left < 50000);
    assert_true(was_between);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void options_that_make_no_sense_are_refused(void **state) {
    (void)state;
    struct fleet_writer *w = NULL;
    const struct fleet_writer_options bad[] = {
        { .format = FLEET_FORMAT_CSV, .path = "/dev/null" },
        { .format = FLEET_FORMAT_CSV, .path = "/dev/null", .rows = true, .reports = true },
        { .format = (enum fleet_format)9, .path = "/dev/null", .rows = true },
        { .format = FLEET_FORMAT_CSV_WIDE, .path = "-", .rows = true },
        { .format = FLEET_FORMAT_JSON, .path = "/dev/null", .rows = true, .telegraf = true },
        { .format = FLEET_FORMAT_CSV, .path = "/dev/null", .rows = true,
          .unsigned_integers = true },
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(fleet_writer_new(&w, &bad[i]), FLEET_E_INVALID);
}

static void formats_are_found_by_name_with_what_they_take(void **state) {
    (void)state;
    enum fleet_format format = FLEET_FORMAT_CSV;
    char names[128], again[128] = "", wrong[4];
    size_t length = fleet_format_names(names, sizeof(names));
    assert_string_equal(names, "csv, csv-wide, influx or json");
    assert_int_equal(length, strlen(names));
    assert_int_equal(fleet_format_names(wrong, sizeof(wrong)), length);
    assert_string_equal(wrong, "csv");
    for (int i = 0; fleet_format_info((enum fleet_format)i) != NULL; i++) {
        const struct fleet_format_info *info = fleet_format_info((enum fleet_format)i);
        assert_true(fleet_format_find(info->name, &format));
        assert_int_equal(format, i);
        assert_int_equal(info->takes_telegraf, format == FLEET_FORMAT_INFLUX);
        (void)snprintf(again + strlen(again), sizeof(again) - strlen(again), "%s ", info->name);
    }
    assert_string_equal(again, "csv csv-wide influx json ");
    assert_false(fleet_format_find("xml", &format));
}

static void name_of_a_writer_tells_format_and_path(void **state) {
    (void)state;
    struct fleet_writer *w;
    struct fleet_writer_options options = { .format = FLEET_FORMAT_INFLUX,
                                            .path = "/dev/null",
                                            .rows = true };
    assert_int_equal(fleet_writer_new(&w, &options), 0);
    assert_string_equal(fleet_writer_name(w), "influx:/dev/null");
    assert_int_equal(fleet_writer_fd(w), -1);
    fleet_writer_free(w);
}

int main(void) {
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_pipe_gets_every_byte_in_order),
        cmocka_unit_test(pipe_without_a_reader_is_epipe_and_keeps_the_data),
        cmocka_unit_test(flags_of_a_shared_socket_are_given_back),
        cmocka_unit_test(full_device_is_enospc_and_keeps_the_data),
        cmocka_unit_test(file_in_a_missing_folder_is_enoent),
        cmocka_unit_test(header_is_written_to_an_empty_file_only),
        cmocka_unit_test(torn_last_line_is_ended_first),
        cmocka_unit_test(torn_header_is_completed),
        cmocka_unit_test(file_with_another_header_is_left_alone),
        cmocka_unit_test(standard_output_that_holds_something_gets_the_header),
        cmocka_unit_test(host_is_told_once_that_rows_go_elsewhere),
        cmocka_unit_test(writer_is_full_above_its_limit_and_free_below_half_of_it),
        cmocka_unit_test(options_that_make_no_sense_are_refused),
        cmocka_unit_test(formats_are_found_by_name_with_what_they_take),
        cmocka_unit_test(name_of_a_writer_tells_format_and_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
